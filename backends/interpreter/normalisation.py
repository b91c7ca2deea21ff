"""Softmax and normalisations."""

import math
from collections.abc import Callable

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ...drpdialect import drp
from .blocks import Index, for_each_block, for_each_row_block
from .functions import in_place
from .values import bind_wide, store, widen


def softmax(x: np.ndarray, axis: int) -> np.ndarray:
    """exp(x - max) / sum(exp(x - max)) along an axis."""
    return _along_axis(x, axis, _softmax_rows)


def log_softmax(x: np.ndarray, axis: int) -> np.ndarray:
    """x - max - log(sum(exp(x - max))) along an axis."""
    return _along_axis(x, axis, _log_softmax_rows)


def _along_axis(x: np.ndarray, axis: int, rows: Callable[[np.ndarray], None]) -> np.ndarray:
    """A copy of x in which `rows` replaced pieces of whole rows, the axis laid last."""
    y = np.array(np.moveaxis(x, axis, -1), order="C")
    if y.size:
        for_each_row_block(y.reshape(-1, y.shape[-1]), rows)
    return np.moveaxis(y, -1, axis)


def _softmax_rows(y: np.ndarray) -> None:
    y -= y.max(axis=1, keepdims=True)
    np.exp(y, out=y)
    y *= 1 / y.sum(axis=1, keepdims=True)


def _log_softmax_rows(y: np.ndarray) -> None:
    y -= y.max(axis=1, keepdims=True)
    y -= np.log(np.exp(y).sum(axis=1, keepdims=True))


def layer_norm(x: np.ndarray, axis: int, epsilon: float) -> np.ndarray:
    """(x - mean) / sqrt(variance + epsilon) over the axes from `axis` on, a new array."""

    def rows(y: np.ndarray) -> None:
        y -= y.mean(axis=1, keepdims=True)
        variance = np.square(y).mean(axis=1, keepdims=True)
        y *= 1 / np.sqrt(variance + epsilon)

    return _over_last_axes(x, axis, rows)


def rms_norm(x: np.ndarray, axis: int, epsilon: float) -> np.ndarray:
    """x / sqrt(mean(x^2) + epsilon) over the axes from `axis` on, a new array."""

    def rows(y: np.ndarray) -> None:
        y *= 1 / np.sqrt(np.square(y).mean(axis=1, keepdims=True) + epsilon)

    return _over_last_axes(x, axis, rows)


def _over_last_axes(x: np.ndarray, axis: int, rows: Callable[[np.ndarray], None]) -> np.ndarray:
    y = np.array(x, order="C")
    if y.size:
        for_each_row_block(y.reshape(math.prod(x.shape[:axis]), -1), rows)
    return y


def local_response_norm(
    x: np.ndarray, size: int, alpha: float, beta: float, bias: float
) -> np.ndarray:
    """x / (bias + alpha / size * sum of squares over `size` channels around) ** beta; x is (N, C, ...).

    Of an even number of channels, one more lies behind than before.
    """
    before, channels = (size - 1) // 2, x.shape[1]
    squares = np.square(x)
    sums = np.zeros_like(squares)
    for shift in range(-before, size - before):
        low, high = max(0, -shift), min(channels, channels - shift)
        if low < high:
            sums[:, low:high] += squares[:, low + shift : high + shift]
    return x / np.power(bias + alpha / size * sums, beta)


def scale_and_shift(
    x: np.ndarray,
    scale: np.ndarray | None,
    shift: np.ndarray | None,
    activation: drp.FunctionAttr,
    out: np.ndarray,
) -> np.ndarray:
    """out = activation(x * scale + shift), piece by piece; scale and shift broadcast to x.

    `out` may be x itself.
    """
    scales = None if scale is None else np.broadcast_to(scale, x.shape)
    shifts = None if shift is None else np.broadcast_to(shift, x.shape)

    activate = in_place(activation)

    def work(index: Index) -> None:
        piece = out[index]
        if scales is not None:
            np.multiply(x[index], scales[index], out=piece)
        elif out is not x:
            np.copyto(piece, x[index])
        if shifts is not None:
            piece += shifts[index]
        activate(piece)

    for_each_block(x.shape, work)
    return out


def per_channel(values: np.ndarray | None, rank: int) -> np.ndarray | None:
    """One number per channel, shaped to broadcast against (N, C, ...) of a rank."""
    return None if values is None else values.reshape(-1, *(1,) * (rank - 2))


@register_impls
class NormalisationFunctions(InterpreterFunctions):
    """drp.softmax, drp.log_softmax, the normalisations and drp.scale_shift."""

    @impl(drp.SoftmaxOp)
    def run_softmax(
        self, interpreter: Interpreter, op: drp.SoftmaxOp, args: PythonValues
    ) -> PythonValues:
        """The softmax along an axis."""
        return store(op, softmax(widen(args[0]), op.axis.value.data))

    @impl(drp.LogSoftmaxOp)
    def run_log_softmax(
        self, interpreter: Interpreter, op: drp.LogSoftmaxOp, args: PythonValues
    ) -> PythonValues:
        """The logarithm of the softmax along an axis."""
        return store(op, log_softmax(widen(args[0]), op.axis.value.data))

    @impl(drp.LayerNormOp)
    def run_layer_norm(
        self, interpreter: Interpreter, op: drp.LayerNormOp, args: PythonValues
    ) -> PythonValues:
        """Statistics over the last axes, then scale, shift and function."""
        value = bind_wide(op, args)
        y = layer_norm(value[op.x], op.axis.value.data, op.epsilon.value.data)
        return store(op, scale_and_shift(y, value[op.scale], value[op.shift], op.activation, y))

    @impl(drp.RmsNormOp)
    def run_rms_norm(
        self, interpreter: Interpreter, op: drp.RmsNormOp, args: PythonValues
    ) -> PythonValues:
        """The root of the mean square over the last axes, then scale, shift and function."""
        value = bind_wide(op, args)
        y = rms_norm(value[op.x], op.axis.value.data, op.epsilon.value.data)
        return store(op, scale_and_shift(y, value[op.scale], value[op.shift], op.activation, y))

    @impl(drp.GroupNormOp)
    def run_group_norm(
        self, interpreter: Interpreter, op: drp.GroupNormOp, args: PythonValues
    ) -> PythonValues:
        """Statistics over each group of channels, then scale, shift and function per channel."""
        value = bind_wide(op, args)
        x: np.ndarray = value[op.x]
        grouped = np.ascontiguousarray(x).reshape(x.shape[0], op.groups.value.data, -1)
        y = layer_norm(grouped, 2, op.epsilon.value.data).reshape(x.shape)
        scale, shift = (per_channel(value[v], x.ndim) for v in (op.scale, op.shift))
        return store(op, scale_and_shift(y, scale, shift, op.activation, y))

    @impl(drp.ScaleShiftOp)
    def run_scale_shift(
        self, interpreter: Interpreter, op: drp.ScaleShiftOp, args: PythonValues
    ) -> PythonValues:
        """A scale and a shift per channel, then the function."""
        x, scale, shift = map(widen, args)
        scale, shift = per_channel(scale, x.ndim), per_channel(shift, x.ndim)
        out = np.empty(x.shape, x.dtype)
        return store(op, scale_and_shift(x, scale, shift, op.activation, out))

    @impl(drp.LocalResponseNormOp)
    def run_local_response_norm(
        self, interpreter: Interpreter, op: drp.LocalResponseNormOp, args: PythonValues
    ) -> PythonValues:
        """Division by a power of the near channels' squares."""
        alpha, beta, bias = (value.value.data for value in (op.alpha, op.beta, op.bias))
        return store(op, local_response_norm(widen(args[0]), op.size.value.data, alpha, beta, bias))

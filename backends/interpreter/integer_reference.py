"""Jobs on quantised tensors as they are defined: int64 sums, then one rounding, step by step.

Slow and plain: what the fast engine must equal, bit for bit.
"""

from collections.abc import Sequence

import numpy as np
from xdsl.ir import SSAValue

from ...drpdialect import drp
from .conv import window_of as conv_window
from .integer_jobs import IntegerJobs, Operands
from .integer_rounding import Bounds, Rounding, uniform
from .pooling import window_of as pool_window
from .values import integers, result_shape
from .window import Window


class ReferenceJobs(IntegerJobs):
    """Jobs on quantised tensors in int64."""

    def conv(
        self, op: drp.ConvOp, value: Operands, multipliers: np.ndarray, rounding: Rounding
    ) -> np.ndarray:
        """Sums over the taps."""
        x, w = _centred(value, op.x), _centred(value, op.w)
        sums = conv_sums(x, w, conv_window(op), op.groups.value.data)
        return _round_channels(sums, value[op.bias], multipliers, rounding, value[op.residual])

    def conv_transpose(
        self, op: drp.ConvTransposeOp, value: Operands, multipliers: np.ndarray, rounding: Rounding
    ) -> np.ndarray:
        """Sums where the taps fall."""
        x, w = _centred(value, op.x), _centred(value, op.w)
        output, groups = result_shape(op)[2:], op.groups.value.data
        sums = conv_transpose_sums(x, w, conv_window(op), output, groups)
        return _round_channels(sums, value[op.bias], multipliers, rounding)

    def matmul(
        self, op: drp.MatmulOp, value: Operands, multipliers: np.ndarray, rounding: Rounding
    ) -> np.ndarray:
        """Sums over the inner axis."""
        sums = np.matmul(_centred(value, op.a), _centred(value, op.b))
        if op.bias is not None:
            sums = sums + value[op.bias]
        return _round(sums.astype(np.float32) * multipliers, rounding)

    def add(
        self,
        op: drp.BinaryOp,
        value: Operands,
        ratios: tuple[np.float32, np.float32],
        rounding: Rounding,
    ) -> np.ndarray:
        """Both at the result's scale, then their sum."""
        a, b = (_centred(value, operand).astype(np.float32) for operand in (op.a, op.b))
        return _round(a * ratios[0] + b * ratios[1], rounding)

    def multiply(
        self, op: drp.BinaryOp, value: Operands, multiplier: np.float32, rounding: Rounding
    ) -> np.ndarray:
        """The product of integers at the result's scale."""
        products = _centred(value, op.a) * _centred(value, op.b)
        return _round(products.astype(np.float32) * multiplier, rounding)

    def average_pool(
        self, op: drp.AveragePoolOp, value: Operands, multipliers: np.ndarray, rounding: Rounding
    ) -> np.ndarray:
        """Sums over the taps."""
        kernel, output = integers(op.kernel), result_shape(op)[2:]
        sums = pool_sums(_centred(value, op.x), kernel, output, pool_window(op))
        return _round(sums.astype(np.float32) * multipliers, rounding)

    def reduce(
        self, op: drp.ReduceOp, value: Operands, multiplier: np.float32, rounding: Rounding
    ) -> np.ndarray:
        """Sums over the axes."""
        sums = np.sum(_centred(value, op.x), axis=integers(op.axes))
        numbers = np.asarray(sums.astype(np.float32) * multiplier)
        return _round(numbers.reshape(result_shape(op)), rounding)

    def lookup(self, x: np.ndarray, table: np.ndarray, lowest: int) -> np.ndarray:
        """One entry per element."""
        return np.asarray(table[x.astype(np.int64) - lowest])


def _centred(value: Operands, operand: SSAValue) -> np.ndarray:
    """Stored integers minus their zero points, int64."""
    element = uniform(operand)
    stored: np.ndarray = value[operand].astype(np.int64)
    if element.axis is None:
        return stored - element.zero_point
    trailing = (1,) * (stored.ndim - element.axis - 1)
    return stored - np.array(element.zero_points, np.int64).reshape(-1, *trailing)


def conv_sums(x: np.ndarray, w: np.ndarray, window: Window, groups: int) -> np.ndarray:
    """x (N, C, H, W) * w (M, C/groups, kh, kw) -> (N, M, H', W'), int64, tap by tap."""
    top, left, bottom, right = window.pads
    padded = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    filters, depth, *kernel = w.shape
    height, width = window.output(x.shape[2:], kernel)
    weights = w.reshape(groups, filters // groups, depth, *kernel)
    sums = np.zeros((x.shape[0], groups, filters // groups, height * width), np.int64)
    for row, column in np.ndindex(*kernel):
        pixels = padded[:, :, _taken(0, row, height, window), _taken(1, column, width, window)]
        pixels = pixels.reshape(x.shape[0], groups, depth, height * width)
        sums += np.matmul(weights[..., row, column], pixels)
    return sums.reshape(x.shape[0], filters, height, width)


def conv_transpose_sums(
    x: np.ndarray, w: np.ndarray, window: Window, output: Sequence[int], groups: int
) -> np.ndarray:
    """x (N, C, H, W), w (C, M/groups, kh, kw) -> (N, M, *output), int64, tap by tap."""
    images, channels, height, width = x.shape
    filters, *kernel = w.shape[1:]
    top, left, bottom, right = window.pads
    rows, columns = output
    full = np.zeros(
        (images, groups, filters, rows + top + bottom, columns + left + right), np.int64
    )
    pixels = x.reshape(images, groups, channels // groups, height * width)
    weights = w.reshape(groups, channels // groups, filters, *kernel).swapaxes(1, 2)
    for row, column in np.ndindex(*kernel):
        products = np.matmul(weights[..., row, column], pixels)
        fall = full[..., _taken(0, row, height, window), _taken(1, column, width, window)]
        fall += products.reshape(fall.shape)
    cut = full[..., top : top + rows, left : left + columns]
    return cut.reshape(images, groups * filters, rows, columns)


def pool_sums(
    x: np.ndarray, kernel: Sequence[int], output: Sequence[int], window: Window
) -> np.ndarray:
    """The sum (int64) under each window of x (N, C, H, W), padding being zero."""
    top, left = window.pads[:2]
    reach = [
        (output[i] - 1) * window.strides[i] + (kernel[i] - 1) * window.dilations[i] + 1
        for i in range(2)
    ]
    bottom, right = max(0, reach[0] - top - x.shape[2]), max(0, reach[1] - left - x.shape[3])
    padded = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    sums = np.zeros((*x.shape[:2], *output), np.int64)
    for row, column in np.ndindex(*kernel):
        rows, columns = _taken(0, row, output[0], window), _taken(1, column, output[1], window)
        sums += padded[:, :, rows, columns]
    return sums


def _taken(axis: int, tap: int, count: int, window: Window) -> slice:
    """The `count` positions along an axis where a tap falls."""
    first = tap * window.dilations[axis]
    return slice(first, first + (count - 1) * window.strides[axis] + 1, window.strides[axis])


def _round_channels(
    sums: np.ndarray,
    bias: np.ndarray | None,
    multipliers: np.ndarray,
    rounding: Rounding,
    residual: np.ndarray | None = None,
) -> np.ndarray:
    """Sums (N, M, H, W), with a bias and a multiplier per channel."""
    if bias is not None:
        sums = sums + bias.astype(np.int64).reshape(-1, 1, 1)
    return _round(sums.astype(np.float32) * multipliers.reshape(-1, 1, 1), rounding, residual)


def _round(t: np.ndarray, rounding: Rounding, residual: np.ndarray | None = None) -> np.ndarray:
    """float32 numbers at the result's scale, stored."""
    t = _bounded(t, rounding.first)
    if residual is not None:
        assert rounding.residual is not None
        difference = residual.astype(np.int64) - rounding.residual.zero_point
        t = t + difference.astype(np.float32) * rounding.residual.ratio
        t = _bounded(t, rounding.second)
    stored = _bounded(np.rint(t), rounding.range).astype(np.int64) + rounding.zero_point
    return np.asarray(stored.astype(rounding.dtype))


def _bounded(t: np.ndarray, bounds: Bounds) -> np.ndarray:
    return np.minimum(np.maximum(t, bounds[0]), bounds[1])

"""Jobs that move elements. Where NumPy can, the result is a view of the operand."""

from collections.abc import Sequence

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ...drpdialect import drp
from ...drpdialect.quantised_arithmetic import quantise
from ...drpdialect.uniform_type import UniformType
from .values import integers, result_shape

_NUMPY_MODES = {
    drp.PadMode.REFLECT: "reflect",
    drp.PadMode.EDGE: "edge",
    drp.PadMode.WRAP: "wrap",
}


def strided_slice(
    x: np.ndarray, offsets: Sequence[int], sizes: Sequence[int], steps: Sequence[int]
) -> np.ndarray:
    """`sizes[i]` elements of each axis from `offsets[i]` on in (maybe negative) steps, a view."""
    return x[tuple(map(_axis_slice, offsets, sizes, steps))]


def _axis_slice(offset: int, size: int, step: int) -> slice:
    if size == 0:
        return slice(0, 0)
    stop = offset + (size - 1) * step + (1 if step > 0 else -1)
    return slice(offset, None if stop < 0 else stop, step)


def pad(
    x: np.ndarray, low: Sequence[int], high: Sequence[int], mode: drp.PadMode, value: float
) -> np.ndarray:
    """x with `low[i]` elements before and `high[i]` behind axis i, as ONNX Pad."""
    if mode != drp.PadMode.CONSTANT:
        return _pad_from_within(x, low, high, _NUMPY_MODES[mode])
    shape = tuple(a + size + b for a, size, b in zip(low, x.shape, high, strict=True))
    y = np.full(shape, x.dtype.type(value), x.dtype)
    y[tuple(slice(a, a + size) for a, size in zip(low, x.shape, strict=True))] = x
    return y


def _pad_from_within(
    x: np.ndarray, low: Sequence[int], high: Sequence[int], mode: str
) -> np.ndarray:
    """Pad by an index along each axis, which NumPy's own rule for a mode gives."""
    y = x
    for axis, (before, behind) in enumerate(zip(low, high, strict=True)):
        if before or behind:
            index = np.pad(np.arange(x.shape[axis]), (before, behind), mode=mode)  # pyright: ignore[reportArgumentType, reportCallIssue]
            y = np.take(y, index, axis=axis)
    return y


def _padding(op: drp.PadOp) -> float:
    """The number that a pad fills in, as its tensors store it."""
    element, value = drp.element_type_of(op.y), op.value.value.data
    if not isinstance(element, UniformType):
        return value
    return int(quantise(np.array(value, np.float32), element))


@register_impls
class MovementFunctions(InterpreterFunctions):
    """Reshape, transpose, broadcast, tile, concat, slice, pad and gather."""

    @impl(drp.ReshapeOp)
    def run_reshape(
        self, interpreter: Interpreter, op: drp.ReshapeOp, args: PythonValues
    ) -> PythonValues:
        """The same elements under another shape."""
        return (args[0].reshape(result_shape(op)),)

    @impl(drp.TransposeOp)
    def run_transpose(
        self, interpreter: Interpreter, op: drp.TransposeOp, args: PythonValues
    ) -> PythonValues:
        """Axes permuted."""
        return (args[0].transpose(integers(op.permutation)),)

    @impl(drp.BroadcastOp)
    def run_broadcast(
        self, interpreter: Interpreter, op: drp.BroadcastOp, args: PythonValues
    ) -> PythonValues:
        """Elements repeated."""
        return (np.broadcast_to(args[0], result_shape(op)),)

    @impl(drp.TileOp)
    def run_tile(
        self, interpreter: Interpreter, op: drp.TileOp, args: PythonValues
    ) -> PythonValues:
        """Copies laid side by side."""
        return (np.tile(args[0], integers(op.repeats)),)

    @impl(drp.ConcatOp)
    def run_concat(
        self, interpreter: Interpreter, op: drp.ConcatOp, args: PythonValues
    ) -> PythonValues:
        """Tensors joined."""
        return (np.concatenate(args, axis=op.axis.value.data),)

    @impl(drp.SliceOp)
    def run_slice(
        self, interpreter: Interpreter, op: drp.SliceOp, args: PythonValues
    ) -> PythonValues:
        """Some elements of each axis."""
        offsets, sizes, steps = map(integers, (op.offsets, op.sizes, op.steps))
        return (strided_slice(args[0], offsets, sizes, steps),)

    @impl(drp.PadOp)
    def run_pad(self, interpreter: Interpreter, op: drp.PadOp, args: PythonValues) -> PythonValues:
        """Elements around the tensor."""
        low, high = integers(op.low), integers(op.high)
        return (pad(args[0], low, high, op.mode.data, _padding(op)),)

    @impl(drp.GatherOp)
    def run_gather(
        self, interpreter: Interpreter, op: drp.GatherOp, args: PythonValues
    ) -> PythonValues:
        """Slices along an axis in a fixed order."""
        indices = np.array(integers(op.indices), np.int64)
        return (np.take(args[0], indices, axis=op.axis.value.data),)

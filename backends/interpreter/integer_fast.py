"""Jobs on quantised tensors, fast: integers carried as floats through the float kernels.

Products of stored numbers are integers, and a sum of them is exact in float32, in any order, while
every partial sum stays within 2^24. What the weights of a job can sum up to at most is computed
from the weights themselves; a job that may exceed 2^24 sums in float64.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from xdsl.ir import Operation, SSAValue

from ...drpdialect import drp
from ...drpdialect.drp.structure import ConstantOp
from ...drpdialect.quantised_arithmetic import FLOAT32_EXACT, centred_range, partial_sum_bounds
from .blocks import Index, blocks, for_each_block
from .conv import conv2d
from .conv import window_of as conv_window
from .conv_transpose import conv_transpose2d
from .epilogue import Finish
from .integer_jobs import IntegerJobs, Operands
from .integer_rounding import Bounds, MacOp, Rounding, uniform
from .matmul import matmul
from .pooling import sum_pool2d
from .pooling import window_of as pool_window
from .reductions import reduce
from .scratch import Scratch
from .values import integers, result_shape

Combine = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(a, b) -> their combination, float32; both may be used up."""


@dataclass(frozen=True)
class Weights:
    """Weights without their zero points, as floats in whose dtype every sum is exact."""

    real: np.ndarray
    bias: np.ndarray | None


class FastJobs(IntegerJobs):
    """Jobs on quantised tensors in floats that carry integers exactly."""

    def __init__(self) -> None:
        super().__init__()
        self._scratch = Scratch()
        self._weights: dict[Operation, Weights] = {}

    def conv(
        self, op: drp.ConvOp, value: Operands, multipliers: np.ndarray, rounding: Rounding
    ) -> np.ndarray:
        """The float convolution, rounded piece by piece."""
        w = self._prepared(op, op.w, op.bias, value)
        x = _centred(value[op.x], uniform(op.x).zero_point, w.real.dtype)
        end = _Ending(op, multipliers, rounding, w.bias, value[op.residual])
        conv2d(x, w.real, conv_window(op), op.groups.value.data, end, self._scratch)
        return end.stored

    def conv_transpose(
        self, op: drp.ConvTransposeOp, value: Operands, multipliers: np.ndarray, rounding: Rounding
    ) -> np.ndarray:
        """The float transposed convolution, rounded piece by piece."""
        w = self._prepared(op, op.w, op.bias, value)
        x = _centred(value[op.x], uniform(op.x).zero_point, w.real.dtype)
        end = _Ending(op, multipliers, rounding, w.bias)
        output, groups = result_shape(op)[2:], op.groups.value.data
        conv_transpose2d(x, w.real, conv_window(op), output, groups, end)
        return end.stored

    def matmul(
        self, op: drp.MatmulOp, value: Operands, multipliers: np.ndarray, rounding: Rounding
    ) -> np.ndarray:
        """The float product, rounded piece by piece."""
        b = self._prepared(op, op.b, op.bias, value)
        a = _centred(value[op.a], uniform(op.a).zero_point, b.real.dtype)
        end = _Ending(op, multipliers, rounding, b.bias)
        matmul(a, b.real, end)
        return end.stored

    def _prepared(self, op: MacOp, w: SSAValue, bias: SSAValue | None, value: Operands) -> Weights:
        """The weights of a job; those that are constant are prepared once."""
        known = self._weights.get(op)
        if known is not None:
            return known
        weights = _prepare(op, value[w], value[bias])
        if isinstance(w.owner, ConstantOp) and (bias is None or isinstance(bias.owner, ConstantOp)):
            self._weights[op] = weights
        return weights

    def add(
        self,
        op: drp.BinaryOp,
        value: Operands,
        ratios: tuple[np.float32, np.float32],
        rounding: Rounding,
    ) -> np.ndarray:
        """Both at the result's scale, then their sum, piece by piece."""

        def combine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
            a *= ratios[0]
            b *= ratios[1]
            a += b
            return a

        return _binary(op, value, combine, rounding)

    def multiply(
        self, op: drp.BinaryOp, value: Operands, multiplier: np.float32, rounding: Rounding
    ) -> np.ndarray:
        """Products, which are below 2^17, at the result's scale, piece by piece."""

        def combine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
            a *= b
            a *= multiplier
            return a

        return _binary(op, value, combine, rounding)

    def average_pool(
        self, op: drp.AveragePoolOp, value: Operands, multipliers: np.ndarray, rounding: Rounding
    ) -> np.ndarray:
        """The float sums, rounded."""
        kernel, output = integers(op.kernel), result_shape(op)[2:]
        x = _summable(op.x, value, kernel[0] * kernel[1])
        sums = sum_pool2d(x, kernel, output, pool_window(op))
        return _scaled(sums, multipliers, rounding)

    def reduce(
        self, op: drp.ReduceOp, value: Operands, multiplier: np.float32, rounding: Rounding
    ) -> np.ndarray:
        """The float sums, rounded."""
        axes = integers(op.axes)
        count = int(np.prod([drp.shape_of(op.x)[axis] for axis in axes], dtype=np.int64))
        sums = reduce(_summable(op.x, value, count), drp.ReduceKind.SUM, axes)
        return _scaled(sums.reshape(result_shape(op)), np.asarray(multiplier), rounding)

    def lookup(self, x: np.ndarray, table: np.ndarray, lowest: int) -> np.ndarray:
        """One entry per byte: the table turned so that the byte of zero comes first."""
        turned = np.roll(table, lowest).tobytes()
        looked_up = np.ascontiguousarray(x).tobytes().translate(turned)
        return np.frombuffer(bytearray(looked_up), table.dtype).reshape(x.shape)


def _prepare(op: MacOp, w: np.ndarray, bias: np.ndarray | None) -> Weights:
    x_value, w_value = op.operands[:2]
    element = uniform(w_value)
    zero_points = np.array(element.zero_points, np.int32)
    if element.axis is not None:
        zero_points = zero_points.reshape(-1, *(1,) * (w.ndim - element.axis - 1))
    centred = w - zero_points
    bounds = partial_sum_bounds(_rows(op, centred), *centred_range(uniform(x_value)))
    largest_bias = 0 if bias is None else int(np.abs(bias.astype(np.int64)).max(initial=0))
    is_exact = max(int(bounds.max(initial=0)), largest_bias) <= FLOAT32_EXACT
    dtype = np.dtype(np.float32 if is_exact else np.float64)
    return Weights(centred.astype(dtype), None if bias is None else bias.astype(dtype))


def _rows(op: MacOp, w: np.ndarray) -> np.ndarray:
    """The weights as a matrix: one row for each sum, all its products in it."""
    if isinstance(op, drp.ConvOp):
        return w.reshape(w.shape[0], -1)
    if isinstance(op, drp.MatmulOp):
        return w.swapaxes(-1, -2).reshape(-1, w.shape[-2])
    groups = op.groups.value.data
    grouped = w.reshape(groups, w.shape[0] // groups, w.shape[1], -1)
    return grouped.swapaxes(1, 2).reshape(groups * w.shape[1], -1)


def _centred(stored: np.ndarray, zero_point: int, dtype: np.dtype[np.generic]) -> np.ndarray:
    """Stored integers minus their zero point, as floats in C order."""
    out = np.empty(stored.shape, dtype)

    def work(index: Index) -> None:
        np.subtract(stored[index], dtype.type(zero_point), out=out[index], dtype=dtype)

    for_each_block(stored.shape, work)
    return out


def _carried(stored: np.ndarray, zero_point: int) -> np.ndarray:
    """A small array of stored integers minus their zero point, float32."""
    out = np.empty(stored.shape, np.float32)
    return np.subtract(stored, np.float32(zero_point), out=out, dtype=np.float32)


def _summable(operand: SSAValue, value: Operands, count: int) -> np.ndarray:
    """An operand without its zero point, in a dtype in which sums of `count` numbers are exact."""
    largest = max(map(abs, centred_range(uniform(operand))))
    is_exact = largest * count <= FLOAT32_EXACT
    dtype = np.dtype(np.float32 if is_exact else np.float64)
    return _centred(value[operand], uniform(operand).zero_point, dtype)


def _binary(op: drp.BinaryOp, value: Operands, combine: Combine, rounding: Rounding) -> np.ndarray:
    stored = np.empty(result_shape(op), rounding.dtype)
    a, b = (np.broadcast_to(value[operand], stored.shape) for operand in (op.a, op.b))
    zero_points = uniform(op.a).zero_point, uniform(op.b).zero_point

    def work(index: Index) -> None:
        parts = (_carried(array[index], z) for array, z in zip((a, b), zero_points, strict=True))
        _round(combine(*parts), rounding, stored[index])

    for_each_block(stored.shape, work)
    return stored


def _scaled(sums: np.ndarray, multipliers: np.ndarray, rounding: Rounding) -> np.ndarray:
    """Sums times multipliers that broadcast to them, stored."""
    stored = np.empty(sums.shape, rounding.dtype)
    scales = np.broadcast_to(multipliers, sums.shape)

    def work(index: Index) -> None:
        numbers = sums[index].astype(np.float32)
        numbers *= scales[index]
        _round(numbers, rounding, stored[index])

    for_each_block(sums.shape, work)
    return stored


class _Ending:
    """Ends a float kernel as an `Epilogue` does, but its result is `stored`.

    `bias` is in the accumulator's dtype, `residual` stored integers of the result's shape.
    """

    def __init__(
        self,
        op: MacOp,
        multipliers: np.ndarray,
        rounding: Rounding,
        bias: np.ndarray | None,
        residual: np.ndarray | None = None,
    ):
        self.stored = np.empty(result_shape(op), rounding.dtype)
        self._multipliers, self._bias = multipliers, bias
        self._rounding, self._residual = rounding, residual

    def finish(self, accumulator: np.ndarray) -> None:
        """Finish a whole accumulator (outer, channels, inner)."""
        for_each_block(accumulator.shape, self.on(accumulator))

    def on(self, accumulator: np.ndarray) -> Finish:
        """What finishes pieces of an accumulator (outer, channels, inner), once they are written."""
        shape = accumulator.shape
        stored = self.stored.reshape(shape)
        multipliers = np.broadcast_to(self._multipliers[:, np.newaxis], shape)
        bias = None if self._bias is None else np.broadcast_to(self._bias[:, np.newaxis], shape)
        residual = None if self._residual is None else self._residual.reshape(shape)

        def finish(index: Index) -> None:
            piece = accumulator[index]
            for block in blocks(piece.shape):
                sums = piece[block]
                if bias is not None:
                    sums += bias[index][block]
                numbers = sums.astype(np.float32, copy=False)
                numbers *= multipliers[index][block]
                added = None if residual is None else residual[index][block]
                _round(numbers, self._rounding, stored[index][block], added)

        return finish


def _round(
    t: np.ndarray, rounding: Rounding, stored: np.ndarray, residual: np.ndarray | None = None
) -> None:
    """Write float32 numbers at the result's scale as stored ones; t is used up."""
    bounds = rounding.first
    if residual is not None:
        assert rounding.residual is not None
        _bound(t, bounds)
        added = _carried(residual, rounding.residual.zero_point)
        added *= rounding.residual.ratio
        t += added
        bounds = rounding.second
    np.clip(t, *_both(bounds, rounding.range), out=t)
    np.rint(t, out=t)
    t += np.float32(rounding.zero_point)
    np.copyto(stored, t, casting="unsafe")


def _bound(t: np.ndarray, bounds: Bounds) -> None:
    if np.isfinite(bounds[0]) or np.isfinite(bounds[1]):
        np.clip(t, *bounds, out=t)


def _both(first: Bounds, second: Bounds) -> Bounds:
    """The bounds that do what `first` and then `second` do."""
    low, high = (np.clip(bound, *second) for bound in first)
    return low, high

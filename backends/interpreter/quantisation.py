"""Conversions between real and stored numbers with scales as operands."""

import ml_dtypes
import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ...drpdialect import drp
from .casts import cast
from .values import result_dtype, store, widen


def quantize(
    x: np.ndarray,
    scale: np.ndarray,
    zero_point: np.ndarray,
    dtype: np.dtype[np.generic],
) -> np.ndarray:
    """saturate(round_half_even(x / scale) + zero_point); scale and zero point broadcast to x.

    Floats of 8 bits are x / scale + zero_point, rounded and saturated by the conversion itself.
    """
    scaled = np.asarray(x / scale)
    if dtype.kind not in "iu" and not _is_narrow_integer(dtype):
        return cast(scaled + zero_point.astype(x.dtype), dtype)
    np.rint(scaled, out=scaled)
    info = ml_dtypes.iinfo(dtype)
    numbers = np.nan_to_num(scaled, nan=0.0, copy=False).astype(np.float64) + zero_point.astype(
        np.float64
    )
    return cast(np.clip(numbers, int(info.min), int(info.max)), dtype)


def dequantize(
    x: np.ndarray, scale: np.ndarray, zero_point: np.ndarray, dtype: np.dtype[np.generic]
) -> np.ndarray:
    """(x - zero_point) * scale in float32 (or float64); scale and zero point broadcast to x."""
    exact = np.int64 if x.dtype.kind in "iu" or _is_narrow_integer(x.dtype) else dtype
    difference = np.subtract(x.astype(exact), zero_point.astype(exact))
    return np.multiply(difference.astype(dtype), scale)


def _is_narrow_integer(dtype: np.dtype[np.generic]) -> bool:
    return dtype.name in ("int4", "uint4", "int2", "uint2")


def along_axis(values: np.ndarray, axis: int, rank: int) -> np.ndarray:
    """A vector along an axis of a tensor of a rank, shaped to broadcast; a scalar as it is."""
    return values.reshape(-1, *(1,) * (rank - axis - 1)) if values.ndim else values


@register_impls
class QuantisationFunctions(InterpreterFunctions):
    """drp.quantize and drp.dequantize."""

    @impl(drp.QuantizeOp)
    def run_quantize(
        self, interpreter: Interpreter, op: drp.QuantizeOp, args: PythonValues
    ) -> PythonValues:
        """Real numbers stored."""
        x, scale, zero_point = args
        scale, zero_point = (along_axis(v, op.axis.value.data, x.ndim) for v in (scale, zero_point))
        return (np.asarray(quantize(widen(x), widen(scale), zero_point, result_dtype(op))),)

    @impl(drp.DequantizeOp)
    def run_dequantize(
        self, interpreter: Interpreter, op: drp.DequantizeOp, args: PythonValues
    ) -> PythonValues:
        """Stored numbers made real."""
        x, scale, zero_point = args
        scale, zero_point = (along_axis(v, op.axis.value.data, x.ndim) for v in (scale, zero_point))
        scale = widen(scale)
        return store(op, np.asarray(dequantize(x, scale, zero_point, scale.dtype)))

"""Conversions between element types, as ONNX Cast defines them (with `saturate`)."""

import ml_dtypes
import numpy as np

_FLOAT8 = tuple(
    np.dtype(kind)
    for kind in (
        ml_dtypes.float8_e4m3fn,
        ml_dtypes.float8_e4m3fnuz,
        ml_dtypes.float8_e5m2,
        ml_dtypes.float8_e5m2fnuz,
        ml_dtypes.float4_e2m1fn,
    )
)
_NARROW_INTEGERS = tuple(
    np.dtype(kind) for kind in (ml_dtypes.int4, ml_dtypes.uint4, ml_dtypes.int2, ml_dtypes.uint2)
)


def cast(x: np.ndarray, dtype: np.dtype[np.generic]) -> np.ndarray:
    """The array in another dtype.

    Floats become integers by truncation towards zero, truth values by x != 0, and floats of 8
    bits and less by saturation to the largest finite number (NaN stays NaN). Integers keep their
    low bits.
    """
    if x.dtype == dtype:
        return x
    if dtype == np.bool_:
        return x != x.dtype.type(0)
    if dtype in _FLOAT8:
        return _saturate(x.astype(np.float32), dtype)
    if dtype in _NARROW_INTEGERS:
        return x.astype(np.int32).astype(dtype)
    if x.dtype in _FLOAT8 or x.dtype in _NARROW_INTEGERS:
        x = x.astype(np.float32)
    return x.astype(dtype)


def _saturate(x: np.ndarray, dtype: np.dtype[np.generic]) -> np.ndarray:
    largest = float(ml_dtypes.finfo(dtype).max)
    return np.clip(x, -largest, largest).astype(dtype)

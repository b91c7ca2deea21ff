"""The arithmetic of quantised tensors, as every backend and every pass must compute it.

A job sums integers exactly. Its sum is brought to the result's scale by one multiplication in
IEEE float32 and rounded once, half to even:

    stored = clamp(rint(float32(sum) * m) + zero_point)

The multipliers `m` are computed in float32, each step rounded, in ONNX Runtime's order; so equal
scales give equal bits.
"""

import numpy as np

from .drp.attributes import FunctionAttr
from .element_types import dtype_of
from .errors import UserError
from .scalar_functions import evaluate
from .uniform_type import UniformType
from .weights import TensorAttr

FLOAT32_EXACT = 1 << 24
"""Integers up to this magnitude are float32 numbers: sums that stay within it are exact."""


def quantise(x: np.ndarray, element_type: UniformType) -> np.ndarray:
    """The stored integers of real numbers: saturate(rint(x / scale) + zero_point).

    Division is float32, as in ONNX QuantizeLinear; float64 where x is, or where the storage is
    wider than 16 bits (a bias). NaN is stored as the zero point.
    """
    is_wide = x.dtype == np.float64 or element_type.storage.width.data > 16
    dtype = np.float64 if is_wide else np.float32
    scales, zero_points = _along_axis(element_type, x.ndim)
    low, high = element_type.storage_range
    # A quotient that overflows is infinite, and saturates.
    with np.errstate(over="ignore"):
        numbers = np.asarray(np.divide(x, scales, dtype=dtype))
    np.rint(numbers, out=numbers)
    np.nan_to_num(numbers, copy=False, nan=0.0, posinf=np.inf, neginf=-np.inf)
    np.clip(numbers, low - zero_points, high - zero_points, out=numbers)
    numbers += zero_points
    return numbers.astype(dtype_of(element_type))


def dequantise(stored: np.ndarray, element_type: UniformType) -> np.ndarray:
    """The real numbers (float32) of stored integers: float32(stored - zero_point) * scale."""
    scales, zero_points = _along_axis(element_type, stored.ndim)
    difference = np.subtract(stored.astype(np.int64), zero_points.astype(np.int64))
    return np.asarray(np.multiply(difference.astype(np.float32), scales, dtype=np.float32))


def _along_axis(element_type: UniformType, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """Scales (float32) and zero points (float64), shaped to broadcast against a tensor."""
    shape = () if element_type.axis is None else (-1, *(1,) * (rank - element_type.axis - 1))
    scales = np.array(element_type.scales, np.float32).reshape(shape)
    zero_points = np.array(element_type.zero_points, np.float64).reshape(shape)
    return scales, zero_points


def product_multipliers(x: UniformType, w: UniformType, y: UniformType) -> np.ndarray:
    """What brings sums of products of x and w to the scale of y: one number per scale of w.

    Raises UserError where it is no float32 number, as do the functions below.
    """
    with np.errstate(over="ignore"):
        products = np.float32(x.scale) * np.array(w.scales, np.float32)
        return _finite(products / np.float32(y.scale), y)


def ratio(x: UniformType, y: UniformType) -> np.float32:
    """What brings a number at the scale of x to the scale of y."""
    with np.errstate(over="ignore"):
        return np.float32(_finite(np.float32(x.scale) / np.float32(y.scale), y))


def mean_multiplier(x: UniformType, y: UniformType, count: np.ndarray) -> np.ndarray:
    """What brings a sum of `count` numbers at the scale of x to their mean at the scale of y.

    The mean of no numbers is zero.
    """
    count = np.maximum(count, 1)
    with np.errstate(over="ignore"):
        multiplier = np.float32(x.scale) / (np.float32(y.scale) * count.astype(np.float32))
    return _finite(multiplier, y)


def _finite(multipliers: np.ndarray | np.floating, y: UniformType) -> np.ndarray:
    if not np.isfinite(multipliers).all():
        raise UserError(
            f"a result quantised at scale {y.scale:g} cannot hold what its operands' scales give: "
            "their ratio is no float32 number. Give the result a range that holds real data"
        )
    return np.asarray(multipliers)


def centred_range(element_type: UniformType) -> tuple[int, int]:
    """The smallest and the largest difference of a stored number and the zero point."""
    low, high = element_type.storage_range
    return low - element_type.zero_point, high - element_type.zero_point


def partial_sum_bounds(w: np.ndarray, low: int, high: int) -> np.ndarray:
    """For integer weights (M, K), the largest magnitude (int64) that any partial sum of
    w[m, k] * x[k] can have, in any order, where low <= x <= high and low <= 0 <= high.

    A partial sum is largest where it takes only products of one sign.
    """
    positive = np.maximum(w, 0).sum(axis=1, dtype=np.int64)
    negative = np.minimum(w, 0).sum(axis=1, dtype=np.int64)
    return np.maximum(positive * high + negative * low, -(positive * low + negative * high))


def lookup_table(function: FunctionAttr, x: UniformType, y: UniformType) -> TensorAttr:
    """The table of a function of one element, for `drp.lookup`: from stored numbers of x to y.

    With the identity, it changes the scale.
    """
    low, high = x.storage_range
    real = dequantise(np.arange(low, high + 1), x)
    evaluate(function, real, real)
    return TensorAttr.of(quantise(real, y), y.storage)

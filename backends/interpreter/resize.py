"""Resizing by interpolation: one axis after the other, each a sum of a few gathered slices.

Coordinates are computed in float32, in the order of steps of ONNX Runtime: which of two pixels is
the nearest may hang on the last bit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ...drpdialect import drp
from .values import floats, result_shape, store, widen


@dataclass(frozen=True)
class Interpolation:
    """How to interpolate; see ONNX Resize for the meaning of the modes."""

    mode: drp.ResizeMode
    coordinates: drp.CoordinateMode = drp.CoordinateMode.HALF_PIXEL
    rounding: drp.NearestMode = drp.NearestMode.ROUND_PREFER_FLOOR
    cubic_coefficient: float = -0.75
    exclude_outside: bool = False


def resize(
    x: np.ndarray, shape: Sequence[int], scales: Sequence[float], how: Interpolation
) -> np.ndarray:
    """x interpolated to `shape`; `scales` map result to input coordinates."""
    y = x
    for axis, (size, scale) in enumerate(zip(shape, scales, strict=True)):
        if size != x.shape[axis] or scale != 1:
            y = _resize_axis(y, axis, size, scale, how)
    return y


def _resize_axis(
    x: np.ndarray, axis: int, size: int, scale: float, how: Interpolation
) -> np.ndarray:
    length = x.shape[axis]
    position = _COORDINATES[how.coordinates](
        np.arange(size, dtype=np.float32), np.float32(scale), size, length
    )
    if how.mode == drp.ResizeMode.NEAREST:
        nearest = _ROUNDINGS[how.rounding](position).astype(np.int64)
        return np.take(x, np.clip(nearest, 0, length - 1), axis=axis)
    indices, weights = _TAPS[how.mode](position, length, how)
    trailing = (1,) * (x.ndim - axis - 1)
    y = np.zeros((*x.shape[:axis], size, *x.shape[axis + 1 :]), x.dtype)
    for index, weight in zip(indices, weights.astype(x.dtype), strict=True):
        taken = np.take(x, np.clip(index, 0, length - 1), axis=axis)
        taken *= weight.reshape(-1, *trailing)
        y += taken
    return y


# --- coordinates: result index -> position in the input ---------------------------------------

Coordinates = Callable[[np.ndarray, np.float32, int, int], np.ndarray]
"""(result index, scale, result size, input size) -> position, all in float32."""

_HALF: Final = np.float32(0.5)


def _half_pixel(i: np.ndarray, scale: np.float32, size: int, length: int) -> np.ndarray:
    return (i + _HALF) / scale - _HALF


def _half_pixel_symmetric(i: np.ndarray, scale: np.float32, size: int, length: int) -> np.ndarray:
    """The offset that keeps the centre is float32; what follows is float64, rounded once."""
    adjustment = np.float32(size) / (scale * np.float32(length))
    offset = np.float32(length) / np.float32(2) * (np.float32(1) - adjustment)
    position = np.float64(offset) + (i.astype(np.float64) + 0.5) / np.float64(scale) - 0.5
    return position.astype(np.float32)


def _pytorch_half_pixel(i: np.ndarray, scale: np.float32, size: int, length: int) -> np.ndarray:
    return _half_pixel(i, scale, size, length) if size > 1 else np.zeros_like(i)


def _align_corners(i: np.ndarray, scale: np.float32, size: int, length: int) -> np.ndarray:
    return i * np.float32(length - 1) / np.float32(size - 1) if size > 1 else np.zeros_like(i)


def _asymmetric(i: np.ndarray, scale: np.float32, size: int, length: int) -> np.ndarray:
    return i / scale


_COORDINATES: Final[dict[drp.CoordinateMode, Coordinates]] = {
    drp.CoordinateMode.HALF_PIXEL: _half_pixel,
    drp.CoordinateMode.HALF_PIXEL_SYMMETRIC: _half_pixel_symmetric,
    drp.CoordinateMode.PYTORCH_HALF_PIXEL: _pytorch_half_pixel,
    drp.CoordinateMode.ALIGN_CORNERS: _align_corners,
    drp.CoordinateMode.ASYMMETRIC: _asymmetric,
}

_TIE: Final = 1e-6
"""ONNX Runtime takes a position as half-way between two pixels within this distance."""


def _rounder(halfway: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """Rounding to the nearest pixel; `halfway` rounds what lies half-way between two."""

    def round_(position: np.ndarray) -> np.ndarray:
        exact = position.astype(np.float64)
        is_tie = np.abs(exact - np.floor(exact) - 0.5) < _TIE
        return np.where(is_tie, halfway(exact), np.rint(exact))

    return round_


_ROUNDINGS: Final[dict[drp.NearestMode, Callable[[np.ndarray], np.ndarray]]] = {
    drp.NearestMode.ROUND_PREFER_FLOOR: _rounder(np.floor),
    drp.NearestMode.ROUND_PREFER_CEIL: _rounder(np.ceil),
    drp.NearestMode.FLOOR: np.floor,
    drp.NearestMode.CEIL: np.ceil,
}


# --- taps: position -> indices and weights, both (taps, result size) --------------------------


def _linear(position: np.ndarray, length: int, how: Interpolation) -> tuple[np.ndarray, np.ndarray]:
    position = np.clip(position, 0, length - 1)
    first = np.floor(position)
    ratio = position - first
    index = first.astype(np.int64)
    return np.stack([index, index + 1]), np.stack([1 - ratio, ratio])


def _cubic(position: np.ndarray, length: int, how: Interpolation) -> tuple[np.ndarray, np.ndarray]:
    """Keys' cubic convolution with coefficient a, over four neighbours."""
    a, first = np.float32(how.cubic_coefficient), np.floor(position)
    ratio = position - first
    distances = np.stack([ratio + 1, ratio, 1 - ratio, 2 - ratio])
    near = ((a + 2) * distances - (a + 3)) * distances * distances + 1
    far = ((a * distances - 5 * a) * distances + 8 * a) * distances - 4 * a
    weights = np.stack([far[0], near[1], near[2], far[3]])
    indices = first.astype(np.int64) + np.arange(-1, 3)[:, np.newaxis]
    if how.exclude_outside:
        weights = np.where((indices >= 0) & (indices < length), weights, 0)
        weights /= weights.sum(axis=0)
    return indices, weights


_TAPS: Final = {drp.ResizeMode.LINEAR: _linear, drp.ResizeMode.CUBIC: _cubic}


@register_impls
class ResizeFunctions(InterpreterFunctions):
    """drp.resize."""

    @impl(drp.ResizeOp)
    def run_resize(
        self, interpreter: Interpreter, op: drp.ResizeOp, args: PythonValues
    ) -> PythonValues:
        """The tensor at another size; nearest neighbours are copies, in any dtype."""
        how = Interpolation(
            op.mode.data,
            op.coordinates.data,
            op.rounding.data,
            op.cubic_coefficient.value.data,
            bool(op.exclude_outside.value.data),
        )
        x = args[0] if how.mode == drp.ResizeMode.NEAREST else widen(args[0])
        return store(op, resize(x, result_shape(op), floats(op.scales), how))

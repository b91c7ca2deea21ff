"""What a Resize or Upsample of any opset asks for."""

from dataclasses import dataclass

import numpy as np

from ...drpdialect.onnx import OnnxOp
from .attributes import (
    constant_input,
    constant_ints,
    float_attribute,
    floats_attribute,
    int_attribute,
    ints_attribute,
    result_shape,
    shape_of_input,
    text_attribute,
    version_of,
)
from .axes import count_from_front

_LEGACY_OPSET = 10


@dataclass(frozen=True)
class Resizing:
    """Scales of every axis (result size / input size) and how values are interpolated."""

    scales: tuple[float, ...]
    mode: str
    coordinates: str
    rounding: str
    cubic_coefficient: float
    exclude_outside: bool
    antialias: bool

    @property
    def active(self) -> tuple[int, ...]:
        """The axes that are resized."""
        return tuple(axis for axis, scale in enumerate(self.scales) if scale != 1)


def resizing_of(op: OnnxOp) -> Resizing:
    """The interpolation that a node asks for. Raises Undetermined.

    Up to opset 10 coordinates are x / scale, and a nearest neighbour is the one before where an
    axis grows and the one behind where it shrinks (ONNX's text is silent; its own test cases and
    ONNX Runtime do so). `rounding` is `mixed` where one node does both.
    """
    if op.op_type == "Upsample" or version_of(op) <= _LEGACY_OPSET:
        scales = _legacy_scales(op)
        mode = {"bilinear": "linear"}.get(text_attribute(op, "mode"), text_attribute(op, "mode"))
        rounding = _legacy_rounding(scales) if mode == "nearest" else "floor"
        return Resizing(scales, mode, "asymmetric", rounding, -0.75, False, False)
    return Resizing(
        _scales(op),
        text_attribute(op, "mode"),
        text_attribute(op, "coordinate_transformation_mode"),
        text_attribute(op, "nearest_mode"),
        float_attribute(op, "cubic_coeff_a"),
        int_attribute(op, "exclude_outside") == 1,
        int_attribute(op, "antialias", 0) == 1,
    )


def _legacy_rounding(scales: tuple[float, ...]) -> str:
    grows, shrinks = any(scale > 1 for scale in scales), any(scale < 1 for scale in scales)
    if grows and shrinks:
        return "mixed"
    return "ceil" if shrinks else "floor"


def _legacy_scales(op: OnnxOp) -> tuple[float, ...]:
    scales = floats_attribute(op, "scales")
    if scales is not None:
        return scales
    if "height_scale" in op.attributes:
        height, width = float_attribute(op, "height_scale"), float_attribute(op, "width_scale")
        return (1.0, 1.0, height, width)
    array = constant_input(op, 1)
    return () if array is None else tuple(float(scale) for scale in array)


def _scales(op: OnnxOp) -> tuple[float, ...]:
    shape = shape_of_input(op, 0)
    axes = ints_attribute(op, "axes")
    axes = tuple(range(len(shape))) if axes is None else count_from_front(axes, len(shape))
    array = constant_input(op, 2)
    scales = () if array is None else tuple(float(scale) for scale in array)
    if not scales:
        scales = _scales_for_sizes(op, [shape[axis] for axis in axes])
    result = [1.0] * len(shape)
    for axis, scale in zip(axes, scales, strict=True):
        result[axis] = scale
    return tuple(result)


def _scales_for_sizes(op: OnnxOp, sizes: list[int]) -> tuple[float, ...]:
    """Scales in 32-bit floats; one for all axes where the aspect ratio is kept."""
    wanted = constant_ints(op, 3) or result_shape(op)
    ratios = [
        float(np.float32(new) / np.float32(old)) for new, old in zip(wanted, sizes, strict=True)
    ]
    policy = text_attribute(op, "keep_aspect_ratio_policy", "stretch")
    if policy == "stretch":
        return tuple(ratios)
    return (min(ratios) if policy == "not_larger" else max(ratios),) * len(ratios)

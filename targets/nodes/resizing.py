"""What a Resize or Upsample of any opset asks for."""

from dataclasses import dataclass

import numpy as np

from ...drpdialect.drp.attributes import NearestMode
from ...drpdialect.onnx import OnnxOp
from .attributes import (
    choice_attribute,
    constant_input,
    constant_ints,
    contradiction,
    count_from_front,
    float_attribute,
    floats_attribute,
    int_attribute,
    ints_attribute,
    result_shape,
    shape_of_input,
    text_attribute,
    version_of,
)

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
        mode = choice_attribute(op, "mode", ("nearest", "linear", "bilinear"))
        mode = "linear" if mode == "bilinear" else mode
        rounding = _legacy_rounding(scales) if mode == "nearest" else "floor"
        return Resizing(scales, mode, "asymmetric", rounding, -0.75, False, False)
    return Resizing(
        _scales(op),
        choice_attribute(op, "mode", ("nearest", "linear", "cubic")),
        text_attribute(op, "coordinate_transformation_mode"),
        choice_attribute(op, "nearest_mode", tuple(NearestMode)),
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
    if "height_scale" in op.attributes:
        height, width = float_attribute(op, "height_scale"), float_attribute(op, "width_scale")
        return (1.0, 1.0, height, width)
    scales = floats_attribute(op, "scales")
    return _checked(op, _floats(op, 1) if scales is None else scales, len(shape_of_input(op, 0)))


def _scales(op: OnnxOp) -> tuple[float, ...]:
    shape = shape_of_input(op, 0)
    axes = ints_attribute(op, "axes")
    axes = tuple(range(len(shape))) if axes is None else count_from_front(op, axes, len(shape))
    scales = _floats(op, 2) or _scales_for_sizes(op, [shape[axis] for axis in axes])
    scales = _checked(op, scales, len(axes))
    result = [1.0] * len(shape)
    for axis, scale in zip(axes, scales, strict=True):
        result[axis] = scale
    return tuple(result)


def _scales_for_sizes(op: OnnxOp, sizes: list[int]) -> tuple[float, ...]:
    """Scales in 32-bit floats; one for all axes where the aspect ratio is kept."""
    wanted = constant_ints(op, 3) or result_shape(op)
    ratios = [
        float(np.float32(new) / np.float32(old)) for new, old in zip(wanted, sizes, strict=False)
    ]
    policy = text_attribute(op, "keep_aspect_ratio_policy", "stretch")
    if policy == "stretch":
        return tuple(ratios)
    return (min(ratios) if policy == "not_larger" else max(ratios),) * len(ratios)


def _floats(op: OnnxOp, index: int) -> tuple[float, ...]:
    array = constant_input(op, index)
    return () if array is None else tuple(float(item) for item in array.reshape(-1))


def _checked(op: OnnxOp, scales: tuple[float, ...], count: int) -> tuple[float, ...]:
    if len(scales) != count or not all(0 < scale < np.inf for scale in scales):
        raise contradiction(op, f"it has scales {list(scales)} for {count} axes")
    return scales

"""Rules about operators that move elements, and about resizing."""

from ...drpdialect.onnx import OnnxOp
from ..machine import Target
from ..nodes import result_shape, shape_of_input
from ..nodes.axes import gather_indices_of, padding_of
from ..nodes.resizing import resizing_of
from .rule import rule

_COORDINATES = (
    "half_pixel",
    "half_pixel_symmetric",
    "pytorch_half_pixel",
    "align_corners",
    "asymmetric",
)


@rule("gather at most {gather_indices} slices at a time")
def gather_indices(op: OnnxOp, target: Target) -> str | None:
    """A gather takes at most {gather_indices} slices."""
    _, indices, _ = gather_indices_of(op)
    found = len(indices)
    return None if found <= target.limits.gather_indices.value else f"found {found}"


@rule("correct the indices")
def indices_in_range(op: OnnxOp, target: Target) -> str | None:
    """Constant indices are within the axis."""
    axis, indices, _ = gather_indices_of(op)
    size = shape_of_input(op, 0)[axis]
    outside = [index for index in indices if not 0 <= index < size]
    return f"found {outside[0]} for an axis of {size}" if outside else None


@rule("crop with a Slice before the Pad")
def pad_grows(op: OnnxOp, target: Target) -> str | None:
    """Only a pad with a constant may cut elements off (negative pads)."""
    padding = padding_of(op)
    cuts = min((*padding.low, *padding.high), default=0) < 0
    if not cuts or padding.mode == "constant":
        return None
    return f"found negative pads in mode {padding.mode}"


@rule("pad in several steps")
def reflection_fits(op: OnnxOp, target: Target) -> str | None:
    """Padding by reflection is smaller than the axis, by wrapping at most as large."""
    padding = padding_of(op)
    room = {"reflect": 1, "wrap": 0}.get(padding.mode)
    if room is None:
        return None
    for size, low, high in zip(shape_of_input(op, 0), padding.low, padding.high, strict=True):
        if max(low, high) > size - room:
            return f"found {max(low, high)} for an axis of {size}"
    return None


@rule("interpolate by one of {resize_modes}")
def resize_modes(op: OnnxOp, target: Target) -> str | None:
    """Interpolation is one of {resize_modes}."""
    mode = resizing_of(op).mode
    return None if mode in target.limits.resize_modes.value else f"found {mode}"


@rule("use half_pixel, align_corners or asymmetric coordinates")
def resize_coordinates(op: OnnxOp, target: Target) -> str | None:
    """Coordinates are mapped by half pixels (also symmetric or PyTorch's), aligned corners or
    plain scaling."""
    mode = resizing_of(op).coordinates
    return None if mode in _COORDINATES else f"found {mode}"


@rule("resize without antialiasing")
def no_antialiasing(op: OnnxOp, target: Target) -> str | None:
    """A smaller result is not smoothed (antialias is 0)."""
    return "antialias is 1" if resizing_of(op).antialias else None


@rule("resize to at most {resize_size} elements an axis")
def resize_size(op: OnnxOp, target: Target) -> str | None:
    """Axes that are resized have at most {resize_size} elements."""
    shape, result = shape_of_input(op, 0), result_shape(op)
    largest = max((max(shape[i], result[i]) for i in resizing_of(op).active), default=0)
    return None if largest <= target.limits.resize_size.value else f"found {largest}"


@rule("export the model with opset 11 or newer")
def resize_direction(op: OnnxOp, target: Target) -> str | None:
    """Before opset 11, a nearest-neighbour resize makes all axes larger or all smaller."""
    resizing = resizing_of(op)
    return f"found scales {list(resizing.scales)}" if resizing.rounding == "mixed" else None

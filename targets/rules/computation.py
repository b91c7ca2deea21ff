"""Rules about matrix products, normalisations, reductions and element-wise operators."""

import math

from ...drpdialect.constants import constant_attr_of
from ...drpdialect.onnx import OnnxOp
from ..machine import Target
from ..nodes import (
    constant_input,
    int_attribute,
    shape_of_input,
    version_of,
)
from ..nodes.axes import axes_of, normalised_axis
from .rule import rule
from .tensors import element_of, is_weight

_INFERENCE_BY_DEFAULT = 7  # before this opset, is_test = 0 (training) is the default


@rule("use a target whose limit activation_matmul is true")
def constant_matrix(op: OnnxOp, target: Target) -> str | None:
    """One matrix of a product is constant (or dequantised from one), unless the target multiplies
    computed ones."""
    is_constant = any(is_weight(matrix) for matrix in op.inputs[:2])
    allowed = target.limits.activation_matmul.value or is_constant
    return None if allowed else "both matrices are computed"


@rule("export the model for inference")
def inference_mode(op: OnnxOp, target: Target) -> str | None:
    """The operator is in inference mode."""
    if version_of(op) < _INFERENCE_BY_DEFAULT:
        return None if int_attribute(op, "is_test", 0) == 1 else "is_test is 0"
    if int_attribute(op, "training_mode", 0) == 1:
        return "training_mode is 1"
    if op.op_type != "Dropout":
        return None
    mode = constant_input(op, 2)
    return None if mode is None or not mode.any() else "training_mode is true"


@rule("give the tensor a batch and a channel axis")
def has_channels(op: OnnxOp, target: Target) -> str | None:
    """The input has a batch and a channel axis."""
    rank = len(shape_of_input(op, 0))
    return None if rank >= 2 else f"found {rank} axes"


@rule("give scale and shift the shape of the axes that are normalised")
def scale_fits_axes(op: OnnxOp, target: Target) -> str | None:
    """Scale and shift broadcast to the axes that are normalised."""
    normalised = shape_of_input(op, 0)[normalised_axis(op) :]
    for index in (1, 2):
        if op.input(index) is None:
            continue
        shape = shape_of_input(op, index)
        if not _broadcasts_to(shape, normalised):
            return f"found {shape} for axes of {normalised}"
    return None


def _broadcasts_to(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether a tensor can be repeated to a shape without that shape growing."""
    pairs = zip(reversed(shape), reversed(wanted), strict=False)
    return len(shape) <= len(wanted) and all(size in (1, most) for size, most in pairs)


@rule("give scale, bias and statistics one number per channel")
def one_number_per_channel(op: OnnxOp, target: Target) -> str | None:
    """Scale, bias and statistics have one number per channel."""
    channels = shape_of_input(op, 0)[1:2]
    for index in range(1, len(op.inputs)):
        if shape_of_input(op, index) != channels:
            return f"found {shape_of_input(op, index)} for {channels} channels"
    return None


@rule("split the axis into parts of at most {softmax_size}")
def softmax_size(op: OnnxOp, target: Target) -> str | None:
    """A softmax is over at most {softmax_size} elements."""
    shape = shape_of_input(op, 0)
    since_13 = version_of(op) >= 13
    axis = normalised_axis(op)
    size = shape[axis] if since_13 else math.prod(shape[axis:])
    return None if size <= target.limits.softmax_size.value else f"found {size}"


@rule("split the axis into parts of at most {argument_size}")
def argument_size(op: OnnxOp, target: Target) -> str | None:
    """The index of an extreme element is searched among at most {argument_size}."""
    size = shape_of_input(op, 0)[normalised_axis(op, 0)]
    return None if size <= target.limits.argument_size.value else f"found {size}"


@rule("name the axes, or drop the operator")
def reduction_reduces(op: OnnxOp, target: Target) -> str | None:
    """A reduction that is told to leave its input alone is a sum, mean, maximum, minimum or
    product."""
    leaves = int_attribute(op, "noop_with_empty_axes", 0) == 1 and not axes_of(op)
    is_plain = op.op_type[len("Reduce") :] in ("Sum", "Mean", "Max", "Min", "Prod")
    return "found no axes and noop_with_empty_axes" if leaves and not is_plain else None


@rule("use p = 1 or p = 2")
def norm_order(op: OnnxOp, target: Target) -> str | None:
    """The order p of a norm is 1 or 2."""
    order = int_attribute(op, "p")
    return None if order in (1, 2) else f"found p = {order}"


@rule("cast the exponent to the base's type")
def exponent_type(op: OnnxOp, target: Target) -> str | None:
    """An exponent is of the base's type, or constant."""
    base, exponent = element_of(op.input(0)), element_of(op.input(1))
    if base == exponent or constant_attr_of(op.input(1)) is not None:
        return None
    return f"found {exponent} for a base of {base}"


@rule("set the attribute fmod to 1")
def remainder_of_truncation(op: OnnxOp, target: Target) -> str | None:
    """A remainder has the dividend's sign (fmod is 1)."""
    return None if int_attribute(op, "fmod") == 1 else "fmod is 0"


@rule("export the slope with a shape that broadcasts to the input")
def slope_shape(op: OnnxOp, target: Target) -> str | None:
    """The slope of a PRelu broadcasts to its input."""
    if version_of(op) < 7:  # one slope a channel, or one in all
        return None
    x, slope = shape_of_input(op, 0), shape_of_input(op, 1)
    return None if _broadcasts_to(slope, x) else f"found {slope} for {x}"


@rule("detect positive or negative infinity, or both")
def detects_infinity(op: OnnxOp, target: Target) -> str | None:
    """At least one sign of infinity is looked for."""
    signs = (int_attribute(op, "detect_positive"), int_attribute(op, "detect_negative"))
    return None if any(signs) else "detect_positive and detect_negative are 0"


# --- quantised numbers -----------------------------------------------------------------------

_QUANTISED = {
    "QuantizeLinear": ("i8", "ui8", "i16", "ui16"),
    "DequantizeLinear": ("i8", "ui8", "i16", "ui16", "i32"),
}


@rule("quantise to 8 bits")
def stored_type(op: OnnxOp, target: Target) -> str | None:
    """Stored numbers are integers of 8 or 16 bits (of 32 as well, where they become real)."""
    quantises = op.op_type == "QuantizeLinear"
    element = element_of(op.outputs[0] if quantises else op.input(0))
    return None if str(element) in _QUANTISED[op.op_type] else f"found {element}"


@rule("use scales of the real numbers' type, {compute_types}")
def real_type(op: OnnxOp, target: Target) -> str | None:
    """Real numbers and scales are of one type, one of {compute_types}."""
    quantises = op.op_type == "QuantizeLinear"
    real, scale = element_of(op.input(0) if quantises else op.outputs[0]), element_of(op.input(1))
    found = {str(real), str(scale)}
    precision = int_attribute(op, "precision", 0)
    fits = len(found) == 1 and found <= set(target.limits.compute_types.value) and not precision
    return None if fits else f"found {real} and scales of {scale}"


@rule("use one scale per tensor, or one per slice along an axis")
def scale_per_slice(op: OnnxOp, target: Target) -> str | None:
    """There is one scale per tensor, or one per slice along one axis."""
    shape, scale = shape_of_input(op, 0), shape_of_input(op, 1)
    if math.prod(scale) == 1 and len(scale) <= 1:
        return None
    axis = normalised_axis(op, 1)
    fits = len(scale) == 1 and 0 <= axis < len(shape) and scale[0] == shape[axis]
    return None if fits else f"found scales of {scale} for {shape}"

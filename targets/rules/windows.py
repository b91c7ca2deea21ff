"""Rules about convolutions and pools."""

from ...drpdialect.onnx import OnnxOp
from ..machine import Target
from ..nodes import ints_attribute, result_shape, shape_of_input
from ..nodes.windows import (
    Window,
    covers_input,
    has_overhang,
    spatial_result,
    spatial_shape,
    transposed_window_of,
    window_of,
)
from .rule import rule


def _window(op: OnnxOp) -> Window:
    return transposed_window_of(op)[0] if op.op_type == "ConvTranspose" else window_of(op)


@rule("rewrite the operator on two spatial axes")
def spatial_axes(op: OnnxOp, target: Target) -> str | None:
    """There are one or two spatial axes."""
    found = len(shape_of_input(op, 0)) - 2
    return None if found in (1, 2) else f"found {found}"


@rule("use fewer channels, or split height and width")
def feature_size(op: OnnxOp, target: Target) -> str | None:
    """Channels, height and width are at most {feature_size} each."""
    largest = max(*shape_of_input(op, 0)[1:], *result_shape(op)[1:])
    return None if largest <= target.limits.feature_size.value else f"found {largest}"


@rule("use a smaller kernel, or several of at most {convolution_kernel}")
def convolution_kernel(op: OnnxOp, target: Target) -> str | None:
    """Kernel height and width are at most {convolution_kernel}."""
    return _beyond(_window(op).kernel, target.limits.convolution_kernel.value)


@rule("use strides of at most {convolution_stride}")
def convolution_stride(op: OnnxOp, target: Target) -> str | None:
    """Strides are at most {convolution_stride}."""
    return _beyond(_window(op).strides, target.limits.convolution_stride.value)


@rule("use dilations of at most {convolution_dilation}")
def convolution_dilation(op: OnnxOp, target: Target) -> str | None:
    """Dilations are at most {convolution_dilation}."""
    return _beyond(_window(op).dilations, target.limits.convolution_dilation.value)


@rule("pool in several steps with kernels of at most {pool_kernel}")
def pool_kernel(op: OnnxOp, target: Target) -> str | None:
    """Pooling windows are at most {pool_kernel} high and wide, unless one is the whole input."""
    return (
        None if covers_input(op) else _beyond(_window(op).kernel, target.limits.pool_kernel.value)
    )


@rule("use strides of at most {pool_stride}")
def pool_stride(op: OnnxOp, target: Target) -> str | None:
    """Pooling strides are at most {pool_stride}, unless there is one window."""
    return (
        None if covers_input(op) else _beyond(_window(op).strides, target.limits.pool_stride.value)
    )


def _beyond(found: tuple[int, int], limit: int) -> str | None:
    return None if max(found) <= limit else f"found {found[0]}x{found[1]}"


@rule("use strides and dilations of at least 1")
def positive_steps(op: OnnxOp, target: Target) -> str | None:
    """Strides and dilations are at least 1."""
    steps = [*(ints_attribute(op, "strides") or ()), *(ints_attribute(op, "dilations") or ())]
    return None if min(steps, default=1) >= 1 else f"found {min(steps)}"


@rule("crop with a Slice instead of negative padding")
def padding_not_negative(op: OnnxOp, target: Target) -> str | None:
    """Padding is not negative."""
    pads = _window(op).pads
    return None if min(pads) >= 0 else f"found {list(pads)}"


@rule("pad by less than the window, or pad with a Pad node")
def padding_below_window(op: OnnxOp, target: Target) -> str | None:
    """Padding on each side is smaller than the pooling window."""
    window = _window(op)
    fits = all(window.pads[i] < window.extent[i % 2] for i in range(4))
    return None if fits else f"found pads {list(window.pads)} with a window of {window.extent}"


@rule("check the operator's sizes, or export the model with a newer opset")
def window_positions(op: OnnxOp, target: Target) -> str | None:
    """The result is as large as there are positions of the window, and the last one starts within
    the padded input."""
    window = window_of(op)
    expected = window.positions(spatial_shape(op), overhang=has_overhang(op))
    found = spatial_result(op)
    return None if expected == found else f"found {found}, where the window gives {expected}"


@rule("check the operator's sizes, or give pads instead of an output shape")
def transposed_positions(op: OnnxOp, target: Target) -> str | None:
    """The result's size is that of stride, kernel, padding and output padding."""
    window, padding = transposed_window_of(op)
    size, found = spatial_shape(op), spatial_result(op)
    expected = tuple(
        window.strides[i] * (size[i] - 1)
        + padding[i]
        + window.extent[i]
        - window.pads[i]
        - window.pads[i + 2]
        for i in range(2)
    )
    return None if expected == found else f"found {found}, where the window gives {expected}"

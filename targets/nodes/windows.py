"""Sliding windows of convolutions and pools, with automatic padding resolved.

One spatial axis is read as two: height 1, and the axis as width.
"""

from dataclasses import dataclass, replace
from typing import Final

from ...drpdialect.onnx import OnnxOp
from .attributes import (
    Undetermined,
    choice_attribute,
    int_attribute,
    ints_attribute,
    result_shape,
    shape_of_input,
)

Pair = tuple[int, int]
Pads = tuple[int, int, int, int]

_AUTO_PADS: Final = ("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID")


@dataclass(frozen=True)
class Window:
    """Height and width of a window and how it moves; pads are (top, left, bottom, right)."""

    kernel: Pair
    strides: Pair
    dilations: Pair
    pads: Pads

    @property
    def extent(self) -> Pair:
        """Height and width that the window covers, its holes included."""
        (h, w), (dh, dw) = self.kernel, self.dilations
        return (dh * (h - 1) + 1, dw * (w - 1) + 1)

    def positions(self, size: Pair, *, overhang: bool = False) -> Pair:
        """Where the window fits in an input of that size.

        With `overhang` (ONNX's ceil_mode) the last one may reach beyond the padded input as long
        as it starts within the input or the padding before it.
        """
        return (self._positions(size, 0, overhang), self._positions(size, 1, overhang))

    def _positions(self, size: Pair, i: int, overhang: bool) -> int:
        room = size[i] + self.pads[i] + self.pads[i + 2] - self.extent[i]
        if not overhang:
            return room // self.strides[i] + 1
        last = -(-room // self.strides[i])
        starts_inside = last * self.strides[i] < size[i] + self.pads[i]
        return last + 1 if starts_inside else last


def spatial_shape(op: OnnxOp) -> Pair:
    """Height and width of a node's input (N, C, W) or (N, C, H, W). Raises Undetermined."""
    shape = shape_of_input(op, 0)
    if len(shape) not in (3, 4):
        raise Undetermined(f"expected one or two spatial axes, but got {len(shape) - 2}")
    return _pair(shape[2:], 1)


def window_of(op: OnnxOp) -> Window:
    """The window of a Conv or a pool. Raises Undetermined."""
    size = spatial_shape(op)
    strides, dilations = _steps(op)
    window = Window(_kernel(op), strides, dilations, _explicit_pads(op))
    auto_pad = choice_attribute(op, "auto_pad", _AUTO_PADS)
    if auto_pad not in ("SAME_UPPER", "SAME_LOWER"):
        return window
    missing = [
        max((-(-size[i] // strides[i]) - 1) * strides[i] + window.extent[i] - size[i], 0)
        for i in range(2)
    ]
    return replace(window, pads=_split_pads(missing, auto_pad == "SAME_UPPER"))


def transposed_window_of(op: OnnxOp) -> tuple[Window, Pair]:
    """The window of a ConvTranspose and its output padding. Raises Undetermined.

    Where the node gives an output shape (or SAME_UPPER, SAME_LOWER: input times stride), the pads
    are those that lead to it; they may be negative.
    """
    size = spatial_shape(op)
    strides, dilations = _steps(op)
    output_padding = _pair(ints_attribute(op, "output_padding"), 0)
    window = Window(_kernel(op), strides, dilations, _explicit_pads(op))
    auto_pad = choice_attribute(op, "auto_pad", _AUTO_PADS)
    wanted = ints_attribute(op, "output_shape")
    if wanted is None and auto_pad not in ("SAME_UPPER", "SAME_LOWER"):
        return window, output_padding
    output = (size[0] * strides[0], size[1] * strides[1])
    if wanted is not None:
        output = _pair(wanted[2 - len(shape_of_input(op, 0)) :], 1)
    surplus = [
        strides[i] * (size[i] - 1) + output_padding[i] + window.extent[i] - output[i]
        for i in range(2)
    ]
    pads = _split_pads(surplus, auto_pad == "SAME_UPPER")
    return replace(window, pads=pads), output_padding


def _steps(op: OnnxOp) -> tuple[Pair, Pair]:
    """Strides and dilations. Raises Undetermined where one is not positive."""
    strides = _pair(ints_attribute(op, "strides"), 1)
    dilations = _pair(ints_attribute(op, "dilations"), 1)
    if min(*strides, *dilations) < 1:
        raise Undetermined(f"found strides {strides} and dilations {dilations}")
    return strides, dilations


def has_overhang(op: OnnxOp) -> bool:
    """Whether a pool rounds its result's size up."""
    return int_attribute(op, "ceil_mode", 0) == 1


def covers_input(op: OnnxOp) -> bool:
    """Whether a pool has one window, which is its whole input: a global pool. Raises Undetermined."""
    window = window_of(op)
    whole = Window(spatial_shape(op), window.strides, (1, 1), (0, 0, 0, 0))
    return window == whole and spatial_result(op) == (1, 1)


def spatial_result(op: OnnxOp) -> Pair:
    """Height and width of a node's result (N, C, W) or (N, C, H, W). Raises Undetermined."""
    return _pair(result_shape(op)[2:], 1)


def _kernel(op: OnnxOp) -> Pair:
    kernel = ints_attribute(op, "kernel_shape")
    return _pair(shape_of_input(op, 1)[2:] if kernel is None else kernel, 1)


def _explicit_pads(op: OnnxOp) -> Pads:
    pads = ints_attribute(op, "pads")
    if pads is None or choice_attribute(op, "auto_pad", _AUTO_PADS) != "NOTSET":
        return (0, 0, 0, 0)
    half = len(pads) // 2
    before, behind = _pair(pads[:half], 0), _pair(pads[half:], 0)
    return (*before, *behind)


def _split_pads(totals: list[int], more_behind: bool) -> Pads:
    """Padding on both sides; an odd element goes behind or in front."""
    small = [total // 2 for total in totals]
    large = [total - total // 2 for total in totals]
    before, behind = (small, large) if more_behind else (large, small)
    return (before[0], before[1], behind[0], behind[1])


def _pair(values: tuple[int, ...] | None, neutral: int) -> Pair:
    if values is None:
        return (neutral, neutral)
    if len(values) == 1:
        return (neutral, values[0])
    if len(values) != 2:
        raise Undetermined(f"expected one or two spatial axes, but got {len(values)}")
    return (values[0], values[1])

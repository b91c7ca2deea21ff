"""Operators that move elements, resize, quantise and dequantise."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from xdsl.ir import SSAValue

from ...drpdialect import drp
from ...drpdialect.constants import constant_of
from ...drpdialect.element_types import dtype_of
from ...targets.nodes import choice_attribute, int_attribute, ints_attribute
from ...targets.nodes.attributes import axis_attribute
from ...targets.nodes.axes import (
    cut_of,
    gather_indices_of,
    normalised_axis,
    padding_of,
    repeats_of,
    split_sizes_of,
)
from ...targets.nodes.resizing import resizing_of
from .emitter import Emitter


def _convert_reshape(at: Emitter) -> SSAValue:
    return at.job(drp.ReshapeOp(at.x(), drp.shape_of(at.node.outputs[0])))


def _convert_identity(at: Emitter) -> SSAValue:
    return at.x()


def _convert_transpose(at: Emitter) -> SSAValue:
    rank = len(drp.shape_of(at.x()))
    permutation = ints_attribute(at.node, "perm")
    reverse = tuple(reversed(range(rank)))
    return at.job(drp.TransposeOp(at.x(), reverse if permutation is None else permutation))


def _convert_expand(at: Emitter) -> SSAValue:
    return at.job(drp.BroadcastOp(at.x(), drp.shape_of(at.node.outputs[0])))


def _convert_tile(at: Emitter) -> SSAValue:
    return at.job(drp.TileOp(at.x(), repeats_of(at.node)))


def _convert_concat(at: Emitter) -> SSAValue:
    return at.job(drp.ConcatOp(at.node.inputs, normalised_axis(at.node, 1)))


def _convert_slice(at: Emitter) -> SSAValue:
    cut = cut_of(at.node)
    return at.job(drp.SliceOp(at.x(), cut.offsets, cut.sizes, cut.steps))


def _convert_split(at: Emitter) -> Sequence[SSAValue]:
    axis, parts = split_sizes_of(at.node)
    shape = drp.shape_of(at.x())
    starts = np.cumsum([0, *parts[:-1]]).tolist()
    return [_part(at, shape, axis, start, size) for start, size in zip(starts, parts, strict=True)]


def _part(at: Emitter, shape: tuple[int, ...], axis: int, start: int, size: int) -> SSAValue:
    offsets, sizes = [0] * len(shape), list(shape)
    offsets[axis], sizes[axis] = start, size
    return at.job(drp.SliceOp(at.x(), offsets, sizes, [1] * len(shape)))


def _convert_pad(at: Emitter) -> SSAValue:
    """Negative pads cut first, then positive ones fill."""
    padding = padding_of(at.node)
    x = _cropped(at, [max(-size, 0) for size in padding.low], [max(-s, 0) for s in padding.high])
    low = [max(size, 0) for size in padding.low]
    high = [max(size, 0) for size in padding.high]
    return at.job(drp.PadOp(x, low, high, drp.PadMode(padding.mode), padding.value))


def _cropped(at: Emitter, before: list[int], behind: list[int]) -> SSAValue:
    if not any((*before, *behind)):
        return at.x()
    shape = drp.shape_of(at.x())
    sizes = [size - a - b for size, a, b in zip(shape, before, behind, strict=True)]
    return at.job(drp.SliceOp(at.x(), before, sizes, [1] * len(shape)))


def _convert_gather(at: Emitter) -> SSAValue:
    """Indices of any shape are taken flat; the result is then given their shape."""
    axis, indices, _ = gather_indices_of(at.node)
    return at.reshape(at.job(drp.GatherOp(at.x(), axis, indices)), drp.shape_of(at.node.outputs[0]))


def _convert_depth_to_space(at: Emitter) -> SSAValue:
    n, c, h, w = drp.shape_of(at.x())
    block = int_attribute(at.node, "blocksize")
    left = c // block**2
    if choice_attribute(at.node, "mode", ("DCR", "CRD"), "DCR") == "DCR":
        split, order = (n, block, block, left, h, w), (0, 3, 4, 1, 5, 2)
    else:
        split, order = (n, left, block, block, h, w), (0, 1, 4, 2, 5, 3)
    parts = at.transpose(at.reshape(at.x(), split), order)
    return at.reshape(parts, (n, left, h * block, w * block))


def _convert_space_to_depth(at: Emitter) -> SSAValue:
    n, c, h, w = drp.shape_of(at.x())
    block = int_attribute(at.node, "blocksize")
    split = (n, c, h // block, block, w // block, block)
    blocks_first = choice_attribute(at.node, "mode", ("DCR", "CRD"), "DCR") == "DCR"
    order = (0, 3, 5, 1, 2, 4) if blocks_first else (0, 1, 3, 5, 2, 4)
    parts = at.transpose(at.reshape(at.x(), split), order)
    return at.reshape(parts, (n, c * block**2, h // block, w // block))


def _convert_resize(at: Emitter) -> SSAValue:
    resizing = resizing_of(at.node)
    shape = drp.shape_of(at.node.outputs[0])
    if not resizing.active and shape == drp.shape_of(at.x()):
        return at.x()
    return at.job(
        drp.ResizeOp(
            at.x(),
            shape,
            resizing.scales,
            drp.ResizeMode(resizing.mode),
            drp.CoordinateMode(resizing.coordinates),
            drp.NearestMode(resizing.rounding),
            resizing.cubic_coefficient,
            resizing.exclude_outside,
        )
    )


def _convert_quantize(at: Emitter) -> SSAValue:
    stored = drp.element_type_of(at.node.outputs[0])
    scale, zero_point, axis = _scales(at, dtype_of(stored))
    return at.job(drp.QuantizeOp(at.x(), scale, zero_point, stored, axis))


def _convert_dequantize(at: Emitter) -> SSAValue:
    scale, zero_point, axis = _scales(at, dtype_of(drp.element_type_of(at.x())))
    element = drp.element_type_of(at.node.outputs[0])
    return at.job(drp.DequantizeOp(at.x(), scale, zero_point, element, axis))


def _scales(at: Emitter, stored: np.dtype[np.generic]) -> tuple[SSAValue, SSAValue, int]:
    """Scale and zero point (0 where the node has none) of the same shape, and their axis."""
    scale = constant_of(at.x(1))
    assert scale is not None
    shape = () if scale.size == 1 else scale.shape
    zero_point = at.node.input(2)
    if zero_point is None:
        zero_point = at.constant(np.zeros(shape, stored))
    axis = 0 if shape == () else axis_attribute(at.node, "axis", len(drp.shape_of(at.x())), 1)
    return at.reshape(at.x(1), shape), at.reshape(zero_point, shape), axis


CONVERTERS: Final[Mapping[str, Callable[[Emitter], SSAValue | Sequence[SSAValue]]]] = {
    "Reshape": _convert_reshape,
    "Flatten": _convert_reshape,
    "Squeeze": _convert_reshape,
    "Unsqueeze": _convert_reshape,
    "Identity": _convert_identity,
    "Dropout": _convert_identity,
    "Transpose": _convert_transpose,
    "Expand": _convert_expand,
    "Tile": _convert_tile,
    "Concat": _convert_concat,
    "Slice": _convert_slice,
    "Split": _convert_split,
    "Pad": _convert_pad,
    "Gather": _convert_gather,
    "DepthToSpace": _convert_depth_to_space,
    "SpaceToDepth": _convert_space_to_depth,
    "Resize": _convert_resize,
    "Upsample": _convert_resize,
    "QuantizeLinear": _convert_quantize,
    "DequantizeLinear": _convert_dequantize,
}

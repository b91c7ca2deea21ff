"""A constant pad goes into the window that slides over it, where that changes nothing."""

import math
from typing import Final

from xdsl.dialects.builtin import BoolAttr
from xdsl.ir import SSAValue
from xdsl.pattern_rewriter import PatternRewriter, RewritePattern, op_type_rewrite_pattern

from ...drpdialect import drp
from ...drpdialect.drp.base import ints
from ...drpdialect.provenance import inherit_nodes
from ..rewriting import evolve, ints_of

_LEAST: Final = {
    "relu": 0.0,
    "sigmoid": 0.0,
    "hard_sigmoid": 0.0,
    "exp": 0.0,
    "abs": 0.0,
    "sqrt": 0.0,
    "softplus": 0.0,
    "tanh": -1.0,
    "erf": -1.0,
    "softsign": -1.0,
}
"""A number that no result of a function is below."""


class FusePadIntoConv(RewritePattern):
    """conv(pad(x, 0)): a convolution pads with zeros itself."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.ConvOp, rewriter: PatternRewriter) -> None:
        pad = op.x.owner
        pads = _spatial_pads(pad)
        if not isinstance(pad, drp.PadOp) or pads is None or pad.value.value.data != 0.0:
            return
        pads = _sum(pads, ints_of(op.pads))
        if _fits(pads, drp.shape_of(op.w)[2:], ints_of(op.dilations)):
            _drop_pad(rewriter, op, pad, evolve(op, x=pad.x, pads=ints(pads)))


class FusePadIntoAveragePool(RewritePattern):
    """average_pool(pad(x, 0)): the zeros count, as they do with count_include_pad."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.AveragePoolOp, rewriter: PatternRewriter) -> None:
        pad = op.x.owner
        pads = _spatial_pads(pad)
        if not isinstance(pad, drp.PadOp) or pads is None or pad.value.value.data != 0.0:
            return
        own = ints_of(op.pads)
        own_padding_counts = bool(op.count_include_pad.value.data) or not any(own)
        pads = _sum(pads, own)
        if own_padding_counts and _fits_pool(op, pads):
            counted = BoolAttr.from_bool(True)
            fused = evolve(op, x=pad.x, pads=ints(pads), count_include_pad=counted)
            _drop_pad(rewriter, op, pad, fused)


class FusePadIntoMaxPool(RewritePattern):
    """max_pool(pad(x, v)) where no element of x is below v: the padding never wins.

    Every window holds an element of x, because the pads are smaller than the kernel; so its
    maximum is at least v, with or without the padding.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.MaxPoolOp, rewriter: PatternRewriter) -> None:
        pad = op.x.owner
        pads = _spatial_pads(pad)
        if not isinstance(pad, drp.PadOp) or pads is None:
            return
        pads = _sum(pads, ints_of(op.pads))
        if pad.value.value.data <= _lower_bound(pad.x) and _fits_pool(op, pads):
            _drop_pad(rewriter, op, pad, evolve(op, x=pad.x, pads=ints(pads)))


def _drop_pad(
    rewriter: PatternRewriter,
    op: drp.ConvOp | drp.PoolOp,
    pad: drp.PadOp,
    fused: drp.ConvOp | drp.PoolOp,
) -> None:
    inherit_nodes(fused, pad)
    rewriter.replace(op, fused)


def _spatial_pads(pad: object) -> tuple[int, ...] | None:
    """(top, left, bottom, right) of a constant pad of height and width only."""
    if not isinstance(pad, drp.PadOp) or pad.mode.data is not drp.PadMode.CONSTANT:
        return None
    low, high = ints_of(pad.low), ints_of(pad.high)
    if len(low) != 4 or any((*low[:2], *high[:2])):
        return None
    return (*low[2:], *high[2:])


def _sum(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(x + y for x, y in zip(a, b, strict=True))


def _fits(pads: tuple[int, ...], kernel: tuple[int, ...], dilations: tuple[int, ...]) -> bool:
    """Whether each pad is smaller than the kernel's extent: no window lies in padding alone."""
    extents = [dilations[i] * (kernel[i] - 1) + 1 for i in range(2)]
    return all(pad < extents[index % 2] for index, pad in enumerate(pads))


def _fits_pool(op: drp.PoolOp, pads: tuple[int, ...]) -> bool:
    """Besides, no window hangs over the padded input: what is padding and what not would change."""
    kernel, strides = ints_of(op.kernel), ints_of(op.strides)
    dilations, own = ints_of(op.dilations), ints_of(op.pads)
    size = drp.shape_of(op.x)[2:]
    least = drp.shapes.spatial_windows(size, kernel, strides, dilations, own)
    return least == drp.shape_of(op.y)[2:] and _fits(pads, kernel, dilations)


def _lower_bound(value: SSAValue) -> float:
    """A number that no element of a value is below; minus infinity where nothing is known."""
    op = value.owner
    match op:
        case drp.ApplyOp():
            return _least(op.function)
        case drp.ConvOp() if op.residual is not None:
            return _least(op.output_activation)
        case drp.EpilogueOp() | drp.BinaryOp() | drp.ScaleShiftOp() | drp.NormOp():
            function = op.properties.get("activation")
            return _least(function) if isinstance(function, drp.FunctionAttr) else -math.inf
        case drp.MaxPoolOp() | drp.ReshapeOp() | drp.TransposeOp() | drp.SliceOp():
            return _least_of_source(op.x)
        case _:
            return -math.inf


def _least_of_source(value: SSAValue) -> float:
    """As `_lower_bound`, one job further up and no more."""
    op = value.owner
    return _lower_bound(value) if not isinstance(op, drp.PoolOp | drp.MovementOp) else -math.inf


def _least(function: drp.FunctionAttr) -> float:
    if function.kind.data == "clip":
        low, high = function.arguments
        return low if low <= high else -math.inf
    return _LEAST.get(function.kind.data, -math.inf)


PATTERNS: tuple[RewritePattern, ...] = (
    FusePadIntoConv(),
    FusePadIntoAveragePool(),
    FusePadIntoMaxPool(),
)

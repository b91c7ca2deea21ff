"""Jobs that move nothing, or that one job can do: identities, movements in a row, constants."""

import numpy as np
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter, RewritePattern, op_type_rewrite_pattern

from ...drpdialect import drp
from ...drpdialect.constants import constant_of
from ...drpdialect.drp.base import ints
from ...drpdialect.drp.shapes import broadcast
from ...drpdialect.provenance import inherit_nodes
from ..rewriting import evolve, insert_constant, ints_of, replace
from .axes import compose, is_trivial_move


class DropIdentity(RewritePattern):
    """A job whose result is its operand."""

    @op_type_rewrite_pattern
    def match_and_rewrite(
        self,
        op: drp.MovementOp | drp.ApplyOp | drp.CastOp,
        rewriter: PatternRewriter,
    ) -> None:
        if len(op.operands) == 1 and _is_identity(op):
            rewriter.replace(op, [], [op.operands[0]])


class FoldConstantMovement(RewritePattern):
    """A reshape, transpose, slice or gather of a constant is a constant."""

    @op_type_rewrite_pattern
    def match_and_rewrite(
        self,
        op: drp.ReshapeOp | drp.TransposeOp | drp.SliceOp | drp.GatherOp,
        rewriter: PatternRewriter,
    ) -> None:
        array = constant_of(op.x)
        if array is None:
            return
        moved = np.ascontiguousarray(_moved(op, array))
        rewriter.replace(op, [], [insert_constant(rewriter, moved, op.x)])


class MergeReshapes(RewritePattern):
    """A reshape of a reshape."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.ReshapeOp, rewriter: PatternRewriter) -> None:
        inner = op.x.owner
        if isinstance(inner, drp.ReshapeOp):
            replace(rewriter, op, evolve(op, x=inner.x), inner)


class MergeTransposes(RewritePattern):
    """A transpose of a transpose; a transpose that only moves axes of size 1 is a reshape."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.TransposeOp, rewriter: PatternRewriter) -> None:
        permutation = ints_of(op.permutation)
        if is_trivial_move(permutation, drp.shape_of(op.x)):
            replace(rewriter, op, drp.ReshapeOp(op.x, drp.shape_of(op.y)))
            return
        inner = op.x.owner
        if isinstance(inner, drp.TransposeOp):
            both = compose(ints_of(inner.permutation), permutation)
            replace(rewriter, op, drp.TransposeOp(inner.x, both), inner)


class MergeSlices(RewritePattern):
    """A slice of a slice, the inner one used only here or not."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.SliceOp, rewriter: PatternRewriter) -> None:
        inner = op.x.owner
        if not isinstance(inner, drp.SliceOp):
            return
        first, step = ints_of(inner.offsets), ints_of(inner.steps)
        offsets = [a + s * b for a, s, b in zip(first, step, ints_of(op.offsets), strict=True)]
        steps = [a * b for a, b in zip(step, ints_of(op.steps), strict=True)]
        if 0 in ints_of(op.sizes):
            return
        replace(rewriter, op, drp.SliceOp(inner.x, offsets, ints_of(op.sizes), steps), inner)


class MergePads(RewritePattern):
    """A pad of a pad with the same constant."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.PadOp, rewriter: PatternRewriter) -> None:
        inner = op.x.owner
        if not isinstance(inner, drp.PadOp) or not op.x.has_one_use():
            return
        constant = drp.PadMode.CONSTANT
        same_value = inner.value.value.data == op.value.value.data
        if op.mode.data is constant and inner.mode.data is constant and same_value:
            low = [a + b for a, b in zip(ints_of(inner.low), ints_of(op.low), strict=True)]
            high = [a + b for a, b in zip(ints_of(inner.high), ints_of(op.high), strict=True)]
            merged = evolve(op, x=inner.x, low=ints(low), high=ints(high))
            replace(rewriter, op, merged, inner)


class MergeConcats(RewritePattern):
    """A concat among the operands of a concat along the same axis, used only here."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.ConcatOp, rewriter: PatternRewriter) -> None:
        inner: list[Operation] = []
        xs: list[SSAValue] = []
        for x in op.xs:
            owner = x.owner
            if isinstance(owner, drp.ConcatOp) and owner.axis == op.axis and x.has_one_use():
                inner.append(owner)
                xs.extend(owner.xs)
            else:
                xs.append(x)
        if inner:
            replace(rewriter, op, drp.ConcatOp(xs, op.axis.value.data), *inner)


class DropBroadcast(RewritePattern):
    """A broadcast operand of a binary job that broadcasts by itself."""

    @op_type_rewrite_pattern
    def match_and_rewrite(
        self, op: drp.BinaryOp | drp.CompareOp | drp.LogicalOp, rewriter: PatternRewriter
    ) -> None:
        for name, value, other in (("a", op.a, op.b), ("b", op.b, op.a)):
            source = value.owner
            if not isinstance(source, drp.BroadcastOp):
                continue
            shape = broadcast(drp.shape_of(source.x), drp.shape_of(other))
            if shape == drp.shape_of(op.y):
                replace(rewriter, op, evolve(op, **{name: source.x}), source)
                return


class ReduceTransposed(RewritePattern):
    """A reduction reads a transposed tensor as it was before, and its smaller result is transposed.

    The axes that it reduces must come in the same order, so that sums are the same bit for bit.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.ReduceOp, rewriter: PatternRewriter) -> None:
        transpose = op.x.owner
        if not isinstance(transpose, drp.TransposeOp):
            return
        permutation = ints_of(transpose.permutation)
        axes = sorted(ints_of(op.axes))
        reduced = [permutation[axis] for axis in axes]
        if reduced != sorted(reduced):
            return
        keep = bool(op.keep.value.data)
        inner = drp.ReduceOp(transpose.x, op.kind.data, reduced, keep=keep)
        left = [old for new, old in enumerate(permutation) if keep or new not in axes]
        ranks = {old: index for index, old in enumerate(sorted(left))}
        outer = drp.TransposeOp(inner.y, [ranks[old] for old in left])
        inherit_nodes(inner, op)
        inherit_nodes(outer, transpose)
        rewriter.replace(op, [inner, outer])


def _is_identity(op: drp.MovementOp | drp.ApplyOp | drp.CastOp) -> bool:
    """Whether a job of one operand gives it unchanged."""
    (operand,), (result,) = op.operands, op.results
    if operand.type != result.type:
        return False
    match op:
        case drp.ReshapeOp() | drp.BroadcastOp() | drp.TileOp() | drp.ConcatOp():
            return True
        case drp.PadOp() | drp.CastOp():
            return True
        case drp.TransposeOp():
            return ints_of(op.permutation) == tuple(range(len(drp.shape_of(operand))))
        case drp.SliceOp():
            return all(step == 1 for step in ints_of(op.steps))
        case drp.GatherOp():
            return ints_of(op.indices) == tuple(range(drp.shape_of(operand)[op.axis.value.data]))
        case drp.ApplyOp():
            return op.function.is_identity
        case _:
            return False


def _moved(
    op: drp.ReshapeOp | drp.TransposeOp | drp.SliceOp | drp.GatherOp, array: np.ndarray
) -> np.ndarray:
    match op:
        case drp.ReshapeOp():
            return array.reshape(drp.shape_of(op.y))
        case drp.TransposeOp():
            return array.transpose(ints_of(op.permutation))
        case drp.SliceOp():
            for axis, (offset, size, step) in enumerate(
                zip(ints_of(op.offsets), ints_of(op.sizes), ints_of(op.steps), strict=True)
            ):
                array = array.take(range(offset, offset + size * step, step), axis)
            return array
        case _:
            return array.take(ints_of(op.indices), op.axis.value.data)


PATTERNS: tuple[RewritePattern, ...] = (
    DropIdentity(),
    FoldConstantMovement(),
    MergeReshapes(),
    MergeTransposes(),
    MergeSlices(),
    MergePads(),
    MergeConcats(),
    DropBroadcast(),
    ReduceTransposed(),
)

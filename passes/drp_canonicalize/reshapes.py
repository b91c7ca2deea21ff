"""Reshapes and transposes around each other and around element-wise jobs."""

from itertools import chain

import numpy as np
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter, RewritePattern, op_type_rewrite_pattern

from ...drpdialect import drp
from ...drpdialect.constants import constant_of
from ...drpdialect.drp.base import tensor_like
from ...drpdialect.provenance import inherit_nodes
from ..rewriting import evolve, insert_constant, ints_of, only_user, replace
from .axes import common_factors, factors_of_axes, inverse, permuted

Shape = tuple[int, ...]


class MergeTransposesAcrossReshape(RewritePattern):
    """transpose(reshape(transpose(x))) where the reshape only splits or merges axes.

    Seen in the factors common to both shapes, the reshape does nothing, and the transposes are one.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.TransposeOp, rewriter: PatternRewriter) -> None:
        reshape = op.x.owner
        if not isinstance(reshape, drp.ReshapeOp) or not op.x.has_one_use():
            return
        first = reshape.x.owner
        if not isinstance(first, drp.TransposeOp) or not reshape.x.has_one_use():
            return
        before, after = drp.shape_of(reshape.x), drp.shape_of(reshape.y)
        factors = None if 0 in before else common_factors(before, after)
        if factors is None:
            return
        # positions of factors, in the order of x's axes, and in the order of the result's
        by_axis = factors_of_axes(before, factors)
        x_axes = sorted(range(len(before)), key=lambda i: ints_of(first.permutation)[i])
        x_order = list(chain.from_iterable(by_axis[i] for i in x_axes))
        result_groups = permuted_groups(factors_of_axes(after, factors), ints_of(op.permutation))
        place = {factor: index for index, factor in enumerate(x_order)}
        split = drp.ReshapeOp(first.x, [factors[i] for i in x_order])
        moved = drp.TransposeOp(split.y, [place[i] for i in chain.from_iterable(result_groups)])
        inherit_nodes(split, reshape)
        inherit_nodes(moved, op, first)
        rewriter.insert([split, moved])
        replace(rewriter, op, drp.ReshapeOp(moved.y, drp.shape_of(op.y)), reshape)


class SinkTransposeBelowSlices(RewritePattern):
    """slice_i(transpose(x)) become transpose(slice_i(x)), where a slice's reader transposes again.

    Only where slices are all that reads the transposed tensor, and no element is read twice.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.TransposeOp, rewriter: PatternRewriter) -> None:
        users = [use.operation for use in op.y.uses]
        slices = [user for user in users if isinstance(user, drp.SliceOp)]
        if len(slices) != len(users) or not any(_leads_to_transpose(user) for user in slices):
            return
        if sum(_count(drp.shape_of(user.y)) for user in slices) > _count(drp.shape_of(op.y)):
            return
        permutation = ints_of(op.permutation)
        order = inverse(permutation)
        for user in slices:
            inner = drp.SliceOp(
                op.x,
                permuted(ints_of(user.offsets), order),
                permuted(ints_of(user.sizes), order),
                permuted(ints_of(user.steps), order),
            )
            outer = drp.TransposeOp(inner.y, permutation)
            inherit_nodes(inner, user)
            inherit_nodes(outer, op)
            rewriter.replace(user, [inner, outer])


class SinkTransposeBelowSplit(RewritePattern):
    """slices of a reshape(transpose(x)) that only splits axes read transpose(reshape(x)).

    Where one of the slices leads to another transpose, as in `SinkTransposeBelowSlices`.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.ReshapeOp, rewriter: PatternRewriter) -> None:
        transpose = op.x.owner
        users = [use.operation for use in op.y.uses]
        if not isinstance(transpose, drp.TransposeOp) or not op.x.has_one_use():
            return
        if not all(isinstance(user, drp.SliceOp) for user in users):
            return
        if not any(_leads_to_transpose(user) for user in users):
            return
        before, after = drp.shape_of(op.x), drp.shape_of(op.y)
        groups = _split_groups(before, after)
        if groups is None:
            return
        by_axis = permuted_groups(groups, inverse(ints_of(transpose.permutation)))
        order = list(chain.from_iterable(by_axis))
        split = drp.ReshapeOp(transpose.x, [after[axis] for axis in order])
        moved = drp.TransposeOp(split.y, inverse(order))
        inherit_nodes(split, op)
        inherit_nodes(moved, transpose)
        rewriter.replace(op, [split, moved])


class SinkReshapeBelowFunction(RewritePattern):
    """function(reshape(x)) becomes reshape(function(x)), so that the function meets x's job."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.ApplyOp | drp.CastOp, rewriter: PatternRewriter) -> None:
        reshape = op.x.owner
        if not isinstance(reshape, drp.ReshapeOp):
            return
        source_type = tensor_like(op.y, drp.shape_of(reshape.x))
        moved = evolve(op, source_type, x=reshape.x)
        rewriter.insert(moved)
        outer = drp.ReshapeOp(moved.y, drp.shape_of(op.y))
        inherit_nodes(outer, reshape)
        rewriter.replace(op, outer)


class SinkReshapeBelowBinary(RewritePattern):
    """binary(reshape(x), b) becomes reshape(binary(x, b reshaped)).

    1. b is a constant that broadcasts along axes which x has too.
    2. b is a reshape from x's shape.
    3. The job is a sum, x the result of a convolution used only here, and b no convolution's: the
       convolution may take the sum as its residual.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.BinaryOp, rewriter: PatternRewriter) -> None:
        for name, value, other_name, other in (("a", op.a, "b", op.b), ("b", op.b, "a", op.a)):
            reshape = value.owner
            if not isinstance(reshape, drp.ReshapeOp) or value.type != op.y.type:
                continue
            moved_other = _under_reshape(rewriter, op, reshape, other)
            if moved_other is None:
                continue
            moved = evolve(op, reshape.x.type, **{name: reshape.x, other_name: moved_other})
            rewriter.insert(moved)
            outer = drp.ReshapeOp(moved.y, drp.shape_of(op.y))
            inherit_nodes(outer, reshape)
            rewriter.replace(op, outer)
            return


def reshaped_broadcast(constant: Shape, after: Shape, before: Shape) -> Shape | None:
    """The shape in which a constant that broadcasts to `after` broadcasts to `before`.

    None if it varies along a part of an axis only.
    """
    factors = None if 0 in before else common_factors(before, after)
    if factors is None:
        return None
    padded = (1,) * (len(after) - len(constant)) + constant
    varies = {
        factor
        for size, group in zip(padded, factors_of_axes(after, factors), strict=True)
        for factor in group
        if size != 1
    }
    shape: list[int] = []
    for size, group in zip(before, factors_of_axes(before, factors), strict=True):
        along = [factor in varies for factor in group]
        if any(along) and not all(along):
            return None
        shape.append(size if any(along) else 1)
    return tuple(shape)


def _split_groups(before: Shape, after: Shape) -> list[list[int]] | None:
    """For each axis before a reshape the axes after it that it is split into; None if it merges."""
    groups: list[list[int]] = []
    position = 0
    for size in before:
        group: list[int] = []
        product = 1
        while position < len(after) and (product < size or after[position] == 1):
            product *= after[position]
            group.append(position)
            position += 1
        if product != size:
            return None
        groups.append(group)
    return groups if position == len(after) else None


def permuted_groups(groups: list[list[int]], permutation: Shape) -> list[list[int]]:
    """One group of factors per axis, in the order of the permuted axes."""
    return [groups[axis] for axis in permutation]


def _under_reshape(
    rewriter: PatternRewriter, op: drp.BinaryOp, reshape: drp.ReshapeOp, other: SSAValue
) -> SSAValue | None:
    """The other operand of a binary job as it is wanted before the reshape; None if it is not."""
    before, after = drp.shape_of(reshape.x), drp.shape_of(reshape.y)
    array = constant_of(other)
    if array is not None:
        shape = reshaped_broadcast(array.shape, after, before)
        return None if shape is None else insert_constant(rewriter, array.reshape(shape), other)
    if other.type != reshape.y.type:
        return None
    source = other.owner
    if isinstance(source, drp.ReshapeOp) and source.x.type == reshape.x.type:
        return source.x
    if (
        not isinstance(op, drp.AddOp)
        or not _may_take_sum(reshape)
        or isinstance(source, drp.ConvOp)
    ):
        return None
    moved = drp.ReshapeOp(other, before)
    inherit_nodes(moved, op)
    rewriter.insert(moved)
    return moved.y


def _may_take_sum(reshape: drp.ReshapeOp) -> bool:
    conv = reshape.x.owner
    is_open = isinstance(conv, drp.ConvOp) and conv.residual is None
    return is_open and reshape.x.has_one_use() and reshape.y.has_one_use()


def _leads_to_transpose(op: Operation) -> bool:
    """Whether the only reader of a slice is a transpose, maybe behind a reshape."""
    user = only_user(op.results[0])
    if isinstance(user, drp.ReshapeOp):
        user = only_user(user.y)
    return isinstance(user, drp.TransposeOp)


def _count(shape: Shape) -> int:
    return int(np.prod(shape, dtype=np.int64))


PATTERNS: tuple[RewritePattern, ...] = (
    MergeTransposesAcrossReshape(),
    SinkTransposeBelowSlices(),
    SinkTransposeBelowSplit(),
    SinkReshapeBelowFunction(),
    SinkReshapeBelowBinary(),
)

"""Layer normalisation and softmax that are spelled out become one job again."""

import math

from xdsl.ir import SSAValue
from xdsl.pattern_rewriter import PatternRewriter, RewritePattern, op_type_rewrite_pattern

from ...drpdialect import drp
from ..rewriting import (
    applied,
    evolve,
    fuse,
    ints_of,
    is_single_or_double,
    jobs_between,
    replace,
)


class RecogniseNorm(RewritePattern):
    """(x - mean) / sqrt(mean((x - mean)^2) + eps) and x / sqrt(mean(x^2) + eps), over last axes.

    Division and multiplication by the reciprocal (also as a power of -0.5) are the same here.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.DivOp | drp.MulOp, rewriter: PatternRewriter) -> None:
        if not op.activation.is_identity or not is_single_or_double(op.y):
            return
        pairs = ((op.a, op.b),) if isinstance(op, drp.DivOp) else ((op.a, op.b), (op.b, op.a))
        for centred, divisor in pairs:
            variance = _variance_below(divisor, isinstance(op, drp.MulOp))
            if variance is None or centred.type != op.y.type:
                continue
            mean_of_squares, epsilon = variance
            if _same(_square_root_of(mean_of_squares.x), centred):
                _rewrite_norm(rewriter, op, centred, mean_of_squares, epsilon)
                return


class FoldScaleIntoNorm(RewritePattern):
    """A product with (sum with) a constant over a norm's axes becomes its scale (shift)."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.MulOp | drp.AddOp, rewriter: PatternRewriter) -> None:
        if not op.activation.is_identity:
            return
        for normal, constant in ((op.a, op.b), (op.b, op.a)):
            norm = normal.owner
            if not isinstance(norm, drp.LastAxesNormOp) or not normal.has_one_use():
                continue
            if not norm.activation.is_identity or not _spans_axes(constant, norm):
                continue
            if isinstance(op, drp.AddOp) and norm.shift is None:
                fuse(rewriter, op, norm, evolve(norm, shift=constant))
                return
            if isinstance(op, drp.MulOp) and norm.scale is None and norm.shift is None:
                fuse(rewriter, op, norm, evolve(norm, scale=constant))
                return


class RecogniseSoftmax(RewritePattern):
    """exp(x) / sum(exp(x)) along one axis, whether or not the maximum was subtracted from x."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.DivOp, rewriter: PatternRewriter) -> None:
        exponential, total = applied(op.a, "exp"), op.b.owner
        if exponential is None or not op.activation.is_identity or not is_single_or_double(op.y):
            return
        if not isinstance(total, drp.ReduceOp) or total.x is not op.a:
            return
        axes = ints_of(total.axes)
        if total.kind.data is not drp.ReduceKind.SUM or len(axes) != 1 or not _keeps(total):
            return
        x = exponential.x
        difference = x.owner
        if isinstance(difference, drp.SubOp) and _is_reduction(
            difference.b, drp.ReduceKind.MAX, difference.a, axes
        ):
            x = difference.a
        softmax = drp.SoftmaxOp(x, axes[0])
        replace(rewriter, op, softmax, *jobs_between(x, op))


def _rewrite_norm(
    rewriter: PatternRewriter,
    op: drp.DivOp | drp.MulOp,
    centred: SSAValue,
    mean_of_squares: drp.ReduceOp,
    epsilon: float,
) -> None:
    axes = sorted(ints_of(mean_of_squares.axes))
    rank = len(drp.shape_of(centred))
    if axes != list(range(axes[0], rank)):
        return
    difference = centred.owner
    if isinstance(difference, drp.SubOp) and _is_reduction(
        difference.b, drp.ReduceKind.MEAN, difference.a, axes
    ):
        norm = drp.LayerNormOp(difference.a, None, None, axes[0], epsilon)
    else:
        norm = drp.RmsNormOp(centred, None, None, axes[0], epsilon)
    replace(rewriter, op, norm, *jobs_between(norm.x, op))


def _variance_below(value: SSAValue, inverted: bool) -> tuple[drp.ReduceOp, float] | None:
    """The mean m and the epsilon of sqrt(m + epsilon), or of its reciprocal."""
    if inverted and (reciprocal := applied(value, "reciprocal")) is not None:
        return _variance_below(reciprocal.x, False)
    root = applied(value, "sqrt", "power")
    exponent = -0.5 if inverted else 0.5
    if root is None or (inverted and root.function.kind.data == "sqrt"):
        return None
    if root.function.kind.data == "power" and root.function.arguments != (exponent,):
        return None
    shifted = applied(root.x, "affine")
    if shifted is None or shifted.function.arguments[0] != 1.0:
        return None
    epsilon = shifted.function.arguments[1]
    mean = shifted.x.owner
    if not isinstance(mean, drp.ReduceOp) or mean.kind.data is not drp.ReduceKind.MEAN:
        return None
    return (mean, epsilon) if _keeps(mean) and 0.0 < epsilon < math.inf else None


def _square_root_of(value: SSAValue) -> SSAValue | None:
    """What was squared to give a value."""
    power = applied(value, "power")
    if power is not None and power.function.arguments == (2.0,):
        return power.x
    product = value.owner
    if isinstance(product, drp.MulOp) and _same(product.a, product.b):
        return product.a if product.activation.is_identity else None
    return None


def _same(a: SSAValue | None, b: SSAValue) -> bool:
    """Whether two values are one, or the same difference computed twice."""
    if a is None or a is b:
        return a is b
    one, other = a.owner, b.owner
    return (
        isinstance(one, drp.SubOp)
        and isinstance(other, drp.SubOp)
        and one.activation == other.activation
        and tuple(one.operands) == tuple(other.operands)
    )


def _is_reduction(
    value: SSAValue, kind: drp.ReduceKind, x: SSAValue, axes: tuple[int, ...] | list[int]
) -> bool:
    op = value.owner
    return (
        isinstance(op, drp.ReduceOp)
        and op.x is x
        and op.kind.data is kind
        and sorted(ints_of(op.axes)) == sorted(axes)
        and _keeps(op)
    )


def _keeps(op: drp.ReduceOp) -> bool:
    return bool(op.keep.value.data)


def _spans_axes(constant: SSAValue, norm: drp.LastAxesNormOp) -> bool:
    """Whether a constant varies along the norm's axes only."""
    if not isinstance(constant.owner, drp.ConstantOp):
        return False
    axes = drp.shape_of(norm.x)[norm.axis.value.data :]
    return drp.shape_of(constant) == axes


PATTERNS: tuple[RewritePattern, ...] = (
    RecogniseNorm(),
    FoldScaleIntoNorm(),
    RecogniseSoftmax(),
)

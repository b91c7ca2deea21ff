"""Arithmetic with constants, as one job each: `affine` for a scalar, `drp.scale_shift` per channel."""

import math
from typing import NamedTuple

import numpy as np
from xdsl.ir import SSAValue
from xdsl.pattern_rewriter import PatternRewriter, RewritePattern, op_type_rewrite_pattern

from ...drpdialect import drp
from ...drpdialect.constants import constant_of
from ...drpdialect.element_types import dtype_of
from ..rewriting import (
    insert_constant,
    is_single_or_double,
    replace,
    scalar_constant,
)

Numbers = np.ndarray | np.float64


class Affine(NamedTuple):
    """x * scale + shift, in float64: scalars of shape (), or vectors of one number per channel."""

    scale: Numbers
    shift: Numbers

    def after(self, inner: "Affine") -> "Affine":
        """This one, applied to the result of another."""
        return Affine(self.scale * inner.scale, self.scale * inner.shift + self.shift)

    @property
    def is_scalar(self) -> bool:
        return self.scale.ndim == 0 and self.shift.ndim == 0

    @property
    def is_finite(self) -> bool:
        return bool(np.isfinite(self.scale).all() and np.isfinite(self.shift).all())

    def per_channel(self, channels: int) -> "Affine":
        """The same, as vectors."""
        return Affine(
            np.broadcast_to(self.scale, (channels,)), np.broadcast_to(self.shift, (channels,))
        )


def affine_of(op: drp.ApplyOp | drp.ScaleShiftOp) -> Affine | None:
    """What an operation computes if that is an affine function and nothing else."""
    if isinstance(op, drp.ApplyOp):
        if op.function.kind.data != "affine":
            return None
        return Affine(*(np.float64(value) for value in op.function.arguments))
    scale, shift = constant_of(op.scale), constant_of(op.shift)
    if scale is None or shift is None or not op.activation.is_identity:
        return None
    return Affine(scale.astype(np.float64), shift.astype(np.float64))


def affine_job(
    rewriter: PatternRewriter, x: SSAValue, affine: Affine
) -> drp.ApplyOp | drp.ScaleShiftOp:
    """The job that computes an affine function of x: per channel of axis 1 unless it is scalar."""
    if affine.is_scalar:
        function = drp.FunctionAttr("affine", float(affine.scale), float(affine.shift))
        return drp.ApplyOp(x, function)
    vectors = affine.per_channel(drp.shape_of(x)[1])
    dtype = _dtype(x)
    scale = insert_constant(rewriter, np.asarray(vectors.scale, dtype))
    shift = insert_constant(rewriter, np.asarray(vectors.shift, dtype))
    return drp.ScaleShiftOp(x, scale, shift)


class NormaliseArithmetic(RewritePattern):
    """x * c, x + c, x - c, c - x, x / c become an affine job, c constant: scalar or per channel."""

    @op_type_rewrite_pattern
    def match_and_rewrite(
        self, op: drp.MulOp | drp.AddOp | drp.SubOp | drp.DivOp, rewriter: PatternRewriter
    ) -> None:
        if not op.activation.is_identity or not is_single_or_double(op.y):
            return
        for x, constant in ((op.a, op.b), (op.b, op.a)):
            affine = _arithmetic(op, x, constant)
            if affine is not None and affine.is_finite:
                replace(rewriter, op, affine_job(rewriter, x, affine))
                return


class NormalisePower(RewritePattern):
    """x to the power of a constant scalar becomes a job of one operand, and 1 / x a reciprocal."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.PowOp | drp.DivOp, rewriter: PatternRewriter) -> None:
        if not op.activation.is_identity or not is_single_or_double(op.y):
            return
        x, constant = (op.a, op.b) if isinstance(op, drp.PowOp) else (op.b, op.a)
        number = scalar_constant(constant)
        if number is None or drp.shape_of(x) != drp.shape_of(op.y):
            return
        if isinstance(op, drp.PowOp):
            replace(rewriter, op, drp.ApplyOp(x, drp.FunctionAttr("power", number)))
        elif number == 1.0:
            replace(rewriter, op, drp.ApplyOp(x, drp.FunctionAttr("reciprocal")))


class MergeAffine(RewritePattern):
    """An affine job of an affine job becomes one; what changes nothing goes."""

    @op_type_rewrite_pattern
    def match_and_rewrite(
        self, op: drp.ApplyOp | drp.ScaleShiftOp, rewriter: PatternRewriter
    ) -> None:
        outer = affine_of(op)
        if outer is None or not is_single_or_double(op.x):
            return
        if np.all(outer.scale == 1.0) and np.all(outer.shift == 0.0):
            rewriter.replace(op, [], [op.x])
            return
        producer = op.x.owner
        if not isinstance(producer, drp.ApplyOp | drp.ScaleShiftOp) or not op.x.has_one_use():
            return
        inner = affine_of(producer)
        merged = None if inner is None else outer.after(inner)
        if merged is None or not merged.is_finite:
            return
        replace(rewriter, op, affine_job(rewriter, producer.x, merged), producer)


class MergeClip(RewritePattern):
    """max(x, c), min(x, c) and nested clips become one clip; a clip to [0, inf) is a relu."""

    @op_type_rewrite_pattern
    def match_and_rewrite(
        self, op: drp.MaxOp | drp.MinOp | drp.ApplyOp, rewriter: PatternRewriter
    ) -> None:
        if isinstance(op, drp.ApplyOp):
            _merge_nested_clips(op, rewriter)
            return
        if not op.activation.is_identity:
            return
        for x, constant in ((op.a, op.b), (op.b, op.a)):
            bound = scalar_constant(constant)
            if bound is None or math.isnan(bound) or drp.shape_of(x) != drp.shape_of(op.y):
                continue
            is_max = isinstance(op, drp.MaxOp)
            interval = (bound, math.inf) if is_max else (-math.inf, bound)
            replace(rewriter, op, drp.ApplyOp(x, _clip(*interval)))
            return


class NormalisePRelu(RewritePattern):
    """A prelu of one constant slope is a leaky relu."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.PReluOp, rewriter: PatternRewriter) -> None:
        slope = scalar_constant(op.b)
        if slope is None or not op.activation.is_identity:
            return
        if drp.shape_of(op.a) == drp.shape_of(op.y):
            replace(rewriter, op, drp.ApplyOp(op.a, drp.FunctionAttr("leaky_relu", slope)))


def clip_interval(function: drp.FunctionAttr) -> tuple[float, float] | None:
    """The interval [low, high] that a clip or relu clamps to."""
    if function.kind.data == "relu":
        return 0.0, math.inf
    if function.kind.data != "clip":
        return None
    low, high = function.arguments
    return low, high


def _merge_nested_clips(op: drp.ApplyOp, rewriter: PatternRewriter) -> None:
    outer = clip_interval(op.function)
    if outer is None or not outer[0] <= outer[1]:
        return
    producer = op.x.owner
    inner = None
    if isinstance(producer, drp.ApplyOp) and op.x.has_one_use():
        inner = clip_interval(producer.function)
    if isinstance(producer, drp.ApplyOp) and inner is not None and inner[0] <= inner[1]:
        low, high = (min(max(bound, outer[0]), outer[1]) for bound in inner)
        replace(rewriter, op, drp.ApplyOp(producer.x, _clip(low, high)), producer)
        return
    canonical = _clip(*outer)
    if canonical != op.function:
        replace(rewriter, op, drp.ApplyOp(op.x, canonical))


def _clip(low: float, high: float) -> drp.FunctionAttr:
    if (low, high) == (0.0, math.inf):
        return drp.FunctionAttr("relu")
    return drp.FunctionAttr("clip", low, high)


def _arithmetic(op: drp.BinaryOp, x: SSAValue, constant: SSAValue) -> Affine | None:
    """What a binary operation does to x, if its other operand is a constant scalar or per channel."""
    c = _scalar_or_channels(constant, drp.shape_of(x))
    if c is None or drp.shape_of(x) != drp.shape_of(op.y) or isinstance(x.owner, drp.ConstantOp):
        return None
    one, zero = np.float64(1.0), np.float64(0.0)
    x_is_left = x is op.a
    match op:
        case drp.MulOp():
            return Affine(c, zero)
        case drp.AddOp():
            return Affine(one, c)
        case drp.SubOp():
            return Affine(one, -c) if x_is_left else Affine(-one, c)
        case drp.DivOp() if x_is_left and np.all(c != 0.0):
            return Affine(one / c, zero)
        case _:
            return None


def _scalar_or_channels(constant: SSAValue, x: tuple[int, ...]) -> Numbers | None:
    """A constant in float64, as a scalar or a vector along axis 1 of x; None if it is neither."""
    if not isinstance(constant.owner, drp.ConstantOp):
        return None
    shape = drp.shape_of(constant)
    sizes = (1,) * (len(x) - len(shape)) + shape
    is_scalar = all(size == 1 for size in sizes)
    is_per_channel = (
        len(x) >= 2
        and len(sizes) == len(x)
        and all(size == (x[1] if axis == 1 else 1) for axis, size in enumerate(sizes))
    )
    if not is_scalar and not is_per_channel:
        return None
    array = constant_of(constant)
    if array is None:
        return None
    flat = array.astype(np.float64).reshape(-1)
    return flat[0] if np.all(flat == flat[0]) else flat


def _dtype(x: SSAValue) -> np.dtype[np.generic]:
    return dtype_of(drp.element_type_of(x))


PATTERNS: tuple[RewritePattern, ...] = (
    NormaliseArithmetic(),
    NormalisePower(),
    MergeAffine(),
    MergeClip(),
    NormalisePRelu(),
)

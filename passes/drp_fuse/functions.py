"""Functions that exporters spell out in elementary jobs become one job again.

`affine` has already made every sum and product with a constant an `affine` function, so that
x * clip(x + 3, 0, 6) / 6 reads affine(1/6, 0)(x * clip(0, 6)(affine(1, 3)(x))) however it was
written. What a gate is applied to is read as a polynomial in x, whatever the order of operations.
"""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from numpy.polynomial import Polynomial
from xdsl.ir import SSAValue
from xdsl.pattern_rewriter import PatternRewriter, RewritePattern, op_type_rewrite_pattern

from ...drpdialect import drp
from ...drpdialect.provenance import inherit_nodes
from ..rewriting import applied, is_single_or_double, jobs_between, replace
from .affine import clip_interval

_TOLERANCE: Final = 1e-6
"""How far a constant may be from the formula's, relative: models store them as f32."""

_DEPTH: Final = 8
"""How many jobs may lie between x and its gate: c * (x + a * (x * x * x)) takes five."""


class Recognised(NamedTuple):
    """factor * function(x)."""

    function: drp.FunctionAttr
    factor: float = 1.0


class RecogniseHardSigmoid(RewritePattern):
    """clip(affine(x), 0, h) / h and clip(affine(x), 0, 1): a hard sigmoid."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.ApplyOp, rewriter: PatternRewriter) -> None:
        clip, gain = op, 1.0
        if op.function.kind.data == "affine":
            inner = applied(op.x, "clip")
            if inner is None or not op.x.has_one_use() or op.function.arguments[1] != 0.0:
                return
            clip, gain = inner, op.function.arguments[0]
        interval, line = clip_interval(clip.function), applied(clip.x, "affine")
        if interval is None or line is None or not clip.x.has_one_use():
            return
        if (
            interval[0] != 0.0
            or not _near(gain * interval[1], 1.0)
            or not is_single_or_double(op.x)
        ):
            return
        scale, offset = line.function.arguments
        function = drp.FunctionAttr("hard_sigmoid", gain * scale, gain * offset)
        replace(rewriter, op, drp.ApplyOp(line.x, function), clip, line)


class RecogniseGatedFunction(RewritePattern):
    """x * gate(x): silu, hard swish, mish, gelu or its tanh form, times a factor."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.MulOp, rewriter: PatternRewriter) -> None:
        if not op.activation.is_identity or not is_single_or_double(op.y):
            return
        for left, right in ((op.a, op.b), (op.b, op.a)):
            if left.type != right.type or not right.has_one_use():
                continue
            for x, left_factor in _readings(left):
                for gate, right_factor in _readings(right):
                    found = _recognise(gate, x)
                    if found is not None:
                        factor = left_factor * right_factor * found.factor
                        _rewrite(rewriter, op, x, found.function, factor)
                        return


def _rewrite(
    rewriter: PatternRewriter, op: drp.MulOp, x: SSAValue, function: drp.FunctionAttr, factor: float
) -> None:
    spelled_out = jobs_between(x, op)
    apply = drp.ApplyOp(x, function)
    inherit_nodes(apply, op, *spelled_out)
    if _near(factor, 1.0):
        rewriter.replace(op, apply)
        return
    rewriter.insert(apply)
    replace(rewriter, op, drp.ApplyOp(apply.y, drp.FunctionAttr("affine", factor, 0.0)))


def _readings(value: SSAValue) -> Iterator[tuple[SSAValue, float]]:
    """The value as 1 * value, and as factor * inner where it is a scaled one."""
    yield value, 1.0
    scaled = applied(value, "affine")
    if scaled is not None and scaled.function.arguments[1] == 0.0:
        yield scaled.x, scaled.function.arguments[0]


def _recognise(gate: SSAValue, x: SSAValue) -> Recognised | None:
    """The function x * gate, if gate is a known gate of x."""
    job = gate.owner
    if not isinstance(job, drp.ApplyOp):
        return None
    match job.function.kind.data:
        case "sigmoid":
            return _silu(job, x)
        case "hard_sigmoid":
            alpha, beta = job.function.arguments
            return _hard_swish(job, x, alpha, beta, 1.0)
        case "clip":
            low, high = job.function.arguments
            return _hard_swish(job, x, 1.0 / high, 0.0, high) if low == 0.0 < high else None
        case "tanh":
            softplus = applied(job.x, "softplus")
            return _if(softplus is not None and softplus.x is x, "mish")
        case "affine":
            return _gelu(job, x)
        case _:
            return None


def _silu(sigmoid: drp.ApplyOp, x: SSAValue) -> Recognised | None:
    line = _polynomial(sigmoid.x, x)
    if line is None or not _is_near(line, (0.0, line.coef[-1])):
        return None
    return Recognised(drp.FunctionAttr("silu", float(line.coef[-1])))


def _hard_swish(
    gate: drp.ApplyOp, x: SSAValue, scale: float, offset: float, factor: float
) -> Recognised | None:
    """x * clip(x / 6 + 1/2, 0, 1): the gate's line is `scale * (what it is applied to) + offset`."""
    line = _polynomial(gate.x, x)
    if line is None or not _is_near(scale * line + offset, (1 / 2, 1 / 6)):
        return None
    return Recognised(drp.FunctionAttr("hard_swish"), factor)


def _gelu(affine: drp.ApplyOp, x: SSAValue) -> Recognised | None:
    """x * k * (1 + erf(x / sqrt 2)), or k * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))."""
    scale, offset = affine.function.arguments
    inner = applied(affine.x, "erf", "tanh")
    if inner is None or not _near(scale, offset):
        return None
    argument = _polynomial(inner.x, x)
    if argument is None:
        return None
    root = math.sqrt(2.0 / math.pi)
    if inner.function.kind.data == "erf":
        name, expected = "gelu", (0.0, math.sqrt(0.5))
    else:
        name, expected = "gelu_tanh", (0.0, root, 0.0, 0.044715 * root)
    return _if(_is_near(argument, expected), name, 2.0 * scale)


def _if(holds: bool, name: str, factor: float = 1.0) -> Recognised | None:
    return Recognised(drp.FunctionAttr(name), factor) if holds else None


def _polynomial(value: SSAValue, x: SSAValue, depth: int = _DEPTH) -> Polynomial | None:
    """A value as a polynomial in x of degree 3 at most; None if it is not one."""
    if value is x:
        return Polynomial([0.0, 1.0])
    op = value.owner
    if depth == 0 or not isinstance(op, drp.ApplyOp | drp.BinaryOp):
        return None
    if isinstance(op, drp.ApplyOp):
        inner = _polynomial(op.x, x, depth - 1)
        return None if inner is None else _of_polynomial(op.function, inner)
    if not op.activation.is_identity:
        return None
    a = _polynomial(op.a, x, depth - 1)
    b = None if a is None else _polynomial(op.b, x, depth - 1)
    if a is None or b is None:
        return None
    match op:
        case drp.AddOp():
            return a + b
        case drp.SubOp():
            return a - b
        case drp.MulOp() if a.degree() + b.degree() <= 3:
            return a * b
        case _:
            return None


def _of_polynomial(function: drp.FunctionAttr, inner: Polynomial) -> Polynomial | None:
    match function.kind.data, function.arguments:
        case "affine", (scale, offset):
            return scale * inner + offset
        case "power", (2.0 | 3.0 as exponent,) if inner.degree() * exponent <= 3:
            return inner ** int(exponent)
        case _:
            return None


def _is_near(polynomial: Polynomial, coefficients: tuple[float, ...]) -> bool:
    found = polynomial.trim().coef
    return len(found) == len(coefficients) and all(
        _near(float(a), b) for a, b in zip(found, coefficients, strict=True)
    )


def _near(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=_TOLERANCE, abs_tol=0.0)


PATTERNS: tuple[RewritePattern, ...] = (RecogniseHardSigmoid(), RecogniseGatedFunction())

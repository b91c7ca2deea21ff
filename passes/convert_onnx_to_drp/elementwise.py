"""Functions of one element, of two, comparisons, logic, choices and casts."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Final

import numpy as np
from xdsl.ir import SSAValue

from ...drpdialect import drp
from ...drpdialect.constants import constant_of
from ...drpdialect.element_types import dtype_of
from ...targets.nodes import (
    choice_attribute,
    constant_input,
    float_attribute,
    int_attribute,
    version_of,
)
from .emitter import Emitter

Converter = Callable[[Emitter], SSAValue]

_PLAIN_FUNCTIONS: Final = {
    "Abs": "abs",
    "Acos": "acos",
    "Acosh": "acosh",
    "Asin": "asin",
    "Asinh": "asinh",
    "Atan": "atan",
    "Atanh": "atanh",
    "Ceil": "ceil",
    "Cos": "cos",
    "Cosh": "cosh",
    "Erf": "erf",
    "Exp": "exp",
    "Floor": "floor",
    "HardSwish": "hard_swish",
    "Log": "log",
    "Mish": "mish",
    "Neg": "neg",
    "Reciprocal": "reciprocal",
    "Relu": "relu",
    "Round": "round",
    "Sigmoid": "sigmoid",
    "Sign": "sign",
    "Sin": "sin",
    "Sinh": "sinh",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Sqrt": "sqrt",
    "Tan": "tan",
    "Tanh": "tanh",
}

_FUNCTIONS_WITH_ATTRIBUTES: Final = {
    "Celu": ("celu", "alpha"),
    "Elu": ("elu", "alpha"),
    "HardSigmoid": ("hard_sigmoid", "alpha", "beta"),
    "LeakyRelu": ("leaky_relu", "alpha"),
    "Selu": ("selu", "alpha", "gamma"),
    "Shrink": ("shrink", "lambd", "bias"),
    "Swish": ("silu", "alpha"),
    "ThresholdedRelu": ("thresholded_relu", "alpha"),
}
"""Operator -> function, and the attributes that are its parameters in order."""


def _function(op_type: str) -> Converter:
    name, *attributes = _FUNCTIONS_WITH_ATTRIBUTES.get(op_type) or (_PLAIN_FUNCTIONS[op_type],)
    return lambda at: at.apply(
        at.x(), name, *(float_attribute(at.node, attribute) for attribute in attributes)
    )


def _convert_gelu(at: Emitter) -> SSAValue:
    exact = choice_attribute(at.node, "approximate", ("none", "tanh")) == "none"
    return at.apply(at.x(), "gelu" if exact else "gelu_tanh")


def _convert_clip(at: Emitter) -> SSAValue:
    low, high = _bound(at, 1, "min", -np.inf), _bound(at, 2, "max", np.inf)
    if low == -np.inf and high == np.inf:
        return at.x()
    return at.apply(at.x(), "clip", low, high)


def _bound(at: Emitter, index: int, name: str, default: float) -> float:
    """A bound by attribute (before opset 11) or constant operand."""
    if name in at.node.attributes:
        return float_attribute(at.node, name)
    bound = constant_input(at.node, index)
    return default if bound is None or bound.size == 0 else float(bound.reshape(-1)[0])


# --- two operands and more -------------------------------------------------------------------

_BINARY: Final[Mapping[str, type[drp.BinaryOp]]] = {
    "Add": drp.AddOp,
    "Sub": drp.SubOp,
    "Mul": drp.MulOp,
    "Div": drp.DivOp,
    "Mod": drp.ModOp,
}

_VARIADIC: Final[Mapping[str, type[drp.BinaryOp]]] = {
    "Sum": drp.AddOp,
    "Max": drp.MaxOp,
    "Min": drp.MinOp,
}

_PREDICATES: Final = {
    "Equal": drp.Predicate.EQUAL,
    "Less": drp.Predicate.LESS,
    "LessOrEqual": drp.Predicate.LESS_OR_EQUAL,
    "Greater": drp.Predicate.GREATER,
    "GreaterOrEqual": drp.Predicate.GREATER_OR_EQUAL,
}

_LOGICAL: Final = {
    "And": drp.LogicalKind.AND,
    "Or": drp.LogicalKind.OR,
    "Xor": drp.LogicalKind.XOR,
}


def _second_operand(at: Emitter) -> SSAValue:
    """Operand 1; before opset 7 the attribute `axis` says with which axis of operand 0 it begins."""
    b = at.x(1)
    if "axis" not in at.node.attributes or int_attribute(at.node, "broadcast", 0) == 0:
        return b
    shape, rank = drp.shape_of(b), len(drp.shape_of(at.x()))
    axis = int_attribute(at.node, "axis") % rank
    return at.reshape(b, (*shape, *(1,) * (rank - axis - len(shape))))


def _binary(job: type[drp.BinaryOp]) -> Converter:
    return lambda at: at.job(job(at.x(), _second_operand(at)))


def _variadic(job: type[drp.BinaryOp]) -> Converter:
    return lambda at: _chain(at, job)


def _chain(at: Emitter, job: type[drp.BinaryOp]) -> SSAValue:
    """All operands combined from the left."""
    return reduce(lambda a, b: at.job(job(a, b)), at.node.inputs)


def _convert_mean(at: Emitter) -> SSAValue:
    total = _chain(at, drp.AddOp)
    count = len(at.node.inputs)
    return total if count == 1 else at.job(drp.DivOp(total, at.scalar(count, total)))


def _convert_pow(at: Emitter) -> SSAValue:
    base, exponent = at.x(), _second_operand(at)
    element = drp.element_type_of(base)
    if drp.element_type_of(exponent) != element:
        array = constant_of(exponent)
        assert array is not None
        exponent = at.constant(array.astype(dtype_of(element)))
    return at.job(drp.PowOp(base, exponent))


def _convert_prelu(at: Emitter) -> SSAValue:
    x, slope = at.x(), at.x(1)
    rank, shape = len(drp.shape_of(x)), drp.shape_of(slope)
    if version_of(at.node) < 7 and len(shape) == 1 and rank > 1:  # one slope a channel
        slope = at.reshape(slope, (*shape, *(1,) * (rank - 2)))
    return at.job(drp.PReluOp(x, slope))


def _comparison(predicate: drp.Predicate) -> Converter:
    return lambda at: at.job(drp.CompareOp(at.x(), _second_operand(at), predicate))


def _logical(kind: drp.LogicalKind) -> Converter:
    return lambda at: at.job(drp.LogicalOp(at.x(), _second_operand(at), kind))


def _convert_is_inf(at: Emitter) -> SSAValue:
    x = at.x()
    positive = int_attribute(at.node, "detect_positive") == 1
    negative = int_attribute(at.node, "detect_negative") == 1
    if positive and negative:
        x = at.apply(x, "abs")
    wanted = at.scalar(np.inf if positive else -np.inf, x)
    return at.job(drp.CompareOp(x, wanted, drp.Predicate.EQUAL))


def _convert_where(at: Emitter) -> SSAValue:
    return at.job(drp.SelectOp(at.x(0), at.x(1), at.x(2)))


def _convert_cast(at: Emitter) -> SSAValue:
    element = drp.element_type_of(at.node.outputs[0])
    if element == drp.element_type_of(at.x()):
        return at.x()
    return at.job(drp.CastOp(at.x(), element))


CONVERTERS: Final[Mapping[str, Converter]] = {
    **{name: _function(name) for name in (*_PLAIN_FUNCTIONS, *_FUNCTIONS_WITH_ATTRIBUTES)},
    **{name: _binary(job) for name, job in _BINARY.items()},
    **{name: _variadic(job) for name, job in _VARIADIC.items()},
    **{name: _comparison(predicate) for name, predicate in _PREDICATES.items()},
    **{name: _logical(kind) for name, kind in _LOGICAL.items()},
    "Gelu": _convert_gelu,
    "Clip": _convert_clip,
    "Mean": _convert_mean,
    "Pow": _convert_pow,
    "PRelu": _convert_prelu,
    "Not": lambda at: at.job(drp.NotOp(at.x())),
    "IsNaN": lambda at: at.job(drp.IsNanOp(at.x())),
    "IsInf": _convert_is_inf,
    "Where": _convert_where,
    "Cast": _convert_cast,
    "CastLike": _convert_cast,
}

"""Reading `onnx` operations: attributes, constant operands, static types."""

from typing import cast

from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    DenseArrayBase,
    IntegerAttr,
    TensorType,
    UnrankedTensorType,
)
from xdsl.ir import Attribute, SSAValue

from ..drpdialect.constants import constant_of
from ..drpdialect.onnx import OnnxOp, UnknownType


def int_attribute(op: OnnxOp, name: str, default: int) -> int:
    """An integer attribute, or its default where the node does not state it."""
    value = op.attributes.get(name)
    return cast(IntegerAttr, value).value.data if isinstance(value, IntegerAttr) else default


def ints_attribute(op: OnnxOp, name: str) -> list[int] | None:
    """A list of integers, None where the node does not state it."""
    value = op.attributes.get(name)
    return [int(v) for v in value.get_values()] if isinstance(value, DenseArrayBase) else None


def ints_of(op: OnnxOp, name: str, index: int) -> list[int] | None:
    """Integers that are an attribute in older opsets and a constant operand in newer ones.

    None where they are neither (omitted, or computed).
    """
    stated = ints_attribute(op, name)
    if stated is not None:
        return stated
    array = constant_of(op.input(index))
    return None if array is None else [int(v) for v in array.reshape(-1)]


def has_static_tensor_type(value: SSAValue) -> bool:
    """Whether a value is a tensor whose sizes are all known."""
    kind = value.type
    return isinstance(kind, TensorType) and DYNAMIC_INDEX not in kind.get_shape()


def says_at_least(known: Attribute, wanted: Attribute) -> bool:
    """Whether a value of type `known` may stand where one of type `wanted` was: nothing is lost."""
    if known == wanted or isinstance(wanted, UnknownType):
        return True
    if isinstance(wanted, UnrankedTensorType) and isinstance(known, TensorType):
        return known.element_type == wanted.element_type
    if not isinstance(known, TensorType) or not isinstance(wanted, TensorType):
        return False
    sizes, less = known.get_shape(), wanted.get_shape()
    return (
        known.element_type == wanted.element_type
        and len(sizes) == len(less)
        and all(b in (a, DYNAMIC_INDEX) for a, b in zip(sizes, less, strict=True))
    )

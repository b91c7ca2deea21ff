"""Attributes with their schema's defaults, constant operands and static shapes of a node."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

import numpy as np
import onnx.helper
from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    DenseArrayBase,
    Float32Type,
    FloatAttr,
    IntegerAttr,
    IntegerType,
    StringAttr,
    TensorType,
)
from xdsl.ir import Attribute, SSAValue

from ...drpdialect.constants import constant_of
from ...drpdialect.errors import UserError
from ...drpdialect.onnx import OnnxOp, find_schema, opset_version
from ...drpdialect.provenance import nodes_of

_NEWEST = 1 << 30


class Undetermined(Exception):
    """What was asked depends on a dynamic shape, or on an operand that is not constant."""


def contradiction(op: OnnxOp, what: str) -> UserError:
    """The error of a node that no schema forbids, but that cannot be right."""
    name = (*nodes_of(op), "?")[0]
    return UserError(f"node {name} ({op.op_type}) cannot be right: {what}; correct the model")


def version_of(op: OnnxOp) -> int:
    """The opset that holds at a node; a node outside any module counts as of the newest."""
    version = opset_version(op, op.domain)
    return _NEWEST if version is None else version


def int_attribute(op: OnnxOp, name: str, default: int | None = None) -> int:
    """An integer attribute, else the given default, else the schema's."""
    attribute = op.attributes.get(name)
    if isinstance(attribute, IntegerAttr):
        return attribute.value.data
    return int(_default(op, name) if default is None else default)


def float_attribute(op: OnnxOp, name: str, default: float | None = None) -> float:
    """A float attribute (a 32-bit number), else the given default, else the schema's."""
    attribute = op.attributes.get(name)
    if isinstance(attribute, FloatAttr):
        return float(np.float32(attribute.value.data))
    return float(np.float32(_default(op, name) if default is None else default))


def text_attribute(op: OnnxOp, name: str, default: str | None = None) -> str:
    """A string attribute, else the given default, else the schema's."""
    attribute = op.attributes.get(name)
    if isinstance(attribute, StringAttr):
        return attribute.data
    value = _default(op, name) if default is None else default
    return value.decode() if isinstance(value, bytes) else str(value)


def choice_attribute(
    op: OnnxOp, name: str, choices: Sequence[str], default: str | None = None
) -> str:
    """A string attribute that is one of some words. Raises UserError for another."""
    value = text_attribute(op, name, default)
    if value not in choices:
        listed = ", ".join(choices)
        raise contradiction(op, f"{name} is {value!r}, expected one of {listed}")
    return value


def ints_attribute(op: OnnxOp, name: str) -> tuple[int, ...] | None:
    """A list of integers, None where the attribute is absent."""
    attribute = op.attributes.get(name)
    if not isinstance(attribute, DenseArrayBase):
        return None
    return tuple(int(value) for value in cast(DenseArrayBase[IntegerType], attribute).get_values())


def floats_attribute(op: OnnxOp, name: str) -> tuple[float, ...] | None:
    """A list of floats, None where the attribute is absent."""
    attribute = op.attributes.get(name)
    if not isinstance(attribute, DenseArrayBase):
        return None
    return tuple(
        float(value) for value in cast(DenseArrayBase[Float32Type], attribute).get_values()
    )


def _default(op: OnnxOp, name: str) -> Any:
    return _schema_defaults(op.domain, op.op_type, version_of(op))[name]


@cache
def _schema_defaults(domain: str, op_type: str, version: int) -> dict[str, Any]:
    schema = find_schema(domain, op_type, min(version, onnx.defs.onnx_opset_version()))
    if schema is None:
        return {}
    return {
        name: onnx.helper.get_attribute_value(attribute.default_value)
        for name, attribute in schema.attributes.items()
        if attribute.default_value.name
    }


def constant_input(op: OnnxOp, index: int) -> np.ndarray | None:
    """A constant operand's array, None where it is omitted. Raises Undetermined if it is neither."""
    value = op.input(index)
    if value is None:
        return None
    array = constant_of(value)
    if array is None:
        raise Undetermined(f"{input_name(op, index)} is not constant")
    return array


def constant_ints(op: OnnxOp, index: int) -> tuple[int, ...] | None:
    """A constant operand of integers, None where it is omitted. Raises Undetermined."""
    array = constant_input(op, index)
    return None if array is None else tuple(int(item) for item in array.reshape(-1))


def input_name(op: OnnxOp, index: int) -> str:
    """What the schema calls an operand."""
    formal = () if op.schema is None else op.schema.inputs
    return formal[index].name if index < len(formal) else f"input {index}"


def static_shape(value: SSAValue | None) -> tuple[int, ...]:
    """The static shape of a tensor. Raises Undetermined."""
    kind: Attribute | None = None if value is None else value.type
    if not isinstance(kind, TensorType) or DYNAMIC_INDEX in kind.get_shape():
        raise Undetermined(f"the shape of {kind} is not static")
    return kind.get_shape()


def shape_of_input(op: OnnxOp, index: int) -> tuple[int, ...]:
    """The static shape of an operand. Raises Undetermined."""
    return static_shape(op.input(index))


def result_shape(op: OnnxOp, index: int = 0) -> tuple[int, ...]:
    """The static shape of a result. Raises Undetermined."""
    return static_shape(op.outputs[index])


def axis_attribute(op: OnnxOp, name: str, rank: int, default: int | None = None) -> int:
    """An axis attribute counted from the front: -1 is rank - 1. Raises UserError beyond the rank."""
    return count_from_front(op, (int_attribute(op, name, default),), rank)[0]


def count_from_front(op: OnnxOp, axes: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """Axes without negative numbers. Raises UserError for one beyond the rank."""
    beyond = [axis for axis in axes if not -rank <= axis < rank]
    if beyond:
        raise contradiction(op, f"axis {beyond[0]} is beyond its {rank} axes")
    return tuple(axis + rank if axis < 0 else axis for axis in axes)

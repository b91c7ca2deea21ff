"""Whether a node is one of its operator's schema: counts, attributes, element types."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, cast

import onnx
from onnx.defs import OpSchema
from xdsl.dialects.builtin import (
    ArrayAttr,
    DenseArrayBase,
    FloatAttr,
    IntegerAttr,
    IntegerType,
    StringAttr,
    TensorType,
    UnrankedTensorType,
)
from xdsl.ir import Attribute, TypeAttribute
from xdsl.utils.exceptions import VerifyException

from .element_types import onnx_type_of_mlir
from .onnx_types import OptionalType, SequenceType
from .weights import TensorAttr

_Kind = OpSchema.AttrType
_Option = OpSchema.FormalParameterOption


def verify_node(
    schema: OpSchema,
    *,
    inputs: Sequence[Attribute],
    outputs: Sequence[Attribute],
    attributes: Mapping[str, Attribute],
    body_names: Sequence[str],
) -> None:
    """Check a node against the schema in force; types that are not known are not judged.

    Raises VerifyException with what is wrong first.
    """
    where = f"{schema.name} (since opset {schema.since_version})"
    if schema.deprecated:
        raise VerifyException(f"{where} is withdrawn from this opset")
    _verify_count(where, "inputs", len(inputs), schema.min_input, schema.max_input)
    _verify_count(where, "outputs", len(outputs), schema.min_output, schema.max_output)
    _verify_attributes(where, schema, attributes, body_names)
    bound: dict[str, str] = {}
    _verify_types(where, "input", _formals(schema, "inputs"), inputs, bound)
    _verify_types(where, "output", _formals(schema, "outputs"), outputs, bound)


def _verify_count(where: str, what: str, count: int, least: int, most: int) -> None:
    if not least <= count <= most:
        expected = str(least) if least == most else f"{least} to {most}"
        raise VerifyException(f"{where} takes {expected} {what}, but got {count}")


# --- attributes ------------------------------------------------------------------------------


def _verify_attributes(
    where: str, schema: OpSchema, attributes: Mapping[str, Attribute], body_names: Sequence[str]
) -> None:
    kinds = _attribute_kinds(schema)
    unknown = sorted({*attributes, *body_names} - kinds.keys())
    if unknown:
        raise VerifyException(f"{where} has no attribute {', '.join(unknown)}")
    missing = sorted(_required(schema) - attributes.keys() - {*body_names})
    if missing:
        raise VerifyException(f"{where} needs attribute {', '.join(missing)}")
    for name, value in attributes.items():
        if not _has_kind(value, kinds[name]):
            raise VerifyException(f"{where} takes attribute {name} as {_kind_text(kinds[name])}")
    for name in body_names:
        if kinds[name] != _Kind.GRAPH:
            raise VerifyException(f"{where} takes attribute {name} as {_kind_text(kinds[name])}")


def _kind_text(kind: OpSchema.AttrType) -> str:
    return str(kind).rpartition(".")[2]


@cache
def _attribute_kinds(schema: OpSchema) -> dict[str, OpSchema.AttrType]:
    return {name: attribute.type for name, attribute in schema.attributes.items()}


@cache
def _required(schema: OpSchema) -> frozenset[str]:
    return frozenset(name for name, a in schema.attributes.items() if a.required)


_SCALARS: Final[dict[OpSchema.AttrType, type[Attribute]]] = {
    _Kind.INT: IntegerAttr,
    _Kind.FLOAT: FloatAttr,
    _Kind.STRING: StringAttr,
    _Kind.TENSOR: TensorAttr,
}
_ITEMS: Final[dict[OpSchema.AttrType, type]] = {
    _Kind.STRINGS: StringAttr,
    _Kind.TENSORS: TensorAttr,
    _Kind.TYPE_PROTOS: TypeAttribute,
}


def _has_kind(value: Attribute, kind: OpSchema.AttrType) -> bool:
    if kind in _SCALARS:
        return isinstance(value, _SCALARS[kind])
    if kind in (_Kind.INTS, _Kind.FLOATS):
        if not isinstance(value, DenseArrayBase):
            return False
        is_integer = isinstance(cast(DenseArrayBase[Any], value).elt_type, IntegerType)
        return is_integer == (kind == _Kind.INTS)
    if kind in _ITEMS:
        return isinstance(value, ArrayAttr) and all(isinstance(i, _ITEMS[kind]) for i in value)
    return kind == _Kind.TYPE_PROTO and isinstance(value, TypeAttribute)


# --- types -----------------------------------------------------------------------------------


class _Formal:
    """A formal parameter: the type texts it allows, and the type variable it binds (if any)."""

    def __init__(self, parameter: OpSchema.FormalParameter):
        self.name = parameter.name
        self.allowed = frozenset(parameter.types)
        self.is_variadic = parameter.option == _Option.Variadic
        binds = parameter.is_homogeneous or not self.is_variadic
        self.variable = parameter.type_str if binds else None


@cache
def _formals(schema: OpSchema, which: str) -> tuple[_Formal, ...]:
    parameters: Iterable[OpSchema.FormalParameter] = getattr(schema, which)
    return tuple(_Formal(parameter) for parameter in parameters)


def _verify_types(
    where: str,
    what: str,
    formals: tuple[_Formal, ...],
    types: Sequence[Attribute],
    bound: dict[str, str],
) -> None:
    for index, value_type in enumerate(types):
        formal = formals[min(index, len(formals) - 1)]
        text = type_text(value_type)
        if text is None:
            continue
        if text not in formal.allowed:
            raise VerifyException(f"{where} takes no {text} as {what} {formal.name}")
        if formal.variable is None:
            continue
        other = bound.setdefault(formal.variable, text)
        if other != text:
            raise VerifyException(
                f"{where} takes {formal.variable} = {other}, but {what} {formal.name} is {text}"
            )


def type_text(value_type: Attribute) -> str | None:
    """A type as schemas spell it, `seq(tensor(float))`; None where it is not wholly known."""
    match value_type:
        case TensorType() | UnrankedTensorType():
            return _tensor_text(value_type.element_type)
        case SequenceType():
            return _nested_text("seq", value_type.element)
        case OptionalType():
            return _nested_text("optional", value_type.element)
        case _:
            return None


def _nested_text(outer: str, element: Attribute) -> str | None:
    inner = type_text(element)
    return None if inner is None else f"{outer}({inner})"


@cache
def _tensor_text(element_type: Attribute) -> str | None:
    try:
        number = onnx_type_of_mlir(element_type)
    except KeyError:
        return None
    return f"tensor({onnx.TensorProto.DataType.Name(number).lower()})"

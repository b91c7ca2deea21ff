"""Attribute protos to the dialect's attributes. Graph attributes become regions elsewhere."""

from collections.abc import Callable
from typing import Final

import onnx
from xdsl.dialects.builtin import (
    ArrayAttr,
    DenseArrayBase,
    FloatAttr,
    IntegerAttr,
    StringAttr,
    f32,
    i64,
)
from xdsl.ir import Attribute

from ..drpdialect.errors import UserError
from ..drpdialect.onnx_protos import type_of_proto
from ..drpdialect.weights import TensorAttr
from .tensors import TensorReader

_Kind = onnx.AttributeProto

_FIELDS: Final = {
    "f": _Kind.FLOAT,
    "i": _Kind.INT,
    "s": _Kind.STRING,
    "t": _Kind.TENSOR,
    "g": _Kind.GRAPH,
    "tp": _Kind.TYPE_PROTO,
    "floats": _Kind.FLOATS,
    "ints": _Kind.INTS,
    "strings": _Kind.STRINGS,
    "tensors": _Kind.TENSORS,
    "graphs": _Kind.GRAPHS,
    "type_protos": _Kind.TYPE_PROTOS,
}


def attribute_kind(proto: onnx.AttributeProto) -> int:
    """The kind an attribute declares; old models do not, there the field that is set tells."""
    if proto.type != _Kind.UNDEFINED:
        return proto.type
    for field, _ in proto.ListFields():
        if field.name in _FIELDS:
            return _FIELDS[field.name]
    return _Kind.UNDEFINED


def read_attribute(proto: onnx.AttributeProto, tensors: TensorReader, what: str) -> Attribute:
    """The attribute of a proto that is no graph; `what` names it in messages.

    Raises UserError for a kind without a counterpart, and for what is wrong in a tensor.
    """
    kind = attribute_kind(proto)
    reader = _READERS.get(kind)
    if reader is None:
        name = _Kind.AttributeType.Name(kind) if kind in _Kind.AttributeType.values() else kind
        raise UserError(f"{what}: attributes of kind {name} are not supported")
    return reader(proto, tensors, what)


def _tensor(proto: onnx.TensorProto, tensors: TensorReader, what: str) -> Attribute:
    return TensorAttr(tensors.read(proto, what))


def _text(text: bytes, what: str) -> StringAttr:
    try:
        return StringAttr(text.decode())
    except UnicodeDecodeError:
        raise UserError(f"{what}: its text is not UTF-8") from None


def _type(proto: onnx.TypeProto, what: str) -> Attribute:
    try:
        return type_of_proto(proto)
    except KeyError as error:
        raise UserError(f"{what}: there is no ONNX type {error}") from None


_READERS: Final[dict[int, Callable[[onnx.AttributeProto, TensorReader, str], Attribute]]] = {
    _Kind.FLOAT: lambda proto, _, __: FloatAttr(proto.f, f32),
    _Kind.INT: lambda proto, _, __: IntegerAttr(proto.i, i64),
    _Kind.STRING: lambda proto, _, what: _text(proto.s, what),
    _Kind.TENSOR: lambda proto, tensors, what: _tensor(proto.t, tensors, what),
    _Kind.TYPE_PROTO: lambda proto, _, what: _type(proto.tp, what),
    _Kind.FLOATS: lambda proto, _, __: DenseArrayBase.from_list(f32, list(proto.floats)),
    _Kind.INTS: lambda proto, _, __: DenseArrayBase.from_list(i64, list(proto.ints)),
    _Kind.STRINGS: lambda proto, _, what: ArrayAttr([_text(s, what) for s in proto.strings]),
    _Kind.TENSORS: lambda proto, tensors, what: ArrayAttr(
        [_tensor(tensor, tensors, what) for tensor in proto.tensors]
    ),
    _Kind.TYPE_PROTOS: lambda proto, _, what: ArrayAttr(
        [_type(item, what) for item in proto.type_protos]
    ),
}

"""The types of ONNX values besides tensors."""

from xdsl.ir import Attribute, ParametrizedAttribute, TypeAttribute
from xdsl.irdl import irdl_attr_definition


@irdl_attr_definition
class NoneType(ParametrizedAttribute, TypeAttribute):
    """The type of an omitted optional input: `!onnx.none`."""

    name = "onnx.none"


@irdl_attr_definition
class UnknownType(ParametrizedAttribute, TypeAttribute):
    """The type of a value that shape inference could not determine: `!onnx.unknown`."""

    name = "onnx.unknown"


@irdl_attr_definition
class SequenceType(ParametrizedAttribute, TypeAttribute):
    """A list of values of one type: `!onnx.seq<tensor<?xf32>>`."""

    name = "onnx.seq"
    element: Attribute


@irdl_attr_definition
class OptionalType(ParametrizedAttribute, TypeAttribute):
    """A value that may be absent at run time: `!onnx.optional<tensor<2xf32>>`."""

    name = "onnx.optional"
    element: Attribute


@irdl_attr_definition
class MapType(ParametrizedAttribute, TypeAttribute):
    """A dictionary from keys to values: `!onnx.map<i64, tensor<f32>>`."""

    name = "onnx.map"
    key: Attribute
    value: Attribute

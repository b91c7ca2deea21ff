"""Result types of `onnx` operations, one operation at a time.

A node is inferred by ONNX's own function for its schema (`onnx.shape_inference`), with small
constant operands given as data; control flow is inferred from its bodies. What is inferred is
merged with what is declared: the more precise of both wins, and a contradiction is an error.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import onnx
from onnx.defs import OpSchema
from onnx.shape_inference import infer_node_outputs
from xdsl.dialects.builtin import DYNAMIC_INDEX, TensorType, UnrankedTensorType
from xdsl.ir import Attribute, Block, SSAValue
from xdsl.rewriter import Rewriter

from .constants import constant_attr_of
from .errors import UserError
from .onnx import DEFAULT_DOMAIN, OnnxOp, find_schema, opset_version, opsets_of
from .onnx_control_flow import CONTROL_FLOW, body_argument_types, result_types
from .onnx_operands import mismatch, split_mismatch
from .onnx_protos import ValueNames, node_proto, type_of_proto, type_proto
from .onnx_runtime_types import runtime_types
from .onnx_types import MapType, NoneType, OptionalType, SequenceType, UnknownType
from .provenance import nodes_of
from .weights import TensorAttr

MAX_ELEMENTS: Final = 2**36
"""A tensor type of more elements is refused: no machine of ours could ever hold it."""

_DATA_BYTES: Final = 1024
"""Constants up to this size are given to inference: shapes, axes, pads, scales."""

_DATA_FLOATS: Final = 8
"""Floats that tell a shape are scales of a resize and bounds of a range; a bias tells none."""

_INFERENCE_ERRORS: Final = (
    onnx.shape_inference.InferenceError,
    onnx.checker.ValidationError,
    ValueError,
    RuntimeError,
    IndexError,
)
"""What ONNX raises about a node that it cannot infer; the last three are its C++ exceptions."""

_STAND_INS: Final = {
    "GreaterOrEqual": ("Greater", 2),
    "LessOrEqual": ("Less", 2),
    "GroupNormalization": ("Identity", 1),
    "MeanVarianceNormalization": ("Identity", 1),
}
"""Operators whose schema infers nothing -> an operator of the same result type, and its inputs."""

_SCALAR_OPERANDS: Final = frozenset(("Range",))
"""Operators whose scalar operands kernels, and so models, take as tensors of one element too."""


class Contradiction(Exception):
    """Two types of one value exclude each other, or an operator cannot take its operands."""


# --- operations ------------------------------------------------------------------------------


def infer_result_types(op: OnnxOp) -> list[Attribute]:
    """The result types of an operation from its operands' types, merged with its present ones.

    Raises UserError if they contradict each other, or ONNX finds the node wrong.
    """
    present = [result.type for result in op.results]
    try:
        inferred = _inferred(op)
        return [merge(a, b) for a, b in zip(present, inferred, strict=True)]
    except Contradiction as error:
        raise UserError(f"node {_label(op)}: {error}") from None


def refine_types(block: Block) -> None:
    """Infer every operation of a block in order, going into bodies; types are replaced in place.

    Raises UserError as `infer_result_types` does.
    """
    for op in block.ops:
        if not isinstance(op, OnnxOp):
            continue
        operands = [value.type for value in op.inputs]
        for body in op.bodies:
            expected = body_argument_types(op.op_type, op.onnx_attributes, operands, _opset(op))
            _refine_values(op, list(body.block.args), expected or ())
            refine_types(body.block)
        _refine_values(op, list(op.results), infer_result_types(op))


def _refine_values(op: OnnxOp, values: Sequence[SSAValue], types: Sequence[Attribute]) -> None:
    for value, value_type in zip(values, types, strict=False):
        try:
            merged = merge(value.type, value_type)
        except Contradiction as error:
            raise UserError(f"node {_label(op)}: {error}") from None
        if merged != value.type:
            Rewriter.replace_value_with_new_type(value, merged)


def _label(op: OnnxOp) -> str:
    return f"{next(iter(nodes_of(op)), '(unnamed)')} ({op.op_type})"


def _opset(op: OnnxOp) -> int:
    return opset_version(op, op.domain) or 0


def _inferred(op: OnnxOp) -> list[Attribute]:
    if op.op_type in CONTROL_FLOW and op.domain == DEFAULT_DOMAIN:
        return result_types(
            op.op_type,
            op.onnx_attributes,
            [value.type for value in op.inputs],
            [body.block for body in op.bodies],
            len(op.results),
            _opset(op),
        )
    if op.bodies:
        return [UnknownType()] * len(op.results)
    node = node_proto(op, ValueNames())
    return infer_node(op.schema, node, list(op.inputs), len(op.results), opsets_of(op))


def infer_node(
    schema: OpSchema | None,
    node: onnx.NodeProto,
    operands: Sequence[SSAValue],
    results: int,
    opsets: Mapping[str, int],
) -> list[Attribute]:
    """The result types of a node without bodies; unknown where ONNX cannot tell.

    `operands` stand for the node's inputs, whatever their names. An operator without a schema is
    one of ONNX Runtime's own, which is asked then. Raises Contradiction with ONNX's
    own words if the node cannot take these operands.
    """
    if any(isinstance(value.type, UnknownType) for value in operands):
        return [UnknownType()] * results
    data = tuple(
        (index, constant.array.tobytes())
        for index, value in enumerate(operands)
        if (constant := _small_constant(value)) is not None
    )
    types = tuple(value.type for value in operands)
    if node.op_type in _SCALAR_OPERANDS:
        types = tuple(map(_as_scalar, types))
    given = [bool(name) for name in node.output]
    signature = _Signature(
        node.op_type,
        node.domain,
        tuple(attribute.SerializeToString(deterministic=True) for attribute in node.attribute),
        types,
        tuple(given + [True] * (results - len(given))),
        data,
        tuple(opsets.items()),
    )
    return list(_infer(schema, signature))


class _Signature(NamedTuple):
    """What of a node tells its result types. Networks repeat the same nodes often."""

    op_type: str
    domain: str
    attributes: tuple[bytes, ...]
    operand_types: tuple[Attribute, ...]
    outputs: tuple[bool, ...]
    """Whether each output is there, or omitted."""
    data: tuple[tuple[int, bytes], ...]
    """Index and bytes of the operands that are small constants."""
    opsets: tuple[tuple[str, int], ...]

    def node(self) -> onnx.NodeProto:
        """The node with names by position: operands `i0`, `i1`, ..., results `0`, `1`, ..."""
        node = onnx.NodeProto(op_type=self.op_type, domain=self.domain)
        node.attribute.extend(onnx.AttributeProto.FromString(text) for text in self.attributes)
        node.input.extend(
            "" if isinstance(value_type, NoneType) else f"i{index}"
            for index, value_type in enumerate(self.operand_types)
        )
        node.output.extend(str(i) if given else "" for i, given in enumerate(self.outputs))
        return node


@lru_cache(maxsize=8192)
def _infer(schema: OpSchema | None, signature: _Signature) -> tuple[Attribute, ...]:
    node = signature.node()
    integers = {a.name: a.i for a in node.attribute if a.type == onnx.AttributeProto.INT}
    wrong = mismatch(signature.op_type, signature.operand_types, integers) or split_mismatch(
        signature.op_type, len(signature.outputs), integers
    )
    if wrong is not None:
        raise Contradiction(wrong)
    if schema is not None and not schema.has_type_and_shape_inference_function:
        schema, node = _stand_in(schema, node)
    types = {
        name: type_proto(value_type)
        for name, value_type in zip(node.input, signature.operand_types, strict=False)
    }
    tensors = {
        node.input[index]: _data_proto(types[node.input[index]], content)
        for index, content in signature.data
        if index < len(node.input)
    }
    imports = [
        onnx.OperatorSetIdProto(domain="" if domain == DEFAULT_DOMAIN else domain, version=version)
        for domain, version in signature.opsets
    ]
    if schema is None:
        return tuple(runtime_types(node, types, tensors, imports))
    try:
        inferred = infer_node_outputs(schema, node, types, tensors, None, imports)
    except _INFERENCE_ERRORS as error:
        raise Contradiction(_without_prefix(str(error))) from None
    protos = [inferred.get(str(index)) for index in range(len(signature.outputs))]
    return tuple(UnknownType() if p is None else type_of_proto(p) for p in protos)


def _stand_in(schema: OpSchema, node: onnx.NodeProto) -> tuple[OpSchema, onnx.NodeProto]:
    """A node of the same result types whose schema does infer them, where there is one."""
    stand_in, count = _STAND_INS.get(schema.name, ("", 0))
    other = find_schema(DEFAULT_DOMAIN, stand_in, schema.since_version)
    if other is None:
        return schema, node
    return other, onnx.NodeProto(op_type=stand_in, input=node.input[:count], output=node.output[:1])


def _as_scalar(value_type: Attribute) -> Attribute:
    """The type of a scalar for that of a tensor of one element; others as they are."""
    if isinstance(value_type, TensorType) and set(value_type.get_shape()) == {1}:
        return TensorType(value_type.element_type, [])
    return value_type


def _data_proto(type_of_value: onnx.TypeProto, content: bytes) -> onnx.TensorProto:
    tensor = type_of_value.tensor_type
    dims = [dimension.dim_value for dimension in tensor.shape.dim]
    return onnx.TensorProto(data_type=tensor.elem_type, dims=dims, raw_data=content)


def _small_constant(value: SSAValue) -> TensorAttr | None:
    constant = constant_attr_of(value)
    if constant is None or constant.data.nbytes > _DATA_BYTES or not constant.data.is_loaded:
        return None
    dtype = constant.array.dtype
    is_plain = dtype.kind in "iub" or (dtype.kind == "f" and constant.array.size <= _DATA_FLOATS)
    return constant if is_plain and dtype.isbuiltin else None


def _without_prefix(message: str) -> str:
    """ONNX's message without its category and file position."""
    return message.split("] ", 1)[-1].strip()


# --- merging ---------------------------------------------------------------------------------


def merge(declared: Attribute, inferred: Attribute) -> Attribute:
    """The type of a value of which both are true. Raises Contradiction if there is none."""
    merged = _merged(declared, inferred)
    if isinstance(merged, TensorType):
        check_size(merged)
    return merged


def check_size(tensor_type: TensorType[Attribute]) -> None:
    """Raises Contradiction for a tensor that no machine of ours could hold."""
    shape = tensor_type.get_shape()
    if math.prod(size for size in shape if size != DYNAMIC_INDEX) > MAX_ELEMENTS:
        raise Contradiction(f"a tensor of {shape_text(shape)} elements is too large to compile")


def _merged(declared: Attribute, inferred: Attribute) -> Attribute:
    if declared == inferred or isinstance(inferred, UnknownType):
        return declared
    match declared, inferred:
        case (UnknownType(), _):
            return inferred
        case (NoneType(), _):  # an omitted output
            return declared
        case (SequenceType(), SequenceType()):
            return SequenceType(_merged(declared.element, inferred.element))
        case (OptionalType(), OptionalType()):
            return OptionalType(_merged(declared.element, inferred.element))
        case (MapType(), MapType()) if declared.key == inferred.key:
            return MapType(declared.key, _merged(declared.value, inferred.value))
        case (TensorType() | UnrankedTensorType(), TensorType() | UnrankedTensorType()):
            return _merged_tensors(declared, inferred)
        case _:
            raise _contradiction(declared, inferred)


def _merged_tensors(
    declared: TensorType[Attribute] | UnrankedTensorType[Attribute],
    inferred: TensorType[Attribute] | UnrankedTensorType[Attribute],
) -> Attribute:
    if declared.element_type != inferred.element_type:
        raise _contradiction(declared, inferred)
    if isinstance(declared, UnrankedTensorType):
        return inferred
    if isinstance(inferred, UnrankedTensorType):
        return declared
    ours, theirs = declared.get_shape(), inferred.get_shape()
    if len(ours) != len(theirs):
        raise _contradiction(declared, inferred)
    pairs = list(zip(ours, theirs, strict=True))
    if any(a != b and DYNAMIC_INDEX not in (a, b) for a, b in pairs):
        raise _contradiction(declared, inferred)
    return TensorType(declared.element_type, [b if a == DYNAMIC_INDEX else a for a, b in pairs])


def _contradiction(declared: Attribute, inferred: Attribute) -> Contradiction:
    return Contradiction(f"its result is declared as {declared}, but is inferred as {inferred}")


def shape_text(shape: Sequence[int]) -> str:
    """A shape as the command line spells it: `1x3x?x?`."""
    return "x".join("?" if size == DYNAMIC_INDEX else str(size) for size in shape)

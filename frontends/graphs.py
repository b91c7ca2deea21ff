"""Graphs, bodies and functions to operations, in one forward walk that infers types as it goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

import numpy as np
import onnx
from onnx.defs import OpSchema
from xdsl.dialects.builtin import ArrayAttr, DenseArrayBase, FloatAttr, IntegerAttr, StringAttr
from xdsl.ir import Attribute, Block, Region, SSAValue
from xdsl.utils.exceptions import VerifyException

from ..drpdialect.drp.structure import ConstantOp
from ..drpdialect.element_types import tensor_type_of
from ..drpdialect.errors import UserError
from ..drpdialect.onnx import (
    BODY_NAMES,
    DEFAULT_DOMAIN,
    CustomOp,
    NoValueOp,
    OnnxOp,
    YieldOp,
    find_schema,
    operation_class,
)
from ..drpdialect.onnx_checks import verify_node
from ..drpdialect.onnx_control_flow import CONTROL_FLOW, body_argument_types, result_types
from ..drpdialect.onnx_inference import Contradiction, infer_node, merge
from ..drpdialect.onnx_protos import type_of_proto
from ..drpdialect.onnx_types import NoneType, UnknownType
from ..drpdialect.provenance import set_nodes
from ..drpdialect.weights import Tensor, TensorAttr
from .attributes import attribute_kind, read_attribute
from .naming import NodeNames, set_hint
from .operators import Functions, Opsets, domain_of, function_key, read_opsets
from .tensors import TensorReader


@dataclass
class Scope:
    """Where names are looked up: a graph, a body inside one, or the inside of a function call."""

    block: Block
    opsets: Opsets
    outer: "Scope | None" = None
    """What a body may refer to; a function sees nothing of its caller."""
    attributes: "Mapping[str, BoundAttribute] | None" = None
    """What the attributes of a function stand for in this call; None outside of functions."""
    prefix: str = ""
    """Leads the names of nodes that are inlined from a function."""
    is_branch: bool = False
    """Whether it may never run: then its shapes need not fit."""
    values: dict[str, SSAValue] = field(default_factory=dict[str, SSAValue])
    declared: dict[str, onnx.TypeProto] = field(default_factory=dict[str, onnx.TypeProto])
    nodes: Sequence[onnx.NodeProto] = ()
    no_value: SSAValue | None = None

    def find(self, name: str) -> SSAValue | None:
        """The value of a name here or further out."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values:
                return scope.values[name]
            scope = scope.outer
        return None

    def define(self, name: str, value: SSAValue, what: str) -> None:
        """Give a name its value. Raises UserError if this graph has defined it before."""
        if name in self.values:
            raise UserError(f"{what} defines {name!r}, which is defined before in the same graph")
        self.values[name] = value
        set_hint(value, name)


@dataclass(frozen=True)
class BoundAttribute:
    """An attribute that a function is called with, and the scope in which it was written."""

    proto: onnx.AttributeProto
    scope: Scope


class GraphImporter:
    """Imports the nodes of one model."""

    def __init__(self, tensors: TensorReader, functions: Functions, opsets: Opsets):
        self._tensors = tensors
        self._functions = functions
        self._names = NodeNames()
        self._opsets: Opsets = dict(opsets)
        self._used_domains: dict[str, None] = {DEFAULT_DOMAIN: None}

    @property
    def opsets(self) -> Opsets:
        """The opsets of the nodes' domains: the model's, and those only its functions import."""
        return {d: self._opsets[d] for d in self._used_domains if d in self._opsets}

    # --- graphs ---

    def graph(self, graph: onnx.GraphProto, scope: Scope) -> list[SSAValue]:
        """Import initializers and nodes into the scope's block; return the outputs' values."""
        scope.declared |= {value.name: value.type for value in graph.value_info}
        scope.declared |= {value.name: value.type for value in graph.output}
        self._initializers(graph, scope)
        self._nodes(graph.node, scope)
        return [self._output(value.name, scope) for value in graph.output]

    def _initializers(self, graph: onnx.GraphProto, scope: Scope) -> None:
        for proto in graph.initializer:
            tensor = self._tensors.read(proto, f"initializer {proto.name!r}")
            self._constant(tensor, proto.name, scope, f"initializer {proto.name!r}")
        for proto in graph.sparse_initializer:
            name = proto.values.name
            tensor = self._tensors.read_sparse(proto, f"sparse initializer {name!r}")
            self._constant(tensor, name, scope, f"sparse initializer {name!r}")

    def _constant(self, tensor: Tensor, name: str, scope: Scope, what: str) -> ConstantOp:
        if not name:
            raise UserError(f"{what} has no name")
        op = ConstantOp(TensorAttr(tensor))
        scope.block.add_op(op)
        scope.define(name, op.result, what)
        return op

    def _nodes(self, nodes: Sequence[onnx.NodeProto], scope: Scope) -> None:
        scope.nodes = nodes
        for node in nodes:
            name = self._names.claim(node.name, node.op_type, scope.prefix)
            self._node(node, name, scope)

    def _output(self, name: str, scope: Scope) -> SSAValue:
        value = scope.find(name)
        if value is None:
            raise UserError(f"output {name!r} of the graph is made by no node")
        return value

    # --- nodes ---

    def _node(self, node: onnx.NodeProto, name: str, scope: Scope) -> None:
        what = f"node {name} ({node.op_type})"
        key = function_key(node)
        if key in self._functions:
            self._call(node, name, what, self._functions[key], scope)
        elif key[:2] == (DEFAULT_DOMAIN, "Constant"):
            self._constant_node(node, name, what, scope)
        else:
            self._operation(node, name, what, scope)

    def _operands(self, node: onnx.NodeProto, what: str, scope: Scope) -> list[SSAValue]:
        return [
            self._operand(name, what, scope) if name else self._omitted(scope)
            for name in node.input
        ]

    def _operand(self, name: str, what: str, scope: Scope) -> SSAValue:
        value = scope.find(name)
        if value is not None:
            return value
        maker = _maker_of(name, scope)
        if maker is None:
            raise UserError(f"{what} reads {name!r}, which nothing defines")
        raise UserError(
            f"{what} reads {name!r} before {maker} makes it: the nodes form a cycle, or are not in "
            "topological order"
        )

    def _omitted(self, scope: Scope) -> SSAValue:
        if scope.no_value is None:
            op = NoValueOp()
            scope.block.add_op(op)
            scope.no_value = op.result
        return scope.no_value

    def _operation(self, node: onnx.NodeProto, name: str, what: str, scope: Scope) -> None:
        domain, op_type, _ = function_key(node)
        version = self._opset(domain, op_type, what, scope)
        operands = self._operands(node, what, scope)
        node, origins = _bound_node(node, what, scope)
        attributes = self._attributes(node, what)
        bodies = self._bodies(node, what, version, operands, attributes, scope, origins)
        declared = [_declared_type(output, what, scope) for output in node.output]
        schema = find_schema(domain, op_type, version)
        if schema is not None:
            _verify(schema, what, operands, declared, attributes, tuple(bodies))
        try:
            inferred = _inferred(schema, node, version, operands, attributes, bodies, scope)
            types = [merge(a, b) for a, b in zip(declared, inferred, strict=True)]
        except Contradiction as error:
            if not scope.is_branch:
                raise UserError(f"{what}: {error}") from None
            types = declared
        op = _operation_of(domain, op_type, operands, types, attributes, bodies)
        set_nodes(op, [name])
        scope.block.add_op(op)
        for output, value in zip(node.output, op.results, strict=True):
            if output:
                scope.define(output, value, what)

    def _opset(self, domain: str, op_type: str, what: str, scope: Scope) -> int:
        """The version that a node is written for; a function's must mean the same as the model's."""
        version = scope.opsets[domain]
        self._used_domains[domain] = None
        main = self._opsets.setdefault(domain, version)
        if main != version and _since(domain, op_type, main) != _since(domain, op_type, version):
            raise UserError(
                f"{what} comes from a function with opset {version} of {domain}, where it means "
                f"something else than in opset {main} of the model: export both with one opset"
            )
        return version

    def _attributes(self, node: onnx.NodeProto, what: str) -> dict[str, Attribute]:
        attributes: dict[str, Attribute] = {}
        for proto in node.attribute:
            if "." in proto.name or not proto.name or proto.name in attributes:
                raise UserError(f"{what} has an attribute named {proto.name!r} that it cannot have")
            if attribute_kind(proto) != onnx.AttributeProto.GRAPH:
                inside = f"{what}, attribute {proto.name}"
                attributes[proto.name] = read_attribute(proto, self._tensors, inside)
        return attributes

    def _bodies(
        self,
        node: onnx.NodeProto,
        what: str,
        version: int,
        operands: Sequence[SSAValue],
        attributes: dict[str, Attribute],
        scope: Scope,
        origins: Mapping[str, Scope],
    ) -> dict[str, Region]:
        operand_types = [value.type for value in operands]
        scanned = attributes.get("num_scan_inputs")
        if isinstance(scanned, IntegerAttr) and not 1 <= scanned.value.data <= len(operands):
            raise UserError(f"{what} scans {scanned.value.data} of its {len(operands)} inputs")
        given = body_argument_types(node.op_type, attributes, operand_types, version)
        bodies: dict[str, Region] = {}
        for proto in node.attribute:
            if attribute_kind(proto) != onnx.AttributeProto.GRAPH:
                continue
            outer = origins.get(proto.name, scope)
            body = replace(
                outer,
                block=Block(),
                outer=outer,
                is_branch=scope.is_branch or node.op_type == "If",
                values={},
                declared={},
                no_value=None,
            )
            inside = f"{what}, {proto.name}"
            self._body(proto.g, inside, given, body)
            bodies[proto.name] = Region(body.block)
        _check_yields(node, what, operands, bodies)
        return bodies

    def _body(
        self, graph: onnx.GraphProto, what: str, given: Sequence[Attribute] | None, scope: Scope
    ) -> None:
        if given is not None and len(given) != len(graph.input):
            raise UserError(f"{what} takes {len(graph.input)} inputs, but is given {len(given)}")
        for index, value in enumerate(graph.input):
            declared = _type_of(value.type, f"{what}, input {value.name!r}")
            value_type = declared if given is None else _agreed(declared, given[index])
            argument = scope.block.insert_arg(value_type, index)
            scope.define(value.name, argument, what)
        outputs = self.graph(graph, scope)
        scope.block.add_op(YieldOp(outputs))

    # --- constants and functions ---

    def _constant_node(self, node: onnx.NodeProto, name: str, what: str, scope: Scope) -> None:
        node, _ = _bound_node(node, what, scope)
        if len(node.attribute) != 1 or len(node.output) != 1 or node.input:
            raise UserError(f"{what} takes no input, one attribute, and gives one output")
        proto = node.attribute[0]
        inside = f"{what}, attribute {proto.name}"
        if proto.name == "sparse_value":
            tensor = self._tensors.read_sparse(proto.sparse_tensor, inside)
        else:
            tensor = _constant_tensor(proto.name, read_attribute(proto, self._tensors, inside))
        if tensor is None:
            raise UserError(f"{inside}: a Constant has no such attribute")
        set_nodes(self._constant(tensor, node.output[0], scope, what), [name])

    def _call(
        self, node: onnx.NodeProto, name: str, what: str, function: onnx.FunctionProto, scope: Scope
    ) -> None:
        """Inline a call of a model-local function."""
        if len(node.input) > len(function.input) or len(node.output) > len(function.output):
            raise UserError(
                f"{what}: its function takes {len(function.input)} inputs and gives "
                f"{len(function.output)} outputs"
            )
        operands = self._operands(node, what, scope)
        bound, origins = _bound_node(node, what, scope)
        inner = Scope(
            scope.block,
            read_opsets(function.opset_import, f"function {function.name}"),
            prefix=f"{name}/",
            is_branch=scope.is_branch,
            declared={value.name: value.type for value in function.value_info},
        )
        inner.attributes = {
            proto.name: BoundAttribute(proto, inner) for proto in function.attribute_proto
        } | {
            proto.name: BoundAttribute(proto, origins.get(proto.name, scope))
            for proto in bound.attribute
        }
        for index, argument in enumerate(function.input):
            is_given = index < len(operands)
            inner.values[argument] = operands[index] if is_given else self._omitted(scope)
        self._nodes(function.node, inner)
        for output, inside in zip(node.output, function.output, strict=False):
            if output:
                scope.define(output, self._output(inside, inner), what)


# --- helpers ---------------------------------------------------------------------------------


def _maker_of(name: str, scope: Scope) -> str | None:
    """The node that makes a value later on, for the message about a cycle."""
    level: Scope | None = scope
    while level is not None:
        for node in level.nodes:
            if name in node.output:
                return f"node {node.name or node.op_type!r}"
        level = level.outer
    return None


def _type_of(proto: onnx.TypeProto, what: str) -> Attribute:
    try:
        return type_of_proto(proto)
    except KeyError as error:
        raise UserError(f"{what}: there is no ONNX type {error}") from None


def _declared_type(output: str, what: str, scope: Scope) -> Attribute:
    """What the model says about a result: nothing, mostly; an omitted one has no type at all."""
    if not output:
        return NoneType()
    proto = scope.declared.get(output)
    return UnknownType() if proto is None else _type_of(proto, f"{what}, output {output!r}")


def _agreed(declared: Attribute, given: Attribute) -> Attribute:
    """The type of a body's argument; where shapes disagree, what the model declares."""
    try:
        return merge(declared, given)
    except Contradiction:
        return declared


def _inferred(
    schema: OpSchema | None,
    node: onnx.NodeProto,
    version: int,
    operands: Sequence[SSAValue],
    attributes: dict[str, Attribute],
    bodies: Mapping[str, Region],
    scope: Scope,
) -> Sequence[Attribute]:
    results = len(node.output)
    if node.op_type in CONTROL_FLOW and domain_of(node.domain) == DEFAULT_DOMAIN:
        blocks = [region.block for region in bodies.values()]
        types = [value.type for value in operands]
        return result_types(node.op_type, attributes, types, blocks, results, version)
    if bodies:
        return [UnknownType()] * results
    return infer_node(schema, node, operands, results, scope.opsets)


def _verify(
    schema: OpSchema,
    what: str,
    operands: Sequence[SSAValue],
    results: Sequence[Attribute],
    attributes: dict[str, Attribute],
    body_names: Sequence[str],
) -> None:
    try:
        verify_node(
            schema,
            inputs=[value.type for value in operands],
            outputs=results,
            attributes=attributes,
            body_names=body_names,
        )
    except VerifyException as error:
        raise UserError(f"{what}: {error}") from None


def _check_yields(
    node: onnx.NodeProto, what: str, operands: Sequence[SSAValue], bodies: Mapping[str, Region]
) -> None:
    """A Loop's body also gives whether to go on, before its results."""
    if node.op_type not in CONTROL_FLOW:
        return
    is_loop = node.op_type == "Loop"
    needed = max(len(node.output), len(operands) - 2) + 1 if is_loop else len(node.output)
    for name, region in bodies.items():
        last = region.block.last_op
        count = 0 if last is None else len(last.operands)
        if count < needed:
            raise UserError(f"{what}: {name} gives {count} outputs, but {needed} are needed")


def _operation_of(
    domain: str,
    op_type: str,
    operands: Sequence[SSAValue],
    types: Sequence[Attribute],
    attributes: dict[str, Attribute],
    bodies: Mapping[str, Region],
) -> OnnxOp:
    extra: dict[str, Attribute] = {}
    if bodies:
        extra[BODY_NAMES] = ArrayAttr([StringAttr(name) for name in bodies])
    try:
        kind = operation_class(op_type, domain)
    except KeyError:  # ONNX Runtime's own in the default domain
        kind = CustomOp
    if kind is CustomOp:
        extra |= {"onnx.domain": StringAttr(domain), "onnx.op_type": StringAttr(op_type)}
    return kind.create(
        operands=operands,
        result_types=types,
        attributes=attributes | extra,
        regions=list(bodies.values()),
    )


def _since(domain: str, op_type: str, version: int) -> int | None:
    schema = find_schema(domain, op_type, version)
    return None if schema is None else schema.since_version


def _bound_node(
    node: onnx.NodeProto, what: str, scope: Scope
) -> tuple[onnx.NodeProto, dict[str, Scope]]:
    """A node with its references to function attributes resolved.

    Also the scopes in which resolved attributes were written: graphs among them see those names.
    A reference to an attribute that the call does not give stands for none.
    """
    if not any(proto.ref_attr_name for proto in node.attribute):
        return node, {}
    bound = onnx.NodeProto()
    bound.CopyFrom(node)
    del bound.attribute[:]
    origins: dict[str, Scope] = {}
    for proto in node.attribute:
        given = BoundAttribute(proto, scope)
        if proto.ref_attr_name:
            if scope.attributes is None:
                raise UserError(f"{what} refers to {proto.ref_attr_name!r} outside of a function")
            given = scope.attributes.get(proto.ref_attr_name)
        if given is not None:
            bound.attribute.add().CopyFrom(given.proto)
            bound.attribute[-1].name = proto.name
            origins[proto.name] = given.scope
    return bound, origins


_CONSTANT_KINDS: Final[dict[str, type[Attribute]]] = {
    "value": TensorAttr,
    "value_float": FloatAttr,
    "value_int": IntegerAttr,
    "value_string": StringAttr,
    "value_floats": DenseArrayBase,
    "value_ints": DenseArrayBase,
    "value_strings": ArrayAttr,
}


def _constant_tensor(name: str, value: Attribute) -> Tensor | None:
    """The tensor of a Constant node, None where the attribute is not one of its."""
    if name not in _CONSTANT_KINDS or not isinstance(value, _CONSTANT_KINDS[name]):
        return None
    match value:
        case TensorAttr():
            return value.data
        case FloatAttr():
            array = np.array(value.value.data, np.float32)
        case IntegerAttr():
            array = np.array(value.value.data, np.int64)
        case StringAttr():
            array = np.array(value.data, np.object_)
        case DenseArrayBase():
            dtype = np.int64 if name == "value_ints" else np.float32
            array = np.array(cast(DenseArrayBase[Any], value).get_values(), dtype)
        case _:
            items = cast(ArrayAttr[Attribute], value)
            array = np.array([i.data for i in items if isinstance(i, StringAttr)], np.object_)
    return Tensor(tensor_type_of(array), array)

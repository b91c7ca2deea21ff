"""From the `onnx` dialect back to ONNX protos: types, attributes, nodes, whole models.

A model is built from any list of operations of one block: a CPU region, a single operation, or a
whole module. Every value gets a name that is unique in the whole model, so that bodies of control
flow refer to outer values by name, as ONNX wants it.

    model = build_model(ops, inputs, outputs, opsets={"ai.onnx": 17}, external_bytes=1024)
    model.proto     # onnx.ModelProto; constants of more than external_bytes are declared external
    model.weights   # {initializer name: array}, for SessionOptions.add_external_initializers

Omitted inputs and outputs are empty names, types that are not known are left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np
import onnx
from onnx import numpy_helper
from xdsl.dialects import func
from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    ArrayAttr,
    DenseArrayBase,
    DictionaryAttr,
    FloatAttr,
    IntegerAttr,
    IntegerType,
    ModuleOp,
    StringAttr,
    TensorType,
    UnrankedTensorType,
)
from xdsl.ir import Attribute, Block, Operation, OpResult, SSAValue, TypeAttribute

from .drp.structure import ConstantOp
from .element_types import mlir_type_of_onnx, onnx_type_of_mlir
from .onnx import (
    DEFAULT_DOMAIN,
    IR_VERSION,
    MapType,
    NoneType,
    NoValueOp,
    OnnxOp,
    OptionalType,
    SequenceType,
    UnknownType,
    find_schema,
    opsets_of,
)
from .provenance import nodes_of
from .weights import TensorAttr

VALUE_NAME: Final = "onnx.name"
"""The argument and result attribute of `@main` that holds the name of a graph input or output."""

_LEAST_IR_VERSION: Final = 8
"""Initializers need not be inputs (since 4); above that, newer versions only add what is allowed."""


class ValueNames:
    """Names of values, unique in a model: a given name, else the value's hint, made unique."""

    def __init__(self, given: Mapping[SSAValue, str] | None = None, reserved: Iterable[str] = ()):
        self._names: dict[SSAValue, str] = dict(given or {})
        self._used: set[str] = {*self._names.values(), *reserved}
        self._counts: dict[str, int] = {}

    def __call__(self, value: SSAValue) -> str:
        """The name of a value; empty for an omitted one."""
        if isinstance(value.type, NoneType):
            return ""
        name = self._names.get(value)
        if name is None:
            name = self.fresh(value.name_hint or "value")
            self._names[value] = name
        return name

    def fresh(self, prefix: str) -> str:
        """A name that nothing else has: the prefix itself where it is free."""
        name = prefix
        while name in self._used:
            self._counts[prefix] = self._counts.get(prefix, 0) + 1
            name = f"{prefix}_{self._counts[prefix]}"
        self._used.add(name)
        return name


@dataclass(frozen=True)
class OnnxModel:
    """A model and, by initializer name, the arrays that its proto only declares (external data)."""

    proto: onnx.ModelProto
    weights: dict[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])


# --- types -----------------------------------------------------------------------------------


def type_proto(value_type: Attribute) -> onnx.TypeProto:
    """The ONNX type; an empty proto where the type is unknown. Raises KeyError for foreign types."""
    proto = onnx.TypeProto()
    _fill_type(proto, value_type)
    return proto


def _fill_type(proto: onnx.TypeProto, value_type: Attribute) -> None:
    match value_type:
        case TensorType():
            proto.tensor_type.elem_type = onnx_type_of_mlir(value_type.element_type)
            proto.tensor_type.shape.SetInParent()
            for size in value_type.get_shape():
                dimension = proto.tensor_type.shape.dim.add()
                if size != DYNAMIC_INDEX:
                    dimension.dim_value = size
        case UnrankedTensorType():
            proto.tensor_type.elem_type = onnx_type_of_mlir(value_type.element_type)
        case SequenceType():
            proto.sequence_type.SetInParent()
            _fill_type(proto.sequence_type.elem_type, value_type.element)
        case OptionalType():
            proto.optional_type.SetInParent()
            _fill_type(proto.optional_type.elem_type, value_type.element)
        case MapType():
            proto.map_type.key_type = onnx_type_of_mlir(value_type.key)
            _fill_type(proto.map_type.value_type, value_type.value)
        case UnknownType() | NoneType():
            return
        case _:
            raise KeyError(f"{value_type} is no ONNX type")


def type_of_proto(proto: onnx.TypeProto) -> Attribute:
    """The type that a proto declares, `!onnx.unknown` where it says nothing.

    A dimension is static only where the proto gives a number of at least 0. Raises KeyError for
    an element type that there is not.
    """
    match proto.WhichOneof("value"):
        case "tensor_type":
            return _tensor_type(proto.tensor_type)
        case "sequence_type":
            return SequenceType(type_of_proto(proto.sequence_type.elem_type))
        case "optional_type":
            return OptionalType(type_of_proto(proto.optional_type.elem_type))
        case "map_type":
            key = mlir_type_of_onnx(proto.map_type.key_type)
            return MapType(key, type_of_proto(proto.map_type.value_type))
        case None:
            return UnknownType()
        case _:
            raise KeyError(proto.WhichOneof("value"))


def _tensor_type(proto: onnx.TypeProto.Tensor) -> Attribute:
    if proto.elem_type == onnx.TensorProto.UNDEFINED:
        return UnknownType()
    element_type = mlir_type_of_onnx(proto.elem_type)
    if not proto.HasField("shape"):
        return UnrankedTensorType(element_type)
    shape = [
        d.dim_value if d.HasField("dim_value") and d.dim_value >= 0 else DYNAMIC_INDEX
        for d in proto.shape.dim
    ]
    return TensorType(element_type, shape)


# --- attributes ------------------------------------------------------------------------------


def tensor_proto(array: np.ndarray, name: str = "") -> onnx.TensorProto:
    """A tensor proto with a copy of an array's elements."""
    return numpy_helper.from_array(array, name)


def attribute_proto(name: str, value: Attribute) -> onnx.AttributeProto:
    """A node's attribute. Raises TypeError for what is no ONNX attribute."""
    proto = onnx.AttributeProto(name=name)
    kinds = onnx.AttributeProto
    match value:
        case IntegerAttr():
            proto.type, proto.i = kinds.INT, value.value.data
        case FloatAttr():
            proto.type, proto.f = kinds.FLOAT, value.value.data
        case StringAttr():
            proto.type, proto.s = kinds.STRING, value.data.encode()
        case TensorAttr():
            proto.type = kinds.TENSOR
            proto.t.CopyFrom(tensor_proto(value.array))
        case DenseArrayBase():
            numbers = cast(DenseArrayBase[Any], value)
            is_integer = isinstance(numbers.elt_type, IntegerType)
            proto.type = kinds.INTS if is_integer else kinds.FLOATS
            (proto.ints if is_integer else proto.floats).extend(numbers.get_values())
        case ArrayAttr():
            _fill_list(proto, tuple(value))
        case TypeAttribute():
            proto.type = kinds.TYPE_PROTO
            _fill_type(proto.tp, cast(Attribute, value))
        case _:
            raise TypeError(f"attribute {name} = {value} has no ONNX counterpart")
    return proto


def _fill_list(proto: onnx.AttributeProto, items: tuple[Attribute, ...]) -> None:
    if all(isinstance(item, StringAttr) for item in items):
        proto.type = onnx.AttributeProto.STRINGS
        proto.strings.extend(item.data.encode() for item in items if isinstance(item, StringAttr))
    elif all(isinstance(item, TensorAttr) for item in items):
        proto.type = onnx.AttributeProto.TENSORS
        proto.tensors.extend(tensor_proto(i.array) for i in items if isinstance(i, TensorAttr))
    elif all(isinstance(item, TypeAttribute) for item in items):
        proto.type = onnx.AttributeProto.TYPE_PROTOS
        proto.type_protos.extend(type_proto(item) for item in items)
    else:
        raise TypeError(f"attribute {proto.name} mixes kinds: no ONNX counterpart")


# --- nodes and graphs ------------------------------------------------------------------------


def node_proto(op: OnnxOp, names: ValueNames) -> onnx.NodeProto:
    """A node with its attributes and bodies; the bodies refer to outer values by name."""
    return _Writer(names, external_bytes=None).node(op)


class _Writer:
    """Writes operations as nodes; large constants go to the top-level graph, wherever they stand."""

    def __init__(self, names: ValueNames, external_bytes: int | None):
        self.names = names
        self.external_bytes = external_bytes
        self.external: list[onnx.TensorProto] = []
        self.weights: dict[str, np.ndarray] = {}

    def node(self, op: OnnxOp) -> onnx.NodeProto:
        proto = onnx.NodeProto(
            op_type=op.op_type,
            domain="" if op.domain == DEFAULT_DOMAIN else op.domain,
            name=next(iter(nodes_of(op)), ""),
            input=_without_trailing_gaps([self.names(value) for value in op.inputs]),
            output=[self.names(value) for value in op.outputs],
        )
        proto.attribute.extend(attribute_proto(n, a) for n, a in op.onnx_attributes.items())
        for name, body in zip(op.body_names, op.bodies, strict=True):
            attribute = proto.attribute.add(name=name, type=onnx.AttributeProto.GRAPH)
            self.body(attribute.g, name, body.block)
        return proto

    def body(self, graph: onnx.GraphProto, name: str, block: Block) -> None:
        graph.name = name
        graph.input.extend(self.value_info(value) for value in block.args)
        *ops, last = block.ops
        self.operations(graph, ops)
        self.outputs(graph, last.operands, _results_of(ops))

    def outputs(
        self,
        graph: onnx.GraphProto,
        values: Iterable[SSAValue],
        made: set[SSAValue],
        given: Sequence[str] | None = None,
    ) -> None:
        """Declare the outputs; what no node of this graph made, or is named twice, is copied."""
        claimed: set[str] = set()
        for index, value in enumerate(values):
            name = self.names(value)
            is_free = value in made and name not in claimed
            output = given[index] if given else name if is_free else self.names.fresh("output")
            if output != name:
                graph.node.add(op_type="Identity", input=[name], output=[output])
            claimed.add(output)
            graph.output.append(self.value_info(value, output))

    def operations(self, graph: onnx.GraphProto, ops: Iterable[Operation]) -> None:
        for op in ops:
            match op:
                case ConstantOp():
                    self.constant(graph, op)
                case OnnxOp():
                    graph.node.append(self.node(op))
                case NoValueOp():
                    continue
                case _:
                    raise TypeError(f"{op.name} has no ONNX counterpart")

    def constant(self, graph: onnx.GraphProto, op: ConstantOp) -> None:
        name, tensor = self.names(op.result), op.value.data
        limit = self.external_bytes
        if limit is None or tensor.nbytes <= limit or not _is_native(tensor.array):
            graph.initializer.append(tensor_proto(tensor.array, name))
            return
        proto = onnx.TensorProto(
            name=name,
            data_type=onnx_type_of_mlir(tensor.type.element_type),
            dims=tensor.type.get_shape(),
            data_location=onnx.TensorProto.EXTERNAL,
        )
        proto.external_data.add(key="location", value="given")
        self.external.append(proto)
        self.weights[name] = np.require(tensor.array, requirements=("C", "A"))

    def value_info(self, value: SSAValue, name: str | None = None) -> onnx.ValueInfoProto:
        proto = onnx.ValueInfoProto(name=self.names(value) if name is None else name)
        if not isinstance(value.type, UnknownType):
            _fill_type(proto.type, value.type)
        return proto


def _without_trailing_gaps(names: list[str]) -> list[str]:
    while names and not names[-1]:
        names.pop()
    return names


def _is_native(array: np.ndarray) -> bool:
    """Whether ONNX Runtime can take the array as it is: a number type of NumPy's own."""
    return array.dtype.kind in "fiub"


# --- models ----------------------------------------------------------------------------------


def build_model(
    ops: Sequence[Operation],
    inputs: Sequence[SSAValue],
    outputs: Sequence[SSAValue],
    *,
    opsets: Mapping[str, int],
    ir_version: int = _LEAST_IR_VERSION,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    input_types: Sequence[Attribute] | None = None,
    external_bytes: int | None = None,
) -> OnnxModel:
    """A model of operations of one block, in order.

    `inputs` are the values that are fed; constants that are used but neither among `ops` nor fed
    become initializers. Names default to unique ones made from the values' hints, types to the
    values' own. With `external_bytes`, larger constants are not copied into the proto.

    Raises ValueError if an operation needs another opset than `opsets` gives it, TypeError if
    one is not of the `onnx` dialect, WeightsNotLoaded if a constant's bytes are not known.
    """
    _check_opsets(ops, opsets)
    names = _names(ops, inputs, input_names, outputs, output_names)
    writer = _Writer(names, external_bytes)
    model = onnx.ModelProto(ir_version=max(ir_version, _LEAST_IR_VERSION), producer_name="drpc")
    for domain, version in opsets.items():
        model.opset_import.add(domain="" if domain == DEFAULT_DOMAIN else domain, version=version)
    model.graph.name = "main"
    model.graph.input.extend(writer.value_info(value) for value in inputs)
    for proto, given in zip(model.graph.input, input_types or (), strict=bool(input_types)):
        proto.type.CopyFrom(type_proto(given))
    for constant in _outer_constants(ops, inputs, outputs):
        writer.constant(model.graph, constant)
    writer.operations(model.graph, ops)
    writer.outputs(model.graph, outputs, _results_of(ops), output_names)
    model.graph.initializer.extend(writer.external)
    return OnnxModel(model, writer.weights)


def model_proto(
    ops: Sequence[Operation],
    inputs: Sequence[SSAValue],
    outputs: Sequence[SSAValue],
    *,
    opsets: Mapping[str, int],
    ir_version: int = _LEAST_IR_VERSION,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
) -> onnx.ModelProto:
    """A model with every constant inside: `build_model` where the weights are small."""
    return build_model(
        ops,
        inputs,
        outputs,
        opsets=opsets,
        ir_version=ir_version,
        input_names=input_names,
        output_names=output_names,
    ).proto


def module_model(module: ModuleOp, *, external_bytes: int | None = None) -> OnnxModel:
    """The model of a whole level-1 module, with the names of its graph inputs and outputs."""
    main = main_function(module)
    *ops, last = main.body.block.ops
    return build_model(
        ops,
        main.body.block.args,
        last.operands,
        opsets=opsets_of(module),
        ir_version=ir_version_of(module),
        input_names=value_names(main.arg_attrs),
        output_names=value_names(main.res_attrs),
        external_bytes=external_bytes,
    )


def values_used_by(op: Operation) -> list[SSAValue]:
    """The values an operation reads, each once: its operands, then those its bodies capture."""
    inside: set[SSAValue] = {value for block in _blocks(op) for value in block.args}
    used: dict[SSAValue, None] = {}
    for inner in op.walk():
        used.update((value, None) for value in inner.operands)
        if inner is not op:
            inside.update(inner.results)
    return [v for v in used if v not in inside and not isinstance(v.type, NoneType)]


def main_function(module: ModuleOp) -> func.FuncOp:
    """The one function of a module. Raises ValueError if there is none."""
    for op in module.body.block.ops:
        if isinstance(op, func.FuncOp):
            return op
    raise ValueError("expected a module with one func.func @main")


def ir_version_of(module: ModuleOp) -> int:
    """The IR version that the module was read with; the least one written where it has none."""
    version = module.attributes.get(IR_VERSION)
    return version.value.data if isinstance(version, IntegerAttr) else _LEAST_IR_VERSION


def value_names(attributes: ArrayAttr[DictionaryAttr] | None) -> list[str] | None:
    """The `onnx.name` of each argument or result of `@main`, None where one has none."""
    if attributes is None:
        return None
    names = [entry.data.get(VALUE_NAME) for entry in attributes]
    texts = [name.data for name in names if isinstance(name, StringAttr)]
    return texts if len(texts) == len(names) else None


def _names(
    ops: Sequence[Operation],
    inputs: Sequence[SSAValue],
    input_names: Sequence[str] | None,
    outputs: Sequence[SSAValue],
    output_names: Sequence[str] | None,
) -> ValueNames:
    """Fed values have their input names, results their output names where no other claims them."""
    given = dict(zip(inputs, input_names or (), strict=input_names is not None))
    results = _results_of(ops)
    for value, name in zip(outputs, output_names or (), strict=output_names is not None):
        if value in results:
            given.setdefault(value, name)
    return ValueNames(given, reserved=output_names or ())


def _results_of(ops: Iterable[Operation]) -> set[SSAValue]:
    return {value for op in ops if isinstance(op, OnnxOp) for value in op.results}


def _blocks(op: Operation) -> Iterable[Block]:
    return (block for inner in op.walk() for region in inner.regions for block in region.blocks)


def _outer_constants(
    ops: Sequence[Operation], inputs: Sequence[SSAValue], outputs: Sequence[SSAValue]
) -> list[ConstantOp]:
    """The constants that are used, but neither fed nor defined among the operations."""
    known: set[SSAValue] = {*inputs}
    used: dict[SSAValue, None] = {}
    for op in ops:
        for inner in op.walk():
            known.update(inner.results)
            used.update((value, None) for value in inner.operands)
    used.update((value, None) for value in outputs)
    owners = [v.owner for v in used if v not in known and isinstance(v, OpResult)]
    return [owner for owner in owners if isinstance(owner, ConstantOp)]


def _check_opsets(ops: Sequence[Operation], opsets: Mapping[str, int]) -> None:
    """One model has one opset per domain: an operation may differ where its schema does not."""
    for op in ops:
        if not isinstance(op, OnnxOp):
            continue
        own, given = opsets_of(op).get(op.domain), opsets.get(op.domain)
        if own is None or own == given:
            continue
        if given is None or _since(op, own) != _since(op, given):
            raise ValueError(
                f"{op.op_type} {' '.join(nodes_of(op))} needs opset {own} of {op.domain}, "
                f"but the model is to have {given}"
            )


def _since(op: OnnxOp, version: int) -> int | None:
    schema = find_schema(op.domain, op.op_type, version)
    return None if schema is None else schema.since_version

"""Result types of operators that only ONNX Runtime knows: it is loaded when one occurs."""

from collections.abc import Mapping, Sequence
from typing import Final

import onnx
from xdsl.dialects.builtin import DYNAMIC_INDEX, TensorType, UnrankedTensorType
from xdsl.ir import Attribute

from .element_types import mlir_type_of_onnx
from .onnx_types import UnknownType

_ONLY_FATAL: Final = 4


def runtime_types(
    node: onnx.NodeProto,
    types: Mapping[str, onnx.TypeProto],
    tensors: Mapping[str, onnx.TensorProto],
    opsets: Sequence[onnx.OperatorSetIdProto],
) -> list[Attribute]:
    """What ONNX Runtime infers for the outputs of a node; unknown where it cannot.

    `types` are those of the inputs by name, `tensors` the data of those that are small constants.
    """
    import onnxruntime
    import onnxruntime.capi.onnxruntime_pybind11_state as runtime  # pyright: ignore[reportMissingModuleSource]

    graph = onnx.GraphProto(name="node", node=[node])
    graph.initializer.extend(_named(tensor, name) for name, tensor in tensors.items())
    graph.input.extend(
        onnx.ValueInfoProto(name=name, type=value_type)
        for name, value_type in types.items()
        if name and name not in tensors
    )
    graph.output.extend(onnx.ValueInfoProto(name=name) for name in node.output if name)
    model = onnx.ModelProto(ir_version=8, graph=graph, opset_import=opsets)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = _ONLY_FATAL
    try:
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
    except (
        runtime.Fail,
        runtime.InvalidArgument,
        runtime.InvalidGraph,
        runtime.InvalidProtobuf,
        runtime.NotImplemented,
        runtime.RuntimeException,
        RuntimeError,
    ):
        return [UnknownType()] * len(node.output)
    inferred = {value.name: _type(value.type, value.shape) for value in session.get_outputs()}
    return [inferred.get(name, UnknownType()) for name in node.output]


def _named(tensor: onnx.TensorProto, name: str) -> onnx.TensorProto:
    named = onnx.TensorProto(name=name)
    named.MergeFrom(tensor)
    named.name = name
    return named


def _type(text: str, shape: Sequence[object]) -> Attribute:
    """A type as ONNX Runtime spells it, `tensor(float)`, with its shape."""
    name = text.removeprefix("tensor(").removesuffix(")").upper()
    if name not in onnx.TensorProto.DataType.keys():  # noqa: SIM118 (an enum wrapper, no dict)
        return UnknownType()
    element_type = mlir_type_of_onnx(onnx.TensorProto.DataType.Value(name))
    if not shape:  # a scalar and an unknown rank look the same
        return UnrankedTensorType(element_type)
    sizes = [size if isinstance(size, int) and size >= 0 else DYNAMIC_INDEX for size in shape]
    return TensorType(element_type, sizes)

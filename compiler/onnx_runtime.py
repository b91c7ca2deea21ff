"""ONNX Runtime as the reference: a model's outputs, and the values within it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..drpdialect.errors import UserError
from ..frontends.naming import NodeNames
from .models import Model

if TYPE_CHECKING:
    from onnx import ModelProto
    from onnxruntime import InferenceSession

Arrays = Mapping[str, Any]


def run_onnx_runtime(model: Model, inputs: Arrays) -> dict[str, Any]:
    """The outputs of a `.onnx` model by name. Raises UserError where ONNX Runtime refuses it."""
    origin = model.origin
    session = _session(str(origin) if isinstance(origin, Path) else origin.SerializeToString())
    return _run(session, inputs)


class OnnxRuntimeReference:
    """Every value of a model's run in ONNX Runtime, by the node that makes it."""

    def __init__(self, model: Model, inputs: Arrays):
        """Raises UserError where ONNX Runtime refuses the model."""
        proto = _copy_of(model)
        names = NodeNames()
        nodes = {names.claim(node.name, node.op_type): node for node in proto.graph.node}
        self._inputs = {name: list(node.input) for name, node in nodes.items()}
        self._outputs = {name: [o for o in node.output if o] for name, node in nodes.items()}
        self._makers = {o: name for name, outputs in self._outputs.items() for o in outputs}
        del proto.graph.output[:]
        for outputs in self._outputs.values():
            for name in outputs:
                proto.graph.output.add().name = name
        self._values = _run(_session(proto.SerializeToString()), inputs)

    def nodes_before(self, nodes: Sequence[str]) -> Sequence[str]:
        """The nodes whose results nodes read."""
        read = [value for node in nodes for value in self._inputs.get(node, ())]
        return [self._makers[value] for value in read if value in self._makers]

    def values_of(self, nodes: Sequence[str]) -> Sequence[Any]:
        """The results of nodes (see `comparison.Reference`)."""
        return [self._values[name] for node in nodes for name in self._outputs.get(node, ())]


def _copy_of(model: Model) -> "ModelProto":
    import onnx

    if isinstance(model.origin, Path):
        return onnx.load(model.origin)
    proto = onnx.ModelProto()
    proto.CopyFrom(model.origin)
    return proto


def _session(source: str | bytes) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what matters is raised
    try:
        return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's exceptions have no common base but this one
        raise UserError(f"ONNX Runtime refuses the model: {error}") from error


def _run(session: "InferenceSession", inputs: Arrays) -> dict[str, Any]:
    wanted = {port.name for port in session.get_inputs()}
    names = [port.name for port in session.get_outputs()]
    try:
        values = session.run(names, {k: v for k, v in inputs.items() if k in wanted})
    except Exception as error:  # as above
        raise UserError(f"ONNX Runtime fails to run the model: {error}") from error
    return dict(zip(names, values, strict=True))

"""`drpc` behind ONNX's own backend interface, `onnx.backend.base.Backend`.

    from drpc.compiler import onnx_backend
    outputs = onnx_backend.prepare(model, target="rzv2h").run([x])

A model is compiled on its first run, for the shapes of that run's inputs, and again when shapes
come that it has not seen. Programs compute in FP32 and run on the interpreter.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx.backend.base import Backend, BackendRep, namedtupledict

from ..drpdialect.errors import UserError
from .api import compile  # noqa: A004
from .names import DEFAULT_TARGET
from .program import Program

_Shapes = tuple[tuple[int, ...] | None, ...]


class PreparedModel(BackendRep):
    """A model, with one program for each set of input shapes that it has run on."""

    def __init__(self, model: onnx.ModelProto, target: str):
        self.model = model
        self.target = target
        given = {tensor.name for tensor in model.graph.initializer}
        self._inputs = [port.name for port in model.graph.input if port.name not in given]
        self._outputs = [port.name for port in model.graph.output]
        self._programs: dict[_Shapes, Program] = {}

    def run(self, inputs: Any, **kwargs: Any) -> tuple[Any, ...]:
        """The outputs in order, also by name, for inputs in order: arrays, lists for sequences.

        A single array is the only input. Raises UserError where the model cannot be compiled, or
        the inputs do not fit it.
        """
        values = [_value(v) for v in (inputs if isinstance(inputs, list | tuple) else [inputs])]
        if len(values) != len(self._inputs):
            raise UserError(
                f"the model takes {len(self._inputs)} inputs ({', '.join(self._inputs)}), "
                f"but got {len(values)}"
            )
        results = self.program(values).run(dict(zip(self._inputs, values, strict=True)))
        return namedtupledict("Outputs", self._outputs)(*(results[n] for n in self._outputs))

    def program(self, values: Sequence[Any]) -> Program:
        """The program for the shapes of inputs, compiled if it is not there yet."""
        shapes = tuple(v.shape if isinstance(v, np.ndarray) else None for v in values)
        if shapes not in self._programs:
            named = {n: s for n, s in zip(self._inputs, shapes, strict=True) if s is not None}
            self._programs[shapes] = compile(self.model, target=self.target, shapes=named)
        return self._programs[shapes]


class DrpBackend(Backend):
    """Compiles for a target (option `target`) and runs the program, on the device "CPU"."""

    @classmethod
    def is_compatible(cls, model: onnx.ModelProto, device: str = "CPU", **kwargs: Any) -> bool:
        """Every valid model is: what a target cannot run stays on the CPU."""
        return cls.supports_device(device)

    @classmethod
    def supports_device(cls, device: str) -> bool:
        """Only "CPU": programs are simulated there."""
        return device == "CPU"

    @classmethod
    def prepare(
        cls,
        model: onnx.ModelProto,
        device: str = "CPU",
        *,
        target: str = DEFAULT_TARGET,
        **kwargs: Any,
    ) -> PreparedModel:
        """A model to run. Raises UserError for another device than "CPU"."""
        if not cls.supports_device(device):
            raise UserError(f"no device {device!r}: programs run on 'CPU'")
        return PreparedModel(model, target)

    @classmethod
    def run_model(
        cls, model: onnx.ModelProto, inputs: Any, device: str = "CPU", **kwargs: Any
    ) -> tuple[Any, ...]:
        """The outputs of a model for its inputs."""
        return cls.prepare(model, device, **kwargs).run(inputs)

    @classmethod
    def run_node(
        cls,
        node: onnx.NodeProto,
        inputs: Any,
        device: str = "CPU",
        outputs_info: Sequence[tuple[np.dtype[Any], tuple[int, ...]]] | None = None,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """The outputs of one node for those of its inputs that are not omitted.

        `opset_version` is that of the node's domain: by default the newest one of ONNX, and 1 of
        other domains. The outputs' types are inferred, so `outputs_info` is not needed.
        """
        default = onnx.defs.onnx_opset_version() if node.domain in ("", "ai.onnx") else 1
        version = kwargs.pop("opset_version", default)
        model = _model_of_node(node, [_value(value) for value in inputs], version)
        return cls.run_model(model, inputs, device, **kwargs)


def _model_of_node(node: onnx.NodeProto, values: Sequence[Any], version: int) -> onnx.ModelProto:
    names = [name for name in node.input if name]
    model = onnx.ModelProto(ir_version=onnx.IR_VERSION, producer_name="drpc")
    model.opset_import.add(domain=node.domain, version=version)
    if node.domain not in ("", "ai.onnx"):
        model.opset_import.add(domain="", version=onnx.defs.onnx_opset_version())
    model.graph.name = node.op_type
    model.graph.node.append(node)
    for name, value in zip(names, values, strict=True):
        model.graph.input.add(name=name).type.CopyFrom(_type_of(value))
    for name in node.output:
        if name:
            model.graph.output.add(name=name)
    return model


def _type_of(value: Any) -> onnx.TypeProto:
    if isinstance(value, list):
        items: list[Any] = value
        return onnx.helper.make_sequence_type_proto(_type_of(items[0]))
    if value.dtype.kind in "OUS":
        return onnx.helper.make_tensor_type_proto(onnx.TensorProto.STRING, value.shape)
    data_type = onnx.helper.np_dtype_to_tensor_dtype(value.dtype)
    return onnx.helper.make_tensor_type_proto(data_type, value.shape)


def _value(value: Any) -> Any:
    """Arrays instead of NumPy and Python scalars, also within lists."""
    if value is None or isinstance(value, np.ndarray):
        return value
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]
    return np.asarray(value)


is_compatible = DrpBackend.is_compatible
prepare = DrpBackend.prepare
run_model = DrpBackend.run_model
run_node = DrpBackend.run_node
supports_device = DrpBackend.supports_device

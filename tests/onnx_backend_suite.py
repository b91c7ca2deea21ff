"""ONNX's own backend test-suite as data: its cases, and who passes them.

All of the kinds node, simple, pytorch-converted and pytorch-operator of the installed `onnx`. A
case is a model with sets of inputs and expected outputs, compared as `onnx.backend.test.runner`
does it, with the case's own tolerances.
"""

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime.backend
from onnx import numpy_helper
from onnx.backend.test.case.test_case import TestCase
from onnx.backend.test.loader import load_model_tests
from onnx.backend.test.runner import Runner
from xdsl.dialects.builtin import ModuleOp

from drpc.compiler import onnx_backend
from drpc.drpdialect import drp
from drpc.drpdialect.onnx import OnnxOp

KINDS = ("node", "simple", "pytorch-converted", "pytorch-operator")


@dataclass(frozen=True)
class DataSet:
    """Inputs and expected outputs: arrays, lists for sequences, None for what is absent."""

    inputs: list[Any]
    outputs: list[Any]


@dataclass(frozen=True)
class Case:
    """One case of the suite; its model and data are loaded when asked for."""

    kind: str
    source: TestCase

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def op_type(self) -> str:
        """What the case is about: its model's first operator.

        The expansion of a function is about the operator that the function defines.
        """
        origin = cases().get(re.sub(r"_expanded(_ver\d+)?$", "", self.name), self)
        return origin.model.graph.node[0].op_type

    @property
    def model(self) -> onnx.ModelProto:
        if self.source.model is None:
            self.source.model = onnx.load(Path(self.source.model_dir or "") / "model.onnx")
        return self.source.model

    @property
    def data_sets(self) -> list[DataSet]:
        if self.source.data_sets is not None:
            return [
                DataSet([_array(x) for x in inputs], [_array(y) for y in outputs])
                for inputs, outputs in self.source.data_sets
            ]
        folders = sorted(Path(self.source.model_dir or "").glob("test_data_set*"))
        graph = self.model.graph
        return [
            DataSet(_load(folder, "input", graph.input), _load(folder, "output", graph.output))
            for folder in folders
        ]

    def check(self, outputs: Iterable[Any], expected: list[Any]) -> None:
        """Raises AssertionError where outputs are not the expected ones."""
        rtol, atol = self.source.rtol, self.source.atol
        Runner.assert_similar_outputs(expected, list(outputs), rtol, atol)


@cache
def cases() -> dict[str, Case]:
    """Every case by name."""
    with warnings.catch_warnings(action="ignore"):  # NumPy's, about what the cases compute
        found = [Case(kind, case) for kind in KINDS for case in load_model_tests(kind=kind)]
    return {case.name: case for case in sorted(found, key=lambda case: case.name)}


@cache
def onnx_runtime_failure(name: str) -> str | None:
    """Why ONNX Runtime's own backend fails a case, None where it passes."""
    case = cases()[name]
    try:
        prepared = onnxruntime.backend.prepare(
            case.model, "CPU", intra_op_num_threads=1, log_severity_level=4
        )
        for data in case.data_sets:
            case.check(prepared.run(data.inputs), data.outputs)
    except Exception as error:  # of any kind: ONNX Runtime's, NumPy's, a skipped test
        return _first_line(error)
    return None


def run_drpc(case: Case) -> list[ModuleOp]:
    """Run a case on our backend; the compiled modules. Raises what makes it fail."""
    prepared = onnx_backend.prepare(case.model)
    modules: list[ModuleOp] = []
    for data in case.data_sets:
        case.check(prepared.run(data.inputs), data.outputs)
        modules.append(prepared.program(data.inputs).module)
    return modules


def run_drpc_folded(case: Case) -> list[ModuleOp]:
    """As `run_drpc`, with the case's inputs turned into initializers."""
    return _run_with_constants(case, first=0)


def run_drpc_weighted(case: Case) -> list[ModuleOp]:
    """As `run_drpc`, with all inputs but the first as initializers: as networks have them."""
    return _run_with_constants(case, first=1)


def _run_with_constants(case: Case, first: int) -> list[ModuleOp]:
    modules: list[ModuleOp] = []
    for data in case.data_sets:
        model, inputs = with_constant_inputs(case.model, data.inputs, first)
        prepared = onnx_backend.prepare(model)
        case.check(prepared.run(inputs), data.outputs)
        modules.append(prepared.program(inputs).module)
    return modules


def with_constant_inputs(
    model: onnx.ModelProto, inputs: list[Any], first: int = 0
) -> tuple[onnx.ModelProto, list[Any]]:
    """A copy of a model whose tensor inputs from `first` on are initializers, and the other inputs.

    Sequences and optional values cannot be initializers.
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    copy.ir_version = max(copy.ir_version, 4)  # since then, initializers need not be inputs
    given = {tensor.name for tensor in copy.graph.initializer}
    ports = [port for port in copy.graph.input if port.name not in given]
    rest: list[Any] = []
    for index, (port, value) in enumerate(zip(ports, inputs, strict=True)):
        is_tensor = isinstance(value, np.ndarray) and port.type.HasField("tensor_type")
        if is_tensor and index >= first:
            copy.graph.initializer.append(numpy_helper.from_array(value, port.name))
            copy.graph.input.remove(port)
        else:
            rest.append(value)
    return copy, rest


def placement_of(module: ModuleOp) -> str:
    """Where a module runs: `drp`, `folded` (nothing is left to run), `mixed` or `cpu`."""
    ops = list(module.walk())
    has_jobs = any(isinstance(op, drp.DrpOp) for op in ops)
    if any(isinstance(op, OnnxOp | drp.CpuOp) for op in ops):
        return "mixed" if has_jobs else "cpu"
    return "drp" if has_jobs else "folded"


def _array(value: Any) -> Any:
    """Some cases have their scalars as NumPy scalars, some their tensors as protos."""
    if isinstance(value, onnx.TensorProto):
        return numpy_helper.to_array(value)
    return np.asarray(value) if isinstance(value, np.generic) else value


def _load(folder: Path, what: str, ports: Iterable[onnx.ValueInfoProto]) -> list[Any]:
    files = [folder / f"{what}_{index}.pb" for index, _ in enumerate(ports)]
    return [
        _parse(file.read_bytes(), port.type)
        for file, port in zip(files, ports, strict=True)
        if file.exists()
    ]


def _parse(data: bytes, kind: onnx.TypeProto) -> Any:
    match kind.WhichOneof("value"):
        case "sequence_type":
            return numpy_helper.to_list(onnx.SequenceProto.FromString(data))
        case "optional_type":
            return numpy_helper.to_optional(onnx.OptionalProto.FromString(data))
        case _:
            return numpy_helper.to_array(onnx.TensorProto.FromString(data))


def _first_line(error: BaseException) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else ''}"

"""Models of one ONNX node: built, lowered, run, and compared with ONNX Runtime."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp

from drpc.backends.interpreter import ModuleInterpreter
from drpc.drpdialect import drp
from drpc.drpdialect.onnx import NoValueOp, OnnxOp
from drpc.drpdialect.provenance import nodes_of
from drpc.frontends import import_onnx
from drpc.passes.convert_onnx_to_drp import ConvertOnnxToDrpPass
from drpc.targets import Support, load_target, support


@dataclass(frozen=True)
class OneNode:
    """A node, arrays for its operands (None: omitted), and which of them are initializers."""

    op_type: str
    operands: Sequence[np.ndarray | None]
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    constants: Sequence[int] = ()
    opset: int = 17
    results: int = 1

    def __str__(self) -> str:
        listed = ",".join(f"{k}={v}" for k, v in self.attributes.items())
        shapes = ",".join("-" if a is None else "x".join(map(str, a.shape)) for a in self.operands)
        return f"{self.op_type}-{self.opset}({listed})[{shapes}]"

    @property
    def feeds(self) -> dict[str, np.ndarray]:
        """Arrays for the graph's inputs."""
        return {
            f"x{index}": array
            for index, array in enumerate(self.operands)
            if array is not None and index not in self.constants
        }

    def model(self) -> onnx.ModelProto:
        """The model, with the result types that ONNX infers."""
        names = ["" if array is None else f"x{i}" for i, array in enumerate(self.operands)]
        results = [f"y{i}" for i in range(self.results)]
        node = helper.make_node(self.op_type, names, results, name="node", **self.attributes)
        graph = helper.make_graph(
            [node],
            "one_node",
            [
                helper.make_tensor_value_info(
                    name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape
                )
                for name, array in self.feeds.items()
            ],
            [onnx.ValueInfoProto(name=name) for name in results],
            [
                numpy_helper.from_array(array, f"x{i}")
                for i, array in enumerate(self.operands)
                if i in self.constants and array is not None
            ],
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", self.opset)],
            ir_version=8 if self.opset < 19 else 11,
        )
        return onnx.shape_inference.infer_shapes(model, data_prop=True)

    def module(self) -> ModuleOp:
        """The model in the `onnx` dialect."""
        return import_onnx(self.model())

    def support(self, target: str = "rzv2h") -> Support:
        """Where a target runs the node."""
        (node,) = (op for op in main_ops(self.module()) if isinstance(op, OnnxOp))
        return support(node, load_target(target))

    def converted(self, target: str = "rzv2h") -> ModuleOp:
        """The verified module after `convert-onnx-to-drp`."""
        module = self.module()
        ConvertOnnxToDrpPass(target=target).apply(Context(), module)
        module.verify()
        return module

    def reference(self) -> dict[str, np.ndarray]:
        """What ONNX Runtime gives."""
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            self.model().SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        names = [output.name for output in session.get_outputs()]
        results = cast(list[np.ndarray], session.run(names, self.feeds))
        return dict(zip(names, results, strict=True))


def main_ops(module: ModuleOp) -> list[Any]:
    """The operations of a module's function."""
    (function,) = (op for op in module.ops if isinstance(op, FuncOp))
    return list(function.body.block.ops)


def jobs_of(module: ModuleOp) -> list[drp.DrpOp]:
    """The jobs of a module; asserts that nothing else computes and all know their node."""
    jobs: list[drp.DrpOp] = []
    for op in main_ops(module):
        if isinstance(op, drp.ConstantOp | ReturnOp | NoValueOp):
            continue
        assert isinstance(op, drp.DrpOp), f"{op.name} is left"
        assert nodes_of(op) == ("node",)
        jobs.append(op)
    return jobs


def assert_agrees(node: OneNode, tolerance: float = 1e-5) -> None:
    """Convert the node wholly, run it, and compare with ONNX Runtime.

    `tolerance` bounds max|difference| / max|reference|; integers and truth values are equal.
    """
    module = node.converted()
    jobs_of(module)
    found = ModuleInterpreter(module).run(node.feeds)
    for name, expected in node.reference().items():
        assert_close(found[name], expected, tolerance)


def assert_close(found: np.ndarray, expected: np.ndarray, tolerance: float) -> None:
    """Same shape, type and special values; numbers within tolerance x max|expected|."""
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    if expected.dtype.kind != "f":
        np.testing.assert_array_equal(found, expected)
        return
    finite = np.isfinite(expected)
    np.testing.assert_array_equal(found[~finite], expected[~finite])
    difference = np.abs(found[finite].astype(np.float64) - expected[finite])
    bound = tolerance * np.abs(expected[finite]).max(initial=0)
    assert difference.max(initial=0) <= bound


@cache
def rng_array(*shape: int, seed: int = 0, dtype: str = "f4") -> np.ndarray:
    """Normally distributed numbers, the same for the same arguments."""
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)

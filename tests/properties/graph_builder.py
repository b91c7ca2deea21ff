"""Grows an ONNX graph node by node; every node runs at once, so that only sound ones stay.

The graph carries the arrays that its values have for one set of inputs. They tell shapes and
types, and whether a node may stay: ONNX Runtime accepts it, its results are finite and of
ordinary size, and no rounding error could be blown up or tip a discrete result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import onnx
import onnxruntime
from hypothesis import strategies as st
from onnx import helper, numpy_helper
from onnxruntime.capi import onnxruntime_pybind11_state  # pyright: ignore[reportAttributeAccessIssue]

T = TypeVar("T")

LARGEST = 16.0
"""No element of a float result is larger."""
SMALLEST = 1e-2
"""The largest element of a float result is at least this: what is left of a cancellation is noise."""
AMPLIFICATION = 8.0
"""How many times a float result may exceed the largest operand."""
MARGIN = 1e-3
"""The least distance of a number from the point where a discrete result would change."""
MOST_ELEMENTS = 4096

REFUSALS = tuple(
    error
    for error in vars(onnxruntime_pybind11_state).values()
    if isinstance(error, type) and issubclass(error, Exception)
)
"""What ONNX Runtime raises for a model or values that it does not take."""


@dataclass(frozen=True)
class Value:
    """A value of the graph: its name and what it holds for the graph's sample inputs."""

    name: str
    array: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        """Its sizes."""
        return self.array.shape

    @property
    def rank(self) -> int:
        """Its number of axes."""
        return self.array.ndim

    @property
    def is_float(self) -> bool:
        """Whether it holds float32 numbers, at least one."""
        return self.array.dtype == np.float32 and self.array.size > 0


@dataclass
class GraphBuilder:
    """A graph that grows; `draw` makes its choices."""

    draw: st.DrawFn
    opset: int
    rng: np.random.Generator
    inputs: list[Value] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    initializers: list[onnx.TensorProto] = field(default_factory=list)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    counter: int = 0

    # --- choices ---

    def integer(self, low: int, high: int) -> int:
        """A number from `low` to `high`, both included."""
        return self.draw(st.integers(low, high))

    def choice(self, options: Sequence[T]) -> T:
        """One of several."""
        return self.draw(st.sampled_from(options))

    def chance(self) -> bool:
        """Yes or no; simpler examples have no."""
        return self.draw(st.booleans())

    # --- leaves ---

    def fresh(self, stem: str) -> str:
        """A name in an exporter's style, unique in the graph."""
        self.counter += 1
        return f"/{stem}_{self.counter}/{stem}_output_0"

    def add_input(self, array: np.ndarray) -> Value:
        """A graph input that holds this for the sample."""
        value = Value(f"input.{len(self.inputs)}", array)
        self.inputs.append(value)
        return self.keep(value)

    def keep(self, value: Value) -> Value:
        """Let later nodes read a value."""
        self.values.append(value)
        self.arrays[value.name] = value.array
        return value

    def constant(self, array: np.ndarray) -> str:
        """The name of a constant: an initializer, or a Constant node as older exporters write it."""
        array = np.asarray(array)
        name = self.fresh("constant")
        self.arrays[name] = array
        tensor = numpy_helper.from_array(array, name)
        if self.chance():
            self.nodes.append(helper.make_node("Constant", [], [name], name, value=tensor))
        else:
            self.initializers.append(tensor)
        return name

    def integers(self, numbers: Sequence[int] | int) -> str:
        """A constant of int64."""
        return self.constant(np.array(numbers, np.int64))

    def weight(self, *shape: int, low: float = -1.0, high: float = 1.0) -> str:
        """A float constant of random elements."""
        return self.constant(np.asarray(self.rng.uniform(low, high, shape), np.float32))

    # --- nodes ---

    def add(
        self, op_type: str, inputs: Sequence[Value | str], outputs: int = 1, **attributes: object
    ) -> list[Value]:
        """Add a node if it is sound; return its results, or nothing if it is not."""
        names = [value.name if isinstance(value, Value) else value for value in inputs]
        results = [self.fresh(op_type) for _ in range(outputs)]
        node = helper.make_node(op_type, names, results, results[0], **attributes)
        arrays = self.run(node)
        if arrays is None or not self._is_sound([self.arrays[n] for n in names if n], arrays):
            return []
        self.nodes.append(node)
        return [self.keep(Value(n, a)) for n, a in zip(results, arrays, strict=True)]

    def chain(self, x: Value, *steps: tuple[str, Sequence[str], dict[str, object]]) -> list[Value]:
        """Unary nodes one behind the other, each with more operands and attributes; stops early."""
        for op_type, more, attributes in steps:
            results = self.add(op_type, [x, *more], **attributes)
            if not results:
                return []
            x = results[0]
        return [x]

    def over_axes(
        self, op_type: str, x: Value, axes: Sequence[int], since: int, **attributes: object
    ) -> list[Value]:
        """A node whose axes are an operand from opset `since` on, an attribute before."""
        if self.opset >= since:
            return self.add(op_type, [x, self.integers(axes)], **attributes)
        return self.add(op_type, [x], axes=list(axes), **attributes)

    def run(self, node: onnx.NodeProto) -> list[np.ndarray] | None:
        """What ONNX Runtime computes for a node, None where it refuses it."""
        names = {n for n in node.input if n} | captured_names(node)
        graph = helper.make_graph(
            [node],
            "node",
            [value_info(n, self.arrays[n]) for n in sorted(names)],
            [onnx.ValueInfoProto(name=n) for n in node.output],
        )
        model = make_model(graph, self.opset)
        try:
            return run_onnx_runtime(model, {n: self.arrays[n] for n in names})
        except REFUSALS:
            return None

    def _is_sound(self, operands: list[np.ndarray], results: list[np.ndarray]) -> bool:
        return all(_is_ordinary(operands, result) for result in results)


def _is_ordinary(operands: list[np.ndarray], result: np.ndarray) -> bool:
    if result.size > MOST_ELEMENTS:
        return False
    if result.dtype != np.float32 or result.size == 0:
        return True
    largest = np.abs(result).max()
    known = [np.abs(x).max() for x in operands if x.dtype == np.float32 and x.size]
    return bool(
        np.isfinite(result).all()
        and SMALLEST <= largest <= LARGEST
        and largest <= AMPLIFICATION * max([1.0, *known])
    )


def is_apart(array: np.ndarray, points: np.ndarray | float = 0.0, margin: float = MARGIN) -> bool:
    """Whether no element is so near to its point that a rounding error could cross it."""
    return bool((np.abs(array - points) >= margin).all())


def captured_names(node: onnx.NodeProto) -> set[str]:
    """The outer values that a node's bodies read."""
    names: set[str] = set()
    for attribute in node.attribute:
        made = {v.name for v in attribute.g.input} | {i.name for i in attribute.g.initializer}
        for inner in attribute.g.node:
            names |= {n for n in inner.input if n and n not in made} | captured_names(inner)
            made |= set(inner.output)
        names |= {v.name for v in attribute.g.output} - made if attribute.g.node else set()
    return names


def value_info(name: str, array: np.ndarray) -> onnx.ValueInfoProto:
    """The declaration of a value of static shape."""
    return helper.make_tensor_value_info(
        name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape
    )


def make_model(graph: onnx.GraphProto, opset: int) -> onnx.ModelProto:
    """A model of a graph, of the IR version that belongs to the opset."""
    opsets = [helper.make_opsetid("", opset)]
    return helper.make_model(
        graph, opset_imports=opsets, ir_version=helper.find_min_ir_version_for(opsets)
    )


def run_onnx_runtime(model: onnx.ModelProto, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The outputs of a model as ONNX Runtime computes them, without any rewriting of its own."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return [np.asarray(output) for output in session.run(None, inputs)]

"""Random ONNX models with inputs: a Hypothesis strategy.

    @given(models())
    def test(sample: Sample): ...

A model has 1 to 40 nodes beside constants (patterns may add a few more), one to three inputs of one to five axes,
one of them perhaps empty or a scalar, and as outputs every value that no node reads. See
`graph_builder` for what keeps results well conditioned, `graph_nodes` and `graph_patterns` for the
kinds of nodes.
"""

from dataclasses import dataclass

import numpy as np
import onnx
import properties.graph_patterns  # noqa: F401  # pyright: ignore[reportUnusedImport]  registers its kinds
from hypothesis import assume
from hypothesis import strategies as st
from onnx import helper
from properties.graph_builder import (
    REFUSALS,
    GraphBuilder,
    Value,
    captured_names,
    make_model,
    run_onnx_runtime,
    value_info,
)
from properties.graph_nodes import KINDS

OPSETS = (17, 11, 13, 21)
MOST_NODES = 40


@dataclass(frozen=True)
class Sample:
    """A model, inputs for it, and the outputs that ONNX Runtime gives."""

    model: onnx.ModelProto
    inputs: dict[str, np.ndarray]
    outputs: dict[str, np.ndarray]

    def __repr__(self) -> str:
        return f"Sample({onnx.printer.to_text(self.model)})"


_IMAGES = st.tuples(st.integers(1, 2), st.integers(1, 6), st.integers(1, 9), st.integers(1, 9))
_SHAPES = st.one_of(
    _IMAGES,
    _IMAGES,
    st.tuples(st.integers(1, 2), st.integers(1, 5), st.integers(1, 9)),
    st.lists(st.integers(1, 7), min_size=0, max_size=5).map(tuple),
)


@st.composite
def models(draw: st.DrawFn) -> Sample:
    """A model that ONNX Runtime accepts, with sample inputs and its outputs."""
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    g = GraphBuilder(draw, draw(st.sampled_from(OPSETS)), rng)
    for _ in range(draw(st.integers(1, 3))):
        g.add_input(np.asarray(rng.uniform(-2, 2, draw(_SHAPES)), np.float32))
    _add_odd_input(g)
    for _ in range(draw(st.integers(1, MOST_NODES))):
        if len(_computing(g)) < MOST_NODES:
            _grow(g)
    assume(_computing(g))
    return _finish(g)


def _computing(g: GraphBuilder) -> list[onnx.NodeProto]:
    return [node for node in g.nodes if node.op_type != "Constant"]


def _add_odd_input(g: GraphBuilder) -> None:
    style = g.choice(("none", "integers", "empty", "booleans"))
    if style == "integers":
        g.add_input(g.rng.integers(-5, 6, (2, 3)))
    elif style == "empty":
        g.add_input(np.zeros((2, 0, 3), np.float32))
    elif style == "booleans":
        g.add_input(g.rng.integers(0, 2, (2, 3)).astype(np.bool_))


def _grow(g: GraphBuilder) -> None:
    """Go on from one of the latest values, mostly, with a kind that it meets the needs of."""
    pool = g.values[-4:] if g.chance() else g.values
    x = g.choice(pool)
    fitting = [kind for kind in KINDS if kind.since <= g.opset and kind.needs(x)]
    g.choice([kind for kind in fitting for _ in range(kind.weight)]).grow(g, x)


def _finish(g: GraphBuilder) -> Sample:
    read = {name for node in g.nodes for name in (*node.input, *captured_names(node))}
    inputs = {value.name for value in g.inputs}
    ends = [v for v in g.values if v.name not in read and v.name not in inputs]
    extra = [v for v in g.values if v.name in read and v.name not in inputs]
    if extra and g.chance():
        ends.append(g.choice(extra))
    assume(ends)
    used = [t for t in g.initializers if t.name in read]
    graph = helper.make_graph(
        g.nodes,
        "random",
        [value_info(v.name, v.array) for v in g.inputs],
        [_output_info(g, v) for v in ends],
        used,
    )
    model = make_model(graph, g.opset)
    feeds = {v.name: v.array for v in g.inputs}
    try:
        results = run_onnx_runtime(model, feeds)
    except REFUSALS:
        assume(False)
        raise
    outputs = {v.name: array for v, array in zip(ends, results, strict=True)}
    return Sample(model, feeds, outputs)


def _output_info(g: GraphBuilder, value: Value) -> onnx.ValueInfoProto:
    """Element type only: inference finds the shape, where it can be known."""
    dtype = helper.np_dtype_to_tensor_dtype(value.array.dtype)
    return helper.make_tensor_value_info(value.name, dtype, None)

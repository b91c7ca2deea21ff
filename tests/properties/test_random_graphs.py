"""Random ONNX models through every pass of the pipeline, one by one, against ONNX Runtime.

After each pass that changed it the module verifies, its text parses back to the same text, and
the interpreter gives what ONNX Runtime gives for the model.
"""

from collections.abc import Iterator

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from properties.graph_builder import run_onnx_runtime
from properties.graphs import OPSETS, Sample, models
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser

from drpc.backends.interpreter import ModuleInterpreter
from drpc.compiler.pipelines import available_passes, parse_passes, pipeline_to
from drpc.drpdialect import make_context
from drpc.drpdialect.drp.structure import CpuOp
from drpc.drpdialect.onnx import OnnxOp
from drpc.frontends import import_onnx
from drpc.targets import target_names

CONTEXT = make_context()
TOLERANCE = 1e-4
"""max |error| over max |reference|; integers and booleans are equal."""


@given(models(), st.sampled_from(sorted(target_names())))
@settings(suppress_health_check=list(HealthCheck))
def test_every_pass_keeps_what_a_random_model_computes(sample: Sample, target: str) -> None:
    check(sample, target)


def check(sample: Sample, target: str) -> None:
    """Every stage of a model verifies, parses back, and computes what ONNX Runtime does."""
    module = ModuleOp([])
    for stage, module in stages(sample, target):
        module.verify()
        text = str(module)
        assert str(Parser(CONTEXT, text).parse_module()) == text, stage
        outputs = ModuleInterpreter(module).run(sample.inputs)
        assert list(outputs) == list(sample.outputs), stage
        for name, expected in sample.outputs.items():
            compare(f"{name} after {stage}", outputs[name], expected)
    for op in module.walk():
        if isinstance(op, OnnxOp):
            assert _is_in_a_region(op), f"{op.name} is outside of CPU regions"


def stages(sample: Sample, target: str) -> Iterator[tuple[str, ModuleOp]]:
    """The module as imported, and after each pass that changed it: the name of the pass, and it."""
    module = import_onnx(sample.model)
    yield "import", module
    text = str(module)
    for each in parse_passes(pipeline_to("drp-ir", target), available_passes()):
        each.apply(CONTEXT, module)
        if str(module) != text:
            text = str(module)
            yield each.name, module
    yield "the pipeline", module


def compare(what: str, actual: np.ndarray, expected: np.ndarray) -> None:
    """Shapes and dtypes agree, integers agree, floats are near."""
    assert actual.dtype == expected.dtype, what
    assert actual.shape == expected.shape, what
    if expected.dtype.kind != "f":
        np.testing.assert_array_equal(actual, expected, err_msg=what)
    elif expected.size:
        bound = TOLERANCE * np.abs(expected).max()
        np.testing.assert_allclose(actual, expected, rtol=0, atol=bound, err_msg=what)


def _is_in_a_region(op: OnnxOp) -> bool:
    parent = op.parent_op()
    while parent is not None and not isinstance(parent, CpuOp):
        parent = parent.parent_op()
    return parent is not None


FOUND = {
    "a shift before a convolution of one output channel": """
        <ir_version: 8, opset_import: ["": 17]>
        found (float[1,3,2,4] x) => (float[1,1,2,4] y)
        <float[3] one = {1, 2, 3}, float[3] two = {2, 1, 4}, float[1,3,1,1] w = {1, -2, 0.5}> {
            n = BatchNormalization (x, one, two, two, one)
            y = Conv (n, w)
        }""",
    "functions of scalars": """
        <ir_version: 8, opset_import: ["": 17]>
        found (float x) => (float a, float b, int8 q)
        <float scale = {0.07}, int8 zero = {3}> {
            a = Selu (x)
            s = Sigmoid (x)
            b = Mul (x, s)
            q = QuantizeLinear (x, scale, zero)
        }""",
    "a slice backwards from in front of the first element": """
        <ir_version: 8, opset_import: ["": 18]>
        found (float[2] x) => (float[n] y)
        <int64[3] bounds = {-5, -5, -1}, int64[1] axis = {0}> {
            start, end, step = Split <num_outputs = 3> (bounds)
            y = Slice (x, start, end, axis, step)
        }""",
}
"""Models that random ones, cut down, were once: each showed a bug."""


@pytest.mark.parametrize("text", FOUND.values(), ids=FOUND.keys())
@pytest.mark.parametrize("target", ["rzv2h", "rzv2l"])
def test_what_random_models_found_stays_mended(text: str, target: str) -> None:
    model = onnx.parser.parse_model(text)
    rng = np.random.default_rng(0)
    shapes = {
        port.name: [d.dim_value for d in port.type.tensor_type.shape.dim]
        for port in model.graph.input
    }
    inputs = {name: np.asarray(rng.normal(size=n), np.float32) for name, n in shapes.items()}
    results = run_onnx_runtime(model, inputs)
    names = [port.name for port in model.graph.output]
    check(Sample(model, inputs, dict(zip(names, results, strict=True))), target)


def test_the_generator_reaches_many_operators() -> None:
    """So many operators in a few examples, in every opset: the property above sees them all."""
    seen: dict[int, set[str]] = {opset: set() for opset in OPSETS}

    @given(models())
    @settings(max_examples=100, suppress_health_check=list(HealthCheck))
    def collect(sample: Sample) -> None:
        opset = sample.model.opset_import[0].version
        seen[opset].update(node.op_type for node in sample.model.graph.node)

    collect()
    assert min(len(operators) for operators in seen.values()) >= 25
    assert len(set().union(*seen.values())) >= 60

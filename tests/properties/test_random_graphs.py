"""Random ONNX models through every pass of the pipeline, one by one, against ONNX Runtime.

After each pass that changed it the module verifies, its text parses back to the same text, and
the interpreter gives what ONNX Runtime gives for the model.
"""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
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


@pytest.mark.parametrize("opset", OPSETS)
def test_the_generator_reaches_many_operators(opset: int) -> None:
    """So many operators in so few examples, in every opset: the property above sees them all."""
    seen: set[str] = set()

    @given(models())
    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    def collect(sample: Sample) -> None:
        if sample.model.opset_import[0].version == opset:
            seen.update(node.op_type for node in sample.model.graph.node)

    collect()
    assert len(seen) >= 40

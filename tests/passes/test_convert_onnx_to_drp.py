"""convert-onnx-to-drp: every operator in every way it is written, against ONNX Runtime."""

import numpy as np
import pytest
from build_node import module_of, node
from convert_cases import FAMILIES
from one_node import OneNode, assert_agrees, assert_close, jobs_of, main_ops, rng_array
from onnx.reference import ReferenceEvaluator
from xdsl.context import Context

from drpc.backends.interpreter import ModuleInterpreter
from drpc.drpdialect import drp
from drpc.drpdialect.constants import constant_of
from drpc.drpdialect.errors import UserError
from drpc.drpdialect.onnx import OnnxOp
from drpc.passes.convert_onnx_to_drp import CONVERTERS, ConvertOnnxToDrpPass
from drpc.targets.rules.table import OPERATORS

CASES = [case for cases in FAMILIES.values() for case in cases]

_WITHOUT_A_CASE = {"Swish"}  # ONNX Runtime has no kernel for it


def test_every_supported_operator_has_a_converter() -> None:
    assert set(CONVERTERS) == set(OPERATORS)


def test_every_supported_operator_has_a_case() -> None:
    assert {case.op_type for case in CASES} | _WITHOUT_A_CASE == set(OPERATORS)


@pytest.mark.parametrize("case", CASES, ids=map(str, CASES))
def test_agrees_with_onnx_runtime(case: OneNode) -> None:
    assert_agrees(case)


@pytest.mark.parametrize("case", CASES, ids=map(str, CASES))
def test_same_jobs_on_the_first_generation(case: OneNode) -> None:
    names = [job.name for job in jobs_of(case.converted())]
    assert [job.name for job in jobs_of(case.converted("rzv2l"))] == names


def test_swish() -> None:
    x = rng_array(2, 3, 4)
    case = OneNode("Swish", [x], {"alpha": 1.5}, opset=24)
    found = ModuleInterpreter(case.converted()).run(case.feeds)["y0"]
    (expected,) = ReferenceEvaluator(case.model()).run(None, case.feeds)
    assert_close(found, np.asarray(expected), 1e-6)


def test_attributes_that_contradict_the_operands_are_refused() -> None:
    weights, bias = rng_array(4, 3, 3, 3), rng_array(5)
    conv = node("Conv", ["1x3x5x5xf32", weights, bias], "1x4x3x3xf32")
    with pytest.raises(
        UserError, match=r"node n \(Conv\) cannot be right: expected a bias of shape"
    ):
        ConvertOnnxToDrpPass().apply(Context(), module_of(conv))


def test_weights_are_shared_not_copied() -> None:
    weights = rng_array(5, 4)
    case = OneNode("Gemm", [rng_array(3, 4), weights], {"transB": 1}, (1,))
    module = case.converted()
    original, view = (
        constant_of(op.result) for op in main_ops(module) if isinstance(op, drp.ConstantOp)
    )
    assert original is not None
    assert view is not None
    assert np.shares_memory(original, view)


def test_what_stays_is_untouched() -> None:
    case = OneNode("TopK", [rng_array(3, 4), np.array([2])], {}, (1,), results=2)
    before = [str(op) for op in main_ops(case.module())]
    assert [str(op) for op in main_ops(case.converted())] == before


def test_a_node_that_breaks_a_rule_stays() -> None:
    case = OneNode("Relu", [rng_array(3, 4).astype(np.float64)])
    (node,) = (op for op in main_ops(case.converted()) if isinstance(op, OnnxOp))
    assert node.op_type == "Relu"


def _broken(op_type: str, index: int, value: float) -> OneNode:
    operands = {
        "Conv": [rng_array(1, 3, 5, 5), rng_array(4, 3, 3, 3), rng_array(4)],
        "ConvTranspose": [rng_array(1, 3, 5, 5), rng_array(3, 4, 3, 3), rng_array(4)],
        "MatMul": [rng_array(2, 3), rng_array(3, 4)],
        "Gemm": [rng_array(2, 3), rng_array(3, 4), rng_array(4)],
        "BatchNormalization": [rng_array(2, 3, 4), *(np.abs(rng_array(3)),) * 4],
    }[op_type]
    bad = operands[index].copy()
    bad.reshape(-1)[1] = value
    operands = [*operands[:index], bad, *operands[index + 1 :]]
    return OneNode(op_type, operands, {}, tuple(range(1, len(operands))))


@pytest.mark.parametrize(
    ("op_type", "index"),
    [
        *(("Conv", 1), ("Conv", 2), ("ConvTranspose", 1), ("MatMul", 1), ("Gemm", 1), ("Gemm", 2)),
        *(("BatchNormalization", index) for index in (1, 2, 3, 4)),
    ],
)
def test_nan_in_weights_is_refused(op_type: str, index: int) -> None:
    expected = rf"initializer x{index} of node node \({op_type}\) holds NaN"
    with pytest.raises(UserError, match=expected):
        _broken(op_type, index, np.nan).converted()


def test_infinity_in_weights_is_refused() -> None:
    with pytest.raises(UserError, match=r"initializer x1 of node node .* holds an infinite number"):
        _broken("Conv", 1, np.inf).converted()


def test_infinity_in_statistics_is_not_refused() -> None:
    assert_agrees(_broken("BatchNormalization", 4, np.inf))


def test_finite_weights_whose_sum_overflows_are_not_refused() -> None:
    large = np.full((4, 3, 3, 3), 3e38, np.float32)
    case = OneNode("Conv", [rng_array(1, 3, 5, 5), large], {}, (1,))
    assert [job.name for job in jobs_of(case.converted())] == ["drp.conv"]

"""Reductions and extremes against ONNX Runtime."""

import ml_dtypes
import numpy as np
import pytest
from interpreter_build import assert_close, onnx_run, run

from drpc.drpdialect import drp
from drpc.drpdialect.drp import ReduceKind

RNG = np.random.default_rng(0)
ONNX = {
    ReduceKind.SUM: "ReduceSum",
    ReduceKind.MEAN: "ReduceMean",
    ReduceKind.MAX: "ReduceMax",
    ReduceKind.MIN: "ReduceMin",
    ReduceKind.PROD: "ReduceProd",
    ReduceKind.L1: "ReduceL1",
    ReduceKind.L2: "ReduceL2",
    ReduceKind.SUM_SQUARE: "ReduceSumSquare",
    ReduceKind.LOG_SUM: "ReduceLogSum",
    ReduceKind.LOG_SUM_EXP: "ReduceLogSumExp",
}


def random(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def operand(kind: ReduceKind, *shape: int) -> np.ndarray:
    return np.abs(random(*shape)) if kind == ReduceKind.LOG_SUM else random(*shape)


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("axes", [(0,), (2, 3), (1,), (0, 2), (0, 1, 2, 3)])
@pytest.mark.parametrize("kind", ReduceKind)
def test_reduce_agrees_with_onnx_runtime(
    kind: ReduceKind, axes: tuple[int, ...], keep: bool
) -> None:
    x = operand(kind, 2, 3, 4, 5)
    y = run([x], lambda x: drp.ReduceOp(x, kind, axes, keep=keep))
    expected = onnx_run(ONNX[kind], [x, np.array(axes, np.int64)], keepdims=int(keep))
    assert_close(y, expected)


ALONE = {
    ReduceKind.SUM: lambda x: x,
    ReduceKind.MEAN: lambda x: x,
    ReduceKind.MAX: lambda x: x,
    ReduceKind.MIN: lambda x: x,
    ReduceKind.PROD: lambda x: x,
    ReduceKind.L1: np.abs,
    ReduceKind.L2: np.abs,
    ReduceKind.SUM_SQUARE: np.square,
    ReduceKind.LOG_SUM: np.log,
    ReduceKind.LOG_SUM_EXP: lambda x: x,
}


@pytest.mark.parametrize("kind", ReduceKind)
def test_without_axes_each_element_stands_alone(kind: ReduceKind) -> None:
    x = operand(kind, 3, 4)
    y = run([x], lambda x: drp.ReduceOp(x, kind, ()))
    assert_close(y, ALONE[kind](x), 1e-6)


EMPTY = {
    ReduceKind.SUM: 0.0,
    ReduceKind.MAX: -np.inf,
    ReduceKind.MIN: np.inf,
    ReduceKind.PROD: 1.0,
    ReduceKind.L1: 0.0,
    ReduceKind.L2: 0.0,
    ReduceKind.SUM_SQUARE: 0.0,
    ReduceKind.LOG_SUM: -np.inf,
    ReduceKind.LOG_SUM_EXP: -np.inf,
    ReduceKind.MEAN: np.nan,
}


@pytest.mark.parametrize("kind", ReduceKind)
def test_a_reduction_of_nothing_gives_its_neutral_element(kind: ReduceKind) -> None:
    """As ONNX defines it: the sum of nothing is 0, its mean undefined, its maximum -infinity."""
    x = np.zeros((2, 0, 4), np.float32)
    y = run([x], lambda x: drp.ReduceOp(x, kind, (1,)))
    np.testing.assert_array_equal(y, np.full((2, 1, 4), EMPTY[kind], np.float32))


def test_log_sum_exp_does_not_overflow() -> None:
    x = np.array([[1000, 1000], [-1000, -1000], [np.inf, 0], [-np.inf, -np.inf]], np.float32)
    y = run([x], lambda x: drp.ReduceOp(x, ReduceKind.LOG_SUM_EXP, (1,), keep=False))
    log2 = np.float32(np.log(2))
    np.testing.assert_array_equal(
        y, np.array([1000 + log2, -1000 + log2, np.inf, -np.inf], np.float32)
    )


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_narrow_floats_sum_in_float32(dtype: type) -> None:
    x = np.full((1, 5000), 0.1).astype(dtype)
    y = run([x], lambda x: drp.ReduceOp(x, ReduceKind.SUM, (1,)))
    assert y.dtype == dtype
    assert y[0, 0] == x.astype(np.float32).sum().astype(dtype)


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(
    ("operation", "op_type"), [(drp.ArgMaxOp, "ArgMax"), (drp.ArgMinOp, "ArgMin")]
)
def test_arg_agrees_with_onnx_runtime(
    operation: type[drp.ArgOp], op_type: str, axis: int, keep: bool, last: bool
) -> None:
    x = RNG.integers(0, 3, (4, 5, 6)).astype(np.float32)  # many equal elements
    y = run([x], lambda x: operation(x, axis, keep=keep, last=last))
    expected = onnx_run(op_type, [x], axis=axis, keepdims=int(keep), select_last_index=int(last))
    assert y.dtype == np.int64
    np.testing.assert_array_equal(y, expected)

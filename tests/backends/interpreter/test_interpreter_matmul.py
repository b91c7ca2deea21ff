"""Matrix products against ONNX Runtime."""

import ml_dtypes
import numpy as np
import pytest
from interpreter_build import assert_close, onnx_run, run

from drpc.drpdialect import drp

RNG = np.random.default_rng(0)


def random(shape: tuple[int, ...]) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


SHAPES = [
    ((3, 4), (4, 5)),
    ((1, 64), (64, 1000)),
    ((300, 70), (70, 20)),
    ((20, 70), (70, 300)),
    ((2, 3, 4, 5), (5, 6)),
    ((5, 6), (2, 3, 6, 4)),
    ((2, 3, 4, 5), (3, 5, 6)),
    ((2, 1, 4, 5), (1, 3, 5, 6)),
    ((1, 12, 50, 16), (1, 12, 16, 50)),
    ((4, 40, 64, 64), (4, 40, 64, 64)),
    ((1, 1), (1, 1)),
    ((0, 4), (4, 5)),
    ((3, 4), (4, 0)),
    ((3, 0), (0, 5)),
    ((2, 0, 4, 5), (5, 6)),
]


@pytest.mark.parametrize(("a_shape", "b_shape"), SHAPES)
def test_matmul_agrees_with_onnx_runtime(
    a_shape: tuple[int, ...], b_shape: tuple[int, ...]
) -> None:
    a, b = random(a_shape), random(b_shape)
    y = run([a, b], lambda a, b: drp.MatmulOp(a, b))
    assert_close(y, onnx_run("MatMul", [a, b]))


@pytest.mark.parametrize(("a_shape", "b_shape"), SHAPES)
def test_the_bias_runs_along_the_last_axis_before_the_activation(
    a_shape: tuple[int, ...], b_shape: tuple[int, ...]
) -> None:
    a, b, bias = random(a_shape), random(b_shape), random(b_shape[-1:])
    y = run(
        [a, b, bias], lambda a, b, c: drp.MatmulOp(a, b, c, activation=drp.FunctionAttr("relu"))
    )
    assert_close(y, np.maximum(onnx_run("MatMul", [a, b]) + bias, 0))


@pytest.mark.parametrize("axes", [(0, 1, 3, 2), (0, 2, 1, 3), (3, 0, 1, 2)])
def test_operands_of_any_layout(axes: tuple[int, ...]) -> None:
    """A transposition before the product is a view, which BLAS must read correctly."""
    shape = tuple(int(size) for size in np.array((2, 3, 8, 5))[np.argsort(axes)])
    a, b = random(shape), random((2, 3, 5, 7))
    y = run([a, b], lambda a, b: drp.MatmulOp(drp.TransposeOp(a, axes).y, b))
    assert_close(y, onnx_run("MatMul", [np.ascontiguousarray(a.transpose(axes)), b]))


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_narrow_floats_accumulate_in_float32_and_round_once(dtype: type) -> None:
    a, b = random((5, 300)).astype(dtype), random((300, 6)).astype(dtype)
    y = run([a, b], lambda a, b: drp.MatmulOp(a, b))
    expected = (a.astype(np.float32) @ b.astype(np.float32)).astype(dtype)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y.astype(np.float32), expected.astype(np.float32))

"""Pools against ONNX Runtime."""

from dataclasses import dataclass

import ml_dtypes
import numpy as np
import pytest
from interpreter_build import assert_close, onnx_run, run

from drpc.drpdialect import drp

RNG = np.random.default_rng(0)


@dataclass(frozen=True)
class Case:
    x: tuple[int, int, int, int]
    kernel: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilations: tuple[int, int] = (1, 1)
    ceil: bool = False


CASES = {
    "2x2": Case((2, 3, 8, 6), (2, 2), (2, 2)),
    "3x3 padded": Case((2, 3, 8, 7), (3, 3), (2, 2), (1, 1, 1, 1)),
    "asymmetric": Case((1, 3, 9, 10), (3, 2), (1, 3), (0, 1, 2, 0)),
    "overhang": Case((2, 3, 8, 9), (3, 3), (2, 2), ceil=True),
    "overhang beyond padding": Case((2, 3, 8, 8), (3, 3), (2, 2), (1, 1, 1, 1), ceil=True),
    "overhang of one axis": Case((1, 2, 7, 8), (2, 2), (2, 2), ceil=True),
    "ceil without overhang": Case((1, 2, 8, 8), (2, 2), (2, 2), ceil=True),
    "1x1": Case((1, 3, 5, 5), (1, 1), (2, 2)),
    "whole image": Case((2, 3, 5, 6), (5, 6)),
    "dilated": Case((1, 2, 12, 12), (3, 2), (2, 1), (1, 1, 1, 0), (2, 3)),
    "dilated overhang": Case((1, 2, 12, 13), (3, 3), (3, 3), (1, 0, 0, 1), (2, 2), ceil=True),
    "large": Case((1, 5, 200, 200), (3, 3), (2, 2), (1, 1, 1, 1)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_max_pool_agrees_with_onnx_runtime(case: Case) -> None:
    x = RNG.standard_normal(case.x).astype(np.float32)
    expected = onnx_run(
        "MaxPool",
        [x],
        kernel_shape=case.kernel,
        strides=case.strides,
        pads=case.pads,
        dilations=case.dilations,
        ceil_mode=int(case.ceil),
    )
    y = run(
        [x],
        lambda x: drp.MaxPoolOp(
            x,
            case.kernel,
            expected.shape[2:],
            strides=case.strides,
            pads=case.pads,
            dilations=case.dilations,
        ),
    )
    np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize("include", [False, True])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_average_pool_agrees_with_onnx_runtime(case: Case, include: bool) -> None:
    x = RNG.standard_normal(case.x).astype(np.float32)
    expected = onnx_run(
        "AveragePool",
        [x],
        kernel_shape=case.kernel,
        strides=case.strides,
        pads=case.pads,
        dilations=case.dilations,
        ceil_mode=int(case.ceil),
        count_include_pad=int(include),
    )
    y = run(
        [x],
        lambda x: drp.AveragePoolOp(
            x,
            case.kernel,
            expected.shape[2:],
            strides=case.strides,
            pads=case.pads,
            dilations=case.dilations,
            count_include_pad=include,
        ),
    )
    assert_close(y, expected)


def test_padding_never_wins() -> None:
    x = np.full((1, 1, 3, 3), -5, np.float32)
    y = run([x], lambda x: drp.MaxPoolOp(x, (3, 3), (3, 3), pads=(1, 1, 1, 1)))
    np.testing.assert_array_equal(y, x)


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16, np.float64])
def test_other_floats_keep_their_type(dtype: type) -> None:
    x = RNG.standard_normal((1, 2, 8, 8)).astype(dtype)
    wide = x.astype(np.float64).reshape(1, 2, 4, 2, 4, 2)
    largest = run([x], lambda x: drp.MaxPoolOp(x, (2, 2), (4, 4), strides=(2, 2)))
    assert largest.dtype == dtype
    np.testing.assert_array_equal(largest.astype(np.float64), wide.max(axis=(3, 5)))
    mean = run([x], lambda x: drp.AveragePoolOp(x, (2, 2), (4, 4), strides=(2, 2)))
    assert mean.dtype == dtype
    expected = wide.mean(axis=(3, 5)).astype(np.float32).astype(dtype)
    np.testing.assert_allclose(mean.astype(np.float64), expected.astype(np.float64), rtol=1e-6)

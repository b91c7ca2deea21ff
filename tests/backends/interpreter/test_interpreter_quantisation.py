"""Quantize and dequantize against ONNX Runtime, exactly."""

import ml_dtypes
import numpy as np
import pytest
from interpreter_build import onnx_run, run
from xdsl.ir import Attribute

from drpc.drpdialect import drp
from drpc.drpdialect.element_types import mlir_type_of

RNG = np.random.default_rng(0)
STORED = [np.int8, np.uint8, np.int16, np.uint16]


def element(dtype: type) -> Attribute:
    return mlir_type_of(np.dtype(dtype))


@pytest.mark.parametrize("dtype", STORED)
@pytest.mark.parametrize("axis", [None, 0, 1, 2])
def test_quantize_agrees_with_onnx_runtime(dtype: type, axis: int | None) -> None:
    x = (RNG.standard_normal((3, 4, 5)) * 40).astype(np.float32)
    x[0, 0] = [0.5, 1.5, 2.5, -0.5, 1e9]  # halves and saturation
    count = () if axis is None else (x.shape[axis],)
    scale = RNG.uniform(0.1, 1, count).astype(np.float32) if count else np.array(1, np.float32)
    zero = RNG.integers(3, 9, count).astype(dtype)
    y = run([x, scale, zero], lambda x, s, z: drp.QuantizeOp(x, s, z, element(dtype), axis or 0))
    expected = onnx_run("QuantizeLinear", [x, scale, zero], axis=axis or 0)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize("dtype", [*STORED, np.int32])
@pytest.mark.parametrize("axis", [None, 0, 1, 2])
def test_dequantize_agrees_with_onnx_runtime(dtype: type, axis: int | None) -> None:
    info = np.iinfo(dtype)
    x = RNG.integers(info.min, info.max, (3, 4, 5), dtype, endpoint=True)
    count = () if axis is None else (x.shape[axis],)
    scale = RNG.uniform(0.1, 1, count).astype(np.float32)
    zero = RNG.integers(0, 1 if dtype is np.int32 else 9, count).astype(dtype)
    y = run(
        [x, scale, zero],
        lambda x, s, z: drp.DequantizeOp(x, s, z, element(np.float32), axis or 0),
    )
    expected = onnx_run("DequantizeLinear", [x, scale, zero], axis=axis or 0)
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize(
    ("dtype", "low", "high"), [(ml_dtypes.int4, -8, 7), (ml_dtypes.uint4, 0, 15)]
)
def test_narrow_integers_saturate(dtype: type, low: int, high: int) -> None:
    x = np.array([-99, 99, 2.5, 3.5], np.float32)
    scale, zero = np.array(1, np.float32), np.array(0, dtype)
    y = run([x, scale, zero], lambda x, s, z: drp.QuantizeOp(x, s, z, element(dtype)))
    np.testing.assert_array_equal(y.astype(np.int32), [low, high, 2, 4])
    back = run([y, scale, zero], lambda x, s, z: drp.DequantizeOp(x, s, z, element(np.float32)))
    np.testing.assert_array_equal(back, [low, high, 2, 4])


def test_float8_saturates_by_conversion() -> None:
    x = np.array([1e6, -1e6, 3.0, 0.3], np.float32)
    dtype = ml_dtypes.float8_e4m3fn
    scale, zero = np.array(2, np.float32), np.array(0, dtype)
    y = run([x, scale, zero], lambda x, s, z: drp.QuantizeOp(x, s, z, element(dtype)))
    expected = np.array([448, -448, 1.5, 0.15], np.float32).astype(dtype)
    np.testing.assert_array_equal(y.astype(np.float32), expected.astype(np.float32))


def test_float16_results() -> None:
    x, scale = np.array([3, -5], np.int8), np.array(0.1, np.float16)
    zero = np.array(1, np.int8)
    y = run([x, scale, zero], lambda x, s, z: drp.DequantizeOp(x, s, z, element(np.float16)))
    assert y.dtype == np.float16
    expected = onnx_run("DequantizeLinear", [x, scale, zero])
    np.testing.assert_array_equal(y, expected)

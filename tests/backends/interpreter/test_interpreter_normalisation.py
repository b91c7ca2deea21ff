"""Softmax and normalisations against ONNX Runtime."""

import ml_dtypes
import numpy as np
import pytest
from interpreter_build import assert_close, onnx_run, run

from drpc.drpdialect import drp

RNG = np.random.default_rng(0)
RELU = drp.FunctionAttr("relu")


def random(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("axis", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("operation", "op_type"), [(drp.SoftmaxOp, "Softmax"), (drp.LogSoftmaxOp, "LogSoftmax")]
)
def test_softmax_agrees_with_onnx_runtime(
    operation: type[drp.SoftmaxLikeOp], op_type: str, axis: int
) -> None:
    x = random(2, 3, 4, 50) * 5
    assert_close(run([x], lambda x: operation(x, axis)), onnx_run(op_type, [x], axis=axis))


@pytest.mark.parametrize("operation", [drp.SoftmaxOp, drp.LogSoftmaxOp])
def test_softmax_does_not_overflow(operation: type[drp.SoftmaxLikeOp]) -> None:
    x = np.array([[1e4, 1e4], [-1e4, -1e4], [1e4, -1e4]], np.float32)
    expected = np.array([[0.5, 0.5], [0.5, 0.5], [1, 0]])
    if operation is drp.LogSoftmaxOp:
        expected = np.array([[np.log(0.5)] * 2, [np.log(0.5)] * 2, [0, -2e4]])
    assert_close(run([x], lambda x: operation(x, 1)), expected.astype(np.float32))


def test_softmax_of_nothing() -> None:
    x = np.zeros((0, 3), np.float32)
    assert run([x], lambda x: drp.SoftmaxOp(x, 1)).shape == (0, 3)


@pytest.mark.parametrize("axis", [1, 2, 3])
def test_layer_norm_agrees_with_onnx_runtime(axis: int) -> None:
    x = random(2, 3, 4, 50) * 3 + 7
    scale, shift = random(*x.shape[axis:]), random(*x.shape[axis:])
    y = run([x, scale, shift], lambda x, s, b: drp.LayerNormOp(x, s, b, axis, 1e-3))
    assert_close(y, onnx_run("LayerNormalization", [x, scale, shift], axis=axis, epsilon=1e-3))


@pytest.mark.parametrize("axis", [1, 2, 3])
def test_rms_norm_agrees_with_the_formula(axis: int) -> None:
    x, scale = random(2, 3, 4, 50), random(50)
    wide, axes = x.astype(np.float64), tuple(range(axis, 4))
    expected = wide / np.sqrt((wide**2).mean(axis=axes, keepdims=True) + 1e-6) * scale
    y = run([x, scale], lambda x, s: drp.RmsNormOp(x, s, None, axis, 1e-6))
    assert_close(y, expected.astype(np.float32))


@pytest.mark.parametrize("groups", [1, 3, 6])
def test_group_norm_agrees_with_onnx_runtime(groups: int) -> None:
    x, scale, shift = random(2, 6, 5, 7) * 2 + 3, random(6), random(6)
    y = run([x, scale, shift], lambda x, s, b: drp.GroupNormOp(x, s, b, groups, 1e-4))
    expected = onnx_run("GroupNormalization", [x, scale, shift], num_groups=groups, epsilon=1e-4)
    assert_close(y, expected)


def test_instance_norm_is_a_group_norm_of_single_channels() -> None:
    x, scale, shift = random(2, 6, 5, 7), random(6), random(6)
    y = run([x, scale, shift], lambda x, s, b: drp.GroupNormOp(x, s, b, 6))
    assert_close(y, onnx_run("InstanceNormalization", [x, scale, shift]))


@pytest.mark.parametrize("with_scale", [False, True])
@pytest.mark.parametrize("with_shift", [False, True])
def test_scale_and_shift_are_optional_and_the_activation_comes_last(
    with_scale: bool, with_shift: bool
) -> None:
    x, scale, shift = random(3, 40), random(40), random(40)
    y = run(
        [x, scale, shift],
        lambda x, s, b: drp.LayerNormOp(
            x, s if with_scale else None, b if with_shift else None, 1, activation=RELU
        ),
    )
    ones, zeros = np.ones_like(scale), np.zeros_like(shift)
    operands = [x, scale if with_scale else ones, shift if with_shift else zeros]
    assert_close(y, np.maximum(onnx_run("LayerNormalization", operands, axis=1), 0))


@pytest.mark.parametrize("shape", [(2, 5), (2, 5, 3), (2, 5, 3, 4), (1, 5, 90, 90)])
def test_scale_shift_is_a_batch_normalisation(shape: tuple[int, ...]) -> None:
    x, scale, shift = random(*shape), random(5), random(5)
    y = run([x, scale, shift], lambda x, s, b: drp.ScaleShiftOp(x, s, b, activation=RELU))
    zeros, ones = np.zeros(5, np.float32), np.ones(5, np.float32)
    expected = onnx_run("BatchNormalization", [x, scale, shift, zeros, ones], epsilon=0.0)
    assert_close(y, np.maximum(expected, 0))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 9])
def test_local_response_norm_agrees_with_onnx(size: int) -> None:
    """Against the formula of the ONNX text: ONNX Runtime takes odd sizes only."""
    x = random(2, 6, 3, 4)
    wide, sums = x.astype(np.float64), np.zeros(x.shape)
    for c in range(6):
        near = slice(max(0, c - (size - 1) // 2), min(5, c + -(-(size - 1) // 2)) + 1)
        sums[:, c] = (wide[:, near] ** 2).sum(axis=1)
    expected = wide / (1.5 + 0.2 / size * sums) ** 0.7
    y = run([x], lambda x: drp.LocalResponseNormOp(x, size, 0.2, 0.7, 1.5))
    assert_close(y, expected.astype(np.float32))
    if size % 2:
        assert_close(y, onnx_run("LRN", [x], size=size, alpha=0.2, beta=0.7, bias=1.5))


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_narrow_floats_compute_in_float32_and_round_once(dtype: type) -> None:
    x = (random(4, 300) * 10).astype(dtype)
    for operation in (
        lambda x: drp.SoftmaxOp(x, 1),
        lambda x: drp.LayerNormOp(x, None, None, 1),
        lambda x: drp.RmsNormOp(x, None, None, 1),
        lambda x: drp.LocalResponseNormOp(x, 3, 0.1, 0.7, 1.0),
    ):
        y, wide = run([x], operation), run([x.astype(np.float32)], operation)
        assert y.dtype == dtype
        np.testing.assert_array_equal(y.astype(np.float32), wide.astype(dtype).astype(np.float32))

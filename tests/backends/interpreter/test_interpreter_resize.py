"""Resizing against ONNX Runtime, and against ONNX's reference where ONNX Runtime refuses."""

from typing import Any

import ml_dtypes
import numpy as np
import pytest
from interpreter_build import assert_close, onnx_model, onnx_run, run

from drpc.drpdialect import drp
from drpc.drpdialect.drp import CoordinateMode, NearestMode, ResizeMode

RNG = np.random.default_rng(0)
SCALES = [(2.0, 3.0), (0.5, 0.6), (1.5, 0.75), (1.0, 2.5), (2.4, 1.0), (0.37, 4.1)]


def resized(
    x: np.ndarray, scales: tuple[float, ...], mode: ResizeMode, **options: Any
) -> np.ndarray:
    shape = tuple(int(np.floor(s * np.float32(f))) for s, f in zip(x.shape, scales, strict=True))
    return run([x], lambda x: drp.ResizeOp(x, shape, scales, mode, **options))


def expected(x: np.ndarray, scales: tuple[float, ...], **attributes: Any) -> np.ndarray:
    operands = [x, None, np.array(scales, np.float32)]
    return onnx_run("Resize", operands, opset=19, **attributes)


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("rounding", NearestMode)
@pytest.mark.parametrize("coordinates", CoordinateMode)
def test_nearest_agrees_with_onnx_runtime(
    coordinates: CoordinateMode, rounding: NearestMode, scales: tuple[float, float]
) -> None:
    x = RNG.standard_normal((1, 2, 7, 9)).astype(np.float32)
    y = resized(x, (1, 1, *scales), ResizeMode.NEAREST, coordinates=coordinates, rounding=rounding)
    np.testing.assert_array_equal(
        y,
        expected(
            x,
            (1, 1, *scales),
            mode="nearest",
            coordinate_transformation_mode=coordinates.value,
            nearest_mode=rounding.value,
        ),
    )


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("coordinates", CoordinateMode)
def test_linear_agrees_with_onnx_runtime(
    coordinates: CoordinateMode, scales: tuple[float, float]
) -> None:
    x = RNG.standard_normal((2, 3, 7, 9)).astype(np.float32)
    y = resized(x, (1, 1, *scales), ResizeMode.LINEAR, coordinates=coordinates)
    assert_close(
        y,
        expected(
            x,
            (1, 1, *scales),
            mode="linear",
            coordinate_transformation_mode=coordinates.value,
        ),
    )


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("exclude", [False, True])
@pytest.mark.parametrize("coefficient", [-0.75, -0.5])
@pytest.mark.parametrize("coordinates", CoordinateMode)
def test_cubic_agrees_with_onnx_runtime(
    coordinates: CoordinateMode, coefficient: float, exclude: bool, scales: tuple[float, float]
) -> None:
    x = RNG.standard_normal((1, 2, 7, 9)).astype(np.float32)
    y = resized(
        x,
        (1, 1, *scales),
        ResizeMode.CUBIC,
        coordinates=coordinates,
        cubic_coefficient=coefficient,
        exclude_outside=exclude,
    )
    assert_close(
        y,
        expected(
            x,
            (1, 1, *scales),
            mode="cubic",
            coordinate_transformation_mode=coordinates.value,
            cubic_coeff_a=coefficient,
            exclude_outside=int(exclude),
        ),
    )


@pytest.mark.parametrize("mode", [ResizeMode.NEAREST, ResizeMode.LINEAR])
def test_other_ranks_and_axes_agree_with_onnx_reference(mode: ResizeMode) -> None:
    from onnx.reference import ReferenceEvaluator

    for shape, scales in [
        ((6,), (2.0,)),
        ((3, 4, 5), (2.0, 1.5, 0.8)),
        ((2, 3, 4, 5, 2), (1, 1, 2, 2, 3)),
    ]:
        x = RNG.standard_normal(shape).astype(np.float32)
        operands = [x, None, np.array(scales, np.float32)]
        model = onnx_model("Resize", operands, opset=19, mode=mode.value)
        (reference,) = ReferenceEvaluator(model).run(None, {"x0": x, "x2": operands[2]})
        assert_close(resized(x, scales, mode), np.asarray(reference, np.float32))


def test_nearest_copies_floats_of_any_width() -> None:
    for dtype in (np.float64, ml_dtypes.bfloat16, np.float16):
        x = np.array([[0, 1], [1, 0]]).astype(dtype)
        y = resized(x, (2, 2), ResizeMode.NEAREST)
        assert y.dtype == dtype
        assert y.tolist() == x.repeat(2, 0).repeat(2, 1).tolist()


def test_float16_interpolates_in_float32_and_rounds_once() -> None:
    x = RNG.standard_normal((1, 1, 5, 5)).astype(np.float16)
    y = resized(x, (1, 1, 2.5, 3.0), ResizeMode.CUBIC)
    wide = resized(x.astype(np.float32), (1, 1, 2.5, 3.0), ResizeMode.CUBIC)
    np.testing.assert_array_equal(y, wide.astype(np.float16))

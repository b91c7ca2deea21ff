"""Convolutions and transposed convolutions against ONNX Runtime."""

from dataclasses import dataclass

import ml_dtypes
import numpy as np
import pytest
from interpreter_build import assert_close, onnx_run, run
from xdsl.ir import SSAValue

from drpc.backends.interpreter import conv as conv_module
from drpc.backends.interpreter.conv import conv2d
from drpc.backends.interpreter.window import Window
from drpc.drpdialect import drp

RNG = np.random.default_rng(0)


def random(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


@dataclass(frozen=True)
class Case:
    x: tuple[int, int, int, int]
    filters: int
    kernel: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilations: tuple[int, int] = (1, 1)
    groups: int = 1


CASES = {
    "pointwise": Case((1, 8, 5, 7), 6, (1, 1)),
    "pointwise of a batch": Case((3, 8, 5, 7), 6, (1, 1)),
    "pointwise strided": Case((2, 8, 5, 7), 6, (1, 1), (2, 3)),
    "pointwise padded": Case((1, 8, 5, 7), 6, (1, 1), pads=(1, 0, 2, 1)),
    "fully connected": Case((5, 64, 1, 1), 33, (1, 1)),
    "large enough for pieces": Case((1, 64, 28, 28), 96, (3, 3), pads=(1, 1, 1, 1)),
    "more positions than filters": Case((1, 16, 80, 80), 8, (1, 1)),
    "3x3": Case((2, 3, 9, 8), 4, (3, 3), pads=(1, 1, 1, 1)),
    "asymmetric": Case((2, 3, 9, 8), 4, (3, 2), (2, 1), (0, 1, 2, 0)),
    "dilated": Case((1, 3, 12, 13), 4, (3, 3), pads=(2, 2, 2, 2), dilations=(2, 3)),
    "7x7 strided": Case((1, 3, 32, 32), 8, (7, 7), (2, 2), (3, 3, 3, 3)),
    "one row": Case((1, 4, 1, 30), 5, (1, 5), (1, 2), (0, 2, 0, 2)),
    "kernel of the image's size": Case((2, 6, 4, 5), 3, (4, 5)),
    "grouped": Case((2, 8, 9, 8), 12, (3, 3), (2, 2), (1, 1, 1, 1), groups=4),
    "grouped pointwise": Case((2, 8, 9, 8), 12, (1, 1), groups=2),
    "depthwise": Case((2, 8, 9, 8), 8, (3, 3), pads=(1, 1, 1, 1), groups=8),
    "depthwise strided": Case((2, 8, 9, 8), 8, (3, 3), (2, 2), (0, 0, 1, 1), groups=8),
    "depthwise, strides beyond the kernel": Case((1, 4, 11, 12), 4, (2, 2), (3, 4), groups=4),
    "depthwise dilated": Case((1, 4, 14, 15), 4, (3, 3), (2, 1), (2, 1, 2, 3), (3, 2), 4),
    "depthwise with a multiplier": Case((2, 4, 9, 8), 12, (5, 3), (1, 2), (2, 1, 2, 1), groups=4),
    "depthwise of many channels": Case((1, 96, 40, 40), 96, (3, 3), pads=(1, 1, 1, 1), groups=96),
    "no images": Case((0, 3, 6, 6), 4, (3, 3)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_conv_agrees_with_onnx_runtime(case: Case) -> None:
    x, bias = random(*case.x), random(case.filters)
    w = random(case.filters, case.x[1] // case.groups, *case.kernel)
    y = run(
        [x, w, bias],
        lambda x, w, b: drp.ConvOp(
            x,
            w,
            b,
            strides=case.strides,
            dilations=case.dilations,
            pads=case.pads,
            groups=case.groups,
        ),
    )
    expected = onnx_run(
        "Conv",
        [x, w, bias],
        strides=case.strides,
        dilations=case.dilations,
        pads=case.pads,
        group=case.groups,
    )
    assert_close(y, expected)


TRANSPOSED = {
    "2x2 upsampling": (Case((2, 6, 5, 4), 3, (2, 2), (2, 2)), (0, 0)),
    "overlapping": (Case((1, 4, 5, 6), 3, (4, 3), (2, 1), (1, 0, 1, 2)), (0, 0)),
    "output padding": (Case((1, 4, 5, 6), 3, (3, 3), (3, 2), (1, 1, 1, 1)), (2, 1)),
    "dilated": (Case((1, 4, 5, 6), 3, (3, 2), (2, 2), (1, 0, 0, 1), (2, 3)), (0, 1)),
    "grouped": (Case((2, 6, 5, 4), 4, (3, 3), (2, 2), (1, 1, 1, 1), groups=2), (1, 1)),
    "depthwise": (Case((2, 6, 5, 4), 6, (3, 3), (2, 2), (1, 1, 1, 1), groups=6), (0, 0)),
    "strides beyond the kernel": (Case((1, 2, 3, 3), 2, (2, 2), (3, 3)), (1, 1)),
}


@pytest.mark.parametrize(("case", "output_padding"), TRANSPOSED.values(), ids=TRANSPOSED)
def test_conv_transpose_agrees_with_onnx_runtime(
    case: Case, output_padding: tuple[int, int]
) -> None:
    x, bias = random(*case.x), random(case.filters)
    w = random(case.x[1], case.filters // case.groups, *case.kernel)
    relu = drp.FunctionAttr("relu")
    y = run(
        [x, w, bias],
        lambda x, w, b: drp.ConvTransposeOp(
            x,
            w,
            b,
            strides=case.strides,
            dilations=case.dilations,
            pads=case.pads,
            output_padding=output_padding,
            groups=case.groups,
            activation=relu,
        ),
    )
    expected = onnx_run(
        "ConvTranspose",
        [x, w, bias],
        strides=case.strides,
        dilations=case.dilations,
        pads=case.pads,
        group=case.groups,
        output_padding=output_padding,
    )
    assert_close(y, np.maximum(expected, 0))


@pytest.mark.parametrize("groups", [1, 4, 16])
@pytest.mark.parametrize("kernel", [1, 3])
def test_the_epilogue_adds_in_its_order(groups: int, kernel: int) -> None:
    """output_activation(activation(conv + bias) + residual), each function where it stands."""
    x, w = random(2, 16, 20, 20), random(16, 16 // groups, kernel, kernel)
    bias, residual = random(16), random(2, 16, 20, 20)

    def body(x: SSAValue, w: SSAValue, b: SSAValue, r: SSAValue) -> drp.ConvOp:
        return drp.ConvOp(
            x,
            w,
            b,
            r,
            pads=(kernel // 2,) * 4,
            groups=groups,
            activation=drp.FunctionAttr("relu"),
            output_activation=drp.FunctionAttr("clip", 0.5, 2.0),
        )

    conv = onnx_run("Conv", [x, w, bias], pads=[kernel // 2] * 4, group=groups)
    expected = np.clip(np.maximum(conv, 0) + residual, 0.5, 2.0)
    assert_close(run([x, w, bias, residual], body), expected)


def test_a_gathered_matrix_in_bands_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    x, w = random(1, 8, 20, 20), random(8, 8, 3, 3)
    whole = conv2d(x, w, Window(pads=(1, 1, 1, 1)))
    monkeypatch.setattr(conv_module, "_MATRIX_ELEMENTS", 72 * 20 * 3)
    assert_close(conv2d(x, w, Window(pads=(1, 1, 1, 1))), whole, 1e-6)


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_narrow_floats_accumulate_in_float32_and_round_once(dtype: type) -> None:
    x, w, bias = (random(*s).astype(dtype) for s in ((1, 32, 8, 8), (16, 32, 3, 3), (16,)))
    sigmoid = drp.FunctionAttr("sigmoid")
    y, wide = (
        run(arrays, lambda x, w, b: drp.ConvOp(x, w, b, activation=sigmoid))
        for arrays in ([x, w, bias], [a.astype(np.float32) for a in (x, w, bias)])
    )
    assert y.dtype == dtype
    np.testing.assert_array_equal(y.astype(np.float32), wide.astype(dtype).astype(np.float32))


def test_float64_stays_float64() -> None:
    x, w = RNG.standard_normal((1, 3, 6, 6)), RNG.standard_normal((4, 3, 3, 3))
    y = run([x, w], lambda x, w: drp.ConvOp(x, w))
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(2, 3))
    assert y.dtype == np.float64
    np.testing.assert_allclose(y, np.einsum("nchwij,mcij->nmhw", windows, w), rtol=1e-12)


def test_operands_of_any_layout() -> None:
    x, w = random(1, 9, 10, 6).transpose(0, 3, 1, 2), random(3, 3, 6, 4).transpose(3, 2, 0, 1)
    expected = onnx_run("Conv", [np.ascontiguousarray(x), np.ascontiguousarray(w)])
    assert_close(conv2d(x, w, Window()), expected)

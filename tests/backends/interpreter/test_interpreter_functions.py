"""Every scalar function against ONNX Runtime, and against exact values in float64."""

import math
from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from interpreter_build import assert_close, onnx_run, run

from drpc.backends.interpreter.functions import apply
from drpc.drpdialect import drp

RNG = np.random.default_rng(0)
REAL = np.concatenate(
    [RNG.standard_normal(3000) * 4, [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 40.0, -40.0]]
).astype(np.float32)
UNIT = RNG.uniform(-0.999, 0.999, 2000).astype(np.float32)
POSITIVE = (np.abs(REAL) + np.float32(0.01)).astype(np.float32)

ONNX: dict[str, tuple[str, tuple[float, ...], dict[str, Any], np.ndarray]] = {
    "relu": ("Relu", (), {}, REAL),
    "leaky_relu": ("LeakyRelu", (0.1,), {"alpha": 0.1}, REAL),
    "thresholded_relu": ("ThresholdedRelu", (0.7,), {"alpha": 0.7}, REAL),
    "sigmoid": ("Sigmoid", (), {}, REAL),
    "hard_sigmoid": ("HardSigmoid", (0.3, 0.4), {"alpha": 0.3, "beta": 0.4}, REAL),
    "hard_swish": ("HardSwish", (), {}, REAL),
    "tanh": ("Tanh", (), {}, REAL),
    "elu": ("Elu", (0.8,), {"alpha": 0.8}, REAL),
    "selu": ("Selu", (1.5, 1.1), {"alpha": 1.5, "gamma": 1.1}, REAL),
    "celu": ("Celu", (0.7,), {"alpha": 0.7}, REAL),
    "softplus": ("Softplus", (), {}, REAL),
    "softsign": ("Softsign", (), {}, REAL),
    "mish": ("Mish", (), {}, REAL),
    "gelu": ("Gelu", (), {}, REAL),
    "gelu_tanh": ("Gelu", (), {"approximate": "tanh"}, REAL),
    "shrink": ("Shrink", (0.5, 0.2), {"lambd": 0.5, "bias": 0.2}, REAL),
    "exp": ("Exp", (), {}, REAL[:3000]),
    "log": ("Log", (), {}, POSITIVE),
    "sqrt": ("Sqrt", (), {}, POSITIVE),
    "reciprocal": ("Reciprocal", (), {}, POSITIVE),
    "abs": ("Abs", (), {}, REAL),
    "neg": ("Neg", (), {}, REAL),
    "sign": ("Sign", (), {}, REAL),
    "erf": ("Erf", (), {}, REAL),
    "floor": ("Floor", (), {}, REAL),
    "ceil": ("Ceil", (), {}, REAL),
    "round": ("Round", (), {}, REAL),
    "sin": ("Sin", (), {}, REAL),
    "cos": ("Cos", (), {}, REAL),
    "tan": ("Tan", (), {}, UNIT),
    "asin": ("Asin", (), {}, UNIT),
    "acos": ("Acos", (), {}, UNIT),
    "atan": ("Atan", (), {}, REAL),
    "sinh": ("Sinh", (), {}, UNIT),
    "cosh": ("Cosh", (), {}, UNIT),
    "asinh": ("Asinh", (), {}, REAL),
    "acosh": ("Acosh", (), {}, POSITIVE + 1),
    "atanh": ("Atanh", (), {}, UNIT),
}

EXACT: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "silu": lambda x: x / (1 + math.exp(-1.5 * x)),
    "tanh": math.tanh,
    "softplus": lambda x: max(x, 0) + math.log1p(math.exp(-abs(x))),
    "mish": lambda x: x * math.tanh(max(x, 0) + math.log1p(math.exp(-abs(x)))),
    "gelu": lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2))),
    "gelu_tanh": lambda x: (
        x * 0.5 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    ),
    "erf": math.erf,
    "elu": lambda x: x if x > 0 else 1.5 * math.expm1(x),
    "affine": lambda x: 1.5 * x - 0.25,
    "power": lambda x: abs(x) ** 1.5,
    "identity": lambda x: x,
    "clip": lambda x: min(max(x, -0.5), 1.5),
}
PARAMETERS: dict[str, tuple[float, ...]] = {
    "silu": (1.5,),
    "elu": (1.5,),
    "affine": (1.5, -0.25),
    "power": (1.5,),
    "clip": (-0.5, 1.5),
}


def applied(kind: str, x: np.ndarray, *parameters: float) -> np.ndarray:
    return run([x], lambda value: drp.ApplyOp(value, drp.FunctionAttr(kind, *parameters)))


def test_every_function_is_tested() -> None:
    assert {*ONNX, *EXACT} == set(drp.FUNCTIONS)


@pytest.mark.parametrize("kind", ONNX)
def test_function_agrees_with_onnx_runtime(kind: str) -> None:
    op_type, parameters, attributes, x = ONNX[kind]
    assert_close(applied(kind, x, *parameters), onnx_run(op_type, [x], **attributes), 1e-6)


@pytest.mark.parametrize("kind", EXACT)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_function_is_within_rounding_of_the_exact_value(kind: str, dtype: type) -> None:
    x = (np.abs(REAL) if kind == "power" else REAL).astype(dtype)
    y = applied(kind, x, *PARAMETERS.get(kind, ()))
    exact = np.array([EXACT[kind](float(value)) for value in x])
    error = np.abs(y.astype(np.float64) - exact) / np.maximum(np.abs(exact), 1)
    assert y.dtype == dtype
    assert error.max() <= (1e-6 if dtype is np.float32 else 1e-14)


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
@pytest.mark.parametrize("kind", ["sigmoid", "gelu", "exp", "hard_swish", "relu"])
def test_narrow_floats_compute_in_float32_and_round_once(kind: str, dtype: type) -> None:
    x = UNIT.astype(dtype)
    y = applied(kind, x)
    assert y.dtype == dtype
    expected = applied(kind, x.astype(np.float32)).astype(dtype)
    np.testing.assert_array_equal(y.astype(np.float32), expected.astype(np.float32))


@pytest.mark.parametrize("kind", ["sigmoid", "tanh", "softplus", "mish", "silu", "gelu", "erf"])
def test_activations_hold_at_the_ends(kind: str) -> None:
    """No NaN from an overflow on the way, at either end of the range."""
    parameters = (1.0,) if kind == "silu" else ()
    low, high = applied(kind, np.array([-3e4, 3e4], np.float32), *parameters)
    expected_low = {"tanh": -1.0, "erf": -1.0}.get(kind, 0.0)
    expected_high = 1.0 if kind in ("sigmoid", "tanh", "erf") else 3e4
    assert (low, high) == (np.float32(expected_low), np.float32(expected_high))


def test_clip_with_crossed_limits_gives_the_upper_one() -> None:
    y = applied("clip", np.array([-9, 0, 9], np.float32), 3.0, -2.0)
    np.testing.assert_array_equal(y, [-2, -2, -2])


@pytest.mark.parametrize("kind", ["relu", "sigmoid", "tanh", "gelu", "erf", "softplus", "mish"])
def test_nan_stays_nan(kind: str) -> None:
    assert np.isnan(applied(kind, np.array([np.nan], np.float32))).all()


@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1, 1), (5, 70_000)])
def test_any_shape_and_layout(shape: tuple[int, ...]) -> None:
    x = RNG.standard_normal(shape).astype(np.float32)
    relu = drp.FunctionAttr("relu")
    np.testing.assert_array_equal(apply(relu, x), np.maximum(x, 0))
    np.testing.assert_array_equal(apply(relu, x.T), np.maximum(x.T, 0))

"""The scalar functions of `drp.FUNCTIONS` on arrays.

Each function takes the array, the array to write (which may be the same one), and its parameters.
The dtype is float32 or float64; temporaries are as large as the array, so call them on pieces.
"""

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from .drp.attributes import FunctionAttr

Function = Callable[..., object]
"""(x, out, *parameters): writes f(x) to out."""


def evaluate(function: FunctionAttr, x: np.ndarray, out: np.ndarray) -> None:
    """Write the function of each element of a float32 or float64 array to `out`, maybe x itself.

    The arrays are of rank 1 at least: a scalar's temporaries would be no arrays.
    """
    _TABLE[function.kind.data](x, out, *function.arguments)


# --- error function --------------------------------------------------------------------------

# Numerator and denominator of erf(x) / x = P(x^2) / Q(x^2) on [-4, 4] in float32, highest power
# first: the approximation of Eigen's `generic_fast_erf_float` and XLA's `ErfImpl32`. Beyond 4,
# erf(x) is 1 in float32. Largest error against the exact value: 2.5e-7.
_ERF_NUMERATOR: Final = (
    -2.72614225801306e-10,
    2.77068142495902e-08,
    -2.10102402082508e-06,
    -5.69250639462346e-05,
    -7.34990630326855e-04,
    -2.95459980854025e-03,
    -1.60960333262415e-02,
)
_ERF_DENOMINATOR: Final = (
    -1.45660718464996e-05,
    -2.13374055278905e-04,
    -1.68282697438203e-03,
    -7.37332916720468e-03,
    -1.42647390514189e-02,
)
_exact_erf: Final = np.frompyfunc(math.erf, 1, 1)


def erf(x: np.ndarray, out: np.ndarray) -> None:
    """The error function: within 2.5e-7 in float32, exact to rounding in float64."""
    if x.dtype == np.float64:
        out[...] = _exact_erf(x)
        return
    clamped = np.clip(x, -4.0, 4.0)
    square = clamped * clamped
    numerator = _polynomial(_ERF_NUMERATOR, square)
    numerator *= clamped
    np.divide(numerator, _polynomial(_ERF_DENOMINATOR, square), out=out)


def _polynomial(coefficients: tuple[float, ...], x: np.ndarray) -> np.ndarray:
    result = x * coefficients[0]
    for coefficient in coefficients[1:-1]:
        result += coefficient
        result *= x
    result += coefficients[-1]
    return result


# --- activations -----------------------------------------------------------------------------


def _identity(x: np.ndarray, out: np.ndarray) -> None:
    np.copyto(out, x)


def _relu(x: np.ndarray, out: np.ndarray) -> None:
    np.maximum(x, 0, out=out)


def _leaky_relu(x: np.ndarray, out: np.ndarray, alpha: float) -> None:
    if 0 < alpha <= 1:
        np.maximum(x, x * alpha, out=out)
    else:
        np.copyto(out, np.where(x >= 0, x, x * alpha))


def _thresholded_relu(x: np.ndarray, out: np.ndarray, alpha: float) -> None:
    np.copyto(out, np.where(x > alpha, x, 0))


def _clip(x: np.ndarray, out: np.ndarray, low: float, high: float) -> None:
    np.maximum(x, low, out=out)
    np.minimum(out, high, out=out)


def _sigmoid(x: np.ndarray, out: np.ndarray) -> None:
    np.negative(x, out=out)
    np.exp(out, out=out)
    out += 1
    np.reciprocal(out, out=out)


def _hard_sigmoid(x: np.ndarray, out: np.ndarray, alpha: float, beta: float) -> None:
    np.multiply(x, alpha, out=out)
    out += beta
    _clip(out, out, 0.0, 1.0)


def _silu(x: np.ndarray, out: np.ndarray, alpha: float) -> None:
    gate = x * alpha
    _sigmoid(gate, gate)
    np.multiply(x, gate, out=out)


def _hard_swish(x: np.ndarray, out: np.ndarray) -> None:
    gate = np.empty_like(x)
    _hard_sigmoid(x, gate, 1 / 6, 0.5)
    np.multiply(x, gate, out=out)


def _elu(x: np.ndarray, out: np.ndarray, alpha: float) -> None:
    negative = np.minimum(x, 0)
    np.exp(negative, out=negative)
    negative -= 1
    negative *= alpha
    np.copyto(out, np.where(x > 0, x, negative))


def _selu(x: np.ndarray, out: np.ndarray, alpha: float, gamma: float) -> None:
    _elu(x, out, alpha)
    out *= gamma


def _celu(x: np.ndarray, out: np.ndarray, alpha: float) -> None:
    scaled = x / alpha
    _elu(scaled, scaled, alpha)
    np.copyto(out, np.where(x > 0, x, scaled))


def _softplus(x: np.ndarray, out: np.ndarray) -> None:
    """log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)): no overflow."""
    small = np.abs(x)
    np.negative(small, out=small)
    np.exp(small, out=small)
    tail = _log1p(small)
    np.maximum(x, 0, out=out)
    out += tail


def _log1p(x: np.ndarray) -> np.ndarray:
    """log(1 + x) = log(u) * x / (u - 1) with u = fl(1 + x): the rounding of u cancels (Kahan).

    NumPy vectorises log, but not log1p.
    """
    u = x + 1
    rounded = u - 1
    np.log(u, out=u)
    u *= x
    return np.divide(u, rounded, out=x.copy(), where=rounded != 0)


def _softsign(x: np.ndarray, out: np.ndarray) -> None:
    divisor = np.abs(x)
    divisor += 1
    np.divide(x, divisor, out=out)


def _mish(x: np.ndarray, out: np.ndarray) -> None:
    """x * tanh(softplus(x)) = x * n / (n + 2) with n = e^x (e^x + 2); beyond 20 it is x."""
    power = np.minimum(x, 20)
    np.exp(power, out=power)
    n = power + 2
    n *= power
    gate = n + 2
    np.divide(n, gate, out=gate)
    np.multiply(x, gate, out=out)


def _gelu(x: np.ndarray, out: np.ndarray) -> None:
    """x * (1 + erf(x / sqrt(2))) / 2."""
    gate = x * math.sqrt(0.5)
    erf(gate, gate)
    gate += 1
    gate *= 0.5
    np.multiply(x, gate, out=out)


def _gelu_tanh(x: np.ndarray, out: np.ndarray) -> None:
    """x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2."""
    gate = x * x
    gate *= 0.044715
    gate += 1
    gate *= x
    gate *= math.sqrt(2 / math.pi)
    np.tanh(gate, out=gate)
    gate += 1
    gate *= 0.5
    np.multiply(x, gate, out=out)


def _shrink(x: np.ndarray, out: np.ndarray, lambd: float, bias: float) -> None:
    shrunk = np.where(x < -lambd, x + bias, np.where(x > lambd, x - bias, 0))
    np.copyto(out, shrunk, casting="same_kind")


def _affine(x: np.ndarray, out: np.ndarray, scale: float, offset: float) -> None:
    np.multiply(x, scale, out=out)
    out += offset


def _power(x: np.ndarray, out: np.ndarray, exponent: float) -> None:
    if exponent == 2:
        np.multiply(x, x, out=out)
    else:
        np.power(x, exponent, out=out)


_TABLE: Final[dict[str, Function]] = {
    "identity": _identity,
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "thresholded_relu": _thresholded_relu,
    "clip": _clip,
    "sigmoid": _sigmoid,
    "hard_sigmoid": _hard_sigmoid,
    "silu": _silu,
    "hard_swish": _hard_swish,
    "tanh": np.tanh,
    "elu": _elu,
    "selu": _selu,
    "celu": _celu,
    "softplus": _softplus,
    "softsign": _softsign,
    "mish": _mish,
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "shrink": _shrink,
    "affine": _affine,
    "power": _power,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "reciprocal": np.reciprocal,
    "abs": np.abs,
    "neg": np.negative,
    "sign": np.sign,
    "erf": erf,
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.rint,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
}

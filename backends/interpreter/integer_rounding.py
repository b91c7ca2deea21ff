"""How numbers at the scale of a result become stored ones: what a job's types and functions say."""

from dataclasses import dataclass

import numpy as np
from xdsl.ir import SSAValue

from ...drpdialect import drp
from ...drpdialect.quant import UniformType
from ...drpdialect.quantised_arithmetic import product_multipliers, ratio

MacOp = drp.ConvOp | drp.ConvTransposeOp | drp.MatmulOp
"""A job that sums products."""

Bounds = tuple[np.float32, np.float32]
"""The smallest and the largest number that stay as they are."""

_UNBOUNDED: Bounds = (np.float32(-np.inf), np.float32(np.inf))


@dataclass(frozen=True)
class Residual:
    """What is added: float32(stored - zero_point) * ratio."""

    zero_point: int
    ratio: np.float32


@dataclass(frozen=True)
class Rounding:
    """stored = rint(clamp(second(first(t) + residual), range)) + zero_point, for float32 t.

    `first` and `second` are the bounds of relu and clip, `range` that of the stored numbers
    without their zero point; all are float32, in units of the result's scale.
    """

    first: Bounds
    residual: Residual | None
    second: Bounds
    range: Bounds
    zero_point: int
    dtype: np.dtype[np.generic]


def uniform(value: SSAValue) -> UniformType:
    """The element type of a quantised tensor."""
    element = drp.element_type_of(value)
    assert isinstance(element, UniformType)
    return element


def multipliers_of(op: MacOp) -> np.ndarray:
    """What brings a sum of products to the result's scale: float32, one per channel (or column).

    The groups of a transposed convolution share their scales.
    """
    x, w = op.operands[:2]
    multipliers = product_multipliers(uniform(x), uniform(w), uniform(op.y))
    channels = drp.shape_of(op.y)[-1 if isinstance(op, drp.MatmulOp) else 1]
    return np.tile(multipliers, channels // len(multipliers))


def rounding_of(op: drp.DrpOp) -> Rounding:
    """How a job with a quantised result rounds, its fused functions and residual included."""
    (result,) = op.results
    y = uniform(result)
    low, high = (np.float32(bound - y.zero_point) for bound in y.storage_range)
    activation = op.properties.get("activation", drp.IDENTITY)
    output_activation = op.properties.get("output_activation", drp.IDENTITY)
    return Rounding(
        _bounds(activation, y.scale),
        _residual(op, y),
        _bounds(output_activation, y.scale),
        (low, high),
        y.zero_point,
        np.dtype(np.uint8 if y.storage_range[0] == 0 else np.int8),
    )


def _residual(op: drp.DrpOp, y: UniformType) -> Residual | None:
    if not isinstance(op, drp.ConvOp) or op.residual is None:
        return None
    added = uniform(op.residual)
    return Residual(added.zero_point, ratio(added, y))


def _bounds(function: object, scale: float) -> Bounds:
    """The bounds that a function of `drp.INTEGER_FUNCTIONS` sets, in units of a scale."""
    assert isinstance(function, drp.FunctionAttr)
    if function.kind.data == "relu":
        return np.float32(0), np.float32(np.inf)
    if function.kind.data == "clip":
        low, high = (np.float32(bound / scale) for bound in function.arguments)
        return low, high
    assert function.is_identity
    return _UNBOUNDED

"""Normalisations."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from xdsl.ir import SSAValue

from ...drpdialect import drp
from ...targets.nodes import float_attribute, int_attribute, ints_attribute
from ...targets.nodes.attributes import count_from_front
from ...targets.nodes.axes import normalised_axis
from .emitter import Emitter

_VARIANCE_GUARD: Final = 1e-9
"""What ONNX's MeanVarianceNormalization adds to the deviation."""


def _convert_batch_normalization(at: Emitter) -> SSAValue:
    """(x - mean) / sqrt(var + epsilon) * scale + shift, as x * scale' + shift'.

    The new constants are computed in the operands' precision, as ONNX does.
    """
    scale, shift, mean, variance = (at.weights(index, finite=False) for index in (1, 2, 3, 4))
    epsilon = variance.dtype.type(float_attribute(at.node, "epsilon"))
    with np.errstate(all="ignore"):
        factor = (scale / np.sqrt(variance + epsilon)).astype(scale.dtype)
        offset = (shift - mean * factor).astype(scale.dtype)
    return at.job(drp.ScaleShiftOp(at.x(), at.constant(factor), at.constant(offset)))


def _convert_instance_normalization(at: Emitter) -> SSAValue:
    channels = drp.shape_of(at.x())[1]
    epsilon = float_attribute(at.node, "epsilon")
    return at.job(drp.GroupNormOp(at.x(), at.x(1), at.x(2), channels, epsilon))


def _convert_group_normalization(at: Emitter) -> SSAValue:
    groups = int_attribute(at.node, "num_groups")
    epsilon = float_attribute(at.node, "epsilon")
    return at.job(drp.GroupNormOp(at.x(), at.x(1), at.x(2), groups, epsilon))


def _convert_layer_normalization(at: Emitter) -> SSAValue:
    axis, epsilon = normalised_axis(at.node), float_attribute(at.node, "epsilon")
    return at.job(drp.LayerNormOp(at.x(), at.x(1), at.node.input(2), axis, epsilon))


def _convert_rms_normalization(at: Emitter) -> SSAValue:
    axis, epsilon = normalised_axis(at.node), float_attribute(at.node, "epsilon")
    return at.job(drp.RmsNormOp(at.x(), at.x(1), None, axis, epsilon))


def _convert_mean_variance_normalization(at: Emitter) -> SSAValue:
    x = at.x()
    rank = len(drp.shape_of(x))
    axes = tuple(
        sorted(count_from_front(at.node, ints_attribute(at.node, "axes") or (0, 2, 3), rank))
    )
    mean = at.job(drp.ReduceOp(x, drp.ReduceKind.MEAN, axes))
    centred = at.job(drp.SubOp(x, mean))
    square = at.job(drp.MulOp(centred, centred))
    variance = at.job(drp.ReduceOp(square, drp.ReduceKind.MEAN, axes))
    deviation = at.apply(variance, "sqrt")
    guarded = at.job(drp.AddOp(deviation, at.scalar(_VARIANCE_GUARD, deviation)))
    return at.job(drp.DivOp(centred, guarded))


def _convert_lrn(at: Emitter) -> SSAValue:
    return at.job(
        drp.LocalResponseNormOp(
            at.x(),
            int_attribute(at.node, "size"),
            float_attribute(at.node, "alpha"),
            float_attribute(at.node, "beta"),
            float_attribute(at.node, "bias"),
        )
    )


CONVERTERS: Final[Mapping[str, Callable[[Emitter], SSAValue]]] = {
    "BatchNormalization": _convert_batch_normalization,
    "InstanceNormalization": _convert_instance_normalization,
    "GroupNormalization": _convert_group_normalization,
    "LayerNormalization": _convert_layer_normalization,
    "RMSNormalization": _convert_rms_normalization,
    "MeanVarianceNormalization": _convert_mean_variance_normalization,
    "LRN": _convert_lrn,
}

"""Pools, reductions, softmax and the index of an extreme element."""

import math
from collections.abc import Callable, Mapping
from typing import Final

from xdsl.ir import SSAValue

from ...drpdialect import drp
from ...targets.nodes import int_attribute, version_of
from ...targets.nodes.axes import normalised_axis, reduction_of
from ...targets.nodes.windows import covers_input, spatial_result, window_of
from .convolutions import in_its_axes, in_two_axes
from .emitter import Emitter

Converter = Callable[[Emitter], SSAValue]

_REDUCTIONS: Final = {
    "ReduceSum": drp.ReduceKind.SUM,
    "ReduceMean": drp.ReduceKind.MEAN,
    "ReduceMax": drp.ReduceKind.MAX,
    "ReduceMin": drp.ReduceKind.MIN,
    "ReduceProd": drp.ReduceKind.PROD,
    "ReduceL1": drp.ReduceKind.L1,
    "ReduceL2": drp.ReduceKind.L2,
    "ReduceSumSquare": drp.ReduceKind.SUM_SQUARE,
    "ReduceLogSum": drp.ReduceKind.LOG_SUM,
    "ReduceLogSumExp": drp.ReduceKind.LOG_SUM_EXP,
}


def _convert_max_pool(at: Emitter) -> SSAValue:
    if covers_input(at.node):
        return _global_pool(at, drp.ReduceKind.MAX)
    window = window_of(at.node)
    job = drp.MaxPoolOp(
        in_two_axes(at, at.x()),
        window.kernel,
        spatial_result(at.node),
        strides=window.strides,
        dilations=window.dilations,
        pads=window.pads,
    )
    return in_its_axes(at, at.job(job))


def _convert_average_pool(at: Emitter) -> SSAValue:
    if covers_input(at.node):
        return _global_pool(at, drp.ReduceKind.MEAN)
    window = window_of(at.node)
    job = drp.AveragePoolOp(
        in_two_axes(at, at.x()),
        window.kernel,
        spatial_result(at.node),
        strides=window.strides,
        dilations=window.dilations,
        pads=window.pads,
        count_include_pad=int_attribute(at.node, "count_include_pad", 0) == 1,
    )
    return in_its_axes(at, at.job(job))


def _global_pool(at: Emitter, kind: drp.ReduceKind) -> SSAValue:
    axes = range(2, len(drp.shape_of(at.x())))
    return at.job(drp.ReduceOp(at.x(), kind, tuple(axes)))


def _convert_global_lp_pool(at: Emitter) -> SSAValue:
    return _global_pool(at, _norm_kind(at))


def _norm_kind(at: Emitter) -> drp.ReduceKind:
    return drp.ReduceKind.L1 if int_attribute(at.node, "p") == 1 else drp.ReduceKind.L2


def _reduction(kind: drp.ReduceKind) -> Converter:
    return lambda at: _convert_reduction(at, kind)


def _convert_reduction(at: Emitter, kind: drp.ReduceKind) -> SSAValue:
    reduction = reduction_of(at.node)
    if reduction.axes is None:
        return at.x()
    return at.job(drp.ReduceOp(at.x(), kind, reduction.axes, keep=reduction.keep))


def _argument(job: type[drp.ArgOp]) -> Converter:
    return lambda at: at.job(
        job(
            at.x(),
            normalised_axis(at.node, 0),
            keep=int_attribute(at.node, "keepdims") == 1,
            last=int_attribute(at.node, "select_last_index", 0) == 1,
        )
    )


def _softmax(job: type[drp.SoftmaxLikeOp]) -> Converter:
    return lambda at: _convert_softmax(at, job)


def _convert_softmax(at: Emitter, job: type[drp.SoftmaxLikeOp]) -> SSAValue:
    """Before opset 13 all axes from `axis` on count as one."""
    x, axis = at.x(), normalised_axis(at.node)
    shape = drp.shape_of(x)
    if version_of(at.node) >= 13 or math.prod(shape[axis + 1 :]) == 1:
        return at.job(job(x, axis))
    rows = at.reshape(x, (math.prod(shape[:axis]), math.prod(shape[axis:])))
    return at.reshape(at.job(job(rows, 1)), shape)


def _convert_lp_normalization(at: Emitter) -> SSAValue:
    """x / norm; where the norm is 0, so is x, and dividing by the least number gives 0 as well."""
    x = at.x()
    norm = at.job(drp.ReduceOp(x, _norm_kind(at), (normalised_axis(at.node),)))
    least = at.scalar(6.103515625e-05 if "f16" in str(norm.type) else 1.1754943508222875e-38, norm)
    return at.job(drp.DivOp(x, at.job(drp.MaxOp(norm, least))))


CONVERTERS: Final[Mapping[str, Converter]] = {
    **{name: _reduction(kind) for name, kind in _REDUCTIONS.items()},
    "MaxPool": _convert_max_pool,
    "AveragePool": _convert_average_pool,
    "GlobalAveragePool": lambda at: _global_pool(at, drp.ReduceKind.MEAN),
    "GlobalMaxPool": lambda at: _global_pool(at, drp.ReduceKind.MAX),
    "GlobalLpPool": _convert_global_lp_pool,
    "ArgMax": _argument(drp.ArgMaxOp),
    "ArgMin": _argument(drp.ArgMinOp),
    "Softmax": _softmax(drp.SoftmaxOp),
    "LogSoftmax": _softmax(drp.LogSoftmaxOp),
    "LpNormalization": _convert_lp_normalization,
}

"""Convolutions and matrix products: the jobs of the AI-MAC."""

import math
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from xdsl.ir import SSAValue

from ...drpdialect import drp
from ...drpdialect.constants import constant_attr_of, constant_of
from ...targets.nodes import float_attribute, int_attribute
from ...targets.nodes.windows import transposed_window_of, window_of
from .emitter import Emitter


def in_two_axes(at: Emitter, value: SSAValue) -> SSAValue:
    """(A, B, W) as (A, B, 1, W)."""
    shape = drp.shape_of(value)
    return value if len(shape) == 4 else at.reshape(value, (*shape[:2], 1, *shape[2:]))


def in_its_axes(at: Emitter, y: SSAValue) -> SSAValue:
    """A job's result in the shape of the node's result."""
    return at.reshape(y, drp.shape_of(at.node.outputs[0]))


def _convert_conv(at: Emitter) -> SSAValue:
    at.check_weights(1, 2)
    window = window_of(at.node)
    job = drp.ConvOp(
        in_two_axes(at, at.x()),
        in_two_axes(at, at.x(1)),
        at.node.input(2),
        strides=window.strides,
        dilations=window.dilations,
        pads=window.pads,
        groups=int_attribute(at.node, "group"),
    )
    return in_its_axes(at, at.job(job))


def _convert_conv_transpose(at: Emitter) -> SSAValue:
    at.check_weights(1, 2)
    window, output_padding = transposed_window_of(at.node)
    job = drp.ConvTransposeOp(
        in_two_axes(at, at.x()),
        in_two_axes(at, at.x(1)),
        at.node.input(2),
        strides=window.strides,
        dilations=window.dilations,
        pads=window.pads,
        output_padding=output_padding,
        groups=int_attribute(at.node, "group"),
    )
    return in_its_axes(at, at.job(job))


def _convert_matmul(at: Emitter) -> SSAValue:
    at.check_weights(0, 1)
    a, b = at.x(), at.x(1)
    a_shape, b_shape = drp.shape_of(a), drp.shape_of(b)
    if len(a_shape) == 1:
        a = at.reshape(a, (1, *a_shape))
    if len(b_shape) == 1:
        b = at.reshape(b, (*b_shape, 1))
    return in_its_axes(at, at.job(drp.MatmulOp(a, b)))


def _convert_gemm(at: Emitter) -> SSAValue:
    at.check_weights(0, 1, 2)
    node = at.node
    a = at.transpose(at.x(0), (1, 0)) if int_attribute(node, "transA") else at.x(0)
    b = at.transpose(at.x(1), (1, 0)) if int_attribute(node, "transB") else at.x(1)
    b = _scaled(at, b, float_attribute(node, "alpha"))
    c, beta = node.input(2), float_attribute(node, "beta")
    if c is None or beta == 0:
        return at.job(drp.MatmulOp(a, b))
    c = _scaled(at, c, beta)
    bias = _row_bias(at, c, drp.shape_of(b)[1])
    product = at.job(drp.MatmulOp(a, b, bias))
    return product if bias is not None else at.job(drp.AddOp(product, c))


def _scaled(at: Emitter, value: SSAValue, factor: float) -> SSAValue:
    """A tensor times a number; a constant is multiplied at once, in its own precision."""
    if factor == 1:
        return value
    array = constant_of(value)
    if array is None:
        return at.job(drp.MulOp(value, at.scalar(factor, value)))
    return at.constant(array * array.dtype.type(factor))


def _row_bias(at: Emitter, c: SSAValue, columns: int) -> SSAValue | None:
    """A constant that is the same for each row of a product as (columns,), else None."""
    shape = drp.shape_of(c)
    if constant_attr_of(c) is None or any(size != 1 for size in shape[:-1]):
        return None
    if math.prod(shape) == columns:
        return at.reshape(c, (columns,))
    array = constant_of(c)
    if array is None or array.size != 1:
        return None
    return at.constant(np.repeat(array.reshape(1), columns))


CONVERTERS: Final[Mapping[str, Callable[[Emitter], SSAValue]]] = {
    "Conv": _convert_conv,
    "ConvTranspose": _convert_conv_transpose,
    "MatMul": _convert_matmul,
    "Gemm": _convert_gemm,
}

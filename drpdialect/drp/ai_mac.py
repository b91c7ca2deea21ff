"""Jobs of the AI-MAC: convolutions and matrix products, with their fused epilogues."""

import math
from collections.abc import Sequence
from typing import ClassVar

from xdsl.dialects.builtin import IntegerAttr, TensorType, i32, i64
from xdsl.ir import SSAValue
from xdsl.irdl import (
    AttrSizedOperandSegments,
    ParsePropInAttrDict,
    irdl_op_definition,
    operand_def,
    opt_operand_def,
    prop_def,
    result_def,
    traits_def,
)
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from ..uniform_type import UniformType
from . import shapes
from .attributes import IDENTITY, INTEGER_FUNCTIONS, FunctionAttr
from .base import INT_ARRAY, DrpOp, Engine, ints, tensor_like
from .shapes import Shape, element_type_of, shape_of

_SCALE_TOLERANCE = 1e-6
"""Relative: products of float32 scales differ by their last bit where they were rounded elsewhere."""


class EpilogueOp(DrpOp):
    """A job that ends in `output_activation(activation(accumulator + bias) + residual)`.

    On quantised tensors the accumulator is an integer of 32 bits, to which the bias (int32, at the
    scale of the products) is added. One float32 multiplication brings it to the result's scale;
    what follows is float32 in units of that scale, and one rounding ends it.
    """

    ENGINE: ClassVar[Engine] = Engine.AI_MAC

    def verify_epilogue(
        self, channels: int, bias: SSAValue | None, residual: SSAValue | None, output: FunctionAttr
    ) -> None:
        """Raises VerifyException unless bias is (channels,) and the residual has the result's shape."""
        if bias is not None and shape_of(bias) != (channels,):
            raise VerifyException(f"expected a bias of shape ({channels},), but got {bias.type}")
        (result,) = self.results
        if residual is not None and shape_of(residual) != shape_of(result):
            raise VerifyException(f"expected a residual of the result's shape, got {residual.type}")
        if residual is None and not output.is_identity:
            raise VerifyException("expected a residual where there is an output_activation")


@irdl_op_definition
class ConvOp(EpilogueOp):
    """Convolution: x (N, C, H, W), w (M, C/groups, kh, kw), bias (M), residual and result (N, M, H', W').

    `output_activation(activation(conv(x, w) + bias) + residual)`; pads are (top, left, bottom,
    right) and pad with zero. Depthwise is `groups = C`; a weight matrix product is a 1x1 kernel.
    """

    name = "drp.conv"
    x = operand_def(TensorType)
    w = operand_def(TensorType)
    bias = opt_operand_def(TensorType)
    residual = opt_operand_def(TensorType)
    y = result_def(TensorType)
    strides = prop_def(INT_ARRAY, default_value=ints((1, 1)))
    dilations = prop_def(INT_ARRAY, default_value=ints((1, 1)))
    pads = prop_def(INT_ARRAY, default_value=ints((0, 0, 0, 0)))
    groups = prop_def(IntegerAttr, default_value=IntegerAttr(1, i64))
    activation = prop_def(FunctionAttr, default_value=IDENTITY)
    output_activation = prop_def(FunctionAttr, default_value=IDENTITY)
    traits = traits_def(Pure())
    irdl_options = (AttrSizedOperandSegments(as_property=True), ParsePropInAttrDict())
    assembly_format = (
        "$x `,` $w (`bias` $bias^ `:` type($bias))? (`residual` $residual^ `:` type($residual))?"
        " attr-dict `:` type($x) `,` type($w) `->` type($y)"
    )

    def __init__(
        self,
        x: SSAValue,
        w: SSAValue,
        bias: SSAValue | None = None,
        residual: SSAValue | None = None,
        *,
        strides: Sequence[int] = (1, 1),
        dilations: Sequence[int] = (1, 1),
        pads: Sequence[int] = (0, 0, 0, 0),
        groups: int = 1,
        activation: FunctionAttr = IDENTITY,
        output_activation: FunctionAttr = IDENTITY,
    ):
        shape = shapes.convolution(shape_of(x), shape_of(w), strides, dilations, pads, groups)
        super().__init__(
            operands=[x, w, bias, residual],
            result_types=[tensor_like(x, shape)],
            properties={
                "strides": ints(strides),
                "dilations": ints(dilations),
                "pads": ints(pads),
                "groups": IntegerAttr(groups, i64),
                "activation": activation,
                "output_activation": output_activation,
            },
        )

    def expected_shape(self) -> Shape:
        return shapes.convolution(
            shape_of(self.x),
            shape_of(self.w),
            self.strides.get_values(),
            self.dilations.get_values(),
            self.pads.get_values(),
            self.groups.value.data,
        )

    def verify_(self) -> None:
        super().verify_()
        channels = shape_of(self.w)[0]
        self.verify_epilogue(channels, self.bias, self.residual, self.output_activation)
        functions = (self.activation, self.output_activation)
        _verify_integer_job((self.x, self.w), 0, self.bias, (self.residual, self.y), functions)

    @property
    def is_depthwise(self) -> bool:
        return self.groups.value.data > 1 and shape_of(self.w)[1] == 1

    @property
    def macs(self) -> int:
        """Multiply-accumulates, those with padding included."""
        return _product(shape_of(self.y)) * _product(shape_of(self.w)[1:])


@irdl_op_definition
class ConvTransposeOp(EpilogueOp):
    """Transposed convolution: x (N, C, H, W), w (C, M/groups, kh, kw), bias (M) -> (N, M, H', W').

    `activation(conv_transpose(x, w) + bias)`; pads are cut from the result's borders.
    """

    name = "drp.conv_transpose"
    x = operand_def(TensorType)
    w = operand_def(TensorType)
    bias = opt_operand_def(TensorType)
    y = result_def(TensorType)
    strides = prop_def(INT_ARRAY, default_value=ints((1, 1)))
    dilations = prop_def(INT_ARRAY, default_value=ints((1, 1)))
    pads = prop_def(INT_ARRAY, default_value=ints((0, 0, 0, 0)))
    output_padding = prop_def(INT_ARRAY, default_value=ints((0, 0)))
    groups = prop_def(IntegerAttr, default_value=IntegerAttr(1, i64))
    activation = prop_def(FunctionAttr, default_value=IDENTITY)
    traits = traits_def(Pure())
    assembly_format = "$x `,` $w (`bias` $bias^ `:` type($bias))? attr-dict `:` type($x) `,` type($w) `->` type($y)"

    def __init__(
        self,
        x: SSAValue,
        w: SSAValue,
        bias: SSAValue | None = None,
        *,
        strides: Sequence[int] = (1, 1),
        dilations: Sequence[int] = (1, 1),
        pads: Sequence[int] = (0, 0, 0, 0),
        output_padding: Sequence[int] = (0, 0),
        groups: int = 1,
        activation: FunctionAttr = IDENTITY,
    ):
        shape = shapes.transposed_convolution(
            shape_of(x), shape_of(w), strides, dilations, pads, output_padding, groups
        )
        super().__init__(
            operands=[x, w, bias],
            result_types=[tensor_like(x, shape)],
            properties={
                "strides": ints(strides),
                "dilations": ints(dilations),
                "pads": ints(pads),
                "output_padding": ints(output_padding),
                "groups": IntegerAttr(groups, i64),
                "activation": activation,
            },
        )

    def expected_shape(self) -> Shape:
        return shapes.transposed_convolution(
            shape_of(self.x),
            shape_of(self.w),
            self.strides.get_values(),
            self.dilations.get_values(),
            self.pads.get_values(),
            self.output_padding.get_values(),
            self.groups.value.data,
        )

    def verify_(self) -> None:
        super().verify_()
        channels = shape_of(self.w)[1] * self.groups.value.data
        self.verify_epilogue(channels, self.bias, None, IDENTITY)
        _verify_integer_job((self.x, self.w), 1, self.bias, (self.y,), (self.activation,))

    @property
    def macs(self) -> int:
        """Multiply-accumulates: every input element meets every tap of its group."""
        return _product(shape_of(self.x)) * _product(shape_of(self.w)[1:])


@irdl_op_definition
class MatmulOp(EpilogueOp):
    """Matrix product: a (..., M, K), b (..., K, N), bias (N) -> (..., M, N); leading sizes broadcast.

    `activation(a @ b + bias)`.
    """

    name = "drp.matmul"
    a = operand_def(TensorType)
    b = operand_def(TensorType)
    bias = opt_operand_def(TensorType)
    y = result_def(TensorType)
    activation = prop_def(FunctionAttr, default_value=IDENTITY)
    traits = traits_def(Pure())
    assembly_format = "$a `,` $b (`bias` $bias^ `:` type($bias))? attr-dict `:` type($a) `,` type($b) `->` type($y)"

    def __init__(
        self,
        a: SSAValue,
        b: SSAValue,
        bias: SSAValue | None = None,
        *,
        activation: FunctionAttr = IDENTITY,
    ):
        shape = shapes.matrix_product(shape_of(a), shape_of(b))
        super().__init__(
            operands=[a, b, bias],
            result_types=[tensor_like(a, shape)],
            properties={"activation": activation},
        )

    def expected_shape(self) -> Shape:
        return shapes.matrix_product(shape_of(self.a), shape_of(self.b))

    def verify_(self) -> None:
        super().verify_()
        self.verify_epilogue(shape_of(self.b)[-1], self.bias, None, IDENTITY)
        axis = len(shape_of(self.b)) - 1
        _verify_integer_job((self.a, self.b), axis, self.bias, (self.y,), (self.activation,))

    @property
    def macs(self) -> int:
        return _product(shape_of(self.y)) * shape_of(self.a)[-1]


def _verify_integer_job(
    factors: tuple[SSAValue, SSAValue],
    weight_axis: int,
    bias: SSAValue | None,
    others: Sequence[SSAValue | None],
    functions: Sequence[FunctionAttr],
) -> None:
    """Raises VerifyException unless a job on quantised tensors can be done in integers.

    `factors` are the image (one scale) and the weights (one scale, or one per slice along
    `weight_axis`); `others` are quantised with one scale. Jobs on floats pass.
    """
    x, w = factors
    if not isinstance(x_type := element_type_of(x), UniformType):
        return
    w_type = _eight_bits(w)
    for value in (x, *(other for other in others if other is not None)):
        _require_one_scale(value)
    if w_type.axis not in (None, weight_axis):
        raise VerifyException(f"expected scales of weights along axis {weight_axis}, got {w.type}")
    for function in functions:
        if function.kind.data not in INTEGER_FUNCTIONS:
            listed = ", ".join(INTEGER_FUNCTIONS)
            raise VerifyException(
                f"expected one of {listed} in a quantised job, got {function.kind.data}"
            )
    if bias is not None:
        _verify_bias(bias, [x_type.scale * scale for scale in w_type.scales])


def _verify_bias(bias: SSAValue, products: Sequence[float]) -> None:
    """`products` are the scales of the products that the bias is added to."""
    element = element_type_of(bias)
    if not isinstance(element, UniformType) or element.storage != i32 or any(element.zero_points):
        raise VerifyException(f"expected a bias quantised to i32 around zero, got {bias.type}")
    count = max(len(products), len(element.scales))
    given, wanted = (list(scales) * (count // len(scales)) for scales in (element.scales, products))
    if len(given) != len(wanted) or not all(
        math.isclose(a, b, rel_tol=_SCALE_TOLERANCE) for a, b in zip(given, wanted, strict=True)
    ):
        raise VerifyException(
            "expected the bias at the scales of input times weights, "
            f"{', '.join(f'{scale:g}' for scale in wanted[:4])}{', ...' if count > 4 else ''}"
        )


def _eight_bits(value: SSAValue) -> UniformType:
    element = element_type_of(value)
    if not isinstance(element, UniformType) or element.storage.width.data != 8:
        raise VerifyException(f"expected a quantised tensor of 8 bits, got {value.type}")
    return element


def _require_one_scale(value: SSAValue) -> None:
    if _eight_bits(value).axis is not None:
        raise VerifyException(f"expected one scale for the tensor, got {value.type}")


def _product(sizes: Sequence[int]) -> int:
    result = 1
    for size in sizes:
        result *= size
    return result


OPERATIONS: tuple[type[DrpOp], ...] = (ConvOp, ConvTransposeOp, MatmulOp)

"""The `quant` dialect: quantised element types, and the casts between real and stored numbers.

    %q = quant.qcast %x : tensor<4xf32> -> tensor<4x!quant.uniform<i8:f32, 0.02:-3>>
    %y = quant.dcast %q : tensor<4x!quant.uniform<i8:f32, 0.02:-3>> -> tensor<4xf32>
    %i = quant.scast %q : tensor<4x!quant.uniform<i8:f32, 0.02:-3>> -> tensor<4xi8>

Names and meaning are those of upstream MLIR's quant dialect; the scales stand in the types. (The
`drp.quantize` and `drp.dequantize` of a model hold them as operands.)
"""

from abc import ABC
from typing import ClassVar

from xdsl.dialects.builtin import TensorType
from xdsl.ir import Attribute, Dialect, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, result_def, traits_def
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from .drp.base import DrpOp, Engine
from .drp.shapes import Shape, element_type_of, shape_of
from .uniform_type import UniformType


class QuantCastOp(DrpOp, ABC):
    """A cast of every element; the shape stays."""

    ENGINE: ClassVar[Engine] = Engine.DRP
    x = operand_def(TensorType)
    y = result_def(TensorType)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue, element_type: Attribute):
        """`element_type` is the result's."""
        super().__init__(operands=[x], result_types=[TensorType(element_type, shape_of(x))])

    def expected_shape(self) -> Shape:
        return shape_of(self.x)


@irdl_op_definition
class QCastOp(QuantCastOp):
    """Real numbers stored: y = saturate(round_half_even(x / scale) + zero_point), as ONNX
    QuantizeLinear computes it (in float32)."""

    name = "quant.qcast"

    def verify_element_types(self) -> None:
        _verify_expressed(stored=self.y, real=self.x)


@irdl_op_definition
class DCastOp(QuantCastOp):
    """Stored numbers made real: y = (x - zero_point) * scale, as ONNX DequantizeLinear."""

    name = "quant.dcast"

    def verify_element_types(self) -> None:
        _verify_expressed(stored=self.x, real=self.y)


@irdl_op_definition
class SCastOp(QuantCastOp):
    """The stored integers seen as such, or integers seen as stored ones: no data changes."""

    name = "quant.scast"

    def verify_element_types(self) -> None:
        x, y = element_type_of(self.x), element_type_of(self.y)
        is_legal = (isinstance(x, UniformType) and x.storage == y) or (
            isinstance(y, UniformType) and y.storage == x
        )
        if not is_legal:
            raise VerifyException(
                f"expected a quantised type and its storage type, but got {x} and {y}"
            )


def _verify_expressed(*, stored: SSAValue, real: SSAValue) -> None:
    element = element_type_of(stored)
    if not isinstance(element, UniformType):
        raise VerifyException(f"expected a quantised tensor, but got {stored.type}")
    if element_type_of(real) != element.expressed:
        raise VerifyException(
            f"expected real numbers of {element.expressed}, as the quantised type says, "
            f"but got {real.type}"
        )


Quant = Dialect("quant", [QCastOp, DCastOp, SCastOp], [UniformType])

__all__ = ["DCastOp", "QCastOp", "Quant", "QuantCastOp", "SCastOp", "UniformType"]

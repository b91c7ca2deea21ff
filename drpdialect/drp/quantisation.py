"""Jobs of the DRP that convert between real and stored numbers, with scales as operands.

They are ONNX's QuantizeLinear and DequantizeLinear, kept as they stand in a model. `scale` and
`zero_point` are constants: scalars, or vectors along `axis`.
"""

from typing import ClassVar

from xdsl.dialects.builtin import IntegerAttr, TensorType, i64
from xdsl.ir import Attribute, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from .base import DrpOp, Engine
from .shapes import Shape, element_type_of, shape_of


class ScaleOp(DrpOp):
    """Conversion with a scale and a zero point, per tensor (rank 0) or along an axis (rank 1)."""

    ENGINE: ClassVar[Engine] = Engine.DRP
    x = operand_def(TensorType)
    scale = operand_def(TensorType)
    zero_point = operand_def(TensorType)
    y = result_def(TensorType)
    axis = prop_def(IntegerAttr, default_value=IntegerAttr(0, i64))
    traits = traits_def(Pure())
    assembly_format = (
        "$x `,` $scale `,` $zero_point attr-dict"
        " `:` type($x) `,` type($scale) `,` type($zero_point) `->` type($y)"
    )

    def __init__(
        self, x: SSAValue, scale: SSAValue, zero_point: SSAValue, element: Attribute, axis: int = 0
    ):
        super().__init__(
            operands=[x, scale, zero_point],
            result_types=[TensorType(element, shape_of(x))],
            properties={"axis": IntegerAttr(axis, i64)},
        )

    def expected_shape(self) -> Shape:
        return shape_of(self.x)

    def verify_(self) -> None:
        super().verify_()
        scale, zero_point = shape_of(self.scale), shape_of(self.zero_point)
        if scale != zero_point:
            raise VerifyException(f"expected one zero point per scale, got {scale}, {zero_point}")
        if scale == ():
            return
        axis, x = self.axis.value.data, shape_of(self.x)
        if not 0 <= axis < len(x) or scale != (x[axis],):
            raise VerifyException(f"expected scales of shape () or ({axis=} of {x}), got {scale}")

    def verify_stored(self, stored: SSAValue) -> None:
        """Raises VerifyException unless the zero point has the stored numbers' type."""
        if element_type_of(self.zero_point) != element_type_of(stored):
            raise VerifyException(
                f"expected a zero point of the stored type {stored.type}, got {self.zero_point.type}"
            )


@irdl_op_definition
class QuantizeOp(ScaleOp):
    """y = saturate(round_half_even(x / scale) + zero_point)."""

    name = "drp.quantize"

    def verify_element_types(self) -> None:
        self.verify_stored(self.y)


@irdl_op_definition
class DequantizeOp(ScaleOp):
    """y = (x - zero_point) * scale."""

    name = "drp.dequantize"

    def verify_element_types(self) -> None:
        self.verify_stored(self.x)


OPERATIONS = (QuantizeOp, DequantizeOp)

"""The element type of tensors that hold quantised numbers, in upstream MLIR's syntax.

    !quant.uniform<i8:f32, 0.02:-3>                  per tensor: real = 0.02 * (stored + 3)
    !quant.uniform<i8:f32:0, {0.1, 0.2:4}>           per axis 0: one scale (and zero point) a slice

See the MLIR documentation of the quant dialect for the meaning of the parameters.
"""

import math
from collections.abc import Sequence

import numpy as np
from xdsl.dialects.builtin import (
    ArrayAttr,
    Float16Type,
    Float32Type,
    FloatAttr,
    IntAttr,
    IntegerType,
    Signedness,
    f32,
)
from xdsl.ir import Attribute, ParametrizedAttribute, TypeAttribute
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

from .literals import parse_scalar, scalar_of, scalar_text

_PER_TENSOR = -1


@irdl_attr_definition
class UniformType(ParametrizedAttribute, TypeAttribute):
    """Numbers stored as integers: `real = scale * (stored - zero_point)`.

    `storage` is a signed (`i8`) or unsigned (`ui8`) integer, `expressed` the float type that is
    meant. `axis` is None for one scale a tensor; else there is one scale per slice along it.
    """

    name = "quant.uniform"
    storage: IntegerType
    expressed: Attribute
    axis_attr: IntAttr
    scale_attrs: ArrayAttr[FloatAttr]
    zero_point_attrs: ArrayAttr[IntAttr]

    def __init__(
        self,
        storage: IntegerType,
        scales: float | Sequence[float],
        zero_points: int | Sequence[int] = 0,
        *,
        axis: int | None = None,
        expressed: Attribute = f32,
    ):
        scale_list = [scales] if isinstance(scales, int | float) else list(scales)
        if isinstance(zero_points, int):
            zero_points = [zero_points] * len(scale_list)
        super().__init__(
            storage,
            expressed,
            IntAttr(_PER_TENSOR if axis is None else axis),
            ArrayAttr([FloatAttr(float(scale), f32) for scale in scale_list]),
            ArrayAttr([IntAttr(int(zero)) for zero in zero_points]),
        )

    @property
    def axis(self) -> int | None:
        return None if self.axis_attr.data == _PER_TENSOR else self.axis_attr.data

    @property
    def scales(self) -> tuple[float, ...]:
        return tuple(scale.value.data for scale in self.scale_attrs)

    @property
    def zero_points(self) -> tuple[int, ...]:
        return tuple(zero.data for zero in self.zero_point_attrs)

    @property
    def scale(self) -> float:
        """The scale of a type without an axis."""
        (scale,) = self.scales
        return scale

    @property
    def zero_point(self) -> int:
        """The zero point of a type without an axis."""
        (zero,) = self.zero_points
        return zero

    @property
    def storage_range(self) -> tuple[int, int]:
        """The smallest and the largest stored number."""
        width = self.storage.width.data
        if self.storage.signedness.data == Signedness.UNSIGNED:
            return 0, (1 << width) - 1
        return -(1 << (width - 1)), (1 << (width - 1)) - 1

    def verify_shape(self, shape: Sequence[int]) -> None:
        """Raises VerifyException unless a tensor of a shape has as many slices as there are scales."""
        if self.axis is None:
            return
        if self.axis >= len(shape) or shape[self.axis] != len(self.scales):
            raise VerifyException(
                f"expected {len(self.scales)} slices along axis {self.axis}, one for each scale, "
                f"but the shape is {tuple(shape)}"
            )

    def verify(self) -> None:
        if not isinstance(self.expressed, Float32Type | Float16Type):
            raise VerifyException(
                f"expected f32 or f16 as expressed type, but got {self.expressed}"
            )
        if len(self.scales) != len(self.zero_points) or not self.scales:
            raise VerifyException("expected as many zero points as scales, at least one")
        if self.axis is None and len(self.scales) != 1:
            raise VerifyException("expected one scale for a type without an axis")
        if self.axis is not None and self.axis < 0:
            raise VerifyException(f"expected an axis of at least 0, but got {self.axis}")
        low, high = self.storage_range
        for scale, zero in zip(self.scales, self.zero_points, strict=True):
            if not (math.isfinite(scale) and scale > 0):
                raise VerifyException(f"expected a finite positive scale, but got {scale}")
            if not low <= zero <= high:
                raise VerifyException(f"expected a zero point in [{low}, {high}], but got {zero}")

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_attribute(self.storage)
            printer.print_string(":")
            printer.print_attribute(self.expressed)
            if self.axis is None:
                printer.print_string(", ")
                self._print_scale(printer, 0)
                return
            printer.print_string(f":{self.axis}, ")
            with printer.in_braces():
                printer.print_list(
                    range(len(self.scales)), lambda index: self._print_scale(printer, index)
                )

    def _print_scale(self, printer: Printer, index: int) -> None:
        printer.print_string(scalar_text(np.float32(self.scales[index])))
        if self.zero_points[index]:
            printer.print_string(f":{self.zero_points[index]}")

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        with parser.in_angle_brackets():
            storage = parser.parse_type()
            if not isinstance(storage, IntegerType):
                parser.raise_error("expected an integer storage type")
            parser.parse_punctuation(":")
            expressed = parser.parse_type()
            axis = None
            if parser.parse_optional_punctuation(":") is not None:
                axis = parser.parse_integer(allow_boolean=False, allow_negative=False)
            parser.parse_punctuation(",")
            pairs = (
                [_parse_scale(parser)]
                if axis is None
                else parser.parse_comma_separated_list(
                    parser.Delimiter.BRACES, lambda: _parse_scale(parser)
                )
            )
        return (
            storage,
            expressed,
            IntAttr(_PER_TENSOR if axis is None else axis),
            ArrayAttr([FloatAttr(scale, f32) for scale, _ in pairs]),
            ArrayAttr([IntAttr(zero) for _, zero in pairs]),
        )


def _parse_scale(parser: AttrParser) -> tuple[float, int]:
    scale = float(scalar_of(parse_scalar(parser), np.dtype(np.float32)))
    zero = 0
    if parser.parse_optional_punctuation(":") is not None:
        zero = parser.parse_integer(allow_boolean=False, allow_negative=True)
    return scale, zero

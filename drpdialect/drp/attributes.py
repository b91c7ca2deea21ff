"""Attributes of the `drp` dialect: scalar functions and small enumerations."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from xdsl.dialects.builtin import ArrayAttr, FloatAttr, StringAttr, f64
from xdsl.dialects.utils import EnumAttribute
from xdsl.ir import Attribute, ParametrizedAttribute, SpacedOpaqueSyntaxAttribute
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.str_enum import StrEnum

from ..literals import parse_scalar, scalar_of, scalar_text

_FLOAT64: Final = np.dtype(np.float64)

FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "identity": (),
    "relu": (),
    "leaky_relu": ("alpha",),
    "thresholded_relu": ("alpha",),
    "clip": ("low", "high"),
    "sigmoid": (),
    "hard_sigmoid": ("alpha", "beta"),
    "silu": ("alpha",),
    "hard_swish": (),
    "tanh": (),
    "elu": ("alpha",),
    "selu": ("alpha", "gamma"),
    "celu": ("alpha",),
    "softplus": (),
    "softsign": (),
    "mish": (),
    "gelu": (),
    "gelu_tanh": (),
    "shrink": ("lambd", "bias"),
    "affine": ("scale", "offset"),
    "power": ("exponent",),
    "exp": (),
    "log": (),
    "sqrt": (),
    "reciprocal": (),
    "abs": (),
    "neg": (),
    "sign": (),
    "erf": (),
    "floor": (),
    "ceil": (),
    "round": (),
    "sin": (),
    "cos": (),
    "tan": (),
    "asin": (),
    "acos": (),
    "atan": (),
    "sinh": (),
    "cosh": (),
    "asinh": (),
    "acosh": (),
    "atanh": (),
}
"""Scalar functions by name, with the names of their parameters.

As in ONNX where an operator of that name exists; besides: `silu` is x * sigmoid(alpha * x),
`gelu` the form with erf and `gelu_tanh` its tanh approximation, `clip` is min(max(x, low), high),
`affine` is scale * x + offset, `power` is x ** exponent, `round` is half to even.
"""


@irdl_attr_definition
class FunctionAttr(ParametrizedAttribute):
    """A scalar function, applied to each element: `#drp.function<clip(0.0, 6.0)>`."""

    name = "drp.function"
    kind: StringAttr
    parameter_attrs: ArrayAttr[FloatAttr]

    def __init__(self, kind: str, *parameters: float):
        super().__init__(
            StringAttr(kind), ArrayAttr([FloatAttr(float(value), f64) for value in parameters])
        )

    @property
    def arguments(self) -> tuple[float, ...]:
        """The values of the function's parameters, in the order of `FUNCTIONS`."""
        return tuple(value.value.data for value in self.parameter_attrs)

    @property
    def is_identity(self) -> bool:
        return self.kind.data == "identity"

    def verify(self) -> None:
        names = FUNCTIONS.get(self.kind.data)
        if names is None:
            known = ", ".join(FUNCTIONS)
            raise VerifyException(f"expected one of {known}, but got {self.kind.data}")
        if len(names) != len(self.arguments):
            expected = f"{len(names)} parameters ({', '.join(names)})" if names else "no parameters"
            raise VerifyException(
                f"{self.kind.data} takes {expected}, but got {len(self.arguments)}"
            )

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_string(self.kind.data)
            if self.arguments:
                with printer.in_parens():
                    printer.print_list(
                        self.arguments,
                        lambda value: printer.print_string(scalar_text(np.float64(value))),
                    )

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        with parser.in_angle_brackets():
            kind = parser.parse_identifier()
            parameters = parser.parse_optional_comma_separated_list(
                parser.Delimiter.PAREN, lambda: _parse_float(parser)
            )
        return (
            StringAttr(kind),
            ArrayAttr([FloatAttr(value, f64) for value in parameters or ()]),
        )


def _parse_float(parser: AttrParser) -> float:
    return float(scalar_of(parse_scalar(parser), _FLOAT64))


IDENTITY: Final = FunctionAttr("identity")

INTEGER_FUNCTIONS: Final = ("identity", "relu", "clip")
"""The functions that a job on quantised tensors applies before its only rounding; any other one is
a `drp.lookup` of its own."""


class ReduceKind(StrEnum):
    """How a reduction combines elements."""

    SUM = "sum"
    MEAN = "mean"
    MAX = "max"
    MIN = "min"
    PROD = "prod"
    L1 = "l1"
    L2 = "l2"
    SUM_SQUARE = "sum_square"
    LOG_SUM = "log_sum"
    LOG_SUM_EXP = "log_sum_exp"


@irdl_attr_definition
class ReduceKindAttr(EnumAttribute[ReduceKind], SpacedOpaqueSyntaxAttribute):
    """How a reduction combines elements, as the ONNX operator Reduce... of that name does."""

    name = "drp.reduce_kind"


class Predicate(StrEnum):
    """What a comparison asks."""

    EQUAL = "equal"
    LESS = "less"
    LESS_OR_EQUAL = "less_or_equal"
    GREATER = "greater"
    GREATER_OR_EQUAL = "greater_or_equal"


@irdl_attr_definition
class PredicateAttr(EnumAttribute[Predicate], SpacedOpaqueSyntaxAttribute):
    """What a comparison asks of its left and right element."""

    name = "drp.predicate"


class LogicalKind(StrEnum):
    """How truth values are combined."""

    AND = "and"
    OR = "or"
    XOR = "xor"


@irdl_attr_definition
class LogicalKindAttr(EnumAttribute[LogicalKind], SpacedOpaqueSyntaxAttribute):
    """How two truth values are combined."""

    name = "drp.logical_kind"


class PadMode(StrEnum):
    """What a pad fills in."""

    CONSTANT = "constant"
    REFLECT = "reflect"
    EDGE = "edge"
    WRAP = "wrap"


@irdl_attr_definition
class PadModeAttr(EnumAttribute[PadMode], SpacedOpaqueSyntaxAttribute):
    """What a pad fills in: a constant, or elements of the tensor as ONNX Pad's mode says."""

    name = "drp.pad_mode"


class ResizeMode(StrEnum):
    """How a resize interpolates."""

    NEAREST = "nearest"
    LINEAR = "linear"
    CUBIC = "cubic"


@irdl_attr_definition
class ResizeModeAttr(EnumAttribute[ResizeMode], SpacedOpaqueSyntaxAttribute):
    """How a resize interpolates."""

    name = "drp.resize_mode"


class CoordinateMode(StrEnum):
    """How a resize maps output to input coordinates."""

    HALF_PIXEL = "half_pixel"
    HALF_PIXEL_SYMMETRIC = "half_pixel_symmetric"
    PYTORCH_HALF_PIXEL = "pytorch_half_pixel"
    ALIGN_CORNERS = "align_corners"
    ASYMMETRIC = "asymmetric"


@irdl_attr_definition
class CoordinateModeAttr(EnumAttribute[CoordinateMode], SpacedOpaqueSyntaxAttribute):
    """How a resize maps output to input coordinates, as ONNX Resize names it."""

    name = "drp.coordinate_mode"


class NearestMode(StrEnum):
    """How a nearest-neighbour resize rounds a coordinate."""

    ROUND_PREFER_FLOOR = "round_prefer_floor"
    ROUND_PREFER_CEIL = "round_prefer_ceil"
    FLOOR = "floor"
    CEIL = "ceil"


@irdl_attr_definition
class NearestModeAttr(EnumAttribute[NearestMode], SpacedOpaqueSyntaxAttribute):
    """How a nearest-neighbour resize rounds a coordinate, as ONNX Resize names it."""

    name = "drp.nearest_mode"

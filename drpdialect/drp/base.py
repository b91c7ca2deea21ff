"""What the operations of the `drp` dialect share: one job of one engine, on static tensors."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final, Self

from xdsl.dialects.builtin import (
    BFloat16Type,
    DenseArrayBase,
    Float16Type,
    Float32Type,
    Float64Type,
    IntegerType,
    TensorType,
    f64,
    i64,
)
from xdsl.ir import Attribute, SSAValue
from xdsl.irdl import IRDLOperation, ParsePropInAttrDict
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.str_enum import StrEnum

from ..element_types import dtype_of
from ..uniform_type import UniformType
from .shapes import Shape, element_type_of, shape_of, verify_quantised_shape

INT_ARRAY: Final = DenseArrayBase.constr(i64)
"""What holds `array<i64: ...>`."""

FLOAT_ARRAY: Final = DenseArrayBase.constr(f64)
"""What holds `array<f64: ...>`."""


class Engine(StrEnum):
    """Where a job runs."""

    AI_MAC = "ai-mac"
    DRP = "drp"
    CPU = "cpu"


class DrpOp(IRDLOperation, ABC):
    """A job of one engine. Operands and results are tensors of static shape."""

    ENGINE: ClassVar[Engine]
    irdl_options = (ParsePropInAttrDict(),)

    @abstractmethod
    def expected_shape(self) -> Shape:
        """The shape that the operands and attributes imply. Raises VerifyException."""

    def verify_(self) -> None:
        for value in (*self.operands, *self.results):
            shape_of(value)
            verify_quantised_shape(value)
        (result,) = self.results
        expected, actual = self.expected_shape(), shape_of(result)
        if expected != actual:
            raise VerifyException(f"expected a result of shape {expected}, but got {actual}")
        self.verify_element_types()

    @property
    def parameters(self) -> tuple[SSAValue, ...]:
        """Operands that may stay real numbers in a job on quantised tensors."""
        return ()

    def verify_element_types(self) -> None:
        """Operands and result compute in one float type, or all but parameters are quantised."""
        values, parameters = (*self.operands, *self.results), set(self.parameters)
        types = [element_type_of(value) for value in values]
        data = [element_type_of(value) for value in values if value not in parameters]
        floats = {t for t in types if is_float(t)}
        if any(isinstance(t, UniformType) for t in data):
            is_legal = not any(is_float(t) for t in data) and len(floats) <= 1
        else:
            is_legal = len(floats) == 1 and not any(isinstance(t, UniformType) for t in types)
        if not is_legal:
            listed = ", ".join(dict.fromkeys(str(t) for t in types))
            raise VerifyException(f"expected one float type, or quantised types, but got {listed}")

    def retyped(self, operands: Sequence[SSAValue], element_type: Attribute) -> Self:
        """The same job, provenance included, on other operands and with a result of another
        element type. `operands` are as many as this job's."""
        (result,) = self.results
        return type(self).create(
            operands=operands,
            result_types=[TensorType(element_type, shape_of(result))],
            properties=dict(self.properties),
            attributes=dict(self.attributes),
        )


class MovementOp(DrpOp, ABC):
    """A job that moves elements without computing on them: any element type, kept."""

    ENGINE: ClassVar[Engine] = Engine.DRP

    def verify_element_types(self) -> None:
        types = {element_type_of(value) for value in (*self.operands, *self.results)}
        if len(types) != 1:
            listed = ", ".join(sorted(str(t) for t in types))
            raise VerifyException(f"expected one element type, but got {listed}")
        (element,) = types
        if isinstance(element, UniformType) and element.axis is not None:
            raise VerifyException(f"expected one scale for the tensor that moves, got {element}")


def is_float(element_type: Attribute) -> bool:
    """Whether a drp job can compute in this float type."""
    return isinstance(element_type, Float16Type | Float32Type | Float64Type | BFloat16Type)


def tensor_like(value: SSAValue, shape: Sequence[int]) -> TensorType[Attribute]:
    """A tensor type of a value's element type and another shape."""
    return TensorType(element_type_of(value), shape)


def ints(values: Sequence[int]) -> DenseArrayBase[IntegerType]:
    """`array<i64: ...>`"""
    return DenseArrayBase.from_list(i64, list(values))


def byte_size(tensor_type: Attribute) -> int:
    """Bytes of a tensor in memory; quantised tensors by the integers they store."""
    count = 1
    for size in shape_of(tensor_type):
        count *= size
    return count * dtype_of(element_type_of(tensor_type)).itemsize

"""Jobs of the DRP that compute element by element."""

from typing import ClassVar

from xdsl.dialects.builtin import IntegerType, TensorType
from xdsl.ir import Attribute, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from ..uniform_type import UniformType
from ..weights import TensorAttr
from . import shapes
from .attributes import (
    IDENTITY,
    FunctionAttr,
    LogicalKind,
    LogicalKindAttr,
    Predicate,
    PredicateAttr,
)
from .base import DrpOp, Engine, tensor_like
from .shapes import Shape, element_type_of, shape_of

_BOOL = IntegerType(1)
_TABLE_SIZE = 1 << 8


@irdl_op_definition
class ApplyOp(DrpOp):
    """A scalar function of every element."""

    name = "drp.apply"
    ENGINE: ClassVar[Engine] = Engine.DRP
    x = operand_def(TensorType)
    y = result_def(TensorType)
    function = prop_def(FunctionAttr)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue, function: FunctionAttr):
        super().__init__(
            operands=[x],
            result_types=[tensor_like(x, shape_of(x))],
            properties={"function": function},
        )

    def expected_shape(self) -> Shape:
        return shape_of(self.x)


@irdl_op_definition
class LookupOp(DrpOp):
    """A table's entry for every stored number: y = table[x - lowest], for 8-bit quantised x and y.

    `table` holds 256 numbers of the result's storage type; its first entry is for the smallest
    number that x can store (-128, or 0 for unsigned storage). It stands for any function of one
    element, a change of scale included.
    """

    name = "drp.lookup"
    ENGINE: ClassVar[Engine] = Engine.DRP
    x = operand_def(TensorType)
    y = result_def(TensorType)
    table = prop_def(TensorAttr)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue, table: TensorAttr, element_type: UniformType):
        """`element_type` is the result's."""
        super().__init__(
            operands=[x],
            result_types=[TensorType(element_type, shape_of(x))],
            properties={"table": table},
        )

    def expected_shape(self) -> Shape:
        return shape_of(self.x)

    def verify_element_types(self) -> None:
        for value in (self.x, self.y):
            element = element_type_of(value)
            if not isinstance(element, UniformType) or element.storage.width.data != 8:
                raise VerifyException(f"expected a quantised tensor of 8 bits, got {value.type}")
            if element.axis is not None:
                raise VerifyException(f"expected one scale for the tensor, got {value.type}")
        y = element_type_of(self.y)
        assert isinstance(y, UniformType)
        expected = TensorType(y.storage, (_TABLE_SIZE,))
        if self.table.type != expected:
            raise VerifyException(f"expected a table of {expected}, but got {self.table.type}")


class BinaryOp(DrpOp):
    """`activation(a op b)` with NumPy broadcasting."""

    ENGINE: ClassVar[Engine] = Engine.DRP
    a = operand_def(TensorType)
    b = operand_def(TensorType)
    y = result_def(TensorType)
    activation = prop_def(FunctionAttr, default_value=IDENTITY)
    traits = traits_def(Pure())
    assembly_format = "$a `,` $b attr-dict `:` type($a) `,` type($b) `->` type($y)"

    def __init__(self, a: SSAValue, b: SSAValue, *, activation: FunctionAttr = IDENTITY):
        shape = shapes.broadcast(shape_of(a), shape_of(b))
        super().__init__(
            operands=[a, b],
            result_types=[tensor_like(a, shape)],
            properties={"activation": activation},
        )

    def expected_shape(self) -> Shape:
        return shapes.broadcast(shape_of(self.a), shape_of(self.b))


@irdl_op_definition
class AddOp(BinaryOp):
    """a + b."""

    name = "drp.add"


@irdl_op_definition
class SubOp(BinaryOp):
    """a - b."""

    name = "drp.sub"


@irdl_op_definition
class MulOp(BinaryOp):
    """a * b."""

    name = "drp.mul"


@irdl_op_definition
class DivOp(BinaryOp):
    """a / b."""

    name = "drp.div"


@irdl_op_definition
class PowOp(BinaryOp):
    """a to the power of b."""

    name = "drp.pow"


@irdl_op_definition
class MaxOp(BinaryOp):
    """The larger of a and b; NaN if either is."""

    name = "drp.max"


@irdl_op_definition
class MinOp(BinaryOp):
    """The smaller of a and b; NaN if either is."""

    name = "drp.min"


@irdl_op_definition
class ModOp(BinaryOp):
    """The remainder of a / b, with the sign of a (C's fmod)."""

    name = "drp.mod"


@irdl_op_definition
class PReluOp(BinaryOp):
    """a where a >= 0, else a * b: b holds the slopes."""

    name = "drp.prelu"


class BoolOp(DrpOp):
    """A job whose result is of truth values (i1)."""

    ENGINE: ClassVar[Engine] = Engine.DRP

    def verify_element_types(self) -> None:
        if element_type_of(self.results[0]) != _BOOL:
            raise VerifyException(f"expected a result of i1, but got {self.results[0].type}")


@irdl_op_definition
class CompareOp(BoolOp):
    """Whether `a predicate b`, with broadcasting: tensors of i1."""

    name = "drp.compare"
    a = operand_def(TensorType)
    b = operand_def(TensorType)
    y = result_def(TensorType)
    predicate = prop_def(PredicateAttr)
    traits = traits_def(Pure())
    assembly_format = "$a `,` $b attr-dict `:` type($a) `,` type($b) `->` type($y)"

    def __init__(self, a: SSAValue, b: SSAValue, predicate: Predicate):
        shape = shapes.broadcast(shape_of(a), shape_of(b))
        super().__init__(
            operands=[a, b],
            result_types=[TensorType(_BOOL, shape)],
            properties={"predicate": PredicateAttr(predicate)},
        )

    def expected_shape(self) -> Shape:
        return shapes.broadcast(shape_of(self.a), shape_of(self.b))

    def verify_element_types(self) -> None:
        super().verify_element_types()
        if element_type_of(self.a) != element_type_of(self.b):
            raise VerifyException(
                f"expected operands of one element type, but got {self.a.type} and {self.b.type}"
            )


@irdl_op_definition
class LogicalOp(BoolOp):
    """Truth values combined, with broadcasting."""

    name = "drp.logical"
    a = operand_def(TensorType)
    b = operand_def(TensorType)
    y = result_def(TensorType)
    kind = prop_def(LogicalKindAttr)
    traits = traits_def(Pure())
    assembly_format = "$a `,` $b attr-dict `:` type($a) `,` type($b) `->` type($y)"

    def __init__(self, a: SSAValue, b: SSAValue, kind: LogicalKind):
        shape = shapes.broadcast(shape_of(a), shape_of(b))
        super().__init__(
            operands=[a, b],
            result_types=[TensorType(_BOOL, shape)],
            properties={"kind": LogicalKindAttr(kind)},
        )

    def expected_shape(self) -> Shape:
        return shapes.broadcast(shape_of(self.a), shape_of(self.b))

    def verify_element_types(self) -> None:
        super().verify_element_types()
        if {element_type_of(self.a), element_type_of(self.b)} != {_BOOL}:
            raise VerifyException("expected operands of i1")


@irdl_op_definition
class NotOp(BoolOp):
    """Truth values inverted."""

    name = "drp.not"
    x = operand_def(TensorType)
    y = result_def(TensorType)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue):
        super().__init__(operands=[x], result_types=[x.type])

    def expected_shape(self) -> Shape:
        return shape_of(self.x)

    def verify_element_types(self) -> None:
        super().verify_element_types()
        if element_type_of(self.x) != _BOOL:
            raise VerifyException(f"expected an operand of i1, but got {self.x.type}")


@irdl_op_definition
class IsNanOp(BoolOp):
    """Whether each element is not a number."""

    name = "drp.is_nan"
    x = operand_def(TensorType)
    y = result_def(TensorType)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue):
        super().__init__(operands=[x], result_types=[TensorType(_BOOL, shape_of(x))])

    def expected_shape(self) -> Shape:
        return shape_of(self.x)


@irdl_op_definition
class SelectOp(DrpOp):
    """a where the condition (i1) holds, else b, with broadcasting."""

    name = "drp.select"
    ENGINE: ClassVar[Engine] = Engine.DRP
    condition = operand_def(TensorType)
    a = operand_def(TensorType)
    b = operand_def(TensorType)
    y = result_def(TensorType)
    traits = traits_def(Pure())
    assembly_format = "$condition `,` $a `,` $b attr-dict `:` type($condition) `,` type($a) `,` type($b) `->` type($y)"

    def __init__(self, condition: SSAValue, a: SSAValue, b: SSAValue):
        shape = shapes.broadcast(shape_of(condition), shape_of(a), shape_of(b))
        super().__init__(operands=[condition, a, b], result_types=[tensor_like(a, shape)])

    def expected_shape(self) -> Shape:
        return shapes.broadcast(shape_of(self.condition), shape_of(self.a), shape_of(self.b))

    def verify_element_types(self) -> None:
        types = {element_type_of(value) for value in (self.a, self.b, self.y)}
        if element_type_of(self.condition) != _BOOL or len(types) != 1:
            raise VerifyException("expected a condition of i1 and one element type besides")


@irdl_op_definition
class CastOp(DrpOp):
    """Elements converted to another type, as ONNX Cast does."""

    name = "drp.cast"
    ENGINE: ClassVar[Engine] = Engine.DRP
    x = operand_def(TensorType)
    y = result_def(TensorType)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue, element_type: Attribute):
        super().__init__(operands=[x], result_types=[TensorType(element_type, shape_of(x))])

    def expected_shape(self) -> Shape:
        return shape_of(self.x)

    def verify_element_types(self) -> None:
        for value in (self.x, self.y):
            if isinstance(element_type_of(value), UniformType):
                raise VerifyException(f"expected quant.qcast or quant.dcast for {value.type}")


OPERATIONS = (
    ApplyOp,
    LookupOp,
    AddOp,
    SubOp,
    MulOp,
    DivOp,
    PowOp,
    MaxOp,
    MinOp,
    ModOp,
    PReluOp,
    CompareOp,
    LogicalOp,
    NotOp,
    IsNanOp,
    SelectOp,
    CastOp,
)

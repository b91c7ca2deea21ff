"""Rules about operands and results: shapes, element types, constants."""

from collections.abc import Iterator

from xdsl.dialects.builtin import ComplexType, IntegerType, TensorType, i1
from xdsl.ir import Attribute, OpResult, SSAValue

from ...drpdialect.constants import constant_attr_of
from ...drpdialect.drp.base import is_float
from ...drpdialect.element_types import StringType, dtype_of
from ...drpdialect.onnx import NoneType, OnnxOp
from ..machine import Target
from ..nodes import Undetermined
from ..nodes.attributes import input_name, static_shape
from .rule import Rule, rule


def _tensors_of(op: OnnxOp) -> Iterator[SSAValue]:
    """Operands that are given and results that are used (the first always is)."""
    yield from (value for value in op.inputs if not isinstance(value.type, NoneType))
    yield from (value for i, value in enumerate(op.outputs) if i == 0 or value.uses)


def _name_of(op: OnnxOp, value: SSAValue) -> str:
    if isinstance(value, OpResult) and value.op is op:
        return f"result {value.index}" if value.index else "the result"
    return input_name(op, op.inputs.index(value))


def element_of(value: SSAValue | None) -> Attribute | None:
    """A tensor's element type, None for anything else."""
    kind = None if value is None else value.type
    return kind.element_type if isinstance(kind, TensorType) else None


@rule("give the dynamic dimensions their sizes with --shape")
def static_shapes(op: OnnxOp, target: Target) -> str | None:
    """All operands and results are tensors of static shape."""
    for value in _tensors_of(op):
        try:
            static_shape(value)
        except Undetermined:
            return f"{_name_of(op, value)} is {value.type}"
    return None


@rule("export the model without dimensions of size 0")
def no_empty_tensors(op: OnnxOp, target: Target) -> str | None:
    """No operand or result is empty."""
    for value in _tensors_of(op):
        if 0 in static_shape(value) and constant_attr_of(value) is None:
            return f"{_name_of(op, value)} is {value.type}"
    return None


@rule("merge axes so that at most {tensor_rank} are left")
def tensor_rank(op: OnnxOp, target: Target) -> str | None:
    """Tensors have at most {tensor_rank} axes."""
    for value in _tensors_of(op):
        rank = len(static_shape(value))
        if rank > target.limits.tensor_rank.value:
            return f"{_name_of(op, value)} has {rank} axes"
    return None


@rule("drop the other results, or what uses them")
def one_result(op: OnnxOp, target: Target) -> str | None:
    """Only the first result is used."""
    used = [index for index, value in enumerate(op.outputs) if index and value.uses]
    return f"result {used[0]} is used" if used else None


def constant_operands(*indices: int) -> Rule:
    """A rule that demands constants where an operator takes sizes, axes or weights."""

    def constant_operands(op: OnnxOp, target: Target) -> str | None:
        """Operands that give shapes, axes, scales or limits are constant."""
        for index in indices:
            value = op.input(index)
            if value is not None and constant_attr_of(value) is None:
                return f"{input_name(op, index)} is computed"
        return None

    return Rule(constant_operands, "export the model with these operands as constants")


@rule("export the model with constant weights and bias")
def constant_weights(op: OnnxOp, target: Target) -> str | None:
    """Weights and bias are constant, or dequantised constants."""
    for index in (1, 2):
        value = op.input(index)
        if value is not None and not is_weight(value):
            return f"{input_name(op, index)} is computed"
    return None


def is_weight(value: SSAValue) -> bool:
    """Whether a value is constant, or a DequantizeLinear of constants."""
    owner = value.owner
    if not isinstance(owner, OnnxOp):
        return constant_attr_of(value) is not None
    return owner.op_type == "DequantizeLinear" and all(
        constant_attr_of(operand) is not None or isinstance(operand.type, NoneType)
        for operand in owner.inputs
    )


# --- element types ---------------------------------------------------------------------------


@rule("cast the operands to {compute_types}")
def float_elements(op: OnnxOp, target: Target) -> str | None:
    """Numbers computed with are of type {compute_types}."""
    element = element_of(op.input(0))
    return None if str(element) in target.limits.compute_types.value else f"found {element}"


@rule("cast the operands to a narrower type")
def movable_elements(op: OnnxOp, target: Target) -> str | None:
    """Elements that are moved are numbers of {movement_bits} bits, or truth values."""
    return _unmovable(element_of(op.input(0)), target)


@rule("cast the operands to a narrower type")
def movable_choices(op: OnnxOp, target: Target) -> str | None:
    """Elements that are chosen between are numbers of {movement_bits} bits, or truth values."""
    return _unmovable(element_of(op.input(1)), target)


@rule("cast the operands to a number type")
def plain_elements(op: OnnxOp, target: Target) -> str | None:
    """Elements are real numbers or truth values."""
    element = element_of(op.input(0))
    is_plain = element is not None and not isinstance(element, StringType | ComplexType)
    return None if is_plain else f"found {element}"


@rule("cast from and to {compute_types} or integers of {movement_bits} bits")
def cast_elements(op: OnnxOp, target: Target) -> str | None:
    """Casts are between {compute_types}, truth values and integers of {movement_bits} bits."""
    for element in (element_of(op.input(0)), element_of(op.outputs[0])):
        is_compute = str(element) in target.limits.compute_types.value
        is_integer = isinstance(element, IntegerType) and _unmovable(element, target) is None
        if not is_compute and not is_integer:
            return f"found {element}"
    return None


def _unmovable(element: Attribute | None, target: Target) -> str | None:
    if element == i1:
        return None
    widths = target.limits.movement_bits.value
    is_number = isinstance(element, IntegerType) or is_float_like(element)
    return None if is_number and _bits(element) in widths else f"found {element}"


def is_float_like(element: Attribute | None) -> bool:
    """Whether an element type is a float, 8-bit floats included."""
    return element is not None and (is_float(element) or str(element).startswith("f8"))


def _bits(element: Attribute | None) -> int:
    if isinstance(element, IntegerType):
        return element.width.data
    assert element is not None
    return dtype_of(element).itemsize * 8

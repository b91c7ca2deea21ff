"""Types around the bodies of control-flow operators: If, Loop, Scan, SequenceMap.

A body's arguments take their types from the operands, the node's results theirs from what the
bodies yield; so a walk that goes into bodies needs no more than one visit of each operation.
"""

from collections.abc import Sequence
from typing import Final, cast

from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    DenseArrayBase,
    IntegerAttr,
    IntegerType,
    TensorType,
    UnrankedTensorType,
    i1,
    i64,
)
from xdsl.ir import Attribute, Block

from .onnx_types import OptionalType, SequenceType, UnknownType

CONTROL_FLOW: Final = frozenset(("If", "Loop", "Scan", "SequenceMap"))

Attributes = dict[str, Attribute]


def body_argument_types(
    op_type: str, attributes: Attributes, operands: Sequence[Attribute], opset: int
) -> list[Attribute] | None:
    """The types of a body's arguments as far as the operands tell; None if they tell nothing.

    What a Loop carries keeps only its element type: its shape may change between iterations.
    """
    match op_type:
        case "If":
            return []
        case "Loop":
            counter, condition = TensorType(i64, []), TensorType(i1, [])
            return [counter, condition, *(without_shape(t) for t in operands[2:])]
        case "Scan" if opset < 9:  # operand 0 holds sequence lengths, axis 0 is the batch
            return [without_shape(t) for t in operands[1:]]
        case "Scan":
            split = _scan_states(attributes, len(operands))
            axes = _integers(attributes, "scan_input_axes", len(operands) - split)
            scanned = zip(operands[split:], axes, strict=False)
            return [*operands[:split], *(_without_axis(t, axis) for t, axis in scanned)]
        case "SequenceMap":
            return [t.element if isinstance(t, SequenceType) else t for t in operands]
        case _:
            return None


def result_types(
    op_type: str,
    attributes: Attributes,
    operands: Sequence[Attribute],
    bodies: Sequence[Block],
    results: int,
    opset: int,
) -> list[Attribute]:
    """The types of a control-flow node's results as far as its operands and bodies tell."""
    unknown: list[Attribute] = [UnknownType()] * results
    yields = [_yielded(body) for body in bodies]
    if not yields or any(len(types) < results for types in yields):
        return unknown
    first = yields[0]
    match op_type:
        case "If" if len(yields) == 2:
            return [union(a, b) for a, b in zip(first[:results], yields[1], strict=False)]
        case "Loop":
            carried = len(operands) - 2
            states = [union(a, b) for a, b in zip(operands[2:], first[1:], strict=False)]
            return [*states, *(_with_axis(t, 0) for t in first[1 + carried :])][:results]
        case "Scan" if opset < 9:
            return [without_shape(t) for t in first[:results]]
        case "Scan":
            return _scan_results(attributes, operands, first)[:results]
        case "SequenceMap":
            return [SequenceType(t) for t in first[:results]]
        case _:
            return unknown


def union(first: Attribute, second: Attribute) -> Attribute:
    """The smallest type that both types fit in; unknown where kinds or elements differ."""
    if first == second:
        return first
    match first, second:
        case (SequenceType(), SequenceType()):
            return SequenceType(union(first.element, second.element))
        case (OptionalType(), OptionalType()):
            return OptionalType(union(first.element, second.element))
        case (TensorType() | UnrankedTensorType(), TensorType() | UnrankedTensorType()):
            return _tensor_union(first, second)
        case _:
            return UnknownType()


def _tensor_union(
    first: TensorType[Attribute] | UnrankedTensorType[Attribute],
    second: TensorType[Attribute] | UnrankedTensorType[Attribute],
) -> Attribute:
    if first.element_type != second.element_type:
        return UnknownType()
    if isinstance(first, UnrankedTensorType) or isinstance(second, UnrankedTensorType):
        return UnrankedTensorType(first.element_type)
    pairs = list(zip(first.get_shape(), second.get_shape(), strict=False))
    if first.get_num_dims() != second.get_num_dims():
        return UnrankedTensorType(first.element_type)
    return TensorType(first.element_type, [a if a == b else DYNAMIC_INDEX for a, b in pairs])


def without_shape(value_type: Attribute) -> Attribute:
    """A tensor type with nothing but its element type; other types as they are."""
    if not isinstance(value_type, TensorType):
        return value_type
    return UnrankedTensorType(cast(Attribute, value_type.element_type))


def _yielded(body: Block) -> list[Attribute]:
    return [] if body.last_op is None else [value.type for value in body.last_op.operands]


def _scan_states(attributes: Attributes, operands: int) -> int:
    """How many operands of a Scan come before the scanned ones."""
    scanned = attributes.get("num_scan_inputs")
    count = scanned.value.data if isinstance(scanned, IntegerAttr) else 0
    return operands - min(max(count, 0), operands)


def _scan_results(
    attributes: Attributes, operands: Sequence[Attribute], yields: Sequence[Attribute]
) -> list[Attribute]:
    split = _scan_states(attributes, len(operands))
    states = [union(a, b) for a, b in zip(operands[:split], yields, strict=False)]
    axes = _integers(attributes, "scan_output_axes", len(yields) - split)
    return [*states, *(_with_axis(t, a) for t, a in zip(yields[split:], axes, strict=False))]


def _integers(attributes: Attributes, name: str, count: int) -> list[int]:
    value = attributes.get(name)
    if not isinstance(value, DenseArrayBase):
        return [0] * max(count, 0)
    return list(cast(DenseArrayBase[IntegerType], value).get_values())


def _without_axis(value_type: Attribute, axis: int) -> Attribute:
    if not isinstance(value_type, TensorType):
        return value_type
    shape = list(value_type.get_shape())
    if not -len(shape) <= axis < len(shape):
        return without_shape(value_type)
    del shape[axis]
    return TensorType(cast(Attribute, value_type.element_type), shape)


def _with_axis(value_type: Attribute, axis: int) -> Attribute:
    """The type of stacked values: how many there are is known at run time only."""
    if not isinstance(value_type, TensorType):
        return value_type
    shape = list(value_type.get_shape())
    if not -len(shape) - 1 <= axis <= len(shape):
        return without_shape(value_type)
    shape.insert(axis if axis >= 0 else len(shape) + 1 + axis, DYNAMIC_INDEX)
    return TensorType(cast(Attribute, value_type.element_type), shape)

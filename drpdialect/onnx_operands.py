"""What operators demand of their operands and results, where ONNX's inference does not look."""

from collections.abc import Mapping, Sequence
from typing import Final

from xdsl.dialects.builtin import DYNAMIC_INDEX, TensorType
from xdsl.ir import Attribute

# An operand's index and an axis of it.
_Axis = tuple[int, int]

_EQUAL: Final[dict[str, tuple[tuple[_Axis, _Axis, str], ...]]] = {
    "Conv": (((1, 0), (2, 0), "output channels of its weight and its bias"),),
    "QLinearConv": (((3, 0), (8, 0), "output channels of its weight and its bias"),),
    "ConvTranspose": (((0, 1), (1, 0), "channels of its input and its weight"),),
    "InstanceNormalization": (
        ((0, 1), (1, 0), "channels of its input and its scale"),
        ((0, 1), (2, 0), "channels of its input and its bias"),
    ),
}

_GROUPED: Final[dict[str, tuple[int, int]]] = {
    "Conv": (0, 1),
    "ConvInteger": (0, 1),
    "QLinearConv": (0, 3),
}
"""Operator -> its input and weight, whose axis 1 counts the channels of all and of one group."""


def mismatch(
    op_type: str, operands: Sequence[Attribute], integers: Mapping[str, int]
) -> str | None:
    """What is wrong with the sizes of a node's operands; None where nothing is, or is known.

    `integers` are the node's attributes that are one integer.
    """
    for first, second, what in _EQUAL.get(op_type, ()):
        sizes = _size(operands, first), _size(operands, second)
        if None not in sizes and sizes[0] != sizes[1]:
            return f"{what} differ: {sizes[0]} and {sizes[1]}"
    if op_type not in _GROUPED:
        return None
    x, weight = _GROUPED[op_type]
    return _group_mismatch(
        _size(operands, (x, 1)),
        _size(operands, (weight, 0)),
        _size(operands, (weight, 1)),
        integers.get("group", 1),
    )


def split_mismatch(op_type: str, results: int, integers: Mapping[str, int]) -> str | None:
    """Why a Split does not have as many results as it says; ONNX's inference would abort on it."""
    stated = integers.get("num_outputs", results) if op_type == "Split" else results
    return None if stated == results else f"num_outputs is {stated}, but it has {results} outputs"


def _group_mismatch(
    channels: int | None, outputs: int | None, per_group: int | None, group: int
) -> str | None:
    if group < 1:
        return f"it has {group} groups"
    if outputs is not None and outputs % group:
        return f"its {outputs} output channels do not divide into {group} groups"
    if channels is not None and per_group is not None and channels != per_group * group:
        return f"its input has {channels} channels, but its weight takes {per_group * group}"
    return None


def _size(operands: Sequence[Attribute], where: _Axis) -> int | None:
    """The size of an operand along an axis, None where it is not known or not there."""
    operand, axis = where
    value_type = operands[operand] if operand < len(operands) else None
    if not isinstance(value_type, TensorType):
        return None
    shape = value_type.get_shape()
    return shape[axis] if axis < len(shape) and shape[axis] != DYNAMIC_INDEX else None

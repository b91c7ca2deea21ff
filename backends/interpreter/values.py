"""Arrays as values: their dtypes, and the dtypes that jobs compute in.

A job on float16 or bfloat16 computes in float32 and rounds once, when its result is stored.
"""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from xdsl.dialects.builtin import AnyFloat, DenseArrayBase, IntegerType, TensorType
from xdsl.ir import Attribute, Operation, SSAValue

from ...drpdialect.drp import element_type_of
from ...drpdialect.element_types import dtype_of
from ...drpdialect.uniform_type import UniformType
from .stored import to_stored

_COMPUTED = (np.dtype(np.float32), np.dtype(np.float64))
_STORED = (np.dtype(np.int8), np.dtype(np.uint8))


def dtype_of_type(type_: Attribute) -> np.dtype[np.generic]:
    """The dtype of the arrays of a tensor type."""
    assert isinstance(type_, TensorType)
    return dtype_of(type_.element_type)


def result_dtype(op: Operation) -> np.dtype[np.generic]:
    """The dtype of an operation's only result."""
    return dtype_of_type(op.results[0].type)


def result_shape(op: Operation) -> tuple[int, ...]:
    """The shape of an operation's only result."""
    type_ = op.results[0].type
    assert isinstance(type_, TensorType)
    return type_.get_shape()


def integers(array: DenseArrayBase) -> tuple[int, ...]:
    """The numbers of an `array<i64: ...>` attribute."""
    return tuple(cast(DenseArrayBase[IntegerType], array).get_values())


def floats(array: DenseArrayBase) -> tuple[float, ...]:
    """The numbers of an `array<f64: ...>` attribute."""
    return tuple(cast(DenseArrayBase[AnyFloat], array).get_values())


def widen(x: np.ndarray) -> np.ndarray:
    """The array in the dtype that jobs compute in: float32, or float64 as it is.

    The integers that a quantised tensor stores stay what they are.
    """
    return x if x.dtype in _COMPUTED or x.dtype in _STORED else x.astype(np.float32)


def store(op: Operation, y: np.ndarray) -> tuple[np.ndarray]:
    """The result of a job in its type's dtype: the only place where it is rounded."""
    element = element_type_of(op.results[0])
    if isinstance(element, UniformType) and y.dtype in _COMPUTED:
        return (to_stored(y, element),)
    return (y.astype(dtype_of(element), copy=False),)


def smallest(dtype: np.dtype[np.generic]) -> Any:
    """What is no larger than any number of a float or integer dtype."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min  # pyright: ignore[reportCallIssue, reportArgumentType]


def largest(dtype: np.dtype[np.generic]) -> Any:
    """What is no smaller than any number of a float or integer dtype."""
    return np.inf if dtype.kind == "f" else np.iinfo(dtype).max  # pyright: ignore[reportCallIssue, reportArgumentType]


def bind(op: Operation, args: Sequence[Any]) -> dict[SSAValue | None, Any]:
    """Operand -> its value; an absent optional operand (None) has the value None."""
    values: dict[SSAValue | None, Any] = dict(zip(op.operands, args, strict=True))
    values[None] = None
    return values


def bind_wide(op: Operation, args: Sequence[np.ndarray]) -> dict[SSAValue | None, Any]:
    """As `bind`, with every array in the dtype that jobs compute in."""
    return bind(op, [widen(value) for value in args])

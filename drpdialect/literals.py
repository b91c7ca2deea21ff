"""Numbers in text, exactly: what is printed parses back to the same bits."""

from typing import Any, Final

import ml_dtypes
import numpy as np
from xdsl.parser import AttrParser

_SMALL_INTEGERS: Final = frozenset(
    np.dtype(kind) for kind in (ml_dtypes.int4, ml_dtypes.uint4, ml_dtypes.int2, ml_dtypes.uint2)
)


def scalar_text(item: np.generic) -> str:
    """A boolean, integer or float in MLIR syntax; a float without a short decimal form as bits."""
    if isinstance(item, np.bool_):
        return "true" if item else "false"
    dtype = item.dtype
    if _is_integer(dtype):
        return str(int(item))
    text = repr(float(str(item)))
    if "e" in text and "." not in text:  # MLIR's float literals have a point
        text = text.replace("e", ".0e")
    exact = "n" not in text and dtype.type(float(text)).tobytes() == item.tobytes()
    return text if exact else "0x" + item.tobytes()[::-1].hex()


class Bits(int):
    """An element that was written as the bits of a float."""


def parse_scalar(parser: AttrParser) -> bool | int | float | Bits:
    """Parse what `scalar_text` prints. Raises ParseError."""
    boolean = parser.parse_optional_boolean()
    if boolean is not None:
        return boolean
    start = parser.pos
    value = parser.parse_number()
    written = parser.lexer.input.content[start : parser.pos].strip()
    if written.startswith("0x") and isinstance(value, int):
        return Bits(value)
    return value


def scalar_of(element: object, dtype: np.dtype[np.generic]) -> Any:
    """A parsed element as a scalar of a dtype.

    Text stays text, truth values truth values and integers integers; a float takes any number and
    rounds it. Raises ValueError or OverflowError where the dtype does not hold the element.
    """
    if dtype.hasobject:
        return _checked(element, isinstance(element, str), "text")
    if dtype.kind == "b":
        return _checked(element, isinstance(element, bool), "true or false")
    if isinstance(element, bool) or not isinstance(element, int | float):
        raise ValueError(f"expected a number, but got {element!r}")
    if _is_integer(dtype):
        return _integer_of(element, dtype)
    if isinstance(element, Bits):
        return np.frombuffer(int(element).to_bytes(dtype.itemsize, "little"), dtype)[0]
    with np.errstate(over="ignore"):
        scalar = dtype.type(element)
    if not np.isfinite(scalar):
        raise OverflowError(f"{element} is out of the range of {dtype.name}")
    return scalar


def _integer_of(element: float, dtype: np.dtype[np.generic]) -> Any:
    limits = ml_dtypes.iinfo(dtype)
    if not isinstance(element, int):
        raise ValueError(f"expected an integer, but got {element!r}")
    if not limits.min <= element <= limits.max:
        raise OverflowError(f"{element} is out of the range of {dtype.name}")
    return dtype.type(int(element))


def _checked(element: object, holds: bool, expected: str) -> Any:
    if not holds:
        raise ValueError(f"expected {expected}, but got {element!r}")
    return element


def _is_integer(dtype: np.dtype[np.generic]) -> bool:
    return dtype.kind in "iu" or dtype in _SMALL_INTEGERS

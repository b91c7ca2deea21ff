"""Numbers in text, exactly: what is printed parses back to the same bits."""

from typing import Any

import numpy as np
from xdsl.parser import AttrParser


def scalar_text(item: np.generic) -> str:
    """A boolean, integer or float in MLIR syntax; a float without a short decimal form as bits."""
    if isinstance(item, np.bool_):
        return "true" if item else "false"
    dtype = item.dtype
    if np.issubdtype(dtype, np.integer) or dtype.name in ("int4", "uint4", "int2", "uint2"):
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


def scalar_of(element: Any, dtype: np.dtype[np.generic]) -> Any:
    """A parsed element as a scalar of a dtype. Raises ValueError, OverflowError or TypeError."""
    if not isinstance(element, Bits) or dtype.kind in "iu":
        return element if dtype.hasobject or dtype.kind in "iub" else dtype.type(element)
    return np.frombuffer(int(element).to_bytes(dtype.itemsize, "little"), dtype)[0]

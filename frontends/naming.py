"""Names of nodes and values in the IR."""

import re
from typing import Final

from xdsl.ir import SSAValue

_ILLEGAL: Final = re.compile(r"[^A-Za-z0-9_$.-]+")
_NUMBERED: Final = re.compile(r"(_\d+)+$")


class NodeNames:
    """Gives every node a name of its own: the model's where there is one, else like `Conv_3`."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._count = 0

    def claim(self, name: str, op_type: str, prefix: str = "") -> str:
        """The name of the next node in order; `prefix` is the call it is inlined from."""
        base = prefix + (name or f"{op_type}_{self._count}")
        self._count += 1
        unique, again = base, 1
        while unique in self._used:
            unique = f"{base}_{again}"
            again += 1
        self._used.add(unique)
        return unique


def set_hint(value: SSAValue, name: str) -> None:
    """Print a value under its ONNX name, as far as that is a legal one.

    Numbers at the end are left out: the printer adds its own where names repeat.
    """
    legal = _NUMBERED.sub("", _ILLEGAL.sub("_", name)).strip("_")
    if legal and not legal[0].isdigit():
        value.name_hint = legal

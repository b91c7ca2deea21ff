"""Provenance: which ONNX nodes an operation came from.

Every operation carries `drp.nodes = ["conv1", "relu1"]`; a rewrite that replaces operations
gives the new one the union of their names, in program order.
"""

from collections.abc import Iterable
from typing import Final, cast

from xdsl.dialects.builtin import ArrayAttr, StringAttr
from xdsl.ir import Attribute, Operation

NODES: Final = "drp.nodes"


def nodes_of(op: Operation) -> tuple[str, ...]:
    """The names of the ONNX nodes that an operation stands for."""
    names = op.attributes.get(NODES)
    if not isinstance(names, ArrayAttr):
        return ()
    items = cast(ArrayAttr[Attribute], names)
    return tuple(name.data for name in items if isinstance(name, StringAttr))


def set_nodes(op: Operation, names: Iterable[str]) -> None:
    """Say which ONNX nodes an operation stands for; duplicates are dropped."""
    unique = tuple(dict.fromkeys(names))
    if unique:
        op.attributes[NODES] = ArrayAttr([StringAttr(name) for name in unique])


def merge_nodes(target: Operation, *sources: Operation) -> None:
    """Make `target` stand for the nodes of `sources`, then for those it already has."""
    names = [name for op in sources for name in nodes_of(op)]
    set_nodes(target, [*names, *nodes_of(target)])

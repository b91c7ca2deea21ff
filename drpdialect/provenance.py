"""Provenance: which ONNX nodes an operation came from.

Every operation carries `drp.nodes = ["conv1", "relu1"]`: first the node that gave it its kind,
then those that were fused into it. A rewrite keeps every name on some operation, or drops it
where nothing of the node is left to compute.
"""

from collections.abc import Iterable
from typing import Final, cast

from xdsl.dialects.builtin import ArrayAttr, StringAttr
from xdsl.ir import Attribute, Operation

NODES: Final = "drp.nodes"


def nodes_of(op: Operation) -> tuple[str, ...]:
    """The names of the ONNX nodes that an operation stands for, its main node first."""
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


def inherit_nodes(target: Operation, *sources: Operation) -> None:
    """Add the nodes of `sources` behind those that `target` already stands for."""
    set_nodes(target, [*nodes_of(target), *(name for op in sources for name in nodes_of(op))])

"""Jobs that compute the same become one."""

from collections.abc import Hashable

from xdsl.ir import Block, Operation
from xdsl.rewriter import Rewriter

from ...drpdialect import drp
from ...drpdialect.provenance import inherit_nodes


def share_jobs(block: Block) -> bool:
    """Let the first of several equal jobs stand for all; say whether there were any.

    Unlike `cse` this looks past the node names that jobs carry: the first job takes them all.
    """
    first: dict[Hashable, Operation] = {}
    changed = False
    for op in list(block.ops):
        if not isinstance(op, drp.DrpOp):
            continue
        other = first.setdefault(_identity(op), op)
        if other is not op:
            inherit_nodes(other, op)
            Rewriter.replace_op(op, [], other.results)
            changed = True
    return changed


def _identity(op: drp.DrpOp) -> Hashable:
    """What a job computes, and from what."""
    properties = tuple(sorted(op.properties.items(), key=lambda item: item[0]))
    types = tuple(result.type for result in op.results)
    return (op.name, tuple(op.operands), properties, types)

"""Marks runs of convolutions that are worth computing row by row together."""

from typing import Final

from xdsl.dialects.builtin import IntegerAttr, ModuleOp, i64

from ...drpdialect import drp
from ..rewriting import only_user

CHAIN: Final = "drp.chain"
"""Attribute: convolutions that carry the same number form a chain."""


def mark_chains(module: ModuleOp) -> None:
    """Number the chains from 0 on, in program order; marks of an earlier run are renewed.

    A chain is a convolution followed by one depthwise convolution or more, each the only user of
    the one before: the depthwise job needs only a few rows of it at a time, so that the tensor
    between them need never be whole. It is a hint; nothing depends on it.
    """
    convolutions = [op for op in module.walk() if isinstance(op, drp.ConvOp)]
    for conv in convolutions:
        conv.attributes.pop(CHAIN, None)
    count = 0
    for conv in convolutions:
        follower = _depthwise_behind(conv)
        if follower is None:
            continue
        if CHAIN not in conv.attributes:
            conv.attributes[CHAIN] = IntegerAttr(count, i64)
            count += 1
        follower.attributes[CHAIN] = conv.attributes[CHAIN]


def _depthwise_behind(conv: drp.ConvOp) -> drp.ConvOp | None:
    user = only_user(conv.y)
    if not isinstance(user, drp.ConvOp):
        return None
    return user if user.is_depthwise and user.x is conv.y else None

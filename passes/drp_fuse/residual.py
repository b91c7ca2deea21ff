"""A sum with a convolution's result becomes the convolution's residual."""

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue
from xdsl.rewriter import Rewriter

from ...drpdialect import drp
from ...drpdialect.provenance import inherit_nodes
from ..rewriting import evolve


def fuse_residuals(module: ModuleOp) -> None:
    """Give each sum of a convolution and another tensor of its shape to the convolution.

    Where both are convolutions, the later one takes the sum: the other's result is there by then.
    """
    order = {op: position for position, op in enumerate(module.walk())}
    for op in list(order):
        if not isinstance(op, drp.AddOp):
            continue
        candidates = [
            conv
            for value, other in ((op.a, op.b), (op.b, op.a))
            if (conv := _open_convolution(value, other)) is not None
        ]
        if candidates:
            conv = max(candidates, key=order.__getitem__)
            fused = _fuse(op, conv)
            order[fused] = order[op]


def _open_convolution(value: SSAValue, other: SSAValue) -> drp.ConvOp | None:
    conv = value.owner
    if not isinstance(conv, drp.ConvOp) or not value.has_one_use():
        return None
    is_open = conv.residual is None and conv.output_activation.is_identity
    return conv if is_open and value.type == other.type else None


def _fuse(op: drp.AddOp, conv: drp.ConvOp) -> drp.ConvOp:
    """The convolution moves to the sum's place, where whatever it reads is there."""
    residual = op.b if conv.y is op.a else op.a
    fused = evolve(conv, residual=residual, output_activation=op.activation)
    inherit_nodes(fused, op)
    fused.y.name_hint = op.y.name_hint
    Rewriter.replace_op(op, fused)
    Rewriter.erase_op(conv)
    return fused

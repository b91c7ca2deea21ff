"""Rewrites that more than one pass over `onnx` operations makes."""

from xdsl.ir import Block, Operation
from xdsl.traits import is_side_effect_free

from ..drpdialect.constants import constant_of
from ..drpdialect.onnx import OnnxOp, YieldOp
from .onnx_reading import says_at_least


def inline_constant_if(op: OnnxOp) -> Operation | None:
    """Replace an If whose condition is constant by the body that runs.

    Returns the first operation behind the If's old place: the first one of the body, if it has
    any. Returns None, and changes nothing, where the condition is not one constant boolean or the
    body's results are known less well than the operation's.
    """
    condition = constant_of(op.input(0)) if op.op_type == "If" else None
    block = op.parent
    if condition is None or condition.size != 1 or block is None:
        return None
    name = "then_branch" if condition.item() else "else_branch"
    body = op.bodies[op.body_names.index(name)].block
    ends = body.last_op
    assert isinstance(ends, YieldOp)
    results = list(ends.arguments)
    pairs = list(zip(op.results, results, strict=True))
    if not all(says_at_least(new.type, old.type) for old, new in pairs):
        return None
    inlined = [inner for inner in body.ops if inner is not ends]
    for inner in inlined:
        inner.detach()
    block.insert_ops_before(inlined, op)
    for old, new in pairs:
        new.name_hint = new.name_hint or old.name_hint
        old.replace_all_uses_with(new)
    following = inlined[0] if inlined else op.next_op
    block.erase_op(op)
    return following


def remove_unused(block: Block) -> None:
    """Erase what has no effect but results that nothing uses, the last one first."""
    for op in reversed(list(block.ops)):
        if op.results and not any(result.uses for result in op.results) and is_side_effect_free(op):
            block.erase_op(op)

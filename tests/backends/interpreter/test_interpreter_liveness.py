"""When values die, regions included."""

import numpy as np
from interpreter_build import build
from xdsl.builder import Builder, ImplicitBuilder
from xdsl.dialects.builtin import ArrayAttr, StringAttr, TensorType, f32, i1
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.rewriter import InsertPoint

from drpc.backends.interpreter.liveness import LiveBytes, last_uses
from drpc.drpdialect import drp
from drpc.drpdialect.onnx import BODY_NAMES, YieldOp, operation_class

SCALAR = TensorType(f32, [])
NEG = drp.FunctionAttr("neg")


def test_what_a_body_captures_lives_until_the_operation_ran() -> None:
    made: dict[str, Operation] = {}

    def branch(captured: SSAValue) -> Region:
        block = Block()
        with ImplicitBuilder(Builder(InsertPoint.at_end(block))):
            inner = operation_class("Neg")([captured], [SCALAR])
            YieldOp(inner.outputs)
        return Region(block)

    def body(condition: SSAValue, x: SSAValue) -> SSAValue:
        made["captured"] = drp.ApplyOp(x, NEG)
        made["between"] = drp.ApplyOp(x, NEG)
        captured = made["captured"].results[0]
        made["if"] = operation_class("If")(
            [condition],
            [SCALAR],
            {BODY_NAMES: ArrayAttr([StringAttr("then_branch"), StringAttr("else_branch")])},
            [branch(captured), branch(captured)],
        )
        return made["if"].results[0]

    build([TensorType(i1, []), SCALAR], body)
    block = made["if"].parent_block()
    assert block is not None
    dying = last_uses(block)
    condition, x = block.args
    captured, unused = made["captured"].results[0], made["between"].results[0]
    assert dying[made["captured"]] == ()
    assert set(dying[made["between"]]) == {x, unused}
    assert set(dying[made["if"]]) == {condition, captured}


def test_lists_count_their_arrays_and_none_counts_nothing() -> None:
    live = LiveBytes()
    array = np.zeros(100, np.uint8)
    live.retain([[array, array[:10]], None])
    assert live.current == 100
    live.release([array, array[:10]])
    live.release(None)
    assert (live.current, live.peak) == (0, 100)

"""Which ONNX nodes an operation stands for, through fusions."""

from xdsl.dialects import test
from xdsl.dialects.builtin import IntegerAttr, StringAttr, i64

from drpc.drpdialect.provenance import NODES, inherit_nodes, nodes_of, set_nodes


def test_an_operation_stands_for_nothing_until_said() -> None:
    assert nodes_of(test.TestOp()) == ()


def test_nodes_keep_their_order_once_each() -> None:
    op = test.TestOp()
    set_nodes(op, ["conv", "relu", "conv"])
    assert nodes_of(op) == ("conv", "relu")


def test_no_names_leave_no_attribute() -> None:
    op = test.TestOp()
    set_nodes(op, [])
    assert NODES not in op.attributes


def test_a_fused_operation_inherits_behind_its_own() -> None:
    conv, relu, add = test.TestOp(), test.TestOp(), test.TestOp()
    set_nodes(conv, ["conv"])
    set_nodes(relu, ["relu", "conv"])
    set_nodes(add, ["add"])
    inherit_nodes(conv, relu, add)
    assert nodes_of(conv) == ("conv", "relu", "add")
    assert nodes_of(relu) == ("relu", "conv")


def test_an_attribute_of_another_kind_names_nothing() -> None:
    op = test.TestOp()
    op.attributes[NODES] = StringAttr("conv")
    assert nodes_of(op) == ()
    op.attributes[NODES] = IntegerAttr(1, i64)
    assert nodes_of(op) == ()

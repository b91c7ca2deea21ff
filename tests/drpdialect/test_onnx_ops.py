"""The onnx dialect: an operation for every operator of the installed package, at every opset."""

from io import StringIO

import onnx.defs
import pytest
from xdsl.dialects import test
from xdsl.dialects.builtin import ModuleOp, TensorType, f32
from xdsl.ir import Operation
from xdsl.printer import Printer
from xdsl.traits import Pure

from drpc.drpdialect import make_context
from drpc.drpdialect import onnx as onnx_dialect
from drpc.drpdialect.onnx import CustomOp, NoneType, NoValueOp, OnnxOp, operation_class
from drpc.drpdialect.parsing import DrpParser

SCHEMAS = [s for s in onnx.defs.get_all_schemas_with_history() if s.domain == ""]
OPERATORS = sorted({schema.name for schema in SCHEMAS})


def parsed(module: ModuleOp, *, generic: bool) -> ModuleOp:
    text = StringIO()
    Printer(stream=text, print_generic_format=generic).print_op(module)
    context = make_context()
    context.load_dialect(test.Test)
    return DrpParser(context, text.getvalue()).parse_module()


def node_of(op_type: str) -> tuple[Operation, OnnxOp]:
    """A value, and a node of an operator that takes it."""
    source = test.TestOp(result_types=[TensorType(f32, [2, 3])])
    return source, operation_class(op_type)(source.results, [TensorType(f32, [2, 3])])


@pytest.mark.parametrize("generic", [False, True], ids=["custom", "generic"])
@pytest.mark.parametrize("op_type", OPERATORS)
def test_every_operator_round_trips(op_type: str, generic: bool) -> None:
    module = ModuleOp(node_of(op_type))
    again = parsed(module, generic=generic)
    assert again.is_structurally_equivalent(module)
    assert [op.name for op in again.ops] == ["test.op", f"onnx.{op_type}"]


def test_every_operator_knows_its_names() -> None:
    names = [(node.op_type, node.domain) for _, node in map(node_of, OPERATORS)]
    assert names == [(op_type, "ai.onnx") for op_type in OPERATORS]


def test_the_dialect_has_no_other_operations() -> None:
    names = {op.name for op in onnx_dialect.get_dialect().operations}
    assert names == {f"onnx.{name}" for name in (*OPERATORS, "Custom", "NoValue", "Yield")}


def test_every_schema_is_found_at_its_opset() -> None:
    keys = [(schema.name, schema.since_version) for schema in SCHEMAS]
    found = [onnx_dialect.find_schema("ai.onnx", *key) for key in keys]
    assert [(s.name, s.since_version) for s in found if s is not None] == keys


def test_other_domains_are_custom_operations() -> None:
    assert operation_class("Gelu", "com.microsoft") is CustomOp
    assert operation_class("Relu", "") is operation_class("Relu", "ai.onnx")
    with pytest.raises(KeyError):
        operation_class("Frobnicate")


def test_random_operators_are_never_merged() -> None:
    assert not operation_class("RandomNormal").has_trait(Pure)
    assert operation_class("Add").has_trait(Pure)


def test_omitted_inputs() -> None:
    none = NoValueOp()
    source, node = node_of("Clip")
    clip = operation_class("Clip")(
        [source.results[0], none.result, source.results[0]], [TensorType(f32, [2, 3])]
    )
    assert isinstance(none.result.type, NoneType)
    assert clip.input(0) is source.results[0]
    assert clip.input(1) is None
    assert clip.input(2) is source.results[0]
    assert node.input(1) is None

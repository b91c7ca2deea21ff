"""Protos made from the dialect: types, attributes, and models that ONNX Runtime runs."""

import numpy as np
import onnx
import pytest
from model_runs import run_model, same
from onnx import TensorProto, helper
from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    ArrayAttr,
    DenseArrayBase,
    FloatAttr,
    IntegerAttr,
    IntegerType,
    ModuleOp,
    StringAttr,
    TensorType,
    UnitAttr,
    UnrankedTensorType,
    f32,
    i64,
)
from xdsl.ir import Attribute, Operation

from drpc.drpdialect import make_context
from drpc.drpdialect.element_types import mlir_type_of_onnx
from drpc.drpdialect.onnx import OnnxOp
from drpc.drpdialect.onnx_protos import (
    OnnxModel,
    ValueNames,
    attribute_proto,
    build_model,
    main_function,
    model_proto,
    module_model,
    node_proto,
    type_of_proto,
    type_proto,
    values_used_by,
)
from drpc.drpdialect.onnx_types import (
    MapType,
    NoneType,
    OptionalType,
    SequenceType,
    UnknownType,
)
from drpc.drpdialect.parsing import DrpParser
from drpc.drpdialect.weights import TensorAttr

TENSOR = TensorType(f32, [2, DYNAMIC_INDEX])


def parse(body: str, opset: int = 17) -> ModuleOp:
    text = (
        f'builtin.module attributes {{onnx.opsets = {{"ai.onnx" = {opset} : i64}}, '
        f"onnx.ir_version = 8 : i64}} {{ {body} }}"
    )
    module = DrpParser(make_context(), text).parse_module()
    module.verify()
    return module


def body_ops(module: ModuleOp) -> list[Operation]:
    return list(main_function(module).body.block.ops)


CAPTURE = """
    func.func @main(%x: tensor<2x3xf32> {onnx.name = "x/in"}, %c: tensor<i1> {onnx.name = "c"})
        -> (tensor<2x3xf32> {onnx.name = "y:0"}, tensor<2x3xf32> {onnx.name = "again"},
            tensor<3xf32> {onnx.name = "w"}, tensor<2x3xf32> {onnx.name = "through"}) {
      %w = drp.constant #drp.tensor<[1.0, 2.0, 3.0] : tensor<3xf32>>
      %n = onnx.NoValue
      %a = onnx.Add(%x, %w) {drp.nodes = ["add"]} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
      %b = onnx.If(%c) {onnx.bodies = ["then_branch", "else_branch"]} {
        %six = drp.constant #drp.tensor<[2.5] : tensor<f32>>
        %q = onnx.Clip(%a, %n, %six) : (tensor<2x3xf32>, !onnx.none, tensor<f32>) -> tensor<2x3xf32>
        onnx.Yield %q : tensor<2x3xf32>
      } {
        onnx.Yield %a : tensor<2x3xf32>
      } : (tensor<i1>) -> tensor<2x3xf32>
      func.return %b, %b, %w, %x : tensor<2x3xf32>, tensor<2x3xf32>, tensor<3xf32>, tensor<2x3xf32>
    }"""


# --- types -----------------------------------------------------------------------------------

TYPES: list[Attribute] = [
    TENSOR,
    TensorType(f32, []),
    UnrankedTensorType(f32),
    SequenceType(TENSOR),
    OptionalType(SequenceType(TensorType(i64, [2]))),
    MapType(i64, TensorType(f32, [])),
    UnknownType(),
    *(TensorType(mlir_type_of_onnx(n), [1]) for n in TensorProto.DataType.values() if n),
]


@pytest.mark.parametrize("value_type", TYPES, ids=str)
def test_a_type_survives_the_proto(value_type: Attribute) -> None:
    proto = type_proto(value_type)
    assert type_of_proto(proto) == value_type


def test_an_unknown_type_declares_nothing() -> None:
    assert type_proto(UnknownType()).WhichOneof("value") is None
    assert type_proto(NoneType()).WhichOneof("value") is None


def test_what_is_no_onnx_type_is_refused() -> None:
    with pytest.raises(KeyError):
        type_proto(IntegerType(7))
    with pytest.raises(KeyError):
        type_of_proto(helper.make_tensor_type_proto(99, [1]))


# --- attributes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (IntegerAttr(-2, i64), helper.make_attribute("a", -2)),
        (FloatAttr(0.1, f32), helper.make_attribute("a", 0.1)),
        (StringAttr("é"), helper.make_attribute("a", "é")),
        (DenseArrayBase.from_list(i64, [1, -1]), helper.make_attribute("a", [1, -1])),
        (DenseArrayBase.from_list(f32, [0.5]), helper.make_attribute("a", [0.5])),
        (ArrayAttr([StringAttr("x")]), helper.make_attribute("a", ["x"])),
        (
            TensorAttr.of(np.array([1, 2], np.int8)),
            helper.make_attribute("a", onnx.numpy_helper.from_array(np.array([1, 2], np.int8))),
        ),
        (TENSOR, helper.make_attribute("a", helper.make_tensor_type_proto(1, [2, None]))),
    ],
    ids=str,
)
def test_an_attribute_becomes_its_proto(value: Attribute, expected: onnx.AttributeProto) -> None:
    assert attribute_proto("a", value) == expected


def test_lists_of_tensors_and_types() -> None:
    tensors = attribute_proto("a", ArrayAttr([TensorAttr.of(np.zeros(2))]))
    assert (tensors.type, len(tensors.tensors)) == (onnx.AttributeProto.TENSORS, 1)
    types = attribute_proto("a", ArrayAttr([TENSOR]))
    assert (types.type, len(types.type_protos)) == (onnx.AttributeProto.TYPE_PROTOS, 1)


def test_what_is_no_onnx_attribute_is_refused() -> None:
    with pytest.raises(TypeError):
        attribute_proto("a", UnitAttr())
    with pytest.raises(TypeError, match="mixes kinds"):
        attribute_proto("a", ArrayAttr([StringAttr("x"), IntegerAttr(1, i64)]))


# --- nodes and models ------------------------------------------------------------------------


def run_capture(model: OnnxModel, flag: bool) -> list[np.ndarray]:
    feeds = {"x/in": np.ones((2, 3), np.float32), "c": np.array(flag)}
    return run_model(model.proto, feeds, model.weights)


@pytest.mark.parametrize("external_bytes", [None, 4])
@pytest.mark.parametrize("flag", [True, False])
def test_bodies_capture_and_outputs_repeat(flag: bool, external_bytes: int | None) -> None:
    model = module_model(parse(CAPTURE), external_bytes=external_bytes)
    total = np.array([[2, 3, 4]] * 2, np.float32)
    expected = np.minimum(total, np.float32(2.5)) if flag else total
    weight = np.array([1, 2, 3], np.float32)
    through = np.ones((2, 3), np.float32)
    assert same(run_capture(model, flag), [expected, expected, weight, through])


def test_a_module_gives_a_valid_model() -> None:
    onnx.checker.check_model(module_model(parse(CAPTURE)).proto, full_check=True)


def test_large_constants_are_handed_over_not_copied() -> None:
    module = parse(CAPTURE)
    model = module_model(module, external_bytes=4)
    (name,) = model.weights
    declared = next(t for t in model.proto.graph.initializer if t.name == name)
    assert declared.data_location == TensorProto.EXTERNAL
    assert not declared.raw_data
    constant = next(op for op in body_ops(module) if op.name == "drp.constant")
    assert model.weights[name] is constant.properties["value"].array  # pyright: ignore


def test_names_are_kept_and_unique() -> None:
    proto = module_model(parse(CAPTURE)).proto
    assert [value.name for value in proto.graph.input] == ["x/in", "c"]
    assert [value.name for value in proto.graph.output] == ["y:0", "again", "w", "through"]
    made = [name for node in proto.graph.node for name in node.output]
    made += [tensor.name for tensor in proto.graph.initializer]
    assert len(made) == len(set(made))
    assert proto.graph.node[0].name == "add"


def test_omitted_inputs_are_empty_names() -> None:
    module = parse(CAPTURE)
    branch = next(op for op in body_ops(module) if op.name == "onnx.If")
    clip = next(op for op in branch.walk() if op.name == "onnx.Clip")
    assert isinstance(clip, OnnxOp)
    node = node_proto(clip, ValueNames())
    assert list(node.input) == ["a", "", "six"]


def test_a_single_operation_with_what_it_captures() -> None:
    module = parse(CAPTURE)
    branch = next(op for op in body_ops(module) if op.name == "onnx.If")
    used = values_used_by(branch)
    assert [value.name_hint for value in used] == ["c", "a"]
    proto = model_proto([branch], used, branch.results, opsets={"ai.onnx": 17})
    onnx.checker.check_model(proto, full_check=True)
    feeds = dict(zip(("c", "a"), (np.array(False), np.ones((2, 3), np.float32)), strict=True))
    assert same(run_model(proto, feeds), [np.ones((2, 3), np.float32)])


def test_a_piece_of_a_block_takes_the_constants_it_uses() -> None:
    module = parse(CAPTURE)
    add = next(op for op in body_ops(module) if op.name == "onnx.Add")
    proto = model_proto([add], [add.operands[0]], add.results, opsets={"ai.onnx": 17})
    assert [tensor.name for tensor in proto.graph.initializer] == ["w"]
    feeds = {"x": np.zeros((2, 3), np.float32)}
    assert same(run_model(proto, feeds), [np.array([[1, 2, 3]] * 2, np.float32)])


def test_types_of_inputs_may_be_given() -> None:
    module = parse("""
        func.func @main(%x: !onnx.unknown) -> !onnx.unknown {
          %y = onnx.Relu(%x) : (!onnx.unknown) -> !onnx.unknown
          func.return %y : !onnx.unknown
        }""")
    relu = body_ops(module)[0]
    model = build_model(
        [relu],
        [relu.operands[0]],
        relu.results,
        opsets={"ai.onnx": 17},
        input_types=[TensorType(f32, [2])],
    )
    assert same(
        run_model(model.proto, {"x": np.array([-1, 1], np.float32)}), [np.array([0, 1], np.float32)]
    )


def test_operations_of_another_opset_need_the_same_meaning() -> None:
    module = parse("""
        func.func @main(%x: tensor<1x3xf32>) -> tensor<3xf32> {
          %r = onnx.Relu(%x) {onnx.opsets = {"ai.onnx" = 14 : i64}} : (tensor<1x3xf32>) -> tensor<1x3xf32>
          %y = onnx.Squeeze(%r) {axes = array<i64: 0>, onnx.opsets = {"ai.onnx" = 11 : i64},
              drp.nodes = ["old"]} : (tensor<1x3xf32>) -> tensor<3xf32>
          func.return %y : tensor<3xf32>
        }""")
    relu, squeeze, _ = body_ops(module)
    model_proto([relu], relu.operands, relu.results, opsets={"ai.onnx": 17})
    with pytest.raises(ValueError, match="Squeeze old needs opset 11"):
        model_proto([squeeze], squeeze.operands, squeeze.results, opsets={"ai.onnx": 17})
    proto = model_proto([squeeze], squeeze.operands, squeeze.results, opsets={"ai.onnx": 11})
    onnx.checker.check_model(proto, full_check=True)


def test_what_is_not_onnx_is_refused() -> None:
    module = parse("""
        func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
          %y = drp.add %x, %x : tensor<2xf32>, tensor<2xf32> -> tensor<2xf32>
          func.return %y : tensor<2xf32>
        }""")
    with pytest.raises(TypeError, match=r"drp\.add"):
        module_model(module)

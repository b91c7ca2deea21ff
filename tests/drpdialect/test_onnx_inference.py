"""Types of results: inferred one operation at a time, merged with what is there."""

import time

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from xdsl.dialects.builtin import DYNAMIC_INDEX, ModuleOp, TensorType, UnrankedTensorType, f32, i64
from xdsl.ir import Attribute

from drpc.drpdialect import make_context
from drpc.drpdialect.errors import UserError
from drpc.drpdialect.onnx import OnnxOp
from drpc.drpdialect.onnx_control_flow import union
from drpc.drpdialect.onnx_inference import (
    Contradiction,
    infer_result_types,
    merge,
    refine_types,
    shape_text,
)
from drpc.drpdialect.onnx_operands import mismatch, split_mismatch
from drpc.drpdialect.onnx_protos import main_function
from drpc.drpdialect.onnx_types import NoneType, OptionalType, SequenceType, UnknownType
from drpc.drpdialect.parsing import DrpParser
from drpc.frontends import import_onnx

UNKNOWN = UnknownType()
RANK_UNKNOWN = UnrankedTensorType(f32)
PARTLY = TensorType(f32, [DYNAMIC_INDEX, 3])
STATIC = TensorType(f32, [2, 3])


def parse(body: str, opset: int = 17) -> ModuleOp:
    text = (
        f'builtin.module attributes {{onnx.opsets = {{"ai.onnx" = {opset} : i64, '
        f'"com.microsoft" = 1 : i64}}}} {{ func.func @main({body} }} }}'
    )
    return DrpParser(make_context(), text).parse_module()


def operations(module: ModuleOp) -> list[OnnxOp]:
    return [op for op in module.walk() if isinstance(op, OnnxOp)]


def inferred(body: str, opset: int = 17) -> list[str]:
    """The result types of the last operation."""
    return [str(t) for t in infer_result_types(operations(parse(body, opset))[-1])]


# --- merging ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "found", "expected"),
    [
        (UNKNOWN, STATIC, STATIC),
        (STATIC, UNKNOWN, STATIC),
        (RANK_UNKNOWN, PARTLY, PARTLY),
        (PARTLY, RANK_UNKNOWN, PARTLY),
        (PARTLY, STATIC, STATIC),
        (STATIC, PARTLY, STATIC),
        (TensorType(f32, [2, DYNAMIC_INDEX]), PARTLY, STATIC),
        (NoneType(), STATIC, NoneType()),
        (SequenceType(PARTLY), SequenceType(STATIC), SequenceType(STATIC)),
        (OptionalType(UNKNOWN), OptionalType(STATIC), OptionalType(STATIC)),
    ],
    ids=str,
)
def test_the_more_precise_type_wins(
    declared: Attribute, found: Attribute, expected: Attribute
) -> None:
    assert merge(declared, found) == expected


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        (STATIC, TensorType(f32, [2, 4])),
        (STATIC, TensorType(f32, [2])),
        (STATIC, TensorType(i64, [2, 3])),
        (RANK_UNKNOWN, UnrankedTensorType(i64)),
        (STATIC, SequenceType(STATIC)),
        (UNKNOWN, TensorType(f32, [2**20, 2**20])),
    ],
    ids=str,
)
def test_types_that_exclude_each_other(declared: Attribute, found: Attribute) -> None:
    with pytest.raises(Contradiction):
        merge(declared, found)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (STATIC, STATIC, STATIC),
        (STATIC, TensorType(f32, [4, 3]), PARTLY),
        (STATIC, TensorType(f32, [2]), RANK_UNKNOWN),
        (STATIC, RANK_UNKNOWN, RANK_UNKNOWN),
        (STATIC, TensorType(i64, [2, 3]), UNKNOWN),
        (SequenceType(STATIC), SequenceType(PARTLY), SequenceType(PARTLY)),
        (STATIC, SequenceType(STATIC), UNKNOWN),
    ],
    ids=str,
)
def test_the_union_of_two_branches(
    first: Attribute, second: Attribute, expected: Attribute
) -> None:
    assert union(first, second) == union(second, first) == expected


def test_shapes_as_the_command_line_spells_them() -> None:
    assert shape_text([1, DYNAMIC_INDEX, 3]) == "1x?x3"


# --- operations ------------------------------------------------------------------------------


def test_small_constants_are_given_as_data() -> None:
    assert inferred("""%x: tensor<2x6xf32>) -> () {
        %s = drp.constant #drp.tensor<[3, -1] : tensor<2xi64>>
        %y = onnx.Reshape(%x, %s) : (tensor<2x6xf32>, tensor<2xi64>) -> !onnx.unknown
        func.return""") == ["tensor<3x4xf32>"]
    assert inferred("""%x: tensor<1x1x2x3xf32>) -> () {
        %n = onnx.NoValue
        %s = drp.constant #drp.tensor<[1.0, 1.0, 2.0, 2.0] : tensor<4xf32>>
        %y = onnx.Resize(%x, %n, %s)
            : (tensor<1x1x2x3xf32>, !onnx.none, tensor<4xf32>) -> !onnx.unknown
        func.return""") == ["tensor<1x1x4x6xf32>"]


def test_what_is_there_is_kept_where_nothing_more_is_known() -> None:
    assert inferred("""%x: tensor<2x6xf32>, %s: tensor<2xi64>) -> () {
        %y = onnx.Reshape(%x, %s) : (tensor<2x6xf32>, tensor<2xi64>) -> tensor<3x4xf32>
        func.return""") == ["tensor<3x4xf32>"]


@pytest.mark.parametrize(
    ("opset", "body", "expected"),
    [
        (
            12,
            "onnx.GreaterOrEqual(%x, %x) : (tensor<2x4xf32>, tensor<2x4xf32>)",
            "tensor<2x4xi1>",
        ),
        (9, "onnx.MeanVarianceNormalization(%x) : (tensor<2x4xf32>)", "tensor<2x4xf32>"),
        (
            21,
            "onnx.GroupNormalization(%x, %s, %s) {num_groups = 2 : i64} "
            ": (tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>)",
            "tensor<2x4xf32>",
        ),
        (
            17,
            'onnx.Custom(%x) {onnx.domain = "com.microsoft", onnx.op_type = "QuickGelu"} '
            ": (tensor<2x4xf32>)",
            "tensor<2x4xf32>",
        ),
        (
            17,
            'onnx.Custom(%x) {onnx.domain = "com.microsoft", onnx.op_type = "Nothing"} '
            ": (tensor<2x4xf32>)",
            "!onnx.unknown",
        ),
    ],
    ids=["GreaterOrEqual", "MeanVariance", "GroupNorm", "runtime", "nobody's"],
)
def test_operators_whose_schema_infers_nothing(opset: int, body: str, expected: str) -> None:
    source = (
        f"%x: tensor<2x4xf32>, %s: tensor<4xf32>) -> () {{ %y = {body} -> !onnx.unknown func.return"
    )
    assert inferred(source, opset) == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "onnx.MatMul(%x, %x) {drp.nodes = ['m']} : ($T, $T) -> !onnx.unknown",
            r"node m \(MatMul\): Incompatible dimensions",
        ),
        (
            "onnx.Relu(%x) {drp.nodes = ['r']} : ($T) -> tensor<2x4xf32>",
            r"node r \(Relu\): its result is declared as tensor<2x4xf32>",
        ),
        (
            "onnx.Conv(%x, %x) {drp.nodes = ['c'], group = 0 : i64} : ($T, $T) -> !onnx.unknown",
            r"node c \(Conv\): it has 0 groups",
        ),
    ],
)
def test_a_contradiction_names_the_node(line: str, expected: str) -> None:
    text = line.replace("'", '"').replace("$T", "tensor<2x3xf32>")
    with pytest.raises(UserError, match=expected):
        inferred(f"%x: tensor<2x3xf32>) -> () {{ %y = {text} func.return")


def test_refining_goes_through_bodies() -> None:
    module = parse("""%x: tensor<2x3xf32>, %n: tensor<i64>, %c: tensor<i1>) -> () {
        %a = onnx.Relu(%x) : (tensor<2x3xf32>) -> !onnx.unknown
        %y = onnx.Loop(%n, %c, %a) {onnx.bodies = ["body"]} {
        ^bb0(%i: !onnx.unknown, %go: !onnx.unknown, %s: tensor<?x3xf32>):
          %t = onnx.Neg(%s) : (tensor<?x3xf32>) -> !onnx.unknown
          onnx.Yield %go, %t : !onnx.unknown, !onnx.unknown
        } : (tensor<i64>, tensor<i1>, !onnx.unknown) -> !onnx.unknown
        func.return""")
    refine_types(main_function(module).body.block)
    relu, loop, neg = operations(module)
    assert str(relu.results[0].type) == "tensor<2x3xf32>"
    assert [str(a.type) for a in loop.bodies[0].block.args] == [
        "tensor<i64>",
        "tensor<i1>",
        "tensor<?x3xf32>",
    ]
    assert str(neg.results[0].type) == "tensor<?x3xf32>"
    assert str(loop.results[0].type) == "tensor<?x3xf32>"


@pytest.mark.parametrize(
    ("op_type", "shapes", "group", "expected"),
    [
        ("Conv", [(1, 6, 8, 8), (4, 3, 3, 3)], 2, None),
        ("Conv", [(1, DYNAMIC_INDEX, 8, 8), (4, 3, 3, 3)], 1, None),
        ("Conv", [(1, 5, 8, 8), (4, 3, 3, 3)], 1, "input has 5 channels"),
        ("Conv", [(1, 6, 8, 8), (3, 3, 3, 3)], 2, "3 output channels do not divide"),
        ("Conv", [(1, 3, 8, 8), (4, 3, 3, 3), (5,)], 1, "differ: 4 and 5"),
        ("ConvTranspose", [(1, 3, 8, 8), (4, 3, 3, 3)], 1, "differ: 3 and 4"),
        ("QLinearConv", [(1, 3), (), (), (4, 5), (), (), (), ()], 1, "input has 3 channels"),
        ("InstanceNormalization", [(1, 3, 4), (3,), (2,)], 1, "input and its bias differ"),
        ("Relu", [(1,)], 1, None),
    ],
)
def test_sizes_that_inference_does_not_compare(
    op_type: str, shapes: list[tuple[int, ...]], group: int, expected: str | None
) -> None:
    text = mismatch(op_type, [TensorType(f32, shape) for shape in shapes], {"group": group})
    assert text is None if expected is None else expected in (text or "")


def test_a_split_has_as_many_results_as_it_says() -> None:
    assert (
        split_mismatch("Split", 2, {"num_outputs": 1}) == "num_outputs is 1, but it has 2 outputs"
    )
    assert split_mismatch("Split", 2, {"num_outputs": 2}) is None
    assert split_mismatch("Split", 2, {}) is None


# --- cost ------------------------------------------------------------------------------------


def chain(length: int) -> onnx.ModelProto:
    names = ["x", *(f"v{index}" for index in range(length))]
    nodes = [
        helper.make_node(("Relu", "Sigmoid")[i % 2], [names[i]], [names[i + 1]])
        if i % 3
        else helper.make_node("Add", [names[i], "w"], [names[i + 1]])
        for i in range(length)
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", 1, [1, 8])],
        [helper.make_tensor_value_info(names[-1], 1, [1, 8])],
        [numpy_helper.from_array(np.ones(8, np.float32), "w")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_the_cost_of_a_long_chain_is_linear() -> None:
    import_onnx(chain(10))
    seconds: dict[int, float] = {}
    for length in (1_000, 10_000):
        model = chain(length)
        start = time.process_time()
        import_onnx(model)
        seconds[length] = time.process_time() - start
    assert seconds[10_000] < 20 * seconds[1_000]

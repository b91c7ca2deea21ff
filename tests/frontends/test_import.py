"""Imported modules: what a model becomes, and that it still computes the same."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from model_runs import assert_prints_and_parses, random_feeds, run_model, run_module, same
from onnx import TensorProto, helper, numpy_helper
from onnx.parser import parse_model
from onnx.reference import ReferenceEvaluator
from onnx_samples import SAMPLES
from xdsl.dialects.builtin import ModuleOp

from drpc.drpdialect.drp.structure import ConstantOp
from drpc.drpdialect.onnx import OnnxOp, opsets_of
from drpc.drpdialect.onnx_protos import main_function, value_names
from drpc.drpdialect.provenance import nodes_of
from drpc.drpdialect.weights import tensors_of
from drpc.frontends import import_onnx


def nodes(module: ModuleOp) -> list[OnnxOp]:
    return [op for op in module.walk() if isinstance(op, OnnxOp)]


def model_of(body: str, *, ir: int = 8, opset: int = 17) -> onnx.ModelProto:
    return parse_model(f'<ir_version: {ir}, opset_import: ["" : {opset}]>\n{body}')


RUNNABLE = {name: build for name, build in SAMPLES.items() if name != "old"}


@pytest.mark.parametrize("build", RUNNABLE.values(), ids=RUNNABLE)
def test_a_sample_still_computes_the_same(build: Callable[[], onnx.ModelProto]) -> None:
    model = build()
    module = import_onnx(model)
    module.verify()
    feeds = random_feeds(model)
    assert all(map(same, run_module(module, feeds), run_model(model, feeds)))


@pytest.mark.parametrize("build", SAMPLES.values(), ids=SAMPLES)
def test_a_sample_prints_and_parses(build: Callable[[], onnx.ModelProto]) -> None:
    assert_prints_and_parses(import_onnx(build()))


@pytest.mark.parametrize("build", SAMPLES.values(), ids=SAMPLES)
def test_a_file_gives_the_same_module_as_the_proto(
    build: Callable[[], onnx.ModelProto], tmp_path: Path
) -> None:
    path = tmp_path / "model.onnx"
    onnx.save(build(), path)
    assert str(import_onnx(path)) == str(import_onnx(build())) == str(import_onnx(str(path)))


def test_an_old_opset_is_converted() -> None:
    model = SAMPLES["old"]()
    module = import_onnx(model)
    assert opsets_of(module) == {"ai.onnx": 7}
    feeds = random_feeds(model)
    expected = np.maximum(feeds["x"] + 1, 0)  # by hand: ONNX Runtime has no Add of opset 6
    assert same(run_module(module, feeds), [expected])


def test_names_of_inputs_and_outputs_are_kept() -> None:
    module = import_onnx(SAMPLES["convolution"]())
    main = main_function(module)
    assert value_names(main.arg_attrs) == ["x"]
    assert value_names(main.res_attrs) == ["y", "z"]


def test_every_node_has_a_name_of_its_own() -> None:
    model = model_of("""
        network (float[2] x) => (float[2] y) {
            [same] a = Relu(x)
            [same] b = Relu(a)
            c = Relu(b)
            y = Relu(c)
        }""")
    names = [nodes_of(op) for op in nodes(import_onnx(model))]
    assert names == [("same",), ("same_1",), ("Relu_2",), ("Relu_3",)]


def test_types_are_inferred_in_one_walk() -> None:
    module = import_onnx(SAMPLES["convolution"]())
    by_kind = {op.op_type: str(op.results[0].type) for op in nodes(module)}
    assert by_kind["Conv"] == "tensor<1x4x4x4xf32>"
    assert by_kind["Reshape"] == "tensor<1x4xf32>"


def test_bodies_take_types_from_operands_and_results_from_bodies() -> None:
    module = import_onnx(SAMPLES["control_flow"]())
    loop, scan = (next(op for op in nodes(module) if op.op_type == k) for k in ("Loop", "Scan"))
    assert [str(value.type) for value in loop.results] == ["tensor<3xf32>", "tensor<?x3xf32>"]
    assert [str(value.type) for value in scan.results] == ["tensor<3xf32>", "tensor<4x3xf32>"]


def test_a_loop_may_change_the_shape_of_what_it_carries() -> None:
    model = model_of("""
        network (float[2] x, int64 n) => (float[k] y) {
            yes = Constant<value = bool {1}>()
            y = Loop(n, yes, x) <body = grow (int64 i, bool c, float[m] s) => (bool go, float[l] t) {
                go = Identity(c)
                t = Concat<axis = 0>(s, s)
            }>
        }""")
    module = import_onnx(model)
    loop = next(op for op in nodes(module) if op.op_type == "Loop")
    assert str(loop.results[0].type) == "tensor<?xf32>"
    feeds = {"x": np.ones(2, np.float32), "n": np.array(2)}
    assert same(run_module(module, feeds), [np.ones(8, np.float32)])


def test_a_branch_that_does_not_fit_does_not_stop_the_import() -> None:
    model = model_of("""
        network (float[2,3] x, bool flag) => (float[n,m] y) {
            y = If(flag) <
                then_branch = squeezed () => (a) {
                    axis = Constant<value_ints = [0]>()
                    a = Squeeze(x, axis)
                },
                else_branch = kept () => (float[2,3] b) { b = Identity(x) }>
        }""")
    branch = next(op for op in nodes(import_onnx(model)) if op.op_type == "If")
    assert len(branch.results) == 1


def test_an_omitted_output_stays_omitted() -> None:
    model = model_of("""
        network (float[1,1,4] x, float[1,8,4] w, float[1,8,2] r) => (float[1,1,2] last) {
            , last = LSTM<hidden_size = 2>(x, w, r)
        }""")
    module = import_onnx(model)
    assert str(nodes(module)[0].results[0].type) == "!onnx.none"
    feeds = random_feeds(model)
    assert all(map(same, run_module(module, feeds), run_model(model, feeds)))


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ("value = float[2] {1.0, 2.0}", np.array([1, 2], np.float32)),
        ("value_float = 1.5", np.array(1.5, np.float32)),
        ("value_floats = [1.5, 2.5]", np.array([1.5, 2.5], np.float32)),
        ("value_int = -3", np.array(-3)),
        ("value_ints = [1, 2]", np.array([1, 2])),
        ('value_string = "word"', np.array("word", np.object_)),
        ('value_strings = ["a", "é"]', np.array(["a", "é"], np.object_)),
    ],
)
def test_each_form_of_constant(attribute: str, expected: np.ndarray) -> None:
    dims = "2" if expected.shape else ""
    kind = {"f": "float", "i": "int64", "O": "string"}[expected.dtype.kind]
    output = f"{kind}[{dims}]" if dims else kind
    module = import_onnx(model_of(f"g () => ({output} y) {{ y = Constant<{attribute}>() }}"))
    constant = next(op for op in module.walk() if isinstance(op, ConstantOp))
    assert same(constant.value.array, expected)
    assert nodes_of(constant) == ("Constant_0",)


@pytest.mark.parametrize(
    "data_type",
    [n for k, n in TensorProto.DataType.items() if k not in ("UNDEFINED", "STRING")],
    ids=lambda number: TensorProto.DataType.Name(number),
)
@pytest.mark.parametrize("raw", [True, False], ids=["raw", "typed"])
def test_an_initializer_of_every_type(data_type: int, raw: bool) -> None:
    dtype = helper.tensor_dtype_to_np_dtype(data_type)
    array = np.array([0, 1, 1], dtype)
    if raw:
        tensor = numpy_helper.from_array(array, "w")
    else:
        tensor = helper.make_tensor("w", data_type, [3], array)
    value = helper.make_tensor_value_info("w", data_type, [3])
    graph = helper.make_graph([], "g", [], [value], [tensor])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 28)])
    (imported,) = tensors_of(import_onnx(model))
    assert imported.array.dtype == dtype
    assert imported.array.tobytes() == numpy_helper.to_array(tensor).tobytes()


def test_sparse_tensors_become_dense() -> None:
    arrays = [tensor.array for tensor in tensors_of(import_onnx(SAMPLES["sparse"]()))]
    assert same(arrays[0], np.array([[0, 5, 0], [0, 0, 7]], np.float32))
    assert same(arrays[1], np.array([[0, 0, 0], [2, 0, 0]], np.float32))


def test_an_initializer_overrides_the_input_of_its_name() -> None:
    module = import_onnx(SAMPLES["old"]())
    assert value_names(main_function(module).arg_attrs) == ["x"]


def test_runtime_operators_are_kept_with_their_types() -> None:
    custom = [op for op in nodes(import_onnx(SAMPLES["quantised"]())) if op.name == "onnx.Custom"]
    assert [(op.domain, op.op_type) for op in custom] == [
        ("com.microsoft", "FastGelu"),
        ("ai.onnx.ml", "Binarizer"),
    ]
    assert [str(op.results[0].type) for op in custom] == ["tensor<1x4xf32>"] * 2


def test_functions_are_inlined_with_their_attributes() -> None:
    module = import_onnx(SAMPLES["functions"]())
    slopes = [
        (str(op.attributes["alpha"]), nodes_of(op)[0])
        for op in nodes(module)
        if op.op_type == "LeakyRelu"
    ]
    assert [text.split()[0] for text, _ in slopes] == ["5.000000e-01"] * 2 + ["2.500000e-01"] * 2
    assert slopes[0][1].startswith("twice_0/leak_1/")
    assert opsets_of(module) == {"ai.onnx": 17}


def test_a_graph_given_to_a_function_sees_the_names_of_its_caller() -> None:
    model = SAMPLES["control_flow"]()
    function = helper.make_function(
        "local",
        "choose",
        ["c"],
        ["r"],
        [helper.make_node("If", ["c"], ["r"])],
        [helper.make_opsetid("", 17)],
        ["yes", "no"],
    )
    for name in ("then_branch", "else_branch"):
        reference = function.node[0].attribute.add(name=name, type=onnx.AttributeProto.GRAPH)
        reference.ref_attr_name = "yes" if name == "then_branch" else "no"
    branches = {
        name: parse_model(
            '<ir_version: 8, opset_import: ["" : 17]> b () => (float[3] '
            f"{name}_out) {{ {name}_out = {kind}(x, one) }}"
        ).graph
        for name, kind in (("yes", "Add"), ("no", "Sub"))
    }
    call = helper.make_node("choose", ["flag"], ["y"], domain="local", **branches)
    graph = helper.make_graph(
        [call],
        "g",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, [3]),
            helper.make_tensor_value_info("flag", TensorProto.BOOL, []),
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [3])],
        [numpy_helper.from_array(np.array(1, np.float32), "one")],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("local", 1)]
    model = helper.make_model(graph, opset_imports=opsets, functions=[function], ir_version=8)
    feeds = {"x": np.ones(3, np.float32), "flag": np.array(False)}
    assert same(run_module(import_onnx(model), feeds), [np.zeros(3, np.float32)])


@pytest.mark.parametrize("opset", range(1, onnx.defs.onnx_opset_version() + 1))
def test_every_opset(opset: int) -> None:
    model = model_of(
        "g (float[2,3] x) => (float[3,2] y) { r = Relu(x) y = Transpose<perm = [1, 0]>(r) }",
        opset=opset,
        ir=3 if opset < 7 else 8,
    )
    if opset < 6:
        model.graph.node[0].attribute.clear()
    feeds = {"x": np.array([[1, -2, 3], [-4, 5, -6]], np.float32)}
    (result,) = run_module(import_onnx(model), feeds)
    reference = ReferenceEvaluator(import_as(model, 17)).run(None, feeds)
    assert same(result, np.asarray(reference[0]))


def import_as(model: onnx.ModelProto, opset: int) -> onnx.ModelProto:
    """The same text in another opset: these two operators mean the same in each."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    copy.opset_import[0].version = opset
    return copy

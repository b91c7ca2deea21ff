"""Wrong and hostile models: each gives one message that names the thing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from model_mutations import run_mutants
from onnx import TensorProto, helper, numpy_helper
from onnx.parser import parse_model
from onnx_samples import SAMPLES

from drpc.drpdialect.errors import UserError
from drpc.frontends import import_onnx

HUGE = 2**40


def refusal(source: str | Path | onnx.ModelProto) -> str:
    with pytest.raises(UserError) as caught:
        import_onnx(source)
    return str(caught.value)


def outcome(source: Path) -> str:
    """The message of a refusal, empty where the model is accepted."""
    try:
        import_onnx(source)
    except UserError as error:
        return str(error)
    return ""


def text_model(body: str, opsets: str = '"" : 17') -> onnx.ModelProto:
    return parse_model(f"<ir_version: 8, opset_import: [{opsets}]>\n{body}")


# --- files -----------------------------------------------------------------------------------


def test_files_that_are_no_models(tmp_path: Path) -> None:
    empty, text, noise = (tmp_path / name for name in ("empty", "text", "noise"))
    empty.write_bytes(b"")
    text.write_text("this is not a model, it is a letter\n" * 20)
    noise.write_bytes(np.random.default_rng(0).bytes(4096))
    assert "is empty" in refusal(empty)
    assert "no ONNX model" in refusal(text)
    assert "no ONNX model" in refusal(noise)
    assert "is a folder" in refusal(tmp_path)
    assert "no such file" in refusal(tmp_path / "missing.onnx")
    assert "no such file" in refusal("a\0b")


@pytest.mark.parametrize("name", ["convolution", "control_flow", "quantised"])
def test_a_file_truncated_at_any_byte(name: str, tmp_path: Path) -> None:
    content = SAMPLES[name]().SerializeToString()
    path = tmp_path / "model.onnx"
    for size in range(len(content)):
        path.write_bytes(content[:size])
        text = outcome(path)
        # What is accepted was cut between top-level fields, behind all that matters.
        assert text or len(content) - size < 100


def test_a_large_file_truncated_within_its_weights(tmp_path: Path) -> None:
    model = SAMPLES["convolution"]()
    wide = np.ones((40_000,), np.float32)
    model.graph.initializer.append(numpy_helper.from_array(wide, "wide"))
    content = model.SerializeToString()
    path = tmp_path / "model.onnx"
    for size in range(len(content) - 200_000, len(content), 9_973):
        path.write_bytes(content[:size])
        assert "damaged" in refusal(path)


# --- messages: each changes the convolution sample, and says what the message must mention ----

Change = Callable[[onnx.ModelProto], object]


def initializer(model: onnx.ModelProto, name: str) -> onnx.TensorProto:
    return next(tensor for tensor in model.graph.initializer if tensor.name == name)


def bad_attribute(model: onnx.ModelProto) -> None:
    attribute = model.graph.node[0].attribute[0]
    attribute.CopyFrom(helper.make_attribute(attribute.name, "two"))


def set_strides(*strides: int) -> Change:
    def change(model: onnx.ModelProto) -> None:
        attributes = model.graph.node[0].attribute
        strides_at = next(a for a in attributes if a.name == "strides")
        strides_at.CopyFrom(helper.make_attribute("strides", strides))

    return change


def set_dims(name: str, *dims: int) -> Change:
    def change(model: onnx.ModelProto) -> None:
        tensor = initializer(model, name)
        del tensor.dims[:]
        tensor.dims.extend(dims)

    return change


def set_input_dims(*dims: int) -> Change:
    def change(model: onnx.ModelProto) -> None:
        shape = model.graph.input[0].type.tensor_type.shape
        del shape.dim[:]
        for size in dims:
            shape.dim.add(dim_value=size)

    return change


def set_field(path: str, value: object) -> Change:
    """`graph.node.0.op_type` and the like."""

    def change(model: onnx.ModelProto) -> None:
        *parents, last = path.split(".")
        target: object = model
        for part in parents:
            target = target[int(part)] if part.isdigit() else getattr(target, part)  # pyright: ignore
        if last.isdigit():
            target[int(last)] = value  # pyright: ignore
        else:
            setattr(target, last, value)

    return change


def clear(path: str) -> Change:
    def change(model: onnx.ModelProto) -> None:
        *parents, last = path.split(".")
        target: object = model
        for part in parents:
            target = target[int(part)] if part.isdigit() else getattr(target, part)  # pyright: ignore
        target.ClearField(last)  # pyright: ignore

    return change


def duplicate(kind: str) -> Change:
    def change(model: onnx.ModelProto) -> None:
        items = getattr(model.graph, kind)
        items.append(items[0])

    return change


def cycle(model: onnx.ModelProto) -> None:
    model.graph.node[0].input[0] = "r"


def unsorted(model: onnx.ModelProto) -> None:
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(reversed(nodes))


def drop_initializer(model: onnx.ModelProto) -> None:
    model.graph.initializer.remove(initializer(model, "w"))


def declare_wrong(*dims: int, kind: int = TensorProto.FLOAT) -> Change:
    def change(model: onnx.ModelProto) -> None:
        model.graph.value_info.append(helper.make_tensor_value_info("c", kind, dims))

    return change


def two_versions(model: onnx.ModelProto) -> None:
    model.opset_import.append(helper.make_opsetid("", 16))


def integer_weights(model: onnx.ModelProto) -> None:
    array = np.ones((4, 3, 3, 3), np.int32)
    initializer(model, "w").CopyFrom(numpy_helper.from_array(array, "w"))


def double_weights(model: onnx.ModelProto) -> None:
    array = np.ones((4, 3, 3, 3), np.float64)
    initializer(model, "w").CopyFrom(numpy_helper.from_array(array, "w"))


def text_weights(model: onnx.ModelProto) -> None:
    tensor = initializer(model, "b")
    tensor.Clear()
    tensor.CopyFrom(TensorProto(name="b", data_type=TensorProto.STRING, dims=[1]))
    tensor.string_data.append(b"\xff\xfe")


CHANGES: dict[str, tuple[Change, str]] = {
    "no graph": (clear("graph"), "holds no graph"),
    "no outputs": (clear("graph.output"), "no outputs"),
    "no opset": (clear("opset_import"), "declares no opset"),
    "no IR version": (clear("ir_version"), "IR version 0"),
    "a newer IR version": (set_field("ir_version", 99), "IR version 99"),
    "a negative IR version": (set_field("ir_version", -1), "IR version -1"),
    "a newer opset": (set_field("opset_import.0.version", 99), "opset 99 of ai.onnx"),
    "opset 0": (set_field("opset_import.0.version", 0), "opset 0 of ai.onnx"),
    "a huge opset": (set_field("opset_import.0.version", 2**62), "opset 4611686018427387904"),
    "two opsets": (two_versions, "at two versions"),
    "an unknown domain": (set_field("graph.node.0.domain", "nobody"), "Conv of domain nobody"),
    "an unknown operator": (set_field("graph.node.0.op_type", "Convolve"), "Convolve of ai.onnx"),
    "an operator of later opsets": (set_field("graph.node.1.op_type", "Gelu"), "does not have yet"),
    "a withdrawn operator": (set_field("graph.node.1.op_type", "Upsample"), "withdrawn by opset"),
    "no operator": (clear("graph.node.0.op_type"), " of ai.onnx opset 17"),
    "a cycle": (cycle, "cycle"),
    "unsorted nodes": (unsorted, "not in topological order"),
    "an input that nothing defines": (set_field("graph.node.0.input.0", "ghost"), "'ghost'"),
    "an output that nothing makes": (set_field("graph.output.0.name", "ghost"), "'ghost'"),
    "an output without a name": (clear("graph.output.0.name"), "outputs has no name"),
    "an input without a name": (clear("graph.input.0.name"), "inputs has no name"),
    "an input without a type": (clear("graph.input.0.type"), "input x declares no type"),
    "an input of no element type": (
        clear("graph.input.0.type.tensor_type.elem_type"),
        "input x declares no type",
    ),
    "an input of an unknown type": (
        set_field("graph.input.0.type.tensor_type.elem_type", 99),
        "input x: there is no ONNX type",
    ),
    "an input of the wrong type": (
        set_field("graph.input.0.type.tensor_type.elem_type", TensorProto.INT32),
        "Conv_0",
    ),
    "an input of the wrong rank": (set_input_dims(1, 3), "Conv_0"),
    "an input with too many channels": (
        set_input_dims(1, 5, 8, 8),
        "input has 5 channels, but its weight takes 3",
    ),
    "a bias of another length": (set_dims("b", 2, 2), "Conv_0"),
    "an input of a negative size": (set_input_dims(1, 3, -7, 8), "size of -7"),
    "a huge input": (set_input_dims(HUGE, 3, 8, 8), "input x"),
    "the same input twice": (duplicate("input"), "two inputs named 'x'"),
    "the same output twice": (duplicate("output"), "two outputs named 'y'"),
    "the same node twice": (duplicate("node"), "'c', which is defined before"),
    "the same initializer twice": (duplicate("initializer"), "'w', which is defined before"),
    "an output that hides an input": (set_field("graph.node.0.output.0", "x"), "'x'"),
    "a missing initializer": (drop_initializer, "'w', which nothing defines"),
    "too few bytes": (set_field("graph.initializer.0.raw_data", b"12"), "'w'"),
    "too many bytes": (set_field("graph.initializer.0.raw_data", bytes(1000)), "'w'"),
    "no data": (clear("graph.initializer.0.raw_data"), "'w'"),
    "data in a field of another type": (clear("graph.initializer.1.float_data"), "'b'"),
    "no data type": (clear("graph.initializer.0.data_type"), "no ONNX data type 0"),
    "an unknown data type": (set_field("graph.initializer.0.data_type", 77), "data type 77"),
    "a wrong data type": (set_field("graph.initializer.0.data_type", 11), "'w'"),
    "integer weights": (integer_weights, "takes no tensor(int32) as input W"),
    "double weights": (double_weights, "T = tensor(float), but input W is tensor(double)"),
    "text that is not UTF-8": (text_weights, "not UTF-8"),
    "a huge initializer": (set_dims("w", HUGE, HUGE), "too many"),
    "a large initializer without data": (set_dims("w", 2**30), "'w'"),
    "a negative dimension": (set_dims("w", -4, 3, 3, 3), "negative size"),
    "dimensions that hide in zero": (set_dims("w", HUGE, 0, HUGE), "too many"),
    "weights of another shape": (set_dims("w", 3, 4, 3, 3), "Conv_0"),
    "a string for integers": (bad_attribute, "as INTS"),
    "zero strides": (set_strides(0, 0), "strides"),
    "three strides": (set_strides(1, 1, 1), "Conv_0"),
    "an unknown attribute": (set_field("graph.node.0.attribute.0.name", "colour"), "colour"),
    "an attribute without a name": (clear("graph.node.0.attribute.0.name"), "named ''"),
    "an attribute with a dot": (set_field("graph.node.0.attribute.0.name", "drp.nodes"), "drp.n"),
    "an attribute of no kind": (
        set_field("graph.node.0.attribute.0.type", onnx.AttributeProto.SPARSE_TENSOR),
        "kind SPARSE_TENSOR",
    ),
    "a reference outside of a function": (
        set_field("graph.node.0.attribute.0.ref_attr_name", "alpha"),
        "outside of a function",
    ),
    "a missing attribute": (clear("graph.node.2.attribute"), "needs attribute kernel_shape"),
    "too few inputs": (clear("graph.node.0.input"), "inputs"),
    "a declared shape that contradicts": (declare_wrong(1, 4, 5, 5), "Conv_0"),
    "a declared rank that contradicts": (declare_wrong(4, 4), "Conv_0"),
    "a declared type that contradicts": (declare_wrong(1, 4, 4, 4, kind=7), "Conv_0"),
    "a declared type that there is not": (declare_wrong(1, 4, 4, 4, kind=99), "no ONNX type"),
    "two Constant attributes": (
        lambda m: m.graph.node[4].attribute.append(helper.make_attribute("value_int", 1)),
        "Constant_4",
    ),
    "a Constant without a value": (clear("graph.node.4.attribute"), "Constant_4"),
    "an empty Constant attribute": (
        set_field("graph.node.4.attribute.0.name", "val"),
        "has no such attribute",
    ),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_damaged_model_is_refused(change: Change, expected: str) -> None:
    model = SAMPLES["convolution"]()
    change(model)
    assert expected in refusal(model)


def test_all_unknown_operators_are_named_at_once() -> None:
    model = SAMPLES["convolution"]()
    for index, op_type in ((0, "Convolve"), (1, "Clamp"), (3, "Convolve")):
        model.graph.node[index].op_type = op_type
        model.graph.node[index].name = f"node{index}"
    text = refusal(model)
    assert "Convolve of ai.onnx opset 17: 'node0', 'node3'" in text
    assert "Clamp of ai.onnx opset 17: 'node1'" in text


def test_names_that_are_no_text(tmp_path: Path) -> None:
    content = SAMPLES["convolution"]().SerializeToString().replace(b"Conv", b"C\xff\xfev")
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    assert "is not UTF-8" in refusal(path)


# --- nesting and functions -------------------------------------------------------------------


def nested(depth: int) -> onnx.ModelProto:
    """If inside If inside If: built in place, since protobuf copies no more than 100 levels."""
    model = helper.make_model(
        helper.make_graph(
            [],
            "g",
            [
                helper.make_tensor_value_info("x", TensorProto.FLOAT, [2]),
                helper.make_tensor_value_info("flag", TensorProto.BOOL, []),
            ],
            [],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    graph = model.graph
    for level in range(depth):
        graph.output.append(helper.make_tensor_value_info(f"y{level}", TensorProto.FLOAT, [2]))
        node = graph.node.add(op_type="If", input=["flag"], output=[f"y{level}"])
        for name in ("else_branch", "then_branch"):
            inner = node.attribute.add(name=name, type=onnx.AttributeProto.GRAPH).g
            if name == "else_branch":
                add_identity(inner, f"n{level}")
        graph = node.attribute[1].g
    add_identity(graph, f"y{depth}")
    return model


def add_identity(graph: onnx.GraphProto, output: str) -> None:
    graph.node.add(op_type="Identity", input=["x"], output=[output])
    graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, [2]))


def test_bodies_may_nest_but_not_without_end(tmp_path: Path) -> None:
    import_onnx(nested(20)).verify()
    assert "nest deeper" in refusal(nested(40))
    path = tmp_path / "deep.onnx"
    content = b""
    for _ in range(3000):  # a graph in an attribute of a node in a graph ...
        for tag in (b"\x32", b"\x2a", b"\x0a"):
            content = tag + varint(len(content)) + content
    path.write_bytes(b"\x3a" + varint(len(content)) + content)
    assert "damaged" in refusal(path)


def varint(value: int) -> bytes:
    text = b""
    while value >= 0x80:
        text += bytes([value & 0x7F | 0x80])
        value >>= 7
    return text + bytes([value])


def doubling(levels: int) -> onnx.ModelProto:
    """Functions each of which calls the next one twice."""
    functions = [
        helper.make_function(
            "f",
            f"f{level}",
            ["a"],
            ["c"],
            [
                helper.make_node(f"f{level + 1}", ["a"], ["b"], domain="f"),
                helper.make_node(f"f{level + 1}", ["b"], ["c"], domain="f"),
            ],
            [helper.make_opsetid("f", 1)],
        )
        for level in range(levels)
    ]
    functions.append(
        helper.make_function(
            "f",
            f"f{levels}",
            ["a"],
            ["c"],
            [helper.make_node("Relu", ["a"], ["c"])],
            [helper.make_opsetid("", 17)],
        )
    )
    return helper.make_model(
        helper.make_graph(
            [helper.make_node("f0", ["x"], ["y"], domain="f")],
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2])],
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("f", 1)],
        functions=functions,
        ir_version=8,
    )


def test_functions_that_multiply_are_counted_before_they_are_inlined() -> None:
    import_onnx(doubling(3)).verify()
    assert f"{2**25} nodes" in refusal(doubling(25))
    assert "nest deeper" in refusal(doubling(60))


def test_a_function_that_calls_itself() -> None:
    model = doubling(1)
    model.functions[1].node[0].op_type = "f0"
    model.functions[1].node[0].domain = "f"
    model.functions[1].opset_import.append(helper.make_opsetid("f", 1))
    assert "calls itself" in refusal(model)


def test_a_function_of_an_opset_with_another_meaning() -> None:
    model = text_model(
        """g (float[1,3] x) => (float[3] y) { y = f.squeeze(x) }
        <opset_import: ["" : 11], domain: "f"> squeeze (a) => (b) { b = Squeeze<axes = [0]>(a) }""",
        opsets='"" : 17, "f" : 1',
    )
    assert "opset 11 of ai.onnx" in refusal(model)


def test_a_function_called_with_too_many_inputs() -> None:
    model = SAMPLES["functions"]()
    model.graph.node[0].input.append("x")
    assert "takes 1 inputs" in refusal(model)


def test_a_function_defined_twice() -> None:
    model = SAMPLES["functions"]()
    model.functions.append(model.functions[0])
    assert "defines function twice of local twice" in refusal(model)


# --- bodies ----------------------------------------------------------------------------------


def body_of(model: onnx.ModelProto, node: int) -> onnx.GraphProto:
    return next(a.g for a in model.graph.node[node].attribute if a.name == "body")


def test_a_body_with_too_few_outputs() -> None:
    model = SAMPLES["control_flow"]()
    del body_of(model, 4).output[2]
    assert "body gives 2 outputs, but 3 are needed" in refusal(model)


def test_a_body_with_too_many_inputs() -> None:
    model = SAMPLES["control_flow"]()
    inputs = body_of(model, 4).input
    inputs.add().CopyFrom(inputs[2])
    assert "takes 4 inputs, but is given 3" in refusal(model)


@pytest.mark.parametrize("count", [-(2**62), 0, 3, 2**62])
def test_a_scan_of_more_than_there_is(count: int) -> None:
    model = SAMPLES["control_flow"]()
    scan = model.graph.node[5]
    next(a for a in scan.attribute if a.name == "num_scan_inputs").i = count
    assert f"scans {count} of its 2 inputs" in refusal(model)


# --- sparse tensors --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indices", "expected"),
    [
        (np.array([1, 6], np.int64), "lies outside"),
        (np.array([-1, 5], np.int64), "lies outside"),
        (np.array([1], np.int64), "fit neither"),
        (np.array([1, 5], np.int32), "fit neither"),
    ],
)
def test_sparse_indices_that_do_not_fit(indices: np.ndarray, expected: str) -> None:
    model = SAMPLES["sparse"]()
    model.graph.sparse_initializer[0].indices.CopyFrom(numpy_helper.from_array(indices))
    assert expected in refusal(model)


def test_a_huge_sparse_tensor_is_not_made_dense() -> None:
    model = SAMPLES["sparse"]()
    model.graph.sparse_initializer[0].dims[:] = [2**17, 2**18]
    assert "too many to make dense" in refusal(model)


# --- mutants ---------------------------------------------------------------------------------


def test_mutants_are_imported_or_refused(tmp_path: Path) -> None:
    outcomes, escapes = run_mutants(200, seed=11, folder=tmp_path)
    assert escapes == []
    assert outcomes["accepted"] > 0
    assert outcomes["refused"] > 0

"""Dynamic inputs: what is asked for, and what shapes are taken."""

import onnx
import pytest
from onnx.parser import parse_model

from drpc.drpdialect.errors import UserError
from drpc.drpdialect.onnx_protos import main_function
from drpc.frontends import import_onnx


def model_of(inputs: str, node: str = "y = Relu(x)") -> onnx.ModelProto:
    return parse_model(f'<ir_version: 8, opset_import: ["" : 17]> g ({inputs}) => (y) {{ {node} }}')


def input_types(model: onnx.ModelProto, **shapes: list[int]) -> list[str]:
    main = main_function(import_onnx(model, shapes=shapes))
    return [str(argument.type) for argument in main.body.block.args]


def message(model: onnx.ModelProto, **shapes: list[int]) -> str:
    with pytest.raises(UserError) as caught:
        import_onnx(model, shapes=shapes)
    return str(caught.value)


def test_all_dynamic_inputs_are_named_with_a_command() -> None:
    text = message(model_of("float[N,3,H,W] x, int64[N,?] ids, float[1] fixed"))
    assert "x: Nx3xHxW" in text
    assert "ids: Nx?" in text
    assert "fixed" not in text
    assert "--shape x=1x3x640x640 --shape ids=1x128" in text


def test_a_dynamic_batch_alone_is_asked_for_too() -> None:
    assert "--shape x=1x3x224x224" in message(model_of("float[N,3,224,224] x"))


def test_an_unknown_rank_is_asked_for() -> None:
    model = model_of("float[1] x")
    model.graph.input[0].type.tensor_type.ClearField("shape")
    assert "x: of unknown rank" in message(model)
    assert input_types(model, x=[2, 5]) == ["tensor<2x5xf32>"]


def test_given_shapes_are_taken() -> None:
    assert input_types(model_of("float[N,3] x"), x=[2, 3]) == ["tensor<2x3xf32>"]


def test_a_name_binds_the_inputs_that_share_it() -> None:
    model = model_of("float[N,3] x, float[N,M] other")
    assert input_types(model, other=[2, 7]) == ["tensor<2x3xf32>", "tensor<2x7xf32>"]


def test_shapes_that_disagree_about_a_name_are_refused() -> None:
    text = message(model_of("float[N] x, float[N] other"), x=[2], other=[3])
    assert "dimension 'N' of input other is 3 here, but 2 elsewhere" in text


def test_question_marks_name_nothing() -> None:
    model = model_of("float[2] x")
    del model.graph.input[0].type.tensor_type.shape.dim[:]
    for _ in range(2):
        model.graph.input[0].type.tensor_type.shape.dim.add(dim_param="?")
    assert input_types(model, x=[2, 3]) == ["tensor<2x3xf32>"]


def test_minus_one_is_a_dynamic_size() -> None:
    model = model_of("float[2] x")
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = -1
    assert "x: ?" in message(model)
    assert input_types(model, x=[4]) == ["tensor<4xf32>"]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ([1, 2, 3], "has 3 dimensions, but the model declares Nx3"),
        ([1, 4], "contradicts the model's Nx3"),
        ([-1, 3], "has a negative size"),
        ([2**40, 3], "too large"),
    ],
)
def test_a_shape_that_does_not_fit_is_refused(shape: list[int], expected: str) -> None:
    assert expected in message(model_of("float[N,3] x"), x=shape)


def test_an_unknown_input_is_refused_with_the_names_there_are() -> None:
    text = message(model_of("float[2] x, float[2] z"), nope=[1])
    assert "nope" in text
    assert "x, z" in text


def test_a_sequence_needs_no_shape() -> None:
    model = model_of("seq(float[N]) s", "y = SequenceLength(s)")
    assert input_types(model) == ["!onnx.seq<tensor<?xf32>>"]
    assert "is no tensor" in message(model, s=[1])

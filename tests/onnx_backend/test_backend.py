"""The `onnx.backend.base.Backend` interface."""

import numpy as np
import onnx
import pytest
from onnx.backend.base import Backend
from onnx.helper import make_node, make_opsetid, make_tensor_value_info

from drpc.compiler import onnx_backend
from drpc.drpdialect.errors import UserError


def relu_model(*sizes: int | str) -> onnx.ModelProto:
    graph = onnx.helper.make_graph(
        [make_node("Relu", ["x"], ["y"])],
        "relu",
        [make_tensor_value_info("x", onnx.TensorProto.FLOAT, sizes)],
        [make_tensor_value_info("y", onnx.TensorProto.FLOAT, sizes)],
    )
    return onnx.helper.make_model(graph, opset_imports=[make_opsetid("", 21)], ir_version=10)


def test_is_a_backend_for_the_cpu_device() -> None:
    assert issubclass(onnx_backend.DrpBackend, Backend)
    assert onnx_backend.supports_device("CPU")
    assert not onnx_backend.supports_device("CUDA")
    with pytest.raises(UserError, match="no device 'CUDA'"):
        onnx_backend.prepare(relu_model(2), "CUDA")


def test_outputs_are_in_order_and_by_name() -> None:
    outputs = onnx_backend.run_model(relu_model(2), [np.array([-1, 2], np.float32)])
    np.testing.assert_array_equal(outputs[0], [0, 2])
    np.testing.assert_array_equal(outputs["y"], [0, 2])  # pyright: ignore[reportCallIssue, reportArgumentType]


def test_specialises_once_for_each_set_of_shapes() -> None:
    prepared = onnx_backend.prepare(relu_model("n", 3))
    small, large = np.full((1, 3), -1, np.float32), np.full((4, 3), 2, np.float32)
    for x in (small, large, small):
        np.testing.assert_array_equal(prepared.run([x])[0], np.maximum(x, 0))
    assert prepared.program([small]) is prepared.program([-small])
    assert prepared.program([small]) is not prepared.program([large])


def test_compiles_for_the_given_target() -> None:
    prepared = onnx_backend.prepare(relu_model(2), target="rzv2l")
    assert prepared.program([np.zeros(2, np.float32)]).target == "rzv2l"


def test_runs_a_node_at_an_opset_with_inferred_types() -> None:
    x = np.array([[3, 1, 2]], np.float32)
    node = make_node("TopK", ["x", "k"], ["values", "indices"], axis=1)
    values, indices = onnx_backend.run_node(node, [x, np.array([2])])
    np.testing.assert_array_equal(values, [[3, 2]])
    np.testing.assert_array_equal(indices, [[0, 2]])
    (squeezed,) = onnx_backend.run_node(
        make_node("Squeeze", ["x"], ["y"], axes=[0]), [x], opset_version=11
    )
    np.testing.assert_array_equal(squeezed, [3, 1, 2])


def test_omitted_inputs_of_a_node_are_not_given() -> None:
    node = make_node("Clip", ["x", "", "high"], ["y"])
    (clipped,) = onnx_backend.run_node(node, [np.array([-1, 5], np.float32), np.float32(2)])
    np.testing.assert_array_equal(clipped, [-1, 2])


def test_wrong_inputs_are_the_users_to_mend() -> None:
    prepared = onnx_backend.prepare(relu_model(2))
    with pytest.raises(UserError, match=r"takes 1 inputs \(x\), but got 2"):
        prepared.run([np.zeros(2, np.float32)] * 2)
    with pytest.raises(UserError):
        prepared.run([np.zeros(3, np.float32)])
    with pytest.raises(UserError, match="input 'x'"):
        prepared.run([np.zeros(2, np.int64)])

"""fold-constants beyond the rules' texts: the same bits as ONNX Runtime, and nothing hostile."""

import time
from collections.abc import Sequence

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper
from properties.graph_builder import make_model, run_onnx_runtime, value_info
from xdsl.dialects.builtin import ModuleOp

from drpc.backends.interpreter import ModuleInterpreter
from drpc.drpdialect import make_context
from drpc.drpdialect.drp.structure import ConstantOp
from drpc.drpdialect.errors import UserError
from drpc.drpdialect.onnx import OnnxOp
from drpc.frontends import import_onnx
from drpc.passes import fold_constants
from drpc.passes.canonicalize_onnx import CanonicalizeOnnxPass
from drpc.passes.fold_constants import FoldConstantsPass

CONTEXT = make_context()


def constant_model(
    nodes: Sequence[onnx.NodeProto], arrays: dict[str, np.ndarray], opset: int = 17
) -> onnx.ModelProto:
    """A model without inputs: initializers, nodes, and the last node's results as outputs."""
    graph = helper.make_graph(
        nodes,
        "constant",
        [],
        [onnx.ValueInfoProto(name=name) for name in nodes[-1].output],
        [onnx.numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    return make_model(graph, opset)


def fold(model: onnx.ModelProto) -> ModuleOp:
    """The model imported and folded."""
    module = import_onnx(model)
    FoldConstantsPass().apply(CONTEXT, module)
    module.verify()
    return module


def nodes_left(module: ModuleOp) -> list[str]:
    """The ONNX operators that were not folded."""
    return [op.op_type for op in module.walk() if isinstance(op, OnnxOp)]


def expected_results(
    node: onnx.NodeProto, arrays: dict[str, np.ndarray], opset: int
) -> list[np.ndarray]:
    """What ONNX Runtime computes at run time, from inputs."""
    graph = helper.make_graph(
        [node],
        "node",
        [value_info(name, array) for name, array in arrays.items()],
        [onnx.ValueInfoProto(name=name) for name in node.output],
    )
    return run_onnx_runtime(make_model(graph, opset), arrays)


def check(
    op_type: str, arrays: Sequence[np.ndarray], opset: int = 17, outputs: int = 1, **attributes
) -> None:
    """One node on constants is folded into the very bits that ONNX Runtime gives."""
    named = {f"x{i}": np.asarray(array) for i, array in enumerate(arrays)}
    results = [f"y{i}" for i in range(outputs)]
    node = helper.make_node(op_type, list(named), results, **attributes)
    module = fold(constant_model([node], named, opset))
    assert nodes_left(module) == []
    actual = ModuleInterpreter(module).run({})
    for name, array in zip(results, expected_results(node, named, opset), strict=True):
        assert actual[name].dtype == array.dtype
        assert actual[name].shape == array.shape
        assert actual[name].tobytes() == array.tobytes()


INTS = np.array([[3, -4, 5], [-7, 8, 1]], np.int64)
SHORT = np.array([2, -3, 3], np.int64)
FLOATS = np.linspace(-3, 3, 12, dtype=np.float32).reshape(3, 4)


@pytest.mark.parametrize("op_type", ["Add", "Sub", "Mul", "Div", "Equal", "Less", "Greater"])
@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.float32])
def test_arithmetic_is_onnx_runtimes(op_type: str, dtype: type[np.generic]) -> None:
    check(op_type, [INTS.astype(dtype), SHORT.astype(dtype)])


@pytest.mark.parametrize(
    ("op_type", "arrays", "attributes"),
    [
        ("Gather", [INTS, np.array([[-1, 0]])], {"axis": 1}),
        ("Gather", [INTS, np.array(1)], {}),
        ("Concat", [INTS, INTS], {"axis": -1}),
        ("Unsqueeze", [INTS, np.array([0, -1])], {}),
        ("Squeeze", [INTS[:1], np.array([0])], {}),
        ("Squeeze", [INTS[:1]], {}),
        ("Reshape", [INTS, np.array([0, -1, 1])], {}),
        ("Reshape", [np.zeros((0, 3), np.float32), np.array([3, 0])], {"allowzero": 1}),
        ("Transpose", [INTS], {}),
        ("Transpose", [FLOATS], {"perm": [1, 0]}),
        ("Slice", [INTS, np.array([-1]), np.array([-(2**63)]), np.array([1]), np.array([-2])], {}),
        ("Slice", [INTS, np.array([1, 0]), np.array([9, 2])], {}),
        ("Where", [INTS > 0, INTS, np.array(9)], {}),
        ("Expand", [SHORT, np.array([2, 1])], {}),
        ("ConstantOfShape", [np.array([2, 3])], {}),
        ("Range", [np.array(7), np.array(-2), np.array(-3)], {}),
        ("Neg", [INTS], {}),
        ("And", [INTS > 0, SHORT > 0], {}),
        ("Or", [INTS > 0, SHORT > 0], {}),
        ("Not", [INTS > 0], {}),
        ("Cast", [INTS], {"to": 3}),
        ("Cast", [FLOATS], {"to": 7}),
        ("Cast", [INTS], {"to": 10}),
        ("Exp", [FLOATS], {}),
        ("Softmax", [FLOATS], {}),
        ("MatMul", [FLOATS, FLOATS.T], {}),
        ("ReduceProd", [SHORT], {"keepdims": 0}),
        ("NonZero", [INTS > 0], {}),
        ("TopK", [FLOATS, np.array([2])], {"outputs": 2}),
        ("Resize", [FLOATS, np.zeros(0, np.float32), np.array([2, 2], np.float32)], {}),
    ],
)
def test_operators_are_onnx_runtimes(
    op_type: str, arrays: list[np.ndarray], attributes: dict[str, object]
) -> None:
    check(op_type, arrays, **attributes)


@pytest.mark.parametrize(
    ("op_type", "arrays", "attributes"),
    [
        ("Squeeze", [INTS[:1]], {"axes": [0]}),
        ("Unsqueeze", [INTS], {"axes": [0, 3]}),
        ("Slice", [INTS], {"starts": [0], "ends": [1], "axes": [1]}),
    ],
)
def test_attributes_of_older_opsets_count(
    op_type: str, arrays: list[np.ndarray], attributes: dict[str, object]
) -> None:
    check(op_type, arrays, opset=9, **attributes)


@given(
    st.lists(st.integers(-5, 5), min_size=1, max_size=6),
    st.tuples(st.integers(-8, 8), st.integers(-8, 8), st.sampled_from((1, 2, 3, -1, -2))),
)
@settings(deadline=None, max_examples=60)
def test_slices_are_onnx_runtimes(items: list[int], bounds: tuple[int, int, int]) -> None:
    start, end, step = (np.array([n]) for n in bounds)
    check("Slice", [np.array(items), start, end, np.array([0]), step])


# --- what must not be folded -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("op_type", "arrays"),
    [
        ("ConstantOfShape", [np.array([2**16, 2**16])]),
        ("Expand", [np.ones(1, np.float32), np.array([2**17, 2**10])]),
        ("Tile", [np.ones((2, 2), np.float32), np.array([2**14, 2**12])]),
        ("Range", [np.array(0), np.array(2**33), np.array(1)]),
    ],
)
def test_what_would_be_huge_is_not_computed(op_type: str, arrays: list[np.ndarray]) -> None:
    named = {f"x{i}": array for i, array in enumerate(arrays)}
    start = time.perf_counter()
    module = fold(constant_model([helper.make_node(op_type, list(named), ["y"])], named))
    assert nodes_left(module) == [op_type]
    assert time.perf_counter() - start < 5


def test_all_results_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold_constants, "LARGEST_TOTAL", 5000)
    nodes = [helper.make_node("ConstantOfShape", ["n"], [f"y{i}"]) for i in range(4)]
    joined = helper.make_node("Sum", [f"y{i}" for i in range(4)], ["y"])
    module = fold(constant_model([*nodes, joined], {"n": np.array([500])}))
    assert nodes_left(module) == ["ConstantOfShape", "ConstantOfShape", "Sum"]


def test_long_products_are_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    node = helper.make_node("MatMul", ["a", "b"], ["y"])
    arrays = {name: np.ones((64, 64), np.float32) for name in ("a", "b")}
    assert nodes_left(fold(constant_model([node], arrays))) == []
    monkeypatch.setattr(fold_constants, "MOST_WORK", 64**3 - 1)
    assert nodes_left(fold(constant_model([node], arrays))) == ["MatMul"]


@pytest.mark.parametrize("op_type", ["Div", "Mod"])
@pytest.mark.parametrize("operands", [([1, 2], [1, 0]), ([-(2**63)], [-1])])
def test_undefined_divisions_are_left(op_type: str, operands: tuple[list[int], list[int]]) -> None:
    named = {name: np.array(n, np.int64) for name, n in zip("ab", operands, strict=True)}
    module = fold(constant_model([helper.make_node(op_type, ["a", "b"], ["y"])], named))
    assert nodes_left(module) == [op_type]


def test_an_index_out_of_range_is_left() -> None:
    node = helper.make_node("Gather", ["a", "b"], ["y"])
    module = fold(constant_model([node], {"a": INTS, "b": np.array([5])}))
    assert nodes_left(module) == ["Gather"]


def test_text_is_left() -> None:
    node = helper.make_node("Concat", ["a", "a"], ["y"], axis=0)
    module = fold(constant_model([node], {"a": np.array(["x", "y"], object)}))
    assert nodes_left(module) == ["Concat"]


def test_a_reshape_to_an_impossible_shape_is_the_users_error() -> None:
    x = np.zeros((2, 3), np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Shape", ["x"], ["s"]),
            helper.make_node("Add", ["s", "more"], ["t"]),
            helper.make_node("Reshape", ["x", "t"], ["y"], "wrong"),
        ],
        "wrong",
        [value_info("x", x)],
        [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)],
        [onnx.numpy_helper.from_array(np.array([2, -4]), "more")],
    )
    with pytest.raises(UserError, match="wrong"):
        fold(make_model(graph, 17))


def test_a_long_chain_takes_linear_time() -> None:
    def seconds(count: int) -> float:
        nodes = [helper.make_node("Add", [f"v{i}", "one"], [f"v{i + 1}"]) for i in range(count)]
        arrays = {"v0": np.array([1]), "one": np.array([1])}
        module = import_onnx(constant_model(nodes, arrays))
        start = time.perf_counter()
        CanonicalizeOnnxPass().apply(CONTEXT, module)
        FoldConstantsPass().apply(CONTEXT, module)
        duration = time.perf_counter() - start
        (constant,) = (op for op in module.walk() if isinstance(op, ConstantOp))
        assert constant.value.array.tolist() == [count + 1]
        return duration

    small, large = seconds(200), seconds(2000)
    assert large < 40 * small

"""Running modules: names, checks of inputs, liveness, observers, errors."""

import numpy as np
import pytest
from interpreter_build import build, constant
from xdsl.dialects.builtin import ModuleOp, TensorType, f32, f64, i64
from xdsl.ir import Operation, SSAValue
from xdsl.utils.exceptions import InterpretationError

from drpc.backends.interpreter import ModuleInterpreter
from drpc.drpdialect import drp
from drpc.drpdialect.errors import UserError
from drpc.drpdialect.provenance import set_nodes
from drpc.drpdialect.weights import Tensor, TensorAttr, WeightsNotLoaded

MEGABYTE = 1 << 20
VECTOR = TensorType(f32, [MEGABYTE // 4])
RELU = drp.FunctionAttr("relu")


def chain(length: int) -> ModuleOp:
    def body(x: SSAValue) -> SSAValue:
        for _ in range(length):
            x = drp.ApplyOp(x, drp.FunctionAttr("affine", 1.0, 1.0)).y
        return x

    return build([VECTOR], body)


def test_outputs_have_the_names_of_the_graph_in_order() -> None:
    module = build([TensorType(f32, [2])] * 2, lambda a, b: [drp.SubOp(a, b).y, drp.AddOp(a, b).y])
    a, b = np.array([3, 4], np.float32), np.array([1, 5], np.float32)
    outputs = ModuleInterpreter(module).run({"x1": b, "x0": a})
    assert list(outputs) == ["y0", "y1"]
    np.testing.assert_array_equal(outputs["y0"], [2, -1])
    np.testing.assert_array_equal(outputs["y1"], [4, 9])


def test_outputs_share_no_memory_with_inputs_weights_or_each_other() -> None:
    weight = np.arange(4, dtype=np.float32)

    def body(x: SSAValue) -> list[SSAValue]:
        w = constant(weight)
        return [x, w, w, drp.ReshapeOp(x, (2, 2)).y]

    x = np.ones(4, np.float32)
    outputs = ModuleInterpreter(build([TensorType(f32, [4])], body)).run({"x0": x})
    for output in outputs.values():
        output[...] = 7
    np.testing.assert_array_equal(weight, [0, 1, 2, 3])
    np.testing.assert_array_equal(x, 1)


def test_a_chain_keeps_two_tensors_alive() -> None:
    interpreter = ModuleInterpreter(chain(100))
    (y,) = interpreter.run({"x0": np.zeros(MEGABYTE // 4, np.float32)}).values()
    np.testing.assert_array_equal(y, 100)
    assert interpreter.peak_bytes == 2 * MEGABYTE


def test_peak_is_that_of_the_last_run_and_starts_anew() -> None:
    interpreter = ModuleInterpreter(chain(3))
    for _ in range(3):
        interpreter.run({"x0": np.zeros(MEGABYTE // 4, np.float32)})
        assert interpreter.peak_bytes == 2 * MEGABYTE


def test_a_value_lives_until_its_last_use() -> None:
    def body(x: SSAValue) -> SSAValue:
        early = drp.ApplyOp(x, RELU).y
        late = early
        for _ in range(5):
            late = drp.ApplyOp(late, RELU).y
        return drp.AddOp(early, late).y

    interpreter = ModuleInterpreter(build([VECTOR], body))
    interpreter.run({"x0": np.ones(MEGABYTE // 4, np.float32)})
    assert interpreter.peak_bytes == 3 * MEGABYTE


def test_views_count_once_and_constants_not_at_all() -> None:
    weight = np.ones(MEGABYTE // 4, np.float32)

    def body(x: SSAValue) -> SSAValue:
        view = drp.ReshapeOp(drp.ReshapeOp(x, (4, MEGABYTE // 16)).y, (MEGABYTE // 4,)).y
        weights = drp.ReshapeOp(constant(weight), (MEGABYTE // 4,)).y
        return drp.AddOp(drp.AddOp(x, view).y, weights).y

    interpreter = ModuleInterpreter(build([VECTOR], body))
    (y,) = interpreter.run({"x0": np.ones(MEGABYTE // 4, np.float32)}).values()
    np.testing.assert_array_equal(y, 3)
    assert interpreter.peak_bytes == 2 * MEGABYTE


def test_an_unused_result_dies_at_once() -> None:
    def body(x: SSAValue) -> SSAValue:
        for _ in range(4):
            drp.ApplyOp(x, RELU)
        return x

    interpreter = ModuleInterpreter(build([VECTOR], body))
    interpreter.run({"x0": np.ones(MEGABYTE // 4, np.float32)})
    assert interpreter.peak_bytes == 2 * MEGABYTE


def test_the_observer_sees_every_operation_in_order_with_its_results() -> None:
    seen: list[tuple[str, list[float]]] = []

    def observe(op: Operation, results: tuple[np.ndarray, ...]) -> None:
        seen.append((op.name, results[0].tolist()))

    module = build(
        [TensorType(f32, [2])],
        lambda x: drp.ApplyOp(drp.MulOp(x, constant(np.array([2, -2], np.float32))).y, RELU),
    )
    ModuleInterpreter(module, observer=observe).run({"x0": np.array([1, 3], np.float32)})
    assert seen == [
        ("drp.constant", [2.0, -2.0]),
        ("drp.mul", [2.0, -6.0]),
        ("drp.apply", [2.0, 0.0]),
    ]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (
            {},
            "input 'x0' is missing; input 'x1' is missing. "
            "The model takes 'x0': float32 of shape 2x3, 'x1': int64 of shape scalar",
        ),
        (
            {"x0": np.zeros((2, 3), np.float32), "x1": np.int64(0), "x2": 0},
            "there is no input 'x2'. "
            "The model takes 'x0': float32 of shape 2x3, 'x1': int64 of shape scalar",
        ),
        (
            {"x0": np.zeros((3, 2), np.float32), "x1": np.int32(0)},
            "input 'x0': expected float32 of shape 2x3, but got float32 of shape 3x2; "
            "input 'x1': expected int64 of shape scalar, but got int32 of shape scalar",
        ),
        (
            {"x0": None, "x1": np.int64(0)},
            "input 'x0': expected float32 of shape 2x3, but got a NoneType",
        ),
    ],
)
def test_wrong_inputs_are_named_with_what_was_expected(
    inputs: dict[str, object], message: str
) -> None:
    module = build([TensorType(f32, [2, 3]), TensorType(i64, [])], lambda x, n: x)
    with pytest.raises(UserError) as raised:
        ModuleInterpreter(module).run(inputs)
    assert str(raised.value) == message


def test_a_module_without_main_is_refused() -> None:
    with pytest.raises(UserError, match="no function @main"):
        ModuleInterpreter(ModuleOp([]))


def test_an_error_names_the_operation_and_its_node_but_never_prints_the_module() -> None:
    def body(x: SSAValue) -> drp.ReshapeOp:
        op = drp.ReshapeOp(drp.AddOp(x, constant(np.array([0.625, 2], np.float32))).y, (2, 1))
        set_nodes(op, ["reshape_7"])
        return op

    module = build([TensorType(f32, [2])], body)
    (reshape,) = (op for op in module.walk() if isinstance(op, drp.ReshapeOp))
    object.__setattr__(reshape.y, "_type", TensorType(f32, [3, 1]))  # does not verify any more
    with pytest.raises(InterpretationError) as raised:
        ModuleInterpreter(module).run({"x0": np.zeros(2, np.float32)})
    assert str(raised.value) == (
        "drp.reshape (node reshape_7) : (tensor<2xf32>) -> (tensor<3x1xf32>): "
        "cannot reshape array of size 2 into shape (3,1)"
    )


def test_a_weight_known_by_digest_only_is_reported_as_such() -> None:
    unbound = TensorAttr(Tensor(TensorType(f32, [400]), digest="0" * 32))
    module = build([], lambda: drp.ConstantOp(unbound))
    with pytest.raises(WeightsNotLoaded, match="safetensors"):
        ModuleInterpreter(module).run({})


def test_weights_at_odd_addresses_are_copied_once() -> None:
    raw = np.zeros(4 * 64 * 64 + 1, np.uint8)
    weight = raw[1:].view(np.float32).reshape(64, 64)
    assert not weight.flags.aligned
    weight[...] = np.eye(64)
    module = build([TensorType(f32, [2, 64])], lambda x: drp.MatmulOp(x, constant(weight)))
    x = np.random.default_rng(0).standard_normal((2, 64), np.float32)
    interpreter = ModuleInterpreter(module)
    np.testing.assert_array_equal(interpreter.run({"x0": x})["y0"], x)
    (kept,) = (op.value.array for op in module.walk() if isinstance(op, drp.ConstantOp))
    assert kept.flags.aligned


def test_products_are_exact_where_they_are_cut_into_pieces() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((300, 64)), rng.standard_normal((64, 500))
    module = build(
        [TensorType(f64, [300, 64]), TensorType(f64, [64, 500])],
        lambda a, b: drp.MatmulOp(a, b, activation=RELU),
    )
    y = ModuleInterpreter(module).run({"x0": a, "x1": b})["y0"]
    np.testing.assert_allclose(y, np.maximum(a @ b, 0), rtol=1e-12, atol=1e-12)

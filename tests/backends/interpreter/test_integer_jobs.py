"""Quantised jobs without sums: what they give must be what real numbers, quantised once, give."""

from collections.abc import Sequence

import numpy as np
import pytest
from integer_build import Job, run_both, stored, ui8
from interpreter_build import build
from xdsl.dialects.builtin import TensorType, f32, i8

from drpc.backends.interpreter import ModuleInterpreter
from drpc.backends.interpreter.integer_jobs import Route, route_of
from drpc.drpdialect import drp, quant
from drpc.drpdialect.constants import make_constant
from drpc.drpdialect.quant import UniformType

A = UniformType(i8, 0.05, -20)
B = UniformType(ui8, 0.08, 140)
RELU = drp.FunctionAttr("relu")
GELU = drp.FunctionAttr("gelu")

# name: (job, operand shapes, what it does with integers of one type)
JOBS: dict[str, tuple[Job, Sequence[tuple[int, ...]], Route]] = {
    "reshape": (lambda x: drp.ReshapeOp(x, (6, 20)), [(2, 3, 4, 5)], Route.STORED),
    "transpose": (lambda x: drp.TransposeOp(x, (0, 3, 1, 2)), [(2, 3, 4, 5)], Route.STORED),
    "broadcast": (lambda x: drp.BroadcastOp(x, (2, 3, 4)), [(3, 1)], Route.STORED),
    "concat": (lambda a, b: drp.ConcatOp([a, b], 1), [(2, 3), (2, 4)], Route.STORED),
    "slice": (lambda x: drp.SliceOp(x, (0, 8), (2, 3), (1, -4)), [(2, 9)], Route.STORED),
    "pad": (lambda x: drp.PadOp(x, (0, 1), (2, 0), value=0.3), [(2, 3)], Route.STORED),
    "pad, below": (lambda x: drp.PadOp(x, (1,), (1,), value=-np.inf), [(3,)], Route.STORED),
    "gather": (lambda x: drp.GatherOp(x, 1, (2, 2, 0)), [(2, 3)], Route.STORED),
    "tile": (lambda x: drp.TileOp(x, (1, 2)), [(2, 3)], Route.STORED),
    "max_pool": (
        lambda x: drp.MaxPoolOp(x, (3, 2), (3, 5), strides=(2, 1), pads=(1, 1, 1, 0)),
        [(1, 3, 5, 5)],
        Route.STORED,
    ),
    "reduce, max": (lambda x: drp.ReduceOp(x, drp.ReduceKind.MAX, (1,)), [(3, 4)], Route.STORED),
    "reduce, min": (lambda x: drp.ReduceOp(x, drp.ReduceKind.MIN, (0,)), [(3, 4)], Route.STORED),
    "max": (drp.MaxOp, [(3, 4), (4,)], Route.STORED),
    "min": (drp.MinOp, [(3, 4), (4,)], Route.STORED),
    "max, fused": (lambda a, b: drp.MaxOp(a, b, activation=GELU), [(3, 4)] * 2, Route.THROUGH_REAL),
    "resize, nearest": (
        lambda x: drp.ResizeOp(x, (1, 2, 6, 3), (1, 1, 2, 0.5), drp.ResizeMode.NEAREST),
        [(1, 2, 3, 6)],
        Route.STORED,
    ),
    "resize, linear": (
        lambda x: drp.ResizeOp(x, (1, 2, 6, 3), (1, 1, 2, 0.5), drp.ResizeMode.LINEAR),
        [(1, 2, 3, 6)],
        Route.THROUGH_REAL,
    ),
    "apply": (lambda x: drp.ApplyOp(x, GELU), [(300,)], Route.TABLE),
    "softmax": (lambda x: drp.SoftmaxOp(x, 1), [(5, 70)], Route.THROUGH_REAL),
    "layer_norm": (lambda x: drp.LayerNormOp(x, None, None, 1), [(5, 70)], Route.THROUGH_REAL),
    "div": (drp.DivOp, [(3, 4), (4,)], Route.THROUGH_REAL),
    "add, fused": (lambda a, b: drp.AddOp(a, b, activation=GELU), [(3, 4)] * 2, Route.THROUGH_REAL),
    "prod": (lambda x: drp.ReduceOp(x, drp.ReduceKind.PROD, (1,)), [(3, 4)], Route.THROUGH_REAL),
}


def through_real(tensors, result: UniformType, job: Job) -> np.ndarray:
    """The job on real numbers, with casts around it."""

    def body(*values):
        y = job(*(quant.DCastOp(value, f32).y for value in values))
        return quant.QCastOp(y.results[0], result)

    module = build([TensorType(element, array.shape) for array, element in tensors], body)
    feeds = {f"x{i}": array for i, (array, _) in enumerate(tensors)}
    return ModuleInterpreter(module).run(feeds)["y0"]


@pytest.mark.parametrize("element", [A, B], ids=str)
@pytest.mark.parametrize("name", JOBS)
def test_of_one_type(name: str, element: UniformType) -> None:
    job, shapes, route = JOBS[name]
    routes: list[Route] = []

    def watched(*values):
        op = job(*values)
        assert isinstance(op, drp.DrpOp)
        routes.append(route_of(op.retyped(op.operands, element)))
        return op

    rng = np.random.default_rng(1)
    tensors = [stored(rng, shape, element) for shape in shapes]
    np.testing.assert_array_equal(
        run_both(tensors, element, watched), through_real(tensors, element, job)
    )
    assert routes == [route]


MIXED = ["max_pool", "max", "resize, nearest", "reduce, max", "apply", "softmax", "div", "prod"]


@pytest.mark.parametrize("name", MIXED)
def test_of_two_types(name: str) -> None:
    job, shapes, _ = JOBS[name]
    rng = np.random.default_rng(2)
    tensors = [stored(rng, shape, A) for shape in shapes]
    np.testing.assert_array_equal(run_both(tensors, B, job), through_real(tensors, B, job))


def test_parameters_may_stay_real() -> None:
    rng = np.random.default_rng(3)
    x, element = stored(rng, (4, 30), A)
    scale, shift = rng.standard_normal((2, 30)).astype(np.float32)

    def job(x):
        parameters = (make_constant(array).result for array in (scale, shift))
        return drp.LayerNormOp(x, *parameters, 1)

    def quantised(x):
        op = job(x)
        retyped = op.retyped(op.operands, B)
        op.detach()
        return retyped

    module = build([TensorType(element, x.shape)], quantised)
    expected = through_real([(x, element)], B, job)
    for engine in ("fast", "reference"):
        result = ModuleInterpreter(module, engine=engine).run({"x0": x})["y0"]
        np.testing.assert_array_equal(result, expected)


def test_comparisons_and_indices_of_stored_numbers() -> None:
    a, b = (stored(np.random.default_rng(seed), (5, 9), A) for seed in (4, 5))
    types = [TensorType(A, (5, 9))] * 2

    def body(a, b):
        less = drp.CompareOp(a, b, drp.Predicate.LESS)
        return [less.y, drp.ArgMaxOp(a, 1).y, drp.SelectOp(less.y, a, b).y]

    outputs = ModuleInterpreter(build(types, body)).run({"x0": a[0], "x1": b[0]})
    less, largest, selected = outputs.values()
    np.testing.assert_array_equal(less, a[0] < b[0])
    np.testing.assert_array_equal(largest, a[0].argmax(1)[:, np.newaxis])
    np.testing.assert_array_equal(selected, np.minimum(a[0], b[0]))


def test_inputs_and_outputs_are_stored_integers() -> None:
    module = build([TensorType(A, (2,))], lambda x: drp.ApplyOp(x, RELU))
    y = ModuleInterpreter(module).run({"x0": np.array([-128, 127], np.int8)})["y0"]
    assert (y.dtype, y.tolist()) == (np.int8, [-20, 127])

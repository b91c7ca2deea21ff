"""Random products, element-wise jobs, reductions, movements and resizes agree with the oracles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interpreter_build import assert_close, onnx_run, run
from xdsl.ir import SSAValue

from drpc.drpdialect import drp
from drpc.drpdialect.drp import CoordinateMode, NearestMode, ReduceKind, ResizeMode

SEEDS = st.integers(0, 2**32 - 1)
SHAPES = st.lists(st.integers(0, 5), max_size=4).map(tuple)


def random(seed: int, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape).astype(np.float32) for shape in shapes]


@st.composite
def broadcasting(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape that broadcasts to `shape`: some axes 1, some leading ones missing."""
    kept = [draw(st.sampled_from([size, size, 1])) for size in shape]
    return tuple(kept[draw(st.integers(0, len(kept))) :])


@settings(max_examples=50)
@given(SEEDS, st.data())
def test_matmul(seed: int, data: st.DataObject) -> None:
    leading = data.draw(st.lists(st.integers(1, 3), max_size=3).map(tuple))
    m, k, n = (data.draw(st.integers(1, 9)) for _ in range(3))
    a_shape = (*data.draw(broadcasting(leading)), m, k)
    b_shape = (*data.draw(broadcasting(leading)), k, n)
    a, b, bias = random(seed, a_shape, b_shape, (n,))
    y = run([a, b, bias], lambda a, b, c: drp.MatmulOp(a, b, c))
    assert_close(y, onnx_run("MatMul", [a, b]) + bias)


BINARY = [(drp.AddOp, "Add"), (drp.SubOp, "Sub"), (drp.MulOp, "Mul"), (drp.DivOp, "Div")]


@settings(max_examples=60)
@given(SEEDS, st.sampled_from(BINARY), SHAPES, st.data())
def test_binary(
    seed: int,
    operation: tuple[type[drp.BinaryOp], str],
    shape: tuple[int, ...],
    data: st.DataObject,
) -> None:
    job, op_type = operation
    a, b = random(seed, data.draw(broadcasting(shape)), data.draw(broadcasting(shape)))
    assert_close(run([a, b], lambda a, b: job(a, b)), onnx_run(op_type, [a, b]), 1e-6)


@settings(max_examples=60)
@given(SEEDS, st.sampled_from(list(ReduceKind)), st.booleans(), st.data())
def test_reduce(seed: int, kind: ReduceKind, keep: bool, data: st.DataObject) -> None:
    shape = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple))
    axes = tuple(sorted(data.draw(st.sets(st.integers(0, len(shape) - 1), min_size=1))))
    (x,) = random(seed, shape)
    x = np.abs(x) + np.float32(0.1)
    y = run([x], lambda x: drp.ReduceOp(x, kind, axes, keep=keep))
    op_type = "Reduce" + "".join(word.capitalize() for word in kind.value.split("_"))
    assert_close(y, onnx_run(op_type, [x, np.array(axes, np.int64)], keepdims=int(keep)))


@settings(max_examples=60)
@given(SEEDS, st.sampled_from([drp.SoftmaxOp, drp.LogSoftmaxOp]), st.data())
def test_softmax(seed: int, operation: type[drp.SoftmaxLikeOp], data: st.DataObject) -> None:
    shape = data.draw(st.lists(st.integers(1, 7), min_size=1, max_size=4).map(tuple))
    axis = data.draw(st.integers(0, len(shape) - 1))
    (x,) = random(seed, shape)
    op_type = "Softmax" if operation is drp.SoftmaxOp else "LogSoftmax"
    assert_close(run([x * 9], lambda x: operation(x, axis)), onnx_run(op_type, [x * 9], axis=axis))


@settings(max_examples=60)
@given(SEEDS, st.data())
def test_slice_is_numpy_indexing(seed: int, data: st.DataObject) -> None:
    shape = data.draw(st.lists(st.integers(1, 7), max_size=4).map(tuple))
    offsets, sizes, steps, index = [], [], [], []
    for size in shape:
        taken = data.draw(st.slices(size))
        positions = range(size)[taken]
        index.append(taken)
        offsets.append(positions.start if len(positions) else 0)
        sizes.append(len(positions))
        steps.append(positions.step)
    (x,) = random(seed, shape)
    y = run([x], lambda x: drp.SliceOp(x, offsets, sizes, steps))
    np.testing.assert_array_equal(y, x[tuple(index)])


@settings(max_examples=60)
@given(SEEDS, st.data())
def test_a_chain_of_movements_is_numpys(seed: int, data: st.DataObject) -> None:
    """Views of views: whatever the layout, the next job reads the right elements."""
    (x,) = random(seed, (2, 3, 4, 5))
    first = tuple(data.draw(st.permutations(range(4))))
    second = tuple(data.draw(st.permutations(range(4))))
    expected = np.flip(x.transpose(first), 0).transpose(second)
    relu = drp.FunctionAttr("relu")

    def body(value: SSAValue) -> drp.ApplyOp:
        moved = drp.TransposeOp(value, first).y
        size = tuple(x.shape[axis] for axis in first)
        offsets, steps = (size[0] - 1, 0, 0, 0), (-1, 1, 1, 1)
        moved = drp.TransposeOp(drp.SliceOp(moved, offsets, size, steps).y, second).y
        return drp.ApplyOp(drp.ReshapeOp(moved, (8, 15)).y, relu)

    y = run([x], body)
    np.testing.assert_array_equal(y, np.maximum(expected.reshape(8, 15), 0))


@pytest.mark.parametrize("mode", ResizeMode)
@settings(max_examples=40)
@given(
    SEEDS,
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.tuples(st.integers(1, 20), st.integers(1, 20)),
    st.sampled_from(list(CoordinateMode)),
    st.sampled_from(list(NearestMode)),
)
def test_resize_to_sizes(
    mode: ResizeMode,
    seed: int,
    size: tuple[int, int],
    wanted: tuple[int, int],
    coordinates: CoordinateMode,
    rounding: NearestMode,
) -> None:
    (x,) = random(seed, (1, 2, *size))
    shape = (1, 2, *wanted)
    scales = tuple(b / a for a, b in zip(x.shape, shape, strict=True))
    y = run(
        [x],
        lambda x: drp.ResizeOp(x, shape, scales, mode, coordinates, rounding),
    )
    expected = onnx_run(
        "Resize",
        [x, None, None, np.array(shape, np.int64)],
        opset=19,
        mode=mode.value,
        coordinate_transformation_mode=coordinates.value,
        nearest_mode=rounding.value,
    )
    assert_close(y, expected)

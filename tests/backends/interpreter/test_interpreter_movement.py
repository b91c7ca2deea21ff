"""Movement of elements: exact, for every element type."""

import ml_dtypes
import numpy as np
import pytest
from interpreter_build import onnx_run, run

from drpc.drpdialect import drp
from drpc.drpdialect.drp import PadMode

RNG = np.random.default_rng(0)
DTYPES = [np.float32, np.float16, ml_dtypes.bfloat16, np.int8, np.int64, np.bool_, object]


def numbers(shape: tuple[int, ...], dtype: type = np.float32) -> np.ndarray:
    if dtype is object:
        texts = np.array([f"text {n}" for n in range(int(np.prod(shape)))], object)
        return texts.reshape(shape)
    return RNG.integers(0, 100, shape).astype(dtype)


def assert_same(actual: np.ndarray, expected: np.ndarray) -> None:
    assert actual.dtype == expected.dtype
    assert actual.shape == expected.shape
    assert actual.tolist() == expected.tolist()


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_movement_keeps_every_element_type(dtype: type) -> None:
    x = numbers((2, 3, 4), dtype)
    assert_same(run([x], lambda x: drp.ReshapeOp(x, (4, 6))), x.reshape(4, 6))
    assert_same(run([x], lambda x: drp.TransposeOp(x, (2, 0, 1))), x.transpose(2, 0, 1))
    assert_same(run([x], lambda x: drp.TileOp(x, (1, 2, 3))), np.tile(x, (1, 2, 3)))
    assert_same(run([x], lambda x: drp.ConcatOp([x, x], 1)), np.concatenate([x, x], 1))
    assert_same(run([x], lambda x: drp.GatherOp(x, 2, (3, 0, 0))), x[:, :, [3, 0, 0]])
    row = numbers((3, 1), dtype)
    expected = np.array(np.broadcast_to(row, (2, 3, 5)))
    assert_same(run([row], lambda x: drp.BroadcastOp(x, (2, 3, 5))), expected)


@pytest.mark.parametrize(
    ("offsets", "sizes", "steps", "expected"),
    [
        ((0, 0), (4, 5), (1, 1), np.s_[:, :]),
        ((1, 2), (2, 2), (1, 1), np.s_[1:3, 2:4]),
        ((0, 4), (2, 3), (2, -2), np.s_[::2, ::-2]),
        ((3, 4), (4, 5), (-1, -1), np.s_[::-1, ::-1]),
        ((2, 3), (1, 2), (-5, -3), np.s_[2:1:-1, 3::-3]),
        ((0, 0), (0, 5), (1, 1), (slice(0, 0),)),
        ((3, 0), (0, 1), (-1, 7), np.s_[:0, :1]),
    ],
)
def test_slice(
    offsets: tuple[int, ...],
    sizes: tuple[int, ...],
    steps: tuple[int, ...],
    expected: tuple[slice, ...],
) -> None:
    x = numbers((4, 5))
    assert_same(run([x], lambda x: drp.SliceOp(x, offsets, sizes, steps)), x[expected])


@pytest.mark.parametrize("mode", PadMode)
@pytest.mark.parametrize(
    ("low", "high"),
    [((0, 0, 1, 2), (0, 0, 2, 1)), ((0, 1, 0, 0), (0, 1, 3, 3)), ((0,) * 4, (0,) * 4)],
)
def test_pad_agrees_with_onnx_runtime(
    mode: PadMode, low: tuple[int, ...], high: tuple[int, ...]
) -> None:
    x = numbers((2, 3, 4, 5))
    y = run([x], lambda x: drp.PadOp(x, low, high, mode, 1.5))
    value = np.float32(1.5) if mode == PadMode.CONSTANT else None
    operands = [x, np.array([*low, *high], np.int64), None if value is None else np.array(value)]
    assert_same(y, onnx_run("Pad", operands, mode=mode.value))


@pytest.mark.parametrize("dtype", DTYPES[:-1])
def test_pad_with_a_constant_of_any_element_type(dtype: type) -> None:
    x = numbers((2, 3), dtype)
    y = run([x], lambda x: drp.PadOp(x, (1, 0), (0, 2), value=1.0))
    expected = np.full((3, 5), 1, dtype)
    expected[1:, :3] = x
    assert_same(y, expected)


def test_pad_of_an_empty_tensor() -> None:
    x = np.zeros((0, 2), np.float32)
    y = run([x], lambda x: drp.PadOp(x, (1, 1), (1, 0), value=3.0))
    assert_same(y, np.full((2, 3), 3, np.float32))


@pytest.mark.parametrize("shape", [(), (0,), (0, 3)])
def test_small_tensors_move_too(shape: tuple[int, ...]) -> None:
    x = numbers(shape)
    assert_same(run([x], lambda x: drp.TransposeOp(x, tuple(range(len(shape)))[::-1])), x.T)
    assert_same(run([x], lambda x: drp.ReshapeOp(x, (1, *shape))), x.reshape(1, *shape))
    assert_same(run([x], lambda x: drp.BroadcastOp(x, (2, *shape))), np.stack([x, x]))

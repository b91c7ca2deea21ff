"""Constant tensors: text, digests, and the safetensors file that holds the large ones."""

import json
import struct
from collections.abc import Callable
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
import safetensors
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from onnx import TensorProto
from xdsl.dialects.builtin import ModuleOp

from drpc.drpdialect import make_context
from drpc.drpdialect.constants import make_constant
from drpc.drpdialect.element_types import dtype_of, mlir_type_of_onnx
from drpc.drpdialect.parsing import DrpParser
from drpc.drpdialect.weights import (
    INLINE_BYTES,
    Tensor,
    TensorAttr,
    WeightsNotLoaded,
    bind_weights,
    save_weights,
    store_path,
    tensors_of,
)

DTYPES = [
    dtype_of(mlir_type_of_onnx(number))
    for name, number in TensorProto.DataType.items()
    if name not in ("UNDEFINED", "STRING")
]


def some_array(dtype: np.dtype[np.generic], count: int) -> np.ndarray:
    """An array of a dtype whose elements take every pattern of bits that it has."""
    if dtype.kind == "b":
        return np.arange(count) % 3 == 0
    if dtype.kind in "iu" or dtype.itemsize > 2:
        noise = np.random.default_rng(0).bytes(count * dtype.itemsize)
        return np.frombuffer(noise, dtype)
    if dtype.name in ("int4", "uint4", "int2", "uint2"):
        limits = ml_dtypes.iinfo(dtype)
        span = limits.max - limits.min + 1
        return (np.arange(count) % span + limits.min).astype(dtype)
    size = ml_dtypes.finfo(dtype).bits
    patterns = np.arange(count) % (1 << size)
    return patterns.astype(np.uint8 if dtype.itemsize == 1 else np.uint16).view(dtype)


def module_of(*arrays: np.ndarray) -> ModuleOp:
    return ModuleOp([make_constant(array) for array in arrays])


def reparsed(module: ModuleOp) -> ModuleOp:
    return DrpParser(make_context(), str(module)).parse_module()


def same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


# --- text ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.name)
def test_small_tensors_of_every_type_round_trip_as_text(dtype: np.dtype[np.generic]) -> None:
    array = some_array(dtype, INLINE_BYTES // dtype.itemsize)
    module = module_of(array)
    (tensor,) = tensors_of(reparsed(module))
    assert tensor.is_inline
    assert same_bits(tensor.array, array)
    assert str(reparsed(module)) == str(module)


@given(
    npst.arrays(
        st.sampled_from([np.float32, np.float64, np.int8, np.int64, np.bool_, np.complex64]),
        npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    )
)
def test_any_small_tensor_round_trips_as_text(array: np.ndarray) -> None:
    (tensor,) = tensors_of(reparsed(module_of(array)))
    assert same_bits(tensor.array, array)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_any_text_round_trips(words: list[str]) -> None:
    array = np.array(words, dtype=object).reshape(len(words))
    (tensor,) = tensors_of(reparsed(module_of(array)))
    assert tensor.array.tolist() == words


def test_text_is_printed_however_long() -> None:
    array = np.array(["word"] * 1000, dtype=object)
    assert TensorAttr.of(array).data.is_inline


def test_a_large_tensor_prints_as_its_digest() -> None:
    array = np.arange(INLINE_BYTES // 4 + 1, dtype=np.float32)
    text = str(TensorAttr.of(array))
    assert text == f'#drp.tensor<"{TensorAttr.of(array).data.digest}" : tensor<257xf32>>'


# --- identity --------------------------------------------------------------------------------


def test_equality_is_by_type_and_bits() -> None:
    zeros = TensorAttr.of(np.zeros(3, np.float32))
    assert zeros == TensorAttr.of(np.zeros(3, np.float32))
    assert hash(zeros) == hash(TensorAttr.of(np.zeros(3, np.float32)))
    assert zeros != TensorAttr.of(-np.zeros(3, np.float32))
    assert zeros != TensorAttr.of(np.zeros(3, np.int32))
    assert zeros != TensorAttr.of(np.zeros((3, 1), np.float32))
    nan = TensorAttr.of(np.full(3, np.nan, np.float32))
    assert nan == TensorAttr.of(np.full(3, np.nan, np.float32))


def test_equality_sees_the_last_element() -> None:
    array = np.zeros(10_000, np.float32)
    other = array.copy()
    other[-1] = 1
    assert TensorAttr.of(array) != TensorAttr.of(other)


def test_the_digest_follows_content_not_memory_layout() -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert Tensor(TensorAttr.of(array).type, np.asfortranarray(array)).digest == (
        TensorAttr.of(array).data.digest
    )


def test_a_tensor_known_by_its_digest_equals_the_loaded_one() -> None:
    loaded = TensorAttr.of(np.arange(1000, dtype=np.float32)).data
    assert Tensor(loaded.type, digest=loaded.digest) == loaded
    assert Tensor(loaded.type, digest="0" * 32) != loaded


def test_a_tensor_is_loaded_once_and_only_when_asked_for() -> None:
    calls: list[int] = []

    def load() -> np.ndarray:
        calls.append(1)
        return np.arange(1000, dtype=np.float32)

    tensor = Tensor(TensorAttr.of(np.zeros(1000, np.float32)).type, load=load)
    assert tensor.is_loaded
    assert tensor.nbytes == 4000
    assert not tensor.is_inline
    assert calls == []
    assert tensor.array[999] == 999
    assert tensor.array is tensor.array
    assert calls == [1]


def test_bytes_that_are_not_there_are_named() -> None:
    tensor = Tensor(TensorAttr.of(np.zeros(1000, np.float32)).type, digest="00ff")
    with pytest.raises(WeightsNotLoaded, match="tensor 00ff are not loaded: keep the"):
        _ = tensor.array


# --- the store -------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.name)
def test_large_tensors_of_every_type_round_trip_through_the_store(
    dtype: np.dtype[np.generic], tmp_path: Path
) -> None:
    array = some_array(dtype, 3 * 700).reshape(3, 700)
    module = module_of(array)
    path = tmp_path / "m.safetensors"
    assert save_weights(module, path) == 1
    parsed = reparsed(module)
    assert bind_weights(parsed, path) == []
    (tensor,) = tensors_of(parsed)
    assert same_bits(tensor.array, array)
    assert tensor.digest == TensorAttr.of(tensor.array).data.digest


def test_the_store_is_a_safetensors_file(tmp_path: Path) -> None:
    first = np.arange(1000, dtype=np.float32).reshape(10, 100)
    second = np.arange(2000, dtype=np.int8).view(ml_dtypes.float8_e5m2)
    module = module_of(first, second, first, np.zeros(3, np.float32))
    path = tmp_path / "m.safetensors"
    assert save_weights(module, path) == 2
    with safetensors.safe_open(path, framework="numpy") as file:
        assert len(file.keys()) == 2
        assert same_bits(file.get_tensor(TensorAttr.of(first).data.digest), first)


def test_loaded_weights_are_mapped_not_copied(tmp_path: Path) -> None:
    module = module_of(np.arange(1000, dtype=np.float32))
    path = tmp_path / "m.safetensors"
    save_weights(module, path)
    parsed = reparsed(module)
    bind_weights(parsed, path)
    (tensor,) = tensors_of(parsed)
    base: object = tensor.array
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        tensor.array[0] = 1


def test_a_module_of_small_tensors_needs_no_file(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    assert save_weights(module_of(np.zeros(4, np.float32)), path) == 0
    assert not path.exists()
    assert bind_weights(reparsed(module_of(np.zeros(4, np.float32))), path) == []


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_weights(module_of(np.arange(1000, dtype=np.float32)), path)
    before = path.read_bytes()

    def fail() -> np.ndarray:
        raise OSError("the disk is gone")

    module = module_of(np.arange(2000, dtype=np.float32))
    for op in module.ops:
        op.properties["value"] = TensorAttr(
            Tensor(next(iter(tensors_of(op))).type, digest="12", load=fail)
        )
    with pytest.raises(OSError, match="the disk is gone"):
        save_weights(module, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_missing_weights_are_listed(tmp_path: Path) -> None:
    first, second = np.arange(1000, dtype=np.float32), np.ones(1000, np.float32)
    path = tmp_path / "m.safetensors"
    save_weights(module_of(first), path)
    digest = TensorAttr.of(second).data.digest
    parsed = reparsed(module_of(first, second))
    assert bind_weights(parsed, path) == [digest]
    assert bind_weights(reparsed(module_of(second)), tmp_path / "none.safetensors") == [digest]


def test_the_store_lies_beside_the_module() -> None:
    assert store_path(Path("a/model.mlir")) == Path("a/model.safetensors")


# --- files that lie --------------------------------------------------------------------------


def _file(header: object, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def _entry(*offsets: object) -> dict[str, object]:
    return {"dtype": "F32", "shape": [1000], "data_offsets": list(offsets)}


DIGEST = "ab" * 16
HOSTILE = {
    "empty": b"",
    "short": b"\x01\x02",
    "header longer than the file": struct.pack("<Q", 1 << 60) + b"{}",
    "header not JSON": _file(b"{"),
    "header not UTF-8": _file(b'{"\xff": 1}'),
    "header a list": _file([1, 2]),
    "header a number": _file(3),
    "entry a list": _file({DIGEST: [1]}),
    "entry without offsets": _file({DIGEST: {"dtype": "F32"}}),
    "one offset": _file({DIGEST: _entry(0)}),
    "offsets of text": _file({DIGEST: _entry("a", "b")}),
    "offsets null": _file({DIGEST: {"data_offsets": None}}),
    "offsets behind the end": _file({DIGEST: _entry(0, 4000)}, b"\0" * 3999),
    "offsets negative": _file({DIGEST: _entry(-4000, 0)}, b"\0" * 4000),
    "offsets reversed": _file({DIGEST: _entry(4000, 0)}, b"\0" * 4000),
    "offsets huge": _file({DIGEST: _entry(0, 1 << 70)}, b"\0" * 4000),
    "offsets infinite": _file(b'{"%s": {"data_offsets": [0, 1e999]}}' % DIGEST.encode()),
    "header nested too deep": _file(b"[" * 100_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_malformed_file_is_refused_with_one_message(name: str, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(HOSTILE[name])
    text = f'drp.constant #drp.tensor<"{DIGEST}" : tensor<1000xf32>>'
    module = DrpParser(make_context(), text).parse_module()
    with pytest.raises(ValueError, match="not a safetensors file, or a truncated one"):
        bind_weights(module, path)


def test_a_tensor_of_another_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(_file({DIGEST: _entry(0, 3996)}, b"\0" * 3996))
    text = f'drp.constant #drp.tensor<"{DIGEST}" : tensor<1000xf32>>'
    module = DrpParser(make_context(), text).parse_module()
    with pytest.raises(ValueError, match=f"tensor {DIGEST} has 3996 bytes, but .* needs 4000"):
        bind_weights(module, path)


def _truncated(content: bytes, cut: int, byte: int) -> bytes:
    return content[:cut]


def _flipped(content: bytes, cut: int, byte: int) -> bytes:
    return content[:cut] + bytes([byte]) + content[cut + 1 :]


@given(st.sampled_from([_truncated, _flipped]), st.integers(0, 130), st.integers(0, 255))
def test_a_damaged_file_binds_right_bytes_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory,
    damage: Callable[[bytes, int, int], bytes],
    cut: int,
    byte: int,
) -> None:
    array = np.arange(1000, dtype=np.float32)
    module = module_of(array)
    path = tmp_path_factory.mktemp("store") / "m.safetensors"
    save_weights(module, path)
    content = path.read_bytes()
    path.write_bytes(damage(content, cut % len(content), byte))
    parsed = reparsed(module)
    try:
        missing = bind_weights(parsed, path)
    except ValueError:
        return
    (tensor,) = tensors_of(parsed)
    assert missing == [tensor.digest] or tensor.array.shape == (1000,)

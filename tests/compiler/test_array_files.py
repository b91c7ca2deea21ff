"""`.npz` files: what is written is read back; what is hostile is refused before it costs anything."""

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from xdsl.dialects.builtin import TensorType, bf16, f32, i64

from drpc.compiler.array_files import read_arrays, write_arrays
from drpc.compiler.signature import Port
from drpc.drpdialect.element_types import StringType
from drpc.drpdialect.errors import UserError

X = Port("x", TensorType(f32, [2, 3]))


def _save(path: Path, **arrays: np.ndarray) -> Path:
    np.savez(path, **arrays)  # pyright: ignore[reportArgumentType]
    return path


def _save_members(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return path


def _npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def _npy_header(shape: str, descr: str = "<f4") -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}}}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


@pytest.mark.parametrize("order", ["C", "F"])
def test_reads_what_numpy_writes(tmp_path: Path, order: str) -> None:
    x = np.asarray(np.arange(6, dtype=np.float32).reshape(2, 3), order=order)  # pyright: ignore[reportArgumentType, reportCallIssue]
    arrays = read_arrays(_save(tmp_path / "in.npz", x=x), [X])
    np.testing.assert_array_equal(arrays["x"], x)


def test_reads_compressed_and_empty_arrays(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "in.npz", x=np.zeros((0, 3), np.float32))
    port = Port("x", TensorType(f32, [0, 3]))
    assert read_arrays(tmp_path / "in.npz", [port])["x"].shape == (0, 3)


def test_round_trips_names_that_are_paths_and_types_that_numpy_does_not_have(
    tmp_path: Path,
) -> None:
    values = {"a/b:0": np.ones(3, ml_dtypes.bfloat16), "file": np.array(2)}
    write_arrays(tmp_path / "out.npz", values)
    ports = [Port("a/b:0", TensorType(bf16, [3])), Port("file", TensorType(i64, []))]
    arrays = read_arrays(tmp_path / "out.npz", ports)
    assert arrays["a/b:0"].dtype == ml_dtypes.bfloat16
    np.testing.assert_array_equal(arrays["a/b:0"], values["a/b:0"])
    assert arrays["file"] == 2


def test_text_comes_as_objects(tmp_path: Path) -> None:
    port = Port("x", TensorType(StringType(), [2]))
    arrays = read_arrays(_save(tmp_path / "in.npz", x=np.array(["a", "bc"])), [port])
    assert arrays["x"].dtype == object
    assert list(arrays["x"]) == ["a", "bc"]


def test_writes_sequences_item_by_item_and_leaves_out_what_is_absent(tmp_path: Path) -> None:
    write_arrays(tmp_path / "out.npz", {"s": [np.zeros(1), np.ones(2)], "nothing": None})
    with np.load(tmp_path / "out.npz") as archive:
        assert sorted(archive.files) == ["s/0", "s/1"]


HOSTILE = {
    "no zip": (b"not a zip file", "not a .npz file"),
    "wrong name": ({"y": np.zeros((2, 3), np.float32)}, "no input named 'y'"),
    "wrong shape": ({"x": np.zeros((3, 2), np.float32)}, "has shape (3, 2)"),
    "wrong type": ({"x": np.zeros((2, 3), np.int32)}, "is int32, but the model takes float32"),
    "pickle": ({"x": np.array([[object()] * 3] * 2)}, "Python objects"),
    "cut off": ({"x": _npy(np.zeros((2, 3), np.float32))[:-4]}, "cut off"),
    "no npy": ({"x": b"\x00" * 64}, "not in .npy format"),
    "huge header": ({"x": b"\x93NUMPY\x02\x00\xff\xff\xff\xff"}, "not in .npy format"),
    "huge shape": ({"x": _npy_header("(1000000000, 1000000000)")}, "has shape"),
    "negative shape": ({"x": _npy_header("(-2, -3)")}, "has shape"),
    "code for a shape": ({"x": _npy_header("__import__('os')")}, "not in .npy format"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_refuses_with_one_message(tmp_path: Path, name: str) -> None:
    content, message = HOSTILE[name]
    path = tmp_path / "in.npz"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        members = {k: v if isinstance(v, bytes) else _npy(v) for k, v in content.items()}
        _save_members(path, **members)
    with pytest.raises(UserError) as caught:
        read_arrays(path, [X])
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_refuses_a_zip_bomb_without_inflating_it(tmp_path: Path) -> None:
    path = _save_members(tmp_path / "in.npz", x=_npy_header("(2, 3)") + bytes(200 << 20))
    assert path.stat().st_size < 1 << 20
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match="declares 209,7"):
            read_arrays(path, [X])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20


def test_a_failed_write_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "out.npz"
    write_arrays(path, {"x": np.zeros(1)})
    older = path.read_bytes()
    with pytest.raises(TypeError):
        write_arrays(path, {"x": np.zeros(1), "y": np.array([(1, object())], "i4,O")})
    assert path.read_bytes() == older
    assert [p.name for p in tmp_path.iterdir()] == ["out.npz"]

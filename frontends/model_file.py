"""Reading a model file without copying its weights.

The file is mapped into memory. Before protobuf parses it, the raw data of every large tensor is
cut out and replaced by a short mark; what protobuf then copies is the graph only, and a tensor's
elements are a view of the map.
"""

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from google.protobuf.message import DecodeError

from ..drpdialect.errors import UserError

LARGE_BYTES: Final = 16 * 1024
"""Raw data from this size on stays in the file."""

_MAX_DEPTH: Final = 100
"""Protobuf itself refuses messages that are nested deeper."""

_RAW: Final = "raw data"

# Message -> field number -> what the field holds (field numbers of onnx.proto).
_FIELDS: Final[dict[str, dict[int, str]]] = {
    "ModelProto": {7: "GraphProto", 25: "FunctionProto"},
    "GraphProto": {1: "NodeProto", 5: "TensorProto", 15: "SparseTensorProto"},
    "FunctionProto": {7: "NodeProto", 11: "AttributeProto"},
    "NodeProto": {5: "AttributeProto"},
    "AttributeProto": {
        5: "TensorProto",
        6: "GraphProto",
        10: "TensorProto",
        11: "GraphProto",
        22: "SparseTensorProto",
        23: "SparseTensorProto",
    },
    "SparseTensorProto": {1: "TensorProto", 2: "TensorProto"},
    "TensorProto": {9: _RAW},
}


@dataclass(frozen=True)
class ModelFile:
    """A parsed model, and where the raw data lies that was cut out of it."""

    proto: onnx.ModelProto
    folder: Path | None = None
    """The folder that external data must lie in; None for a model that was not read from a file."""
    content: np.ndarray | None = None
    """The bytes of the file; None where nothing was cut out."""
    mark: bytes = b""
    """What the replacement of cut-out data begins with: random, so that no file can forge it."""

    def raw_bytes(self, tensor: onnx.TensorProto) -> np.ndarray:
        """The raw data of a tensor as uint8: a view of the file where it is large."""
        raw = tensor.raw_data
        if self.content is None or not raw.startswith(self.mark):
            return np.frombuffer(raw, np.uint8)
        begin, end = struct.unpack("<QQ", raw[len(self.mark) :])
        return self.content[begin:end]


def read_model_file(path: Path) -> ModelFile:
    """Map and parse a model file. Raises UserError where it is no model."""
    content = map_file(path)
    if not content.size:
        raise UserError(f"{path} is empty: expected an ONNX model")
    mark = os.urandom(16)
    try:
        text = _without_large_data(content.data, 0, content.size, "ModelProto", mark, 0)
    except _UnknownWireFormat:
        text = None
    if text is None:
        return ModelFile(_parse(content.tobytes(), path), path.parent)
    return ModelFile(_parse(text, path), path.parent, content, mark)


def map_file(path: Path) -> np.ndarray:
    """The bytes of a file, mapped into memory. Raises UserError."""
    try:
        if path.is_dir():
            raise UserError(f"{path} is a folder: give a model file")
        if not path.is_file():
            raise UserError(f"{path}: no such file")
        if path.stat().st_size == 0:  # cannot be mapped
            return np.empty(0, np.uint8)
        return np.memmap(path, np.uint8, mode="r").view(np.ndarray)
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise UserError(f"{path} cannot be read: {error}") from None


def _parse(content: bytes, path: Path) -> onnx.ModelProto:
    try:
        return onnx.ModelProto.FromString(content)
    except (DecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is no ONNX model, or is damaged: {error}") from None


class _UnknownWireFormat(Exception):
    """Protobuf is to judge what these bytes are."""


def _without_large_data(
    data: memoryview, begin: int, end: int, message: str, mark: bytes, depth: int
) -> bytes | None:
    """A message's bytes with large raw data replaced; None where there is none.

    Only fields long enough to hold large raw data are looked into.
    """
    if depth > _MAX_DEPTH:
        raise _UnknownWireFormat
    fields = _FIELDS[message]
    pieces: list[bytes | memoryview] = []
    kept = position = begin
    while position < end:
        tag, position = _varint(data, position, end)
        if tag & 7 != 2:
            position = _skip_number(data, position, end, tag & 7)
            continue
        length_at = position
        length, position = _varint(data, position, end)
        stop = position + length
        if stop > end:
            raise _UnknownWireFormat
        held = fields.get(tag >> 3) if length >= LARGE_BYTES else None
        if held == _RAW:
            replacement = mark + struct.pack("<QQ", position, stop)
        elif held is not None:
            replacement = _without_large_data(data, position, stop, held, mark, depth + 1)
        else:
            replacement = None
        if replacement is not None:
            pieces += (data[kept:length_at], _varint_bytes(len(replacement)), replacement)
            kept = stop
        position = stop
    if not pieces:
        return None
    pieces.append(data[kept:end])
    return b"".join(pieces)


def _skip_number(data: memoryview, position: int, end: int, wire_type: int) -> int:
    match wire_type:
        case 0:
            return _varint(data, position, end)[1]
        case 1:
            return position + 8
        case 5:
            return position + 4
        case _:
            raise _UnknownWireFormat


def _varint(data: memoryview, position: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while position < end and shift < 64:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
    raise _UnknownWireFormat


def _varint_bytes(value: int) -> bytes:
    text = bytearray()
    while value >= 0x80:
        text.append(value & 0x7F | 0x80)
        value >>= 7
    text.append(value)
    return bytes(text)

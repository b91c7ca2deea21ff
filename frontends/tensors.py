"""Tensor protos to constants: checked before anything is allocated, read when first needed."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from onnx import helper, numpy_helper
from xdsl.dialects.builtin import TensorType
from xdsl.ir import Attribute

from ..drpdialect.element_types import dtype_of, mlir_type_of_onnx, tensor_type_of
from ..drpdialect.errors import UserError
from ..drpdialect.onnx_inference import MAX_ELEMENTS, shape_text
from ..drpdialect.weights import INLINE_BYTES, Tensor
from .model_file import ModelFile, map_file

_PACKED_BITS: Final[dict[int, int]] = {
    onnx.TensorProto.UINT4: 4,
    onnx.TensorProto.INT4: 4,
    onnx.TensorProto.FLOAT4E2M1: 4,
    onnx.TensorProto.UINT2: 2,
    onnx.TensorProto.INT2: 2,
    onnx.TensorProto.FLOAT6E2M3: 6,
    onnx.TensorProto.FLOAT6E3M2: 6,
}
"""Bits an element of `raw_data` takes where it is not whole bytes."""

_PACKED_IN_INT32: Final = (2, 4)
"""Widths of which one `int32_data` entry holds a byte of elements."""

MAX_DENSE_BYTES: Final = 2**31
"""A sparse tensor is made dense up to this size."""


class TensorReader:
    """Reads the tensors of one model."""

    def __init__(self, model: ModelFile):
        self._model = model
        self._files: dict[Path, np.ndarray] = {}

    def read(self, proto: onnx.TensorProto, what: str) -> Tensor:
        """The constant of a tensor proto; `what` names it in messages.

        Raises UserError where the tensor's declaration and its data do not agree.
        """
        tensor_type = _declared_type(proto, what)
        if proto.HasField("segment"):
            raise UserError(f"{what}: tensors in segments are not supported")
        if proto.data_location == onnx.TensorProto.EXTERNAL:
            return _of_bytes(proto, tensor_type, self._external_bytes(proto, what))
        if proto.data_type == onnx.TensorProto.STRING:
            return _of_text(proto, tensor_type, what)
        if proto.HasField("raw_data"):
            return self._of_raw_data(proto, tensor_type, what)
        return _of_numbers(proto, tensor_type, what)

    def read_sparse(self, proto: onnx.SparseTensorProto, what: str) -> Tensor:
        """The dense constant of a sparse tensor proto. Raises UserError as `read` does."""
        values = self.read(proto.values, f"{what}, values")
        indices = self.read(proto.indices, f"{what}, indices").array
        shape = _checked_shape(proto.dims, what)
        dtype = dtype_of(values.type.element_type)
        if math.prod(shape) * dtype.itemsize > MAX_DENSE_BYTES:
            raise UserError(f"{what}: {shape_text(shape)} elements are too many to make dense")
        dense = np.zeros(shape, dtype)
        if dtype.hasobject:
            dense.fill("")
        dense.reshape(-1)[_flat_indices(indices, shape, values.array.size, what)] = (
            values.array.reshape(-1)
        )
        return Tensor(tensor_type_of(dense), dense)

    def _of_raw_data(
        self, proto: onnx.TensorProto, tensor_type: TensorType[Attribute], what: str
    ) -> Tensor:
        content = self._model.raw_bytes(proto)
        if content.size != _byte_count(proto):
            raise UserError(
                f"{what}: {shape_text(proto.dims)} elements take {_byte_count(proto)} bytes, "
                f"but its data has {content.size}"
            )
        if content.size <= INLINE_BYTES or self._model.content is not None:
            return _of_bytes(proto, tensor_type, content)
        model = self._model
        return Tensor(
            tensor_type, load=lambda: _of_bytes(proto, tensor_type, model.raw_bytes(proto)).array
        )

    def _external_bytes(self, proto: onnx.TensorProto, what: str) -> np.ndarray:
        """The mapped bytes of external data, which must lie in the model's folder."""
        if self._model.folder is None:
            raise UserError(f"{what}: its data is in another file, give the model as a file too")
        if proto.data_type == onnx.TensorProto.STRING:
            raise UserError(f"{what}: text cannot be external data")
        entries = {entry.key: entry.value for entry in proto.external_data}
        path = _contained_path(self._model.folder, entries.get("location", ""), what)
        count = _byte_count(proto)
        offset = _natural(entries.get("offset", "0"), "offset", what)
        length = _natural(entries.get("length", str(count)), "length", what)
        if length != count:
            raise UserError(f"{what}: it takes {count} bytes, but its external data has {length}")
        if path not in self._files:
            self._files[path] = map_file(path)
        size = self._files[path].size
        if offset + count > size:
            raise UserError(f"{what}: {path} ends after {size} bytes, {offset + count} are needed")
        return self._files[path][offset : offset + count]


def _declared_type(proto: onnx.TensorProto, what: str) -> TensorType[Attribute]:
    try:
        element_type = mlir_type_of_onnx(proto.data_type)
    except KeyError:
        raise UserError(f"{what}: there is no ONNX data type {proto.data_type}") from None
    return TensorType(element_type, _checked_shape(proto.dims, what))


def _checked_shape(dims: Iterable[int], what: str) -> list[int]:
    shape = list(dims)
    if any(size < 0 for size in shape):
        raise UserError(f"{what}: its shape {shape_text(shape)} has a negative size")
    if math.prod(shape) > MAX_ELEMENTS or any(size > MAX_ELEMENTS for size in shape):
        raise UserError(f"{what}: {shape_text(shape)} elements are too many")
    return shape


def _byte_count(proto: onnx.TensorProto) -> int:
    """Bytes that the tensor's elements take in `raw_data` or in a file of external data."""
    elements = math.prod(proto.dims)
    bits = _PACKED_BITS.get(proto.data_type)
    if bits is not None:
        return (elements * bits + 7) // 8
    return elements * dtype_of(mlir_type_of_onnx(proto.data_type)).itemsize


def _of_bytes(
    proto: onnx.TensorProto, tensor_type: TensorType[Attribute], content: np.ndarray
) -> Tensor:
    """A view of the bytes, or what they hold packed."""
    if proto.data_type not in _PACKED_BITS:
        array = content.view(dtype_of(tensor_type.element_type))
        return Tensor(tensor_type, array.reshape(tensor_type.get_shape()))
    packed = onnx.TensorProto(
        data_type=proto.data_type, dims=proto.dims, raw_data=content.tobytes()
    )
    return Tensor(tensor_type, numpy_helper.to_array(packed))


def _of_text(proto: onnx.TensorProto, tensor_type: TensorType[Attribute], what: str) -> Tensor:
    _check_count(what, proto, len(proto.string_data), math.prod(proto.dims))
    try:
        texts = [text.decode() for text in proto.string_data]
    except UnicodeDecodeError:
        raise UserError(f"{what}: its text is not UTF-8") from None
    array = np.empty(len(texts), np.object_)
    array[:] = texts
    return Tensor(tensor_type, array.reshape(tensor_type.get_shape()))


def _of_numbers(proto: onnx.TensorProto, tensor_type: TensorType[Attribute], what: str) -> Tensor:
    """Elements in one of the typed fields, `float_data` and its like."""
    expected = math.prod(proto.dims)
    if proto.data_type in (onnx.TensorProto.COMPLEX64, onnx.TensorProto.COMPLEX128):
        expected *= 2
    elif _PACKED_BITS.get(proto.data_type) in _PACKED_IN_INT32:
        expected = _byte_count(proto)
    count = len(getattr(proto, helper.tensor_dtype_to_field(proto.data_type)))
    _check_count(what, proto, count, expected)
    tensor = Tensor(tensor_type, load=lambda: numpy_helper.to_array(proto))
    if tensor.nbytes <= INLINE_BYTES:
        tensor.bind(tensor.array)
    return tensor


def _check_count(what: str, proto: onnx.TensorProto, count: int, expected: int) -> None:
    if count != expected:
        raise UserError(
            f"{what}: a shape of {shape_text(proto.dims) or 'a scalar'} takes {expected} numbers, "
            f"but its data has {count}"
        )


# --- external data ---------------------------------------------------------------------------


def _contained_path(folder: Path, location: str, what: str) -> Path:
    if not location:
        raise UserError(f"{what}: its external data has no location")
    try:
        root = folder.resolve()
        path = (root / location).resolve()
        if Path(location).is_absolute() or not path.is_relative_to(root):
            raise UserError(
                f"{what}: its external data {location!r} lies outside the model's folder {folder}"
            )
        if not path.is_file():
            raise UserError(f"{what}: there is no file {path} of external data")
    except (OSError, ValueError, RuntimeError) as error:  # too long, a null character, a loop
        raise UserError(f"{what}: external data {location!r} cannot be read: {error}") from None
    return path


def _natural(text: str, key: str, what: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise UserError(f"{what}: {key} {text!r} of its external data is no number")
    return int(text)


# --- sparse tensors --------------------------------------------------------------------------


def _flat_indices(indices: np.ndarray, shape: list[int], values: int, what: str) -> np.ndarray:
    """Positions in the flattened tensor, from flat ones `[n]` or coordinates `[n, rank]`."""
    is_flat = indices.shape == (values,)
    if indices.dtype != np.int64 or not (is_flat or indices.shape == (values, len(shape))):
        raise UserError(f"{what}: its indices fit neither its {values} values nor its shape")
    bounds = np.array([math.prod(shape)] if is_flat else shape, np.int64)
    if np.any(indices < 0) or np.any(indices >= bounds):
        raise UserError(f"{what}: an index lies outside the shape {shape_text(shape)}")
    if is_flat:
        return indices
    return np.asarray(np.ravel_multi_index(tuple(indices.T), tuple(shape)))

"""Constant tensors: attributes that hold a content digest, and the store that holds the bytes.

A tensor of at most `INLINE_BYTES` prints its elements; a larger one prints only the digest of
its bytes, and the bytes live in a safetensors file beside the `.mlir`, mmap-ed when read. So
printing, cloning and diagnosing a module never touch its weights.
"""

import hashlib
import json
import os
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.ir import Attribute, Data, Operation
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.hints import isa

from .element_types import StringType, dtype_of, tensor_type_of
from .literals import parse_scalar, scalar_of, scalar_text

INLINE_BYTES: Final = 1024
"""Tensors up to this size are printed in the IR, so that tests read well."""


class WeightsNotLoaded(VerifyException):
    """A tensor's bytes are asked for, but only its digest is known."""

    def __init__(self, digest: str):
        super().__init__(
            f"the bytes of tensor {digest} are not loaded: keep the .safetensors file of the same "
            "name beside the .mlir file"
        )


class Tensor:
    """A constant tensor: its type and, once loaded, its elements.

    Equality and hash follow type and content. The content digest (SHA-256, first 128 bits, over
    the little-endian bytes in C order) is computed when first asked for, never before.
    """

    __slots__ = ("_array", "_digest", "_load", "type")

    def __init__(
        self,
        type: TensorType[Attribute],  # noqa: A002
        array: np.ndarray | None = None,
        *,
        digest: str | None = None,
        load: Callable[[], np.ndarray] | None = None,
    ):
        self.type = type
        self._array = array
        self._digest = digest
        self._load = load

    @property
    def is_loaded(self) -> bool:
        return self._array is not None or self._load is not None

    @property
    def array(self) -> np.ndarray:
        """The elements, read-only by convention. Raises WeightsNotLoaded."""
        if self._array is not None:
            return self._array
        if self._load is None:
            raise WeightsNotLoaded(self._digest or "?")
        self._array = self._load()
        self._load = None
        return self._array

    def bind(self, array: np.ndarray) -> None:
        """Give a tensor that was parsed from its digest its elements."""
        self._array = array.reshape(self.type.get_shape())

    @property
    def nbytes(self) -> int:
        """Bytes that the elements occupy; strings count as pointers."""
        elements = int(np.prod(self.type.get_shape(), dtype=np.int64))
        return elements * dtype_of(self.type.element_type).itemsize

    @property
    def is_inline(self) -> bool:
        """Whether the elements are printed in the IR. Text always is."""
        if not self.is_loaded:
            return False
        return self.nbytes <= INLINE_BYTES or isinstance(self.type.element_type, StringType)

    @property
    def digest(self) -> str:
        if self._digest is None:
            self._digest = _digest(self.array)
        return self._digest

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Tensor) or self.type != other.type:
            return False
        mine, its = self._fingerprint(), other._fingerprint()
        if mine is not None and its is not None and mine != its:
            return False
        return self.digest == other.digest

    def __hash__(self) -> int:
        """Of the content where that is little: models have many small constants of one type."""
        return hash((self.type, self.digest if self.nbytes <= INLINE_BYTES else None))

    def _fingerprint(self) -> bytes | None:
        """A cheap sample of the content, None where it would need loading."""
        if self._array is None or self._array.dtype.hasobject:
            return None
        return self._array.reshape(-1)[:16].tobytes()

    def __repr__(self) -> str:
        return f"Tensor({self.type})"


def _digest(array: np.ndarray) -> str:
    if array.dtype.hasobject:
        content = json.dumps([str(item) for item in array.reshape(-1)]).encode()
        return hashlib.sha256(content).hexdigest()[:32]
    contiguous = np.ascontiguousarray(array)
    return hashlib.sha256(contiguous.reshape(-1).view(np.uint8).data).hexdigest()[:32]


@irdl_attr_definition
class TensorAttr(Data[Tensor]):
    """A constant tensor: `#drp.tensor<[1.0, 2.5] : tensor<2xf32>>`, or by digest when large:
    `#drp.tensor<"5fd0..." : tensor<64x3x7x7xf32>>`.

    Elements are listed flat, in C order. Floats that have no short decimal form (NaN, infinities)
    print as their bits in hexadecimal.
    """

    name = "drp.tensor"

    @staticmethod
    def of(array: np.ndarray, element_type: Attribute | None = None) -> "TensorAttr":
        """The attribute of an array, which must not change afterwards.

        `element_type` is what the elements mean where their dtype does not say it: for a quantised
        tensor, `array` holds the integers that it stores.
        """
        if element_type is None:
            return TensorAttr(Tensor(tensor_type_of(array), array))
        assert array.dtype == dtype_of(element_type)
        return TensorAttr(Tensor(TensorType(element_type, array.shape), array))

    @property
    def type(self) -> TensorType[Attribute]:
        return self.data.type

    @property
    def array(self) -> np.ndarray:
        return self.data.array

    def print_parameter(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            if self.data.is_inline:
                _print_elements(printer, self.array)
            else:
                printer.print_string_literal(self.data.digest)
            printer.print_string(" : ")
            printer.print_attribute(self.type)

    @classmethod
    def parse_parameter(cls, parser: AttrParser) -> Tensor:
        with parser.in_angle_brackets():
            digest = parser.parse_optional_str_literal()
            elements = None
            if digest is None:
                elements = parser.parse_comma_separated_list(
                    parser.Delimiter.SQUARE, lambda: _parse_element(parser)
                )
            parser.parse_punctuation(":")
            tensor_type = parser.parse_type()
        if not isa(tensor_type, TensorType[Attribute]) or not tensor_type.has_static_shape():
            parser.raise_error("expected a tensor type of static shape")
        if elements is None:
            return Tensor(tensor_type, digest=digest)
        try:
            return Tensor(tensor_type, _array_of_elements(elements, tensor_type))
        except (ValueError, OverflowError, TypeError, KeyError) as error:
            parser.raise_error(f"expected elements of {tensor_type}: {error}")


def _print_elements(printer: Printer, array: np.ndarray) -> None:
    with printer.in_square_brackets():
        printer.print_list(array.reshape(-1), lambda item: _print_element(printer, item))


def _print_element(printer: Printer, item: Any) -> None:
    if isinstance(item, str):
        printer.print_bytes_literal(item.encode("utf-8", "surrogateescape"))
        return
    if isinstance(item, bytes):
        printer.print_bytes_literal(item)
        return
    if isinstance(item, np.complexfloating):
        printer.print_string(f"({scalar_text(item.real)}, {scalar_text(item.imag)})")
        return
    printer.print_string(scalar_text(item))


def _parse_element(parser: AttrParser) -> Any:
    text = parser.parse_optional_str_literal()
    if text is not None:
        return text
    content = parser.parse_optional_bytes_literal()
    if content is not None:
        return content.decode("utf-8", "surrogateescape")
    if parser.parse_optional_punctuation("(") is None:
        return parse_scalar(parser)
    real = parse_scalar(parser)
    parser.parse_punctuation(",")
    imaginary = parse_scalar(parser)
    parser.parse_punctuation(")")
    return (real, imaginary)


def _array_of_elements(elements: list[Any], tensor_type: TensorType[Attribute]) -> np.ndarray:
    dtype = dtype_of(tensor_type.element_type)
    if dtype.kind == "c":
        part = np.dtype(f"f{dtype.itemsize // 2}")
        flat = np.array([[scalar_of(x, part) for x in pair] for pair in elements], part)
        array = flat.reshape(-1).view(dtype)
    else:
        array = np.empty(len(elements), dtype)
        for index, element in enumerate(elements):
            array[index] = scalar_of(element, dtype)
    return array.reshape(tensor_type.get_shape())


def tensors_of(root: Operation) -> Iterable[Tensor]:
    """Every constant tensor below an operation, in program order, once per occurrence."""
    for op in root.walk():
        for attribute in (*op.properties.values(), *op.attributes.values()):
            if isinstance(attribute, TensorAttr):
                yield attribute.data


# --- the weight store: safetensors, one entry per digest -------------------------------------

# safetensors has no name for 4-bit and 2-bit integers nor for some floats; such tensors are
# stored as bytes, one element each: their type stands in the IR.
_SAFETENSORS_NAMES: Final = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "bfloat16": "BF16",
    "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint64": "U64",
    "uint32": "U32",
    "uint16": "U16",
    "uint8": "U8",
    "bool": "BOOL",
}


def store_path(module_path: Path) -> Path:
    """Where the weights of a module file are: `model.mlir` -> `model.safetensors`."""
    return module_path.with_suffix(".safetensors")


def save_weights(module: ModuleOp, path: Path) -> int:
    """Write every tensor that prints as a digest to a safetensors file; return their number.

    The file is written tensor by tensor, so that no copy of the weights is made, aside and then
    renamed. A file of a module without large tensors is not written. Raises OSError.
    """
    large = {t.digest: t for t in tensors_of(module) if not t.is_inline}
    if not large:
        return 0
    header: dict[str, Any] = {}
    offset = 0
    for digest, tensor in large.items():
        dtype = tensor.array.dtype
        shape = list(tensor.type.get_shape())
        name = _SAFETENSORS_NAMES.get(dtype.name)
        header[digest] = {
            "dtype": name or "U8",
            "shape": shape if name else [tensor.nbytes],
            "data_offsets": [offset, offset + tensor.nbytes],
        }
        offset += tensor.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with aside.open("wb") as file:
            file.write(struct.pack("<Q", len(text)))
            file.write(text)
            for tensor in large.values():
                file.write(np.ascontiguousarray(tensor.array).reshape(-1).view(np.uint8).data)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return len(large)


def bind_weights(module: ModuleOp, path: Path) -> list[str]:
    """Give the tensors of a parsed module their bytes, mmap-ed from a safetensors file.

    Returns the digests that the file does not hold. Raises ValueError on a malformed file and
    OSError on an unreadable one.
    """
    wanted = [t for t in tensors_of(module) if not t.is_loaded]
    if not wanted:
        return []
    if not path.exists():
        return sorted({t.digest for t in wanted})
    entries, data = _open_store(path)
    missing: set[str] = set()
    for tensor in wanted:
        entry = entries.get(tensor.digest)
        if entry is None:
            missing.add(tensor.digest)
            continue
        begin, end = entry
        if end - begin != tensor.nbytes:
            raise ValueError(
                f"{path}: tensor {tensor.digest} has {end - begin} bytes, "
                f"but {tensor.type} needs {tensor.nbytes}"
            )
        tensor.bind(data[begin:end].view(dtype_of(tensor.type.element_type)))
    return sorted(missing)


_NOT_OF_THE_FORM: Final = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)


def _open_store(path: Path) -> tuple[dict[str, tuple[int, int]], np.ndarray]:
    size = path.stat().st_size
    malformed = ValueError(f"{path}: not a safetensors file, or a truncated one")
    if size < 8:
        raise malformed
    raw = np.memmap(path, np.uint8, mode="r")
    (header_size,) = struct.unpack("<Q", raw[:8].tobytes())
    if header_size > size - 8:
        raise malformed
    try:
        header = json.loads(raw[8 : 8 + header_size].tobytes())
        entries = {
            name: (int(entry["data_offsets"][0]), int(entry["data_offsets"][1]))
            for name, entry in header.items()
            if name != "__metadata__"
        }
    except _NOT_OF_THE_FORM as error:
        raise malformed from error
    data = raw[8 + header_size :]
    if any(not 0 <= begin <= end <= data.size for begin, end in entries.values()):
        raise malformed
    return entries, data

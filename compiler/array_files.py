"""Arrays as `.npz` files: read with suspicion, written whole."""

import math
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.lib import format as npy
from xdsl.dialects.builtin import ModuleOp

from ..drpdialect.errors import UserError
from .files import cannot_read, written_whole
from .signature import Port, inputs_of, misfit, random_inputs

_HEADER_BYTES: Final = 16_384  # NumPy refuses longer headers as well
_TEXT_BYTES: Final = 64 << 20


def sampler(path: Path | None) -> Callable[[ModuleOp], Mapping[str, Any]]:
    """What gives a module inputs: those of a `.npz` file, or seeded random ones without a file."""
    if path is None:
        return random_inputs
    return lambda module: read_arrays(path, inputs_of(module))


def read_arrays(path: Path, ports: Sequence[Port]) -> dict[str, np.ndarray]:
    """The arrays of a `.npz` file for the inputs of a model.

    Nothing is unpickled, and no member is decompressed before its declared size, shape and type
    were found to be those of the input. Raises UserError on anything else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_members(path, archive, {port.name: port for port in ports})
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UserError(
            f"{path}: not a .npz file, or a damaged one ({error}): make it with "
            f"{example_of_inputs(ports, path.with_suffix('.npz').name)}"
        ) from error
    except OSError as error:
        raise cannot_read(path, error) from error


def _read_members(
    path: Path, archive: zipfile.ZipFile, ports: Mapping[str, Port]
) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {}
    for member in archive.infolist():
        name = member.filename.removesuffix(".npy")
        port = ports.get(name)
        if port is None:
            listed = ", ".join(ports) or "none"
            raise UserError(f"{path}: no input named {name!r}: the model's inputs are {listed}")
        if name in arrays:
            raise UserError(f"{path}: two arrays named {name!r}")
        _require_plausible_size(path, member, port)
        with archive.open(member) as stream:
            arrays[name] = _read_array(path, stream, port)
    return arrays


def _require_plausible_size(path: Path, member: zipfile.ZipInfo, port: Port) -> None:
    if port.shape is None or port.dtype is None:
        raise UserError(f"{path}: input {port} is not a tensor: run it from Python instead")
    limit = _TEXT_BYTES
    if not port.dtype.hasobject and all(size >= 0 for size in port.shape):
        limit = int(np.prod(port.shape, dtype=object)) * port.dtype.itemsize + _HEADER_BYTES
    elif not port.dtype.hasobject:
        limit = 1 << 32
    if member.file_size > limit:
        raise UserError(
            f"{path}: array {port.name!r} declares {member.file_size:,} bytes, but input {port} "
            f"takes at most {limit:,}"
        )


def _read_array(path: Path, stream: IO[bytes], port: Port) -> np.ndarray:
    try:
        version = npy.read_magic(stream)
        read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran_order, dtype = read_header(stream)
    except (ValueError, SyntaxError, TypeError) as error:
        raise UserError(f"{path}: array {port.name!r} is not in .npy format: {error}") from error
    if dtype.hasobject:
        raise UserError(f"{path}: array {port.name!r} holds Python objects, which are not read")
    if dtype.kind == "V" and port.dtype is not None and dtype.itemsize == port.dtype.itemsize:
        dtype = port.dtype  # .npy has no names for bfloat16 and the like
    fault = misfit(port, dtype, shape)
    if fault is not None:
        raise UserError(f"{path}: {fault}")
    count = math.prod(shape)
    data = stream.read(count * dtype.itemsize)
    if len(data) != count * dtype.itemsize:
        raise UserError(f"{path}: array {port.name!r} is cut off")
    order = "F" if fortran_order else "C"
    array = np.ndarray(shape, dtype, data or bytes(1), order=order)
    return array.astype(port.dtype or dtype)


def write_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write named arrays to a `.npz` file; an ONNX sequence becomes `name/0`, `name/1`, ...

    Raises UserError where the file cannot be written.
    """
    with written_whole(path) as file, zipfile.ZipFile(file, "w", allowZip64=True) as archive:
        for name, array in _flattened(arrays):
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                npy.write_array(member, array, allow_pickle=False)


def _flattened(arrays: Mapping[str, Any]) -> list[tuple[str, np.ndarray]]:
    flat: list[tuple[str, np.ndarray]] = []
    for name, value in arrays.items():
        if isinstance(value, list | tuple):
            flat += _flattened({f"{name}/{index}": item for index, item in enumerate(value)})
        elif value is not None:
            array = np.asarray(value)
            flat.append((name, array.astype(str) if array.dtype.hasobject else array))
    return flat


def example_of_inputs(ports: Sequence[Port], file_name: str = "in.npz") -> str:
    """A Python statement that makes a file of fitting inputs."""
    arrays = ", ".join(
        f"{port.name!r}: np.zeros({tuple(max(size, 1) for size in port.shape or ())}, "
        f"{str(port.dtype or 'float32')!r})"
        for port in ports
    )
    return f"np.savez({file_name!r}, **{{{arrays}}})"

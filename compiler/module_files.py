"""Modules as files: `.mlir` text, with the weights in a `.safetensors` beside it."""

from io import StringIO
from pathlib import Path
from typing import IO, Final, overload

from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.printer import Printer
from xdsl.utils.exceptions import ParseError, VerifyException

from ..drpdialect import make_context
from ..drpdialect.drp.structure import ConstantOp
from ..drpdialect.errors import UserError
from ..drpdialect.weights import (
    Tensor,
    TensorAttr,
    bind_weights,
    save_weights,
    store_path,
    tensors_of,
)
from .files import cannot_read, cannot_write, is_regular, written_whole

DUMP_WEIGHTS: Final = "weights.safetensors"
"""The weights of all module files of a folder that have no file of their own."""


def target_of(module: ModuleOp) -> str | None:
    """The target that a module was converted for; None at level `onnx-ir`."""
    target = module.attributes.get("drp.target")
    return target.data if isinstance(target, StringAttr) else None


@overload
def print_module(module: ModuleOp) -> str: ...
@overload
def print_module(module: ModuleOp, stream: IO[str]) -> None: ...
def print_module(module: ModuleOp, stream: IO[str] | None = None) -> str | None:
    """The module as MLIR text, ending in a newline, returned or written to a stream."""
    text = StringIO() if stream is None else stream
    Printer(stream=text).print_op(module)
    text.write("\n")
    return text.getvalue() if isinstance(text, StringIO) and stream is None else None


def read_module(path: Path) -> ModuleOp:
    """Parse and verify a `.mlir` file, and bind its weights where their file is found.

    A tensor without its bytes is no error here: lowering and printing mostly do without.
    Raises UserError on text that does not parse or verify, and on an unreadable file.
    """
    from ..drpdialect.parsing import DrpParser

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise cannot_read(path, error) from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: expected MLIR text in UTF-8: {error}") from error
    try:
        module = DrpParser(make_context(), text, str(path)).parse_module()
        module.verify()
    except ParseError as error:
        raise UserError(str(error)) from error
    except VerifyException as error:
        raise UserError(f"{path}: {error}") from error
    bind_module(module, path)
    return module


def bind_module(module: ModuleOp, path: Path) -> None:
    """Bind the weights of a module that was read from `path`.

    They are in `<stem>.safetensors` beside it or, for a dump, in `weights.safetensors`. Raises
    UserError on a malformed or unreadable file.
    """
    for store in (store_path(path), path.with_name(DUMP_WEIGHTS)):
        try:
            if not bind_weights(module, store):
                return
        except ValueError as error:
            raise UserError(str(error)) from error
        except OSError as error:
            raise cannot_read(store, error) from error


def write_module(module: ModuleOp, path: Path) -> None:
    """Write a module and such weights of it as are loaded: each file whole or not at all.

    Raises UserError where a file cannot be written.
    """
    if is_regular(path):
        weights = WeightPool()
        weights.add(module)
        weights.save(store_path(path))
    text = print_module(module)
    with written_whole(path) as file:
        file.write(text.encode())


class WeightPool:
    """The large tensors of several modules, kept once each."""

    def __init__(self) -> None:
        self._tensors: dict[str, Tensor] = {}

    def add(self, module: ModuleOp) -> None:
        for tensor in tensors_of(module):
            if tensor.is_loaded and not tensor.is_inline:
                self._tensors.setdefault(tensor.digest, tensor)

    def save(self, path: Path) -> None:
        """Write all of them to one file. Raises UserError where it cannot be written."""
        holder = ModuleOp([ConstantOp(TensorAttr(tensor)) for tensor in self._tensors.values()])
        try:
            save_weights(holder, path)
        except OSError as error:
            raise cannot_write(path, error) from error

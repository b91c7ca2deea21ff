"""Models: where a module comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from xdsl.dialects.builtin import ModuleOp

from ..drpdialect.errors import UserError
from .module_files import read_module

if TYPE_CHECKING:
    from onnx import ModelProto

Shapes = Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class Model:
    """A `.onnx` file, an `onnx.ModelProto` or a `.mlir` file that drpc printed.

    `shapes` gives inputs with dynamic dimensions their sizes.
    """

    origin: "Path | ModelProto"
    shapes: Shapes = field(default_factory=dict)

    @staticmethod
    def of(origin: "str | Path | ModelProto", shapes: Shapes | None = None) -> "Model":
        """Raises UserError if it is a path to nothing."""
        if isinstance(origin, str | Path):
            origin = Path(origin)
            if not origin.exists():
                raise UserError(f"no such file: {origin}")
            if origin.is_dir():
                raise UserError(f"{origin} is a folder: expected a .onnx or a .mlir file")
        return Model(origin, shapes or {})

    @property
    def is_module(self) -> bool:
        """Whether it is a `.mlir` file."""
        return isinstance(self.origin, Path) and self.origin.suffix == ".mlir"

    @property
    def name(self) -> str:
        """What to call it in messages and file names."""
        return self.origin.stem if isinstance(self.origin, Path) else self.origin.graph.name

    def load(self) -> ModuleOp:
        """The module, imported or parsed anew at each call. Raises UserError."""
        if not self.is_module:
            from ..frontends import import_onnx

            return import_onnx(self.origin, shapes=self.shapes or None)
        if self.shapes:
            raise UserError("--shape is for .onnx models: a .mlir module has its shapes")
        assert isinstance(self.origin, Path)
        return read_module(self.origin)

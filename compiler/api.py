"""The Python API: `compile` and `lower`."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xdsl.dialects.builtin import ModuleOp

from ..drpdialect.errors import UserError
from .debugging import PassHook, Verifier
from .lowering import Lowering, level_named
from .models import Model, Shapes
from .placement import SupportRecorder
from .program import Program

if TYPE_CHECKING:
    from onnx import ModelProto

PRECISION = "fp32"
"""What a program computes in, as long as no target's own arithmetic is there."""


def compile(  # noqa: A001
    model: "str | Path | ModelProto",
    target: str | None = None,
    calibration: Iterable[Mapping[str, Any]] | None = None,
    precision: str | None = None,
    shapes: Shapes | None = None,
    *,
    hooks: Sequence[PassHook] = (Verifier(),),
) -> Program:
    """Compile a model for a target.

    - `model`: a `.onnx` file, an `onnx.ModelProto`, or a `.mlir` file that drpc printed.
    - `target`: a name (`drpc targets` lists them) or the path of a TOML file. None is the one that
      a `.mlir` was converted for, else rzv2h.
    - `calibration`, `precision`: this version computes in FP32 only, so `precision` is None or
      "fp32" and there is nothing to calibrate. The placement and the fusion are the target's.
    - `shapes`: input name -> sizes, for inputs with dynamic dimensions.
    - `hooks`: watch the passes, see `drpc.compiler.debugging`; by default the IR is verified.

    Raises UserError where the model, or another argument, is at fault.
    """
    require_available(precision, calibration)
    source = Model.of(model, shapes)
    recorder = SupportRecorder()
    module = Lowering(source, "drp-ir", target, [*hooks, recorder]).run()
    return Program(source, module, recorder)


def lower(
    model: "str | Path | ModelProto",
    emit: str = "drp-ir",
    target: str | None = None,
    shapes: Shapes | None = None,
    *,
    hooks: Sequence[PassHook] = (Verifier(),),
) -> ModuleOp:
    """The module of a model at a level of IR, `onnx-ir` or `drp-ir`. Arguments as for `compile`.

    Raises UserError where the model, or another argument, is at fault.
    """
    return Lowering(Model.of(model, shapes), level_named(emit), target, hooks).run()


def require_available(precision: str | None, calibration: object | None) -> None:
    """Raises UserError for the arithmetic that this version does not have."""
    if precision not in (None, PRECISION, "target"):
        raise UserError(f"unknown precision {precision!r}: expected fp32 or target")
    if precision == "target":
        raise UserError(
            "the target's own arithmetic is not available in this version: use precision fp32 "
            "(--precision fp32), which has the target's placement and fusion"
        )
    if calibration is not None:
        raise UserError(
            "calibration is not available in this version: programs compute in FP32, which needs "
            "none; leave it out"
        )

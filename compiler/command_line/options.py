"""Arguments and options that commands share, with their help, completion and parsing."""

import re
from pathlib import Path
from typing import Annotated, Final

import typer

from ..names import BACKENDS, LEVELS

_SHAPE: Final = re.compile(r"(?P<name>.+)=(?P<sizes>\d+(x\d+)*|scalar)")


def parse_shapes(texts: list[str] | None) -> dict[str, tuple[int, ...]]:
    """`["input=1x3x224x224"]` as a mapping. Raises typer.BadParameter."""
    shapes: dict[str, tuple[int, ...]] = {}
    for text in texts or ():
        match = _SHAPE.fullmatch(text)
        if match is None:
            raise typer.BadParameter(
                f"{text!r}: expected NAME=SIZExSIZE..., like input=1x3x224x224"
            )
        if match["name"] in shapes:
            raise typer.BadParameter(f"{match['name']!r} is given two shapes")
        sizes = () if match["sizes"] == "scalar" else match["sizes"].split("x")
        shapes[match["name"]] = tuple(int(size) for size in sizes)
    return shapes


def _check_shapes(texts: list[str] | None) -> list[str] | None:
    """Refuse malformed shapes while the command line is parsed."""
    parse_shapes(texts)
    return texts


def target_names(incomplete: str = "") -> list[str]:
    """Targets, for completion."""
    from ...targets import target_names as names

    return [name for name in names() if name.startswith(incomplete)]


def pass_names(incomplete: str = "") -> list[str]:
    """The passes of the default pipeline, for completion."""
    from ..pipelines import STAGES

    names = [spec.partition("{")[0] for stage in STAGES.values() for spec in stage]
    return [name for name in names if name.startswith(incomplete)]


def _pass_names_or_all(incomplete: str) -> list[str]:
    return [name for name in ("all", *pass_names()) if name.startswith(incomplete)]


def _level_names(incomplete: str) -> list[str]:
    return [level for level in LEVELS if level.startswith(incomplete)]


def _backend_names(incomplete: str) -> list[str]:
    return [backend for backend in BACKENDS if backend.startswith(incomplete)]


def _precision_names(incomplete: str) -> list[str]:
    return [precision for precision in ("fp32", "target") if precision.startswith(incomplete)]


ModelArgument = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL", help="A .onnx model, or a .mlir module that drpc printed.", dir_okay=False
    ),
]
TargetOption = Annotated[
    str | None,
    typer.Option(
        help="The machine to compile for: a name (see `drpc targets`) or a .toml file.",
        show_default="rzv2h, or the one that a .mlir was converted for",
        autocompletion=target_names,
    ),
]
ShapeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--shape",
        metavar="NAME=1x3x224x224",
        callback=_check_shapes,
        help="The sizes of an input that has dynamic dimensions. Repeatable.",
    ),
]
CalibrationOption = Annotated[
    Path | None,
    typer.Option(
        "--calib",
        metavar="DATA",
        help="Calibration samples for INT8 targets: not available in this version.",
    ),
]
PrecisionOption = Annotated[
    str | None,
    typer.Option(
        metavar="fp32|target",
        help="What to compute in. This version has fp32 only, which is therefore the default; the "
        "target's own arithmetic will be, once it is there.",
        autocompletion=_precision_names,
    ),
]
BackendOption = Annotated[
    str,
    typer.Option(
        metavar="interpreter|simulator|cpu",
        help="`interpreter` runs the compiled program job by job, `cpu` the model in ONNX Runtime. "
        "The simulator is not available in this version.",
        autocompletion=_backend_names,
    ),
]
EmitOption = Annotated[
    str,
    typer.Option(
        metavar="onnx-ir|drp-ir|drp-hw",
        help="The level of IR to stop at. `drp-hw` is not available in this version.",
        autocompletion=_level_names,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
InputsOption = Annotated[
    Path | None,
    typer.Option(metavar="IN.npz", help="Inputs: one array per input name."),
]
SampleInputsOption = Annotated[
    Path | None,
    typer.Option(
        "--inputs", metavar="IN.npz", help="Sample inputs. Default: seeded random values."
    ),
]

_DEBUGGING: Final = "Debugging (on stderr)"

PrintBeforeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--print-ir-before",
        metavar="PASS|all",
        help="Print the IR before a pass. Repeatable.",
        autocompletion=_pass_names_or_all,
        rich_help_panel=_DEBUGGING,
    ),
]
PrintAfterOption = Annotated[
    list[str] | None,
    typer.Option(
        "--print-ir-after",
        metavar="PASS|all",
        help="Print the IR after a pass. Repeatable.",
        autocompletion=_pass_names_or_all,
        rich_help_panel=_DEBUGGING,
    ),
]
DumpDirOption = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Write a numbered .mlir after each pass that changed the IR, headed by the command "
        "that resumes from it.",
        rich_help_panel=_DEBUGGING,
    ),
]
TimePassesOption = Annotated[
    bool,
    typer.Option("--time-passes", help="Print each pass's time.", rich_help_panel=_DEBUGGING),
]
CheckPassesOption = Annotated[
    bool,
    typer.Option(
        "--check-passes",
        help="Run the module before and after each pass, and stop at the first pass and operation "
        "that depart from what the pass declares.",
        rich_help_panel=_DEBUGGING,
    ),
]

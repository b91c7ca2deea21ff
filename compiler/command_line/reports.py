"""What commands print for people, and as JSON."""

import dataclasses
import inspect
import json
import sys
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...drpdialect.errors import UserError
from ..names import LEVELS
from ..pipelines import STAGES, available_passes, unknown

if TYPE_CHECKING:
    from ..bisection import Bisection
    from ..placement import Placement

_ENGINE_STYLES = {"ai-mac": "green", "drp": "cyan", "cpu": "red", "fused": "dim", "folded": "dim"}


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


class _Console(Console):
    """A console that leaves a closed pipe to the command: rich would exit with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _console() -> Console:
    """The terminal's width on a terminal; else lines are as long as they must be."""
    return _Console() if sys.stdout.isatty() else _Console(width=240)


# --- check -----------------------------------------------------------------------------------


def print_placement(placement: "Placement") -> None:
    """Every operator with its engine and the reason, then what would bring back those on the CPU,
    then the figures."""
    console = _console()
    table = _table(f"operators on {placement.target}", "ONNX node", "operator", "engine", "reason")
    for op in placement.ops:
        engine = Text(op.engine, style=_ENGINE_STYLES[op.engine])
        table.add_row(Text(op.name), op.op_type, engine, Text(op.reason))
    console.print(table)
    remedies = dict.fromkeys((op.rule, op.remedy) for op in placement.ops if op.rule is not None)
    if remedies:
        console.print()
        table = _table("what would bring operators back", "rule", "remedy")
        for rule, remedy in remedies:
            table.add_row(rule, Text(remedy or ""))
        console.print(table)
    summary = placement.summary
    console.print(
        f"\n{summary['ops']} operators: {summary['ai-mac']} on the AI-MAC, {summary['drp']} on the "
        f"DRP, {summary['cpu']} on the CPU in {summary['cpu_regions']} regions, "
        f"{summary['fused']} fused, {summary['folded']} folded\n"
        f"{summary['macs_on_accelerator']:.1%} of {summary['macs']:,} multiply-accumulates run on "
        "the accelerator",
        highlight=False,
    )


# --- run -------------------------------------------------------------------------------------


def summary_of_outputs(outputs: Mapping[str, Any]) -> str:
    """One line per output: type, shape, range, and the place of the largest element."""
    return "\n".join(f"{name}: {_summary(value)}" for name, value in outputs.items())


def _summary(value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return "none" if value is None else f"a sequence of {len(value)}"
    shape = "x".join(map(str, value.shape)) or "scalar"
    if value.size == 0 or value.dtype.kind not in "fiub":
        return f"{value.dtype} {shape}"
    numbers = value.astype(np.float64)
    largest = ", ".join(str(index) for index in np.unravel_index(numbers.argmax(), value.shape))
    return (
        f"{value.dtype} {shape}, min {numbers.min():.6g}, mean {numbers.mean():.6g}, "
        f"max {numbers.max():.6g} at ({largest})"
    )


# --- bisect ----------------------------------------------------------------------------------


def print_bisection(found: "Bisection") -> None:
    """How far the outputs are from ONNX Runtime's after each pass."""
    table = _table("difference from ONNX Runtime", "after", "output", "difference", "")
    for step in found.steps:
        verdict = "departs" if step.difference > found.tolerance else "agrees"
        table.add_row(step.name, Text(step.output), f"{step.difference:.2e}", verdict)
    _console().print(table)


# --- passes ----------------------------------------------------------------------------------


def pipeline_text(target: str) -> str:
    """A target's pipeline by level of IR, then every pass's text. Raises UserError."""
    from ...targets import load_target

    load_target(target)
    stages = {level: [spec.format(target=target) for spec in STAGES[level]] for level in LEVELS}
    heads = [f"{level}: {', '.join(specs)}" for level, specs in stages.items()]
    names = [spec.partition("{")[0] for specs in stages.values() for spec in specs]
    return "\n\n".join(["\n".join(heads), *(pass_text(name) for name in names)])


def pass_text(name: str) -> str:
    """A pass's name, options, bound and docstring. Raises UserError for an unknown name."""
    load = available_passes().get(name)
    if load is None:
        raise UserError(unknown("pass", name, available_passes()))
    module_pass = load()
    fields = ", ".join(
        f"{f.name}: {getattr(f.type, '__name__', f.type)}" for f in dataclasses.fields(module_pass)
    )
    bound = getattr(module_pass, "numerics", 0.0)
    changes = (
        f"results change by at most {bound:g} x the largest" if bound else "results keep their bits"
    )
    text = inspect.cleandoc(module_pass.__doc__ or "")
    head = f"{name}{{{fields}}}" if fields else name
    return f"{head} ({changes})\n{textwrap.indent(text, '  ')}"


# --- targets ---------------------------------------------------------------------------------


def targets_text() -> str:
    """Every target's name and title."""
    from ...targets import load_target, target_names

    return "\n".join(f"{name:<8}{load_target(name).title}" for name in target_names())


def print_target(name: str) -> None:
    """A target's facts with unit, status and source. Raises UserError."""
    from ...targets import load_target

    target = load_target(name)
    console = _console()
    console.print(Text(f"{target.name}: {target.title}"))
    for title, facts in (("machine", target.machine), ("limits", target.limits)):
        table = _table(title, "fact", "value", "unit", "status", "source")
        for field in dataclasses.fields(facts):
            fact = getattr(facts, field.name)
            value = ", ".join(map(str, fact.value)) if isinstance(fact.value, tuple) else fact.value
            table.add_row(field.name, Text(str(value)), fact.unit, fact.status, Text(fact.source))
        console.print()
        console.print(table)

"""Write the reference pages from the code: docs/reference/*.md.

python docs/generate.py           writes them
python docs/generate.py --check   exits with 1 where one is not up to date
"""

import inspect
import sys
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Final

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption
from xdsl.irdl import IRDLOperation, OpDef, OptOperandDef, VarOperandDef
from xdsl.passes import ModulePass

from drpc.compiler.command_line import app
from drpc.compiler.pipelines import STAGES
from drpc.drpdialect import drp, onnx, quant
from drpc.drpdialect.drp import ai_mac, elementwise, movement, quantisation, reductions, structure
from drpc.passes import get_all_passes
from drpc.targets import load_target, target_names
from drpc.targets.report import RuleText, general_rules, supported_operators

REFERENCE: Final = Path(__file__).parent / "reference"
HEADER: Final = "<!-- Written by docs/generate.py from the code: `make docs`. -->\n\n"


_DRP_GROUPS: Final = {
    "the AI-MAC's jobs": ai_mac,
    "element by element": elementwise,
    "pools, reductions and normalisations": reductions,
    "movement": movement,
    "quantisation as the model states it": quantisation,
    "constants and CPU regions": structure,
}


def operations() -> str:
    """The operations and attributes of the dialects."""
    parts = ["# Operations\n"]
    parts.append(_paragraph(drp.__doc__))
    for title, module in _DRP_GROUPS.items():
        parts.append(f"## `drp`: {title}\n")
        parts += [_operation(op) for op in module.OPERATIONS]
    parts.append("## `drp`: scalar functions\n")
    parts.append(_functions())
    parts.append("## `drp`: attributes\n")
    parts += [f"- `#{a.name}`: {_flat(a.__doc__)}" for a in drp.Drp.attributes]
    parts.append("\n## `onnx`\n")
    parts.append(_paragraph(onnx.__doc__))
    parts += [f"- `!{a.name}`: {_flat(a.__doc__)}" for a in onnx.get_dialect().attributes]
    parts.append("\n## `quant`\n")
    parts.append(_paragraph(quant.__doc__))
    parts += [_operation(op) for op in quant.Quant.operations if issubclass(op, IRDLOperation)]
    parts += [f"- `!{a.name}`: {_flat(a.__doc__)}" for a in quant.Quant.attributes]
    return "\n".join(parts)


def _operation(op: type[IRDLOperation]) -> str:
    definition = op.get_irdl_definition()
    engine = getattr(op, "ENGINE", None)
    where = f" ({engine})" if engine is not None else ""
    lines = [f"### `{op.name}`{where}\n", _paragraph(op.__doc__)]
    if definition.operands:
        lines.append(f"- operands: {', '.join(_operand(n, d) for n, d in definition.operands)}")
    lines += [f"- attribute `{name}`{_default(d)}" for name, d in _properties(definition)]
    return "\n".join(lines) + "\n"


def _operand(name: str, definition: object) -> str:
    if isinstance(definition, OptOperandDef):
        return f"`{name}` (optional)"
    return f"`{name}` (any number)" if isinstance(definition, VarOperandDef) else f"`{name}`"


def _properties(definition: OpDef) -> Iterable[tuple[str, object]]:
    return ((n, d) for n, d in definition.properties.items() if n != "operandSegmentSizes")


def _default(definition: object) -> str:
    default = getattr(definition, "default_value", None)
    return "" if default is None else f", default `{default}`"


def _functions() -> str:
    listed = (f"{name}({', '.join(p)})" if p else name for name, p in drp.FUNCTIONS.items())
    return ", ".join(f"`{function}`" for function in listed) + ".\n"


def passes() -> str:
    """The passes in the order in which a compilation runs them, and the pipelines."""
    parts = ["# Passes\n", "The pipeline of every target:\n"]
    for level, specs in STAGES.items():
        listed = ", ".join(f"`{spec.format(target='TARGET')}`" for spec in specs)
        parts.append(f"- to `{level}`: {listed}")
    parts.append("\n`cse` and `dce` are xDSL's.\n")
    for name, load in get_all_passes().items():
        parts.append(_pass(name, load()))
    return "\n".join(parts)


def _pass(name: str, module_pass: type[ModulePass]) -> str:
    bound = getattr(module_pass, "numerics", 0.0)
    numerics = f"at most {bound:g} x the largest" if bound else "not at all, bit for bit"
    lines = [f"## `{name}`\n", f"Changes results: {numerics}.\n"]
    lines += [f"- option `{option}`" for option in _options(module_pass)]
    lines.append(("\n" if len(lines) > 2 else "") + _verbatim(module_pass.__doc__))
    return "\n".join(lines)


def _options(module_pass: type[ModulePass]) -> Iterable[str]:
    for field in fields(module_pass):  # pyright: ignore[reportArgumentType]
        default = "" if field.default is MISSING else f" = {field.default!r}"
        kind = getattr(field.type, "__name__", field.type)
        yield f"{field.name.replace('_', '-')}: {kind}{default}"


def supported_operators_page() -> str:
    """Which ONNX operators each target runs where, and the rules."""
    parts = [
        "# Supported operators\n",
        "An operator runs on the accelerator if it meets the general rules and its own; else it "
        "runs on the CPU, in ONNX Runtime. `drpc check MODEL --target TARGET` applies these rules "
        "to a model and says what would mend each operator that breaks one.\n",
    ]
    for name in target_names():
        target = load_target(name)
        parts.append(f"## {name}\n")
        parts.append("General rules:\n")
        parts += [_rule(rule) for rule in general_rules(target)]
        rows = supported_operators(target)
        parts.append("\n| ONNX operator | engine | rules |\n|---|---|---|")
        parts += [
            f"| {row.op_type} | {row.engine} | {'; '.join(map(_sentence, row.rules))} |"
            for row in rows
            if row.engine != "cpu"
        ]
        parts.append("\nOn the CPU, with the rule that each breaks:\n")
        parts += _cpu_rows((row.op_type, row.rules) for row in rows if row.engine == "cpu")
        parts.append("")
    return "\n".join(parts)


def _cpu_rows(rows: Iterable[tuple[str, tuple[RuleText, ...]]]) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for op_type, rules in rows:
        by_reason.setdefault("; ".join(map(_sentence, rules)), []).append(op_type)
    return [f"- {', '.join(names)}: {reason}" for reason, names in by_reason.items()]


def _rule(rule: RuleText) -> str:
    return f"- {_sentence(rule)} (`{rule.name}`); else: {rule.remedy}"


def _sentence(rule: RuleText) -> str:
    return rule.text.rstrip(".").replace("|", "\\|")


def command_line() -> str:
    """Every command with its arguments and options."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    parts = ["# Command line\n", _paragraph(group.help)]
    for name, command in group.commands.items():
        parts.append(f"## `drpc {name}`\n")
        parts.append(_paragraph(command.help))
        parts += [_parameter(p) for p in command.params if isinstance(p, TyperArgument)]
        parts += [_parameter(p) for p in command.params if isinstance(p, TyperOption)]
        parts.append("")
    parts.append(_EXIT_CODES)
    return "\n".join(parts)


def _parameter(parameter: TyperArgument | TyperOption) -> str:
    if isinstance(parameter, TyperArgument):
        names = f"`{parameter.metavar or parameter.name}`"
    else:
        value = f" {parameter.metavar}" if parameter.metavar else ""
        names = ", ".join(f"`{option}{value}`" for option in reversed(parameter.opts))
    shown = parameter.show_default if isinstance(parameter.show_default, str) else None
    default = shown or parameter.default
    ending = f" Default: {default}." if default not in (None, False, ()) else ""
    return f"- {names}: {parameter.help}{ending}"


_EXIT_CODES: Final = """## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| 1 | the input is wrong, or the check failed: one message says what, and what to do |
| 2 | wrong usage of the command |
| 70 | a bug in drpc: a reproducer is written, and a report asked for |
"""


def _paragraph(text: str | None) -> str:
    return inspect.cleandoc(text or "") + "\n"


def _verbatim(text: str | None) -> str:
    return f"```text\n{inspect.cleandoc(text or '')}\n```\n"


def _flat(text: str | None) -> str:
    return " ".join((text or "").split())


PAGES: Final[dict[str, Callable[[], str]]] = {
    "operations.md": operations,
    "passes.md": passes,
    "supported_operators.md": supported_operators_page,
    "command_line.md": command_line,
}


def outdated() -> list[str]:
    """The pages that differ from what the code says now."""
    return [name for name, page in PAGES.items() if _read(REFERENCE / name) != HEADER + page()]


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


def main() -> int:
    """Write the pages, or check them."""
    if "--check" in sys.argv[1:]:
        names = outdated()
        for name in names:
            print(f"docs/reference/{name} is not up to date: run `make docs`", file=sys.stderr)
        return 1 if names else 0
    REFERENCE.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(HEADER + page())
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Runs the examples of a Markdown page: its `console` and `python` blocks, in order.

A `console` block holds commands after `$ ` and what they print. `...` in the output stands for
any text, as in doctest. A command ends with `# exit code N` where that is not 0; what it writes
to standard error counts as output. A `python` block is doctest if it has `>>>`, else it is run;
all blocks of a page share their names. Blocks of other kinds are not run.
"""

import doctest
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT_CODE = re.compile(r"\s+# exit code (\d+)$")
_CONTINUED = "\0"
_OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the page's line on which its text begins."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Command:
    """A command of a console block with the output that the page shows."""

    text: str
    expected: str
    exit_code: int


class DocumentFailure(Exception):
    """An example does not do what the page says."""


def blocks_of(page: str) -> list[Block]:
    """The fenced blocks of a page."""
    return [Block(m[1], m[2], page.count("\n", 0, m.start(2)) + 1) for m in _BLOCK.finditer(page)]


def commands_of(block: str) -> list[Command]:
    """The commands of a console block; lines after `> ` belong to the command above them."""
    commands: list[Command] = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = re.sub(r"\n> ", _CONTINUED, part).partition("\n")
        command = command.replace(_CONTINUED, "\n")
        code = _EXIT_CODE.search(command)
        commands.append(Command(_EXIT_CODE.sub("", command), expected, int(code[1]) if code else 0))
    return commands


def run_document(page: Path, folder: Path) -> None:
    """Run a page's examples in a folder. Raises DocumentFailure."""
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks_of(page.read_text()):
        where = f"{page.name}:{block.line}"
        if block.language == "console":
            for command in commands_of(block.text):
                _run_command(command, folder, where)
        if block.language == "python":
            _run_python(block.text, names, where)


def _run_command(command: Command, folder: Path, where: str) -> None:
    binaries = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command.text],
        cwd=folder,
        env={**os.environ, "PATH": binaries, "COLUMNS": "100", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != command.exit_code:
        raise DocumentFailure(
            f"{where}: $ {command.text}\nexit code {done.returncode}, "
            f"expected {command.exit_code}\n{done.stdout}"
        )
    if not doctest.OutputChecker().check_output(command.expected, done.stdout, _OPTIONS):
        raise DocumentFailure(
            f"{where}: $ {command.text}\n--- expected\n{command.expected}--- got\n{done.stdout}"
        )


def _run_python(text: str, names: dict[str, object], where: str) -> None:
    if ">>> " not in text:
        exec(compile(text, where, "exec"), names)
        return
    report: list[str] = []
    example = doctest.DocTestParser().get_doctest(text, names, where, where, 0)
    doctest.DocTestRunner(verbose=False, optionflags=_OPTIONS).run(
        example, out=report.append, clear_globs=False
    )
    names.update(example.globs)
    if report:
        raise DocumentFailure(f"{where}:\n{''.join(report)}")

"""Runs `.mlir` tests in process: `// RUN: drpc-opt %s -p 'a,b' | filecheck %s`, as lit would.

A file holds one or more RUN lines; each is a pipeline of `drpc-opt` commands that ends in
`filecheck`. `%s` is the file. Starting a process for each would cost a second; this costs none.
"""

import io
import shlex
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest
from filecheck.finput import FInput
from filecheck.matcher import Matcher
from filecheck.options import parse_argv_options
from filecheck.parser import Parser as CheckParser

from drpc.compiler.opt import DrpOptMain

_RUN = "// RUN:"


class FilecheckFailure(Exception):
    """A RUN line whose output is not what the file's CHECK lines say."""


def run_lines(text: str) -> list[str]:
    """The commands of a file's RUN lines; a line that ends in a backslash goes on in the next."""
    commands: list[str] = []
    goes_on = False
    for line in text.splitlines():
        if not line.startswith(_RUN):
            continue
        part = line.removeprefix(_RUN).strip()
        goes_on_next = part.endswith("\\")
        part = part.removesuffix("\\").strip()
        if goes_on:
            commands[-1] += f" {part}"
        else:
            commands.append(part)
        goes_on = goes_on_next
    return commands


def run_command(command: str, file: Path) -> None:
    """Run one RUN line on a file. Raises FilecheckFailure."""
    *producers, checker = _stages(command, file)
    if not producers or checker[0] != "filecheck":
        raise FilecheckFailure("a RUN line is `drpc-opt ... | filecheck ...`")
    text = ""
    for arguments in producers:
        if arguments[0] != "drpc-opt":
            raise FilecheckFailure(f"unknown command {arguments[0]}: expected drpc-opt")
        text = _drpc_opt(arguments[1:], text)
    _filecheck(checker, text)


def _stages(command: str, file: Path) -> list[list[str]]:
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|")
    lexer.whitespace_split = True
    stages: list[list[str]] = [[]]
    for token in lexer:
        if token == "|":
            stages.append([])
        else:
            stages[-1].append(token.replace("%s", str(file)))
    return stages


def _drpc_opt(arguments: list[str], standard_input: str) -> str:
    stdin = io.TextIOWrapper(io.BytesIO(standard_input.encode()))
    output, errors = io.StringIO(), io.StringIO()
    try:
        with patch.object(sys, "stdin", stdin), redirect_stdout(output), redirect_stderr(errors):
            DrpOptMain(arguments).run()
    except (Exception, SystemExit) as error:
        listed = "".join(f"\n{note}" for note in getattr(error, "__notes__", ()))
        raise FilecheckFailure(
            f"drpc-opt failed with {type(error).__name__}: {error}{listed}\n"
            f"--- its output\n{output.getvalue()}{errors.getvalue()}--- its input\n{standard_input}"
        ) from error
    return output.getvalue()


def _filecheck(arguments: list[str], text: str) -> None:
    options = parse_argv_options(list(arguments))
    errors = io.StringIO()
    with redirect_stderr(errors):
        source = FInput("<output of drpc-opt>", FInput.canonicalize_line_ends(text))
        code = Matcher(options, source, CheckParser.from_opts(options)).run()
    if code != 0:
        raise FilecheckFailure(f"{errors.getvalue()}\n--- the output that was checked\n{text}")


class FilecheckItem(pytest.Item):
    """One RUN line of a file."""

    def __init__(self, *, command: str, **kwargs: object):
        super().__init__(**kwargs)  # pyright: ignore[reportArgumentType]
        self.command = command

    def runtest(self) -> None:
        run_command(self.command, self.path)

    def repr_failure(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> object:
        if isinstance(excinfo.value, FilecheckFailure):
            return f"RUN: {self.command}\n{excinfo.value}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, 0, f"{self.path.name}: {self.command}"


class FilecheckFile(pytest.File):
    """A `.mlir` file with at least one RUN line."""

    def collect(self) -> Iterator[FilecheckItem]:
        commands = run_lines(self.path.read_text())
        if not commands:
            raise self.CollectError(f"{self.path}: expected a line `{_RUN} drpc-opt %s | ...`")
        for index, command in enumerate(commands):
            yield FilecheckItem.from_parent(self, name=f"run{index}", command=command)

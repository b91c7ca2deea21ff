"""`--print-ir-before/-after`, `--dump-dir` and `--time-passes`."""

import shlex
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import IO

from xdsl.dialects.builtin import ModuleOp

from ...drpdialect.errors import UserError
from ..files import cannot_write, written_whole
from ..module_files import DUMP_WEIGHTS, WeightPool, print_module
from .pipeline import PassHook, Step

ALL = "all"


class IrPrinter(PassHook):
    """Prints the module before and after chosen passes (or `all` of them) to a stream."""

    def __init__(self, stream: IO[str], before: Collection[str], after: Collection[str]):
        self._stream = stream
        self._before = before
        self._after = after

    def start(self, module: ModuleOp, steps: Sequence[Step]) -> None:
        """Raises UserError if a chosen pass is not in the pipeline."""
        names = [step.name for step in steps]
        for chosen in (*self._before, *self._after):
            if chosen != ALL and chosen not in names:
                raise UserError(f"no pass {chosen!r} in this pipeline, which is {', '.join(names)}")

    def before(self, step: Step, module: ModuleOp) -> None:
        self._print("before", self._before, step, module)

    def after(self, step: Step, module: ModuleOp) -> None:
        self._print("after", self._after, step, module)

    def _print(self, when: str, chosen: Collection[str], step: Step, module: ModuleOp) -> None:
        if ALL not in chosen and step.name not in chosen:
            return
        self._stream.write(f"// -----// IR {when} {step.name} //----- //\n")
        print_module(module, self._stream)
        self._stream.write("\n")


class IrDumper(PassHook):
    """Writes a numbered `.mlir` into a folder at the start and after each pass that changed the IR.

    Each file is headed by the command that resumes the pipeline from it. The weights of all of
    them are in one `weights.safetensors` beside, written at the end.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self._weights = WeightPool()
        self._last_text = ""

    def start(self, module: ModuleOp, steps: Sequence[Step]) -> None:
        """Raises UserError if the folder cannot be made."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(self._folder, error) from error
        self._write("00-start", module, steps[0].remaining if steps else ())

    def after(self, step: Step, module: ModuleOp) -> None:
        self._write(f"{step.number:02}-{step.name}", module, step.remaining[1:])

    def close(self) -> None:
        self._weights.save(self._folder / DUMP_WEIGHTS)

    def _write(self, stem: str, module: ModuleOp, remaining: Sequence[str]) -> None:
        text = print_module(module)
        if text == self._last_text:
            return
        self._last_text = text
        self._weights.add(module)
        path = self._folder / f"{stem}.mlir"
        with written_whole(path) as file:
            file.write(f"// {resume_command(path, remaining)}\n".encode())
            file.write(text.encode())


def resume_command(path: Path, remaining: Sequence[str]) -> str:
    """The command that runs the remaining passes on a module file."""
    command = ["drpc", "opt", str(path)]
    if remaining:
        command += ["-p", ",".join(remaining)]
    return shlex.join(command)


class PassTimer(PassHook):
    """Measures each pass and prints a table to a stream at the end. Goes first in the hooks."""

    def __init__(self, stream: IO[str]):
        self._stream = stream
        self._started = 0.0
        self._rows: list[tuple[str, float, int]] = []

    def before(self, step: Step, module: ModuleOp) -> None:
        self._started = time.perf_counter()

    def after(self, step: Step, module: ModuleOp) -> None:
        seconds = time.perf_counter() - self._started
        operations = sum(1 for _ in module.walk())
        self._rows.append((step.name, seconds, operations))

    def close(self) -> None:
        total = sum(seconds for _, seconds, _ in self._rows)
        self._stream.write(f"{'pass':<24}{'seconds':>10}{'share':>8}{'operations after':>18}\n")
        for name, seconds, operations in self._rows:
            share = seconds / total if total else 0.0
            self._stream.write(f"{name:<24}{seconds:>10.4f}{share:>8.1%}{operations:>18}\n")
        self._stream.write(f"{'total':<24}{total:>10.4f}\n")

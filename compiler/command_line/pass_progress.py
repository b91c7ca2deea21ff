"""Progress of a pipeline, on stderr, where somebody is watching."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from xdsl.dialects.builtin import ModuleOp

from ..debugging import PassHook, Step
from .progress import working

if TYPE_CHECKING:
    from rich.status import Status


class PassProgress(PassHook):
    """Shows which pass is running, where stderr is a terminal."""

    def __init__(self) -> None:
        self._running = ExitStack()
        self._status: Status | None = None
        self._passes = 0

    def start(self, module: ModuleOp, steps: Sequence[Step]) -> None:
        self._passes = len(steps)
        self._status = self._running.enter_context(working("compiling"))

    def before(self, step: Step, module: ModuleOp) -> None:
        if self._status is not None:
            self._status.update(f"{step.name} ({step.number} of {self._passes})")

    def close(self) -> None:
        self._running.close()

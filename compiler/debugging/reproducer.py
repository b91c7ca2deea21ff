"""Crash reproducers: the module as it was before the pass that failed, and the command."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ...drpdialect import make_context
from ...drpdialect.errors import UserError
from ..lowering import Crash
from ..module_files import write_module
from ..pipelines import parse_passes
from .pipeline import PassFailure, run_passes
from .printing import resume_command


@dataclass(frozen=True)
class Reproducer:
    """Files that reproduce a failure, and the command that does it."""

    module: Path
    command: str


def write_reproducer(crash: Crash) -> Reproducer | None:
    """Make the module as it was before the failing pass, by running those before it again.

    Nothing is kept for this while all goes well. None where the failure does not come again, or
    the file cannot be written.
    """
    step = crash.failure.step
    earlier = parse_passes(crash.pipeline[: step.number - 1], crash.registry)
    path = scratch_path(f"drpc-reproducer-{step.name}", ".mlir")
    try:
        module = crash.model.load()
        run_passes(make_context(), module, earlier)
        write_module(module, path)
    except (PassFailure, UserError):
        return None
    return Reproducer(path, resume_command(path, step.remaining))


def scratch_path(stem: str, suffix: str) -> Path:
    """A name for a file in the current folder, or in the system's temporary one if read-only."""
    folder = Path.cwd() if os.access(Path.cwd(), os.W_OK) else Path(tempfile.gettempdir())
    return folder / f"{stem}-{os.getpid()}{suffix}"

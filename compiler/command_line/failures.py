"""Exit codes: 0 done, 1 the user's input is wrong or a check failed, 2 usage, 70 a bug in drpc."""

import os
import sys
import traceback
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperCommand

INPUT_IS_WRONG: Final = 1
DRPC_IS_WRONG: Final = 70


class Command(TyperCommand):
    """A command whose failures become messages on stderr and exit codes, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        with exit_codes():
            return super().invoke(ctx)


@contextmanager
def exit_codes() -> Generator[None]:
    """Turn what is raised within into a message and `typer.Exit`."""
    try:
        yield
        sys.stdout.flush()
    except (typer.Exit, typer.Abort):
        raise
    except BrokenPipeError:
        _discard_output()
    except MemoryError:
        fail("out of memory")
    except OSError as error:
        _discard_output()
        fail(f"{error.filename or 'standard output'}: {error.strerror or error}")
    except Exception as error:
        from ...drpdialect.errors import UserError

        if isinstance(error, UserError):
            fail(str(error))
        _report_bug(error)
        raise typer.Exit(DRPC_IS_WRONG) from error


def fail(message: str) -> NoReturn:
    """Say what is wrong and exit with 1."""
    print(f"drpc: error: {message}", file=sys.stderr)
    raise typer.Exit(INPUT_IS_WRONG)


def _discard_output() -> None:
    """Send the rest of standard output nowhere: whoever read it has gone, or it is full."""
    with suppress(OSError, ValueError):
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stdout.fileno())
        os.close(descriptor)


def _report_bug(error: Exception) -> None:
    from ..debugging.reproducer import scratch_path, write_reproducer
    from ..lowering import Crash

    where, cause = "", error
    if isinstance(error, Crash):
        where, cause = f" in pass {error.failure.step.name}", error.failure.cause
    first_line = str(cause).partition("\n")[0]
    lines = [f"drpc: internal error{where}: {type(cause).__name__}: {first_line}"]
    lines.append("This is a bug in drpc. Please report it, with these files:")
    trace = scratch_path("drpc-crash", ".txt")
    with suppress(OSError):
        trace.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        lines.append(f"  {trace}")
    if isinstance(error, Crash):
        reproducer = write_reproducer(error)
        if reproducer is not None:
            lines += [f"  {reproducer.module}", f"It happens again with: {reproducer.command}"]
    print("\n".join(lines), file=sys.stderr)

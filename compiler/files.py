"""Output files: whole or not at all."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ..drpdialect.errors import UserError


@contextmanager
def written_whole(path: Path) -> Generator[IO[bytes]]:
    """A binary file that appears under its name only once all of it is written.

    It is written aside, in the same folder, and renamed at the end; if anything fails, nothing is
    left behind and an older file of that name stays as it was. What is not a regular file (a
    device, a pipe) is written directly. Raises UserError where the file cannot be written.
    """
    try:
        if not is_regular(path):
            with path.open("wb") as file:
                yield file
            return
        with _aside(path.resolve()) as file:
            yield file
    except OSError as error:
        raise cannot_write(path, error) from error


def is_regular(path: Path) -> bool:
    """Whether a path is, or could become, a regular file: not a device, pipe or folder."""
    return path.is_file() or not path.exists()


@contextmanager
def _aside(path: Path) -> Generator[IO[bytes]]:
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with aside.open("wb") as file:
            yield file
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def cannot_write(path: Path, error: OSError) -> UserError:
    """The message for a file that cannot be written, with the system's reason."""
    return UserError(f"cannot write {path}: {error.strerror or error}")


def cannot_read(path: Path, error: OSError) -> UserError:
    """The message for a file that cannot be read, with the system's reason."""
    return UserError(f"cannot read {path}: {error.strerror or error}")

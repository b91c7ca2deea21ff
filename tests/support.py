"""What the tests share: where the facts and models beside the repository are."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def find_shared() -> Path | None:
    """The folder with real models and published facts, None where it is missing.

    It is `$DRPC_SHARED`, else the folder `shared` beside the repository.
    """
    named = os.environ.get("DRPC_SHARED")
    folder = Path(named) if named else REPOSITORY.parent / "shared"
    return folder if folder.is_dir() else None


def shared_dir() -> Path:
    """The folder with real models and published facts; skips the test (or module) without it."""
    folder = find_shared()
    if folder is None:
        pytest.skip(
            "needs the folder `shared` beside the repository, or DRPC_SHARED=FOLDER",
            allow_module_level=True,
        )
    return folder

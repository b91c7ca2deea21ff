"""Fixtures, Hypothesis profiles and the collection of `.mlir` tests."""

import os
from pathlib import Path

import pytest
from filecheck_runner import FilecheckFile
from hypothesis import HealthCheck, settings
from support import REPOSITORY, shared_dir

__all__ = ["shared_dir"]

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", settings.get_profile("ci"), derandomize=False, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_FILECHECK = Path(__file__).parent / "filecheck"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Every `.mlir` below tests/filecheck is a file of tests, one for each of its RUN lines."""
    if file_path.suffix != ".mlir" or _FILECHECK not in file_path.parents:
        return None
    return FilecheckFile.from_parent(parent, path=file_path)


@pytest.fixture(name="shared_dir", scope="session")
def _shared_dir() -> Path:  # pyright: ignore[reportUnusedFunction]
    return shared_dir()


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return REPOSITORY

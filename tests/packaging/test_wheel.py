"""The wheel holds every module of every folder, their data, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

FOLDERS = ("compiler", "frontends", "drpdialect", "targets", "passes", "backends")
DATA = {".toml", ".typed"}


def package_files(repository: Path) -> set[str]:
    """The files that belong in the wheel, as the repository tracks them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *FOLDERS],
        cwd=repository,
        check=True,
        capture_output=True,
        text=True,
    )
    files = (line for line in listed.stdout.splitlines() if (repository / line).exists())
    return {line for line in files if Path(line).suffix in DATA | {".py"}}


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from a copy: building leaves files in the tree it builds from."""
    source = tmp_path_factory.mktemp("source")
    for name in (*package_files(repository), "pyproject.toml", "README.md", "LICENSE"):
        copy = source / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((repository / name).read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist", "."]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (path,) = (source / "dist").iterdir()
    return zipfile.ZipFile(path)


def test_every_file_of_every_folder_is_in_it_and_nothing_else(
    wheel: zipfile.ZipFile, repository: Path
) -> None:
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == {f"drpc/{name}" for name in package_files(repository)}


def test_every_folder_is_marked_as_typed(wheel: zipfile.ZipFile) -> None:
    for folder in FOLDERS:
        assert f"drpc/{folder}/py.typed" in wheel.namelist()


def test_nothing_generic_lands_in_site_packages(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"drpc"}
    assert "drpc/__init__.py" not in wheel.namelist()  # a namespace, PEP 420


def test_the_wheel_has_the_licence_and_the_entry_points(wheel: zipfile.ZipFile) -> None:
    (info,) = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    assert f"{info}/licenses/LICENSE" in wheel.namelist()
    entry_points = wheel.read(f"{info}/entry_points.txt").decode()
    assert "drpc = drpc.compiler.command_line:main" in entry_points
    assert "drp = drpc.compiler.universe:DRP_UNIVERSE" in entry_points

"""Output files appear whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from drpc.compiler.files import written_whole
from drpc.drpdialect.errors import UserError


def test_replaces_an_older_file_only_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")
    with written_whole(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_leaves_nothing_behind_on_failure(tmp_path: Path) -> None:
    path = tmp_path / "out"

    def fill_the_disk() -> None:
        with written_whole(path) as file:
            file.write(b"part")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(UserError, match=f"cannot write {path}: No space left on device"):
        fill_the_disk()
    assert list(tmp_path.iterdir()) == []


def test_says_why_it_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "out"
    with pytest.raises(UserError, match="No such file or directory"), written_whole(path):
        pass


def test_writes_through_links_and_into_devices(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    with written_whole(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    with written_whole(Path("/dev/null")) as file:
        file.write(b"gone")
    assert not Path("/dev/null").is_file()

"""Every example in the README and in docs/ runs and prints what the page shows."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from document_runner import Command, DocumentFailure, blocks_of, commands_of, run_document
from support import REPOSITORY

PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
REFERENCE = sorted((REPOSITORY / "docs" / "reference").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    run_document(page, tmp_path)


def test_the_generated_pages_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(REPOSITORY / "docs"))
    import generate  # pyright: ignore[reportMissingImports]

    assert generate.outdated() == []


@pytest.mark.parametrize("page", [*PAGES, *REFERENCE], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    files = [target for target in targets if "://" not in target]
    assert [target for target in files if not (page.parent / target).exists()] == []


# --- the runner itself -----------------------------------------------------------------------

FENCE = "```"


def page_with(tmp_path: Path, language: str, text: str) -> Path:
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n{FENCE}{language}\n{text}{FENCE}\n")
    return page


def test_blocks_and_commands() -> None:
    (block,) = blocks_of(
        f"a\n{FENCE}console\n$ echo a \\\n> b\na b\n$ false  # exit code 1\n{FENCE}\n"
    )
    assert (block.language, block.line) == ("console", 3)
    assert commands_of(block.text) == [Command("echo a \\\nb", "a b\n", 0), Command("false", "", 1)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("console", "$ echo one two\none ...\n"),
        ("console", f"$ {sys.executable} -c 'raise SystemExit(3)'  # exit code 3\n"),
        ("python", "assert 1 + 1 == 2\n"),
        ("python", ">>> print('a', 1)\na 1\n"),
        ("text", "whatever\n"),
    ],
)
def test_right_examples_pass(language: str, text: str, tmp_path: Path) -> None:
    run_document(page_with(tmp_path, language, text), tmp_path)


@pytest.mark.parametrize(
    ("language", "text", "message"),
    [
        ("console", "$ echo two\none\n", "expected\none\n"),
        ("console", "$ echo two\n", "got\ntwo"),
        ("console", "$ false\n", "exit code 1, expected 0"),
        ("console", "$ false | cat\n", "exit code 1, expected 0"),
        ("python", ">>> 1 + 1\n3\n", "Expected:"),
    ],
)
def test_wrong_examples_fail(language: str, text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentFailure, match=message):
        run_document(page_with(tmp_path, language, text), tmp_path)

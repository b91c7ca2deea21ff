"""What only whole processes show: start-up, pipes that close, full disks, completion, xdsl-opt."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from compiler_models import save_small_model

BIN = Path(sys.executable).parent


def _run(
    *command: str, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from drpc.compiler.command_line import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'xdsl.ir', 'numpy', 'onnx', 'onnxruntime', 'networkx', 'onnx_ir'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout.splitlines()[-1] == "[]"
    assert "Compile ONNX models" in result.stdout


def test_exit_codes_and_streams_of_the_command(tmp_path: Path) -> None:
    save_small_model(tmp_path)
    done = _run("drpc", "lower", "small.onnx", "--emit=onnx-ir", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    wrong = _run("drpc", "lower", "missing.onnx", folder=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == "drpc: error: no such file: missing.onnx\n"
    assert _run("drpc", "lower", "--nothing", folder=tmp_path).returncode == 2


@pytest.mark.parametrize("subcommand", ["lower", "check"])
def test_a_closed_pipe_is_no_error(tmp_path: Path, subcommand: str) -> None:
    save_small_model(tmp_path)
    command = f"{BIN}/drpc {subcommand} small.onnx; echo code $? >&2"
    result = subprocess.run(
        ["bash", "-c", f"{{ {command}; }} | true"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert result.stderr == "code 0\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_message(tmp_path: Path) -> None:
    save_small_model(tmp_path)
    command = f"{BIN}/drpc lower small.onnx"
    for redirected in (f"{command} > /dev/full", f"{command} -o /dev/full"):
        result = subprocess.run(
            ["bash", "-c", redirected],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert result.returncode == 1
        assert result.stderr.count("\n") == 1
        assert "No space left on device" in result.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("drpc lower --target rz", {"rzv2l", "rzv2m", "rzv2ma", "rzv2h", "rzv2n"}),
        ("drpc lower --print-ir-after drp-", {"drp-fuse", "drp-canonicalize", "drp-partition"}),
        ("drpc lower --emit ", {"onnx-ir", "drp-ir"}),
        ("drpc run --backend ", {"interpreter", "cpu"}),
        ("drpc passes c", {"canonicalize-onnx", "convert-onnx-to-drp", "cse"}),
    ],
)
def test_names_complete(words: str, expected: set[str]) -> None:
    result = _run(
        "drpc",
        COMP_WORDS=words,
        COMP_CWORD=str(len(words.split(" ")) - 1),
        _DRPC_COMPLETE="complete_bash",
    )
    assert set(result.stdout.split()) == expected


def test_xdsl_opt_knows_our_dialects_and_passes(tmp_path: Path) -> None:
    save_small_model(tmp_path)
    _run("drpc", "lower", "small.onnx", "--emit=onnx-ir", "-o", "small.mlir", folder=tmp_path)
    result = _run(
        "xdsl-opt", "small.mlir", "-p", "convert-onnx-to-drp{target=rzv2n}", folder=tmp_path
    )
    assert result.returncode == 0, result.stderr
    assert "drp.conv" in result.stdout
    assert 'drp.target = "rzv2n"' in result.stdout

"""The command line: flags, exit codes, what is on stdout and what on stderr."""

import json
import re
import shlex
from pathlib import Path

import numpy as np
import onnx
import pytest
from compiler_models import MUTANTS, sample, save_small_model
from typer.testing import CliRunner, Result
from xdsl.dialects.builtin import ModuleOp

from drpc import passes
from drpc.compiler import compile as compile_model
from drpc.compiler import pipelines
from drpc.compiler.command_line import app
from drpc.compiler.module_files import read_module
from drpc.compiler.universe import DRP_UNIVERSE
from drpc.drpdialect.errors import UserError
from drpc.drpdialect.weights import Tensor, tensors_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder with the small model in it."""
    monkeypatch.chdir(tmp_path)
    save_small_model(tmp_path)
    np.savez(tmp_path / "in.npz", **sample())  # pyright: ignore[reportArgumentType]
    return tmp_path


def drpc(command: str, code: int = 0) -> Result:
    """Run a command in process and expect an exit code."""
    result = CliRunner().invoke(app, shlex.split(command))
    assert result.exit_code == code, result.output
    return result


# --- lower -----------------------------------------------------------------------------------


def test_lower_prints_mlir_only(folder: Path) -> None:
    result = drpc("lower small.onnx")
    assert result.stdout.startswith("builtin.module attributes {")
    assert 'drp.target = "rzv2h"' in result.stdout
    assert "drp.conv" in result.stdout
    assert result.stderr == ""


def test_lower_to_onnx_ir(folder: Path) -> None:
    text = drpc("lower small.onnx --emit=onnx-ir").stdout
    assert "onnx.Conv" in text
    assert "drp.conv" not in text


def test_lower_to_a_file_that_runs(folder: Path) -> None:
    drpc("lower small.onnx --target rzv2l -o small.mlir")
    assert {p.name for p in folder.iterdir()} >= {"small.mlir", "small.safetensors"}
    drpc("run small.mlir --inputs in.npz --outputs a.npz")
    drpc("run small.onnx --target rzv2l --inputs in.npz --outputs b.npz")
    with np.load("a.npz") as a, np.load("b.npz") as b:
        for name in ("scores", "running"):
            np.testing.assert_array_equal(a[name], b[name])


def test_onnx_ir_in_a_file_lowers_further(folder: Path) -> None:
    drpc("lower small.onnx --emit=onnx-ir -o small.mlir")
    assert drpc("lower small.mlir").stdout == drpc("lower small.onnx").stdout


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("lower missing.onnx", "no such file: missing.onnx"),
        ("lower small.onnx --emit=drp-hw", "drp-hw is not available in this version"),
        ("lower small.onnx --emit=drp", "unknown level of IR 'drp': did you mean"),
        ("lower small.onnx --target rzv9", "unknown target 'rzv9'"),
        ("lower small.onnx --calib data.npz", "calibration is not available in this version"),
        ("lower small.onnx --shape other=1x3", "a shape is given for other"),
        ("lower small.onnx -o missing/out.mlir", "cannot write missing/out"),
        ("lower small.onnx --print-ir-after nothing", "no pass 'nothing' in this pipeline"),
        ("lower broken.mlir", "broken.mlir:1:"),
        ("lower empty.onnx", "empty.onnx is empty"),
        ("run small.onnx", "expected --inputs IN.npz; make one with"),
        ("run small.onnx --inputs in.npz --precision target", "--precision fp32"),
        ("run small.onnx --inputs in.npz --precision int3", "unknown precision 'int3'"),
        ("run small.onnx --inputs in.npz --backend simulator", "simulator is not available"),
        ("run small.onnx --inputs in.npz --backend gpu", "unknown backend 'gpu'"),
        ("run small.onnx --inputs in.npz --trace t.json", "--trace is of the simulator"),
        ("run small.onnx --inputs small.onnx", "not a .npz file"),
        ("run small.onnx --inputs missing.npz", "cannot read missing.npz"),
        ("bisect broken.mlir", "give the model that the .mlir file came from"),
        ("opt broken.mlir", "broken.mlir:1:"),
        ("opt invalid.mlir", "invalid.mlir: Expected arguments to have the same types"),
        ("opt missing.mlir", "cannot read missing.mlir"),
        ("opt in.npz", "expected a .mlir or .onnx file"),
        ("opt small.onnx -p drp-fuze", "unknown pass 'drp-fuze': did you mean drp-fuse"),
        ("opt small.onnx -p 'drp-fuse{'", "Error parsing pass pipeline"),
        ("opt small.onnx -p 'drp-fuse{speed=9}'", "pass drp-fuse:"),
        ("passes nothing-like-it", "unknown pass 'nothing-like-it'"),
        ("targets rzv9", "unknown target 'rzv9'"),
    ],
)
def test_a_wrong_input_is_one_message_and_code_1(folder: Path, command: str, message: str) -> None:
    Path("broken.mlir").write_text("builtin.module {")
    Path("empty.onnx").write_bytes(b"")
    Path("invalid.mlir").write_text(
        "func.func @main(%x : tensor<2xf32>) -> (tensor<3xf32>) {\n"
        "  func.return %x : tensor<2xf32>\n}\n"
    )
    result = drpc(command, 1)
    assert result.stdout == ""
    assert result.stderr.startswith("drpc: error: ")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        "lower",
        "nothing",
        "lower small.onnx --nothing",
        "lower small.onnx --shape input",
        "lower small.onnx --shape input=1x",
        "lower small.onnx --shape input=1x-3",
        "lower small.onnx --shape input=1 --shape input=2",
        "opt small.onnx --nothing",
    ],
)
def test_wrong_usage_is_code_2(folder: Path, command: str) -> None:
    result = drpc(command, 2)
    assert result.stdout == ""
    assert "sage" in result.stderr


def test_shapes_make_a_dynamic_model_static(folder: Path) -> None:
    model = onnx.load("small.onnx")
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "batch"
    for output in model.graph.output:
        output.type.tensor_type.shape.dim[0].dim_param = "batch"
    onnx.save(model, "dynamic.onnx")
    assert "--shape input=" in drpc("lower dynamic.onnx", 1).stderr
    assert "tensor<2x3x8x8xf32>" in drpc("lower dynamic.onnx --shape input=2x3x8x8").stdout


# --- run -------------------------------------------------------------------------------------


def test_run_summarises_outputs_and_says_what_it_computes_in(folder: Path) -> None:
    result = drpc("run small.onnx --inputs in.npz --outputs out.npz")
    assert re.match(
        r"scores: float32 1x5, min \S+, mean \S+, max \S+ at \(0, \d\)\n", result.stdout
    )
    assert result.stderr == "computed in fp32: rzv2h's own arithmetic is not available\n"
    assert drpc("run small.onnx --inputs in.npz --precision fp32").stderr == ""
    expected = compile_model("small.onnx").run(sample())
    with np.load("out.npz") as arrays:
        assert sorted(arrays.files) == ["running", "scores"]
        np.testing.assert_array_equal(arrays["scores"], expected["scores"])


def test_backends_agree(folder: Path) -> None:
    drpc("run small.onnx --inputs in.npz --outputs a.npz --backend cpu")
    drpc("run small.onnx --inputs in.npz --outputs b.npz --backend interpreter")
    with np.load("a.npz") as a, np.load("b.npz") as b:
        np.testing.assert_allclose(a["scores"], b["scores"], rtol=0, atol=1e-5)


def test_the_command_that_makes_inputs_works(folder: Path) -> None:
    command = drpc("run small.onnx", 1).stderr.partition("make one with\n")[2].strip()
    program, flag, script = shlex.split(command)
    assert (program, flag) == ("python", "-c")
    exec(script, {})
    assert "scores" in drpc("run small.onnx --inputs in.npz").stdout


# --- check -----------------------------------------------------------------------------------

_ENGINES = {"ai-mac", "drp", "cpu", "folded", "fused"}


def test_check_json_is_one_object_of_the_documented_form(folder: Path) -> None:
    result = drpc("check small.onnx --target rzv2h --json")
    report = json.loads(result.stdout)
    assert result.stderr == ""
    assert list(report) == ["target", "ops", "summary"]
    assert report["target"] == "rzv2h"
    by_name = {op["name"]: op for op in report["ops"]}
    assert len(by_name) == len(onnx.load("small.onnx").graph.node)
    assert {op["engine"] for op in report["ops"]} <= _ENGINES
    for op in report["ops"]:
        assert set(op) == {"name", "op_type", "engine", "reason", "rule", "remedy"}
        assert op["op_type"]
        assert op["reason"]
        assert (op["rule"] is not None) == (op["engine"] == "cpu")
    engines = {name: op["engine"] for name, op in by_name.items()}
    assert engines["conv1"] == engines["conv2"] == engines["gemm"] == "ai-mac"
    assert engines["relu1"] == engines["norm1"] == engines["add"] == "fused"
    assert engines["shape"] == engines["six"] == engines["identity"] == "folded"
    assert engines["cumsum"] == "cpu"
    assert engines["softmax"] == engines["pool"] == "drp"
    assert report["summary"]["macs_on_accelerator"] == 1.0
    assert report["summary"]["macs"] == (6 * 3 * 9 + 6 * 6 * 9) * 64 + 24 * 5
    assert report["summary"]["cpu_regions"] == 1
    assert report["summary"]["ops"] == len(by_name)
    assert sum(report["summary"][engine] for engine in _ENGINES) == len(by_name)


def test_check_tells_the_rule_and_the_remedy(folder: Path) -> None:
    text = drpc("check small.onnx").stdout
    assert re.search(r"cumsum +CumSum +cpu +", text)
    assert "what would bring operators back" in text
    assert "100.0% of" in text


def test_products_on_the_cpu_count_against_the_accelerator(folder: Path) -> None:
    model = onnx.load("small.onnx")
    for node in model.graph.node:
        if node.name == "conv2":
            node.attribute.append(onnx.helper.make_attribute("dilations", [1, 1]))
    machine = Path("small.toml")
    machine.write_text(
        'title = "only small strides"\ninherits = "rzv2h"\n'
        "[limits.convolution_kernel]\n"
        'value = 1\nunit = "taps"\nsource = "a test"\nstatus = "assumed"\n'
    )
    report = json.loads(drpc("check small.onnx --target small.toml --json").stdout)
    engines = {op["name"]: op["engine"] for op in report["ops"]}
    assert engines["conv1"] == engines["conv2"] == "cpu"
    expected = 24 * 5 / ((6 * 3 * 9 + 6 * 6 * 9) * 64 + 24 * 5)
    assert report["summary"]["macs_on_accelerator"] == pytest.approx(expected)


# --- debugging -------------------------------------------------------------------------------


def test_print_ir_goes_to_stderr(folder: Path) -> None:
    plain = drpc("lower small.onnx").stdout
    result = drpc("lower small.onnx --print-ir-before drp-fuse --print-ir-after drp-fuse")
    assert result.stdout == plain
    heads = re.findall(r"^// -----// (.*) //----- //$", result.stderr, re.MULTILINE)
    assert heads == ["IR before drp-fuse", "IR after drp-fuse"]
    every = drpc("lower small.onnx --print-ir-after all").stderr
    assert every.count("// -----// IR after") == len(pipelines.pipeline_to("drp-ir", "rzv2h"))


def test_time_passes_is_a_table_on_stderr(folder: Path) -> None:
    lines = drpc("lower small.onnx --time-passes").stderr.splitlines()
    assert lines[0].split() == ["pass", "seconds", "share", "operations", "after"]
    names = [spec.partition("{")[0] for spec in pipelines.pipeline_to("drp-ir", "rzv2h")]
    assert [line.split()[0] for line in lines[1:]] == [*names, "total"]
    seconds = [float(line.split()[1]) for line in lines[1:]]
    assert sum(seconds[:-1]) == pytest.approx(seconds[-1], abs=1e-3)


def test_every_dump_resumes_to_the_same_final_ir(folder: Path) -> None:
    final = drpc("lower small.onnx --target rzv2l --dump-dir steps").stdout
    dumps = sorted(Path("steps").glob("*.mlir"))
    assert len(dumps) >= 5
    assert dumps[0].name == "00-start.mlir"
    texts = [dump.read_text().partition("\n") for dump in dumps]
    assert len({body for _, _, body in texts}) == len(dumps)
    for head, _, _ in texts:
        assert drpc(head.removeprefix("// drpc ")).stdout == final
    assert [p.name for p in Path("steps").glob("*.safetensors")] == ["weights.safetensors"]


def test_the_last_dump_runs(folder: Path) -> None:
    drpc("lower small.onnx --dump-dir steps")
    last = max(Path("steps").glob("*.mlir"))
    drpc(f"run {last} --inputs in.npz --outputs a.npz")
    with np.load("a.npz") as arrays:
        expected = compile_model("small.onnx").run(sample())
        np.testing.assert_array_equal(arrays["scores"], expected["scores"])


def test_check_passes_is_quiet_where_all_is_well(folder: Path) -> None:
    plain = drpc("lower small.onnx").stdout
    for flags in ("--check-passes", "--check-passes --inputs in.npz"):
        result = drpc(f"lower small.onnx {flags}")
        assert (result.stdout, result.stderr) == (plain, "")


def test_a_wrong_pass_fails_check_passes_and_bisect(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant = next(m for m in MUTANTS if m.pass_name == "drp-fuse")
    wrong = mutant.registry()[mutant.pass_name]
    monkeypatch.setattr(
        passes, "get_all_passes", lambda: {**ORIGINAL_PASSES, mutant.pass_name: wrong}
    )
    result = drpc("lower small.onnx --check-passes", 1)
    assert "drpc: error: pass drp-fuse changes results by" in result.stderr
    assert "'relu1'" in result.stderr
    result = drpc("bisect small.onnx", 1)
    assert re.search(r"^drp-fuse +scores|running", result.stdout, re.MULTILINE)
    assert "departs" in result.stdout
    assert "'relu1'" in result.stderr
    assert sorted(p.name for p in folder.iterdir()) == ["in.npz", "small.onnx"]


ORIGINAL_PASSES = passes.get_all_passes()


def test_bisect_shows_that_all_agrees(folder: Path) -> None:
    lines = drpc("bisect small.onnx --inputs in.npz").stdout.splitlines()
    assert sum(line.split()[-1:] == ["agrees"] for line in lines) == 10


# --- bugs in drpc ----------------------------------------------------------------------------


def _crashing(name: str) -> dict[str, object]:
    original = ORIGINAL_PASSES[name]()

    class Crashing(original):
        def apply(self, ctx: object, op: object) -> None:
            raise IndexError("planted")

    return {**ORIGINAL_PASSES, name: lambda: Crashing}


def test_a_crash_is_code_70_with_a_reproducer(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(passes, "get_all_passes", lambda: _crashing("drp-fuse"))
        patch.setattr(DRP_UNIVERSE, "all_passes", _crashing("drp-fuse"))
        result = drpc("lower small.onnx", 70)
        command = result.stderr.partition("It happens again with: ")[2].strip()
        assert command.startswith("drpc opt ")
        again = drpc(command.removeprefix("drpc "), 70)
    assert result.stdout == ""
    for text in (result.stderr, again.stderr):
        assert "internal error in pass drp-fuse: IndexError: planted" in text
        assert "Please report it" in text
        assert "Traceback" not in text
    (trace, *_) = folder.glob("drpc-crash-*.txt")
    assert "planted" in trace.read_text()
    (reproducer,) = folder.glob("drpc-reproducer-drp-fuse-*.mlir")
    assert "drp.conv" in reproducer.read_text()
    assert drpc(command.removeprefix("drpc ")).stdout == drpc("lower small.onnx").stdout


# --- opt, passes, targets, help --------------------------------------------------------------


def test_opt_writes_its_output_with_weights(folder: Path) -> None:
    drpc("opt small.onnx -p canonicalize-onnx,fold-constants -o level1.mlir")
    module = read_module(Path("level1.mlir"))
    assert Path("level1.safetensors").exists() == any(not t.is_inline for t in _tensors(module))
    assert drpc("lower level1.mlir").stdout == drpc("lower small.onnx").stdout


def _tensors(module: ModuleOp) -> list[Tensor]:
    return list(tensors_of(module))


def test_opt_verify_diagnostics_prints_messages_of_passes(folder: Path) -> None:
    result = drpc("opt small.onnx -p 'convert-onnx-to-drp{target=rzv9}' --verify-diagnostics")
    assert "unknown target 'rzv9'" in result.stdout


def test_opt_helps_with_xdsls_and_our_flags() -> None:
    text = drpc("opt --help").stdout
    assert "--split-input-file" in text
    assert "--dump-dir" in text
    assert "drp-partition" in "".join(text.split())
    assert text.startswith("usage: drpc opt ")


def test_passes_prints_pipeline_and_rules() -> None:
    text = drpc("passes --target rzv2l").stdout
    assert text.startswith(
        "onnx-ir: canonicalize-onnx, fold-constants\ndrp-ir: convert-onnx-to-drp"
    )
    assert 'target="rzv2l"' in text
    for spec in pipelines.pipeline_to("drp-ir", "rzv2l"):
        assert f"\n\n{spec.partition('{')[0]}" in text
    assert "1. " in drpc("passes drp-fuse").stdout


def test_targets_lists_them_and_prints_facts_with_sources() -> None:
    assert [line.split()[0] for line in drpc("targets").stdout.splitlines()] == [
        "rzv2l",
        "rzv2m",
        "rzv2ma",
        "rzv2h",
        "rzv2n",
    ]
    text = drpc("targets rzv2h").stdout
    assert re.search(r"mac_units +4096 +\S+ +derived +\S+", text)
    assert re.search(r"softmax_size +16384 +elements +public +\S+", text)


@pytest.mark.parametrize("command", ["check", "lower", "run", "bisect", "passes", "targets", "opt"])
def test_every_command_has_help(command: str) -> None:
    text = drpc(f"{command} --help").stdout
    assert "drpc" in text


def test_help_has_examples() -> None:
    for command in ("check", "lower", "run", "passes", "targets"):
        assert "Examples:" in drpc(f"{command} --help").stdout


def test_the_api_refuses_what_is_not_there_yet() -> None:
    with pytest.raises(UserError, match="--precision fp32"):
        compile_model("small.onnx", precision="target")
    with pytest.raises(UserError, match="calibration is not available"):
        compile_model("small.onnx", calibration=[])

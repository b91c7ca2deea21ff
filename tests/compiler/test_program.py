"""The Python API."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from compiler_models import sample, save_small_model, small_model

from drpc.compiler import compile as compile_model
from drpc.compiler import lower
from drpc.compiler.module_files import print_module, write_module
from drpc.drpdialect.errors import UserError
from drpc.targets import target_names


@pytest.fixture(scope="module")
def reference() -> dict[str, np.ndarray]:
    """ONNX Runtime's outputs of the small model on `sample()`."""
    session = onnxruntime.InferenceSession(small_model().SerializeToString())
    names = [port.name for port in session.get_outputs()]
    return dict(zip(names, map(np.asarray, session.run(names, sample())), strict=True))


@pytest.mark.parametrize("target", target_names())
def test_programs_of_every_target_agree_with_onnx_runtime(
    target: str, reference: dict[str, np.ndarray]
) -> None:
    program = compile_model(small_model(), target=target)
    assert (program.target, program.precision) == (target, "fp32")
    for backend in ("interpreter", "cpu"):
        outputs = program.run(sample(), backend=backend)
        assert list(outputs) == ["scores", "running"]
        for name, expected in reference.items():
            bound = 1e-4 * float(np.abs(expected).max())
            np.testing.assert_allclose(outputs[name], expected, rtol=0, atol=bound)


def test_a_model_is_a_path_text_or_proto(tmp_path: Path) -> None:
    path = save_small_model(tmp_path)
    texts = {print_module(lower(model)) for model in (path, str(path), onnx.load(path))}
    assert len(texts) == 1


def test_the_ir_of_both_levels() -> None:
    program = compile_model(small_model())
    assert program.ir() == program.ir("drp-ir") == print_module(program.module)
    assert "onnx.Conv" in program.ir("onnx-ir")
    assert program.ir("onnx-ir") == print_module(lower(small_model(), emit="onnx-ir"))
    with pytest.raises(UserError, match="drp-hw is not available"):
        program.ir("drp-hw")


@pytest.mark.parametrize(
    ("level", "backend"),
    [("onnx-ir", "interpreter"), ("drp-ir", "interpreter"), ("onnx-ir", "cpu")],
)
def test_a_module_file_without_its_weights_is_refused_when_run(
    tmp_path: Path, level: str, backend: str
) -> None:
    path = tmp_path / "small.mlir"
    write_module(lower(small_model(), emit=level), path)
    path.with_suffix(".safetensors").unlink()
    with pytest.raises(UserError, match=r"keep the \.safetensors file"):
        compile_model(path).run(sample(), backend=backend)


def test_inputs_and_outputs_by_name() -> None:
    program = compile_model(small_model())
    assert [str(port) for port in program.inputs] == ["'input': float32 1x3x8x8"]
    assert [port.name for port in program.outputs] == ["scores", "running"]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "'input'"),
        ({"inputs": np.zeros((1, 3, 8, 8), np.float32)}, "'inputs'"),
        ({"input": np.zeros((1, 3, 8, 9), np.float32)}, "1x3x8x9"),
        ({"input": np.zeros((1, 3, 8, 8))}, "float64"),
    ],
)
@pytest.mark.parametrize("backend", ["interpreter", "cpu"])
def test_wrong_inputs_are_the_users(
    inputs: dict[str, np.ndarray], message: str, backend: str
) -> None:
    with pytest.raises(UserError, match=message):
        compile_model(small_model()).run(inputs, backend=backend)


def test_placement_keeps_the_models_order() -> None:
    placement = compile_model(small_model(), target="rzv2l").placement
    assert [op.name for op in placement.ops] == [node.name for node in small_model().graph.node]
    assert placement.to_json()["target"] == "rzv2l"


def test_the_default_target_is_the_modules_own(tmp_path: Path) -> None:
    from drpc.compiler.module_files import write_module

    write_module(lower(small_model(), target="rzv2m"), tmp_path / "a.mlir")
    assert compile_model(tmp_path / "a.mlir").target == "rzv2m"
    with pytest.raises(UserError, match="converted for target rzv2m, not for rzv2h"):
        compile_model(tmp_path / "a.mlir", target="rzv2h")

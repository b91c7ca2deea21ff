"""Real models, and ONNX's own node cases: the imported module computes what the model does."""

import csv
import importlib.util
import json
import warnings
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import onnx
import pytest
from model_runs import assert_prints_and_parses, random_feeds, run_model, run_module, same
from onnx.backend.test.case.node import collect_testcases
from support import find_shared

from drpc.drpdialect.onnx_protos import main_function
from drpc.frontends import import_onnx

SHARED = find_shared()
MODELS = sorted(path.stem for path in SHARED.glob("models/*.onnx")) if SHARED else []
PRINTED = ("minilm_int8", "mltk_keyword_spotting_int8", "ppocr_cls")
ZOO = [
    "timm__resnet18__224x224",
    "timm__ghostnet_100__224x224",
    "timm__vit_tiny_patch16_224__224x224",
]

pytestmark = pytest.mark.filterwarnings("ignore")


@cache
def shapes_of() -> dict[str, dict[str, list[int]]]:
    assert SHARED is not None
    with (SHARED / "models/models.csv").open() as file:
        return {row["id"]: json.loads(row["run_shapes"]) for row in csv.DictReader(file)}


def close(first: Any, second: Any) -> bool:
    """Equal up to what ONNX Runtime's own fusions change once shapes are static."""
    if first.shape != second.shape or first.dtype != second.dtype:
        return False
    if first.dtype.kind != "f":
        return np.array_equal(first, second)
    return bool(np.abs(first - second).max() <= 1e-5 * np.abs(first).max())


@pytest.mark.skipif(not MODELS, reason="needs the folder `shared`")
@pytest.mark.parametrize("name", MODELS)
def test_a_real_model(name: str) -> None:
    assert SHARED is not None
    path, shapes = SHARED / f"models/{name}.onnx", shapes_of()[name]
    module = import_onnx(path, shapes=shapes)
    module.verify()
    if name in PRINTED:
        assert_prints_and_parses(module)
    model = onnx.load(path)
    feeds = random_feeds(model, shapes)
    assert all(map(close, run_model(model, feeds), run_module(module, feeds)))


@pytest.mark.skipif(SHARED is None, reason="needs the folder `shared`")
@pytest.mark.parametrize("name", ZOO)
def test_a_topology_of_the_zoo(name: str, tmp_path: Path) -> None:
    assert SHARED is not None
    model = materializer().materialize(onnx.load(SHARED / f"zoo/{name}.onnx"))
    onnx.save(model, tmp_path / "model.onnx")
    module = import_onnx(tmp_path / "model.onnx")
    module.verify()
    feeds = random_feeds(model)
    assert all(map(close, run_model(model, feeds), run_module(module, feeds)))
    assert main_function(module).body.block.args[0].name_hint


@cache
def materializer() -> ModuleType:
    assert SHARED is not None
    spec = importlib.util.spec_from_file_location("materialize", SHARED / "zoo/materialize.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def node_cases() -> list[Any]:
    """Every twelfth of ONNX's node cases."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = [case for case in collect_testcases(None) if case.model is not None]
    return [case for case in cases[::12] if has_static_inputs(case.model)]


def has_static_inputs(model: onnx.ModelProto) -> bool:
    tensors = [v.type.tensor_type for v in model.graph.input if v.type.HasField("tensor_type")]
    return all(t.HasField("shape") and all(d.dim_value for d in t.shape.dim) for t in tensors)


@pytest.mark.parametrize("case", node_cases(), ids=lambda case: case.name)
def test_a_node_case(case: Any) -> None:
    module = import_onnx(case.model)
    module.verify()
    assert_prints_and_parses(module)
    inputs, _ = case.data_sets[0]
    feeds = {v.name: array for v, array in zip(case.model.graph.input, inputs, strict=False)}
    expected = outputs_of(case.model, feeds)
    if expected is not None:  # else printing is all that is checked
        assert all(map(same, run_module(module, feeds), expected))


def outputs_of(model: onnx.ModelProto, feeds: dict[str, Any]) -> list[Any] | None:
    """What ONNX Runtime gives, None where it has no kernel or cannot be fed such arrays."""
    try:
        return run_model(model, feeds)
    except Exception:
        return None

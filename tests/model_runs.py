"""Running models with ONNX Runtime, and saying whether two runs gave the same."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import helper
from xdsl.dialects.builtin import ModuleOp

from drpc.drpdialect import make_context
from drpc.drpdialect.onnx_protos import module_model
from drpc.drpdialect.parsing import DrpParser


def run_model(
    model: onnx.ModelProto,
    feeds: Mapping[str, Any],
    weights: Mapping[str, np.ndarray] | None = None,
) -> list[Any]:
    """The outputs of ONNX Runtime, on one thread; `weights` are the external initializers."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    if weights:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
        options.add_external_initializers(list(weights), values)
    content = model.SerializeToString()
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return list(session.run(None, dict(feeds)))


def run_module(module: ModuleOp, feeds: Mapping[str, Any]) -> list[Any]:
    """The outputs of a level-1 module, made a model again with its large weights handed over."""
    model = module_model(module, external_bytes=1024)
    return run_model(model.proto, feeds, model.weights)


def random_feeds(
    model: onnx.ModelProto, shapes: Mapping[str, Sequence[int]] | None = None
) -> dict[str, np.ndarray]:
    """Seeded inputs: floats in [0, 1), integers and booleans 0 or 1, words."""
    rng = np.random.default_rng(0)
    initializers = {tensor.name for tensor in model.graph.initializer}
    feeds: dict[str, np.ndarray] = {}
    for value in model.graph.input:
        if value.name in initializers:
            continue
        tensor = value.type.tensor_type
        shape = (shapes or {}).get(value.name) or [d.dim_value for d in tensor.shape.dim]
        dtype = helper.tensor_dtype_to_np_dtype(tensor.elem_type)
        if dtype.hasobject:
            feeds[value.name] = np.full(shape, "word", np.object_)
        elif dtype.kind == "f":
            feeds[value.name] = np.asarray(rng.random(shape), dtype)
        else:
            feeds[value.name] = np.asarray(rng.integers(0, 2, shape), dtype)
    return feeds


def same(first: Any, second: Any) -> bool:
    """Whether two outputs are bit for bit equal (NaN equals NaN); sequences item by item."""
    if isinstance(first, list):
        if not isinstance(second, list) or len(first) != len(second):
            return False
        return all(same(a, b) for a, b in zip(first, second, strict=True))
    if not isinstance(first, np.ndarray) or not isinstance(second, np.ndarray):
        return bool(first == second)
    if first.dtype != second.dtype or first.shape != second.shape:
        return False
    return np.array_equal(first, second, equal_nan=first.dtype.kind in "fc")


def assert_prints_and_parses(module: ModuleOp) -> None:
    """What is printed parses back to a module that prints the same."""
    text = str(module)
    assert str(DrpParser(make_context(), text).parse_module()) == text

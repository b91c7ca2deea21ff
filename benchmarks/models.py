"""Every real model through every target: lowered, verified, round-tripped, run, compared.

    python benchmarks/models.py [--out docs/models.md] [--only SUBSTRING] [--models DIR] [--zoo DIR]

For each model: ONNX Runtime's outputs on one input (a photograph, or seeded numbers) are the
reference. Needs scikit-image for its photographs. For each target the
module is lowered to `drp-ir`, verified, printed, parsed back and compared as text; then the
interpreter runs it (once per distinct IR: two targets with the same operations run once) and its
outputs must lie within 1e-4 of the largest reference element, integers and argmax equal.
"""

import argparse
import csv
import importlib.util
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import onnxruntime
from PIL import Image

from drpc.backends.interpreter import ModuleInterpreter
from drpc.compiler import Program, compile
from drpc.drpdialect import make_context
from drpc.targets import target_names

BOUND = 1e-4
SHARED = Path(__file__).resolve().parents[2] / "shared"


@dataclass
class Row:
    """What was measured of one model."""

    name: str
    macs_on_accelerator: float = 0.0
    cpu_regions: dict[str, int] = field(default_factory=dict)
    operations: int = 0
    lower_s: float = 0.0
    error: float = 0.0
    interpreter_s: float = 0.0
    runtime_s: float = 0.0
    failure: str = ""


def picture(name: str, height: int, width: int) -> np.ndarray:
    """A photograph that scikit-image ships, (height, width, 3), 0 to 255: a page for text models."""
    package = importlib.util.find_spec("skimage")
    if package is None or package.origin is None:
        raise SystemExit("the pictures are scikit-image's: pip install scikit-image")
    file = "page.png" if "ocr" in name else "astronaut.png"
    image = Image.open(Path(package.origin).parent / "data" / file).convert("RGB")
    return np.asarray(image.resize((width, height)), np.float32)


def sample_inputs(
    name: str, session: onnxruntime.InferenceSession, shapes: dict[str, list[int]]
) -> dict[str, np.ndarray]:
    """A photograph for each picture-shaped input, seeded numbers, token ids or masks for others.

    Noise would drive the segmentation and detection heads into saturated sigmoids, whose outputs
    around 1e-7 say nothing about an error relative to them.
    """
    rng = np.random.default_rng(0)
    inputs: dict[str, np.ndarray] = {}
    for node in session.get_inputs():
        shape = shapes.get(node.name) or [d if isinstance(d, int) else 1 for d in node.shape]
        kind = node.type.removeprefix("tensor(").removesuffix(")")
        dtype = np.dtype(np.float32 if kind == "float" else kind)
        if len(shape) == 4 and 3 in (shape[1], shape[3]):
            inputs[node.name] = _picture_input(name, shape, dtype)
        elif dtype.kind == "f":
            inputs[node.name] = rng.random(shape, np.float32)
        elif dtype == np.int8:
            inputs[node.name] = rng.integers(-128, 128, shape, np.int8)
        elif "mask" in node.name or "type" in node.name:
            inputs[node.name] = np.full(shape, int("mask" in node.name), dtype)
        else:
            inputs[node.name] = rng.integers(0, 256, shape).astype(dtype)
    return inputs


def _picture_input(name: str, shape: list[int], dtype: np.dtype[np.generic]) -> np.ndarray:
    channels_last = shape[3] == 3
    height, width = shape[1:3] if channels_last else shape[2:4]
    pixels = picture(name, height, width)
    if dtype == np.float32 and not name.startswith("mltk"):
        pixels = pixels / 255 if channels_last else (pixels - 127) / 128
    if dtype == np.int8:
        pixels = pixels - 128
    pixels = pixels if channels_last else pixels.transpose(2, 0, 1)
    return np.ascontiguousarray(pixels[None]).astype(dtype)


def difference(reference: np.ndarray, actual: np.ndarray) -> float:
    """max|error| / max|reference|; infinite where shapes, integers or the argmax differ."""
    if reference.shape != actual.shape or reference.dtype != actual.dtype:
        return float("inf")
    if not np.issubdtype(reference.dtype, np.floating):
        return 0.0 if np.array_equal(reference, actual) else float("inf")
    if reference.size == 0:
        return 0.0
    return float(np.abs(reference - actual).max() / max(float(np.abs(reference).max()), 1e-30))


def measure(name: str, model: onnx.ModelProto, shapes: dict[str, list[int]]) -> Row:
    """Lower, verify, round-trip and run one model for every target."""
    row = Row(name)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    inputs = sample_inputs(name, session, shapes)
    begin = time.perf_counter()
    reference = session.run(None, inputs)
    row.runtime_s = time.perf_counter() - begin
    names = [node.name for node in session.get_outputs()]
    del session
    runs: dict[str, float] = {}
    for target in target_names():
        begin = time.perf_counter()
        program = compile(
            model, target=target, precision="fp32", shapes={k: v.shape for k, v in inputs.items()}
        )
        row.lower_s = max(row.lower_s, time.perf_counter() - begin)
        text = round_trip(program)
        key = text.replace(target, "TARGET")
        row.cpu_regions[target] = int(program.placement.summary["cpu_regions"])
        row.operations = sum(op.name.startswith("drp.") for op in program.module.walk())
        if target == "rzv2h":
            row.macs_on_accelerator = float(program.placement.summary["macs_on_accelerator"])
        if key in runs:
            continue
        interpreter = ModuleInterpreter(program.module)
        interpreter.run(inputs)
        begin = time.perf_counter()
        outputs = interpreter.run(inputs)
        row.interpreter_s = time.perf_counter() - begin
        runs[key] = max(
            difference(np.asarray(r), outputs[n]) for n, r in zip(names, reference, strict=True)
        )
    row.error = max(runs.values())
    if row.error > BOUND:
        row.failure = f"error {row.error:.1e}"
    return row


def round_trip(program: Program) -> str:
    """The module's text; raises AssertionError unless it verifies and parses back to itself."""
    from xdsl.parser import Parser

    program.module.verify()
    text = str(program.module)
    if str(Parser(make_context(), text).parse_module()) != text:
        raise AssertionError("the printed module parses back to another one")
    return text


def all_models(models: Path, zoo: Path, only: str):
    """(name, model, shapes) of every model, zoo topologies materialised."""
    with (models / "models.csv").open() as file:
        for record in csv.DictReader(file):
            if only in record["id"]:
                shapes = json.loads(record["run_shapes"]) if "run_shapes" in record else {}
                yield record["id"], onnx.load(models / f"{record['id']}.onnx"), shapes
    materialize = load_script(zoo / "materialize.py")
    for path in sorted(zoo.glob("*.onnx")):
        if only in path.stem:
            yield path.stem, materialize.materialize(onnx.load(path)), {}


def load_script(path: Path) -> ModuleType:
    """Import a script that is not on the path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HEADER = """# Real models

Written by `python benchmarks/models.py`. Every model was lowered to `drp-ir` for all five targets,
verified and round-tripped as text. The interpreter's outputs agree with ONNX Runtime's within the
error shown (max|error| / max|reference|, FP32 semantics; the bound is 1e-4); integer outputs are
equal. Zoo topologies have seeded random weights. Operations count constants too.

| model | MACs on the accelerator, rzv2h | CPU regions, rzv2h | operations | error | |
|---|---:|---:|---:|---:|---|
"""


def table(rows: list[Row]) -> str:
    """The rows as a Markdown page."""
    lines = [
        f"| {r.name} | {r.macs_on_accelerator:.2%} | {r.cpu_regions.get('rzv2h', '-')} "
        f"| {r.operations} | {r.error:.1e} | {r.failure or 'ok'} |"
        for r in rows
    ]
    return HEADER + "\n".join(lines) + "\n"


def main() -> int:
    """Measure, print a line per model, write the page; 1 if any model fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--models", type=Path, default=SHARED / "models")
    parser.add_argument("--zoo", type=Path, default=SHARED / "zoo")
    arguments = parser.parse_args()
    rows: list[Row] = []
    for name, model, shapes in all_models(arguments.models, arguments.zoo, arguments.only):
        try:
            row = measure(name, model, shapes)
        except Exception as error:  # one model's failure must not hide the others'
            row = Row(name, failure=f"{type(error).__name__}: {str(error)[:200]}")
        rows.append(row)
        print(
            f"{name:55} {row.failure or 'ok':12} error {row.error:.1e} macs {row.macs_on_accelerator:.4f} "
            f"regions {row.cpu_regions} lower {row.lower_s:.2f} s run {row.interpreter_s:.3f} s "
            f"(ONNX Runtime {row.runtime_s:.3f} s)",
            flush=True,
        )
    if arguments.out:
        arguments.out.write_text(table(rows))
    return 1 if any(row.failure for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())

"""What the CPU backend adds to a plain ONNX Runtime session, per inference, in one process.

    python benchmarks/cpu_backend.py MODEL.onnx [--runs 60]

`MODEL` needs static shapes, or may be a topology of `shared/zoo`, which is given random weights
first. Both sessions are made from the same model with ONNX Runtime's own choice of threads; their
runs alternate, so that whatever else the machine does hits both alike. Prints the medians, their
ratio, and the memory that making each of them took; fails if outputs differ.
"""

import argparse
import runpy
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import onnx
import onnxruntime
import psutil

from drpc import compiler
from drpc.compiler.signature import random_inputs


def resident_mib() -> float:
    """Resident memory of this process in MiB."""
    return psutil.Process().memory_info().rss / 2**20


def seconds(run: Callable[[], object]) -> float:
    """The time of one call."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def load(path: Path) -> onnx.ModelProto:
    """A model, with random weights if the zoo's script lies beside it."""
    script = path.parent / "materialize.py"
    model = onnx.load(path)
    return runpy.run_path(str(script))["materialize"](model) if script.exists() else model


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--runs", type=int, default=60)
    arguments = parser.parse_args()

    model = load(arguments.model)
    program = compiler.compile(model)
    inputs = random_inputs(program.module)
    before = resident_mib()
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    names = [port.name for port in session.get_outputs()]
    expected = dict(zip(names, session.run(names, inputs), strict=True))
    plain_mib = resident_mib() - before

    before = resident_mib()
    outputs = program.run(inputs, backend="cpu")
    cpu_mib = resident_mib() - before
    for name, array in outputs.items():
        np.testing.assert_allclose(array, expected[name], rtol=1e-4, atol=1e-5)

    plain: list[float] = []
    ours: list[float] = []
    for _ in range(arguments.runs):
        plain.append(seconds(lambda: session.run(names, inputs)))
        ours.append(seconds(lambda: program.run(inputs, backend="cpu")))
    ratio = median(ours) / median(plain)
    print(
        f"{arguments.model.stem}: ONNX Runtime {median(plain) * 1e3:.2f} ms, "
        f"drpc --backend cpu {median(ours) * 1e3:.2f} ms, ratio {ratio:.3f}; "
        f"memory {plain_mib:.0f} MiB and {cpu_mib:.0f} MiB"
    )


if __name__ == "__main__":
    main()

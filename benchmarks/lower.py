"""`drpc lower` as whole processes: seconds, peak memory, size of the text.

    python benchmarks/lower.py [MODEL.onnx ...] [--chain 1000 3000 10000] [--repeat 3]

Without models only chains are measured: convolutions and activations in turn, as many nodes as
asked for. Wall time is the least of the repeats; processor time (user and system) tells what it
would be on an idle machine.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

CHANNELS = 4
SIDE = 8


def chain(nodes: int) -> onnx.ModelProto:
    """A model of alternating 1x1 convolutions and sigmoids on (1, 4, 8, 8)."""
    generator = np.random.default_rng(0)
    weights: list[onnx.TensorProto] = []
    made: list[onnx.NodeProto] = []
    value = "input"
    for index in range(nodes):
        name = f"v{index}"
        if index % 2:
            made.append(helper.make_node("Sigmoid", [value], [name], f"n{index}"))
        else:
            array = generator.standard_normal((CHANNELS, CHANNELS, 1, 1)).astype(np.float32)
            weights.append(numpy_helper.from_array(array, f"w{index}"))
            made.append(helper.make_node("Conv", [value, f"w{index}"], [name], f"n{index}"))
        value = name
    shape = [1, CHANNELS, SIDE, SIDE]
    graph = helper.make_graph(
        made,
        f"chain{nodes}",
        [helper.make_tensor_value_info("input", onnx.TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(value, onnx.TensorProto.FLOAT, shape)],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model


def measure(command: list[str]) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak MiB of a process. Raises SystemExit if it fails."""
    begin = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - begin
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def report(path: Path, repeat: int) -> None:
    """Measure one model and print a line."""
    drpc = shutil.which("drpc")
    assert drpc is not None, "the command drpc is not installed"
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "out.mlir"
        command = [drpc, "lower", str(path), "-o", str(output)]
        wall, processor, memory = map(
            min, zip(*(measure(command) for _ in range(repeat)), strict=True)
        )
        text = output.stat().st_size
    print(
        f"{path.name:<28}{path.stat().st_size / 2**20:>10.1f}{wall:>10.2f}{processor:>14.2f}"
        f"{memory:>12.0f}{text / 1000:>12.0f}",
        flush=True,
    )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--chain", nargs="*", type=int, default=[1000, 3000, 10_000])
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    print(
        f"{'model':<28}{'file MiB':>10}{'wall s':>10}{'processor s':>14}{'peak MiB':>12}"
        f"{'text kB':>12}"
    )
    for path in arguments.models:
        report(path, arguments.repeat)
    with tempfile.TemporaryDirectory() as folder:
        for nodes in arguments.chain:
            path = Path(folder) / f"chain of {nodes}.onnx"
            onnx.save(chain(nodes), path)
            report(path, arguments.repeat)


if __name__ == "__main__":
    main()

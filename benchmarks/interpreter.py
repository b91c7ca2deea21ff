"""The interpreter's speed against ONNX Runtime, float32, both on the same number of threads.

    OMP_NUM_THREADS=2 python benchmarks/interpreter.py layers
    OMP_NUM_THREADS=2 python benchmarks/interpreter.py models MODEL.onnx ... [--target rzv2h]

`layers` times single layers of well-known networks (best of several runs, in milliseconds);
`models` times whole models: lowered to `drp-ir` and interpreted, against one session.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from xdsl.builder import Builder, ImplicitBuilder
from xdsl.dialects import func
from xdsl.dialects.builtin import FunctionType, ModuleOp
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.rewriter import InsertPoint

import drpc.compiler
from drpc.backends.interpreter import ModuleInterpreter
from drpc.drpdialect import drp
from drpc.drpdialect.constants import make_constant
from drpc.drpdialect.element_types import tensor_type_of

THREADS = int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1))
RNG = np.random.default_rng(0)
RELU = drp.FunctionAttr("relu")
RELU6 = drp.FunctionAttr("clip", 0.0, 6.0)
Shape = tuple[int, ...]


@dataclass
class Layer:
    """One layer: the job, and the ONNX nodes that compute the same. `weights` follow `x`."""

    kind: str
    network: str
    x: Shape
    weights: list[Shape]
    job: Callable[..., Operation]
    nodes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def conv(
    network: str,
    x: Shape,
    filters: int,
    kernel: int,
    stride: int = 1,
    groups: int = 1,
    activation: drp.FunctionAttr = RELU,
) -> Layer:
    """A convolution with bias and activation, padded to keep size / stride."""
    pads = [kernel // 2] * 4
    kind = "depthwise" if groups == x[1] else "grouped conv" if groups > 1 else "conv"
    kind = "conv 1x1" if (kernel, groups) == (1, 1) else kind
    attributes: dict[str, Any] = {"strides": [stride] * 2, "pads": pads, "group": groups}
    clip = activation is RELU6
    return Layer(
        kind,
        network,
        x,
        [(filters, x[1] // groups, kernel, kernel), (filters,)],
        lambda x, w, b: drp.ConvOp(
            x, w, b, strides=(stride, stride), pads=pads, groups=groups, activation=activation
        ),
        [("Conv", attributes), ("Clip", {"min": 0.0, "max": 6.0}) if clip else ("Relu", {})],
    )


def unary(kind: str, network: str, x: Shape, op_type: str) -> Layer:
    """A scalar function."""
    function = drp.FunctionAttr(op_type.lower())
    return Layer(kind, network, x, [], lambda x: drp.ApplyOp(x, function), [(op_type, {})])


LAYERS = [
    conv("ResNet-50", (1, 3, 224, 224), 64, 7, 2),
    conv("ResNet-50", (1, 64, 56, 56), 64, 3),
    conv("ResNet-50", (1, 128, 28, 28), 128, 3),
    conv("ResNet-50", (1, 256, 14, 14), 256, 3),
    conv("ResNet-50", (1, 512, 7, 7), 512, 3),
    conv("ResNet-50", (1, 128, 56, 56), 128, 3, 2),
    conv("ResNet-50", (1, 64, 56, 56), 256, 1),
    conv("ResNet-50", (1, 256, 56, 56), 64, 1),
    conv("ResNet-50", (1, 256, 56, 56), 512, 1, 2),
    conv("ResNet-50", (1, 1024, 14, 14), 256, 1),
    conv("ResNet-50", (1, 512, 7, 7), 2048, 1),
    conv("ResNeXt-50", (1, 128, 56, 56), 128, 3, 1, 32),
    conv("ResNeXt-50", (1, 512, 14, 14), 512, 3, 1, 32),
    conv("MobileNetV2", (1, 3, 224, 224), 32, 3, 2, 1, RELU6),
    conv("MobileNetV2", (1, 32, 112, 112), 32, 3, 1, 32, RELU6),
    conv("MobileNetV2", (1, 96, 112, 112), 96, 3, 2, 96, RELU6),
    conv("MobileNetV2", (1, 144, 56, 56), 144, 3, 1, 144, RELU6),
    conv("MobileNetV2", (1, 384, 14, 14), 384, 3, 1, 384, RELU6),
    conv("MobileNetV2", (1, 960, 7, 7), 960, 3, 1, 960, RELU6),
    conv("MobileNetV2", (1, 16, 112, 112), 96, 1, 1, 1, RELU6),
    conv("MobileNetV2", (1, 320, 7, 7), 1280, 1, 1, 1, RELU6),
    conv("EfficientNet", (1, 240, 28, 28), 240, 5, 1, 240, RELU6),
    Layer(
        "matmul",
        "ViT-B/16",
        (1, 197, 768),
        [(768, 3072)],
        lambda a, b: drp.MatmulOp(a, b),
        [("MatMul", {})],
    ),
    Layer(
        "matmul",
        "ViT-B/16",
        (1, 12, 197, 64),
        [(1, 12, 64, 197)],
        lambda a, b: drp.MatmulOp(a, b),
        [("MatMul", {})],
    ),
    Layer(
        "layer norm",
        "ViT-B/16",
        (1, 197, 768),
        [(768,), (768,)],
        lambda x, s, b: drp.LayerNormOp(x, s, b, 2),
        [("LayerNormalization", {})],
    ),
    Layer(
        "softmax",
        "ViT-B/16",
        (1, 12, 197, 197),
        [],
        lambda x: drp.SoftmaxOp(x, 3),
        [("Softmax", {})],
    ),
    unary("activation", "ViT-B/16", (1, 197, 3072), "Gelu"),
    unary("activation", "EfficientNet", (1, 96, 112, 112), "Sigmoid"),
    unary("activation", "any", (1, 96, 112, 112), "Tanh"),
    Layer(
        "scale_shift",
        "DenseNet-121",
        (1, 256, 56, 56),
        [(256,), (256,), (256,), (256,)],
        lambda x, s, b, m, v: drp.ScaleShiftOp(x, s, b, activation=RELU),
        [("BatchNormalization", {}), ("Relu", {})],
    ),
    Layer(
        "pool",
        "ResNet-50",
        (1, 64, 112, 112),
        [],
        lambda x: drp.MaxPoolOp(x, (3, 3), (56, 56), strides=(2, 2), pads=(1, 1, 1, 1)),
        [("MaxPool", {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]})],
    ),
    Layer(
        "pool",
        "DenseNet-121",
        (1, 128, 56, 56),
        [],
        lambda x: drp.AveragePoolOp(x, (2, 2), (28, 28), strides=(2, 2)),
        [("AveragePool", {"kernel_shape": [2, 2], "strides": [2, 2]})],
    ),
    Layer(
        "pool",
        "ResNet-50",
        (1, 2048, 7, 7),
        [],
        lambda x: drp.ReduceOp(x, drp.ReduceKind.MEAN, (2, 3)),
        [("GlobalAveragePool", {})],
    ),
    Layer(
        "add",
        "ResNet-50",
        (1, 256, 56, 56),
        [(1, 256, 56, 56)],
        lambda a, b: drp.AddOp(a, b, activation=RELU),
        [("Add", {}), ("Relu", {})],
    ),
]


def module_of(layer: Layer, weights: Sequence[np.ndarray], x: np.ndarray) -> ModuleOp:
    """The layer's job as a module, weights as constants."""
    block = Block(arg_types=[tensor_type_of(x)])
    with ImplicitBuilder(Builder(InsertPoint.at_end(block))):
        constants: list[SSAValue] = [make_constant(w).result for w in weights]
        result = layer.job(block.args[0], *constants).results[0]
        func.ReturnOp(result)
    function_type = FunctionType.from_lists([tensor_type_of(x)], [result.type])
    return ModuleOp([func.FuncOp("main", function_type, Region(block))])


def session_of(
    layer: Layer, weights: Sequence[np.ndarray], x: np.ndarray
) -> onnxruntime.InferenceSession:
    """The layer's nodes as a session, weights as initializers."""
    names = [f"w{index}" for index in range(len(weights))]
    nodes, value = [], "x"
    initializers = [numpy_helper.from_array(w, n) for w, n in zip(weights, names, strict=True)]
    for index, (op_type, attributes) in enumerate(layer.nodes):
        inputs = [value, *names] if index == 0 else [value]
        if op_type == "Clip":
            for name, limit in attributes.items():
                initializers.append(numpy_helper.from_array(np.array(limit, np.float32), name))
            inputs, attributes = [value, *attributes], {}
        value = f"v{index}"
        nodes.append(helper.make_node(op_type, inputs, [value], **attributes))
    graph = helper.make_graph(
        nodes,
        "layer",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, x.shape)],
        [helper.make_tensor_value_info(value, onnx.TensorProto.FLOAT, None)],
        initializers,
    )
    opsets = [helper.make_opsetid("", 20)]
    return session(helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString())


def session(model: bytes | str) -> onnxruntime.InferenceSession:
    """A session on `THREADS` threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def best_ms(run: Callable[[], object], seconds: float = 0.5) -> float:
    """The shortest of the runs that fit in a time, in milliseconds; at least three."""
    run()
    shortest, begin, count = float("inf"), time.perf_counter(), 0
    while count < 3 or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        run()
        shortest, count = min(shortest, time.perf_counter() - start), count + 1
    return shortest * 1e3


def time_layers() -> None:
    """Print a row per layer."""
    print(f"{'layer':14}{'network':14}{'input':20}{'weights':20}{'ours':>9}{'ORT':>9}{'ratio':>7}")
    for layer in LAYERS:
        x = RNG.standard_normal(layer.x, np.float32)
        weights = [
            np.abs(RNG.standard_normal(s, np.float32)) * np.float32(0.1) for s in layer.weights
        ]
        interpreter = ModuleInterpreter(module_of(layer, weights, x))
        reference = session_of(layer, weights, x)
        ours = best_ms(partial(interpreter.run, {"arg0": x}))
        theirs = best_ms(partial(reference.run, None, {"x": x}))
        shape, weight = ("x".join(map(str, s)) for s in (layer.x, (layer.weights or [()])[0]))
        print(
            f"{layer.kind:14}{layer.network:14}{shape:20}{weight:20}"
            f"{ours:9.2f}{theirs:9.2f}{ours / theirs:7.2f}",
            flush=True,
        )


def time_models(paths: Sequence[Path], target: str) -> None:
    """Print a row per model."""
    print(f"{'model':44}{'ours':>9}{'ORT':>9}{'ratio':>7}{'error':>10}")
    for path in paths:
        reference = session(str(path))
        inputs = {node.name: RNG.random(node.shape, np.float32) for node in reference.get_inputs()}
        interpreter = ModuleInterpreter(drpc.compiler.compile(path, target=target).module)
        theirs, ours = reference.run(None, inputs), list(interpreter.run(inputs).values())
        error = max(
            float(np.abs(a - np.asarray(b)).max() / np.abs(np.asarray(b)).max())
            for a, b in zip(ours, theirs, strict=True)
        )
        ours_ms = best_ms(partial(interpreter.run, inputs), 3)
        theirs_ms = best_ms(partial(reference.run, None, inputs), 3)
        print(
            f"{path.stem:44}{ours_ms:9.1f}{theirs_ms:9.1f}{ours_ms / theirs_ms:7.2f}{error:10.1e}",
            flush=True,
        )


def main() -> None:
    """Parse the command line and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("layers", help="single layers")
    models = commands.add_parser("models", help="whole models")
    models.add_argument("paths", nargs="+", type=Path, metavar="MODEL.onnx")
    models.add_argument("--target", default="rzv2h")
    arguments = parser.parse_args()
    if arguments.command == "layers":
        time_layers()
    else:
        time_models(arguments.paths, arguments.target)


if __name__ == "__main__":
    main()

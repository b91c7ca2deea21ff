"""Quantised jobs against ONNX Runtime's integer kernels with the same scales.

Convolutions and matrix products must be equal, and so must casts. ONNX Runtime's com.microsoft
kernels for sums, products and pools fold the zero points into constants and fuse steps, so that a
number within a hair of half-way may round to the other side: never another result than that.

Weights use 7 bits: without VNNI instructions, ONNX Runtime's kernels saturate sums of two products
in 16 bits (its documentation calls the remedy `reduce_range`), which is not what the operators mean.
"""

from collections.abc import Sequence

import numpy as np
import onnx
import onnx.helper
import onnxruntime
import pytest
from integer_build import Job, Stored, bias_type, run_both, stored, ui8
from interpreter_build import build, onnx_run
from xdsl.dialects.builtin import TensorType, f32, i8, i32

from drpc.backends.interpreter import ModuleInterpreter
from drpc.drpdialect import drp, quant
from drpc.drpdialect.quant import UniformType

HAIR = 1e-4
"""How far from half-way ONNX Runtime may differ, in units of the result's scale."""


def parameters(element: UniformType) -> list[np.ndarray]:
    """Scale and zero point as ONNX takes them."""
    scales, zeros = np.array(element.scales, np.float32), np.array(element.zero_points)
    if element.axis is None:
        scales, zeros = scales[0], zeros[0]
    dtype = np.int8 if element.storage == i8 else np.uint8
    return [np.asarray(scales), np.asarray(zeros, dtype)]


def runtime(
    op_type: str, inputs: Sequence[np.ndarray], variable: Sequence[int], domain: str = "", **attrs
) -> np.ndarray:
    """One node in ONNX Runtime; all inputs but the variable ones are initializers."""
    names = [f"x{index}" for index in range(len(inputs))]
    infos = [
        onnx.helper.make_tensor_value_info(
            names[i], onnx.helper.np_dtype_to_tensor_dtype(inputs[i].dtype), inputs[i].shape
        )
        for i in variable
    ]
    fixed = [
        onnx.numpy_helper.from_array(array, name)
        for i, (array, name) in enumerate(zip(inputs, names, strict=True))
        if i not in variable
    ]
    node = onnx.helper.make_node(op_type, names, ["y"], domain=domain, **attrs)
    output = onnx.helper.make_empty_tensor_value_info("y")
    graph = onnx.helper.make_graph([node], "one_node", infos, [output], fixed)
    opsets = [onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("com.microsoft", 1)]
    model = onnx.helper.make_model(graph, opset_imports=opsets, ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return np.asarray(session.run(None, {names[i]: inputs[i] for i in variable})[0])


def activation(rng: np.random.Generator, element: UniformType | None = None) -> UniformType:
    """A random type of activations, signed unless another is given."""
    return element or UniformType(i8, rng.uniform(0.01, 0.1), int(rng.integers(-128, 128)))


def seven_bits(rng: np.random.Generator, shape: Sequence[int], element: UniformType) -> Stored:
    return rng.integers(-64, 65, shape).astype(np.int8), element


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("groups", "inputs", "kernel", "window"),
    [
        (1, 16, (1, 1), {}),
        (1, 12, (3, 3), {"pads": (1, 0, 2, 1), "strides": (2, 1)}),
        (2, 5, (3, 2), {"dilations": (2, 3), "pads": (2, 2, 2, 2)}),
        (24, 1, (3, 3), {"pads": (1, 1, 1, 1)}),
    ],
)
def test_conv_equals_qlinear_conv(seed, groups, inputs, kernel, window) -> None:
    rng = np.random.default_rng(seed)
    x_type = activation(rng, UniformType(ui8, 0.03, 90) if seed % 2 else None)
    y_type = UniformType(x_type.storage, rng.uniform(0.05, 0.2), 10)
    w_type = UniformType(i8, list(rng.uniform(0.002, 0.02, 24)), axis=0)
    x = stored(rng, (2, groups * inputs, 14, 15), x_type)
    w = seven_bits(rng, (24, inputs, *kernel), w_type)
    bias = rng.integers(-3000, 3000, 24).astype(np.int32)

    def job(x, w, b):
        return drp.ConvOp(x, w, b, groups=groups, **window)

    ours = run_both([x, w, (bias, bias_type(x_type, w_type))], y_type, job, [1, 2])
    inputs_ = [x[0], *parameters(x_type), w[0], *parameters(w_type), *parameters(y_type), bias]
    theirs = runtime("QLinearConv", inputs_, [0], group=groups, **window)
    assert np.ptp(ours.astype(int)) > 50
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("seed", range(6))
def test_matmul_equals_qlinear_matmul(seed) -> None:
    rng = np.random.default_rng(seed)
    a_type, y_type = activation(rng), UniformType(i8, rng.uniform(0.05, 0.2), -7)
    b_type = UniformType(i8, list(rng.uniform(0.002, 0.02, 33)), axis=1)
    a, b = stored(rng, (3, 20, 70), a_type), seven_bits(rng, (70, 33), b_type)
    ours = run_both([a, b], y_type, drp.MatmulOp, [1])
    inputs = [a[0], *parameters(a_type), b[0], *parameters(b_type), *parameters(y_type)]
    assert np.ptp(ours.astype(int)) > 50
    np.testing.assert_array_equal(ours, runtime("QLinearMatMul", inputs, [0]))


def assert_equal_but_for_ties(ours: np.ndarray, theirs: np.ndarray, exact: np.ndarray) -> None:
    """`exact` is the result in float64 before it is rounded, without its zero point."""
    differs = ours != theirs
    assert np.abs(ours.astype(int) - theirs.astype(int)).max() <= 1
    assert (np.abs(exact[differs] - np.floor(exact[differs]) - 0.5) < HAIR).all()


def centred(tensor: Stored) -> np.ndarray:
    """Real numbers in float64."""
    array, element = tensor
    return (array.astype(np.float64) - element.zero_point) * element.scale


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("op_type", "job"), [("QLinearAdd", drp.AddOp), ("QLinearMul", drp.MulOp)])
def test_sums_and_products(op_type: str, job: Job, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a_type, b_type = activation(rng), activation(rng)
    y_type = UniformType(i8, rng.uniform(0.1, 0.3), 3)
    a, b = (stored(rng, (40, 500), element) for element in (a_type, b_type))
    ours = run_both([a, b], y_type, job)
    inputs = [a[0], *parameters(a_type), b[0], *parameters(b_type), *parameters(y_type)]
    theirs = runtime(op_type, inputs, [0, 3], domain="com.microsoft")
    combine = np.add if job is drp.AddOp else np.multiply
    assert_equal_but_for_ties(ours, theirs, combine(centred(a), centred(b)) / y_type.scale)


@pytest.mark.parametrize("seed", range(5))
def test_global_average_pool(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x_type, y_type = activation(rng), UniformType(i8, rng.uniform(0.002, 0.01), -100)
    x = stored(rng, (4, 150, 7, 9), x_type)
    ours = run_both([x], y_type, lambda x: drp.ReduceOp(x, drp.ReduceKind.MEAN, (2, 3)))
    inputs = [x[0], *parameters(x_type), *parameters(y_type)]
    theirs = runtime(
        "QLinearGlobalAveragePool", inputs, [0], domain="com.microsoft", channels_last=0
    )
    exact = centred(x).mean(axis=(2, 3), keepdims=True) / y_type.scale
    assert_equal_but_for_ties(ours, theirs, exact)


CASTS = [
    UniformType(i8, 0.037, -5),
    UniformType(ui8, 0.02, 131),
    UniformType(i8, [0.01, 0.2, 3.0], [0, 5, -9], axis=1),
]


def cast(x: np.ndarray, op: type[quant.QuantCastOp], source, target) -> np.ndarray:
    module = build([TensorType(source, x.shape)], lambda value: op(value, target))
    return ModuleInterpreter(module).run({"x0": x})["y0"]


@pytest.mark.parametrize("element", CASTS, ids=str)
def test_casts_equal_quantize_linear(element: UniformType) -> None:
    rng = np.random.default_rng(0)
    x = (rng.standard_normal((4, 3, 1000)) * 5).astype(np.float32)
    x[0, 0, :4] = [np.inf, -np.inf, 3e38, -3e38]
    scale, zero = parameters(element)
    q = cast(x, quant.QCastOp, f32, element)
    np.testing.assert_array_equal(q, onnx_run("QuantizeLinear", [x, scale, zero], axis=1))
    y = cast(q, quant.DCastOp, element, f32)
    np.testing.assert_array_equal(y, onnx_run("DequantizeLinear", [q, scale, zero], axis=1))


def test_a_scalar_is_cast() -> None:
    stored_ = cast(np.array(1.0, np.float32), quant.QCastOp, f32, CASTS[0])
    assert (stored_.shape, stored_.item()) == ((), 22)
    assert cast(stored_, quant.DCastOp, CASTS[0], f32).item() == 27 * np.float32(0.037)


def test_a_storage_cast_keeps_the_integers() -> None:
    x = np.arange(-128, 128, dtype=np.int8)
    assert cast(x, quant.SCastOp, i8, CASTS[0]).tolist() == x.tolist()
    assert cast(x, quant.SCastOp, CASTS[0], i8).tolist() == x.tolist()


def test_a_bias_is_quantised_beyond_float32() -> None:
    x = np.array([20000002.0, -1.0, np.nan, 1e30], np.float32)
    element = UniformType(i32, 0.5)
    assert cast(x, quant.QCastOp, f32, element).tolist() == [40000004, -2, 0, 2**31 - 1]

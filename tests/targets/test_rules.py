"""Every support rule has a test of its own name: what meets it, and what breaks it."""

import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from build_node import RZV2H, node, violated

from drpc.drpdialect.drp import Engine
from drpc.targets import Fact, Status, Target, load_target, support, target_names
from drpc.targets.rules.table import OPERATORS
from drpc.targets.rules.unsupported import REASONS, known_job, standard_domain


def weights(*shape: int) -> np.ndarray:
    return np.ones(shape, np.float32)


def numbers(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def limited(**limits: object) -> Target:
    """The target with other limits."""
    facts = {name: Fact(value, "", "test", Status.ASSUMED) for name, value in limits.items()}
    return replace(RZV2H, limits=replace(RZV2H.limits, **facts))


def conv(kernel: int = 3, size: int = 8, result: int = 6, **attributes: Any):
    return node(
        "Conv",
        [f"1x3x{size}x{size}xf32", weights(4, 3, kernel, kernel)],
        f"1x4x{result}x{result}xf32",
        **attributes,
    )


def pool(kernel: int, size: int, result: int, **attributes: Any):
    return node(
        "MaxPool",
        [f"1x3x{size}x{size}xf32"],
        f"1x3x{result}x{result}xf32",
        kernel_shape=[kernel, kernel],
        **attributes,
    )


def test_every_rule_has_a_test() -> None:
    rules = {rule.name for operator in OPERATORS.values() for rule in operator.rules}
    rules |= {rule.name for rule in REASONS.values()} | {known_job.name, standard_domain.name}
    tests = {name.removeprefix("test_") for name in vars(sys.modules[__name__])}
    assert rules <= tests


@pytest.mark.parametrize("name", target_names())
def test_every_rule_has_a_text_and_a_remedy(name: str) -> None:
    target = load_target(name)
    for operator in OPERATORS.values():
        for rule in operator.rules:
            assert rule.text(target).endswith(".")
            assert "{" not in rule.text(target) + rule.remedy(target)
            assert rule.remedy(target)


def test_all_violations_are_told() -> None:
    op = conv(kernel=33, size=40, result=8, dilations=[65, 65], pads=[-1, 0, 0, 0])
    assert {"convolution_kernel", "convolution_dilation", "padding_not_negative"} <= set(
        violated(op)
    )


def test_engine() -> None:
    assert support(conv(), RZV2H).engine is Engine.AI_MAC
    assert support(pool(2, 8, 7), RZV2H).engine is Engine.DRP


# --- tensors ---------------------------------------------------------------------------------


def test_static_shapes() -> None:
    assert violated(node("Relu", ["1x3xf32"], "1x3xf32")) == {}
    found = violated(node("Relu", ["?x3xf32"], "?x3xf32"))
    assert found == {"static_shapes": "X is tensor<?x3xf32>"}


def test_no_empty_tensors() -> None:
    assert violated(node("Relu", ["1x3xf32"], "1x3xf32")) == {}
    assert "no_empty_tensors" in violated(node("Relu", ["0x3xf32"], "0x3xf32"))
    resize = node("Resize", ["1x1x2x2xf32", weights(0), weights(4)], "1x1x2x2xf32")
    assert "no_empty_tensors" not in violated(resize)


def test_tensor_rank() -> None:
    assert violated(node("Relu", ["1x1x1x1x1x3xf32"], "1x1x1x1x1x3xf32")) == {}
    found = violated(node("Relu", ["1x1x1x1x1x1x3xf32"], "1x1x1x1x1x1x3xf32"))
    assert found == {"tensor_rank": "X has 7 axes"}


def test_one_result() -> None:
    results = ["1x3x7x7xf32", "1x3x7x7xi64"]
    unused = node("MaxPool", ["1x3x8x8xf32"], results, kernel_shape=[2, 2])
    used = node("MaxPool", ["1x3x8x8xf32"], results, used=(0, 1), kernel_shape=[2, 2])
    assert violated(unused) == {}
    assert violated(used) == {"one_result": "result 1 is used"}


def test_constant_operands() -> None:
    assert violated(node("Reshape", ["2x3xf32", numbers(6)], "6xf32")) == {}
    found = violated(node("Reshape", ["2x3xf32", "1xi64"], "6xf32"))
    assert found == {"constant_operands": "shape is computed"}


def test_constant_weights() -> None:
    assert violated(conv()) == {}
    computed = node("Conv", ["1x3x8x8xf32", "4x3x3x3xf32"], "1x4x6x6xf32")
    assert violated(computed) == {"constant_weights": "W is computed"}
    stored = np.ones((4, 3, 3, 3), np.int8)
    dequantised = node("DequantizeLinear", [stored, np.array(0.1, np.float32)], "4x3x3x3xf32")
    computed.operands[1] = dequantised.results[0]
    assert violated(computed) == {}


def test_float_elements() -> None:
    assert violated(node("Add", ["3xf16", "3xf16"], "3xf16")) == {}
    for element in ("i64", "f64", "bf16", "i32"):
        found = violated(node("Add", [f"3x{element}", f"3x{element}"], f"3x{element}"))
        assert found == {"float_elements": f"found {element}"}


def test_movable_elements() -> None:
    for element in ("f32", "bf16", "i8", "ui8", "i16", "i32", "i1"):
        assert violated(node("Transpose", [f"2x3x{element}"], f"3x2x{element}")) == {}
    for element in ("i64", "f64", "i4", "complex<f32>", "!onnx.string"):
        op = _transpose_of(element)
        assert violated(op) == {"movable_elements": f"found {element}"}


def _transpose_of(element: str):
    from xdsl.dialects.builtin import TensorType

    from drpc.drpdialect.element_types import StringType

    op = node("Transpose", ["2x3xf32"], "3x2xf32")
    if element != "!onnx.string":
        return node("Transpose", [f"2x3x{element}"], f"3x2x{element}")
    for value in (*op.operands, *op.results):
        shape = value.type.get_shape() if isinstance(value.type, TensorType) else ()
        value._type = TensorType(StringType(), shape)  # pyright: ignore[reportPrivateUsage]
    return op


def test_movable_choices() -> None:
    assert violated(node("Where", ["3xi1", "3xi8", "3xi8"], "3xi8")) == {}
    found = violated(node("Where", ["3xi1", "3xi64", "3xi64"], "3xi64"))
    assert found == {"movable_choices": "found i64"}


def test_plain_elements() -> None:
    assert violated(node("Flatten", ["2x3xi64"], "2x3xi64")) == {}
    found = violated(node("Flatten", ["2x3xcomplex<f32>"], "2x3xcomplex<f32>"))
    assert found == {"plain_elements": "found complex<f32>"}


def test_cast_elements() -> None:
    assert violated(node("Cast", ["3xui8"], "3xf32", to=1)) == {}
    assert violated(node("Cast", ["3xf32"], "3xi1", to=9)) == {}
    assert violated(node("Cast", ["3xi64"], "3xf32", to=1)) == {"cast_elements": "found i64"}
    assert violated(node("Cast", ["3xf32"], "3xf8E4M3FN", to=17)) == {
        "cast_elements": "found f8E4M3FN"
    }


# --- windows ---------------------------------------------------------------------------------


def test_spatial_axes() -> None:
    one = node("Conv", ["1x3x8xf32", weights(4, 3, 3)], "1x4x6xf32")
    three = node("Conv", ["1x3x8x8x8xf32", weights(4, 3, 3, 3, 3)], "1x4x6x6x6xf32")
    assert violated(one) == {}
    assert violated(three) == {"spatial_axes": "found 3"}


def test_feature_size() -> None:
    assert violated(conv(), limited(feature_size=8)) == {}
    assert violated(conv(), limited(feature_size=7)) == {"feature_size": "found 8"}


def test_convolution_kernel() -> None:
    assert violated(conv(kernel=32, size=40, result=9)) == {}
    assert violated(conv(kernel=33, size=40, result=8)) == {"convolution_kernel": "found 33x33"}


def test_convolution_stride() -> None:
    assert violated(conv(size=40, result=2, strides=[32, 32])) == {}
    found = violated(conv(size=40, result=2, strides=[33, 33]))
    assert found == {"convolution_stride": "found 33x33"}


def test_convolution_dilation() -> None:
    assert violated(conv(size=140, result=12, dilations=[64, 64])) == {}
    found = violated(conv(size=140, result=10, dilations=[65, 65]))
    assert found == {"convolution_dilation": "found 65x65"}


def test_pool_kernel() -> None:
    assert violated(pool(64, 70, 7)) == {}
    assert violated(pool(65, 70, 6)) == {"pool_kernel": "found 65x65"}
    assert violated(pool(70, 70, 1)) == {}


def test_pool_stride() -> None:
    assert violated(pool(2, 70, 2, strides=[64, 64])) == {}
    assert violated(pool(2, 70, 2, strides=[65, 65])) == {"pool_stride": "found 65x65"}
    assert violated(pool(70, 70, 1, strides=[70, 70])) == {}


def test_positive_steps() -> None:
    assert violated(conv(size=9, result=4, strides=[2, 2])) == {}
    found = violated(conv(strides=[0, 0]))
    assert found == {"positive_steps": "found 0"}
    assert "positive_steps" in violated(conv(dilations=[-1, 1], auto_pad="SAME_UPPER"))


def test_padding_not_negative() -> None:
    assert violated(conv(result=8, pads=[1, 1, 1, 1])) == {}
    assert "padding_not_negative" in violated(conv(result=5, pads=[0, 0, -1, -1]))
    too_large = node(
        "ConvTranspose",
        ["1x3x5x5xf32", weights(3, 4, 3, 3)],
        "1x4x20x20xf32",
        strides=[2, 2],
        output_shape=[20, 20],
    )
    assert "padding_not_negative" in violated(too_large)


def test_padding_below_window() -> None:
    assert violated(pool(2, 8, 9, pads=[1, 1, 1, 1])) == {}
    assert "padding_below_window" in violated(pool(2, 8, 10, pads=[2, 2, 1, 1]))


def test_window_positions() -> None:
    assert violated(pool(2, 7, 4, strides=[2, 2], ceil_mode=1)) == {}
    assert violated(pool(1, 8, 3, strides=[3, 3], ceil_mode=1)) == {}
    found = violated(pool(1, 8, 4, strides=[3, 3], ceil_mode=1))
    assert found == {"window_positions": "found (4, 4), where the window gives (3, 3)"}


def test_transposed_positions() -> None:
    def transposed(size: int):
        return node(
            "ConvTranspose",
            ["1x3x5x5xf32", weights(3, 4, 3, 3)],
            f"1x4x{size}x{size}xf32",
            strides=[2, 2],
            pads=[1, 1, 1, 1],
            output_padding=[1, 1],
        )

    assert violated(transposed(10)) == {}
    found = violated(transposed(11))
    assert found == {"transposed_positions": "found (11, 11), where the window gives (10, 10)"}


# --- computation -----------------------------------------------------------------------------


def test_constant_matrix() -> None:
    computed = node("MatMul", ["2x3xf32", "3x4xf32"], "2x4xf32")
    constant = node("MatMul", ["2x3xf32", weights(3, 4)], "2x4xf32")
    assert violated(computed) == {}
    assert violated(constant, limited(activation_matmul=False)) == {}
    found = violated(computed, limited(activation_matmul=False))
    assert found == {"constant_matrix": "both matrices are computed"}


def test_inference_mode() -> None:
    def dropout(mode: bool):
        operands = ["3xf32", np.array(0.5, np.float32), np.array(mode)]
        return node("Dropout", operands, "3xf32")

    assert violated(dropout(mode=False)) == {}
    assert violated(dropout(mode=True)) == {"inference_mode": "training_mode is true"}
    assert violated(_batch_norm(training_mode=0)) == {}
    assert violated(_batch_norm(training_mode=1)) == {"inference_mode": "training_mode is 1"}
    assert violated(_batch_norm(opset=6, is_test=1)) == {}
    assert violated(_batch_norm(opset=6)) == {"inference_mode": "is_test is 0"}


def _batch_norm(opset: int = 15, **attributes: Any):
    operands = ["2x3x4xf32", *(weights(3) for _ in range(4))]
    return node("BatchNormalization", operands, "2x3x4xf32", opset=opset, **attributes)


def test_has_channels() -> None:
    assert violated(node("GlobalMaxPool", ["2x3x4xf32"], "2x3x1xf32")) == {}
    assert violated(node("GlobalMaxPool", ["3xf32"], "3xf32")) == {"has_channels": "found 1 axes"}


def test_scale_fits_axes() -> None:
    def layer_norm(*scale: int):
        return node("LayerNormalization", ["2x3x4xf32", weights(*scale)], "2x3x4xf32", axis=1)

    assert violated(layer_norm(3, 4)) == {}
    assert violated(layer_norm(4)) == {}
    assert violated(layer_norm(3)) == {"scale_fits_axes": "found (3,) for axes of (3, 4)"}
    assert "scale_fits_axes" in violated(layer_norm(2, 3, 4))


def test_one_number_per_channel() -> None:
    def group_norm(scale: str):
        return node(
            "GroupNormalization", ["2x6x4xf32", scale, scale], "2x6x4xf32", opset=21, num_groups=3
        )

    assert violated(group_norm("6xf32")) == {}
    assert violated(group_norm("3xf32")) == {
        "one_number_per_channel": "found (3,) for (6,) channels"
    }
    per_activation = node(
        "BatchNormalization",
        ["2x3x4xf32", *(weights(3, 4) for _ in range(4))],
        "2x3x4xf32",
        opset=7,
        spatial=0,
    )
    assert "one_number_per_channel" in violated(per_activation)


def test_softmax_size() -> None:
    assert violated(node("Softmax", ["9x16384xf32"], "9x16384xf32")) == {}
    found = violated(node("Softmax", ["9x16385xf32"], "9x16385xf32"))
    assert found == {"softmax_size": "found 16385"}
    flat = node("Softmax", ["1x3x6000xf32"], "1x3x6000xf32", opset=11)
    assert violated(flat) == {"softmax_size": "found 18000"}


def test_argument_size() -> None:
    assert violated(node("ArgMax", ["9x65535xf32"], "9x1xi64", axis=1)) == {}
    found = violated(node("ArgMax", ["9x65536xf32"], "9x1xi64", axis=1))
    assert found == {"argument_size": "found 65536"}


def test_reduction_reduces() -> None:
    def reduction(op_type: str, leaves: int):
        return node(
            op_type, ["2x3xf32"], "2x3xf32", opset=18, noop_with_empty_axes=leaves, keepdims=1
        )

    assert violated(reduction("ReduceSum", 1)) == {}
    assert "reduction_reduces" in violated(reduction("ReduceL2", 1))
    assert "reduction_reduces" not in violated(reduction("ReduceL2", 0))


def test_norm_order() -> None:
    assert violated(node("LpNormalization", ["2x3xf32"], "2x3xf32", p=1)) == {}
    found = violated(node("GlobalLpPool", ["2x3x4xf32"], "2x3x1xf32", p=3))
    assert found == {"norm_order": "found p = 3"}


def test_exponent_type() -> None:
    assert violated(node("Pow", ["3xf32", "3xf32"], "3xf32")) == {}
    assert violated(node("Pow", ["3xf32", numbers(2)], "3xf32")) == {}
    found = violated(node("Pow", ["3xf32", "3xi64"], "3xf32"))
    assert found == {"exponent_type": "found i64 for a base of f32"}


def test_remainder_of_truncation() -> None:
    assert violated(node("Mod", ["3xf32", "3xf32"], "3xf32", fmod=1)) == {}
    assert "remainder_of_truncation" in violated(node("Mod", ["3xf32", "3xf32"], "3xf32"))


def test_slope_shape() -> None:
    assert violated(node("PRelu", ["2x3x4xf32", weights(3, 1)], "2x3x4xf32")) == {}
    assert violated(node("PRelu", ["2x3x4xf32", weights(3)], "2x3x4xf32", opset=6)) == {}
    for slope in ((3,), (1, 2, 3, 4)):
        assert "slope_shape" in violated(node("PRelu", ["2x3x4xf32", weights(*slope)], "2x3x4xf32"))


def test_detects_infinity() -> None:
    assert violated(node("IsInf", ["3xf32"], "3xi1", detect_positive=0)) == {}
    neither = node("IsInf", ["3xf32"], "3xi1", detect_positive=0, detect_negative=0)
    assert "detects_infinity" in violated(neither)


SCALE, ZERO = np.array(0.1, np.float32), np.array(0, np.int8)


def test_stored_type() -> None:
    assert violated(node("QuantizeLinear", ["3xf32", SCALE, ZERO], "3xi8")) == {}
    assert violated(node("DequantizeLinear", ["3xi32", SCALE], "3xf32")) == {}
    found = violated(node("QuantizeLinear", ["3xf32", SCALE], "3xf8E4M3FN", opset=19))
    assert found == {"stored_type": "found f8E4M3FN"}


def test_real_type() -> None:
    half = np.array(0.1, np.float16)
    assert violated(node("QuantizeLinear", ["3xf16", half, ZERO], "3xi8", opset=19)) == {}
    found = violated(node("QuantizeLinear", ["3xi32", SCALE, ZERO], "3xi8"))
    assert found == {"real_type": "found i32 and scales of f32"}
    mixed = node("QuantizeLinear", ["3xf32", SCALE, ZERO], "3xi8", opset=23, precision=10)
    assert "real_type" in violated(mixed)


def test_scale_per_slice() -> None:
    def quantised(scales: np.ndarray, **attributes: Any):
        zeros = np.zeros(scales.shape, np.int8)
        operands = ["2x3x4xf32", scales, zeros]
        return node("QuantizeLinear", operands, "2x3x4xi8", opset=21, **attributes)

    assert violated(quantised(weights(3))) == {}
    assert violated(quantised(weights(4), axis=-1)) == {}
    assert violated(quantised(weights(1))) == {}
    assert "scale_per_slice" in violated(quantised(weights(2, 1, 4), block_size=3))


# --- movement --------------------------------------------------------------------------------


def test_gather_indices() -> None:
    def gather(count: int):
        return node("Gather", ["9x2xf32", np.zeros(count, np.int64)], f"{count}x2xf32")

    assert violated(gather(4096)) == {}
    assert violated(gather(4097)) == {"gather_indices": "found 4097"}


def test_indices_in_range() -> None:
    assert violated(node("Gather", ["9x2xf32", numbers(-9, 8)], "2x2xf32")) == {}
    for index, found in ((9, 9), (-10, -1)):
        op = node("Gather", ["9x2xf32", numbers(index)], "1x2xf32")
        assert violated(op) == {"indices_in_range": f"found {found} for an axis of 9"}


def test_pad_grows() -> None:
    def pad(mode: str):
        return node("Pad", ["9x5xf32", numbers(1, 0, -1, 0)], "9x5xf32", mode=mode)

    assert violated(pad("constant")) == {}
    assert violated(pad("edge")) == {"pad_grows": "found negative pads in mode edge"}


def test_reflection_fits() -> None:
    def pad(mode: str, size: int):
        return node("Pad", ["4xf32", numbers(size, 0)], f"{4 + size}xf32", opset=19, mode=mode)

    assert violated(pad("reflect", 3)) == {}
    assert violated(pad("wrap", 4)) == {}
    assert violated(pad("edge", 9)) == {}
    assert violated(pad("reflect", 4)) == {"reflection_fits": "found 4 for an axis of 4"}
    assert violated(pad("wrap", 5)) == {"reflection_fits": "found 5 for an axis of 4"}


def _resize(*scales: float, opset: int = 18, size: str = "1x1x4x4", **attributes: Any):
    array = np.array(scales or (1, 1, 2, 2), np.float32)
    operands = [f"{size}xf32", array] if opset == 10 else [f"{size}xf32", None, array]
    shape = [int(int(n) * s) for n, s in zip(size.split("x"), array, strict=True)]
    result = "x".join(map(str, shape))
    return node("Resize", operands, f"{result}xf32", opset=opset, **attributes)


def test_resize_modes() -> None:
    assert violated(_resize(mode="cubic")) == {}
    found = violated(_resize(mode="cubic"), limited(resize_modes=("nearest",)))
    assert found == {"resize_modes": "found cubic"}


def test_resize_coordinates() -> None:
    assert violated(_resize(coordinate_transformation_mode="align_corners")) == {}
    found = violated(_resize(coordinate_transformation_mode="tf_crop_and_resize"))
    assert found == {"resize_coordinates": "found tf_crop_and_resize"}


def test_no_antialiasing() -> None:
    assert violated(_resize(antialias=0)) == {}
    assert violated(_resize(antialias=1)) == {"no_antialiasing": "antialias is 1"}


def test_resize_direction() -> None:
    assert violated(_resize(1, 1, 0.5, 0.5, opset=10)) == {}
    assert violated(_resize(1, 1, 2, 0.5)) == {}
    found = violated(_resize(1, 1, 2, 0.5, opset=10))
    assert found == {"resize_direction": "found scales [1.0, 1.0, 2.0, 0.5]"}
    assert violated(_resize(1, 1, 2, 0.5, opset=10, mode="linear")) == {}


def test_resize_size() -> None:
    assert violated(_resize(size="1x9000x4x2048")) == {}
    assert violated(_resize(size="1x1x4x2049")) == {"resize_size": "found 4098"}


# --- operators of the CPU --------------------------------------------------------------------


def test_standard_domain() -> None:
    op = node("Gelu", ["3xf32"], "3xf32", domain="com.microsoft")
    assert violated(op) == {"standard_domain": "found domain com.microsoft"}
    assert violated(node("Gelu", ["3xf32"], "3xf32", opset=20)) == {}


def test_known_job() -> None:
    assert violated(node("Det", ["3x3xf32"], "f32")) == {"known_job": "Det has none"}
    assert violated(node("Relu", ["3xf32"], "3xf32")) == {}


def _cpu_rule(op_type: str) -> str:
    (rule,) = violated(node(op_type, ["3x3xf32"], "3x3xf32"))
    return rule


def test_no_control_flow() -> None:
    assert {_cpu_rule(op_type) for op_type in ("If", "Loop", "Scan")} == {"no_control_flow"}


def test_known_extent() -> None:
    assert {_cpu_rule(op_type) for op_type in ("TopK", "NonZero", "GatherND")} == {"known_extent"}


def test_float_operators() -> None:
    names = ("QLinearConv", "QLinearMatMul", "ConvInteger", "MatMulInteger")
    assert {_cpu_rule(op_type) for op_type in names} == {"float_operators"}


def test_no_recurrence() -> None:
    assert {_cpu_rule(op_type) for op_type in ("LSTM", "GRU", "RNN")} == {"no_recurrence"}


def test_plain_attention() -> None:
    assert _cpu_rule("Attention") == "plain_attention"


def test_no_randomness() -> None:
    assert _cpu_rule("RandomNormal") == "no_randomness"


def test_tensors_of_numbers() -> None:
    assert _cpu_rule("SequenceAt") == "tensors_of_numbers"

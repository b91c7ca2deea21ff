"""Element-wise jobs against ONNX Runtime."""

import ml_dtypes
import numpy as np
import onnx.helper
import pytest
from interpreter_build import assert_close, onnx_run, run
from xdsl.dialects.builtin import i1

from drpc.backends.interpreter.casts import cast
from drpc.drpdialect import drp
from drpc.drpdialect.drp import LogicalKind, Predicate
from drpc.drpdialect.element_types import mlir_type_of

RNG = np.random.default_rng(0)


def random(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


BINARY: dict[type[drp.BinaryOp], tuple[str, dict[str, int]]] = {
    drp.AddOp: ("Add", {}),
    drp.SubOp: ("Sub", {}),
    drp.MulOp: ("Mul", {}),
    drp.DivOp: ("Div", {}),
    drp.MaxOp: ("Max", {}),
    drp.MinOp: ("Min", {}),
    drp.ModOp: ("Mod", {"fmod": 1}),
    drp.PReluOp: ("PRelu", {}),
}
SHAPES = [
    ((2, 3, 4, 5), (2, 3, 4, 5)),
    ((2, 3, 4, 5), (3, 1, 1)),
    ((2, 3, 4, 5), ()),
    ((4, 60, 70, 20), (60, 1, 20)),
    ((0, 3), (1, 3)),
    ((), ()),
]


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("operation", BINARY)
def test_binary_agrees_with_onnx_runtime(
    operation: type[drp.BinaryOp], shapes: tuple[tuple[int, ...], ...]
) -> None:
    op_type, attributes = BINARY[operation]
    a, b = (random(*shape) for shape in shapes)
    y = run([a, b], lambda a, b: operation(a, b))
    assert_close(y, onnx_run(op_type, [a, b], **attributes), 1e-6)


@pytest.mark.parametrize("operation", [drp.AddOp, drp.SubOp, drp.MulOp, drp.DivOp, drp.MaxOp])
def test_the_left_operand_broadcasts_too(operation: type[drp.BinaryOp]) -> None:
    a, b = random(3, 1, 1), random(2, 3, 4, 5)
    y = run([a, b], lambda a, b: operation(a, b))
    assert_close(y, onnx_run(BINARY[operation][0], [a, b]), 1e-6)


def test_pow_agrees_with_onnx_runtime() -> None:
    a, b = np.abs(random(3, 4, 5)) + np.float32(0.1), random(4, 1)
    assert_close(run([a, b], lambda a, b: drp.PowOp(a, b)), onnx_run("Pow", [a, b]))


def test_mod_has_the_sign_of_the_dividend() -> None:
    a, b = np.array([5.5, -5.5, 5.5, -5.5], np.float32), np.array([2, 2, -2, -2], np.float32)
    np.testing.assert_array_equal(run([a, b], lambda a, b: drp.ModOp(a, b)), [1.5, -1.5, 1.5, -1.5])


@pytest.mark.parametrize(("operation", "op_type"), [(drp.MaxOp, "Max"), (drp.MinOp, "Min")])
def test_max_and_min_of_nan_are_nan_as_in_onnx_runtime(
    operation: type[drp.BinaryOp], op_type: str
) -> None:
    a, b = np.array([np.nan, 1, np.nan], np.float32), np.array([1, np.nan, np.nan], np.float32)
    y = run([a, b], lambda a, b: operation(a, b))
    np.testing.assert_array_equal(y, [np.nan] * 3)
    np.testing.assert_array_equal(y, onnx_run(op_type, [a, b]))


def test_the_activation_follows() -> None:
    a, b = random(4, 5), random(5)
    y = run([a, b], lambda a, b: drp.SubOp(a, b, activation=drp.FunctionAttr("relu")))
    np.testing.assert_array_equal(y, np.maximum(a - b, 0))


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_narrow_floats_round_once_behind_the_activation(dtype: type) -> None:
    a, b = random(100).astype(dtype), random(100).astype(dtype)
    exp = drp.FunctionAttr("exp")
    y = run([a, b], lambda a, b: drp.MulOp(a, b, activation=exp))
    expected = np.exp(a.astype(np.float32) * b.astype(np.float32)).astype(dtype)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y.astype(np.float32), expected.astype(np.float32))


PREDICATES = {
    Predicate.EQUAL: "Equal",
    Predicate.LESS: "Less",
    Predicate.LESS_OR_EQUAL: "LessOrEqual",
    Predicate.GREATER: "Greater",
    Predicate.GREATER_OR_EQUAL: "GreaterOrEqual",
}


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int64, np.float64])
@pytest.mark.parametrize("predicate", PREDICATES)
def test_compare_agrees_with_onnx_runtime(predicate: Predicate, dtype: type) -> None:
    a, b = (RNG.integers(-2, 3, shape).astype(dtype) for shape in ((4, 1, 6), (5, 1)))
    y = run([a, b], lambda a, b: drp.CompareOp(a, b, predicate))
    expected = onnx_run(PREDICATES[predicate], [a, b])
    assert y.dtype == np.bool_
    np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16, np.uint8, np.bool_])
def test_compare_takes_any_element_type(dtype: type) -> None:
    a, b = (RNG.integers(0, 2, 20).astype(dtype) for _ in range(2))
    y = run([a, b], lambda a, b: drp.CompareOp(a, b, Predicate.EQUAL))
    assert y.dtype == np.bool_
    np.testing.assert_array_equal(y, a.astype(np.float32) == b.astype(np.float32))


@pytest.mark.parametrize("kind", LogicalKind)
def test_logical_agrees_with_onnx_runtime(kind: LogicalKind) -> None:
    a, b = RNG.random((4, 5)) < 0.5, RNG.random(5) < 0.5
    y = run([a, b], lambda a, b: drp.LogicalOp(a, b, kind))
    np.testing.assert_array_equal(y, onnx_run(kind.value.title(), [a, b]))


def test_not_and_is_nan_and_select() -> None:
    x = np.array([[1, np.nan], [np.nan, 4]], np.float32)
    fallback = np.array([7, 8], np.float32)
    y = run([x, fallback], lambda x, b: drp.SelectOp(drp.NotOp(drp.IsNanOp(x).y).y, x, b))
    np.testing.assert_array_equal(y, [[1, 8], [7, 4]])


@pytest.mark.parametrize("shape", [(), (0, 3)])
def test_truth_values_of_any_shape_are_arrays(shape: tuple[int, ...]) -> None:
    x = np.zeros(shape, np.float32)
    for operation in (
        lambda x: drp.IsNanOp(x),
        lambda x: drp.NotOp(drp.IsNanOp(x).y),
        lambda x: drp.CompareOp(x, x, Predicate.EQUAL),
        lambda x: drp.CastOp(x, i1),
    ):
        y = run([x], operation)
        assert isinstance(y, np.ndarray)
        assert (y.dtype, y.shape) == (np.bool_, shape)


NUMBERS = np.array([0, -0.0, 0.4, 0.6, -0.6, 1, 2.5, -2.5, 100.7, -100.7, 127, 3.5e-5])
TYPES = [
    np.float32,
    np.float64,
    np.float16,
    ml_dtypes.bfloat16,
    np.int8,
    np.int16,
    np.int32,
    np.int64,
    np.uint8,
    np.uint16,
    np.uint32,
    np.uint64,
    np.bool_,
]


@pytest.mark.parametrize("target", TYPES)
@pytest.mark.parametrize("source", TYPES)
def test_cast_agrees_with_onnx_runtime(source: type, target: type) -> None:
    x = (np.abs(NUMBERS) if np.dtype(target).kind == "u" else NUMBERS).astype(source)
    y = run([x], lambda x: drp.CastOp(x, mlir_type_of(np.dtype(target))))
    number = np.dtype(target)
    expected = _onnx_cast(x, number)
    assert y.dtype == number
    np.testing.assert_array_equal(y.astype(np.float64), expected.astype(np.float64))


def _onnx_cast(x: np.ndarray, target: np.dtype[np.generic]) -> np.ndarray:
    """ONNX Runtime's Cast; bfloat16, which its Python API cannot carry, enters and leaves as float32."""
    if x.dtype == ml_dtypes.bfloat16:
        x = x.astype(np.float32)
    if target == ml_dtypes.bfloat16:
        return onnx_run("Cast", [x], to=1).astype(target)
    return onnx_run("Cast", [x], to=onnx.helper.np_dtype_to_tensor_dtype(target))


@pytest.mark.parametrize(
    ("kind", "largest"),
    [
        (ml_dtypes.float8_e4m3fn, 448.0),
        (ml_dtypes.float8_e4m3fnuz, 240.0),
        (ml_dtypes.float8_e5m2, 57344.0),
        (ml_dtypes.float8_e5m2fnuz, 57344.0),
        (ml_dtypes.float4_e2m1fn, 6.0),
    ],
)
def test_casts_to_small_floats_saturate(kind: type, largest: float) -> None:
    x = np.array([1.0, -0.5, 1e9, -1e9, np.inf, -np.inf], np.float32)
    y = cast(x, np.dtype(kind))
    assert y.dtype == kind
    expected = [1.0, -0.5, largest, -largest, largest, -largest]
    np.testing.assert_array_equal(y.astype(np.float32), expected)


@pytest.mark.parametrize("kind", [ml_dtypes.int4, ml_dtypes.uint4])
def test_narrow_integers_convert_both_ways(kind: type) -> None:
    x = np.arange(0, 8, dtype=np.float32)
    assert cast(x, np.dtype(kind)).dtype == kind
    back = cast(cast(x, np.dtype(kind)), np.dtype(np.float32))
    np.testing.assert_array_equal(back, x)

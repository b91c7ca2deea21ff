"""Constructors of the drp dialect's operations: their result types, and what they derive."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdsl.dialects import test
from xdsl.dialects.builtin import TensorType, bf16, f16, f32, f64, i1, i8, i64
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.parser import Parser
from xdsl.utils.exceptions import VerifyException

from drpc.drpdialect import drp, make_context
from drpc.drpdialect.drp.shapes import broadcast
from drpc.drpdialect.quant import UniformType
from drpc.drpdialect.weights import TensorAttr

OPS_MLIR = Path(__file__).parents[1] / "filecheck" / "dialects" / "drp" / "ops.mlir"
RELU = drp.FunctionAttr("relu")


def value(*shape: int, element: Attribute = f32) -> SSAValue:
    """A value of some tensor type."""
    return test.TestOp(result_types=[TensorType(element, shape)]).results[0]


def image() -> SSAValue:
    return value(1, 8, 9, 9)


# (operation, result shape, result element type)
CONSTRUCTED: dict[str, tuple[Callable[[], Operation], Sequence[int], Attribute]] = {
    "constant": (lambda: drp.ConstantOp(TensorAttr.of(np.zeros((2, 3), np.int8))), (2, 3), i8),
    "conv": (lambda: drp.ConvOp(image(), value(16, 8, 3, 3)), (1, 16, 7, 7), f32),
    "conv, fused": (
        lambda: drp.ConvOp(
            image(),
            value(16, 4, 3, 3),
            value(16),
            value(1, 16, 5, 4),
            strides=(2, 2),
            pads=(1, 0, 1, 0),
            groups=2,
            activation=RELU,
            output_activation=RELU,
        ),
        (1, 16, 5, 4),
        f32,
    ),
    "conv_transpose": (
        lambda: drp.ConvTransposeOp(
            image(), value(8, 3, 4, 4), value(6), strides=(2, 2), pads=(1, 1, 1, 1), groups=2
        ),
        (1, 6, 18, 18),
        f32,
    ),
    "matmul": (lambda: drp.MatmulOp(value(4, 1, 2, 3), value(5, 3, 7)), (4, 5, 2, 7), f32),
    "apply": (lambda: drp.ApplyOp(value(2, 3, element=f16), RELU), (2, 3), f16),
    "lookup": (
        lambda: drp.LookupOp(
            value(2, 3, element=UniformType(i8, 0.1)),
            TensorAttr.of(np.zeros(256, np.int8)),
            UniformType(i8, 0.5, 3),
        ),
        (2, 3),
        UniformType(i8, 0.5, 3),
    ),
    "add": (lambda: drp.AddOp(value(2, 1), value(3)), (2, 3), f32),
    "sub": (lambda: drp.SubOp(value(2, 3), value()), (2, 3), f32),
    "mul": (lambda: drp.MulOp(value(), value()), (), f32),
    "div": (lambda: drp.DivOp(value(0, 3), value(1, 3)), (0, 3), f32),
    "pow": (lambda: drp.PowOp(value(2, element=f64), value(2, element=f64)), (2,), f64),
    "max": (lambda: drp.MaxOp(value(2, element=bf16), value(1, element=bf16)), (2,), bf16),
    "min": (lambda: drp.MinOp(value(2), value(2)), (2,), f32),
    "mod": (lambda: drp.ModOp(value(2), value(2)), (2,), f32),
    "prelu": (lambda: drp.PReluOp(image(), value(8, 1, 1)), (1, 8, 9, 9), f32),
    "compare": (lambda: drp.CompareOp(value(2, 1), value(3), drp.Predicate.LESS), (2, 3), i1),
    "logical": (
        lambda: drp.LogicalOp(value(2, element=i1), value(1, element=i1), drp.LogicalKind.XOR),
        (2,),
        i1,
    ),
    "not": (lambda: drp.NotOp(value(2, element=i1)), (2,), i1),
    "is_nan": (lambda: drp.IsNanOp(value(2)), (2,), i1),
    "select": (lambda: drp.SelectOp(value(2, 1, element=i1), value(3), value()), (2, 3), f32),
    "cast": (lambda: drp.CastOp(value(2, element=i64), f16), (2,), f16),
    "quantize": (lambda: drp.QuantizeOp(value(2), value(), value(element=i8), i8), (2,), i8),
    "dequantize": (
        lambda: drp.DequantizeOp(value(2, 3, element=i8), value(3), value(3, element=i8), f32, 1),
        (2, 3),
        f32,
    ),
    "max_pool": (lambda: drp.MaxPoolOp(image(), (2, 2), (5, 5), strides=(2, 2)), (1, 8, 5, 5), f32),
    "average_pool": (
        lambda: drp.AveragePoolOp(image(), (3, 3), (9, 9), pads=(1, 1, 1, 1)),
        (1, 8, 9, 9),
        f32,
    ),
    "reduce": (lambda: drp.ReduceOp(image(), drp.ReduceKind.MEAN, (2, 3)), (1, 8, 1, 1), f32),
    "reduce, axes gone": (
        lambda: drp.ReduceOp(image(), drp.ReduceKind.MAX, (0, 2), keep=False),
        (8, 9),
        f32,
    ),
    "argmax": (lambda: drp.ArgMaxOp(image(), 1), (1, 1, 9, 9), i64),
    "argmin": (lambda: drp.ArgMinOp(image(), 1, keep=False, last=True), (1, 9, 9), i64),
    "softmax": (lambda: drp.SoftmaxOp(value(2, 3), 1), (2, 3), f32),
    "log_softmax": (lambda: drp.LogSoftmaxOp(value(2, 3), 0), (2, 3), f32),
    "layer_norm": (lambda: drp.LayerNormOp(value(2, 3), value(3), value(3), 1), (2, 3), f32),
    "rms_norm": (lambda: drp.RmsNormOp(value(2, 3), value(3), None, 1), (2, 3), f32),
    "group_norm": (lambda: drp.GroupNormOp(image(), value(8), value(8), 4), (1, 8, 9, 9), f32),
    "scale_shift": (lambda: drp.ScaleShiftOp(image(), value(8), value(8)), (1, 8, 9, 9), f32),
    "local_response_norm": (
        lambda: drp.LocalResponseNormOp(image(), 5, 1e-4, 0.75, 1.0),
        (1, 8, 9, 9),
        f32,
    ),
    "reshape": (lambda: drp.ReshapeOp(value(2, 3, element=i64), (6, 1)), (6, 1), i64),
    "transpose": (lambda: drp.TransposeOp(value(2, 3, 4), (2, 0, 1)), (4, 2, 3), f32),
    "broadcast": (lambda: drp.BroadcastOp(value(3, 1), (2, 3, 4)), (2, 3, 4), f32),
    "tile": (lambda: drp.TileOp(value(2, 3), (1, 4)), (2, 12), f32),
    "concat": (lambda: drp.ConcatOp([value(2, 3), value(2, 4)], 1), (2, 7), f32),
    "slice": (lambda: drp.SliceOp(value(2, 9), (0, 8), (2, 3), (1, -4)), (2, 3), f32),
    "pad": (lambda: drp.PadOp(value(2, 3), (0, 1), (2, 0)), (4, 4), f32),
    "gather": (lambda: drp.GatherOp(value(2, 3), 1, (2, 2, 0, 1)), (2, 4), f32),
    "resize": (
        lambda: drp.ResizeOp(image(), (1, 8, 18, 4), (1, 1, 2, 0.5), drp.ResizeMode.LINEAR),
        (1, 8, 18, 4),
        f32,
    ),
}


@pytest.mark.parametrize("case", CONSTRUCTED)
def test_the_constructor_gives_the_result_type_that_the_verifier_expects(case: str) -> None:
    build, shape, element = CONSTRUCTED[case]
    op = build()
    op.verify()
    assert op.name == f"drp.{case.split(',', maxsplit=1)[0]}"
    assert [result.type for result in op.results] == [TensorType(element, shape)]


STRUCTURE = {"drp.cpu", "drp.yield"}


def test_every_operation_is_constructed_and_printed_in_a_test() -> None:
    names = {op.name for op in drp.Drp.operations}
    assert {f"drp.{case.split(',', maxsplit=1)[0]}" for case in CONSTRUCTED} | STRUCTURE == names
    text = OPS_MLIR.read_text()
    assert [name for name in names if f"{name} " not in text] == []


ENUMERATIONS: list[Attribute] = [
    *map(drp.ReduceKindAttr, drp.ReduceKind),
    *map(drp.PredicateAttr, drp.Predicate),
    *map(drp.LogicalKindAttr, drp.LogicalKind),
    *map(drp.PadModeAttr, drp.PadMode),
    *map(drp.ResizeModeAttr, drp.ResizeMode),
    *map(drp.CoordinateModeAttr, drp.CoordinateMode),
    *map(drp.NearestModeAttr, drp.NearestMode),
]


@pytest.mark.parametrize("attribute", ENUMERATIONS, ids=str)
def test_every_value_of_every_enumeration_round_trips(attribute: Attribute) -> None:
    assert Parser(make_context(), str(attribute)).parse_attribute() == attribute


def test_every_attribute_is_tested() -> None:
    enumerations = {type(attribute) for attribute in ENUMERATIONS}
    assert {*enumerations, drp.FunctionAttr, TensorAttr} == set(drp.Drp.attributes)


@given(st.sampled_from(sorted(drp.FUNCTIONS)), st.data())
def test_any_scalar_function_round_trips(name: str, data: st.DataObject) -> None:
    numbers = st.floats(allow_nan=False)
    parameters = [data.draw(numbers) for _ in drp.FUNCTIONS[name]]
    function = drp.FunctionAttr(name, *parameters)
    assert Parser(make_context(), str(function)).parse_attribute() == function


def test_a_cpu_region_gets_a_block_argument_per_input() -> None:
    x = value(2, 3)
    cpu = drp.CpuOp([x], [x.type])
    cpu.body.block.add_op(drp.YieldOp([cpu.body.block.args[0]]))
    cpu.verify()
    assert [result.type for result in cpu.results] == [x.type]


@pytest.mark.parametrize("name", drp.FUNCTIONS)
def test_every_scalar_function_takes_its_parameters_and_no_others(name: str) -> None:
    count = len(drp.FUNCTIONS[name])
    function = drp.FunctionAttr(name, *[0.5] * count)
    assert function.arguments == (0.5,) * count
    with pytest.raises(VerifyException, match=f"{name} takes .* but got {count + 1}"):
        drp.FunctionAttr(name, *[0.5] * (count + 1))


def test_multiply_accumulates() -> None:
    conv = drp.ConvOp(image(), value(16, 4, 3, 3), groups=2)
    assert conv.macs == 16 * 7 * 7 * 4 * 3 * 3
    transposed = drp.ConvTransposeOp(image(), value(8, 3, 4, 4), strides=(2, 2))
    assert transposed.macs == 8 * 9 * 9 * 3 * 4 * 4
    assert drp.MatmulOp(value(4, 2, 3), value(3, 7)).macs == 4 * 2 * 7 * 3


def test_depthwise() -> None:
    assert drp.ConvOp(image(), value(8, 1, 3, 3), groups=8).is_depthwise
    assert not drp.ConvOp(image(), value(8, 8, 3, 3)).is_depthwise
    assert not drp.ConvOp(value(1, 1, 9, 9), value(8, 1, 3, 3)).is_depthwise


def test_sizes_in_memory() -> None:
    assert drp.byte_size(TensorType(f32, [2, 3])) == 24
    assert drp.byte_size(TensorType(i1, [5])) == 5
    assert drp.byte_size(TensorType(UniformType(i8, 0.5), [2, 3])) == 6
    assert drp.byte_size(TensorType(f16, [])) == 2


SIZES = st.integers(1, 12)


@given(SIZES, SIZES, st.integers(1, 4), st.integers(1, 3), st.integers(0, 3), st.integers(0, 3))
def test_a_window_has_as_many_places_as_it_can_take(
    size: int, kernel: int, stride: int, dilation: int, low: int, high: int
) -> None:
    reach = dilation * (kernel - 1)
    places = [
        start for start in range(0, low + size + high, stride) if start + reach < low + size + high
    ]
    x, w = value(1, 1, size, 1), value(1, 1, kernel, 1)
    strides, dilations, pads = (stride, 1), (dilation, 1), (low, 0, high, 0)
    if not places:
        with pytest.raises(VerifyException, match="larger than the padded input"):
            drp.ConvOp(x, w, strides=strides, dilations=dilations, pads=pads)
        return
    assert drp.shape_of(drp.ConvOp(x, w, strides=strides, dilations=dilations, pads=pads).y) == (
        1,
        1,
        len(places),
        1,
    )


@given(SIZES, SIZES, st.integers(1, 4), st.integers(1, 3), st.integers(0, 3), st.integers(0, 3))
def test_a_transposed_convolution_undoes_the_shape_of_a_convolution(
    size: int, kernel: int, stride: int, dilation: int, low: int, high: int
) -> None:
    strides, dilations, pads = (stride, 1), (dilation, 1), (low, 0, high, 0)
    try:
        conv = drp.ConvOp(
            value(1, 1, size, 1),
            value(1, 1, kernel, 1),
            strides=strides,
            dilations=dilations,
            pads=pads,
        )
    except VerifyException:
        return
    left_over = (size + low + high - dilation * (kernel - 1) - 1) % stride
    back = drp.ConvTransposeOp(
        conv.y,
        value(1, 1, kernel, 1),
        output_padding=(left_over, 0),
        strides=strides,
        dilations=dilations,
        pads=pads,
    )
    assert drp.shape_of(back.y) == (1, 1, size, 1)


@given(st.lists(st.lists(st.integers(0, 4), max_size=4), min_size=1, max_size=3))
def test_broadcasting_is_that_of_numpy(shapes: list[list[int]]) -> None:
    tuples = [tuple(shape) for shape in shapes]
    try:
        expected = np.broadcast_shapes(*tuples)
    except ValueError:
        with pytest.raises(VerifyException, match="expected shapes that broadcast"):
            broadcast(*tuples)
        return
    assert broadcast(*tuples) == expected

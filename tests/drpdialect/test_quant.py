"""Quantised types: text in upstream MLIR's syntax, ranges, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdsl.dialects.builtin import IntegerType, Signedness, f16, f32, i8
from xdsl.parser import Parser
from xdsl.utils.exceptions import VerifyException

from drpc.drpdialect import make_context
from drpc.drpdialect.quant import UniformType

SCALES = st.floats(min_value=float(np.float32(1e-45)), max_value=float(np.float32(3e38)), width=32)


def parsed(text: str) -> object:
    return Parser(make_context(), text).parse_type()


@st.composite
def uniform_types(draw: st.DrawFn) -> UniformType:
    """Any valid quantised type."""
    signedness = draw(st.sampled_from([Signedness.SIGNLESS, Signedness.UNSIGNED]))
    storage = IntegerType(draw(st.sampled_from([4, 8, 16])), signedness)
    width = storage.width.data
    low = 0 if signedness is Signedness.UNSIGNED else -(1 << (width - 1))
    zeros = st.integers(low, low + (1 << width) - 1)
    axis = draw(st.none() | st.integers(0, 3))
    pairs = draw(st.lists(st.tuples(SCALES, zeros), min_size=1, max_size=1 if axis is None else 5))
    expressed = draw(st.sampled_from([f32, f16]))
    scales, zero_points = zip(*pairs, strict=True)
    return UniformType(storage, scales, zero_points, axis=axis, expressed=expressed)


@given(uniform_types())
def test_any_type_round_trips(uniform: UniformType) -> None:
    assert parsed(str(uniform)) == uniform


def test_scales_are_float32_numbers() -> None:
    assert UniformType(i8, 0.1).scales == (float(np.float32(0.1)),)
    assert str(UniformType(i8, 0.1)) == "!quant.uniform<i8:f32, 0.1>"


def test_the_fields_of_a_type() -> None:
    per_axis = UniformType(i8, [0.5, 0.25], [1, -2], axis=1)
    assert (per_axis.axis, per_axis.scales, per_axis.zero_points) == (1, (0.5, 0.25), (1, -2))
    assert UniformType(i8, [0.5, 0.25], axis=0).zero_points == (0, 0)
    assert UniformType(i8, 1).axis is None


@pytest.mark.parametrize(
    ("storage", "expected"),
    [
        (IntegerType(8), (-128, 127)),
        (IntegerType(8, Signedness.SIGNED), (-128, 127)),
        (IntegerType(8, Signedness.UNSIGNED), (0, 255)),
        (IntegerType(4), (-8, 7)),
        (IntegerType(32), (-(1 << 31), (1 << 31) - 1)),
    ],
)
def test_storage_range(storage: IntegerType, expected: tuple[int, int]) -> None:
    assert UniformType(storage, 1.0).storage_range == expected


@pytest.mark.parametrize("scale", [0.0, -0.5, math.inf, math.nan])
def test_a_scale_is_finite_and_positive(scale: float) -> None:
    with pytest.raises(VerifyException, match="finite positive scale"):
        UniformType(i8, scale)


def test_a_zero_point_is_a_stored_number() -> None:
    with pytest.raises(VerifyException, match=r"zero point in \[-128, 127\], but got 128"):
        UniformType(i8, 1.0, 128)


def test_counts_must_agree() -> None:
    with pytest.raises(VerifyException, match="as many zero points as scales"):
        UniformType(i8, [1.0, 2.0], [0], axis=0)
    with pytest.raises(VerifyException, match="one scale for a type without an axis"):
        UniformType(i8, [1.0, 2.0])
    with pytest.raises(VerifyException, match="axis of at least 0"):
        UniformType(i8, [1.0, 2.0], axis=-2)

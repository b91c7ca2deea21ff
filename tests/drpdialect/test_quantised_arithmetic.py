"""The arithmetic of quantised tensors: multipliers, bounds, tables."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdsl.dialects.builtin import IntegerType, Signedness, i8

from drpc.drpdialect import drp
from drpc.drpdialect.errors import UserError
from drpc.drpdialect.quant import UniformType
from drpc.drpdialect.quantised_arithmetic import (
    centred_range,
    dequantise,
    lookup_table,
    mean_multiplier,
    partial_sum_bounds,
    product_multipliers,
    quantise,
    ratio,
)

U8 = UniformType(IntegerType(8, Signedness.UNSIGNED), 0.3, 200)


@given(st.lists(st.integers(-127, 127), min_size=1, max_size=6), st.integers(-128, 127))
def test_no_partial_sum_exceeds_its_bound_and_one_meets_it(row: list[int], zero: int) -> None:
    low, high = centred_range(UniformType(i8, 1.0, zero))
    (bound,) = partial_sum_bounds(np.array([row]), low, high)
    subsets = [s for count in range(len(row) + 1) for s in combinations(row, count)]
    largest = max(
        max(
            abs(sum(max(w * low, w * high) for w in s)), abs(sum(min(w * low, w * high) for w in s))
        )
        for s in subsets
    )
    assert bound == largest


def test_multipliers_are_float32_step_by_step() -> None:
    x, y = UniformType(i8, 0.1), UniformType(i8, 0.7)
    w = UniformType(i8, [0.3, 0.01], axis=0)
    expected = [np.float32(0.1) * np.float32(s) / np.float32(0.7) for s in (0.3, 0.01)]
    multipliers = product_multipliers(x, w, y)
    assert multipliers.dtype == np.float32
    assert multipliers.tolist() == expected
    assert ratio(x, y) == np.float32(0.1) / np.float32(0.7)
    (mean,) = mean_multiplier(x, y, np.array([49]))
    assert mean == np.float32(0.1) / (np.float32(0.7) * np.float32(49))


@pytest.mark.parametrize("element", [UniformType(i8, 0.05, -3), U8], ids=str)
def test_every_stored_number_survives_being_real(element: UniformType) -> None:
    low, high = element.storage_range
    numbers = np.arange(low, high + 1)
    np.testing.assert_array_equal(quantise(dequantise(numbers, element), element), numbers)


def test_what_is_out_of_range_saturates_and_nan_is_zero() -> None:
    x = np.array([np.inf, -np.inf, 1e38, np.nan], np.float32)
    assert quantise(x, UniformType(i8, 1e-6, 7)).tolist() == [127, -128, 127, 7]


def test_a_scale_that_is_too_small_for_its_operands_is_the_users_to_mend() -> None:
    large, small = UniformType(i8, 1e30), UniformType(i8, 1e-20)
    with pytest.raises(UserError, match="a result quantised at scale 1e-20 cannot hold"):
        ratio(large, small)
    with pytest.raises(UserError, match="Give the result a range"):
        product_multipliers(large, UniformType(i8, [1.0, 1e9], axis=0), large)


def test_quantising_rounds_half_to_even() -> None:
    x = np.array([0.5, 1.5, 2.5, -0.5, -1.5], np.float32)
    assert quantise(x, UniformType(i8, 1.0, 1)).tolist() == [1, 3, 3, 1, -1]


def test_a_table_holds_the_function_of_each_stored_number() -> None:
    y = UniformType(i8, 0.01, -128)
    table = lookup_table(drp.FunctionAttr("sigmoid"), U8, y)
    assert table.type.element_type == i8
    real = (np.arange(256) - 200) * np.float64(np.float32(0.3))
    expected = np.clip(np.rint(1 / (1 + np.exp(-real)) / np.float32(0.01)) - 128, -128, 127)
    np.testing.assert_array_equal(table.array, expected)

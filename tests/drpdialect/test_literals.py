"""Numbers in text: what is printed parses back to the same bits, whatever the type."""

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.parser import Parser

from drpc.drpdialect.literals import parse_scalar, scalar_of, scalar_text

FLOATS = [
    np.dtype(kind)
    for kind in (
        np.float16,
        np.float32,
        np.float64,
        ml_dtypes.bfloat16,
        ml_dtypes.float8_e4m3fn,
        ml_dtypes.float8_e4m3fnuz,
        ml_dtypes.float8_e5m2,
        ml_dtypes.float8_e5m2fnuz,
        ml_dtypes.float8_e8m0fnu,
        ml_dtypes.float6_e2m3fn,
        ml_dtypes.float6_e3m2fn,
        ml_dtypes.float4_e2m1fn,
    )
]


def parsed(text: str, dtype: np.dtype[np.generic]) -> np.ndarray:
    element = parse_scalar(Parser(Context(), text))
    return np.array(scalar_of(element, dtype), dtype)


def bits(value: np.generic | np.ndarray) -> bytes:
    return np.asarray(value).tobytes()


@pytest.mark.parametrize("dtype", [d for d in FLOATS if d.itemsize == 1], ids=lambda d: d.name)
def test_every_small_float_keeps_its_bits(dtype: np.dtype[np.generic]) -> None:
    patterns = np.arange(1 << ml_dtypes.finfo(dtype).bits, dtype=np.uint64).astype(np.uint8)
    for item in patterns.view(dtype):
        assert bits(parsed(scalar_text(item), dtype)) == bits(item)


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_every_16_bit_float_keeps_its_bits(name: str) -> None:
    dtype = next(d for d in FLOATS if d.name == name)
    for item in np.arange(0, 1 << 16, 7, dtype=np.uint16).view(dtype):
        assert bits(parsed(scalar_text(item), dtype)) == bits(item)


@given(st.integers(0, (1 << 32) - 1))
def test_any_float32_keeps_its_bits(pattern: int) -> None:
    item: np.generic = np.frombuffer(pattern.to_bytes(4, "little"), np.float32)[0]
    assert bits(parsed(scalar_text(item), np.dtype(np.float32))) == bits(item)


@given(st.integers(0, (1 << 64) - 1))
def test_any_float64_keeps_its_bits(pattern: int) -> None:
    item: np.generic = np.frombuffer(pattern.to_bytes(8, "little"), np.float64)[0]
    assert bits(parsed(scalar_text(item), np.dtype(np.float64))) == bits(item)


@pytest.mark.parametrize(
    "value", [0.0, -0.0, 1e-45, -1e-45, 1.1754942e-38, 3.4028235e38, np.inf, -np.inf, np.nan]
)
def test_edges_of_float32(value: float) -> None:
    item = np.float32(value)
    assert bits(parsed(scalar_text(item), np.dtype(np.float32))) == bits(item)


def test_readable_forms() -> None:
    assert scalar_text(np.float32(0.1)) == "0.1"
    assert scalar_text(np.float32(1e-7)) == "1.0e-07"
    assert scalar_text(np.float32(np.nan)) == "0x7fc00000"
    assert scalar_text(np.float16(-np.inf)) == "0xfc00"
    assert scalar_text(np.int8(-128)) == "-128"
    assert scalar_text(np.bool_(True)) == "true"
    assert scalar_text(np.full(1, -8, ml_dtypes.int4)[0]) == "-8"


@pytest.mark.parametrize(
    "kind",
    [
        *(np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64),
        *(ml_dtypes.int4, ml_dtypes.uint4, ml_dtypes.int2, ml_dtypes.uint2),
    ],
    ids=lambda kind: np.dtype(kind).name,
)
def test_integers_are_held_within_their_range_only(kind: type) -> None:
    dtype = np.dtype(kind)
    limits = ml_dtypes.iinfo(dtype)
    for value in (limits.min, limits.max, 0, 1):
        assert int(parsed(str(value), dtype)) == value
    for value in (limits.min - 1, limits.max + 1):
        with pytest.raises(OverflowError, match=f"{value} is out of the range"):
            scalar_of(value, dtype)


@pytest.mark.parametrize(
    ("element", "dtype", "error"),
    [
        (0.5, np.int32, "expected an integer"),
        (True, np.int32, "expected a number"),
        ("1.5", np.float32, "expected a number"),
        ((1.0, 2.0), np.float32, "expected a number"),
        (1, np.bool_, "expected true or false"),
        (1.0, np.object_, "expected text"),
        (1e39, np.float32, "out of the range of float32"),
        (1e6, np.float16, "out of the range of float16"),
    ],
)
def test_an_element_of_another_kind_is_refused(element: object, dtype: type, error: str) -> None:
    with pytest.raises((ValueError, OverflowError), match=error):
        scalar_of(element, np.dtype(dtype))

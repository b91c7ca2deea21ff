"""The table of element types joins MLIR, NumPy and ONNX without a gap."""

import numpy as np
import onnx
import pytest
from onnx.helper import tensor_dtype_to_np_dtype
from xdsl.dialects.builtin import IntegerType, TensorType, f32

from drpc.drpdialect.element_types import (
    StringType,
    dtype_of,
    mlir_type_of,
    mlir_type_of_onnx,
    onnx_type_of_mlir,
    tensor_type_of,
)

ONNX_TYPES = [
    number
    for name, number in onnx.TensorProto.DataType.items()
    if name not in ("UNDEFINED", "STRING")
]


def test_the_table_covers_every_type_of_the_installed_onnx() -> None:
    for number in [*ONNX_TYPES, onnx.TensorProto.STRING]:
        assert onnx_type_of_mlir(mlir_type_of_onnx(number)) == number


@pytest.mark.parametrize("number", ONNX_TYPES)
def test_dtypes_are_those_of_onnx(number: int) -> None:
    assert dtype_of(mlir_type_of_onnx(number)) == tensor_dtype_to_np_dtype(number)


@pytest.mark.parametrize("number", ONNX_TYPES)
def test_dtypes_lead_back_to_the_mlir_type(number: int) -> None:
    mlir = mlir_type_of_onnx(number)
    assert mlir_type_of(dtype_of(mlir)) == mlir


@pytest.mark.parametrize("dtype", ["<U3", "S4", "O"])
def test_text_is_a_string_type(dtype: str) -> None:
    assert mlir_type_of(np.dtype(dtype)) == StringType()


def test_byte_order_does_not_matter() -> None:
    assert mlir_type_of(np.dtype(">f4")) == f32


def test_tensor_type_of_an_array() -> None:
    assert tensor_type_of(np.zeros((2, 0, 3), np.bool_)) == TensorType(IntegerType(1), [2, 0, 3])
    assert tensor_type_of(np.zeros((), np.float32)) == TensorType(f32, [])


def test_unknown_types_are_refused() -> None:
    with pytest.raises(KeyError):
        dtype_of(IntegerType(3))
    with pytest.raises(KeyError):
        mlir_type_of(np.dtype("datetime64[s]"))
    with pytest.raises(KeyError):
        mlir_type_of_onnx(onnx.TensorProto.UNDEFINED)

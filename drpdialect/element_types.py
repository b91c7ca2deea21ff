"""Element types of tensors: one table joins MLIR types, NumPy dtypes and ONNX data types.

A tensor's bytes are those of its NumPy dtype, little-endian. Types NumPy does not have
(bfloat16, 8-bit, 6-bit and 4-bit floats, 4-bit and 2-bit integers) come from `ml_dtypes`. The
elements of a quantised tensor are the integers that it stores.
"""

from typing import Final

import ml_dtypes
import numpy as np
from xdsl.dialects import builtin
from xdsl.dialects.builtin import IntegerType, Signedness, TensorType
from xdsl.ir import Attribute, ParametrizedAttribute, TypeAttribute
from xdsl.irdl import irdl_attr_definition

from .uniform_type import UniformType


@irdl_attr_definition
class StringType(ParametrizedAttribute, TypeAttribute):
    """A string of text, the element type of ONNX string tensors: `!onnx.string`."""

    name = "onnx.string"


def _unsigned(width: int) -> IntegerType:
    return IntegerType(width, Signedness.UNSIGNED)


# (ONNX data type number of `onnx.TensorProto.DataType`, MLIR element type, NumPy dtype)
_TABLE: Final[tuple[tuple[int, Attribute, np.dtype[np.generic]], ...]] = (
    (1, builtin.f32, np.dtype(np.float32)),
    (2, _unsigned(8), np.dtype(np.uint8)),
    (3, IntegerType(8), np.dtype(np.int8)),
    (4, _unsigned(16), np.dtype(np.uint16)),
    (5, IntegerType(16), np.dtype(np.int16)),
    (6, IntegerType(32), np.dtype(np.int32)),
    (7, IntegerType(64), np.dtype(np.int64)),
    (8, StringType(), np.dtype(np.object_)),
    (9, IntegerType(1), np.dtype(np.bool_)),
    (10, builtin.f16, np.dtype(np.float16)),
    (11, builtin.f64, np.dtype(np.float64)),
    (12, _unsigned(32), np.dtype(np.uint32)),
    (13, _unsigned(64), np.dtype(np.uint64)),
    (14, builtin.ComplexType(builtin.f32), np.dtype(np.complex64)),
    (15, builtin.ComplexType(builtin.f64), np.dtype(np.complex128)),
    (16, builtin.bf16, np.dtype(ml_dtypes.bfloat16)),
    (17, builtin.Float8E4M3FNType(), np.dtype(ml_dtypes.float8_e4m3fn)),
    (18, builtin.Float8E4M3FNUZType(), np.dtype(ml_dtypes.float8_e4m3fnuz)),
    (19, builtin.Float8E5M2Type(), np.dtype(ml_dtypes.float8_e5m2)),
    (20, builtin.Float8E5M2FNUZType(), np.dtype(ml_dtypes.float8_e5m2fnuz)),
    (21, _unsigned(4), np.dtype(ml_dtypes.uint4)),
    (22, IntegerType(4), np.dtype(ml_dtypes.int4)),
    (23, builtin.Float4E2M1FNType(), np.dtype(ml_dtypes.float4_e2m1fn)),
    (24, builtin.Float8E8M0FNUType(), np.dtype(ml_dtypes.float8_e8m0fnu)),
    (25, _unsigned(2), np.dtype(ml_dtypes.uint2)),
    (26, IntegerType(2), np.dtype(ml_dtypes.int2)),
    (27, builtin.Float6E2M3FNType(), np.dtype(ml_dtypes.float6_e2m3fn)),
    (28, builtin.Float6E3M2FNType(), np.dtype(ml_dtypes.float6_e3m2fn)),
)

_MLIR_OF_ONNX: Final = {number: mlir for number, mlir, _ in _TABLE}
_ONNX_OF_MLIR: Final[dict[Attribute, int]] = {mlir: number for number, mlir, _ in _TABLE}
_DTYPE_OF_MLIR: Final[dict[Attribute, np.dtype[np.generic]]] = {
    mlir: dtype for _, mlir, dtype in _TABLE
}
_MLIR_OF_DTYPE: Final = {dtype: mlir for _, mlir, dtype in _TABLE}


def mlir_type_of_onnx(data_type: int) -> Attribute:
    """The MLIR element type of an ONNX data type number. Raises KeyError if there is none."""
    return _MLIR_OF_ONNX[data_type]


def onnx_type_of_mlir(element_type: Attribute) -> int:
    """The ONNX data type number of an MLIR element type. Raises KeyError if there is none."""
    return _ONNX_OF_MLIR[element_type]


def dtype_of(element_type: Attribute) -> np.dtype[np.generic]:
    """The NumPy dtype that carries an MLIR element type. Raises KeyError if there is none."""
    if isinstance(element_type, UniformType):
        element_type = element_type.storage
    return _DTYPE_OF_MLIR[element_type]


def mlir_type_of(dtype: np.dtype[np.generic]) -> Attribute:
    """The MLIR element type of a NumPy dtype; text dtypes (`U`, `S`, `O`) are strings.

    Raises KeyError if there is none.
    """
    if dtype.kind in "USO":
        return StringType()
    return _MLIR_OF_DTYPE[dtype.newbyteorder("=")]


def tensor_type_of(array: np.ndarray) -> TensorType[Attribute]:
    """The static tensor type of an array."""
    return TensorType(mlir_type_of(array.dtype), array.shape)

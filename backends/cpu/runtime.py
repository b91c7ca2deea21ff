"""One ONNX Runtime session, and the values that NumPy and ONNX Runtime do not share.

ONNX Runtime takes arrays of NumPy's own dtypes. Tensors of bfloat16, 8-bit floats and integers of
4 and 2 bits (`ml_dtypes`) cross as their bytes, in ONNX Runtime's own memory layout: integers of
less than 8 bits are packed, the first element in the lowest bits.
"""

import ctypes
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import ml_dtypes
import numpy as np

from ...drpdialect.element_types import dtype_of, mlir_type_of, mlir_type_of_onnx, onnx_type_of_mlir
from ...drpdialect.onnx_protos import OnnxModel

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, OrtValue

EXTERNAL_BYTES: Final = 1024
"""Constants larger than this stay outside the model that is handed to ONNX Runtime."""

_FOREIGN_ELEMENTS: Final = ("bfloat16", "float8", "float4", "int4", "int2")
"""How ONNX Runtime's names of element types that NumPy does not have begin, after a `u`."""

_PACKED_BITS: Final = {
    np.dtype(ml_dtypes.int4): 4,
    np.dtype(ml_dtypes.uint4): 4,
    np.dtype(ml_dtypes.int2): 2,
    np.dtype(ml_dtypes.uint2): 2,
}


class RuntimeRefusal(Exception):
    """ONNX Runtime cannot make a session of a model, or has no kernel for it."""


class RuntimeSession:
    """A model in ONNX Runtime. Raises RuntimeRefusal if it does not take the model.

    `threads` is the number of threads within an operator; 0 leaves it to ONNX Runtime.
    """

    def __init__(self, model: OnnxModel, threads: int = 0):
        self._weights = _ort_values(model.weights)
        self._session = _session(model, self._weights, threads)
        self._inputs = [port.name for port in self._session.get_inputs()]
        self._outputs = [port.name for port in self._session.get_outputs()]
        types = [port.type for port in self._session.get_outputs()]
        self._has_foreign_output = any(_is_foreign(text) for text in types)
        if self._has_foreign_output and not all(text.startswith("tensor(") for text in types):
            raise RuntimeRefusal(f"ONNX Runtime cannot hand out values of types {', '.join(types)}")

    def run(self, values: Sequence[Any]) -> list[Any]:
        """The outputs for inputs in order: arrays, lists for sequences, None for what is absent.

        Raises RuntimeRefusal where a kernel turns out not to implement this case, and what ONNX
        Runtime raises (`Exception`) where the values do not suit the model.
        """
        from onnxruntime.capi.onnxruntime_pybind11_state import NotImplemented as NoKernel

        feeds = {n: _fed(v) for n, v in zip(self._inputs, values, strict=True) if v is not None}
        try:
            if not self._has_foreign_output:
                return list(self._session.run(self._outputs, feeds))
            return self._run_with_foreign_outputs(feeds)
        except NoKernel as error:
            raise RuntimeRefusal(str(error)) from error

    def _run_with_foreign_outputs(self, feeds: dict[str, Any]) -> list[Any]:
        from onnxruntime import OrtValue

        if any(not _is_numeric(value) for value in feeds.values()):
            raise RuntimeRefusal("ONNX Runtime takes no text or sequences beside such outputs")
        fed = {
            name: v
            if isinstance(v, OrtValue)
            else OrtValue.ortvalue_from_numpy(np.asarray(v, order="C"))
            for name, v in feeds.items()
        }
        return [_array_of(value) for value in self._session.run_with_ort_values(self._outputs, fed)]


def _session(model: OnnxModel, weights: dict[str, "OrtValue"], threads: int) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what matters is raised
    options.intra_op_num_threads = threads
    # Not `add_initializer`: it would save ONNX Runtime's own copy, but then the optimiser, which
    # transposes initializers in place, and the kernel see different tensors.
    options.add_external_initializers(list(weights), list(weights.values()))
    providers = ["CPUExecutionProvider"]
    try:
        return onnxruntime.InferenceSession(
            model.proto.SerializeToString(), options, providers=providers
        )
    except Exception as error:  # ONNX Runtime's errors have no common base but this one
        raise RuntimeRefusal(str(error)) from error


def _ort_values(weights: dict[str, np.ndarray]) -> dict[str, "OrtValue"]:
    """ONNX Runtime's views of arrays: nothing is copied."""
    from onnxruntime import OrtValue

    return {name: OrtValue.ortvalue_from_numpy(array) for name, array in weights.items()}


# --- values ----------------------------------------------------------------------------------


def _is_foreign(type_text: str) -> bool:
    """Whether a type as ONNX Runtime names it, `seq(tensor(int4))`, has no NumPy counterpart."""
    element = type_text.rsplit("(", 1)[-1].rstrip(")").removeprefix("u")
    return element.startswith(_FOREIGN_ELEMENTS)


def _fed(value: Any) -> Any:
    """A value as `InferenceSession.run` takes it."""
    if isinstance(value, list):
        items: list[Any] = value
        if any(_is_foreign_array(item) for item in items):
            raise RuntimeRefusal(
                "ONNX Runtime takes no sequences of such element types from Python"
            )
        return items
    return _ort_value(value) if _is_foreign_array(value) else value


def _is_numeric(value: Any) -> bool:
    """Whether a fed value is a tensor of numbers."""
    return not isinstance(value, list) and not (
        isinstance(value, np.ndarray) and value.dtype.hasobject
    )


def _is_foreign_array(value: Any) -> bool:
    """Whether it is an array of a dtype that a package other than NumPy defines."""
    return isinstance(value, np.ndarray) and value.dtype.isbuiltin == 2


def _ort_value(array: np.ndarray) -> "OrtValue":
    from onnxruntime import OrtValue

    data_type = onnx_type_of_mlir(mlir_type_of(array.dtype))
    value = OrtValue.ortvalue_from_shape_and_type(list(array.shape), data_type)
    data = _packed(array)
    ctypes.memmove(value.data_ptr(), data.ctypes.data, data.nbytes)
    return value


def _array_of(value: "OrtValue") -> np.ndarray:
    dtype = dtype_of(mlir_type_of_onnx(value.element_type()))
    if dtype.isbuiltin != 2:
        return value.numpy()
    shape, bits = tuple(value.shape()), _PACKED_BITS.get(dtype)
    data = np.empty(value.tensor_size_in_bytes(), np.uint8)
    ctypes.memmove(data.ctypes.data, value.data_ptr(), data.nbytes)
    if bits is None:
        return data.view(dtype).reshape(shape)
    return _unpacked(data, bits, int(np.prod(shape, dtype=np.int64)), dtype).reshape(shape)


def _packed(array: np.ndarray) -> np.ndarray:
    """The bytes of an array's elements, several to a byte where they have less than 8 bits."""
    data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    bits = _PACKED_BITS.get(array.dtype)
    if bits is None:
        return data
    per_byte = 8 // bits
    padded = np.zeros(-(-data.size // per_byte) * per_byte, np.uint8)
    padded[: data.size] = data & ((1 << bits) - 1)
    shifts = np.arange(per_byte, dtype=np.uint8) * bits
    return np.bitwise_or.reduce(padded.reshape(-1, per_byte) << shifts, axis=1)


def _unpacked(data: np.ndarray, bits: int, count: int, dtype: np.dtype[np.generic]) -> np.ndarray:
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    codes = ((data[:, None] >> shifts) & ((1 << bits) - 1)).reshape(-1)[:count].astype(np.int8)
    if dtype.name.startswith("int"):
        sign = 1 << (bits - 1)
        codes = (codes ^ sign) - sign
    return codes.astype(dtype)

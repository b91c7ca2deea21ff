"""The value of one `onnx` operation whose operands are all known.

Shape arithmetic, which exporters write by the hundred, is done in NumPy: `_DIRECT`. Everything
else runs as a model of one node, in ONNX Runtime, or in `onnx.reference` where ONNX Runtime has no
kernel, so that a folded value has the very bits that the operation would have computed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from xdsl.dialects.builtin import TensorType

from ..drpdialect.element_types import dtype_of
from ..drpdialect.onnx import DEFAULT_DOMAIN, OnnxOp, opsets_of
from ..drpdialect.weights import TensorAttr
from .onnx_reading import int_attribute, ints_of

if TYPE_CHECKING:
    from onnx import ModelProto

_Array = np.ndarray
_Direct = Callable[[OnnxOp, Sequence[_Array]], _Array | None]


def evaluate(op: OnnxOp, operands: Sequence[np.ndarray | None]) -> list[np.ndarray] | None:
    """The results of an operation without bodies; an omitted operand is None.

    Returns None where it is not computed here: it fails on these values, nothing implements it, or
    it needs arithmetic on element types that NumPy does not have.
    """
    present = [array for array in operands if array is not None]
    if _is_undefined_division(op, present):
        return None
    direct = _DIRECT.get(op.op_type) if op.domain == DEFAULT_DOMAIN else None
    if direct is not None and len(present) == len(operands):
        with np.errstate(all="ignore"):
            result = _attempt(direct, op, present)
        if result is not None:
            return [np.asarray(result, order="C")]
    is_native = all(array.dtype.isbuiltin == 1 for array in present)
    return _run_model(op, operands) if is_native and _has_native_results(op) else None


def _is_undefined_division(op: OnnxOp, operands: Sequence[_Array]) -> bool:
    """Integer division by zero, and of the least integer by -1: ONNX Runtime's process may end."""
    if op.op_type not in ("Div", "Mod") or len(operands) != 2 or operands[1].dtype.kind not in "iu":
        return False
    dividend, divisor = operands
    overflows = dividend.dtype.kind == "i" and (dividend == np.iinfo(dividend.dtype).min).any()
    return not divisor.all() or bool(overflows and (divisor == -1).any())


def _has_native_results(op: OnnxOp) -> bool:
    types = [result.type for result in op.results]
    return all(isinstance(t, TensorType) and dtype_of(t.element_type).isbuiltin == 1 for t in types)


def _attempt(direct: _Direct, op: OnnxOp, operands: Sequence[_Array]) -> _Array | None:
    """Errors are those of wrong values: left for the kernel that will run the operation to report."""
    try:
        return direct(op, operands)
    except (ValueError, IndexError, TypeError, KeyError, OverflowError):
        return None


# --- a model of one node ---------------------------------------------------------------------


def _run_model(op: OnnxOp, operands: Sequence[_Array | None]) -> list[_Array] | None:
    from ..drpdialect.onnx_protos import build_model

    fed = {v: array for v, array in zip(op.inputs, operands, strict=True) if array is not None}
    names = [f"input{i}" for i in range(len(fed))]
    model = build_model(
        [op], list(fed), list(op.outputs), opsets=opsets_of(op), input_names=names
    ).proto
    feeds = dict(zip(names, fed.values(), strict=True))
    try:
        return _arrays(_onnx_runtime(model, feeds))
    except _NoKernelError:
        return _reference(model, feeds)
    except Exception:  # ONNX Runtime's errors, for which there is no common base but this
        return None


class _NoKernelError(Exception):
    """ONNX Runtime does not take a model."""


def _onnx_runtime(model: ModelProto, feeds: dict[str, _Array]) -> Sequence[object]:
    """Raises _NoKernelError, and whatever ONNX Runtime raises on wrong values."""
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import (
        NotImplemented as NotImplementedByRuntime,
    )

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what matters is raised
    options.intra_op_num_threads = 1
    data, providers = model.SerializeToString(), ["CPUExecutionProvider"]
    try:
        session = onnxruntime.InferenceSession(data, options, providers=providers)
    except Exception as error:
        raise _NoKernelError from error
    try:
        return session.run(None, feeds)
    except NotImplementedByRuntime as error:
        raise _NoKernelError from error


def _reference(model: ModelProto, feeds: dict[str, _Array]) -> list[_Array] | None:
    from onnx.reference import ReferenceEvaluator

    try:
        with np.errstate(all="ignore"):
            return _arrays(tuple(ReferenceEvaluator(model).run(None, feeds)))
    except Exception:  # whatever NumPy raises on such values
        return None


def _arrays(values: Sequence[object]) -> list[_Array] | None:
    if not all(isinstance(value, np.ndarray | np.generic) for value in values):
        return None
    return [np.asarray(value, order="C") for value in values]


# --- shape arithmetic in NumPy ---------------------------------------------------------------


def _axis(op: OnnxOp, default: int) -> int:
    return int_attribute(op, "axis", default)


def _gather(op: OnnxOp, x: Sequence[_Array]) -> _Array:
    return np.take(x[0], x[1], axis=_axis(op, 0))  # raises IndexError out of range


def _concat(op: OnnxOp, x: Sequence[_Array]) -> _Array:
    return np.concatenate(x, axis=_axis(op, 1))


def _unsqueeze(op: OnnxOp, x: Sequence[_Array]) -> _Array | None:
    axes = ints_of(op, "axes", 1)
    return None if axes is None else np.expand_dims(x[0], tuple(axes))


def _squeeze(op: OnnxOp, x: Sequence[_Array]) -> _Array:
    axes = ints_of(op, "axes", 1)
    return np.squeeze(x[0], None if axes is None else tuple(axes))


def _reshape(op: OnnxOp, x: Sequence[_Array]) -> _Array | None:
    sizes = ints_of(op, "shape", 1)
    if sizes is None:
        return None
    if not int_attribute(op, "allowzero", 0):
        sizes = [x[0].shape[i] if size == 0 else size for i, size in enumerate(sizes)]
    return x[0].reshape(sizes)


def _transpose(op: OnnxOp, x: Sequence[_Array]) -> _Array:
    permutation = ints_of(op, "perm", len(x))
    return np.transpose(x[0], permutation)


def _slice(op: OnnxOp, x: Sequence[_Array]) -> _Array | None:
    starts, ends = ints_of(op, "starts", 1), ints_of(op, "ends", 2)
    if starts is None or ends is None:
        return None
    axes = ints_of(op, "axes", 3) or list(range(len(starts)))
    steps = ints_of(op, "steps", 4) or [1] * len(starts)
    index = [slice(None)] * x[0].ndim
    if any(step < 0 and end >= _LEAST_HUGE for end, step in zip(ends, steps, strict=True)):
        return None
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        index[axis] = _numpy_slice(start, end, step, x[0].shape[axis])
    return x[0][tuple(index)]


_LEAST_HUGE: Final = 2**31 - 1
"""An end that ONNX Runtime takes for "all the way", also backwards, against ONNX's definition."""


def _numpy_slice(start: int, end: int, step: int, size: int) -> slice:
    """A slice as ONNX clamps it: backwards, a start in front of the first element is that element,
    and an end of -1 is in front of it; NumPy says None for that."""
    start += size * (start < 0)
    end += size * (end < 0)
    if step > 0:
        return slice(_clamp(start, 0, size), _clamp(end, 0, size), step)
    end = _clamp(end, -1, size - 1)
    return slice(_clamp(start, 0, size - 1), None if end < 0 else end, step)


def _clamp(number: int, low: int, high: int) -> int:
    return max(low, min(number, high))


def _cast(op: OnnxOp, x: Sequence[_Array]) -> _Array | None:
    """Integers and booleans only: which floats fit an integer, and how they round, is left."""
    to = _result_dtype(op)
    return x[0].astype(to) if x[0].dtype.kind in "iub" and to.kind in "iub" else None


def _result_dtype(op: OnnxOp) -> np.dtype[np.generic]:
    kind = op.results[0].type
    if not isinstance(kind, TensorType):
        raise TypeError(f"{op.op_type} has no tensor as its result")
    return dtype_of(kind.element_type)


def _divide(op: OnnxOp, x: Sequence[_Array]) -> _Array | None:
    """Integer division truncates towards zero."""
    a, b = x
    if a.dtype.kind != "i" or a.dtype != b.dtype or "broadcast" in op.attributes:
        return None
    quotient = a // b
    return (quotient + ((a % b != 0) & ((a < 0) != (b < 0)))).astype(a.dtype)


def _where(op: OnnxOp, x: Sequence[_Array]) -> _Array:
    return np.where(x[0], x[1], x[2])


def _expand(op: OnnxOp, x: Sequence[_Array]) -> _Array:
    shape = np.broadcast_shapes(x[0].shape, tuple(int(size) for size in x[1]))
    return np.broadcast_to(x[0], shape)


def _constant_of_shape(op: OnnxOp, x: Sequence[_Array]) -> _Array:
    value = op.attributes.get("value")
    fill = value.array.reshape(()) if isinstance(value, TensorAttr) else np.float32(0)
    return np.full(tuple(int(size) for size in x[0]), fill)


def _range(op: OnnxOp, x: Sequence[_Array]) -> _Array | None:
    if x[0].dtype.kind != "i":
        return None
    start, limit, delta = (int(array.item()) for array in x)
    return np.arange(start, limit, delta, dtype=x[0].dtype)


def _function(compute: Callable[..., _Array], kinds: str) -> _Direct:
    """A NumPy function of operands of one dtype, whose kind is one of these."""

    def run(op: OnnxOp, x: Sequence[_Array]) -> _Array | None:
        one_dtype = len({array.dtype for array in x}) == 1
        aligned = "broadcast" not in op.attributes  # before opset 7, shapes align by `axis`
        return compute(*x) if one_dtype and aligned and x[0].dtype.kind in kinds else None

    return run


_DIRECT: Final[dict[str, _Direct]] = {
    "Gather": _gather,
    "Concat": _concat,
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "Reshape": _reshape,
    "Transpose": _transpose,
    "Slice": _slice,
    "Cast": _cast,
    "Where": _where,
    "Expand": _expand,
    "ConstantOfShape": _constant_of_shape,
    "Range": _range,
    "Div": _divide,
    "Add": _function(np.add, "iu"),
    "Sub": _function(np.subtract, "iu"),
    "Mul": _function(np.multiply, "iu"),
    "Neg": _function(np.negative, "i"),
    "Equal": _function(np.equal, "iub"),
    "Less": _function(np.less, "iu"),
    "Greater": _function(np.greater, "iu"),
    "And": _function(np.logical_and, "b"),
    "Or": _function(np.logical_or, "b"),
    "Not": _function(np.logical_not, "b"),
}

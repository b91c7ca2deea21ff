"""Reductions: elements along axes combined into one, and the indices of extremes."""

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ...drpdialect import drp
from .values import integers, largest, result_shape, smallest, store, widen

Axes = tuple[int, ...]
Reduction = Callable[[np.ndarray, Axes], np.ndarray]
"""(x, axes) -> the reduced array, with the axes kept as size 1."""


def _sum(x: np.ndarray, axes: Axes) -> np.ndarray:
    return np.sum(x, axis=axes, keepdims=True)


def _mean(x: np.ndarray, axes: Axes) -> np.ndarray:
    """The sum over the number of elements; NaN where there are none."""
    return _sum(x, axes) / x.dtype.type(math.prod(x.shape[axis] for axis in axes))


def _max(x: np.ndarray, axes: Axes) -> np.ndarray:
    """The largest element; minus infinity (or the smallest integer) where there are none."""
    return np.max(x, axis=axes, keepdims=True, initial=smallest(x.dtype))


def _min(x: np.ndarray, axes: Axes) -> np.ndarray:
    """The smallest element; infinity (or the largest integer) where there are none."""
    return np.min(x, axis=axes, keepdims=True, initial=largest(x.dtype))


def _prod(x: np.ndarray, axes: Axes) -> np.ndarray:
    return np.prod(x, axis=axes, keepdims=True)


def _l1(x: np.ndarray, axes: Axes) -> np.ndarray:
    return _sum(np.abs(x), axes)


def _l2(x: np.ndarray, axes: Axes) -> np.ndarray:
    return np.sqrt(_sum_square(x, axes))


def _sum_square(x: np.ndarray, axes: Axes) -> np.ndarray:
    return _sum(np.square(x), axes)


def _log_sum(x: np.ndarray, axes: Axes) -> np.ndarray:
    return np.log(_sum(x, axes))


def _log_sum_exp(x: np.ndarray, axes: Axes) -> np.ndarray:
    """log(sum(exp(x - max))) + max: no overflow; an infinite maximum is its own result."""
    largest = _max(x, axes)
    shift = np.where(np.isfinite(largest), largest, 0).astype(x.dtype)
    return np.log(_sum(np.exp(x - shift), axes)) + shift


_REDUCTIONS: Final[dict[drp.ReduceKind, Reduction]] = {
    drp.ReduceKind.SUM: _sum,
    drp.ReduceKind.MEAN: _mean,
    drp.ReduceKind.MAX: _max,
    drp.ReduceKind.MIN: _min,
    drp.ReduceKind.PROD: _prod,
    drp.ReduceKind.L1: _l1,
    drp.ReduceKind.L2: _l2,
    drp.ReduceKind.SUM_SQUARE: _sum_square,
    drp.ReduceKind.LOG_SUM: _log_sum,
    drp.ReduceKind.LOG_SUM_EXP: _log_sum_exp,
}


def reduce(x: np.ndarray, kind: drp.ReduceKind, axes: Axes) -> np.ndarray:
    """The reduction of float32 or float64, axes kept as size 1; no axes means each element alone.

    Elements are combined in one order, that of the reduced axes as they are numbered, wherever in
    memory they lie: so the same numbers give the same sum in every layout of the tensor.
    """
    left = [axis for axis in range(x.ndim) if axis not in axes]
    length = math.prod(x.shape[axis] for axis in axes)
    rows = np.ascontiguousarray(x.transpose(*left, *sorted(axes)))
    rows = rows.reshape(*(x.shape[axis] for axis in left), length)
    kept = [1 if axis in axes else size for axis, size in enumerate(x.shape)]
    return _REDUCTIONS[kind](rows, (-1,)).reshape(kept)


def arg_extreme(
    x: np.ndarray, find: Callable[..., np.ndarray], axis: int, last: bool
) -> np.ndarray:
    """The index along `axis` that np.argmax or np.argmin finds, or the last of equal ones."""
    if not last:
        return np.asarray(find(x, axis=axis))
    return np.asarray(x.shape[axis] - 1 - find(np.flip(x, axis), axis=axis))


@register_impls
class ReductionFunctions(InterpreterFunctions):
    """drp.reduce, drp.argmax and drp.argmin."""

    @impl(drp.ReduceOp)
    def run_reduce(
        self, interpreter: Interpreter, op: drp.ReduceOp, args: PythonValues
    ) -> PythonValues:
        """The reduction, shaped as the result's type says."""
        y = reduce(widen(args[0]), op.kind.data, tuple(integers(op.axes)))
        return store(op, y.reshape(result_shape(op)))

    @impl(drp.ArgMaxOp)
    def run_argmax(
        self, interpreter: Interpreter, op: drp.ArgMaxOp, args: PythonValues
    ) -> PythonValues:
        """Indices of largest elements."""
        return _arg(op, args[0], np.argmax)

    @impl(drp.ArgMinOp)
    def run_argmin(
        self, interpreter: Interpreter, op: drp.ArgMinOp, args: PythonValues
    ) -> PythonValues:
        """Indices of smallest elements."""
        return _arg(op, args[0], np.argmin)


def _arg(op: drp.ArgOp, x: np.ndarray, find: Callable[..., np.ndarray]) -> PythonValues:
    indices = arg_extreme(x, find, op.axis.value.data, bool(op.last.value.data))
    return store(op, indices.reshape(result_shape(op)))

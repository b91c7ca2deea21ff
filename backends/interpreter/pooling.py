"""Pools: a window slides over an image, first along the rows, then along the columns."""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ...drpdialect import drp
from .blocks import BLOCK
from .parallel import for_each
from .values import integers, result_shape, smallest, store, widen
from .window import Window

Combine = Callable[..., np.ndarray]
"""np.maximum or np.add."""


def max_pool2d(
    x: np.ndarray, kernel: Sequence[int], output: Sequence[int], window: Window
) -> np.ndarray:
    """The largest element under each window of x (N, C, H, W); `output` is (H', W').

    Padding and what hangs over never win: a window of nothing else gives minus infinity, or the
    smallest integer.
    """
    return _pool(x, kernel, output, window, np.maximum, smallest(x.dtype))


def average_pool2d(
    x: np.ndarray,
    kernel: Sequence[int],
    output: Sequence[int],
    window: Window,
    count_include_pad: bool = False,
) -> np.ndarray:
    """The mean under each window of x (N, C, H, W); `output` is (H', W').

    Padding counts as zeros with `count_include_pad`, else not at all; what hangs over the padded
    image never counts.
    """
    sums = sum_pool2d(x, kernel, output, window)
    sums /= window_counts(x.shape[2:], kernel, output, window, count_include_pad).astype(x.dtype)
    return sums


def sum_pool2d(
    x: np.ndarray, kernel: Sequence[int], output: Sequence[int], window: Window
) -> np.ndarray:
    """The sum under each window of x (N, C, H, W); `output` is (H', W')."""
    return _pool(x, kernel, output, window, np.add, 0.0)


def window_counts(
    size: Sequence[int],
    kernel: Sequence[int],
    output: Sequence[int],
    window: Window,
    count_include_pad: bool,
) -> np.ndarray:
    """How many elements each window of an image of a size (H, W) averages, as (H', W').

    Padding counts with `count_include_pad`; what hangs over the padded image never does.
    """
    return np.outer(
        *(_counts(i, size[i], kernel[i], output[i], window, count_include_pad) for i in range(2))
    )


def _counts(
    axis: int, size: int, kernel: int, output: int, window: Window, count_include_pad: bool
) -> np.ndarray:
    """How many elements each window position along an axis averages."""
    low, high = window.pads[axis], window.pads[axis + 2]
    first = np.arange(output) * window.strides[axis] - low
    taps = first[:, np.newaxis] + np.arange(kernel) * window.dilations[axis]
    inside = (taps >= 0) & (taps < size)
    if count_include_pad:
        inside = (taps >= -low) & (taps < size + high)
    return inside.sum(axis=1)


def _pool(
    x: np.ndarray,
    kernel: Sequence[int],
    output: Sequence[int],
    window: Window,
    combine: Combine,
    neutral: float,
) -> np.ndarray:
    """Combine the shifted images of all taps: `kh + kw` steps, as both directions are separate."""
    images, channels, height, width = x.shape
    y = np.empty((images, channels, *output), x.dtype)
    chunk = max(1, BLOCK // max(1, height * width))

    def work(piece: tuple[int, int]) -> None:
        image, first = piece
        part = slice(first, first + chunk)
        padded = _padded(x[image, part], kernel, output, window, neutral)
        rows = _slide(padded, 2, kernel[1], output[1], window, combine)
        y[image, part] = _slide(rows, 1, kernel[0], output[0], window, combine)

    for_each(product(range(images), range(0, channels, chunk)), work)
    return y


def _padded(
    x: np.ndarray, kernel: Sequence[int], output: Sequence[int], window: Window, neutral: float
) -> np.ndarray:
    """x (C, H, W) with the neutral element around it, as far as the last windows reach."""
    top, left = window.pads[:2]
    reach = [
        (output[i] - 1) * window.strides[i] + (kernel[i] - 1) * window.dilations[i] + 1
        for i in range(2)
    ]
    height, width = max(reach[0], top + x.shape[1]), max(reach[1], left + x.shape[2])
    if (height, width) == x.shape[1:] and not (top or left):
        return x
    padded = np.full((x.shape[0], height, width), neutral, x.dtype)
    padded[:, top : top + x.shape[1], left : left + x.shape[2]] = x
    return padded


def _slide(
    x: np.ndarray, axis: int, kernel: int, output: int, window: Window, combine: Combine
) -> np.ndarray:
    stride, dilation = window.strides[axis - 1], window.dilations[axis - 1]

    def shifted(tap: int) -> np.ndarray:
        first = tap * dilation
        taken = slice(first, first + (output - 1) * stride + 1, stride)
        return x[:, taken] if axis == 1 else x[:, :, taken]

    y = np.array(shifted(0), order="C")
    for tap in range(1, kernel):
        combine(y, shifted(tap), out=y)
    return y


@register_impls
class PoolingFunctions(InterpreterFunctions):
    """drp.max_pool and drp.average_pool."""

    @impl(drp.MaxPoolOp)
    def run_max_pool(
        self, interpreter: Interpreter, op: drp.MaxPoolOp, args: PythonValues
    ) -> PythonValues:
        """The largest element of each window."""
        kernel, output = integers(op.kernel), result_shape(op)[2:]
        return store(op, max_pool2d(widen(args[0]), kernel, output, window_of(op)))

    @impl(drp.AveragePoolOp)
    def run_average_pool(
        self, interpreter: Interpreter, op: drp.AveragePoolOp, args: PythonValues
    ) -> PythonValues:
        """The mean of each window."""
        kernel, output = integers(op.kernel), result_shape(op)[2:]
        include = bool(op.count_include_pad.value.data)
        return store(op, average_pool2d(widen(args[0]), kernel, output, window_of(op), include))


def window_of(op: drp.PoolOp) -> Window:
    """How the windows of a pool slide."""
    return Window(integers(op.strides), integers(op.dilations), integers(op.pads))

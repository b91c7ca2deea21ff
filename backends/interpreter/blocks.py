"""Element-wise work in pieces that stay in a core's cache.

A chain of element-wise steps over a large array costs one trip to memory per step; done piece by
piece, it costs one trip in all.
"""

from collections.abc import Callable
from types import EllipsisType

import numpy as np

from .parallel import for_each

BLOCK = 1 << 16
"""Elements of a piece: 256 KiB of float32, small for a cache, large for NumPy's cost of a call."""

Index = tuple[int | slice | EllipsisType, ...]
"""What selects a piece of an array as a view."""


def blocks(shape: tuple[int, ...], size: int = BLOCK) -> list[Index]:
    """Indices that cut an array of a shape into pieces of about `size` elements, in C order."""
    axis, inner = len(shape), 1
    while axis > 0 and inner * shape[axis - 1] <= size:
        axis -= 1
        inner *= shape[axis]
    if axis == 0:
        return [(...,)]
    step = max(1, size // inner)
    starts = range(0, shape[axis - 1], step)
    return [
        (*outer, slice(start, start + step))
        for outer in np.ndindex(shape[: axis - 1])
        for start in starts
    ]


def for_each_block(shape: tuple[int, ...], work: Callable[[Index], None]) -> None:
    """Call `work` with each index of `blocks(shape)`, on all threads."""
    for_each(blocks(shape), work)


def for_each_row_block(matrix: np.ndarray, work: Callable[[np.ndarray], None]) -> None:
    """Call `work` with pieces of whole rows of a matrix, views to be changed in place."""
    step = max(1, BLOCK // max(1, matrix.shape[1]))
    starts = range(0, matrix.shape[0], step)
    for_each(starts, lambda start: work(matrix[start : start + step]))

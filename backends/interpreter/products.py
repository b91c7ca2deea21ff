"""Matrix products in pieces, each finished while it is in cache."""

from collections.abc import Callable

import numpy as np

from .parallel import for_each, split, thread_count

_PIECE = 1 << 17
"""Elements of a piece of a product: what a core's cache holds beside the operands."""
_SERIAL_MACS = 1 << 19
"""Products of fewer multiply-accumulates are not worth a second thread."""
_LEAST_WIDTH = 32
"""Rows or columns of a piece: narrower ones leave BLAS's kernels half empty."""

Pieces = Callable[[slice, slice], None]
"""What is called with the rows and columns of each piece that has been written."""


def product(a: np.ndarray, b: np.ndarray, out: np.ndarray, finish: Pieces) -> None:
    """out = a @ b for (M, K) and (K, N) of one dtype.

    Pieces are whole rows, which lie together in memory, unless there are too few of them.
    """
    rows, columns = out.shape
    pieces = piece_count(rows * columns, a.shape[1])
    if rows >= pieces * _LEAST_WIDTH or rows >= columns:
        parts = split(rows, min(pieces, max(1, rows // _LEAST_WIDTH)))
        cut = [(part, slice(0, columns)) for part in parts]
    else:
        parts = split(columns, min(pieces, max(1, columns // _LEAST_WIDTH)))
        cut = [(slice(0, rows), part) for part in parts]

    def work(piece: tuple[slice, slice]) -> None:
        row, column = piece
        np.matmul(a[row], b[:, column], out=out[row, column])
        finish(row, column)

    for_each(cut, work)


def piece_count(elements: int, depth: int) -> int:
    """Into how many pieces a result is cut whose elements are sums of `depth` products."""
    if elements * depth < _SERIAL_MACS:
        return 1
    return max(thread_count(), elements // _PIECE)

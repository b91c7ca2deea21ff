"""Transposed convolutions: one matrix product, whose rows are added up where the taps fall."""

from collections.abc import Sequence

import numpy as np

from .epilogue import Ending, Epilogue
from .parallel import for_each
from .window import Window

_NO_EPILOGUE = Epilogue()


def conv_transpose2d(
    x: np.ndarray,
    w: np.ndarray,
    window: Window,
    output: Sequence[int],
    groups: int = 1,
    epilogue: Ending = _NO_EPILOGUE,
) -> np.ndarray:
    """x (N, C, H, W), w (C, M/groups, kh, kw) -> (N, M, H', W') of x's dtype.

    `output` is (H', W'), output padding included; pads are cut from the borders.
    """
    images, channels, height, width = x.shape
    filters, kernel = w.shape[1], w.shape[2:]
    weights = np.ascontiguousarray(w).reshape(groups, channels // groups, -1).swapaxes(1, 2)
    columns = np.ascontiguousarray(x).reshape(images, groups, channels // groups, height * width)
    y = np.empty((images, groups * filters, *output), x.dtype)
    finish = epilogue.on(y.reshape(images, groups * filters, -1))

    def work(piece: tuple[int, int]) -> None:
        image, group = piece
        part = slice(group * filters, (group + 1) * filters)
        products = np.matmul(weights[group], columns[image, group])
        _add_taps(products.reshape(filters, *kernel, height, width), window, y[image, part])
        finish((image, part))

    for_each(np.ndindex(images, groups), work)
    return y


def _add_taps(products: np.ndarray, window: Window, result: np.ndarray) -> None:
    """Add up (M, kh, kw, H, W), what each tap gives, into (M, H', W')."""
    filters, *kernel, height, width = products.shape
    top, left, bottom, right = window.pads
    rows, columns = result.shape[1:]
    full = np.zeros((filters, rows + top + bottom, columns + left + right), result.dtype)
    (down, across), (dilation_y, dilation_x) = window.strides, window.dilations
    for tap_y, tap_x in np.ndindex(*kernel):
        row, column = tap_y * dilation_y, tap_x * dilation_x
        row_end = row + (height - 1) * down + 1
        column_end = column + (width - 1) * across + 1
        full[:, row:row_end:down, column:column_end:across] += products[:, tap_y, tap_x]
    result[...] = full[:, top : top + rows, left : left + columns]

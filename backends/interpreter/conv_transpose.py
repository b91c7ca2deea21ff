"""Transposed convolutions: one matrix product, whose rows are added up where the taps fall."""

from collections.abc import Sequence

import numpy as np

from .window import Window


def conv_transpose2d(
    x: np.ndarray, w: np.ndarray, window: Window, output: Sequence[int], groups: int = 1
) -> np.ndarray:
    """x (N, C, H, W), w (C, M/groups, kh, kw) -> (N, M, H', W') of x's dtype.

    `output` is (H', W'), output padding included; pads are cut from the borders.
    """
    images, channels, height, width = x.shape
    filters, kernel = w.shape[1], w.shape[2:]
    weights = np.ascontiguousarray(w).reshape(groups, channels // groups, -1).swapaxes(1, 2)
    columns = np.ascontiguousarray(x).reshape(images, groups, channels // groups, height * width)
    products = np.matmul(weights, columns)
    products = products.reshape(images, groups * filters, *kernel, height, width)
    top, left, bottom, right = window.pads
    full = np.zeros(
        (images, groups * filters, output[0] + top + bottom, output[1] + left + right), x.dtype
    )
    (down, across), (dilation_y, dilation_x) = window.strides, window.dilations
    for tap_y, tap_x in np.ndindex(*kernel):
        y, x_ = tap_y * dilation_y, tap_x * dilation_x
        target = full[
            :,
            :,
            y : y + (height - 1) * down + 1 : down,
            x_ : x_ + (width - 1) * across + 1 : across,
        ]
        target += products[:, :, tap_y, tap_x]
    return np.ascontiguousarray(full[:, :, top : top + output[0], left : left + output[1]])

"""Convolutions as matrix products.

A 1x1 convolution is one product of the weights with the image as it lies in memory. Any other
gathers the pixels under each tap into the rows of a matrix (im2col), a band of output rows at a
time so that the matrix stays small; depthwise convolutions multiply and add shifted images.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.lib.stride_tricks import as_strided
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ...drpdialect import drp
from .blocks import BLOCK
from .conv_transpose import conv_transpose2d
from .epilogue import Ending, Epilogue, Finish
from .parallel import for_each, split
from .products import Pieces, piece_count, product
from .scratch import Scratch
from .values import bind_wide, integers, result_shape, store
from .window import Window

_MATRIX_ELEMENTS = 1 << 22
"""Most elements of a gathered matrix (16 MiB of float32), unless one output row needs more."""
_SMALL_PLANE = 1024
"""Planes of fewer pixels are convolved with their channels innermost in memory."""
_NO_EPILOGUE = Epilogue()


def conv2d(
    x: np.ndarray,
    w: np.ndarray,
    window: Window,
    groups: int = 1,
    epilogue: Ending = _NO_EPILOGUE,
    scratch: Scratch | None = None,
) -> np.ndarray:
    """x (N, C, H, W) * w (M, C/groups, kh, kw) -> (N, M, H', W') of x's dtype, float32 or float64.

    `scratch` keeps the gathered matrix's memory from call to call.
    """
    output = window.output(x.shape[2:], w.shape[2:])
    y = np.empty((x.shape[0], w.shape[0], *output), x.dtype)
    if y.size == 0:
        return y
    w = np.ascontiguousarray(w)
    finish = epilogue.on(y.reshape(*y.shape[:2], -1))
    if w.shape[2:] == (1, 1) and groups == 1 and not any(window.pads):
        _pointwise(x[:, :, :: window.strides[0], :: window.strides[1]], w, y, finish)
        return y
    for image in range(x.shape[0]):
        padded, result = _padded(x[image], window.pads), y[image]
        done = partial(_finish_image, finish, image)
        if groups > 1 and w.shape[1] == 1:
            _depthwise(padded, w, window, result, done)
        else:
            _gathered(padded, w, window, groups, result, done, scratch or Scratch())
    return y


def _finish_image(finish: Finish, image: int, filters: slice, columns: slice) -> None:
    finish((image, filters, columns))


def _pointwise(x: np.ndarray, w: np.ndarray, y: np.ndarray, finish: Finish) -> None:
    images, filters = y.shape[:2]
    weights = w.reshape(filters, -1)
    if y.shape[2:] == (1, 1):  # a fully connected layer: one product for the whole batch
        rows, out = x.reshape(images, -1), y.reshape(images, filters)
        product(rows, weights.T, out, lambda image, filter_: finish((image, filter_)))
        return
    for image in range(images):
        columns, out = x[image].reshape(x.shape[1], -1), y[image].reshape(filters, -1)
        product(weights, columns, out, partial(_finish_image, finish, image))


def _padded(image: np.ndarray, pads: Sequence[int]) -> np.ndarray:
    """The image (C, H, W) with zeros around it, contiguous."""
    if not any(pads):
        return np.ascontiguousarray(image)
    top, left, bottom, right = pads
    channels, height, width = image.shape
    padded = np.zeros((channels, height + top + bottom, width + left + right), image.dtype)
    padded[:, top : top + height, left : left + width] = image
    return padded


def _gathered(
    image: np.ndarray,
    w: np.ndarray,
    window: Window,
    groups: int,
    result: np.ndarray,
    finish: Pieces,
    scratch: Scratch,
) -> None:
    """Gather the pixels under every tap, (groups, C/groups * kh * kw, positions), and multiply."""
    filters, height, width = result.shape
    taps = _taps(image, w.shape[2:], window, (height, width))
    weights = w.reshape(groups, filters // groups, -1)
    columns = result.reshape(groups, filters // groups, height * width)
    rows = weights.shape[2] * groups
    band = max(1, _MATRIX_ELEMENTS // (rows * width))
    for first in range(0, height, band):
        last = min(first + band, height)
        part = slice(first * width, last * width)
        matrix = scratch.take((*taps.shape[:3], last - first, width), image.dtype)
        _gather(taps[:, :, :, first:last], matrix)
        matrix = matrix.reshape(groups, weights.shape[2], -1)
        _grouped_product(
            weights, matrix, columns[:, :, part], partial(_shifted, finish, part.start)
        )


def _shifted(finish: Pieces, start: int, filters: slice, columns: slice) -> None:
    finish(filters, slice(start + columns.start, start + columns.stop))


def _gather(taps: np.ndarray, matrix: np.ndarray) -> None:
    def work(channels: slice) -> None:
        np.copyto(matrix[channels], taps[channels])

    for_each(split(taps.shape[0], piece_count(matrix.size, 4)), work)


def _grouped_product(
    weights: np.ndarray, matrix: np.ndarray, out: np.ndarray, finish: Pieces
) -> None:
    """out[g] = weights[g] @ matrix[g] for (groups, M/groups, K) and (groups, K, L)."""
    groups, filters, length = out.shape
    if groups == 1:
        product(weights[0], matrix[0], out[0], finish)
        return

    def work(part: slice) -> None:
        np.matmul(weights[part], matrix[part], out=out[part])
        finish(slice(part.start * filters, part.stop * filters), slice(0, length))

    for_each(split(groups, piece_count(out.size, weights.shape[2])), work)


def _taps(
    image: np.ndarray, kernel: Sequence[int], window: Window, output: Sequence[int]
) -> np.ndarray:
    """The pixels under each tap as a view: (C, kh, kw, H', W')."""
    plane, row, pixel = image.strides
    (down, across), (dilation_y, dilation_x) = window.strides, window.dilations
    return as_strided(
        image,
        (image.shape[0], *kernel, *output),
        (plane, row * dilation_y, pixel * dilation_x, row * down, pixel * across),
        writeable=False,
    )


def _depthwise(
    image: np.ndarray, w: np.ndarray, window: Window, result: np.ndarray, finish: Pieces
) -> None:
    """Sum shifted copies of each plane times the weight of the tap, some channels at a time.

    A plane is split into one plane for each phase of the strides, so that every tap reads one
    phase shifted by a constant number of elements: rows run into each other, which gives a few
    sums between the rows that are not stored. Small planes lie pixel by pixel in memory, channels
    innermost, so that NumPy's inner loops stay long.
    """
    channels, (height, width) = image.shape[0], result.shape[1:]
    rows, columns = (
        -(-size // step) for size, step in zip(image.shape[1:], window.strides, strict=True)
    )
    weights = w.reshape(channels, -1, w.shape[2] * w.shape[3])
    results = result.reshape(channels, -1, height, width)
    multiplier, pixels_first = results.shape[1], rows * columns < _SMALL_PLANE
    chunk = max(1, BLOCK // (rows * columns))

    def work(first: int) -> None:
        part = slice(first, min(first + chunk, channels))
        planes = _phase_planes(image[part], window.strides, (rows, columns), pixels_first)
        taps = np.ascontiguousarray(np.moveaxis(weights[part], -1, 0))
        sums = _empty((*taps.shape[1:], height * columns), taps.dtype, pixels_first)
        _add_shifted(planes, taps, w.shape[2:], window, columns, sums)
        results[part] = sums.reshape(*sums.shape[:2], height, columns)[..., :width]
        filters = slice(part.start * multiplier, part.stop * multiplier)
        finish(filters, slice(0, height * width))

    for_each(range(0, channels, chunk), work)


def _empty(shape: tuple[int, ...], dtype: np.dtype[np.generic], pixels_first: bool) -> np.ndarray:
    """An array (C, ..., pixels) whose memory may run through the channels first."""
    if not pixels_first:
        return np.empty(shape, dtype)
    return np.moveaxis(np.empty((shape[-1], *shape[:-1]), dtype), 0, -1)


def _phase_planes(
    image: np.ndarray, strides: Sequence[int], size: tuple[int, int], pixels_first: bool
) -> dict[tuple[int, int], np.ndarray]:
    """Every phase of the strides as flat planes (C, rows * columns) of one size."""
    channels, count = image.shape[0], size[0] * size[1]
    if tuple(strides) == (1, 1) and not pixels_first:
        return {(0, 0): image.reshape(channels, count)}
    planes: dict[tuple[int, int], np.ndarray] = {}
    for y, x in np.ndindex(*strides):
        source = image[:, y :: strides[0], x :: strides[1]]
        plane = _empty((channels, count), image.dtype, pixels_first)
        plane.fill(0)
        plane.reshape(channels, *size)[:, : source.shape[1], : source.shape[2]] = source
        planes[y, x] = plane
    return planes


def _add_shifted(
    planes: dict[tuple[int, int], np.ndarray],
    taps: np.ndarray,
    kernel: Sequence[int],
    window: Window,
    columns: int,
    sums: np.ndarray,
) -> None:
    """sums (C, multiplier, H' * columns) of the planes times taps (kh * kw, C, multiplier)."""
    reach = (kernel[1] - 1) * window.dilations[1] // window.strides[1]
    total = sums[:, :, : sums.shape[2] - reach]
    product = np.empty_like(total)
    (down, across), (dilation_y, dilation_x) = window.strides, window.dilations
    for tap, (y, x) in enumerate(np.ndindex(*kernel)):
        shift_y, phase_y = divmod(y * dilation_y, down)
        shift_x, phase_x = divmod(x * dilation_x, across)
        start = shift_y * columns + shift_x
        pixels = planes[phase_y, phase_x][:, np.newaxis, start : start + total.shape[2]]
        weight = taps[tap][:, :, np.newaxis]
        if tap == 0:
            np.multiply(pixels, weight, out=total)
        else:
            np.multiply(pixels, weight, out=product)
            np.add(total, product, out=total)


@register_impls
class ConvFunctions(InterpreterFunctions):
    """drp.conv and drp.conv_transpose."""

    def __init__(self) -> None:
        super().__init__()
        self._scratch = Scratch()

    @impl(drp.ConvOp)
    def run_conv(
        self, interpreter: Interpreter, op: drp.ConvOp, args: PythonValues
    ) -> PythonValues:
        """The convolution and its epilogue."""
        value = bind_wide(op, args)
        epilogue = Epilogue(value[op.bias], op.activation, value[op.residual], op.output_activation)
        y = conv2d(
            value[op.x], value[op.w], window_of(op), op.groups.value.data, epilogue, self._scratch
        )
        return store(op, y)

    @impl(drp.ConvTransposeOp)
    def run_conv_transpose(
        self, interpreter: Interpreter, op: drp.ConvTransposeOp, args: PythonValues
    ) -> PythonValues:
        """The transposed convolution and its epilogue."""
        value = bind_wide(op, args)
        epilogue = Epilogue(value[op.bias], op.activation)
        output, groups = result_shape(op)[2:], op.groups.value.data
        y = conv_transpose2d(value[op.x], value[op.w], window_of(op), output, groups, epilogue)
        return store(op, y)


def window_of(op: drp.ConvOp | drp.ConvTransposeOp) -> Window:
    """How the kernel of a convolution slides."""
    return Window(integers(op.strides), integers(op.dilations), integers(op.pads))

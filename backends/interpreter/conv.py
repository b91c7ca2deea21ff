"""Convolutions as matrix products.

A 1x1 convolution is one product of the weights with the image as it lies in memory. Any other
gathers the pixels under each tap into the rows of a matrix (im2col), a band of output rows at a
time so that the matrix stays small; depthwise convolutions multiply and add shifted images.
"""

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import as_strided
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ...drpdialect import drp
from .blocks import BLOCK
from .conv_transpose import conv_transpose2d
from .epilogue import Epilogue
from .scratch import Scratch
from .values import bind_wide, integers, result_shape, store
from .window import Window

_MATRIX_ELEMENTS = 1 << 22
"""Most elements of a gathered matrix (16 MiB of float32), unless one output row needs more."""


def conv2d(
    x: np.ndarray,
    w: np.ndarray,
    window: Window,
    groups: int = 1,
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
    if w.shape[2:] == (1, 1) and groups == 1 and not any(window.pads):
        _pointwise(x[:, :, :: window.strides[0], :: window.strides[1]], w, y)
        return y
    convolve = _depthwise if groups > 1 and w.shape[1] == 1 else _gathered
    for image, result in zip(x, y, strict=True):
        convolve(_padded(image, window.pads), w, window, groups, result, scratch or Scratch())
    return y


def _pointwise(x: np.ndarray, w: np.ndarray, y: np.ndarray) -> None:
    images, channels = x.shape[:2]
    weights = w.reshape(w.shape[0], channels)
    if x.shape[2:] == (1, 1):  # a fully connected layer: one product for the whole batch
        np.matmul(x.reshape(images, channels), weights.T, out=y.reshape(images, -1))
        return
    columns = x.reshape(images, channels, -1)
    np.matmul(weights, columns, out=y.reshape(images, w.shape[0], -1))


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
        matrix = scratch.take((*taps.shape[:3], last - first, width), image.dtype)
        np.copyto(matrix, taps[:, :, :, first:last])
        matrix = matrix.reshape(groups, weights.shape[2], -1)
        np.matmul(weights, matrix, out=columns[:, :, first * width : last * width])


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
    image: np.ndarray,
    w: np.ndarray,
    window: Window,
    groups: int,
    result: np.ndarray,
    scratch: Scratch,
) -> None:
    """Sum shifted copies of each plane times the weight of the tap, some channels at a time.

    A plane is split into one plane for each phase of the strides, so that every tap reads one
    phase shifted by a constant number of elements: rows run into each other, which gives a few
    sums between the rows that are not stored.
    """
    channels, (height, width) = image.shape[0], result.shape[1:]
    phases = tuple(
        -(-size // step) for size, step in zip(image.shape[1:], window.strides, strict=True)
    )
    weights = w.reshape(channels, -1, w.shape[2] * w.shape[3])
    results = result.reshape(channels, -1, height, width)
    chunk = max(1, BLOCK // (phases[0] * phases[1]))

    def work(first: int) -> None:
        part = slice(first, first + chunk)
        planes = _phase_planes(image[part], window.strides, phases)
        sums = _shifted_sums(planes, weights[part], w.shape[2:], window, phases[1], (height, width))
        results[part] = sums

    for first in range(0, channels, chunk):
        work(first)


def _phase_planes(
    image: np.ndarray, strides: Sequence[int], size: tuple[int, ...]
) -> dict[tuple[int, int], np.ndarray]:
    """Every phase of the strides as flat planes (C, height * width) of one size."""
    channels, (down, across) = image.shape[0], strides
    if (down, across) == (1, 1):
        return {(0, 0): image.reshape(channels, -1)}
    planes: dict[tuple[int, int], np.ndarray] = {}
    for y, x in np.ndindex(down, across):
        source = image[:, y::down, x::across]
        plane = np.zeros((channels, *size), image.dtype)
        plane[:, : source.shape[1], : source.shape[2]] = source
        planes[y, x] = plane.reshape(channels, -1)
    return planes


def _shifted_sums(
    planes: dict[tuple[int, int], np.ndarray],
    weights: np.ndarray,
    kernel: Sequence[int],
    window: Window,
    row: int,
    output: tuple[int, int],
) -> np.ndarray:
    """(C, multiplier, H', W') of planes whose rows are `row` elements long, as a strided view."""
    height, width = output
    count = (height - 1) * row + width
    shape = (*weights.shape[:2], count)
    sums = np.zeros((*weights.shape[:2], height * row), weights.dtype)
    total, product = sums[:, :, :count], np.empty(shape, weights.dtype)
    (down, across), (dilation_y, dilation_x) = window.strides, window.dilations
    for tap, (y, x) in enumerate(np.ndindex(*kernel)):
        (shift_y, phase_y), (shift_x, phase_x) = (
            divmod(y * dilation_y, down),
            divmod(x * dilation_x, across),
        )
        start = shift_y * row + shift_x
        pixels = planes[phase_y, phase_x][:, np.newaxis, start : start + count]
        np.multiply(pixels, weights[:, :, tap, np.newaxis], out=product)
        total += product
    return sums.reshape(*weights.shape[:2], height, row)[:, :, :, :width]


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
        y = conv2d(value[op.x], value[op.w], _window(op), op.groups.value.data, self._scratch)
        epilogue = Epilogue(value[op.bias], op.activation, value[op.residual], op.output_activation)
        epilogue.finish(y.reshape(*y.shape[:2], -1))
        return store(op, y)

    @impl(drp.ConvTransposeOp)
    def run_conv_transpose(
        self, interpreter: Interpreter, op: drp.ConvTransposeOp, args: PythonValues
    ) -> PythonValues:
        """The transposed convolution and its epilogue."""
        value = bind_wide(op, args)
        y = conv_transpose2d(
            value[op.x], value[op.w], _window(op), result_shape(op)[2:], op.groups.value.data
        )
        Epilogue(value[op.bias], op.activation).finish(y.reshape(*y.shape[:2], -1))
        return store(op, y)


def _window(op: drp.ConvOp | drp.ConvTransposeOp) -> Window:
    return Window(integers(op.strides), integers(op.dilations), integers(op.pads))

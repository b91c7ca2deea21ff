"""Random modules of drp jobs: what the passes behind the conversion meet, and what they must leave.

A module is a chain of steps with branches that join again: convolutions, batch normalisations,
arithmetic with constants, functions spelled out (some nearly right), pads, pools, residual sums,
transposes, products of matrices.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from hypothesis import strategies as st
from interpreter_build import build, constant
from xdsl.dialects.builtin import ModuleOp, TensorType, f32
from xdsl.ir import SSAValue

from drpc.drpdialect import drp
from drpc.drpdialect.provenance import set_nodes

FUNCTIONS: Final = (
    drp.FunctionAttr("relu"),
    drp.FunctionAttr("clip", 0.0, 6.0),
    drp.FunctionAttr("sigmoid"),
    drp.FunctionAttr("tanh"),
    drp.FunctionAttr("hard_swish"),
    drp.FunctionAttr("leaky_relu", 0.1),
)
CHANNELS: Final = 4


class Growing:
    """A module in the making: Hypothesis chooses the jobs, a seed the numbers."""

    def __init__(self, draw: st.DrawFn, x: SSAValue):
        self.draw = draw
        self.random = np.random.default_rng(draw(st.integers(0, 2**16)))
        self.values = [x]

    def numbers(self, *shape: int, low: float = -1.0, high: float = 1.0) -> SSAValue:
        """A constant of random numbers."""
        return constant(self.random.uniform(low, high, shape).astype(np.float32))

    def weights(self, *shape: int, inputs: int) -> SSAValue:
        """A constant that keeps numbers of ordinary size, summed over `inputs` of them."""
        limit = (3.0 / inputs) ** 0.5
        return self.numbers(*shape, low=-limit, high=limit)

    def scalar(self, value: float) -> SSAValue:
        """A constant of one number."""
        return constant(np.array(value, np.float32))

    def choose(self, *options: int) -> int:
        """One of some numbers."""
        return self.draw(st.sampled_from(options))

    def flip(self) -> bool:
        """Yes or no."""
        return self.draw(st.booleans())

    def recent(self, rank: int | None = None) -> SSAValue:
        """The last value, or now and then an earlier one."""
        values = [v for v in self.values if rank is None or len(drp.shape_of(v)) == rank]
        if self.choose(0, 1, 1, 1, 1):
            return values[-1]
        return self.draw(st.sampled_from(values))

    def add(self, *jobs: drp.DrpOp) -> SSAValue:
        """The last job's result joins the values."""
        self.values.append(jobs[-1].results[0])
        return self.values[-1]


def convolution(g: Growing) -> None:
    """Grouped, depthwise or dense, padded or not, with a bias or not."""
    x = g.recent(4)
    channels = drp.shape_of(x)[1]
    groups = channels if g.flip() else 1
    outputs = groups * g.choose(1, 2) if groups > 1 else g.choose(CHANNELS, 2 * CHANNELS)
    size = min(drp.shape_of(x)[2:])
    kernel = g.choose(1, 3) if size > 2 else 1
    pads = tuple(g.choose(0, 1) for _ in range(4)) if kernel == 3 else (0, 0, 0, 0)
    bias = g.numbers(outputs) if g.flip() else None
    depth = channels // groups
    w = g.weights(outputs, depth, kernel, kernel, inputs=depth * kernel * kernel)
    g.add(drp.ConvOp(x, w, bias, pads=pads, groups=groups))


def transposed_convolution(g: Growing) -> None:
    """One that keeps the size."""
    x = g.recent(4)
    channels = drp.shape_of(x)[1]
    groups = g.choose(1, 2) if channels % 2 == 0 else 1
    w = g.weights(channels, CHANNELS // groups, 1, 1, inputs=channels // groups)
    g.add(drp.ConvTransposeOp(x, w, groups=groups))


def batch_normalisation(g: Growing) -> None:
    """A scale and a shift per channel."""
    x = g.recent(4)
    channels = drp.shape_of(x)[1]
    g.add(drp.ScaleShiftOp(x, g.numbers(channels, low=0.5, high=2.0), g.numbers(channels)))


def arithmetic(g: Growing) -> None:
    """A constant scalar, per channel, along the last axis, or of another shape, on either side."""
    x = g.recent()
    shape = drp.shape_of(x)
    forms: list[tuple[int, ...]] = [(), (1,) * len(shape), (shape[-1],), shape]
    if len(shape) > 1:
        forms += [(1, shape[1], *(1,) * (len(shape) - 2)), (shape[1], *(1,) * (len(shape) - 2))]
    c = g.numbers(*g.draw(st.sampled_from(forms)), low=0.5, high=2.0)
    kind = g.draw(st.sampled_from((drp.MulOp, drp.AddOp, drp.SubOp, drp.DivOp)))
    a, b = (x, c) if kind is drp.DivOp or g.flip() else (c, x)
    g.add(kind(a, b))


def function(g: Growing) -> None:
    """A function of every element."""
    g.add(drp.ApplyOp(g.recent(), g.draw(st.sampled_from(FUNCTIONS))))


def around_products(g: Growing) -> None:
    """Arithmetic before and behind a convolution or a product with a matrix."""
    arithmetic(g)
    step = g.draw(st.sampled_from((convolution, transposed_convolution, weight_product)))
    step(g)
    arithmetic(g)
    batch_normalisation(g)


def residual_block(g: Growing) -> None:
    """A sum of a convolution, normalised and with a function or not, and what it reads."""
    x = g.recent(4)
    channels = drp.shape_of(x)[1]
    w = g.weights(channels, channels, 1, 1, inputs=channels)
    y = g.add(drp.ConvOp(x, w))
    if g.flip():
        y = g.add(drp.ScaleShiftOp(y, g.numbers(channels, low=0.5, high=2.0), g.numbers(channels)))
    if g.flip():
        y = g.add(drp.ApplyOp(y, g.draw(st.sampled_from(FUNCTIONS))))
    g.add(drp.AddOp(x, y) if g.flip() else drp.AddOp(y, x))
    if g.flip():
        function(g)


def padded_convolution(g: Growing) -> None:
    """A pad before a convolution that pads, too."""
    pad(g)
    convolution(g)


def padded_pool(g: Growing) -> None:
    """A pad before a pool that pads, too, or whose last window hangs over."""
    if g.flip():
        g.add(drp.ApplyOp(g.recent(4), g.draw(st.sampled_from(FUNCTIONS))))
    pad(g)
    x = g.recent(4)
    kernel, stride = g.choose(2, 3), g.choose(1, 2)
    pads = tuple(g.choose(0, 0, 1) for _ in range(4))
    sizes = [size + pads[i] + pads[i + 2] for i, size in enumerate(drp.shape_of(x)[2:])]
    if min(sizes) < kernel:
        return
    output = [(size - kernel) // stride + 1 for size in sizes]
    starts = [n * stride for n in output]
    inside = [starts[i] < sizes[i] - pads[i + 2] for i in range(2)]
    if stride == 2 and all(inside) and g.flip():
        output = [n + 1 for n in output]
    if g.flip():
        g.add(drp.MaxPoolOp(x, (kernel,) * 2, output, strides=(stride,) * 2, pads=pads))
        return
    counted = g.flip()
    g.add(
        drp.AveragePoolOp(
            x, (kernel,) * 2, output, strides=(stride,) * 2, pads=pads, count_include_pad=counted
        )
    )


def gate(g: Growing) -> None:
    """x * clip(a * x + b, 0, c) * d with the constants of a hard swish, or nearly so."""
    x = g.recent()
    a, b, c = g.draw(
        st.sampled_from(((1.0, 3.0, 6.0), (1 / 6, 0.5, 1.0), (1.0, 2.5, 6.0), (0.2, 0.5, 1.0)))
    )
    line = drp.AddOp(drp.MulOp(x, g.scalar(a)).y, g.scalar(b))
    clip = drp.ApplyOp(line.y, drp.FunctionAttr("clip", 0.0, c))
    scaled = drp.MulOp(clip.y, g.scalar(1 / c))
    g.add(line, clip, scaled, drp.MulOp(x, scaled.y) if g.flip() else drp.MulOp(clip.y, x))


def sigmoid_gate(g: Growing) -> None:
    """x * sigmoid(a * y), y being x or not, or mish."""
    x = g.recent()
    y = (
        x
        if g.choose(0, 1, 1)
        else g.draw(st.sampled_from([v for v in g.values if v.type == x.type]))
    )
    if g.flip():
        inner = drp.ApplyOp(y, drp.FunctionAttr("softplus"))
        outer = drp.ApplyOp(inner.y, drp.FunctionAttr("tanh"))
    else:
        inner = drp.MulOp(y, g.scalar(1.7))
        outer = drp.ApplyOp(inner.y, drp.FunctionAttr("sigmoid"))
    g.add(inner, outer, drp.MulOp(outer.y, x))


def gelu_tanh(g: Growing) -> None:
    """x / 2 * (1 + tanh(sqrt(2 / pi) * (x + a * x^3))), a being 0.044715 or not."""
    x = g.recent()
    cubic = 0.044715 if g.choose(0, 1, 1) else 0.05
    cube = drp.PowOp(x, g.scalar(3.0))
    argument = drp.AddOp(x, drp.MulOp(cube.y, g.scalar(cubic)).y)
    scaled = drp.MulOp(argument.y, g.scalar((2 / np.pi) ** 0.5))
    tanh = drp.ApplyOp(scaled.y, drp.FunctionAttr("tanh"))
    half = drp.MulOp(x, g.scalar(0.5))
    g.add(cube, argument, scaled, tanh, half, drp.MulOp(half.y, drp.AddOp(tanh.y, g.scalar(1.0)).y))


def channels_last(g: Growing) -> None:
    """Jobs on an image with its channels last, which then come first again, or do not."""
    g.add(drp.TransposeOp(g.recent(4), (0, 2, 3, 1)))
    steps = (arithmetic, function, gate, concat, join, softmax, halves, reduction, pad_any)
    for step in g.draw(st.lists(st.sampled_from(steps), min_size=1, max_size=3)):
        step(g)
    if len(drp.shape_of(g.values[-1])) == 4 and g.flip():
        g.add(drp.TransposeOp(g.values[-1], (0, 3, 1, 2)))


def pad_any(g: Growing) -> None:
    """A pad along one axis."""
    x = g.recent()
    shape = drp.shape_of(x)
    axis = g.draw(st.integers(0, len(shape) - 1))
    low = [1 if i == axis else 0 for i in range(len(shape))]
    g.add(drp.PadOp(x, low, [0] * len(shape)))


def heads(g: Growing) -> None:
    """Tokens split into heads: transposed, split or not, cut in halves, one of them transposed."""
    transpose(g)
    if g.flip():
        reshape(g)
    x = g.values[-1]
    shape = drp.shape_of(x)
    even = [axis for axis, size in enumerate(shape) if size % 2 == 0]
    if not even:
        return
    axis = g.draw(st.sampled_from(even))
    first, second = (_half(x, axis, part) for part in range(2))
    order = g.draw(st.permutations(range(len(shape))))
    turned = drp.TransposeOp(second.y, order)
    count = int(np.prod(shape)) // 2
    parts = [drp.ReshapeOp(first.y, (count,)).y, drp.ReshapeOp(turned.y, (count,)).y]
    g.add(drp.ReshapeOp(drp.ConcatOp(parts, 0).y, shape))


def _half(x: SSAValue, axis: int, part: int) -> drp.SliceOp:
    """The first or second half of an axis."""
    shape = drp.shape_of(x)
    sizes = [size // 2 if i == axis else size for i, size in enumerate(shape)]
    offsets = [part * sizes[i] if i == axis else 0 for i in range(len(shape))]
    return drp.SliceOp(x, offsets, sizes, [1] * len(shape))


def constants_behind_reshape(g: Growing) -> None:
    """Arithmetic and functions behind a reshape."""
    reshape(g)
    arithmetic(g)
    function(g)


def spelled_softmax(g: Growing) -> None:
    """exp(x) / sum(exp(x)) over one axis or two."""
    x = g.recent()
    rank = len(drp.shape_of(x))
    axes = (rank - 1,) if rank < 2 or g.choose(0, 1, 1) else (rank - 2, rank - 1)
    bounded = drp.ApplyOp(x, drp.FunctionAttr("clip", -4.0, 4.0))
    exponential = drp.ApplyOp(bounded.y, drp.FunctionAttr("exp"))
    total = drp.ReduceOp(exponential.y, drp.ReduceKind.SUM, axes)
    g.add(bounded, exponential, total, drp.DivOp(exponential.y, total.y))


def hard_swish(g: Growing) -> None:
    """x * clip(x + 3, 0, 6) / 6."""
    x = g.recent()
    shifted = drp.AddOp(x, g.scalar(3.0))
    gate = drp.ApplyOp(shifted.y, drp.FunctionAttr("clip", 0.0, 6.0))
    product = drp.MulOp(x, gate.y) if g.flip() else drp.MulOp(gate.y, x)
    g.add(shifted, gate, product, drp.DivOp(product.y, g.scalar(6.0)))


def gelu(g: Growing) -> None:
    """x * (1 + erf(x / sqrt 2)) / 2."""
    x = g.recent()
    scaled = drp.DivOp(x, g.scalar(2.0**0.5))
    erf = drp.ApplyOp(scaled.y, drp.FunctionAttr("erf"))
    gate = drp.AddOp(erf.y, g.scalar(1.0))
    product = drp.MulOp(x, gate.y)
    g.add(scaled, erf, gate, product, drp.MulOp(product.y, g.scalar(0.5)))


def layer_norm(g: Growing) -> None:
    """A layer normalisation spelled out."""
    x = g.recent()
    axes = (len(drp.shape_of(x)) - g.choose(1, 1, len(drp.shape_of(x))),)
    mean = drp.ReduceOp(x, drp.ReduceKind.MEAN, axes)
    centred = drp.SubOp(x, mean.y)
    square = drp.MulOp(centred.y, centred.y)
    variance = drp.ReduceOp(square.y, drp.ReduceKind.MEAN, axes)
    shifted = drp.AddOp(variance.y, g.scalar(0.1))
    root = drp.ApplyOp(shifted.y, drp.FunctionAttr("sqrt"))
    g.add(mean, centred, square, variance, shifted, root, drp.DivOp(centred.y, root.y))


def join(g: Growing) -> None:
    """A sum or product of two values of one shape."""
    a = g.recent()
    others = [v for v in g.values if v.type == a.type]
    b = g.draw(st.sampled_from(others))
    g.add(drp.AddOp(a, b) if g.flip() else drp.MulOp(b, a))


def pad(g: Growing) -> None:
    """A pad with zeros, minus infinity or another number."""
    x = g.recent(4)
    if max(drp.shape_of(x)[2:]) > 12:
        return
    low = (0, 0, g.choose(0, 1), g.choose(0, 1))
    high = (0, 0, g.choose(0, 1, 2), g.choose(0, 1))
    g.add(drp.PadOp(x, low, high, value=g.draw(st.sampled_from((0.0, 0.0, 0.0, -0.5, -np.inf)))))


def transpose(g: Growing) -> None:
    """Channels first to channels last, the way back, or any order."""
    x = g.recent()
    rank = len(drp.shape_of(x))
    orders = [tuple(g.draw(st.permutations(range(rank))))]
    if rank == 4:
        orders = [(0, 2, 3, 1), (0, 3, 1, 2), orders[0]]
    g.add(drp.TransposeOp(x, g.draw(st.sampled_from(orders))))


def reshape(g: Growing) -> None:
    """Axes merged into one, or the first non-trivial one split."""
    x = g.recent()
    shape = drp.shape_of(x)
    if len(shape) > 2 and g.flip():
        axis = g.draw(st.integers(0, len(shape) - 2))
        merged = (*shape[:axis], shape[axis] * shape[axis + 1], *shape[axis + 2 :])
        g.add(drp.ReshapeOp(x, merged))
        return
    even = [axis for axis, size in enumerate(shape) if size % 2 == 0]
    if even and len(shape) < 5:
        axis = g.draw(st.sampled_from(even))
        g.add(drp.ReshapeOp(x, (*shape[:axis], 2, shape[axis] // 2, *shape[axis + 1 :])))


def concat(g: Growing) -> None:
    """Two values of one shape joined."""
    x = g.recent()
    shape = drp.shape_of(x)
    if np.prod(shape) <= 1024:
        others = [v for v in g.values if v.type == x.type]
        axis = g.draw(st.integers(0, len(shape) - 1))
        g.add(drp.ConcatOp([x, g.draw(st.sampled_from(others))], axis))


def halves(g: Growing) -> None:
    """Both halves of an axis."""
    x = g.recent()
    shape = drp.shape_of(x)
    even = [axis for axis, size in enumerate(shape) if size % 2 == 0]
    if not even:
        return
    axis = g.draw(st.sampled_from(even))
    for part in range(2):
        g.add(_half(x, axis, part))


def weight_product(g: Growing) -> None:
    """A product with a constant matrix on the right or on the left."""
    x = g.recent()
    shape = drp.shape_of(x)
    if len(shape) < 2:
        return
    if g.flip():
        w = g.weights(shape[-1], 4, inputs=shape[-1])
        g.add(drp.MatmulOp(x, w, g.numbers(4) if g.flip() else None))
    else:
        g.add(drp.MatmulOp(g.weights(3, shape[-2], inputs=shape[-2]), x))


def product(g: Growing) -> None:
    """A scaled product of two activations."""
    x = g.recent()
    if len(drp.shape_of(x)) < 2:
        return
    axes = list(range(len(drp.shape_of(x))))
    scaled = drp.MulOp(x, g.scalar(0.5))
    turned = drp.TransposeOp(x, [*axes[:-2], axes[-1], axes[-2]])
    g.add(scaled, turned, drp.MatmulOp(scaled.y, turned.y))


def reduction(g: Growing) -> None:
    """A mean or maximum over one or two axes."""
    x = g.recent()
    rank = len(drp.shape_of(x))
    if rank < 3:
        return
    axes = g.draw(st.sampled_from([(1, 2), (rank - 1,), (rank - 2, rank - 1), (1,)]))
    kind = g.draw(st.sampled_from((drp.ReduceKind.MEAN, drp.ReduceKind.MAX)))
    g.add(drp.ReduceOp(x, kind, tuple(dict.fromkeys(axes)), keep=g.flip()))


def softmax(g: Growing) -> None:
    """A softmax along any axis."""
    x = g.recent()
    g.add(drp.SoftmaxOp(x, g.draw(st.integers(0, len(drp.shape_of(x)) - 1))))


STEPS: Final = (
    convolution,
    batch_normalisation,
    arithmetic,
    function,
    hard_swish,
    gate,
    sigmoid_gate,
    gelu,
    gelu_tanh,
    layer_norm,
    spelled_softmax,
    join,
    around_products,
    around_products,
    residual_block,
    residual_block,
    padded_convolution,
    padded_pool,
    channels_last,
    channels_last,
    transpose,
    reshape,
    constants_behind_reshape,
    heads,
    concat,
    halves,
    weight_product,
    product,
    reduction,
    softmax,
)
LARGEST: Final = 4096
"""No tensor has more elements."""


class Sample:
    """A module that a failing test shows as its text."""

    def __init__(self, module: ModuleOp):
        self.module = module

    def __repr__(self) -> str:
        return str(self.module)


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """A module of 2 to 8 steps; the last value and now and then an earlier one are its results."""
    steps = draw(st.lists(st.sampled_from(STEPS), min_size=2, max_size=8))

    def body(x: SSAValue) -> Sequence[SSAValue]:
        g = Growing(draw, x)
        for step in steps:
            count = len(g.values)
            step(g)
            oversized = any(np.prod(drp.shape_of(v)) > LARGEST for v in g.values[count:])
            if oversized:
                del g.values[count:]
        results = [g.values[-1]]
        if g.flip():
            results.append(g.draw(st.sampled_from(g.values)))
        return results

    size = draw(st.sampled_from((4, 6)))
    module = build([TensorType(f32, (1, CHANNELS, size, size))], body)
    for index, op in enumerate(module.walk()):
        if isinstance(op, drp.DrpOp):
            set_nodes(op, [f"node{index}"])
    return Sample(module)

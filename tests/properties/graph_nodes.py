"""What a random graph is made of: one function per kind of node or pattern of nodes.

A function takes the builder and the value to go on from, and adds nodes with parameters of the
builder's choice. It may add nothing where its choices do not fit: the builder drops unsound nodes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from onnx import helper
from properties.graph_builder import GraphBuilder, Value, is_apart

Grow = Callable[[GraphBuilder, Value], object]
Needs = Callable[[Value], bool]


@dataclass(frozen=True)
class Kind:
    """A kind of node: how to add one, to which values, from which opset on, and how often."""

    grow: Grow
    needs: Needs
    since: int
    weight: int


KINDS: list[Kind] = []


def kind(needs: Needs, since: int = 1, weight: int = 1) -> Callable[[Grow], Grow]:
    """Register a function that adds nodes, and does so `weight` times as often as others."""

    def register(grow: Grow) -> Grow:
        KINDS.append(Kind(grow, needs, since, weight))
        return grow

    return register


def is_any(x: Value) -> bool:
    """Every value."""
    return True


def is_float(x: Value) -> bool:
    """Floats of any rank."""
    return x.is_float


def is_ranked(x: Value) -> bool:
    """Floats with at least one axis."""
    return x.is_float and x.rank > 0


def is_spatial(x: Value) -> bool:
    """(N, C, L) or (N, C, H, W)."""
    return x.is_float and x.rank in (3, 4)


def is_image(x: Value) -> bool:
    """(N, C, H, W)."""
    return x.is_float and x.rank == 4


def is_matrix(x: Value) -> bool:
    """Two axes."""
    return x.is_float and x.rank == 2


def is_integer(x: Value) -> bool:
    """64-bit integers."""
    return x.array.dtype == np.int64 and x.array.size > 0


def is_boolean(x: Value) -> bool:
    """Truth values."""
    return x.array.dtype == np.bool_ and x.array.size > 0


# --- windows ---------------------------------------------------------------------------------


def _window(g: GraphBuilder, axes: int, largest: int = 3) -> dict[str, list[int]]:
    return {
        "kernel_shape": [g.integer(1, largest) for _ in range(axes)],
        "strides": [g.integer(1, 2) for _ in range(axes)],
    }


def _pads(g: GraphBuilder, kernel: Sequence[int]) -> dict[str, object]:
    """Explicit asymmetric pads smaller than the kernel, or a rule, or nothing."""
    style = g.choice(("none", "pads", "auto"))
    if style == "pads":
        return {"pads": [g.integer(0, k - 1) for k in (*kernel, *kernel)]}
    if style == "auto":
        return {"auto_pad": g.choice(("SAME_UPPER", "SAME_LOWER", "VALID"))}
    return {}


@kind(is_spatial, weight=6)
def convolution(g: GraphBuilder, x: Value) -> None:
    """Conv: grouped, depthwise, 1x1, strided, dilated, padded, with and without bias."""
    channels, axes = x.shape[1], x.rank - 2
    groups = g.choice([n for n in range(1, channels + 1) if channels % n == 0])
    window = _window(g, axes)
    kernel = window["kernel_shape"]
    bound = 2.0 / np.sqrt(channels // groups * prod(kernel))
    filters = groups * g.integer(1, 3)
    w = g.weight(filters, channels // groups, *kernel, low=-bound, high=bound)
    bias = [g.weight(filters)] if g.chance() else []
    padding = _pads(g, kernel)
    dilations = [1] * axes if "auto_pad" in padding else [g.integer(1, 2) for _ in range(axes)]
    g.add("Conv", [x, w, *bias], group=groups, dilations=dilations, **window, **padding)


@kind(is_image, weight=2)
def transposed_convolution(g: GraphBuilder, x: Value) -> None:
    """ConvTranspose: grouped, strided, padded, with output padding."""
    channels = x.shape[1]
    groups = g.choice([n for n in range(1, channels + 1) if channels % n == 0])
    window = _window(g, 2)
    kernel, strides = window["kernel_shape"], window["strides"]
    bound = 2.0 / np.sqrt(channels // groups * prod(kernel))
    filters = g.integer(1, 3)
    w = g.weight(channels, filters, *kernel, low=-bound, high=bound)
    bias = [g.weight(filters * groups)] if g.chance() else []
    extra = {"output_padding": [s - 1 for s in strides]} if g.chance() else {}
    pads = [g.integer(0, k - 1) for k in (*kernel, *kernel)]
    g.add("ConvTranspose", [x, w, *bias], group=groups, pads=pads, **window, **extra)


@kind(is_spatial, weight=3)
def pooling(g: GraphBuilder, x: Value) -> None:
    """MaxPool and AveragePool: strided, padded, ceil mode; maxima may be dilated."""
    window = _window(g, x.rank - 2)
    padding = _pads(g, window["kernel_shape"])
    ceil = {"ceil_mode": 1} if "auto_pad" not in padding and g.chance() else {}
    if g.chance():
        g.add("MaxPool", [x], **window, **padding, **ceil)
    else:
        include = g.integer(0, 1)
        g.add("AveragePool", [x], count_include_pad=include, **window, **padding, **ceil)


@kind(is_spatial, weight=2)
def global_pooling(g: GraphBuilder, x: Value) -> None:
    """GlobalAveragePool, GlobalMaxPool."""
    g.add(g.choice(("GlobalAveragePool", "GlobalMaxPool")), [x])


# --- matrices --------------------------------------------------------------------------------


@kind(is_ranked, weight=2)
def weight_product(g: GraphBuilder, x: Value) -> None:
    """MatMul by a weight, of one or two axes."""
    size = x.shape[-1]
    bound = 2.0 / np.sqrt(size)
    columns = (g.integer(1, 5),) if x.rank > 1 or g.chance() else ()
    g.add("MatMul", [x, g.weight(size, *columns, low=-bound, high=bound)])


@kind(lambda x: x.is_float and x.rank >= 2)
def self_product(g: GraphBuilder, x: Value) -> None:
    """x @ transpose(x), scaled, as attention has it."""
    axes = [*range(x.rank - 2), x.rank - 1, x.rank - 2]
    turned = g.add("Transpose", [x], perm=axes)
    scores = g.add("MatMul", [x, turned[0]]) if turned else []
    if scores and g.chance():
        g.add("Softmax", scores, axis=-1)


@kind(is_matrix)
def gemm(g: GraphBuilder, x: Value) -> None:
    """Gemm: transposed operands, factors, every shape of bias."""
    trans_a, trans_b = g.integer(0, 1), g.integer(0, 1)
    rows, inner = x.shape[::-1] if trans_a else x.shape
    columns = g.integer(1, 5)
    bound = 2.0 / np.sqrt(inner)
    w = g.weight(*((columns, inner) if trans_b else (inner, columns)), low=-bound, high=bound)
    shape = g.choice((None, (), (columns,), (1, columns), (rows, 1), (rows, columns)))
    bias = [] if shape is None else [g.weight(*shape)]
    factors = {"alpha": g.choice((1.0, 0.5)), "beta": g.choice((1.0, 2.0))}
    g.add("Gemm", [x, w, *bias], transA=trans_a, transB=trans_b, **factors)


@kind(is_matrix, since=12)
def einsum(g: GraphBuilder, x: Value) -> None:
    """Einsum, which no accelerator has."""
    g.add("Einsum", [x, x], equation=g.choice(("ij,ij->i", "ij,kj->ik", "ij,ij->ij")))


# --- normalisation ---------------------------------------------------------------------------


@kind(lambda x: x.is_float and x.rank >= 2, weight=4)
def batch_norm(g: GraphBuilder, x: Value) -> None:
    """BatchNormalization at inference."""
    c = x.shape[1]
    moments = [g.weight(c, low=0.5), g.weight(c), g.weight(c), g.weight(c, low=0.5, high=2.0)]
    g.add("BatchNormalization", [x, *moments], epsilon=1e-3)


@kind(lambda x: x.is_float and x.rank >= 3)
def instance_norm(g: GraphBuilder, x: Value) -> None:
    """InstanceNormalization."""
    c = x.shape[1]
    g.add("InstanceNormalization", [x, g.weight(c, low=0.5), g.weight(c)], epsilon=1e-2)


@kind(is_ranked, since=17)
def layer_norm(g: GraphBuilder, x: Value) -> None:
    """LayerNormalization over the last axes."""
    axis = g.integer(0, x.rank - 1)
    shape = x.shape[axis:]
    bias = [g.weight(*shape)] if g.chance() else []
    axis -= x.rank if g.chance() else 0
    operands = [x, g.weight(*shape, low=0.5), *bias]
    g.add("LayerNormalization", operands, axis=axis, epsilon=1e-2)


@kind(lambda x: x.is_float and x.rank >= 3, since=21)
def group_norm(g: GraphBuilder, x: Value) -> None:
    """GroupNormalization."""
    c = x.shape[1]
    groups = g.choice([n for n in range(1, c + 1) if c % n == 0])
    scales = [g.weight(c, low=0.5), g.weight(c)]
    g.add("GroupNormalization", [x, *scales], num_groups=groups, epsilon=1e-2)


@kind(is_ranked)
def written_out_layer_norm(g: GraphBuilder, x: Value) -> None:
    """Layer normalisation as exporters of older opsets write it."""
    mean = g.over_axes("ReduceMean", x, [-1], 18)
    centred = g.add("Sub", [x, mean[0]]) if mean else []
    squares = g.add("Pow", [centred[0], g.constant(np.float32(2.0))]) if centred else []
    variance = g.over_axes("ReduceMean", squares[0], [-1], 18) if squares else []
    if not variance:
        return
    deviation = g.chain(variance[0], ("Add", [g.constant(np.float32(1e-2))], {}), ("Sqrt", [], {}))
    normal = g.add("Div", [centred[0], deviation[0]]) if deviation else []
    if normal:
        g.add("Mul", [normal[0], g.weight(x.shape[-1], low=0.5)])


@kind(is_image)
def local_response_norm(g: GraphBuilder, x: Value) -> None:
    """LRN."""
    g.add("LRN", [x], size=g.choice((1, 3)), alpha=0.5, beta=0.75, bias=1.0)


@kind(is_ranked)
def softmax(g: GraphBuilder, x: Value) -> None:
    """Softmax, LogSoftmax over any axis; before opset 13 over all that follow it too."""
    op_type = g.choice(("Softmax", "LogSoftmax"))
    g.add(op_type, [x], axis=g.integer(-x.rank, x.rank - 1))


# --- element-wise ----------------------------------------------------------------------------


_UNARY = (
    ("Relu", 1), ("Sigmoid", 1), ("Tanh", 1), ("Abs", 1), ("Neg", 1), ("Exp", 1), ("Erf", 9),
    ("Softplus", 1), ("Softsign", 1), ("Sin", 7), ("Cos", 7), ("Atan", 7), ("Elu", 1),
    ("Selu", 1), ("LeakyRelu", 1), ("HardSigmoid", 1), ("HardSwish", 14), ("Mish", 18),
    ("Gelu", 20), ("Identity", 1),
)  # fmt: skip


@kind(is_float, weight=3)
def unary(g: GraphBuilder, x: Value) -> None:
    """Functions that are defined everywhere."""
    g.add(g.choice([name for name, since in _UNARY if g.opset >= since]), [x])


@kind(is_float)
def parametric_unary(g: GraphBuilder, x: Value) -> None:
    """Functions with parameters of their own."""
    op_type, parameters = g.choice((
        ("LeakyRelu", {"alpha": 0.2}), ("Elu", {"alpha": 0.5}), ("Selu", {"alpha": 1.2, "gamma": 0.9}),
        ("HardSigmoid", {"alpha": 0.25, "beta": 0.4}), ("Celu", {"alpha": 0.7}),
    ))  # fmt: skip
    g.add(op_type, [x], **parameters)


@kind(lambda x: x.is_float and x.array.min() >= 0.1)
def positive_unary(g: GraphBuilder, x: Value) -> None:
    """Functions of positive numbers."""
    g.add(g.choice(("Log", "Sqrt", "Reciprocal")), [x])


@kind(lambda x: x.is_float and is_apart(2 * x.array, np.round(2 * x.array)))
def rounding(g: GraphBuilder, x: Value) -> None:
    """Steps, where no rounding error can reach the next one."""
    g.add(g.choice(("Floor", "Ceil", "Round", "Sign")), [x])


@kind(is_float, weight=2)
def clip(g: GraphBuilder, x: Value) -> None:
    """Clip with both bounds, one, or none."""
    low = g.constant(np.float32(-0.5)) if g.chance() else ""
    high = g.constant(np.float32(0.75)) if g.chance() else ""
    g.add("Clip", [x, low, high] if high else [x, low] if low else [x])


@kind(is_ranked)
def prelu(g: GraphBuilder, x: Value) -> None:
    """PRelu with a slope per channel, or one."""
    per_channel = x.rank >= 2 and g.chance()
    shape = (x.shape[1], *[1] * (x.rank - 2)) if per_channel else (1,)
    g.add("PRelu", [x, g.weight(*shape, low=0.0)])


@kind(is_float, weight=3)
def written_out_activation(g: GraphBuilder, x: Value) -> None:
    """SiLU, HardSwish, GELU and Mish as several nodes."""
    style = g.choice(("silu", "hardswish", "hardsigmoid", "gelu", "mish"))
    if style == "silu":
        gate = g.add("Sigmoid", [x])
    elif style == "hardsigmoid":
        gate = g.add("HardSigmoid", [x], alpha=1 / 6, beta=0.5)
    elif style == "mish":
        gate = g.chain(x, ("Softplus", [], {}), ("Tanh", [], {}))
    elif style == "hardswish":
        bounds = [g.constant(np.float32(0)), g.constant(np.float32(6))]
        gate = g.chain(
            x,
            ("Add", [g.constant(np.float32(3))], {}),
            ("Clip", bounds, {}),
            ("Div", [g.constant(np.float32(6))], {}),
        )
    else:
        gate = g.chain(
            x,
            ("Div", [g.constant(np.float32(np.sqrt(2)))], {}),
            ("Erf", [], {}),
            ("Add", [g.constant(np.float32(1))], {}),
        )
    product = g.add("Mul", [x, gate[0]]) if gate else []
    if product and style == "gelu":
        g.add("Mul", [product[0], g.constant(np.float32(0.5))])


_BINARY = ("Add", "Sub", "Mul", "Max", "Min", "Mean", "Sum")


@kind(is_float, weight=3)
def binary_with_constant(g: GraphBuilder, x: Value) -> None:
    """Arithmetic with a number, a channel's numbers, or a whole tensor, on either side."""
    shapes = [(), x.shape, *([(x.shape[1], *[1] * (x.rank - 2))] if x.rank >= 2 else [])]
    low = g.choice((-1.0, 0.5))
    operands: list[Value | str] = [x, g.weight(*g.choice(shapes), low=low)]
    if g.chance():
        operands.reverse()
    op_type = g.choice((*_BINARY, "Div"))
    if op_type != "Div" or is_apart(g.arrays[_name(operands[1])], margin=0.1):
        g.add(op_type, operands)


def _name(value: Value | str) -> str:
    return value if isinstance(value, str) else value.name


def _broadcast_partner(g: GraphBuilder, x: Value) -> Value:
    """Another value whose shape broadcasts with x; x itself where there is none."""
    partners = [x, *(v for v in g.values if v.is_float and v is not x and _broadcasts(x, v))]
    return g.choice(partners[-6:])


def _broadcasts(a: Value, b: Value) -> bool:
    try:
        np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        return False
    return True


@kind(is_float, weight=4)
def binary(g: GraphBuilder, x: Value) -> None:
    """Arithmetic with another value: residuals, broadcasts, joins of branches."""
    y = _broadcast_partner(g, x)
    if x is not y:
        g.add(g.choice(_BINARY), [x, y])
    elif g.chance():
        g.add(g.choice(("Add", "Mul")), [x, x])


@kind(lambda x: x.is_float and is_apart(x.array, margin=0.1))
def quotient(g: GraphBuilder, x: Value) -> None:
    """Division by another value that is nowhere near zero."""
    g.add("Div", [_broadcast_partner(g, x), x])


@kind(is_float)
def power(g: GraphBuilder, x: Value) -> None:
    """Pow by a constant."""
    exponents = (2.0, 3.0, 0.5) if x.array.min() >= 0.1 else (2.0, 3.0)
    g.add("Pow", [x, g.constant(np.float32(g.choice(exponents)))])


@kind(is_any)
def nothing(g: GraphBuilder, x: Value) -> None:
    """Nodes that do nothing: Identity, Dropout, Cast to the same type, Transpose in order."""
    style = g.choice(("Identity", "Dropout", "Cast", "Transpose", "Concat"))
    attributes: dict[str, dict[str, object]] = {
        "Cast": {"to": helper.np_dtype_to_tensor_dtype(x.array.dtype)},
        "Transpose": {"perm": list(range(x.rank))},
        "Concat": {"axis": 0},
    }
    is_allowed = x.is_float or style in ("Identity", "Cast")
    if is_allowed and (x.rank or style not in ("Concat", "Transpose")):
        g.add(style, [x], **attributes.get(style, {}))

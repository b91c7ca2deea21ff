"""More of what a random graph is made of: movement, reductions, discrete results, exporters' chains,
control flow, sequences, quantised weights."""

from collections.abc import Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from properties.graph_builder import MARGIN, GraphBuilder, Value, is_apart, value_info
from properties.graph_nodes import (
    is_any,
    is_boolean,
    is_float,
    is_image,
    is_integer,
    is_ranked,
    kind,
)

# --- movement --------------------------------------------------------------------------------


def has_axes(x: Value) -> bool:
    """Any type, at least one axis, possibly empty."""
    return x.rank > 0


@kind(has_axes)
def transpose(g: GraphBuilder, x: Value) -> None:
    """Transpose, sometimes two in a row, sometimes without its attribute."""
    attributes = {"perm": _permutation(g, x)} if g.chance() else {}
    turned = g.add("Transpose", [x], **attributes)
    if turned and g.chance():
        g.add("Transpose", turned, perm=_permutation(g, x))


def _permutation(g: GraphBuilder, x: Value) -> list[int]:
    order = list(range(x.rank))
    for i in range(x.rank - 1):
        j = g.integer(i, x.rank - 1)
        order[i], order[j] = order[j], order[i]
    return order


@kind(is_any)
def reshape(g: GraphBuilder, x: Value) -> None:
    """Reshape to a constant shape, with -1 or 0, sometimes two in a row."""
    shaped = g.add("Reshape", [x, g.integers(_factors(g, x.array.size))])
    if shaped and g.chance():
        sizes = _factors(g, x.array.size)
        if sizes and x.array.size:
            sizes[g.integer(0, len(sizes) - 1)] = -1
        g.add("Reshape", [shaped[0], g.integers(sizes)])


def _factors(g: GraphBuilder, size: int) -> list[int]:
    """A shape of this many elements and one to four axes."""
    if size == 0:
        return [0]  # copied from the operand's first axis
    sizes: list[int] = []
    for _ in range(g.integer(0, 3)):
        factor = g.choice([n for n in range(1, min(size, 16) + 1) if size % n == 0])
        sizes.append(factor)
        size //= factor
    return [*sizes, size]


@kind(has_axes)
def flatten(g: GraphBuilder, x: Value) -> None:
    """Flatten at any axis."""
    g.add("Flatten", [x], axis=g.integer(0, x.rank))


@kind(is_any)
def squeeze_and_unsqueeze(g: GraphBuilder, x: Value) -> None:
    """Unsqueeze, Squeeze."""
    ones = [i for i, size in enumerate(x.shape) if size == 1]
    if ones and g.chance():
        g.over_axes("Squeeze", x, [g.choice(ones)], 13)
    else:
        g.over_axes("Unsqueeze", x, [g.integer(0, x.rank)], 13)


@kind(has_axes)
def concat(g: GraphBuilder, x: Value) -> None:
    """Concat with itself, and with another value that fits."""
    axis = g.integer(0, x.rank - 1)

    def fits(y: Value) -> bool:
        same = x.array.dtype == y.array.dtype and x.rank == y.rank
        return same and all(
            i == axis or a == b for i, (a, b) in enumerate(zip(x.shape, y.shape, strict=True))
        )

    others = [y for y in g.values if fits(y)]
    parts = [x, *(g.choice(others[-4:]) for _ in range(g.integer(0, 2)))]
    g.add("Concat", parts, axis=axis - (x.rank if g.chance() else 0))


@kind(lambda x: x.rank > 0 and max(x.shape) > 1)
def split(g: GraphBuilder, x: Value) -> None:
    """Split into two parts of any sizes."""
    axis = g.choice([i for i, size in enumerate(x.shape) if size > 1])
    first = g.integer(1, x.shape[axis] - 1)
    sizes = [first, x.shape[axis] - first]
    if g.opset >= 13:
        g.add("Split", [x, g.integers(sizes)], outputs=2, axis=axis)
    else:
        g.add("Split", [x], outputs=2, axis=axis, split=sizes)


@kind(has_axes)
def slicing(g: GraphBuilder, x: Value) -> None:
    """Slice: some axes, steps of either sign, ends from the back or beyond the end."""
    axes = [i for i in range(x.rank) if g.chance()] or [0]
    starts = [g.integer(-x.shape[i], x.shape[i]) for i in axes]
    steps = [g.choice((1, 2, -1)) for _ in axes]
    # Beyond the end in the direction of the step: against it, ONNX Runtime does as it likes.
    beyond = [2**63 - 1 if step > 0 else -(2**63) for step in steps]
    ends = [
        end if g.chance() else g.integer(-x.shape[i], x.shape[i])
        for i, end in zip(axes, beyond, strict=True)
    ]
    results = g.add("Slice", [x, *(g.integers(n) for n in (starts, ends, axes, steps))])
    if results and not results[0].array.size:
        g.values.remove(results[0])  # few nodes go on from nothing


@kind(is_ranked)
def pad(g: GraphBuilder, x: Value) -> None:
    """Pad in every mode, with a value of its own, or by nothing."""
    mode = g.choice(("constant", "edge", "reflect"))
    limits = [min(2, size - 1) if mode == "reflect" else 2 for size in x.shape]
    pads = [g.integer(0, n) for n in (*limits, *limits)] if g.chance() else [0] * 2 * x.rank
    value = [g.constant(np.float32(0.5))] if mode == "constant" and g.chance() else []
    g.add("Pad", [x, g.integers(pads), *value], mode=mode)


@kind(is_any)
def expand_and_tile(g: GraphBuilder, x: Value) -> None:
    """Expand along axes of size 1 and new ones, Tile."""
    if g.chance() and x.rank:
        g.add("Tile", [x, g.integers([g.integer(1, 2) for _ in x.shape])])
    else:
        sizes = [g.integer(1, 3) if size == 1 else g.choice((size, 1)) for size in x.shape]
        g.add("Expand", [x, g.integers([*([2] if g.chance() else []), *sizes])])


@kind(lambda x: x.rank > 0 and x.array.size > 0)
def gather(g: GraphBuilder, x: Value) -> None:
    """Gather at constant indices: one, several, a matrix of them, from the back."""
    axis = g.integer(0, x.rank - 1)
    shape = g.choice(((), (1,), (3,), (2, 2)))
    size = x.shape[axis]
    g.add("Gather", [x, g.constant(g.rng.integers(-size, size, shape))], axis=axis)


@kind(is_image)
def resize(g: GraphBuilder, x: Value) -> None:
    """Resize: nearest, linear, cubic; by scales or to sizes; every convention of coordinates."""
    mode = g.choice(("nearest", "linear", "cubic"))
    attributes: dict[str, object] = {
        "mode": mode,
        "coordinate_transformation_mode": g.choice(
            ("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel")
        ),
    }
    if mode == "nearest":
        attributes["nearest_mode"] = g.choice(("floor", "ceil", "round_prefer_floor"))
    factors = [1.0, 1.0, g.choice((2.0, 1.5, 0.5)), g.choice((2.0, 1.0, 0.75))]
    regions = "" if g.opset >= 13 else g.constant(np.zeros(0, np.float32))
    if g.chance():
        g.add("Resize", [x, regions, g.constant(np.array(factors, np.float32))], **attributes)
        return
    sizes = [max(1, int(n * f)) for n, f in zip(x.shape, factors, strict=True)]
    scales = "" if g.opset >= 13 else g.constant(np.zeros(0, np.float32))
    g.add("Resize", [x, regions, scales, g.integers(sizes)], **attributes)


@kind(is_image)
def depth_and_space(g: GraphBuilder, x: Value) -> None:
    """DepthToSpace in both orders, SpaceToDepth."""
    if x.shape[1] % 4 == 0:
        g.add("DepthToSpace", [x], blocksize=2, mode=g.choice(("DCR", "CRD")))
    elif x.shape[2] % 2 == 0 and x.shape[3] % 2 == 0:
        g.add("SpaceToDepth", [x], blocksize=2)


# --- reductions ------------------------------------------------------------------------------

_REDUCTIONS = (("ReduceSum", 13), ("ReduceMean", 18), ("ReduceMax", 18), ("ReduceMin", 18),
               ("ReduceL1", 18), ("ReduceL2", 18), ("ReduceSumSquare", 18))  # fmt: skip


@kind(is_ranked)
def reduction(g: GraphBuilder, x: Value) -> None:
    """Reductions of one axis, several, or all."""
    op_type, since = g.choice(_REDUCTIONS)
    axes = [i - x.rank * g.integer(0, 1) for i in range(x.rank) if g.chance()]
    keep = g.integer(0, 1)
    if axes:
        g.over_axes(op_type, x, axes, since, keepdims=keep)
    else:
        g.add(op_type, [x], keepdims=keep)


@kind(is_ranked)
def running_sum(g: GraphBuilder, x: Value) -> None:
    """CumSum in both directions."""
    axis = g.integers(g.integer(0, x.rank - 1))
    g.add("CumSum", [x, axis], exclusive=g.integer(0, 1), reverse=g.integer(0, 1))


def _has_gaps(x: Value, axis: int) -> bool:
    gaps = np.diff(np.sort(x.array, axis))
    return is_apart(gaps) if x.shape[axis] > 1 else True


@kind(is_ranked)
def extremes(g: GraphBuilder, x: Value) -> None:
    """ArgMax, ArgMin, TopK along an axis where no two numbers are near each other."""
    axis = g.integer(0, x.rank - 1)
    if not _has_gaps(x, axis):
        return
    op_type = g.choice(("ArgMax", "ArgMin", "TopK"))
    if op_type == "TopK":
        count = g.integer(1, x.shape[axis])
        g.add("TopK", [x, g.integers([count])], outputs=2, axis=axis, largest=g.integer(0, 1))
    else:
        g.add(op_type, [x], axis=axis, keepdims=g.integer(0, 1))


# --- discrete results ------------------------------------------------------------------------


@kind(is_float)
def comparison(g: GraphBuilder, x: Value) -> None:
    """A comparison with a number that no element is near to, and a choice that depends on it."""
    bound = g.choice((0.0, 0.25))
    if not is_apart(x.array, bound):
        return
    op_type = g.choice(("Greater", "Less", *(("GreaterOrEqual",) if g.opset >= 12 else ())))
    condition = g.add(op_type, [x, g.constant(np.float32(bound))])
    if condition and g.chance():
        operands = [x, g.constant(np.float32(0.5))]
        g.add("Where", [*condition, *(operands if g.chance() else reversed(operands))])


@kind(is_boolean)
def logic(g: GraphBuilder, x: Value) -> None:
    """Not, And, Or, Xor, and the way back to numbers."""
    partners = [v for v in g.values if v.array.dtype == np.bool_ and v.shape == x.shape]
    op_type = g.choice(("Not", "And", "Or", "Xor", "Cast"))
    if op_type == "Cast":
        g.add("Cast", [x], to=g.choice((TensorProto.FLOAT, TensorProto.INT64)))
    elif op_type == "Not":
        g.add("Not", [x])
    else:
        g.add(op_type, [x, g.choice(partners)])


@kind(is_integer)
def integer_arithmetic(g: GraphBuilder, x: Value) -> None:
    """Arithmetic of integers, comparison, and the way back to floats."""
    op_type = g.choice(("Add", "Sub", "Mul", "Div", "Mod", "Equal", "Max", "Cast"))
    if op_type == "Cast":
        g.add("Cast", [x], to=TensorProto.FLOAT)
    elif np.abs(x.array).max() < 1000:
        g.add(op_type, [x, g.integers(g.integer(1, 3))])


@kind(lambda x: x.is_float and is_apart(x.array, np.round(x.array)))
def cast_to_integer(g: GraphBuilder, x: Value) -> None:
    """Cast of floats that are not near an integer."""
    g.add("Cast", [x], to=g.choice((TensorProto.INT64, TensorProto.INT32)))


@kind(lambda x: is_boolean(x) and x.rank > 0)
def non_zero(g: GraphBuilder, x: Value) -> None:
    """NonZero, whose shape only the values tell; what follows it is dynamic as well."""
    g.add("NonZero", [x])


# --- what exporters write --------------------------------------------------------------------


def _size_of_axis(g: GraphBuilder, shape: Value, axis: int) -> Value | None:
    """Gather one number of a shape and make it a list."""
    one = g.add("Gather", [shape, g.integers(axis)], axis=0)
    listed = g.over_axes("Unsqueeze", one[0], [0], 13) if one else []
    return listed[0] if listed else None


@kind(lambda x: x.rank > 0 and x.array.size > 0)
def computed_reshape(g: GraphBuilder, x: Value) -> None:
    """`x.view(x.size(0), -1)`: Shape, Gather, Unsqueeze, Concat, Reshape."""
    shape = g.add("Shape", [x])
    first = _size_of_axis(g, shape[0], 0) if shape else None
    sizes = g.add("Concat", [first, g.integers([-1])], axis=0) if first else []
    if sizes:
        g.add("Reshape", [x, *sizes])


@kind(is_image)
def computed_head_split(g: GraphBuilder, x: Value) -> None:
    """A channel shuffle with sizes that are computed from the shape."""
    if x.shape[1] % 2:
        return
    shape = g.add("Shape", [x])
    axes = [_size_of_axis(g, shape[0], i) for i in range(4)] if shape else []
    known = [axis for axis in axes if axis is not None]
    if len(known) != 4:
        return
    half = g.add("Div", [known[1], g.integers([2])])
    parts = [known[0], g.integers([2]), *half, known[2], known[3]]
    sizes = g.add("Concat", parts, axis=0) if half else []
    split_up = g.add("Reshape", [x, *sizes]) if sizes else []
    turned = g.add("Transpose", split_up, perm=[0, 2, 1, 3, 4]) if split_up else []
    if turned:
        g.add("Reshape", [*turned, *shape])


@kind(is_float)
def computed_fill(g: GraphBuilder, x: Value) -> None:
    """A tensor of x's shape filled with a number, added to x."""
    shape = g.add("Shape", [x])
    value = numpy_helper.from_array(np.array([0.5], np.float32))
    filled = g.add("ConstantOfShape", shape, value=value) if shape else []
    if filled:
        g.add("Add", [x, *filled])


@kind(is_image)
def computed_resize(g: GraphBuilder, x: Value) -> None:
    """Upsampling to sizes that are computed: Shape, Slice, Mul or Concat, Resize."""
    shape = g.add("Shape", [x])
    bounds = [g.integers([0]), g.integers([2]), g.integers([0])]
    kept = g.add("Slice", [*shape, *bounds]) if shape else []
    sizes = g.add("Concat", [*kept, g.integers([4, 5])], axis=0) if kept else []
    if not sizes:
        return
    empty = "" if g.opset >= 13 else g.constant(np.zeros(0, np.float32))
    convention = g.choice(("asymmetric", "half_pixel"))
    g.add(
        "Resize",
        [x, empty, empty, *sizes],
        mode="nearest",
        nearest_mode="floor",
        coordinate_transformation_mode=convention,
    )


@kind(is_float)
def computed_range(g: GraphBuilder, x: Value) -> None:
    """Positions as numbers: Shape, Gather, Range, Cast, added along the last axis."""
    if not x.rank or x.shape[-1] > 8:
        return
    shape = g.add("Shape", [x])
    last = g.add("Gather", [*shape, g.integers(-1)], axis=0) if shape else []
    positions = g.add("Range", [g.integers(0), *last, g.integers(1)]) if last else []
    numbers = g.add("Cast", positions, to=TensorProto.FLOAT) if positions else []
    if numbers:
        g.add("Add", [x, *numbers])


# --- constants that must be computed ----------------------------------------------------------


@kind(is_float)
def computed_weight(g: GraphBuilder, x: Value) -> None:
    """A weight that is computed from other weights, then added or multiplied."""
    start = g.weight(*x.shape, low=0.5)
    steps = [g.choice(("Sqrt", "Exp", "Neg", "Identity", "Sigmoid")) for _ in range(2)]
    folded = g.chain(Value(start, g.arrays[start]), *((op_type, [], {}) for op_type in steps))
    if folded:
        g.add(g.choice(("Add", "Mul")), [x, *folded])


@kind(is_image, since=13)
def quantised_weight(g: GraphBuilder, x: Value) -> None:
    """A convolution whose weight is stored as int8, per output channel."""
    filters, channels = g.integer(1, 3), x.shape[1]
    stored = g.constant(g.rng.integers(-127, 128, (filters, channels, 1, 1)).astype(np.int8))
    scale = g.constant(g.rng.uniform(0.002, 0.008, filters).astype(np.float32))
    zero = g.constant(np.zeros(filters, np.int8))
    weight = g.add("DequantizeLinear", [stored, scale, zero], axis=0)
    if weight:
        g.add("Conv", [x, *weight])


@kind(lambda x: x.is_float and x.array.size <= 64)
def quantised_activation(g: GraphBuilder, x: Value) -> None:
    """QuantizeLinear and back, where no number is near the middle of two steps."""
    scale = np.float32(0.05)
    if not is_apart(x.array / scale - np.floor(x.array / scale), 0.5, 20 * MARGIN):
        return
    operands = [g.constant(scale), g.constant(np.int8(3))]
    codes = g.add("QuantizeLinear", [x, *operands])
    if codes:
        g.add("DequantizeLinear", [*codes, *operands])


# --- control flow and sequences ---------------------------------------------------------------


@kind(is_float)
def branch(g: GraphBuilder, x: Value) -> None:
    """If on a constant or on the data; the branches read x from outside."""
    condition = g.constant(np.bool_(g.chance())) if g.chance() else _data_dependent(g, x)
    if condition is None:
        return
    bodies = {
        name: _body(g, x, name, g.choice(("Relu", "Neg", "Tanh")))
        for name in ("then_branch", "else_branch")
    }
    g.add("If", [condition], **bodies)


def _data_dependent(g: GraphBuilder, x: Value) -> Value | None:
    total = g.add("ReduceMax", [x], keepdims=0)
    if not total or not is_apart(total[0].array, 0.125):
        return None
    results = g.add("Greater", [*total, g.constant(np.float32(0.125))])
    return results[0] if results else None


def _body(g: GraphBuilder, x: Value, name: str, op_type: str) -> object:
    inner, outer = g.fresh(op_type), g.fresh("Add")
    nodes = [
        helper.make_node(op_type, [x.name], [inner], inner),
        helper.make_node("Add", [inner, x.name], [outer], outer),
    ]
    return helper.make_graph(nodes, name, [], [value_info(outer, x.array)])


@kind(is_ranked, since=11)
def sequence(g: GraphBuilder, x: Value) -> None:
    """A sequence of two tensors joined again."""
    made = _sequence_nodes(g, [x, x])
    if made is not None:
        g.nodes.extend(made)
        g.keep(Value(made[-1].output[0], np.concatenate([x.array, x.array], 0)))


def _sequence_nodes(g: GraphBuilder, parts: Sequence[Value]) -> list[onnx.NodeProto] | None:
    if 2 * parts[0].array.size > 512:
        return None
    listed, joined = g.fresh("SequenceConstruct"), g.fresh("ConcatFromSequence")
    return [
        helper.make_node("SequenceConstruct", [p.name for p in parts], [listed], listed),
        helper.make_node("ConcatFromSequence", [listed], [joined], joined, axis=0),
    ]

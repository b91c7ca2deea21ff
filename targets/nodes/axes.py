"""Axes and extents of nodes that reduce, cut, pad or repeat, from attributes or operands."""

from dataclasses import dataclass
from typing import Final

from ...drpdialect.onnx import OnnxOp
from .attributes import (
    axis_attribute,
    choice_attribute,
    constant_input,
    constant_ints,
    contradiction,
    count_from_front,
    float_attribute,
    int_attribute,
    ints_attribute,
    result_shape,
    shape_of_input,
)

Shape = tuple[int, ...]

PAD_MODES: Final = ("constant", "reflect", "edge", "wrap")


def axes_of(op: OnnxOp, index: int = 1) -> tuple[int, ...] | None:
    """The axes that a node names, by attribute or operand, as it writes them; None if it does not.

    Raises Undetermined.
    """
    axes = ints_attribute(op, "axes")
    return constant_ints(op, index) if axes is None else axes


@dataclass(frozen=True)
class Reduction:
    """What a Reduce... node does: `axes` is None where it leaves its input alone."""

    axes: tuple[int, ...] | None
    keep: bool


def reduction_of(op: OnnxOp) -> Reduction:
    """Axes and whether they are kept. Raises Undetermined."""
    rank = len(shape_of_input(op, 0))
    keep = int_attribute(op, "keepdims", 1) == 1
    axes = axes_of(op)
    if axes:
        return Reduction(tuple(sorted(set(count_from_front(op, axes, rank)))), keep)
    if int_attribute(op, "noop_with_empty_axes", 0) == 1:
        return Reduction(None, keep)
    return Reduction(tuple(range(rank)), keep)


@dataclass(frozen=True)
class Cut:
    """Elements of each axis: `sizes[i]` from `offsets[i]` on, every `steps[i]`-th."""

    offsets: Shape
    sizes: Shape
    steps: Shape


def cut_of(op: OnnxOp) -> Cut:
    """The elements that a Slice keeps. Raises Undetermined.

    Starts and ends beyond an axis are clamped as ONNX says, which is not what Python's slices do:
    going backwards, a start before the first element counts as the first.
    """
    shape = shape_of_input(op, 0)
    starts, ends = ints_attribute(op, "starts"), ints_attribute(op, "ends")
    if starts is None or ends is None:
        starts, ends = constant_ints(op, 1) or (), constant_ints(op, 2) or ()
    axes = axes_of(op, 3)
    axes = count_from_front(op, tuple(range(len(starts))) if axes is None else axes, len(shape))
    steps = constant_ints(op, 4) or (1,) * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        raise contradiction(op, "it needs a start, an end and a step but 0 for each axis")
    offsets, sizes, strides = [0] * len(shape), list(shape), [1] * len(shape)
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        kept = _elements(start, end, step, shape[axis])
        offsets[axis], sizes[axis], strides[axis] = kept.start, len(kept), step
    return Cut(tuple(offsets), tuple(sizes), tuple(strides))


def _elements(start: int, end: int, step: int, size: int) -> range:
    least, most = (0, size) if step > 0 else (-1, size - 1)
    start, end = (value + size if value < 0 else value for value in (start, end))
    return range(min(max(start, 0), most), min(max(end, least), most), step)


def split_sizes_of(op: OnnxOp) -> tuple[int, tuple[int, ...]]:
    """The axis of a Split and the size of each part, from the results. Raises Undetermined."""
    rank = len(shape_of_input(op, 0))
    axis = axis_attribute(op, "axis", rank, 0)
    return axis, tuple(result_shape(op, i)[axis] for i in range(len(op.outputs)))


@dataclass(frozen=True)
class Padding:
    """Elements before and behind each axis; negative ones are cut off."""

    low: Shape
    high: Shape
    mode: str
    value: float


def padding_of(op: OnnxOp) -> Padding:
    """What a Pad adds. Raises Undetermined."""
    rank = len(shape_of_input(op, 0))
    pads = ints_attribute(op, "pads") or ints_attribute(op, "paddings")
    if pads is None:
        pads = constant_ints(op, 1) or ()
        value = constant_input(op, 2)
        fill = 0.0 if value is None or value.size == 0 else float(value.reshape(-1)[0])
    else:
        fill = float_attribute(op, "value", 0.0)
    axes = constant_ints(op, 3)
    axes = tuple(range(rank)) if axes is None else count_from_front(op, axes, rank)
    if len(pads) != 2 * len(axes):
        raise contradiction(op, f"it has {len(pads)} pads for {len(axes)} axes")
    low, high = [0] * rank, [0] * rank
    for position, axis in enumerate(axes):
        low[axis], high[axis] = pads[position], pads[position + len(axes)]
    mode = choice_attribute(op, "mode", PAD_MODES, "constant")
    return Padding(tuple(low), tuple(high), mode, fill)


def repeats_of(op: OnnxOp) -> tuple[int, ...]:
    """How often a Tile lays its input along each axis. Raises Undetermined."""
    rank = len(shape_of_input(op, 0))
    repeats, axis = constant_ints(op, 1) or (), constant_ints(op, 2)
    if axis is None and len(repeats) != rank:
        raise contradiction(op, f"it has {len(repeats)} repeats for {rank} axes")
    if axis is None:
        return repeats
    counts = dict(zip(axis, repeats, strict=True))  # opset 1: one count along one axis
    return tuple(counts.get(i, 1) for i in range(rank))


def gather_indices_of(op: OnnxOp) -> tuple[int, tuple[int, ...], Shape]:
    """The axis of a Gather, its indices (flat, counted from the front), and their shape.

    Raises Undetermined.
    """
    shape = shape_of_input(op, 0)
    axis = axis_attribute(op, "axis", len(shape), 0)
    indices = constant_input(op, 1)
    assert indices is not None  # the schema demands them
    flat = tuple(int(i) for i in indices.reshape(-1))
    return axis, tuple(i + shape[axis] if i < 0 else i for i in flat), indices.shape


def normalised_axis(op: OnnxOp, default: int | None = None) -> int:
    """The attribute `axis`, counted from the front of input 0. Raises Undetermined."""
    return axis_attribute(op, "axis", len(shape_of_input(op, 0)), default)

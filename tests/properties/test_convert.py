"""convert-onnx-to-drp on drawn nodes: what is converted computes what ONNX Runtime computes."""

from contextlib import suppress
from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from one_node import OneNode, assert_close, jobs_of, rng_array

from drpc.backends.interpreter import ModuleInterpreter
from drpc.drpdialect.drp import Engine
from drpc.drpdialect.errors import UserError

EXAMPLES = settings().max_examples // 4
SIZES = st.integers(1, 9)


def check(case: OneNode) -> None:
    """Agrees with ONNX Runtime, if that runs it, and has the jobs that its support promises."""
    try:
        expected = case.reference()
    except Exception:  # whatever ONNX Runtime refuses is no valid node
        assume(False)
        return
    module = case.converted()
    if case.support().engine is not Engine.CPU:
        jobs_of(module)
    found = ModuleInterpreter(module).run(case.feeds)
    for name, array in expected.items():
        assert_close(found[name], array, 1e-5)


def pair(low: int, high: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(low, high), min_size=2, max_size=2)


@st.composite
def windows(draw: st.DrawFn) -> dict[str, Any]:
    attributes: dict[str, Any] = {"strides": draw(pair(1, 3)), "dilations": draw(pair(1, 2))}
    auto_pad = draw(st.sampled_from(["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"]))
    if auto_pad == "NOTSET":
        attributes["pads"] = draw(pair(0, 2)) + draw(pair(0, 2))
    else:
        attributes["auto_pad"] = auto_pad
    return attributes


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_convolution(data: st.DataObject) -> None:
    groups, multiple, channels = (data.draw(st.integers(1, 3)) for _ in range(3))
    kernel, size = data.draw(pair(1, 4)), data.draw(pair(5, 9))
    attributes = data.draw(windows()) | {"group": groups}
    transposed = data.draw(st.booleans())
    outputs = groups * multiple
    shape = (groups * channels, multiple) if transposed else (outputs, channels)
    operands: list[np.ndarray | None] = [
        rng_array(1, groups * channels, *size),
        rng_array(*shape, *kernel, seed=1),
        rng_array(outputs, seed=2) if data.draw(st.booleans()) else None,
    ]
    check(OneNode("ConvTranspose" if transposed else "Conv", operands, attributes, (1, 2)))


@settings(max_examples=EXAMPLES)
@given(windows(), pair(1, 4), pair(5, 9), st.booleans(), st.booleans(), st.booleans())
def test_pool(
    attributes: dict[str, Any],
    kernel: list[int],
    size: list[int],
    largest: bool,
    ceil: bool,
    padded: bool,
) -> None:
    attributes |= {"kernel_shape": kernel, "ceil_mode": int(ceil)}
    # ONNX Runtime's pools do not know SAME padding where windows have holes or gaps between them
    gaps = any(stride > size for stride, size in zip(attributes["strides"], kernel, strict=True))
    assume("pads" in attributes or (attributes["dilations"] == [1, 1] and not gaps))
    if not largest:
        attributes["count_include_pad"] = int(padded)
    op_type = "MaxPool" if largest else "AveragePool"
    check(OneNode(op_type, [rng_array(2, 2, *size)], attributes, opset=22))


@settings(max_examples=EXAMPLES)
@given(
    st.sampled_from(["Add", "Sub", "Mul", "Max", "Min", "Less", "Equal", "PRelu"]),
    st.lists(st.tuples(SIZES, st.sampled_from("ab=")), max_size=4),
    st.integers(0, 2),
)
def test_binary(op_type: str, axes: list[tuple[int, str]], extra: int) -> None:
    a = [1 if which == "a" else size for size, which in axes]
    b = [1 if which == "b" else size for size, which in axes][min(extra, len(axes)) :]
    check(OneNode(op_type, [rng_array(*a), rng_array(*b, seed=1)]))


@settings(max_examples=EXAMPLES)
@given(
    st.lists(st.integers(1, 3), max_size=2),
    st.tuples(SIZES, SIZES, SIZES),
    st.booleans(),
    st.booleans(),
)
def test_matmul(
    batch: list[int], sizes: tuple[int, int, int], shared: bool, constant: bool
) -> None:
    m, k, n = sizes
    b = (k, n) if shared else (*batch, k, n)
    case = [rng_array(*batch, m, k), rng_array(*b, seed=1)]
    check(OneNode("MatMul", case, {}, (1,) if constant else ()))


@settings(max_examples=EXAMPLES)
@given(
    st.tuples(SIZES, SIZES, SIZES),
    st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    st.sampled_from([0.0, 0.5, 1.0, -2.0]),
    st.sampled_from([0.0, 0.5, 1.0, -2.0]),
)
def test_gemm(
    sizes: tuple[int, int, int], flags: tuple[bool, bool, bool, bool], alpha: float, beta: float
) -> None:
    m, k, n = sizes
    trans_a, trans_b, rows, constant = flags
    operands = [
        rng_array(*((k, m) if trans_a else (m, k))),
        rng_array(*((n, k) if trans_b else (k, n)), seed=1),
        rng_array(*((m, 1) if rows else (n,)), seed=2),
    ]
    attributes = {"transA": trans_a, "transB": trans_b, "alpha": alpha, "beta": beta}
    check(OneNode("Gemm", operands, attributes, (1, 2) if constant else ()))


SHAPES = st.lists(st.integers(1, 5), min_size=1, max_size=4)


@st.composite
def shapes_with_axes(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    shape = draw(SHAPES)
    axes = draw(st.lists(st.integers(0, len(shape) - 1), unique=True))
    signed = [axis - len(shape) if draw(st.booleans()) else axis for axis in axes]
    return shape, signed


@settings(max_examples=EXAMPLES)
@given(
    st.sampled_from(["Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSumExp"]),
    shapes_with_axes(),
    st.booleans(),
)
def test_reduction(kind: str, shape_and_axes: tuple[list[int], list[int]], keep: bool) -> None:
    shape, axes = shape_and_axes
    operands = [rng_array(*shape), np.array(axes, np.int64)]
    check(OneNode(f"Reduce{kind}", operands, {"keepdims": int(keep)}, (1,), opset=18))


@settings(max_examples=EXAMPLES)
@given(
    st.sampled_from(["Softmax", "LogSoftmax"]),
    SHAPES,
    st.integers(-4, 3),
    st.sampled_from([11, 13]),
)
def test_softmax(op_type: str, shape: list[int], axis: int, opset: int) -> None:
    assume(-len(shape) <= axis < len(shape))
    check(OneNode(op_type, [rng_array(*shape)], {"axis": axis}, opset=opset))


@settings(max_examples=EXAMPLES)
@given(shapes_with_axes(), st.data())
def test_slice(shape_and_axes: tuple[list[int], list[int]], data: st.DataObject) -> None:
    shape, axes = shape_and_axes
    bounds = st.lists(st.integers(-7, 7), min_size=len(axes), max_size=len(axes))
    starts, ends, steps = (data.draw(bounds) for _ in range(3))
    steps = [step or 1 for step in steps]
    operands = [rng_array(*shape), *(np.array(v, np.int64) for v in (starts, ends, axes, steps))]
    check(OneNode("Slice", operands, {}, (1, 2, 3, 4)))


@settings(max_examples=EXAMPLES)
@given(
    st.lists(st.tuples(st.integers(3, 6), st.integers(-2, 3), st.integers(-2, 3)), min_size=1),
    st.sampled_from(["constant", "reflect", "edge", "wrap"]),
)
def test_pad(axes: list[tuple[int, int, int]], mode: str) -> None:
    axes = axes[:4]
    shape, low, high = zip(*axes, strict=True)
    if mode != "constant":
        low, high = (tuple(max(size, 0) for size in pads) for pads in (low, high))
    pads = np.array([*low, *high], np.int64)
    assume(all(a + size + b > 0 for size, a, b in zip(shape, low, high, strict=True)))
    check(OneNode("Pad", [rng_array(*shape), pads], {"mode": mode}, (1,), opset=19))


@settings(max_examples=EXAMPLES)
@given(SHAPES, st.integers(0, 3), st.integers(1, 3), st.randoms(use_true_random=False))
def test_transpose_split_concat(shape: list[int], axis: int, parts: int, random: Any) -> None:
    permutation = list(range(len(shape)))
    random.shuffle(permutation)
    check(OneNode("Transpose", [rng_array(*shape)], {"perm": permutation}))
    axis %= len(shape)
    pieces = [rng_array(*shape, seed=seed) for seed in range(parts)]
    check(OneNode("Concat", pieces, {"axis": axis}))
    whole = rng_array(*shape[:axis], shape[axis] * parts, *shape[axis + 1 :])
    check(OneNode("Split", [whole], {"axis": axis}, opset=11, results=parts))


@settings(max_examples=EXAMPLES)
@given(
    pair(2, 7),
    pair(1, 12),
    st.sampled_from(["nearest", "linear", "cubic"]),
    st.sampled_from(["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"]),
    st.sampled_from(["floor", "ceil", "round_prefer_floor", "round_prefer_ceil"]),
)
def test_resize(
    size: list[int], wanted: list[int], mode: str, coordinates: str, rounding: str
) -> None:
    operands = [rng_array(1, 2, *size), None, None, np.array([1, 2, *wanted], np.int64)]
    attributes = {
        "mode": mode,
        "coordinate_transformation_mode": coordinates,
        "nearest_mode": rounding,
    }
    check(OneNode("Resize", operands, attributes, (3,), opset=13))


@settings(max_examples=EXAMPLES)
@given(st.integers(-3, 9), st.integers(-3, 9), st.integers(-3, 9), st.integers(-5, 5))
def test_a_convolution_is_converted_or_refused(
    kernel: int, stride: int, pad: int, group: int
) -> None:
    case = OneNode(
        "Conv",
        [rng_array(1, 3, 5, 5), rng_array(4, 3, 3, 3)],
        {"strides": [stride] * 2, "pads": [pad] * 4, "group": group, "kernel_shape": [kernel] * 2},
        (1,),
    )
    with suppress(UserError):
        jobs_of(case.converted())

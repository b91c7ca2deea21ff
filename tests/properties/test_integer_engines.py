"""The fast engine gives the reference engine's bits, on any quantised job."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from integer_build import bias_type, run_both, stored, ui8
from xdsl.dialects.builtin import i8, i32

from drpc.drpdialect import drp
from drpc.drpdialect.quant import UniformType
from drpc.drpdialect.weights import TensorAttr

SEEDS = st.integers(0, 2**32 - 1)
SCALES = st.floats(2**-12, 4.0, width=32)
KERNELS = st.tuples(st.integers(1, 4), st.integers(1, 4))
STEPS = st.tuples(st.integers(1, 3), st.integers(1, 3))
PADS = st.tuples(*[st.integers(0, 3)] * 4)
FUNCTIONS = st.sampled_from(
    [
        drp.IDENTITY,
        drp.FunctionAttr("relu"),
        drp.FunctionAttr("clip", 0.0, 6.0),
        drp.FunctionAttr("clip", -1.25, 0.5),
        drp.FunctionAttr("clip", 3.0, -3.0),
    ]
)


@st.composite
def types(draw: st.DrawFn) -> UniformType:
    """Any 8-bit type with one scale."""
    if draw(st.booleans()):
        return UniformType(i8, draw(SCALES), draw(st.integers(-128, 127)))
    return UniformType(ui8, draw(SCALES), draw(st.integers(0, 255)))


def result_type(draw: st.DrawFn, size: float) -> UniformType:
    """A type whose range is about `size` real numbers wide."""
    zero_point = draw(st.integers(-128, 127))
    return UniformType(i8, max(size, 2**-20) / draw(st.sampled_from([16, 60, 200])), zero_point)


@st.composite
def weights(draw: st.DrawFn, channels: int, axis: int) -> UniformType:
    """One scale, or one per channel; mostly symmetric."""
    zeros = st.just(0) | st.integers(-128, 127)
    if draw(st.booleans()):
        return UniformType(i8, draw(SCALES), draw(zeros))
    scales = draw(st.lists(SCALES, min_size=channels, max_size=channels))
    return UniformType(i8, scales, [draw(zeros) for _ in scales], axis=axis)


@settings(max_examples=150)
@given(st.data(), SEEDS, KERNELS, STEPS, STEPS, PADS, FUNCTIONS, FUNCTIONS)
def test_conv(data, seed, kernel, strides, dilations, pads, first, second) -> None:
    draw = data.draw
    groups, inputs, per_group, images = (draw(st.integers(1, high)) for high in (3, 5, 4, 2))
    size = tuple(
        max(draw(st.integers(1, 12)), dilations[i] * (kernel[i] - 1) + 1 - pads[i] - pads[i + 2])
        for i in range(2)
    )
    filters, rng = groups * per_group, np.random.default_rng(seed)
    x_type, w_type = draw(types()), draw(weights(filters, 0))
    is_extreme = draw(st.booleans())
    x = stored(rng, (images, groups * inputs, *size), x_type, is_extreme)
    w = stored(rng, (filters, inputs, *kernel), w_type, is_extreme)
    bias = rng.integers(-(2**15), 2**15, filters).astype(np.int32), bias_type(x_type, w_type)
    y = result_type(draw, x_type.scale * max(w_type.scales) * 2e4)
    window = {"strides": strides, "dilations": dilations, "pads": pads, "groups": groups}
    tensors, constants = [x, w], [1]
    if draw(st.booleans()):
        tensors, constants = [x, w, bias], draw(st.sampled_from([[], [1], [1, 2]]))
    has_bias = len(tensors) == 3
    if draw(st.booleans()):
        shape = (
            images,
            filters,
            *(
                (size[i] + pads[i] + pads[i + 2] - dilations[i] * (kernel[i] - 1) - 1) // strides[i]
                + 1
                for i in range(2)
            ),
        )
        added = UniformType(
            i8, y.scale * draw(st.sampled_from([0.3, 1.0, 1.7])), draw(st.integers(-128, 127))
        )
        tensors.append(stored(rng, shape, added))
    has_residual = len(tensors) == 3 + has_bias

    def job(x, w, *rest):
        rest = list(rest)
        b = rest.pop(0) if has_bias else None
        r = rest.pop(0) if has_residual else None
        output = second if has_residual else drp.IDENTITY
        return drp.ConvOp(x, w, b, r, activation=first, output_activation=output, **window)

    run_both(tensors, y, job, constants)


@settings(max_examples=80)
@given(st.data(), SEEDS, KERNELS, STEPS, STEPS, PADS, FUNCTIONS)
def test_conv_transpose(data, seed, kernel, strides, dilations, pads, function) -> None:
    draw = data.draw
    groups, inputs, per_group, images = (draw(st.integers(1, high)) for high in (3, 4, 3, 2))
    size, rng = [draw(st.integers(1, 6)) for _ in range(2)], np.random.default_rng(seed)
    cut = [
        min(
            pads[i],
            (strides[i % 2] * (size[i % 2] - 1) + dilations[i % 2] * (kernel[i % 2] - 1)) // 2,
        )
        for i in range(4)
    ]
    x_type, w_type = draw(types()), draw(weights(per_group, 1))
    x = stored(rng, (images, groups * inputs, *size), x_type)
    w = stored(rng, (groups * inputs, per_group, *kernel), w_type)
    products = bias_type(x_type, w_type)
    if products.axis is not None:
        products = UniformType(i32, products.scales * groups, axis=0)
    bias = rng.integers(-(2**15), 2**15, groups * per_group).astype(np.int32), products
    y = result_type(draw, x_type.scale * max(w_type.scales) * 1e4)

    def job(x, w, b):
        return drp.ConvTransposeOp(
            x,
            w,
            b,
            strides=strides,
            dilations=dilations,
            pads=cut,
            groups=groups,
            activation=function,
        )

    run_both([x, w, bias], y, job, draw(st.sampled_from([[], [1, 2]])))


@settings(max_examples=100)
@given(st.data(), SEEDS, FUNCTIONS)
def test_matmul(data, seed, function) -> None:
    draw = data.draw
    rows, inner, columns = (draw(st.integers(1, high)) for high in (20, 600, 20))
    a_leading, b_leading = draw(
        st.sampled_from([((), ()), ((3,), ()), ((), (3,)), ((2, 1), (3,)), ((2, 3), (2, 3))])
    )
    rng, is_extreme = np.random.default_rng(seed), draw(st.booleans())
    a_type, b_type = draw(types()), draw(weights(columns, len(b_leading) + 1))
    a = stored(rng, (*a_leading, rows, inner), a_type, is_extreme)
    b = stored(rng, (*b_leading, inner, columns), b_type, is_extreme)
    bias = rng.integers(-(2**20), 2**20, columns).astype(np.int32), bias_type(a_type, b_type)
    y = result_type(draw, a_type.scale * max(b_type.scales) * 1e5)
    tensors, constants = draw(
        st.sampled_from([([a, b], []), ([a, b], [1]), ([a, b, bias], [1, 2])])
    )
    run_both(tensors, y, lambda *values: drp.MatmulOp(*values, activation=function), constants)


@settings(max_examples=100)
@given(st.data(), SEEDS, FUNCTIONS, st.sampled_from([drp.AddOp, drp.SubOp, drp.MulOp]))
def test_binary(data, seed, function, kind) -> None:
    shapes = data.draw(
        st.sampled_from(
            [((), ()), ((3, 5), (5,)), ((2, 1, 4), (3, 1)), ((0, 3), (3,)), ((70000,),) * 2]
        )
    )
    rng, (a, b, y) = np.random.default_rng(seed), [data.draw(types()) for _ in range(3)]
    tensors = [stored(rng, shape, element) for shape, element in zip(shapes, (a, b), strict=True)]
    run_both(tensors, y, lambda a, b: kind(a, b, activation=function))


@settings(max_examples=60)
@given(st.data(), SEEDS, KERNELS, STEPS, st.booleans())
def test_average_pool(data, seed, kernel, strides, include_pad) -> None:
    pads = [data.draw(st.integers(0, kernel[i % 2] - 1)) for i in range(4)]
    size = [data.draw(st.integers(kernel[i], 12)) for i in range(2)]
    output = [(size[i] + pads[i] + pads[i + 2] - kernel[i]) // strides[i] + 1 for i in range(2)]
    x = stored(np.random.default_rng(seed), (2, 3, *size), data.draw(types()))

    def job(x):
        return drp.AveragePoolOp(
            x, kernel, output, strides=strides, pads=pads, count_include_pad=include_pad
        )

    run_both([x], data.draw(types()), job)


@settings(max_examples=60)
@given(
    st.data(),
    SEEDS,
    st.sampled_from([drp.ReduceKind.SUM, drp.ReduceKind.MEAN]),
    st.sets(st.integers(0, 2)),
    st.booleans(),
)
def test_reduce(data, seed, kind, axes, keep) -> None:
    x = stored(np.random.default_rng(seed), (3, 4, 5), data.draw(types()))
    run_both([x], data.draw(types()), lambda x: drp.ReduceOp(x, kind, sorted(axes), keep=keep))


@settings(max_examples=40)
@given(types(), types(), SEEDS)
def test_lookup(x_type, y_type, seed) -> None:
    rng = np.random.default_rng(seed)
    table, _ = stored(rng, (256,), y_type)
    x = stored(rng, (3, 100), x_type)

    def job(x):
        return drp.LookupOp(x, TensorAttr.of(table, y_type.storage), y_type)

    y = run_both([x], y_type, job)
    lowest = x_type.storage_range[0]
    assert y.ravel().tolist() == [table[number - lowest] for number in x[0].ravel().tolist()]


def test_sums_beyond_float32_stay_exact() -> None:
    """Odd sums above 2^24 are no float32 numbers: carried in float32, they would round."""
    depth = 2001
    a = np.full((2, depth), 127, np.int8), UniformType(i8, 1.0, -128)
    b = np.full((depth, 3), 127, np.int8), UniformType(i8, 1.0)
    bias = np.array([-depth * 255 * 127 + shift for shift in (0, 1, -5)], np.int32)
    result = run_both(
        [a, b, (bias, UniformType(i32, 1.0))], UniformType(i8, 1.0), drp.MatmulOp, [1, 2]
    )
    assert result.tolist() == [[0, 1, -5]] * 2


def test_a_bias_beyond_float32_stays_exact() -> None:
    a = np.array([[1, 0]], np.int8), UniformType(i8, 1.0)
    b = np.array([[-128], [0]], np.int8), UniformType(i8, 1.0)
    bias = np.array([(1 << 24) + 1], np.int32), UniformType(i32, 1.0)
    y = UniformType(i8, 2.0**18, 0)
    assert run_both([a, b, bias], y, drp.MatmulOp, [1, 2]).tolist() == [[64]]

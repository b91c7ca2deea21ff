"""The fast engine gives the reference engine's bits, on any quantised job."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from integer_build import bias_type, run_both, stored, ui8
from xdsl.dialects.builtin import i8

from drpc.drpdialect import drp
from drpc.drpdialect.quant import UniformType

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

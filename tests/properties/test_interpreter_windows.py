"""Random convolutions and pools agree with ONNX Runtime."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from interpreter_build import assert_close, onnx_run, run

from drpc.drpdialect import drp

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.tuples(st.integers(1, 14), st.integers(1, 14))
KERNELS = st.tuples(st.integers(1, 4), st.integers(1, 4))
STEPS = st.tuples(st.integers(1, 3), st.integers(1, 3))


def random(seed: int, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape).astype(np.float32) for shape in shapes]


def enough_pads(
    size: tuple[int, int],
    kernel: tuple[int, int],
    dilations: tuple[int, int],
    pads: tuple[int, int, int, int],
) -> tuple[int, int, int, int]:
    """The pads, larger at the end where the kernel would not fit."""
    high = [
        max(pads[i + 2], dilations[i] * (kernel[i] - 1) + 1 - size[i] - pads[i]) for i in range(2)
    ]
    return (pads[0], pads[1], high[0], high[1])


@settings(max_examples=80)
@given(
    SEEDS,
    st.integers(1, 3),
    st.sampled_from([1, 1, 2, 3, 4]),
    st.integers(1, 4),
    st.integers(1, 4),
    SIZES,
    KERNELS,
    STEPS,
    STEPS,
    st.tuples(*[st.integers(0, 3)] * 4),
    st.booleans(),
)
def test_conv(
    seed: int,
    images: int,
    groups: int,
    inputs_per_group: int,
    filters_per_group: int,
    size: tuple[int, int],
    kernel: tuple[int, int],
    strides: tuple[int, int],
    dilations: tuple[int, int],
    pads: tuple[int, int, int, int],
    relu: bool,
) -> None:
    pads = enough_pads(size, kernel, dilations, pads)
    filters = groups * filters_per_group
    x, w, bias = random(
        seed,
        (images, groups * inputs_per_group, *size),
        (filters, inputs_per_group, *kernel),
        (filters,),
    )
    activation = drp.FunctionAttr("relu") if relu else drp.IDENTITY
    y = run(
        [x, w, bias],
        lambda x, w, b: drp.ConvOp(
            x,
            w,
            b,
            strides=strides,
            dilations=dilations,
            pads=pads,
            groups=groups,
            activation=activation,
        ),
    )
    expected = onnx_run(
        "Conv", [x, w, bias], strides=strides, dilations=dilations, pads=pads, group=groups
    )
    assert_close(y, np.maximum(expected, 0) if relu else expected)


@settings(max_examples=50)
@given(
    SEEDS,
    st.integers(1, 2),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 3),
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
    KERNELS,
    STEPS,
    STEPS,
    st.tuples(*[st.integers(0, 2)] * 2),
)
def test_conv_transpose(
    seed: int,
    images: int,
    groups: int,
    inputs_per_group: int,
    filters_per_group: int,
    size: tuple[int, int],
    kernel: tuple[int, int],
    strides: tuple[int, int],
    dilations: tuple[int, int],
    output_padding: tuple[int, int],
) -> None:
    padding = tuple(min(p, s - 1) for p, s in zip(output_padding, strides, strict=True))
    low = [min(1, dilations[i] * (kernel[i] - 1) // 2) for i in range(2)]
    pads = (low[0], low[1], 0, low[1])
    x, w = random(
        seed,
        (images, groups * inputs_per_group, *size),
        (groups * inputs_per_group, filters_per_group, *kernel),
    )
    y = run(
        [x, w],
        lambda x, w: drp.ConvTransposeOp(
            x,
            w,
            strides=strides,
            dilations=dilations,
            pads=pads,
            output_padding=padding,
            groups=groups,
        ),
    )
    expected = onnx_run(
        "ConvTranspose",
        [x, w],
        strides=strides,
        dilations=dilations,
        pads=pads,
        output_padding=padding,
        group=groups,
    )
    assert_close(y, expected)


@settings(max_examples=80)
@given(SEEDS, SIZES, KERNELS, STEPS, STEPS, st.data())
def test_pools(
    seed: int,
    size: tuple[int, int],
    kernel: tuple[int, int],
    strides: tuple[int, int],
    dilations: tuple[int, int],
    data: st.DataObject,
) -> None:
    dilation_y, dilation_x = (
        d if d * (k - 1) + 1 <= s else 1 for d, k, s in zip(dilations, kernel, size, strict=True)
    )
    dilations = (dilation_y, dilation_x)
    kernel = (min(kernel[0], size[0]), min(kernel[1], size[1]))
    low_high = [data.draw(st.integers(0, kernel[i % 2] - 1)) for i in range(4)]
    pads = (low_high[0], low_high[1], low_high[2], low_high[3])
    ceil, include = data.draw(st.booleans()), data.draw(st.booleans())
    (x,) = random(seed, (2, 3, *size))
    common: dict[str, Any] = {
        "kernel_shape": kernel,
        "strides": strides,
        "pads": pads,
        "dilations": dilations,
    }
    largest = onnx_run("MaxPool", [x], ceil_mode=int(ceil), **common)
    options: dict[str, Any] = {"strides": strides, "pads": pads, "dilations": dilations}
    output = largest.shape[2:]
    np.testing.assert_array_equal(
        run([x], lambda x: drp.MaxPoolOp(x, kernel, output, **options)), largest
    )
    mean = onnx_run(
        "AveragePool", [x], ceil_mode=int(ceil), count_include_pad=int(include), **common
    )
    y = run(
        [x],
        lambda x: drp.AveragePoolOp(x, kernel, output, count_include_pad=include, **options),
    )
    assert_close(y, mean)

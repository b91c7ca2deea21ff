"""drp-canonicalize beyond single rules: real networks, axes, cost."""

import math
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interpreter_build import build
from real_models import FUSED, converted, job_counts, run_passes
from xdsl.context import Context
from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import SSAValue

from drpc.drpdialect import drp
from drpc.passes.drp_canonicalize import DrpCanonicalizePass
from drpc.passes.drp_canonicalize.axes import (
    common_factors,
    compose,
    factors_of_axes,
    inverse,
    is_trivial_move,
)

SIZES = st.lists(st.sampled_from([1, 1, 2, 3, 4]), min_size=1, max_size=5)


@given(sizes=SIZES, data=st.data())
def test_permutations_are_those_of_numpy(sizes: list[int], data: st.DataObject) -> None:
    x = np.arange(math.prod(sizes)).reshape(sizes)
    first = data.draw(st.permutations(range(len(sizes))))
    second = data.draw(st.permutations(range(len(sizes))))
    moved = x.transpose(first)
    np.testing.assert_array_equal(moved.transpose(inverse(first)), x)
    np.testing.assert_array_equal(moved.transpose(second), x.transpose(compose(first, second)))
    stays = np.array_equal(moved.reshape(-1), x.reshape(-1))
    assert is_trivial_move(first, sizes) == stays


@given(factors=SIZES, data=st.data())
def test_shapes_that_merge_the_same_factors_have_them_in_common(
    factors: list[int], data: st.DataObject
) -> None:
    def merged() -> list[int]:
        shape = [1]
        for factor in factors:
            if data.draw(st.booleans()):
                shape.append(1)
            shape[-1] *= factor
        return shape

    a, b = merged(), merged()
    common = common_factors(a, b)
    assert common is not None
    for shape in (a, b):
        groups = factors_of_axes(shape, common)
        assert [math.prod(common[i] for i in group) for group in groups] == shape
        assert [i for group in groups for i in group] == list(range(len(common)))


@pytest.mark.parametrize(("a", "b"), [([4, 6], [3, 8]), ([6, 4], [4, 6]), ([2, 3], [3, 2])])
def test_shapes_that_cut_across_have_no_factors_in_common(a: list[int], b: list[int]) -> None:
    assert common_factors(a, b) is None


def test_time_grows_with_the_number_of_jobs() -> None:
    def seconds(length: int) -> float:
        def body(x: SSAValue) -> SSAValue:
            y = x
            for index in range(length):
                y = drp.TransposeOp(y, (0, 2, 3, 1) if index % 2 else (0, 3, 1, 2)).y
                y = drp.ApplyOp(y, drp.FunctionAttr("relu")).y
                y = drp.ReshapeOp(y, (2, 3, 4, 5) if index % 3 else (5, 4, 3, 2)).y
                y = drp.AddOp(y, y).y
            return y

        module = build([TensorType(f32, (2, 3, 4, 5))], body)
        start = time.process_time()
        DrpCanonicalizePass().apply(Context(), module)
        return time.process_time() - start

    small = min(seconds(50) for _ in range(3))
    assert seconds(400) <= 3 * 8 * small


@pytest.mark.parametrize(
    ("name", "transposes_before", "transposes_after", "sums_after"),
    [
        ("mp_selfie_segmentation", 30, 1, 6),
        ("movenet_lightning", 4, 4, 5),
        ("timm__convnext_atto.d2_in1k__224x224", 34, 32, 0),
    ],
)
def test_transposes_of_real_networks_cancel(
    shared_dir: Path, name: str, transposes_before: int, transposes_after: int, sums_after: int
) -> None:
    module = converted(shared_dir, name)
    assert job_counts(module)["drp.transpose"] == transposes_before
    run_passes(module, FUSED)
    assert job_counts(module)["drp.transpose"] == transposes_after
    assert job_counts(module)["drp.add"] == sums_after


def test_a_transformer_has_transposes_around_normalisations_and_heads_only(
    shared_dir: Path,
) -> None:
    """Per block two normalisations read and written channels last, and q, v and the heads' output."""
    module = converted(shared_dir, "timm__vit_tiny_patch16_224__224x224")
    run_passes(module, FUSED)
    counts = job_counts(module)
    assert counts["drp.layer_norm"] == 25
    assert counts["drp.transpose"] <= 12 * (2 * 2 + 3) + 2
    assert counts["drp.add"] == 1
    assert counts["drp.matmul"] == 24
    assert counts["drp.apply"] == counts["drp.mul"] == counts["drp.div"] == 0

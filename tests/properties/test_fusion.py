"""Fusion, canonicalisation and matmul-to-conv keep what random modules of jobs compute.

Every pass alone is held to 1e-5, bit for bit where it declares to be exact; so is each step of the
whole sequence.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pytest
from hypothesis import Phase, assume, event, given, settings
from hypothesis import strategies as st
from properties.job_modules import Sample, samples
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from drpc.backends.interpreter import ModuleInterpreter
from drpc.drpdialect import drp
from drpc.drpdialect.provenance import nodes_of
from drpc.passes.base import DrpPass
from drpc.passes.drp_canonicalize import DrpCanonicalizePass
from drpc.passes.drp_fuse import DrpFusePass
from drpc.passes.matmul_to_conv import MatmulToConvPass

PASSES: Final[tuple[type[DrpPass], ...]] = (DrpCanonicalizePass, DrpFusePass, MatmulToConvPass)
SEQUENCE: Final = (*PASSES, DrpCanonicalizePass, DrpFusePass, DrpCanonicalizePass)
SMALL_BOUND: Final = 1e-5
"""What rounding may do in a module of a few jobs; the passes' own bounds are for whole networks."""

PHASES: Final = (Phase.explicit, Phase.generate)
"""Shrinking a module takes minutes; they are small as they are."""


def run(module: ModuleOp) -> tuple[dict[str, np.ndarray], float]:
    """What a module computes on fixed random numbers, and the largest number on the way."""
    largest = 0.0

    def observe(op: Operation, results: tuple[np.ndarray, ...]) -> None:
        nonlocal largest
        largest = max(largest, *map(largest_of, results))

    (main,) = module.body.block.ops
    (x,) = main.regions[0].block.args
    array = np.random.default_rng(1).uniform(-2, 2, drp.shape_of(x)).astype(np.float32)
    return ModuleInterpreter(module, observer=observe).run({"x0": array}), largest


def error(actual: np.ndarray, expected: np.ndarray) -> float:
    """max |difference| / max |expected| of the finite numbers; infinite if others are not the same."""
    finite = np.isfinite(expected)
    if not np.array_equal(actual[~finite], expected[~finite], equal_nan=True):
        return np.inf
    difference = np.abs(actual[finite] - expected[finite])
    return float(difference.max(initial=0.0) / largest_of(expected))


def largest_of(array: np.ndarray) -> float:
    """The largest finite number, by magnitude; 0 if there is none."""
    return float(np.abs(array[np.isfinite(array)]).max(initial=0.0))


def reference(module: ModuleOp) -> dict[str, np.ndarray]:
    """What a module computes, if no rounding error is blown up on the way.

    Functions saturate at large numbers, so that a last bit decides between their limits; where only
    the noise of a cancellation is left there is nothing to compare with.
    """
    outputs, largest = run(module)
    assume(largest < 100.0)
    assume(all(largest_of(array) > 1e-2 for array in outputs.values()))
    return outputs


def check(module: ModuleOp, passes: Sequence[type[DrpPass]]) -> None:
    """Run passes one after the other; each must keep the outputs within the bound it declares."""
    before = reference(module)
    for each in passes:
        each().apply(Context(), module)
        module.verify()
        after, _ = run(module)
        bound = min(each.numerics, SMALL_BOUND)
        for name, expected in before.items():
            assert error(after[name], expected) <= bound, f"{each.name}\n{module}"
        before = after


@pytest.mark.parametrize("each", PASSES, ids=lambda each: each.name)
@settings(max_examples=150, phases=PHASES)
@given(data=st.data())
def test_a_pass_keeps_what_a_module_computes(each: type[DrpPass], data: st.DataObject) -> None:
    check(data.draw(samples()).module, [each])


@settings(max_examples=250, phases=PHASES)
@given(sample=samples())
def test_the_sequence_keeps_what_a_module_computes(sample: Sample) -> None:
    module = sample.module
    before = sum(1 for _ in module.walk())
    check(module, SEQUENCE)
    event("fewer operations" if sum(1 for _ in module.walk()) < before else "as many operations")


@settings(max_examples=100, phases=PHASES)
@given(sample=samples())
def test_a_second_run_of_a_pass_changes_nothing(sample: Sample) -> None:
    module = sample.module
    for each in (DrpCanonicalizePass, MatmulToConvPass):
        each().apply(Context(), module)
        once = str(module)
        each().apply(Context(), module)
        assert str(module) == once


@settings(max_examples=100, phases=PHASES)
@given(sample=samples())
def test_every_job_keeps_a_node(sample: Sample) -> None:
    module = sample.module
    known = {name for op in module.walk() for name in nodes_of(op)}
    for each in SEQUENCE:
        each().apply(Context(), module)
    for op in module.walk():
        if isinstance(op, drp.DrpOp):
            assert nodes_of(op)
            assert set(nodes_of(op)) <= known

"""drp-fuse beyond single rules: real networks, numbers, cost."""

import time
from pathlib import Path

import numpy as np
import pytest
from interpreter_build import build, constant
from real_models import FUSED, converted, job_counts, run_passes
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, TensorType, f32
from xdsl.ir import SSAValue

from drpc.backends.interpreter import ModuleInterpreter
from drpc.drpdialect import drp
from drpc.drpdialect.constants import constant_of
from drpc.drpdialect.provenance import nodes_of, set_nodes
from drpc.passes.drp_fuse import DrpFusePass
from drpc.passes.drp_fuse.weights import Weights


def numbers(*shape: int) -> SSAValue:
    """A constant of numbers between 0.5 and 1.5, the same for the same shape."""
    random = np.random.default_rng(sum(shape))
    return constant(random.uniform(0.5, 1.5, shape).astype(np.float32))


def fused(module: ModuleOp) -> ModuleOp:
    """The module after the pass."""
    DrpFusePass().apply(Context(), module)
    module.verify()
    return module


def error_after_fusion(module: ModuleOp, *shape: int) -> float:
    """max |difference| / max |result| that fusion makes on random numbers."""
    inputs = {"x0": np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)}
    before = ModuleInterpreter(module).run(inputs)["y0"]
    after = ModuleInterpreter(fused(module)).run(inputs)["y0"]
    return float(np.abs(after - before).max() / np.abs(before).max())


def jobs(module: ModuleOp) -> list[drp.DrpOp]:
    """All jobs in program order."""
    return [op for op in module.walk() if isinstance(op, drp.DrpOp)]


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("transposed", [False, True])
def test_normalisations_around_a_grouped_convolution(groups: int, transposed: bool) -> None:
    def body(x: SSAValue) -> SSAValue:
        zero = constant(np.zeros(4, np.float32))
        before = drp.ScaleShiftOp(x, numbers(4), zero if transposed else numbers(4))
        if transposed:
            conv = drp.ConvTransposeOp(before.y, numbers(4, 8 // groups, 3, 3), groups=groups)
        else:
            conv = drp.ConvOp(before.y, numbers(8, 4 // groups, 3, 3), numbers(8), groups=groups)
        return drp.ScaleShiftOp(conv.y, numbers(8), numbers(8)).y

    module = build([TensorType(f32, (1, 4, 6, 6))], body)
    assert error_after_fusion(module, 1, 4, 6, 6) <= 1e-6
    assert len(jobs(module)) == 1


def test_a_chain_of_constants_makes_one_new_array_of_weights(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[np.ndarray] = []
    scaled = Weights.scaled

    def counted(self: Weights, *arguments: object) -> np.ndarray:
        made.append(scaled(self, *arguments))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(Weights, "scaled", counted)

    def body(x: SSAValue) -> SSAValue:
        y = drp.ConvOp(x, numbers(2, 2, 1, 1)).y
        for _ in range(5):
            y = drp.ScaleShiftOp(y, numbers(2), numbers(2)).y
            y = drp.AddOp(drp.MulOp(y, numbers(1, 2, 1, 1)).y, numbers(1)).y
        return y

    module = fused(build([TensorType(f32, (1, 2, 3, 3))], body))
    (conv,) = jobs(module)
    assert isinstance(conv, drp.ConvOp)
    assert len(made) == 1
    assert constant_of(conv.w) is made[0]


def test_weights_that_two_convolutions_share_are_not_changed() -> None:
    def body(x: SSAValue) -> list[SSAValue]:
        w = numbers(2, 2, 1, 1)
        scaled = drp.ScaleShiftOp(drp.ConvOp(x, w).y, numbers(2), numbers(2))
        return [scaled.y, drp.ConvOp(x, w).y]

    module = fused(build([TensorType(f32, (1, 2, 3, 3))], body))
    first, second = jobs(module)
    assert isinstance(first, drp.ConvOp)
    assert isinstance(second, drp.ConvOp)
    expected = np.random.default_rng(6).uniform(0.5, 1.5, (2, 2, 1, 1)).astype(np.float32)
    np.testing.assert_array_equal(constant_of(second.w), expected)
    assert not np.array_equal(constant_of(first.w), expected)


def test_a_fused_job_stands_for_all_nodes_and_has_the_last_name() -> None:
    def body(x: SSAValue) -> SSAValue:
        conv = drp.ConvOp(x, numbers(2, 2, 1, 1))
        norm = drp.ScaleShiftOp(conv.y, numbers(2), numbers(2))
        total = drp.AddOp(norm.y, x)
        relu = drp.ApplyOp(total.y, drp.FunctionAttr("relu"))
        for name, job in {"conv": conv, "norm": norm, "add": total, "relu": relu}.items():
            set_nodes(job, [name])
            job.results[0].name_hint = f"{name}_output"
        return relu.y

    (job,) = jobs(fused(build([TensorType(f32, (1, 2, 3, 3))], body)))
    assert set(nodes_of(job)) == {"conv", "norm", "add", "relu"}
    assert nodes_of(job)[0] == "conv"
    assert job.results[0].name_hint == "relu_output"


def test_fusing_again_changes_nothing() -> None:
    def body(x: SSAValue) -> SSAValue:
        y = x
        for _ in range(3):
            y = drp.ScaleShiftOp(drp.ConvOp(y, numbers(2, 2, 1, 1)).y, numbers(2), numbers(2)).y
            y = drp.ApplyOp(drp.AddOp(y, x).y, drp.FunctionAttr("relu")).y
        return y

    module = fused(build([TensorType(f32, (1, 2, 3, 3))], body))
    once = str(module)
    assert str(fused(module)) == once


def test_time_grows_with_the_number_of_jobs() -> None:
    def seconds(length: int) -> float:
        def body(x: SSAValue) -> SSAValue:
            w, s = numbers(2, 2, 1, 1), numbers(2)
            y = x
            for _ in range(length):
                y = drp.ScaleShiftOp(drp.ConvOp(y, w).y, s, s).y
                y = drp.AddOp(drp.ApplyOp(y, drp.FunctionAttr("relu")).y, y).y
            return y

        module = build([TensorType(f32, (1, 2, 1, 1))], body)
        start = time.process_time()
        DrpFusePass().apply(Context(), module)
        return time.process_time() - start

    small = min(seconds(50) for _ in range(3))
    assert seconds(400) <= 3 * 8 * small


@pytest.mark.parametrize(
    ("name", "shape", "expected"),
    [
        (
            "timm__resnet50__224x224",
            {},
            {"drp.conv": 54, "drp.max_pool": 1, "drp.reduce": 1, "drp.reshape": 1},
        ),
        (
            "efficientnet_lite0",
            {"input": (1, 3, 224, 224)},
            {"drp.conv": 50, "drp.reduce": 1, "drp.reshape": 1},
        ),
        (
            "tv__mobilenet_v2__224x224",
            {},
            {"drp.conv": 53, "drp.reduce": 1, "drp.reshape": 1},
        ),
    ],
)
def test_a_real_network_is_convolutions(
    shared_dir: Path, name: str, shape: dict[str, tuple[int, ...]], expected: dict[str, int]
) -> None:
    module = converted(shared_dir, name, **shape)
    run_passes(module, FUSED)
    assert job_counts(module) == expected


def test_every_hard_swish_of_a_mobilenet_is_an_activation(shared_dir: Path) -> None:
    module = converted(shared_dir, "mp_selfie_segmentation")
    assert job_counts(module)["drp.apply"] == 44
    run_passes(module, FUSED)
    assert job_counts(module)["drp.apply"] == 0
    swishes = [op for op in jobs(module) if op.properties.get("activation") == HARD_SWISH]
    assert len(swishes) == 11


def test_a_transformer_spelled_out_is_recognised(shared_dir: Path) -> None:
    module = converted(shared_dir, "ppocr_rec", x=(1, 3, 48, 320))
    run_passes(module, FUSED)
    counts = job_counts(module)
    assert counts["drp.layer_norm"] == 5
    assert counts["drp.sub"] == counts["drp.div"] == counts["drp.pow"] == 0


HARD_SWISH = drp.FunctionAttr("hard_swish")

"""Not one case of ONNX's backend suite that ONNX Runtime passes may fail with us, on rzv2h.

What counts as a pass of ONNX Runtime is that of its own backend, `onnxruntime.backend`, in the
same process. A case that it fails is tried all the same, and skipped if we fail it too.
"""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from onnx_backend_suite import (
    Case,
    cases,
    onnx_runtime_failure,
    run_drpc,
    run_drpc_folded,
    run_drpc_weighted,
)

from drpc.compiler import onnx_backend

EXCLUSIONS: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "exclusions.toml").read_text(encoding="utf-8")
)
"""Case -> why it is left out."""

VARIANTS = {"run": run_drpc, "folded": run_drpc_folded, "weighted": run_drpc_weighted}
"""The case as it is; with its inputs turned into initializers; with all but the first of them."""


def _runs() -> Iterator[tuple[str, str]]:
    """Case and variant; a case of one input has no weights to turn into initializers."""
    for name, case in cases().items():
        variants = VARIANTS if len(case.model.graph.input) > 1 else ("run", "folded")
        yield from ((name, variant) for variant in variants)


@pytest.mark.parametrize(("name", "variant"), list(_runs()))
def test_passes_what_onnx_runtime_passes(
    name: str, variant: str, record_property: Callable[[str, object], None]
) -> None:
    if name in EXCLUSIONS:
        pytest.skip(EXCLUSIONS[name])
    failure = onnx_runtime_failure(name)
    record_property("onnx_runtime", "fails" if failure else "passes")
    if failure is None:
        VARIANTS[variant](cases()[name])
        return
    ours = _failure(cases()[name], variant)
    if ours is not None:
        pytest.skip(f"ONNX Runtime fails too: {failure}")


def test_the_suite_is_whole() -> None:
    kinds = [case.kind for case in cases().values()]
    assert kinds.count("node") >= 1800
    assert kinds.count("simple") >= 23
    assert kinds.count("pytorch-converted") >= 82
    assert kinds.count("pytorch-operator") >= 35


def test_exclusions_are_cases_with_a_reason() -> None:
    assert set(EXCLUSIONS) <= set(cases())
    assert all(EXCLUSIONS.values())


def test_excluded_attention_is_nearer_to_the_exact_result() -> None:
    case = cases()["test_attention_4d_causal_fp16_expanded"]
    (data,) = case.data_sets
    q, k, v = (array.astype(np.float64) for array in data.inputs)
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    scores[..., ~np.tri(*scores.shape[-2:], dtype=bool)] = -np.inf
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    exact = weights / weights.sum(-1, keepdims=True) @ v
    (ours,) = onnx_backend.prepare(case.model).run(data.inputs)
    assert np.abs(ours - exact).max() < np.abs(data.outputs[0] - exact).max()


def _failure(case: Case, variant: str) -> BaseException | None:
    try:
        VARIANTS[variant](case)
    except Exception as error:  # whatever it is: ONNX Runtime fails the case as well
        return error
    return None

"""Not one case of ONNX's backend suite that ONNX Runtime passes may fail with us, on rzv2h.

What counts as a pass of ONNX Runtime is that of its own backend, `onnxruntime.backend`, in the
same process. A case that it fails is tried all the same, and skipped if we fail it too.
"""

import tomllib
from pathlib import Path

import pytest
from onnx_backend_suite import Case, cases, onnx_runtime_failure, run_drpc, run_drpc_folded

EXCLUSIONS: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "exclusions.toml").read_text(encoding="utf-8")
)
"""Case -> why it is left out."""

VARIANTS = {"run": run_drpc, "folded": run_drpc_folded}
"""The case as it is, and with its inputs turned into initializers."""


@pytest.mark.parametrize("name", cases())
@pytest.mark.parametrize("variant", VARIANTS)
def test_passes_what_onnx_runtime_passes(
    name: str, variant: str, record_property: pytest.RecordProperty
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


def _failure(case: Case, variant: str) -> BaseException | None:
    try:
        VARIANTS[variant](case)
    except Exception as error:  # whatever it is: ONNX Runtime fails the case as well
        return error
    return None

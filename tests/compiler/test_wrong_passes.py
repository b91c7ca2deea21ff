"""A wrong rewrite in any pass is found by `--check-passes` and named by `drpc bisect`."""

import pytest
from compiler_models import MUTANTS, Mutant, sample, small_model

from drpc.compiler.bisection import bisect
from drpc.compiler.debugging import Verifier
from drpc.compiler.debugging.checking import CheckFailed, PassChecker
from drpc.compiler.lowering import Lowering
from drpc.compiler.models import Model
from drpc.compiler.pipelines import available_passes, pipeline_to


def _lowering(mutant: Mutant | None, checker: PassChecker) -> Lowering:
    registry = available_passes() if mutant is None else mutant.registry()
    return Lowering(Model.of(small_model()), hooks=[Verifier(), checker], registry=registry)


def test_there_is_a_mutant_of_every_pass() -> None:
    names = [spec.partition("{")[0] for spec in pipeline_to("drp-ir", "rzv2h")]
    assert sorted({mutant.pass_name for mutant in MUTANTS}) == sorted(names)


def test_the_true_passes_are_within_their_bounds() -> None:
    module = _lowering(None, PassChecker(lambda module: sample())).run()
    module.verify()


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_check_passes_finds_it_and_names_pass_and_node(mutant: Mutant) -> None:
    with pytest.raises(CheckFailed) as caught:
        _lowering(mutant, PassChecker()).run()
    message = str(caught.value)
    assert message.startswith(f"pass {mutant.pass_name} changes results by ")
    assert f"{mutant.node!r}" in _named_nodes(message)


def _named_nodes(message: str) -> str:
    """What a message says of the first operation that departs."""
    return message.rpartition(" of ONNX node ")[2]


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_bisect_names_pass_and_node(mutant: Mutant) -> None:
    found = bisect(Model.of(small_model()), registry=mutant.registry())
    assert found.steps[-1].name == mutant.pass_name
    assert [step.difference <= found.tolerance for step in found.steps] == [
        *[True] * (len(found.steps) - 1),
        False,
    ]
    assert found.departure is not None
    assert found.departure.startswith(f"{mutant.pass_name} departs from ONNX Runtime by ")
    assert f"{mutant.node!r}" in _named_nodes(found.departure)


def test_bisect_finds_nothing_in_the_true_passes() -> None:
    found = bisect(Model.of(small_model()))
    assert found.departure is None
    assert [step.name for step in found.steps] == [
        "import",
        *(spec.partition("{")[0] for spec in pipeline_to("drp-ir", "rzv2h")),
    ]

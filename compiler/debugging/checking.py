"""`--check-passes`: the module runs before and after each pass on sample inputs."""

from collections.abc import Callable, Sequence

from xdsl.dialects.builtin import ModuleOp

from ...drpdialect.errors import UserError
from ..signature import random_inputs
from .comparison import Arrays, ModuleReference, describe_departure, run_module, worst_output
from .pipeline import PassHook, Step


class CheckFailed(UserError):
    """A pass changed what the module computes by more than it declares."""


class PassChecker(PassHook):
    """Stops the pipeline at the first pass whose results leave the bound that it declares.

    Raises CheckFailed, which names the pass, the output, the first operation that departs and
    the ONNX node it came from.
    """

    def __init__(self, sample: Callable[[ModuleOp], Arrays] = random_inputs):
        """`sample` gives inputs for a module; by default they are random, and seeded."""
        self._sample = sample
        self._inputs: Arrays = {}
        self._before: ModuleOp | None = None
        self._expected: Arrays = {}

    def start(self, module: ModuleOp, steps: Sequence[Step]) -> None:
        """Raises UserError if there are no inputs to be had."""
        self._inputs = self._sample(module)
        self._expected = run_module(module, self._inputs)

    def before(self, step: Step, module: ModuleOp) -> None:
        self._before = module.clone()

    def after(self, step: Step, module: ModuleOp) -> None:
        actual = run_module(module, self._inputs)
        output, error = worst_output(actual, self._expected)
        if error > step.numerics:
            raise CheckFailed(self._explain(step, module, output, error))
        self._expected = actual

    def _explain(self, step: Step, module: ModuleOp, output: str, error: float) -> str:
        assert self._before is not None
        reference = ModuleReference(self._before, self._inputs)
        where = describe_departure(module, self._inputs, reference, output, step.numerics)
        return f"pass {step.name} changes results by {error:.2e} x their largest: {where}"

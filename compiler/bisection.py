"""`drpc bisect`: the first pass, then the operation, at which results leave ONNX Runtime's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xdsl.dialects.builtin import ModuleOp

from ..drpdialect.errors import UserError
from .array_files import sampler
from .debugging import PassHook, Step, Verifier
from .debugging.comparison import (
    Arrays,
    ModuleReference,
    Reference,
    describe_departure,
    run_module,
    worst_output,
)
from .lowering import Lowering
from .models import Model
from .onnx_runtime import OnnxRuntimeReference, run_onnx_runtime
from .pipelines import PassRegistry, available_passes

IMPORT = "import"
"""The step before the first pass."""


@dataclass(frozen=True)
class BisectionStep:
    """After a pass: the output that differs most from ONNX Runtime's, and by how much of its
    largest magnitude."""

    name: str
    output: str
    difference: float


@dataclass
class Bisection:
    """The steps up to the first that departs, and a message that names it and the operation."""

    tolerance: float
    steps: list[BisectionStep] = field(default_factory=list)
    departure: str | None = None


class _Departed(UserError):
    """Stops the pipeline: nothing later matters."""


def bisect(
    model: Model,
    target: str | None = None,
    *,
    inputs: Path | None = None,
    tolerance: float = 1e-4,
    registry: PassRegistry | None = None,
    on_step: Callable[[str], None] | None = None,
) -> Bisection:
    """Run a model in ONNX Runtime, as imported, and after each pass of the default pipeline.

    `inputs` is a `.npz` file (default: seeded random values), `tolerance` bounds the difference
    of every output relative to its largest magnitude, `registry` has the passes by name,
    `on_step` is told each step's name as it begins. Raises UserError.
    """
    if model.is_module:
        raise UserError(
            "bisect compares with ONNX Runtime, which runs .onnx models: give the model that the "
            ".mlir file came from"
        )
    found = Bisection(tolerance)
    comparer = _Comparer(model, found, inputs, on_step or (lambda name: None))
    lowering = Lowering(
        model, "drp-ir", target, [Verifier(), comparer], registry or available_passes()
    )
    try:
        lowering.run()
    except _Departed as departure:
        found.departure = str(departure)
    return found


class _Comparer(PassHook):
    """Compares the outputs after each step, and stops at the first that departs."""

    def __init__(
        self, model: Model, found: Bisection, inputs: Path | None, on_step: Callable[[str], None]
    ):
        self._model = model
        self._found = found
        self._sample = sampler(inputs)
        self._on_step = on_step
        self._inputs: Arrays = {}
        self._expected: Arrays = {}
        self._before: ModuleOp | None = None

    def start(self, module: ModuleOp, steps: Sequence[Step]) -> None:
        self._inputs = self._sample(module)
        self._expected = run_onnx_runtime(self._model, self._inputs)
        self._compare(IMPORT, module)

    def before(self, step: Step, module: ModuleOp) -> None:
        self._before = module.clone()

    def after(self, step: Step, module: ModuleOp) -> None:
        self._compare(step.name, module)

    def _compare(self, name: str, module: ModuleOp) -> None:
        self._on_step(name)
        actual = run_module(module, self._inputs)
        output, error = worst_output(actual, self._expected)
        self._found.steps.append(BisectionStep(name, output, error))
        if error <= self._found.tolerance:
            return
        where = describe_departure(
            module, self._inputs, self._reference(), output, self._found.tolerance
        )
        raise _Departed(f"{name} departs from ONNX Runtime by {error:.2e}: {where}")

    def _reference(self) -> Reference:
        """The values before the pass, which agreed; after the import, ONNX Runtime's."""
        if self._before is None:
            return OnnxRuntimeReference(self._model, self._inputs)
        return ModuleReference(self._before, self._inputs)

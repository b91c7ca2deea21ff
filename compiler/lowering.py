"""From a model to a level of IR: the driver of the pipelines."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from xdsl.dialects.builtin import ModuleOp

from ..drpdialect import make_context
from ..drpdialect.errors import UserError
from ..targets import load_target
from .debugging import PassFailure, PassHook, Verifier, run_passes
from .models import Model
from .module_files import target_of
from .names import DEFAULT_TARGET, LEVELS, Level
from .pipelines import (
    PassRegistry,
    available_passes,
    parse_passes,
    pipeline_to,
    unknown,
)

_LATER_LEVEL = "drp-hw"


class Crash(Exception):
    """A bug in drpc, with what is needed to reproduce it. The cause is chained."""

    def __init__(
        self, model: Model, pipeline: Sequence[str], registry: PassRegistry, failure: PassFailure
    ):
        super().__init__(str(failure))
        self.model = model
        self.pipeline = pipeline
        self.registry = registry
        self.failure = failure


@dataclass(frozen=True)
class Lowering:
    """A model on its way down to a level of IR for a target.

    `target` is a name or the path of a TOML file; None is the one that a `.mlir` module was
    converted for, else the default. `hooks` watch the passes.
    """

    model: Model
    level: Level = "drp-ir"
    target: str | None = None
    hooks: Sequence[PassHook] = (Verifier(),)
    registry: PassRegistry = field(default_factory=available_passes)

    def run(self) -> ModuleOp:
        """The lowered module. Raises UserError, or Crash where drpc itself is at fault."""
        if self.target is not None:
            load_target(self.target)  # before the model, which may take long to read
        module = self.model.load()
        pipeline = self._pipeline(module)
        passes = parse_passes(pipeline, self.registry)
        try:
            run_passes(make_context(), module, passes, self.hooks)
        except PassFailure as failure:
            raise Crash(self.model, pipeline, self.registry, failure) from failure.cause
        return module

    def _pipeline(self, module: ModuleOp) -> tuple[str, ...]:
        """The pass specs that the module still has to go through; none at level `drp-ir`."""
        own = target_of(module)
        if own is None:
            return pipeline_to(self.level, self.target or DEFAULT_TARGET)
        if self.level == "onnx-ir":
            raise UserError(
                "the module is drp-ir already and cannot go back to onnx-ir: start from the .onnx "
                "model"
            )
        if self.target not in (None, own):
            raise UserError(
                f"the module was converted for target {own}, not for {self.target}: start from "
                "the .onnx model"
            )
        return ()


def level_named(name: str) -> Level:
    """The level of IR of a name. Raises UserError."""
    for level in LEVELS:
        if level == name:
            return level
    if name == _LATER_LEVEL:
        raise UserError(f"{name} is not available in this version: use --emit={LEVELS[-1]}")
    raise UserError(unknown("level of IR", name, LEVELS))

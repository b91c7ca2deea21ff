"""Running passes with hooks around each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass, PassPipeline

from ...drpdialect.errors import UserError
from ...drpdialect.weights import WeightsNotLoaded


@dataclass(frozen=True)
class Step:
    """One pass of a pipeline: its place (from 1) and the specs from it to the end."""

    number: int
    module_pass: ModulePass
    remaining: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.module_pass.name

    @property
    def numerics(self) -> float:
        """How the pass may change results (see `DrpPass`); 0.0 for a pass that does not say."""
        return getattr(type(self.module_pass), "numerics", 0.0)


class PassHook:
    """What watches a pipeline: override what is needed."""

    def start(self, module: ModuleOp, steps: Sequence[Step]) -> None:
        """Called once, before the first pass."""

    def before(self, step: Step, module: ModuleOp) -> None:
        """Called before each pass, in reverse order of the hooks."""

    def after(self, step: Step, module: ModuleOp) -> None:
        """Called after each pass, in the order of the hooks."""

    def close(self) -> None:
        """Called once at the end, also when a pass failed."""


class PassFailure(Exception):
    """A pass raised, or left invalid IR: a bug in drpc. The cause is chained."""

    def __init__(self, step: Step, cause: Exception):
        super().__init__(f"pass {step.name} failed: {cause}")
        self.step = step
        self.cause = cause


class Verifier(PassHook):
    """Verifies the module after each pass."""

    def after(self, step: Step, module: ModuleOp) -> None:
        module.verify()


def steps_of(passes: Sequence[ModulePass]) -> tuple[Step, ...]:
    """The passes as numbered steps."""
    specs = tuple(str(module_pass.spec()) for module_pass in passes)
    return tuple(Step(i + 1, module_pass, specs[i:]) for i, module_pass in enumerate(passes))


def run_passes(
    context: Context,
    module: ModuleOp,
    passes: Sequence[ModulePass],
    hooks: Sequence[PassHook] = (),
) -> None:
    """Run passes on a module, in place, with hooks around each.

    Raises UserError where the input is at fault, PassFailure where a pass is.
    """
    steps = steps_of(passes)
    for hook in hooks:
        hook.start(module, steps)
    done = 0

    def between(previous: ModulePass | None, module: ModuleOp, following: ModulePass | None):
        nonlocal done
        if previous is not None:
            for hook in hooks:
                hook.after(steps[done], module)
            done += 1
        if following is not None:
            for hook in reversed(hooks):
                hook.before(steps[done], module)

    try:
        PassPipeline(tuple(passes), between).apply(context, module)
    except UserError:
        raise
    except WeightsNotLoaded as error:
        raise UserError(str(error)) from error
    except Exception as error:
        if not steps:
            raise
        raise PassFailure(steps[min(done, len(steps) - 1)], error) from error
    finally:
        for hook in hooks:
            hook.close()

"""Where each ONNX operator runs, and why: the report of `drpc check`."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from ..drpdialect.drp.base import DrpOp, Engine
from ..drpdialect.drp.structure import CpuOp
from ..drpdialect.onnx import OnnxOp
from ..drpdialect.provenance import nodes_of
from .debugging import PassHook, Step
from .multiply_accumulates import macs_of

if TYPE_CHECKING:
    from ..targets import Violation

Where = Literal["ai-mac", "drp", "cpu", "folded", "fused"]

_CONVERSION = "convert-onnx-to-drp"


@dataclass(frozen=True)
class PlacedOp:
    """One ONNX operator: its engine, the reason, and the rule and remedy where it is the CPU."""

    name: str
    op_type: str
    engine: Where
    reason: str
    rule: str | None = None
    remedy: str | None = None


@dataclass(frozen=True)
class Placement:
    """Every ONNX operator of a model with its engine on a target, in the model's order."""

    target: str
    ops: tuple[PlacedOp, ...]
    macs_by_engine: dict[str, int]
    cpu_regions: int

    @cached_property
    def summary(self) -> dict[str, float | int]:
        """The figures: `macs_on_accelerator` is the AI-MAC's share of multiply-accumulates, 1.0
        where there are none; `cpu_regions` counts the stretches of the program on the CPU; `ops`
        counts ONNX operators, and so does each engine's entry."""
        total = sum(self.macs_by_engine.values())
        engines: tuple[Where, ...] = ("ai-mac", "drp", "cpu", "fused", "folded")
        counts = {engine: sum(op.engine == engine for op in self.ops) for engine in engines}
        return {
            "macs_on_accelerator": self.macs_by_engine[Engine.AI_MAC] / total if total else 1.0,
            "macs": total,
            "cpu_regions": self.cpu_regions,
            "ops": len(self.ops),
            **counts,
        }

    def to_json(self) -> dict[str, Any]:
        """The object that `drpc check --json` prints."""
        return {
            "target": self.target,
            "ops": [asdict(op) for op in self.ops],
            "summary": self.summary,
        }


class SupportRecorder(PassHook):
    """Notes the model's operators at the start, and what the target's rules say of each of them
    when they are applied: the operators may be gone, or look different, afterwards."""

    def __init__(self) -> None:
        self.op_types: dict[str, str] = {}
        self.violations: dict[str, tuple[Violation, ...]] = {}

    def start(self, module: ModuleOp, steps: object) -> None:
        for op in _onnx_ops(module):
            self.op_types.setdefault(_main_node(op), op.op_type)

    def before(self, step: Step, module: ModuleOp) -> None:
        if step.name != _CONVERSION:
            return
        from ..targets import load_target, support

        target = load_target(
            str(step.module_pass.spec(include_default=True).parameters["target"][0])
        )
        for op in _onnx_ops(module):
            self.violations[_main_node(op)] = support(op, target).violations


def placement_of(module: ModuleOp, target: str, recorder: SupportRecorder) -> Placement:
    """The placement in a module at level `drp-ir`, with what was noted on the way to it."""
    placed = _placed_ops(module, recorder)
    names = dict.fromkeys((*recorder.op_types, *placed))
    macs = {str(engine): 0 for engine in Engine}
    for op in module.walk():
        macs[op.ENGINE if isinstance(op, DrpOp) else Engine.CPU] += macs_of(op)
    return Placement(
        target,
        tuple(placed.get(name) or _folded(name, recorder) for name in names),
        macs,
        sum(isinstance(op, CpuOp) for op in module.walk()),
    )


def _onnx_ops(module: ModuleOp) -> Iterator[OnnxOp]:
    """The operators of the model itself and of its CPU regions, not those of control flow."""
    for op in module.walk():
        if isinstance(op, OnnxOp) and not isinstance(op.parent_op(), OnnxOp):
            yield op


def _main_node(op: Operation) -> str:
    return next(iter(nodes_of(op)), "")


def _placed_ops(module: ModuleOp, recorder: SupportRecorder) -> dict[str, PlacedOp]:
    """ONNX node -> where it landed, for the nodes that the module still computes.

    A node that became several jobs is placed by its most capable engine; one that is some job's
    main node is not fused, whatever other jobs it went into besides.
    """
    placed: dict[str, PlacedOp] = {}
    jobs = [op for op in module.walk() if isinstance(op, DrpOp)]
    for job in sorted(jobs, key=lambda op: op.ENGINE != Engine.AI_MAC):
        name = _main_node(job)
        placed.setdefault(name, _on_accelerator(name, job, recorder))
    for op in _onnx_ops(module):
        name = _main_node(op)
        placed.setdefault(name, _on_cpu(name, op, recorder))
    for job in (*jobs, *_onnx_ops(module)):
        for name in nodes_of(job)[1:]:
            placed.setdefault(name, _fused(name, job, recorder))
    placed.pop("", None)
    return placed


def _on_accelerator(name: str, job: DrpOp, recorder: SupportRecorder) -> PlacedOp:
    engine: Where = "ai-mac" if job.ENGINE == Engine.AI_MAC else "drp"
    return PlacedOp(name, recorder.op_types.get(name, ""), engine, f"runs as {job.name}")


def _on_cpu(name: str, op: OnnxOp, recorder: SupportRecorder) -> PlacedOp:
    op_type = recorder.op_types.get(name, op.op_type)
    violations = recorder.violations.get(name, ())
    if not violations:
        reason = "only moves elements among operators of the CPU"
        return PlacedOp(name, op_type, "cpu", reason)
    reason = "; ".join(f"{broken.text}: {broken.detail}" for broken in violations)
    remedy = "; ".join(broken.remedy for broken in violations)
    return PlacedOp(name, op_type, "cpu", reason, violations[0].rule, remedy)


def _fused(name: str, job: Operation, recorder: SupportRecorder) -> PlacedOp:
    reason = f"fused into {job.name} of {_main_node(job)!r}"
    return PlacedOp(name, recorder.op_types.get(name, ""), "fused", reason)


def _folded(name: str, recorder: SupportRecorder) -> PlacedOp:
    reason = "computed by the compiler, or without effect on the outputs"
    return PlacedOp(name, recorder.op_types[name], "folded", reason)

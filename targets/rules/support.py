"""Asking all rules of an operator."""

from dataclasses import dataclass

from ...drpdialect.drp.base import Engine
from ...drpdialect.onnx import OnnxOp
from ..machine import Target
from ..nodes import Undetermined
from .rule import Rule
from .table import OPERATORS
from .unsupported import reason_for


@dataclass(frozen=True)
class Violation:
    """A rule that an operator breaks: its text, what was found, and what would mend it."""

    rule: str
    text: str
    detail: str
    remedy: str


@dataclass(frozen=True)
class Support:
    """Where an operator runs, and every rule that keeps it from the accelerator."""

    engine: Engine
    violations: tuple[Violation, ...]


def support(op: OnnxOp, target: Target) -> Support:
    """Where a target runs an operator (level 1): on the accelerator unless a rule is broken."""
    operator = OPERATORS.get(op.op_type) if op.domain == "ai.onnx" else None
    rules = (reason_for(op),) if operator is None else operator.rules
    violations = tuple(
        Violation(rule.name, rule.text(target), detail, rule.remedy(target))
        for rule in rules
        if (detail := _broken(rule, op, target)) is not None
    )
    if operator is None or violations:
        return Support(Engine.CPU, violations)
    return Support(operator.engine, ())


def _broken(rule: Rule, op: OnnxOp, target: Target) -> str | None:
    try:
        return rule.check(op, target)
    except Undetermined:  # the rule that demands it to be known says so
        return None

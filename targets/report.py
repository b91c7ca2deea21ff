"""The operators that a target supports, as rows for the reference pages and reports."""

from dataclasses import dataclass

import onnx.defs

from ..drpdialect.drp.base import Engine
from .machine import Target
from .rules.rule import Rule
from .rules.table import GENERAL, OPERATORS
from .rules.unsupported import REASONS, known_job


@dataclass(frozen=True)
class RuleText:
    """A rule in words, and what mends an operator that breaks it."""

    name: str
    text: str
    remedy: str


@dataclass(frozen=True)
class SupportedOperator:
    """An ONNX operator: its engine and the rules it must meet besides the general ones.

    For an operator of the CPU the one rule says why.
    """

    op_type: str
    engine: Engine
    rules: tuple[RuleText, ...]


def general_rules(target: Target) -> tuple[RuleText, ...]:
    """The rules that every operator must meet."""
    return tuple(_text(rule, target) for rule in GENERAL)


def supported_operators(target: Target) -> tuple[SupportedOperator, ...]:
    """Every operator of the standard ONNX domain, in alphabetical order."""
    names = {schema.name for schema in onnx.defs.get_all_schemas() if schema.domain == ""}
    return tuple(_row(name, target) for name in sorted(names | set(OPERATORS)))


def _row(op_type: str, target: Target) -> SupportedOperator:
    operator = OPERATORS.get(op_type)
    if operator is None:
        reason = REASONS.get(op_type, known_job)
        return SupportedOperator(op_type, Engine.CPU, (_text(reason, target),))
    own = tuple(_text(rule, target) for rule in operator.rules if rule not in GENERAL)
    return SupportedOperator(op_type, operator.engine, own)


def _text(rule: Rule, target: Target) -> RuleText:
    return RuleText(rule.name, rule.text(target), rule.remedy(target))

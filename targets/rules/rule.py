"""What a support rule is: a function whose docstring is the rule's text."""

from collections.abc import Callable
from dataclasses import dataclass, fields

from ...drpdialect.onnx import OnnxOp
from ..machine import Target

Check = Callable[[OnnxOp, Target], str | None]


@dataclass(frozen=True)
class Rule:
    """A condition for an operator to run on the accelerator.

    `check` returns None where the rule holds, else what was found instead. Its docstring is the
    rule's text and `remedy` says what would bring the operator back; both may name the target's
    limits in braces. A check that meets what it cannot know raises `Undetermined`: then another
    rule, the one that demands it to be known, is broken.
    """

    check: Check
    remedy_text: str

    @property
    def name(self) -> str:
        return self.check.__name__

    def text(self, target: Target) -> str:
        """The rule's text with the target's limits."""
        words = " ".join((self.check.__doc__ or "").split())
        return _with_limits(words, target)

    def remedy(self, target: Target) -> str:
        """What the user can do, with the target's limits."""
        return _with_limits(self.remedy_text, target)


def rule(remedy: str) -> Callable[[Check], Rule]:
    """Make a check a rule, with the text of what to do where it is broken."""
    return lambda check: Rule(check, remedy)


def _with_limits(text: str, target: Target) -> str:
    values = {item.name: getattr(target.limits, item.name).value for item in fields(target.limits)}
    return text.format_map({name: _words(value) for name, value in values.items()})


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)

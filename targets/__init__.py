"""The machines as data, and the rules that say which operators they run."""

from .machine import Fact, Limits, Machine, Status, Target, load_target, target_names
from .rules.support import Support, Violation, support

__all__ = [
    "Fact",
    "Limits",
    "Machine",
    "Status",
    "Support",
    "Target",
    "Violation",
    "load_target",
    "support",
    "target_names",
]

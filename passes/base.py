"""What the passes share."""

from abc import ABC
from dataclasses import dataclass
from typing import ClassVar

from xdsl.passes import ModulePass


@dataclass(frozen=True)
class DrpPass(ModulePass, ABC):
    """A pass whose fields are its options and whose docstring numbers its rules.

    `numerics` declares how results may change: 0.0 means bit for bit, any other number bounds
    max|difference| / max|reference| of every output of the module.
    """

    numerics: ClassVar[float] = 0.0

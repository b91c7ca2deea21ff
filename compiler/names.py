"""Names that the command line knows before anything heavy is imported."""

from typing import Final, Literal, get_args

Level = Literal["onnx-ir", "drp-ir"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
"""The levels of IR, from the model downwards."""

BACKENDS: Final = ("interpreter", "cpu")
"""What can run a program."""

DEFAULT_TARGET: Final = "rzv2h"

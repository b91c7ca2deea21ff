"""How a kernel slides over an image."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """How a kernel slides over an image: (vertical, horizontal) steps; pads (top, left, bottom, right)."""

    strides: Sequence[int] = (1, 1)
    dilations: Sequence[int] = (1, 1)
    pads: Sequence[int] = (0, 0, 0, 0)

    def output(self, size: Sequence[int], kernel: Sequence[int]) -> tuple[int, int]:
        """Height and width of the result."""
        height, width = (
            (size[i] + self.pads[i] + self.pads[i + 2] - self.dilations[i] * (kernel[i] - 1) - 1)
            // self.strides[i]
            + 1
            for i in range(2)
        )
        return height, width

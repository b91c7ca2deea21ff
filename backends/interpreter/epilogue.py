"""How a job of the AI-MAC ends: output_activation(activation(accumulator + bias) + residual)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ...drpdialect import drp
from .blocks import Index, blocks, for_each_block
from .functions import in_place

Finish = Callable[[Index], None]
"""Finishes the piece of an accumulator that an index selects, in place."""


class Ending(Protocol):
    """What a kernel calls for its accumulator, float32 or float64."""

    def finish(self, accumulator: np.ndarray) -> None:
        """Finish a whole accumulator (outer, channels, inner)."""
        ...

    def on(self, accumulator: np.ndarray) -> Finish:
        """What finishes pieces of an accumulator (outer, channels, inner), once they are written."""
        ...


@dataclass(frozen=True)
class Epilogue:
    """The steps behind an accumulator; arrays are in the accumulator's dtype."""

    bias: np.ndarray | None = None
    activation: drp.FunctionAttr = drp.IDENTITY
    residual: np.ndarray | None = None
    output_activation: drp.FunctionAttr = drp.IDENTITY

    def finish(self, accumulator: np.ndarray) -> None:
        """Finish a whole accumulator (outer, channels, inner), in place."""
        for_each_block(accumulator.shape, self.on(accumulator))

    def on(self, accumulator: np.ndarray) -> Finish:
        """What finishes pieces of an accumulator (outer, channels, inner), once they are written.

        `bias` is (channels,), `residual` has as many elements as the accumulator.
        """
        shape = accumulator.shape
        bias = None if self.bias is None else np.broadcast_to(self.bias[:, np.newaxis], shape)
        residual = None if self.residual is None else self.residual.reshape(shape)
        if bias is None and residual is None and self.activation.is_identity:
            return _nothing

        activate, activate_output = in_place(self.activation), in_place(self.output_activation)

        def finish(index: Index) -> None:
            piece = accumulator[index]
            biases = None if bias is None else bias[index]
            residuals = None if residual is None else residual[index]
            for block in blocks(piece.shape):
                elements = piece[block]
                if biases is not None:
                    elements += biases[block]
                activate(elements)
                if residuals is not None:
                    elements += residuals[block]
                activate_output(elements)

        return finish


def _nothing(index: Index) -> None:
    """Nothing is left to do for a piece."""

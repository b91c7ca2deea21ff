"""How a job of the AI-MAC ends: output_activation(activation(accumulator + bias) + residual)."""

from dataclasses import dataclass

import numpy as np

from ...drpdialect import drp
from .blocks import Index, for_each_block
from .functions import in_place


@dataclass(frozen=True)
class Epilogue:
    """The steps behind an accumulator; arrays are in the accumulator's dtype."""

    bias: np.ndarray | None = None
    activation: drp.FunctionAttr = drp.IDENTITY
    residual: np.ndarray | None = None
    output_activation: drp.FunctionAttr = drp.IDENTITY

    @property
    def is_identity(self) -> bool:
        """Whether nothing is left to do."""
        steps_left = not (self.activation.is_identity and self.output_activation.is_identity)
        return not steps_left and self.bias is None and self.residual is None

    def finish(self, accumulator: np.ndarray) -> np.ndarray:
        """The accumulator (outer, channels, inner), changed in place piece by piece.

        `bias` is (channels,), `residual` has as many elements as the accumulator.
        """
        if self.is_identity:
            return accumulator
        shape = accumulator.shape
        bias = None if self.bias is None else np.broadcast_to(self.bias[:, np.newaxis], shape)
        residual = None if self.residual is None else self.residual.reshape(shape)

        def work(index: Index) -> None:
            piece = accumulator[index]
            if bias is not None:
                piece += bias[index]
            in_place(self.activation, piece)
            if residual is not None:
                piece += residual[index]
                in_place(self.output_activation, piece)

        for_each_block(shape, work)
        return accumulator

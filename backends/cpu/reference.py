"""What ONNX Runtime has no kernel for: `onnx.reference`, ONNX's own definition in NumPy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx


class ReferenceSession:
    """A model in `onnx.reference`. Raises what that raises for an operator it does not have."""

    def __init__(self, model: onnx.ModelProto):
        from onnx.reference import ReferenceEvaluator

        self._evaluator = ReferenceEvaluator(model)
        self._inputs = [port.name for port in model.graph.input]

    def run(self, values: Sequence[Any]) -> list[Any]:
        """The outputs for inputs in order, as `RuntimeSession.run`."""
        feeds = dict(zip(self._inputs, values, strict=True))
        with np.errstate(all="ignore"):
            results = self._evaluator.run(None, feeds)
        return [_value(result) for result in results]


def _value(result: Any) -> Any:
    """Arrays where the reference gives NumPy scalars."""
    if isinstance(result, list | tuple):
        return [_value(item) for item in result]
    return result if result is None or isinstance(result, dict) else np.asarray(result)

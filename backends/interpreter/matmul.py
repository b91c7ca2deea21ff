"""Matrix products."""

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ...drpdialect import drp
from .epilogue import Epilogue
from .values import bind_wide, store


def matmul(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a (..., M, K) @ b (..., K, N) -> (..., M, N) in C order; leading sizes broadcast.

    One matrix for all of `a` makes one large product of many small ones.
    """
    if b.ndim == 2 and a.ndim > 2:
        rows = np.matmul(a.reshape(-1, a.shape[-1]), b)
        return rows.reshape(*a.shape[:-1], b.shape[1])
    return np.matmul(a, b, order="C")


@register_impls
class MatmulFunctions(InterpreterFunctions):
    """drp.matmul."""

    @impl(drp.MatmulOp)
    def run_matmul(
        self, interpreter: Interpreter, op: drp.MatmulOp, args: PythonValues
    ) -> PythonValues:
        """The product and its epilogue; the bias runs along the last axis."""
        value = bind_wide(op, args)
        y = matmul(value[op.a], value[op.b])
        Epilogue(value[op.bias], op.activation).finish(y.reshape(-1, y.shape[-1], 1))
        return store(op, y)

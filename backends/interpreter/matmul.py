"""Matrix products."""

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ...drpdialect import drp
from .epilogue import Ending, Epilogue
from .parallel import for_each, split
from .products import piece_count, product
from .values import bind_wide, store

_NO_EPILOGUE = Epilogue()


def matmul(a: np.ndarray, b: np.ndarray, epilogue: Ending = _NO_EPILOGUE) -> np.ndarray:
    """a (..., M, K) @ b (..., K, N) -> (..., M, N) of one dtype; leading sizes broadcast.

    The epilogue's bias is (N,).
    """
    leading = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    y = np.empty((*leading, a.shape[-2], b.shape[-1]), a.dtype)
    if y.size == 0:
        return y
    if b.ndim == 2:  # one matrix for all of `a`: one large product instead of many small ones
        rows = y.reshape(-1, y.shape[-1])
        finish = epilogue.on(rows[:, :, np.newaxis])
        product(
            a.reshape(len(rows), a.shape[-1]), b, rows, lambda row, column: finish((row, column))
        )
        return y
    _batched(a, b, y, epilogue)
    return y


def _batched(a: np.ndarray, b: np.ndarray, y: np.ndarray, epilogue: Ending) -> None:
    """Many products, in pieces along the longest leading axis."""
    leading = y.shape[:-2]
    a = np.broadcast_to(a, (*leading, *a.shape[-2:]))
    b = np.broadcast_to(b, (*leading, *b.shape[-2:]))
    axis = int(np.argmax(leading))
    pieces = split(leading[axis], piece_count(y.size, a.shape[-1]))

    def work(piece: slice) -> None:
        index = (*(slice(None),) * axis, piece)
        np.matmul(a[index], b[index], out=y[index])

    for_each(pieces, work)
    epilogue.finish(y.reshape(-1, y.shape[-1], 1))


@register_impls
class MatmulFunctions(InterpreterFunctions):
    """drp.matmul."""

    @impl(drp.MatmulOp)
    def run_matmul(
        self, interpreter: Interpreter, op: drp.MatmulOp, args: PythonValues
    ) -> PythonValues:
        """The product and its epilogue; the bias runs along the last axis."""
        value = bind_wide(op, args)
        epilogue = Epilogue(value[op.bias], op.activation)
        return store(op, matmul(value[op.a], value[op.b], epilogue))

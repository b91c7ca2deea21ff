"""Multiply-accumulates of operations, wherever they run."""

from collections.abc import Callable, Mapping
from math import prod
from typing import Final

from xdsl.dialects.builtin import IntegerAttr
from xdsl.ir import Operation
from xdsl.utils.exceptions import VerifyException

from ..drpdialect.drp.ai_mac import ConvOp, ConvTransposeOp, MatmulOp
from ..drpdialect.drp.shapes import Shape, shape_of
from ..drpdialect.onnx import OnnxOp


def macs_of(op: Operation) -> int:
    """Multiply-accumulates of one operation, of a job or of an ONNX operator left on the CPU.

    Convolutions (those with padding included), matrix products and recurrent layers have some;
    all else, and what has no static shape, counts as none. Regions are not looked into.
    """
    if isinstance(op, ConvOp | ConvTransposeOp | MatmulOp):
        return op.macs
    formula = _FORMULAS.get(op.op_type) if isinstance(op, OnnxOp) else None
    if formula is None:
        return 0
    try:
        return formula(op)
    except (VerifyException, IndexError):
        return 0


def _y(op: Operation) -> int:
    """Elements of the first result."""
    return prod(shape_of(op.results[0]))


def _x(op: Operation, index: int = 0) -> Shape:
    return shape_of(op.operands[index])


def _gemm(op: Operation) -> int:
    """y (M, N) of a (M, K), or of a transposed one."""
    transposed = op.attributes.get("transA")
    is_transposed = isinstance(transposed, IntegerAttr) and transposed.value.data != 0
    return _y(op) * _x(op)[0 if is_transposed else 1]


def _recurrent(op: Operation) -> int:
    """x (steps, batch, ...), w (directions, gates, inputs), r (directions, gates, hidden)."""
    steps, batch = _x(op)[:2]
    return steps * batch * (prod(_x(op, 1)) + prod(_x(op, 2)))


# Convolution: each element of y (N, M, ...) meets its group's taps of w (M, C/groups, ...).
# Transposed: each element of x (N, C, ...) meets its group's taps of w (C, M/groups, ...).
# Product: each element of y is a sum over the last axis of a (..., M, K).
_FORMULAS: Final[Mapping[str, Callable[[Operation], int]]] = {
    "Conv": lambda op: _y(op) * prod(_x(op, 1)[1:]),
    "ConvInteger": lambda op: _y(op) * prod(_x(op, 1)[1:]),
    "QLinearConv": lambda op: _y(op) * prod(_x(op, 3)[1:]),
    "DeformConv": lambda op: _y(op) * prod(_x(op, 1)[1:]),
    "ConvTranspose": lambda op: prod(_x(op)) * prod(_x(op, 1)[1:]),
    "MatMul": lambda op: _y(op) * _x(op)[-1],
    "MatMulInteger": lambda op: _y(op) * _x(op)[-1],
    "QLinearMatMul": lambda op: _y(op) * _x(op)[-1],
    "Gemm": _gemm,
    "RNN": _recurrent,
    "GRU": _recurrent,
    "LSTM": _recurrent,
}

"""Jobs that compute element by element."""

from collections.abc import Callable
from typing import Final

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ...drpdialect import drp
from .blocks import Index, for_each_block
from .casts import cast
from .functions import apply, in_place
from .values import bind_wide, result_dtype, store, widen

Binary = Callable[..., object]
"""(a, b, out=array): writes the result to the array."""


def binary(
    operation: Binary,
    a: np.ndarray,
    b: np.ndarray,
    activation: drp.FunctionAttr = drp.IDENTITY,
) -> np.ndarray:
    """activation(operation(a, b)) with broadcasting, a new array in C order."""
    shape = np.broadcast_shapes(a.shape, b.shape)
    out = np.empty(shape, a.dtype)
    a, b = np.broadcast_to(a, shape), np.broadcast_to(b, shape)

    activate = in_place(activation)

    def work(index: Index) -> None:
        piece = out[index]
        operation(a[index], b[index], out=piece)
        activate(piece)

    for_each_block(shape, work)
    return out


def _prelu(a: np.ndarray, slope: np.ndarray, out: np.ndarray) -> None:
    np.multiply(a, slope, out=out)
    np.copyto(out, a, where=a >= 0)


_BINARY: Final[dict[type[drp.BinaryOp], Binary]] = {
    drp.AddOp: np.add,
    drp.SubOp: np.subtract,
    drp.MulOp: np.multiply,
    drp.DivOp: np.divide,
    drp.PowOp: np.power,
    drp.MaxOp: np.maximum,
    drp.MinOp: np.minimum,
    drp.ModOp: np.fmod,
    drp.PReluOp: _prelu,
}

_PREDICATES: Final[dict[drp.Predicate, Callable[[np.ndarray, np.ndarray], np.ndarray]]] = {
    drp.Predicate.EQUAL: np.equal,
    drp.Predicate.LESS: np.less,
    drp.Predicate.LESS_OR_EQUAL: np.less_equal,
    drp.Predicate.GREATER: np.greater,
    drp.Predicate.GREATER_OR_EQUAL: np.greater_equal,
}

_LOGICAL: Final[dict[drp.LogicalKind, Callable[[np.ndarray, np.ndarray], np.ndarray]]] = {
    drp.LogicalKind.AND: np.logical_and,
    drp.LogicalKind.OR: np.logical_or,
    drp.LogicalKind.XOR: np.logical_xor,
}


@register_impls
class ElementwiseFunctions(InterpreterFunctions):
    """drp.apply, the binary operations, comparisons, logic, selection and casts."""

    @impl(drp.ApplyOp)
    def run_apply(
        self, interpreter: Interpreter, op: drp.ApplyOp, args: PythonValues
    ) -> PythonValues:
        """The function of each element."""
        return store(op, apply(op.function, widen(args[0])))

    def _run_binary(
        self, interpreter: Interpreter, op: drp.BinaryOp, args: PythonValues
    ) -> PythonValues:
        value = bind_wide(op, args)
        return store(op, binary(_BINARY[type(op)], value[op.a], value[op.b], op.activation))

    run_add = impl(drp.AddOp)(_run_binary)
    run_sub = impl(drp.SubOp)(_run_binary)
    run_mul = impl(drp.MulOp)(_run_binary)
    run_div = impl(drp.DivOp)(_run_binary)
    run_pow = impl(drp.PowOp)(_run_binary)
    run_max = impl(drp.MaxOp)(_run_binary)
    run_min = impl(drp.MinOp)(_run_binary)
    run_mod = impl(drp.ModOp)(_run_binary)
    run_prelu = impl(drp.PReluOp)(_run_binary)

    @impl(drp.CompareOp)
    def run_compare(
        self, interpreter: Interpreter, op: drp.CompareOp, args: PythonValues
    ) -> PythonValues:
        """The truth values of a comparison."""
        return (np.asarray(_PREDICATES[op.predicate.data](args[0], args[1]), np.bool_),)

    @impl(drp.LogicalOp)
    def run_logical(
        self, interpreter: Interpreter, op: drp.LogicalOp, args: PythonValues
    ) -> PythonValues:
        """Truth values combined."""
        return (np.asarray(_LOGICAL[op.kind.data](args[0], args[1])),)

    @impl(drp.NotOp)
    def run_not(self, interpreter: Interpreter, op: drp.NotOp, args: PythonValues) -> PythonValues:
        """Truth values inverted."""
        return (np.asarray(np.logical_not(args[0])),)

    @impl(drp.IsNanOp)
    def run_is_nan(
        self, interpreter: Interpreter, op: drp.IsNanOp, args: PythonValues
    ) -> PythonValues:
        """Whether elements are not numbers."""
        return (np.asarray(np.isnan(args[0])),)

    @impl(drp.SelectOp)
    def run_select(
        self, interpreter: Interpreter, op: drp.SelectOp, args: PythonValues
    ) -> PythonValues:
        """Elements of one tensor or the other."""
        condition, a, b = args
        return store(op, np.where(condition, a, b))

    @impl(drp.CastOp)
    def run_cast(
        self, interpreter: Interpreter, op: drp.CastOp, args: PythonValues
    ) -> PythonValues:
        """Elements in the result's dtype."""
        return (np.asarray(cast(args[0], result_dtype(op))),)

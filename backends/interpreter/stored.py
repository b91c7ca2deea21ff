"""Real numbers and the integers that quantised tensors store, piece by piece; and the quant casts."""

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ...drpdialect import drp, quant
from ...drpdialect.element_types import dtype_of
from ...drpdialect.quant import UniformType
from ...drpdialect.quantised_arithmetic import dequantise, quantise
from .blocks import Index, for_each_block


def to_stored(x: np.ndarray, element: UniformType) -> np.ndarray:
    """Real numbers quantised, a new array in C order."""
    if element.axis is not None:
        return quantise(x, element)
    stored = np.empty(x.shape, dtype_of(element))

    def work(index: Index) -> None:
        stored[index] = quantise(x[index], element)

    for_each_block(x.shape, work)
    return stored


def to_real(stored: np.ndarray, element: UniformType) -> np.ndarray:
    """Stored integers as real numbers (float32), a new array in C order."""
    if element.axis is not None:
        return dequantise(stored, element)
    real = np.empty(stored.shape, np.float32)

    def work(index: Index) -> None:
        real[index] = dequantise(stored[index], element)

    for_each_block(stored.shape, work)
    return real


@register_impls
class QuantFunctions(InterpreterFunctions):
    """quant.qcast, quant.dcast and quant.scast."""

    @impl(quant.QCastOp)
    def run_qcast(
        self, interpreter: Interpreter, op: quant.QCastOp, args: PythonValues
    ) -> PythonValues:
        """Real numbers stored; float16 ones are divided in float32."""
        element = drp.element_type_of(op.y)
        assert isinstance(element, UniformType)
        return (to_stored(args[0].astype(np.float32, copy=False), element),)

    @impl(quant.DCastOp)
    def run_dcast(
        self, interpreter: Interpreter, op: quant.DCastOp, args: PythonValues
    ) -> PythonValues:
        """Stored numbers made real."""
        element = drp.element_type_of(op.x)
        assert isinstance(element, UniformType)
        real = to_real(args[0], element)
        return (real.astype(dtype_of(drp.element_type_of(op.y)), copy=False),)

    @impl(quant.SCastOp)
    def run_scast(
        self, interpreter: Interpreter, op: quant.SCastOp, args: PythonValues
    ) -> PythonValues:
        """The same integers."""
        return (args[0],)

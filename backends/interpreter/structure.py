"""Constants."""

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ...drpdialect import drp


@register_impls
class StructureFunctions(InterpreterFunctions):
    """drp.constant."""

    @impl(drp.ConstantOp)
    def run_constant(
        self, interpreter: Interpreter, op: drp.ConstantOp, args: PythonValues
    ) -> PythonValues:
        """The tensor's own array: read-only by convention."""
        return (_aligned(op),)


def _aligned(op: drp.ConstantOp) -> np.ndarray:
    """A file may map a tensor to an odd address, which BLAS cannot take: copy it once, for good."""
    tensor = op.value.data
    if not tensor.array.flags.aligned:
        tensor.bind(np.require(tensor.array, requirements=["C", "A"]))
    return tensor.array

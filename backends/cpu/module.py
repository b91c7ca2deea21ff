"""A whole level-1 module on the CPU."""

from collections.abc import Mapping
from typing import Any

from xdsl.dialects.builtin import ModuleOp

from ...drpdialect import drp
from ...drpdialect.errors import UserError
from ...drpdialect.onnx import NoValueOp, OnnxOp, opsets_of
from ...drpdialect.onnx_protos import ir_version_of
from ..interpreter.signature import check_inputs, signature_of
from .session import CpuSession


class CpuModule:
    """The function @main of a module at level `onnx-ir`, in one ONNX Runtime session.

    `threads` is the number of threads within an operator; 0 leaves it to ONNX Runtime. Raises
    UserError if the module has no @main, holds jobs of the accelerator, or has a node that
    nothing on the CPU can run.
    """

    def __init__(self, module: ModuleOp, *, threads: int = 0):
        self.signature = signature_of(module)
        block = self.signature.function.body.block
        *ops, last = block.ops
        jobs = [op for op in ops if not isinstance(op, OnnxOp | NoValueOp | drp.ConstantOp)]
        if jobs:
            raise UserError(
                f"the CPU backend runs modules at level onnx-ir, but this one holds {jobs[0].name}: "
                "give it the .onnx model, or use backend interpreter"
            )
        self._session = CpuSession(
            ops,
            block.args,
            last.operands,
            opsets=opsets_of(module),
            ir_version=ir_version_of(module),
            threads=threads,
        )

    def run(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The outputs by name. Raises UserError where inputs do not fit."""
        values = self._session.run(check_inputs(self.signature, inputs))
        return {name: x for (name, _), x in zip(self.signature.results, values, strict=True)}

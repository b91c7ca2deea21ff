"""The `onnx` dialect and CPU regions for xDSL's interpreter."""

from collections.abc import Iterable
from typing import Any

from xdsl.interpreter import (
    Interpreter,
    InterpreterFunctions,
    OpImpl,
    OpImplResult,
    PythonValues,
    impl,
    register_impls,
)
from xdsl.ir import Operation

from ...drpdialect import drp
from ...drpdialect.onnx import NoValueOp, OnnxOp, get_dialect, opsets_of
from .session import CpuSession, NodeSessions


@register_impls
class OnnxFunctions(InterpreterFunctions):
    """Every operation of the `onnx` dialect, and `drp.cpu`, in ONNX Runtime.

    A region runs in one session, a single operation in its own; control flow runs with its bodies
    as one operation. Sessions are made when first needed and live as long as this object.
    `threads` is the number of threads within an operator of a region; 0 leaves it to ONNX Runtime.
    """

    def __init__(self, threads: int = 0):
        super().__init__()
        self._threads = threads
        self._regions: dict[drp.CpuOp, CpuSession] = {}
        self._nodes = NodeSessions()

    @classmethod
    def _impls(cls) -> Iterable[tuple[type[Operation], OpImpl[Any, Any]]]:
        yield from super()._impls()
        for op_class in get_dialect().operations:
            if issubclass(op_class, OnnxOp):
                yield op_class, cls.run_node

    def run_node(self, interpreter: Interpreter, op: OnnxOp, args: PythonValues) -> OpImplResult:
        """An operation with the values that it or its bodies use."""
        values = interpreter.get_values(self._nodes.inputs_of(op))
        return OpImplResult(tuple(self._nodes.run(op, values)), None)

    @impl(NoValueOp)
    def run_no_value(
        self, interpreter: Interpreter, op: NoValueOp, args: PythonValues
    ) -> PythonValues:
        """An omitted input."""
        return (None,)

    @impl(drp.CpuOp)
    def run_region(
        self, interpreter: Interpreter, op: drp.CpuOp, args: PythonValues
    ) -> PythonValues:
        """A CPU region in one go."""
        session = self._regions.get(op)
        if session is None:
            *ops, last = op.body.block.ops
            session = self._regions[op] = CpuSession(
                ops,
                op.body.block.args,
                last.operands,
                opsets=opsets_of(op),
                threads=self._threads,
            )
        return tuple(session.run(args))

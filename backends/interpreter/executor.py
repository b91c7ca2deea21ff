"""Running a module: xDSL's interpreter with values freed after their last use."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.interpreter import Interpreter, OpImplResult, PythonValues, ReturnedValues
from xdsl.interpreters.func import FuncFunctions
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.utils.exceptions import InterpretationError

from ...drpdialect import drp
from ...drpdialect.errors import UserError
from ...drpdialect.onnx import NoValueOp, OnnxOp
from ...drpdialect.provenance import nodes_of
from ...drpdialect.uniform_type import UniformType
from ...drpdialect.weights import WeightsNotLoaded
from .conv import ConvFunctions
from .elementwise import ElementwiseFunctions
from .integer_fast import FastJobs
from .integer_jobs import IntegerJobs, Route, route_of
from .integer_reference import ReferenceJobs
from .liveness import LiveBytes, last_uses
from .matmul import MatmulFunctions
from .movement import MovementFunctions
from .normalisation import NormalisationFunctions
from .parallel import blas_on_one_thread
from .pooling import PoolingFunctions
from .quantisation import QuantisationFunctions
from .reductions import ReductionFunctions
from .resize import ResizeFunctions
from .scratch import keep_freed_memory
from .signature import check_inputs, signature_of
from .stored import QuantFunctions, to_real
from .structure import StructureFunctions

Observer = Callable[[Operation, tuple[Any, ...]], None]
"""Called after each operation with its results: arrays, lists of arrays (sequences), or None."""

FUNCTIONS = (
    FuncFunctions,
    StructureFunctions,
    ConvFunctions,
    MatmulFunctions,
    ElementwiseFunctions,
    ReductionFunctions,
    NormalisationFunctions,
    PoolingFunctions,
    MovementFunctions,
    ResizeFunctions,
    QuantisationFunctions,
    QuantFunctions,
)
"""The implementations of every operation of the `drp` and `quant` dialects, by family."""

Engine = Literal["fast", "reference"]
ENGINES: dict[Engine, type[IntegerJobs]] = {"fast": FastJobs, "reference": ReferenceJobs}
"""How jobs on quantised tensors are computed."""


class ModuleInterpreter:
    """Runs the function @main of a module of any level of IR.

    Values are NumPy arrays of the dtype of their type, lists for sequences, None for what is
    absent; a quantised tensor is the integers that it stores. The module must verify, and must not
    change between runs. `onnx` operations and CPU regions run on the CPU backend; all of `drp` is
    plain NumPy.

    `engine` says how jobs on quantised tensors are computed: "reference" sums in int64, step by
    step; "fast" carries the same integers in floats. Both give the same bits.

    `observer` is called after each operation, in program order, with the operation and its
    results, which it must not modify. Raises UserError if the module has no function @main.
    """

    def __init__(
        self, module: ModuleOp, *, observer: Observer | None = None, engine: Engine = "fast"
    ):
        keep_freed_memory()
        self.signature = signature_of(module)
        self._interpreter = _FreeingInterpreter(module, ENGINES[engine]())
        self._interpreter.observer = observer
        for functions in FUNCTIONS:
            self._interpreter.register_implementations(functions())
        if any(isinstance(op, OnnxOp | NoValueOp | drp.CpuOp) for op in module.walk()):
            from ..cpu import OnnxFunctions

            self._interpreter.register_implementations(OnnxFunctions())

    def run(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The outputs by name. The arrays are the caller's to keep and to change.

        Raises UserError where inputs are missing, unknown, or of another shape or dtype, and
        WeightsNotLoaded where the module has digests without bytes.
        """
        arguments = check_inputs(self.signature, inputs)
        self._interpreter.live = LiveBytes()
        with np.errstate(all="ignore"), blas_on_one_thread():
            results = self._interpreter.call_op(self.signature.function, arguments)
        names = [name for name, _ in self.signature.results]
        return dict(zip(names, map(_owned, results), strict=True))

    @property
    def peak_bytes(self) -> int:
        """The largest sum of bytes of the values alive at one time in the last run.

        Inputs count until their last use, views of one buffer once, constants not at all.
        """
        return self._interpreter.live.peak


def _owned(value: Any) -> Any:
    """A value that shares no memory with the inputs, the weights or other outputs."""
    if isinstance(value, np.ndarray):
        return np.array(value, order="C")
    if isinstance(value, list):
        return [_owned(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value


class _FreeingInterpreter(Interpreter):
    """xDSL's interpreter, but it drops values after their last use, and its errors are short."""

    def __init__(self, module: ModuleOp, jobs: IntegerJobs):
        super().__init__(module)
        self._jobs = jobs
        self._computations: dict[Operation, Callable[[PythonValues], OpImplResult]] = {}
        self.live = LiveBytes()
        self.observer: Observer | None = None
        self._dying: dict[Block, dict[Operation, tuple[SSAValue, ...]]] = {}

    def run_ssacfg_region(
        self, region: Region, args: PythonValues, name: str = "unknown"
    ) -> PythonValues:
        """Run a region of one block; values die as soon as no later operation needs them."""
        block = region.block
        if block not in self._dying:
            self._dying[block] = last_uses(block)
        outer, values = self._ctx, dict[SSAValue, Any](zip(block.args, args, strict=True))
        self._ctx = type(outer)(outer, name=name, local_scope=values)
        try:
            self.live.retain(args)
            return self._run_block(block, values, self._dying[block])
        finally:
            self._ctx = outer

    def _run_block(
        self,
        block: Block,
        values: dict[SSAValue, Any],
        dying: dict[Operation, tuple[SSAValue, ...]],
    ) -> PythonValues:
        for op in block.ops:
            result = self._run_op(op, self.get_values(op.operands))
            if isinstance(result.terminator_value, ReturnedValues):
                return result.terminator_value.values
            values.update(zip(op.results, result.values, strict=True))
            if isinstance(op, drp.ConstantOp):
                self.live.exempt(result.values)
            self.live.retain(result.values)
            if self.observer is not None:
                self.observer(op, result.values)
            for value in dying[op]:
                self.live.release(values.pop(value))
        raise InterpretationError("expected the block to end in a terminator")

    def _run_op(self, op: Operation, inputs: PythonValues) -> OpImplResult:
        """As the base class does, but an error names the operation and does not print the module."""
        if op not in self._computations:
            self._computations[op] = self._computation(op)
        try:
            return self._computations[op](inputs)
        except (UserError, WeightsNotLoaded):
            raise
        except Exception as error:
            raise InterpretationError(f"{describe(op)}: {error}") from error

    def _computation(self, op: Operation) -> Callable[[PythonValues], OpImplResult]:
        """What computes an operation's results from its operands."""
        route = route_of(op)
        if route in (Route.SUM, Route.TABLE):
            return lambda inputs: OpImplResult((self._jobs.run(op, inputs),), None)
        found = self._impls._impl_dict.get(type(op))  # pyright: ignore[reportPrivateUsage]
        if found is None:
            raise InterpretationError(f"no implementation of {describe(op)}")
        functions, implementation = found
        if route is Route.THROUGH_REAL:
            return lambda inputs: implementation(
                functions, self, op, tuple(map(_real, op.operands, inputs))
            )
        return lambda inputs: implementation(functions, self, op, inputs)


def _real(operand: SSAValue, value: Any) -> Any:
    """The real numbers of a quantised tensor; any other value as it is."""
    if not isinstance(operand.type, TensorType):
        return value
    element = operand.type.element_type
    return to_real(value, element) if isinstance(element, UniformType) else value


def describe(op: Operation) -> str:
    """One line that names an operation, its ONNX nodes and its types; never its contents."""
    nodes = nodes_of(op)
    named = f" (node {', '.join(nodes)})" if nodes else ""
    operands = ", ".join(str(value.type) for value in op.operands)
    results = ", ".join(str(value.type) for value in op.results)
    return f"{op.name}{named} : ({operands}) -> ({results})"

"""A list of `onnx` operations as something that runs: one ONNX Runtime session where possible."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
from xdsl.dialects.builtin import UnrankedTensorType
from xdsl.ir import Attribute, Operation, SSAValue

from ...drpdialect.constants import constant_of
from ...drpdialect.drp import ConstantOp
from ...drpdialect.element_types import mlir_type_of
from ...drpdialect.errors import UserError
from ...drpdialect.onnx import OnnxOp, opsets_of
from ...drpdialect.onnx_protos import OnnxModel, build_model, values_used_by
from ...drpdialect.onnx_types import NoneType, SequenceType, UnknownType
from ...drpdialect.provenance import nodes_of
from ..interpreter.liveness import last_uses
from .reference import ReferenceSession
from .runtime import EXTERNAL_BYTES, RuntimeRefusal, RuntimeSession

_SHOWN_NODES: Final = 5


class _Runnable(Protocol):
    def run(self, values: Sequence[Any]) -> list[Any]: ...


class CpuSession:
    """Operations of one block, in order, from `inputs` to `outputs`.

    They become one ONNX model in one ONNX Runtime session. Where ONNX Runtime refuses the model,
    as it has no kernel for one node or the nodes come from different opsets, they run node by
    node, each in a session of its own, or in `onnx.reference` where a node has no kernel.

    Constants that the operations use need not be among them. `input_types` overrides the types of
    `inputs`. `threads` is as for `RuntimeSession`.

    Raises UserError that names the nodes if nothing can run them, at the latest by `run`.
    """

    def __init__(
        self,
        ops: Sequence[Operation],
        inputs: Sequence[SSAValue],
        outputs: Sequence[SSAValue],
        *,
        opsets: Mapping[str, int],
        ir_version: int = 8,
        input_types: Sequence[Attribute] | None = None,
        threads: int = 0,
    ):
        self._ops = [op for op in ops if isinstance(op, OnnxOp | ConstantOp)]
        self._inputs = tuple(inputs)
        self._outputs = tuple(outputs)
        self._opsets = opsets
        self._ir_version = ir_version
        self._input_types = input_types
        self._runnable = self._first_choice(threads)

    def run(self, values: Sequence[Any]) -> list[Any]:
        """The outputs for inputs in order: arrays, lists for sequences, None for what is absent.

        Raises UserError that names the nodes where they cannot run on these values.
        """
        try:
            return self._runnable.run(values)
        except RuntimeRefusal as refusal:
            self._runnable = self._second_choice(refusal)
            return self.run(values)
        except UserError:
            raise
        except Exception as error:  # of ONNX Runtime's, onnx.reference's or NumPy's making
            raise UserError(f"{self._named()} fails on the CPU: {error}") from error

    def _first_choice(self, threads: int) -> _Runnable:
        try:
            return RuntimeSession(self._model(EXTERNAL_BYTES), threads)
        except (RuntimeRefusal, ValueError) as refusal:
            return self._second_choice(refusal)

    def _second_choice(self, refusal: Exception) -> _Runnable:
        if len(self._nodes) > 1:
            return _Steps(self._ops, self._inputs, self._outputs)
        try:
            return ReferenceSession(self._model(None).proto)
        except Exception as error:  # of onnx.reference's making
            raise UserError(
                f"{self._named()} cannot run on the CPU. ONNX Runtime: {refusal}. "
                f"onnx.reference: {error}"
            ) from error

    def _model(self, external_bytes: int | None) -> OnnxModel:
        return build_model(
            self._ops,
            self._inputs,
            self._outputs,
            opsets=self._opsets,
            ir_version=self._ir_version,
            input_types=self._input_types,
            external_bytes=external_bytes,
        )

    @property
    def _nodes(self) -> list[OnnxOp]:
        return [op for op in self._ops if isinstance(op, OnnxOp)]

    def _named(self) -> str:
        names = [f"{' '.join(nodes_of(op)[:1])!r} ({op.op_type})" for op in self._nodes]
        more = len(names) - _SHOWN_NODES
        return "node " + ", ".join(names[:_SHOWN_NODES]) + (f" and {more} more" if more > 0 else "")


class NodeSessions:
    """Single operations, each in a session of its own, made when it first runs.

    An input whose type the module does not tell has the type of its value, so that an operation
    may have several sessions.
    """

    def __init__(self, threads: int = 1):
        self._threads = threads
        self._inputs: dict[OnnxOp, tuple[SSAValue, ...]] = {}
        self._sessions: dict[tuple[OnnxOp, tuple[Attribute, ...]], CpuSession] = {}

    def inputs_of(self, op: OnnxOp) -> tuple[SSAValue, ...]:
        """What an operation needs to be given: what it or its bodies use, without constants."""
        if op not in self._inputs:
            used = values_used_by(op)
            self._inputs[op] = tuple(v for v in used if not isinstance(v.owner, ConstantOp))
        return self._inputs[op]

    def run(self, op: OnnxOp, values: Sequence[Any]) -> list[Any]:
        """The results of an operation for the values of `inputs_of(op)`. Raises UserError."""
        inputs = self.inputs_of(op)
        types = tuple(_known_type(v.type, x) for v, x in zip(inputs, values, strict=True))
        session = self._sessions.get((op, types))
        if session is None:
            session = CpuSession(
                [op],
                inputs,
                [result for result in op.results if not isinstance(result.type, NoneType)],
                opsets=opsets_of(op),
                input_types=types,
                threads=self._threads,
            )
            self._sessions[op, types] = session
        results = iter(session.run(values))
        return [None if isinstance(r.type, NoneType) else next(results) for r in op.results]


class _Steps:
    """Operations of one block run one after the other; a value is dropped after its last use."""

    def __init__(
        self, ops: Sequence[Operation], inputs: Sequence[SSAValue], outputs: Sequence[SSAValue]
    ):
        self._inputs = inputs
        self._outputs = outputs
        self._nodes = [op for op in ops if isinstance(op, OnnxOp)]
        self._sessions = NodeSessions()
        block = self._nodes[0].parent_block()
        self._dying = {} if block is None else last_uses(block)

    def run(self, values: Sequence[Any]) -> list[Any]:
        known = dict(zip(self._inputs, values, strict=True))
        for op in self._nodes:
            needed = [known[value] for value in self._sessions.inputs_of(op)]
            known.update(zip(op.results, self._sessions.run(op, needed), strict=True))
            for value in self._dying.get(op, ()):
                if value not in self._outputs:
                    known.pop(value, None)
        return [known[v] if v in known else constant_of(v) for v in self._outputs]


def _known_type(declared: Attribute, value: Any) -> Attribute:
    """The declared type, or what can be said from the value where it is unknown."""
    if isinstance(declared, SequenceType) and isinstance(value, list):
        items: list[Any] = value
        element = _known_type(declared.element, items[0] if items else None)
        return declared if element == declared.element else SequenceType(element)
    if isinstance(declared, UnknownType) and isinstance(value, list):
        return _known_type(SequenceType(UnknownType()), value)
    if isinstance(declared, UnknownType) and isinstance(value, np.ndarray):
        return UnrankedTensorType(mlir_type_of(value.dtype))
    return declared

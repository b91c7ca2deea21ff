"""Comparing what two modules compute, and finding the operation where they part."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue

from ...drpdialect.drp.structure import ConstantOp
from ...drpdialect.provenance import nodes_of
from ..signature import body_of, outputs_of

Arrays = Mapping[str, Any]


def difference(actual: Any, expected: Any) -> float:
    """max|actual - expected| / max|expected| over finite elements; 0.0 means equal.

    Where all of `expected` is zero the difference itself counts. It is infinite for another shape
    or type, for integers, truth values and text that are not equal, and where one is finite (or
    a number) and the other is not.
    """
    if isinstance(expected, list | tuple):
        return _difference_of_lists(actual, expected)
    if actual is None or expected is None:
        return 0.0 if actual is expected else np.inf
    actual, expected = np.asarray(actual), np.asarray(expected)
    if actual.shape != expected.shape or actual.dtype != expected.dtype:
        return np.inf
    if not _is_inexact(expected):
        return 0.0 if np.array_equal(actual, expected) else np.inf
    return _difference_of_floats(actual, expected)


def _difference_of_lists(actual: Any, expected: Sequence[Any]) -> float:
    if not isinstance(actual, list | tuple) or len(actual) != len(expected):
        return np.inf
    return max((difference(a, b) for a, b in zip(actual, expected, strict=True)), default=0.0)


def _is_inexact(array: np.ndarray) -> bool:
    """Whether the elements are floats, also those that NumPy itself does not have."""
    is_ml_float = array.dtype.kind == "V" and "float" in array.dtype.name
    return np.issubdtype(array.dtype, np.inexact) or is_ml_float


def _difference_of_floats(actual: np.ndarray, expected: np.ndarray) -> float:
    wide = np.complex128 if expected.dtype.kind == "c" else np.float64
    actual, expected = actual.astype(wide), expected.astype(wide)
    finite = np.isfinite(expected)
    if not np.array_equal(actual[~finite], expected[~finite], equal_nan=True):
        return np.inf
    if not finite.any():
        return 0.0
    error = np.abs(actual[finite] - expected[finite]).max()
    if not np.isfinite(error):
        return np.inf
    scale = np.abs(expected[finite]).max()
    return float(error / scale) if scale else float(error)


def worst_output(actual: Arrays, expected: Arrays) -> tuple[str, float]:
    """The output that differs most, and by how much (see `difference`)."""
    differences = {name: difference(actual.get(name), value) for name, value in expected.items()}
    return max(differences.items(), key=lambda item: item[1], default=("", 0.0))


class Reference(Protocol):
    """Values to compare with, by ONNX node."""

    def values_of(self, nodes: Sequence[str]) -> Sequence[Any]:
        """The values that ONNX nodes, taken together, give to the rest of the model."""
        ...

    def nodes_before(self, nodes: Sequence[str]) -> Sequence[str]:
        """The ONNX nodes whose values they read."""
        ...


def run_module(module: ModuleOp, inputs: Arrays) -> Arrays:
    """The outputs of a module by name, in the interpreter."""
    from ...backends.interpreter import ModuleInterpreter

    return ModuleInterpreter(module).run(inputs)


class ModuleReference:
    """The values of a module's run on given inputs."""

    def __init__(self, module: ModuleOp, inputs: Arrays):
        self._values = observed_values(module, inputs)
        self._makers: dict[str, list[Operation]] = {}
        for op in self._values:
            for node in all_nodes(op):
                self._makers.setdefault(node, []).append(op)

    def values_of(self, nodes: Sequence[str]) -> Sequence[Any]:
        group = self._group(nodes)
        return [
            value
            for op in group
            for result, value in zip(op.results, self._values[op], strict=True)
            if not result.uses or any(use.operation not in group for use in result.uses)
        ]

    def nodes_before(self, nodes: Sequence[str]) -> Sequence[str]:
        group = self._group(nodes)
        owners = dict.fromkeys(operand.owner for op in group for operand in op.operands)
        makers = [o for o in owners if isinstance(o, Operation) and o not in group]
        return [node for op in makers for node in all_nodes(op)]

    def _group(self, nodes: Sequence[str]) -> dict[Operation, None]:
        return dict.fromkeys(op for node in nodes for op in self._makers.get(node, ()))


def observed_values(module: ModuleOp, inputs: Arrays) -> dict[Operation, tuple[Any, ...]]:
    """The results of every operation of the model itself (not of its regions) in one run."""
    from ...backends.interpreter import ModuleInterpreter

    top = body_of(module)
    values: dict[Operation, tuple[Any, ...]] = {}

    def observe(op: Operation, results: tuple[Any, ...]) -> None:
        if op.parent is top and not isinstance(op, ConstantOp):
            values[op] = results

    ModuleInterpreter(module, observer=observe).run(inputs)
    return values


def all_nodes(op: Operation) -> tuple[str, ...]:
    """The ONNX nodes of an operation and of those in its regions."""
    names = (name for inner in op.walk() for name in nodes_of(inner))
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True)
class OpDeparture:
    """The first operation whose result no longer is what its ONNX nodes should give."""

    operation: str
    nodes: tuple[str, ...]
    difference: float | None
    gone: tuple[str, ...]
    """The ONNX nodes that it read, and that no operation stands for any more."""

    def __str__(self) -> str:
        by = "" if self.difference is None else f" by {self.difference:.2e} x its magnitude"
        text = f"{self.operation} of ONNX node {_listed(self.nodes) or 'unknown'} departs first{by}"
        return text if not self.gone else f"{text} (it read {_listed(self.gone)}, now gone)"


def describe_departure(
    module: ModuleOp, inputs: Arrays, reference: Reference, output: str, bound: float
) -> str:
    """A message about a wrong output that names the operation that departs first."""
    op = first_departing_op(module, inputs, reference, output, bound)
    allowed = "must be equal bit for bit" if bound == 0 else f"may differ by {bound:.1e}"
    head = f"output {output!r} {allowed}"
    return head if op is None else f"{head}; {op}"


def first_departing_op(
    module: ModuleOp, inputs: Arrays, reference: Reference, output: str, bound: float
) -> OpDeparture | None:
    """Where a module's run departs from a reference, searched back from a wrong output.

    A result is as it should be if it equals, within the bound, a value that its ONNX nodes give
    to the rest of the model in the reference. From the wrong output the search follows operands
    whose makers are not as they should be; the earliest of these is the one. None if the output
    is not made by an operation.
    """
    errors: dict[Operation, float | None] = {}
    for op, values in observed_values(module, inputs).items():
        errors[op] = _difference_from(reference, op, values)
    terminator = body_of(module).last_op
    names = [port.name for port in outputs_of(module)]
    assert terminator is not None
    value = terminator.operands[names.index(output)]
    suspects = list(_wrong_makers(value, errors, bound))
    if not suspects:
        return None
    named = [op for op in suspects if errors[op] is not None] or suspects
    order = {op: index for index, op in enumerate(errors)}
    first = min(named, key=lambda op: order[op])
    standing = {node for op in errors for node in all_nodes(op)}
    gone = _gone_before(all_nodes(first), reference, standing)
    return OpDeparture(first.name, all_nodes(first), errors[first], gone)


def _listed(nodes: Sequence[str]) -> str:
    return ", ".join(repr(node) for node in nodes)


def _gone_before(
    nodes: Sequence[str], reference: Reference, standing: Collection[str]
) -> tuple[str, ...]:
    """The nodes that others read, directly or through such nodes, and that are not standing."""
    gone: dict[str, None] = {}
    pending = list(nodes)
    while pending:
        before = reference.nodes_before([pending.pop()])
        new = [node for node in before if node not in standing and node not in gone]
        gone.update(dict.fromkeys(new))
        pending += new
    return tuple(gone)


def _wrong_makers(
    value: SSAValue, errors: Mapping[Operation, float | None], bound: float
) -> Iterator[Operation]:
    """The operations behind a value, through results that are not as they should be."""
    pending = [value]
    seen: set[Operation] = set()
    while pending:
        maker = pending.pop().owner
        if not isinstance(maker, Operation) or maker in seen or maker not in errors:
            continue
        seen.add(maker)
        error = errors[maker]
        if error is not None and error <= bound:
            continue
        yield maker
        pending += maker.operands


def _difference_from(reference: Reference, op: Operation, values: Sequence[Any]) -> float | None:
    """How far the results are from the nearest values they could be; None if there is none."""
    candidates = reference.values_of(all_nodes(op))
    if not candidates:
        return None
    return max((_nearest(value, candidates) for value in values), default=0.0)


def _nearest(value: Any, candidates: Sequence[Any]) -> float:
    return min(_difference_of_layouts(value, candidate) for candidate in candidates)


def _difference_of_layouts(value: Any, candidate: Any) -> float:
    """The difference; between tensors of other shapes, that of their elements in order of size."""
    if not isinstance(value, np.ndarray) or not isinstance(candidate, np.ndarray):
        return difference(value, candidate)
    if value.shape == candidate.shape or value.size != candidate.size:
        return difference(value, candidate)
    if value.dtype.kind not in "fiub":
        return difference(value.reshape(-1), candidate.reshape(-1))
    return difference(np.sort(value, axis=None), np.sort(candidate, axis=None))

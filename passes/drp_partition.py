"""Gather what stays on the CPU into regions that each run in one go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.ir import Block, Operation, OpResult, SSAValue

from ..drpdialect.drp.structure import ConstantOp, CpuOp, YieldOp
from ..drpdialect.onnx import NoValueOp, OnnxOp
from .base import DrpPass
from .movement_on_cpu import has_onnx_form, onnx_form

if TYPE_CHECKING:
    from networkx import DiGraph


@dataclass(frozen=True)
class DrpPartitionPass(DrpPass):
    """Put the `onnx` operations of each function into `drp.cpu` regions, as few as there can be.

    Between two operations of one region nothing may run elsewhere (the region is convex), and no
    two regions may wait for each other. Operations that follow one another through the
    accelerator therefore need different regions: the longest such sequence says how many regions
    there must be, and that many are made.

    1. An `onnx` operation none of whose results is used is removed.
    2. A job that only moves elements (reshape, transpose, slice, concat) and lies among
       operations of the CPU alone becomes an `onnx` operation again: all it reads comes from the
       CPU, from graph inputs or constants, all that reads it runs on the CPU or is a graph
       output, and a CPU operation is among its neighbours (through other such jobs). Every such
       move saves crossings. It needs opset 13 and sizes other than zero. All other jobs of the
       accelerator stay where they are, whatever surrounds them.
    3. Every `onnx` operation belongs to the region whose number is the largest count of CPU
       stretches on any path that ends in it: the earliest region that may hold it.
    4. An operation that only a later region reads moves into that region where this does not
       make more values cross borders.
    5. The regions and the jobs of the accelerator are put in order: as much of the accelerator as
       can run, the first region, what can run then, the second region, and so on. Within each the
       order of the program stays.
    6. Constants and omitted inputs that a region uses are copied into it; those that nothing else
       uses go. All other values come in as operands. Operations inside keep their names.
    7. Control-flow operators go into a region with their bodies. Regions that are there already
       are left alone, like jobs of the accelerator.
    """

    name = "drp-partition"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.walk():
            if isinstance(function, FuncOp) and not function.is_declaration:
                _partition(function.body.block)


def _partition(block: Block) -> None:
    _remove_unused(block)
    cpu: set[Operation] = {op for op in block.ops if isinstance(op, OnnxOp)}
    terminator = block.last_op
    if not cpu or terminator is None:
        return
    graph = _dependences(block)
    cpu |= _movement_among(cpu, graph, terminator)
    region_of = _earliest_regions(graph, cpu)
    _sink(region_of, graph, cpu)
    movable = [op for op in graph if op is not terminator]
    movable.sort(key=lambda op: (region_of[op], op not in cpu))
    for number, members in groupby(movable, key=lambda op: op in cpu and region_of[op]):
        if number:
            _outline(list(members), terminator)
            continue
        for op in members:
            op.detach()
            block.insert_op_before(op, terminator)
    _remove_unused_constants(block)


def _remove_unused(block: Block) -> None:
    for op in reversed(list(block.ops)):
        if isinstance(op, OnnxOp) and not any(result.uses for result in op.results):
            block.erase_op(op)


def _remove_unused_constants(block: Block) -> None:
    for op in list(block.ops):
        if _is_copied(op) and not op.results[0].uses:
            block.erase_op(op)


def _is_copied(owner: Operation | Block) -> bool:
    return isinstance(owner, ConstantOp | NoValueOp)


def _reads(op: Operation) -> Iterator[SSAValue]:
    """The values from outside that an operation and its bodies read, with repetitions."""
    if not op.regions:
        yield from op.operands
        return
    for inner in op.walk():
        for value in inner.operands:
            if inner is op or not op.is_ancestor(value.owner):
                yield value


def _dependences(block: Block) -> DiGraph[Operation]:
    """Producer -> consumer for all operations of a block but constants, in program order."""
    from networkx import DiGraph

    graph: DiGraph[Operation] = DiGraph()
    for op in block.ops:
        if _is_copied(op):
            continue
        graph.add_node(op)
        for value in _reads(op):
            if isinstance(value, OpResult) and not _is_copied(value.op):
                graph.add_edge(value.op, op)
    return graph


# --- which operations (rule 2) ---------------------------------------------------------------


def _movement_among(
    cpu: AbstractSet[Operation], graph: DiGraph[Operation], terminator: Operation
) -> set[Operation]:
    """The jobs that only move elements among operations of the CPU."""
    from networkx import weakly_connected_components

    candidates = {op for op in graph if has_onnx_form(op)}
    host = {*cpu, *candidates, terminator}
    doubtful = list(candidates)
    while doubtful:
        op = doubtful.pop()
        around = _neighbours(op, graph)
        if op in candidates and any(other not in host for other in around):
            candidates.remove(op)
            host.remove(op)
            doubtful += [other for other in around if other in candidates]
    found: set[Operation] = set()
    for group in weakly_connected_components(graph.subgraph(candidates)):
        if any(other in cpu for op in group for other in _neighbours(op, graph)):
            found |= group
    return found


def _neighbours(op: Operation, graph: DiGraph[Operation]) -> list[Operation]:
    return [*graph.predecessors(op), *graph.successors(op)]


# --- which region (rules 3 and 4) ------------------------------------------------------------


def _earliest_regions(
    graph: DiGraph[Operation], cpu: AbstractSet[Operation]
) -> dict[Operation, int]:
    """The region of each CPU operation; of the others, the last region that they wait for or 0."""
    number: dict[Operation, int] = {}
    for op in graph:  # in program order: operands come first
        if op in cpu:
            waits = (number[p] + (p not in cpu) for p in graph.predecessors(op))
            number[op] = max(waits, default=1)
        else:
            number[op] = max((number[p] for p in graph.predecessors(op)), default=0)
    return number


def _sink(
    region_of: dict[Operation, int], graph: DiGraph[Operation], cpu: AbstractSet[Operation]
) -> None:
    for op in reversed([op for op in graph if op in cpu]):
        readers = {region_of[r] if r in cpu else None for r in graph.successors(op)}
        if len(readers) != 1 or None in readers:
            continue
        inputs = {value for value in _reads(op) if not _is_copied(value.owner)}
        outputs = [result for result in op.results if result.uses]
        if len(inputs) <= len(outputs):
            (region_of[op],) = (number for number in readers if number is not None)


# --- making a region (rule 6) ----------------------------------------------------------------


def _outline(members: Sequence[Operation], terminator: Operation) -> None:
    """Replace operations by a region that holds them, in front of the terminator."""
    block = terminator.parent
    assert block is not None
    inside = set(members)
    reads = dict.fromkeys(value for op in members for value in _reads(op))
    outside = [v for v in reads if not isinstance(v, OpResult) or v.op not in inside]
    copied = [value for value in outside if _is_copied(value.owner)]
    inputs = [value for value in outside if not _is_copied(value.owner)]
    outputs = [r for op in members for r in op.results if _is_read_elsewhere(r, block, inside)]

    region = CpuOp(inputs, [value.type for value in outputs])
    body = region.body.block
    inner: dict[SSAValue, SSAValue] = dict(zip(inputs, body.args, strict=True))
    for value, argument in zip(inputs, body.args, strict=True):
        argument.name_hint = value.name_hint
    for value in copied:
        assert isinstance(value, OpResult)
        body.add_op(value.op.clone(inner))
    for op in members:
        _copy_into(body, op, inner)
    body.add_op(YieldOp([inner[value] for value in outputs]))

    block.insert_op_before(region, terminator)
    for value, result in zip(outputs, region.results, strict=True):
        result.name_hint = value.name_hint
        value.replace_all_uses_with(result)
    for op in reversed(members):
        block.erase_op(op, safe_erase=False)


def _copy_into(body: Block, op: Operation, inner: dict[SSAValue, SSAValue]) -> None:
    if isinstance(op, OnnxOp):
        body.add_op(op.clone(inner))
        return
    form = onnx_form(op, [inner[value] for value in op.operands])
    body.add_ops(form)
    inner[op.results[0]] = form[-1].results[0]
    form[-1].results[0].name_hint = op.results[0].name_hint


def _is_read_elsewhere(value: SSAValue, block: Block, inside: AbstractSet[Operation]) -> bool:
    return any(block.find_ancestor_op_in_block(use.operation) not in inside for use in value.uses)

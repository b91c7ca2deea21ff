"""Whole regions of jobs that do not care about the order of axes, moved across transposes.

A region is a maximal set of such jobs, connected by the tensors between them. Computed in another
order of axes, it needs other transposes where tensors enter and leave; the cheaper order wins. The
cost is the number of elements that transposes move, less those that a neighbour on the AI-MAC
would save by taking a job in as its epilogue.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final

from xdsl.dialects.builtin import IntegerAttr, i64
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.irdl import IRDLOperation
from xdsl.rewriter import InsertPoint, Rewriter

from ...drpdialect import drp
from ...drpdialect.drp.base import ints, tensor_like
from ...drpdialect.provenance import inherit_nodes
from ..rewriting import evolve, ints_of
from .axes import Axes, compose, inverse, is_trivial_move, permuted

_ELEMENTWISE: Final = (
    drp.ApplyOp,
    drp.BinaryOp,
    drp.CompareOp,
    drp.LogicalOp,
    drp.NotOp,
    drp.IsNanOp,
    drp.SelectOp,
    drp.CastOp,
)

_PER_AXIS: Final[Mapping[type[Operation], tuple[str, ...]]] = {
    drp.SliceOp: ("offsets", "sizes", "steps"),
    drp.PadOp: ("low", "high"),
    drp.TileOp: ("repeats",),
}
"""Properties that hold one number per axis."""

_ONE_AXIS: Final = (
    drp.ConcatOp,
    drp.GatherOp,
    drp.SoftmaxOp,
    drp.LogSoftmaxOp,
    drp.ArgMaxOp,
    drp.ArgMinOp,
)
"""Jobs whose property `axis` names an axis of the result."""

_CANDIDATES: Final = 4
"""How many permutations are tried for a region."""


class Region:
    """Connected jobs in program order, on tensors of one rank."""

    def __init__(self, jobs: Iterable[IRDLOperation], rank: int):
        self.jobs = tuple(jobs)
        self.rank = rank
        self.members: frozenset[Operation] = frozenset(self.jobs)

    def entries(self) -> list[SSAValue]:
        """The tensors that enter, once each."""
        values = (value for job in self.jobs for value in job.operands)
        return list(dict.fromkeys(v for v in values if v.owner not in self.members))

    def exits(self) -> list[SSAValue]:
        """The tensors that leave."""
        results = (job.results[0] for job in self.jobs)
        return [r for r in results if any(u.operation not in self.members for u in r.uses)]

    def readers(self, value: SSAValue) -> list[Operation]:
        """Who reads a tensor outside of the region."""
        return [use.operation for use in value.uses if use.operation not in self.members]

    def candidates(self) -> list[Axes]:
        """The permutations that transposes at the borders suggest to undo, most frequent first."""
        counts: dict[Axes, int] = {}
        for permutation in self._border_permutations():
            counts[permutation] = counts.get(permutation, 0) + 1
        return sorted(counts, key=lambda permutation: -counts[permutation])[:_CANDIDATES]

    def _border_permutations(self) -> Iterable[Axes]:
        for value in self.entries():
            if isinstance(value.owner, drp.TransposeOp) and _rank(value) == self.rank:
                yield ints_of(value.owner.permutation)
        for value in self.exits():
            for reader in self.readers(value):
                if isinstance(reader, drp.TransposeOp):
                    yield inverse(ints_of(reader.permutation))


def improve_layouts(block: Block) -> bool:
    """Give every region the order of axes that costs least; say whether anything changed."""
    changed = False
    for region in regions(block):
        gains = {p: saving(region, p) for p in region.candidates()}
        best = max(gains, key=gains.__getitem__, default=None)
        if best is not None and gains[best] > 0:
            flip(region, best)
            changed = True
    return changed


def regions(block: Block) -> list[Region]:
    """The maximal connected sets of jobs of one rank that do not care about the order of axes."""
    leader: dict[Operation, Operation] = {}
    jobs: list[IRDLOperation] = []

    def find(op: Operation) -> Operation:
        while leader[op] is not op:
            leader[op] = leader[leader[op]]
            op = leader[op]
        return op

    for op in block.ops:
        if not isinstance(op, IRDLOperation) or not _ignores_order(op):
            continue
        jobs.append(op)
        leader[op] = op
        for value in op.operands:
            producer = value.owner
            if (
                isinstance(producer, Operation)
                and producer in leader
                and _rank(value) == _rank_of(op)
            ):
                leader[find(producer)] = find(op)
    members: dict[Operation, list[IRDLOperation]] = {}
    for job in jobs:
        members.setdefault(find(job), []).append(job)
    return [Region(group, _rank_of(group[0])) for group in members.values()]


def saving(region: Region, permutation: Axes) -> int:
    """What it saves to compute a region on x where it now sees transpose(x, permutation)."""
    return _cost(region, tuple(range(region.rank))) - _cost(region, permutation)


def flip(region: Region, permutation: Axes) -> None:
    """Compute a region on x where it now sees transpose(x, permutation).

    Transposes are put at all borders; the rules for transposes in a row then drop them where the
    cost says so.
    """
    undone: dict[SSAValue, SSAValue] = {}
    for job in region.jobs:
        for value in job.operands:
            if value not in undone:
                undone[value] = _undo(value, permutation, job)
        flipped = _permuted_job(job, [undone[value] for value in job.operands], permutation)
        Rewriter.insert_op(flipped, InsertPoint.before(job))
        undone[job.results[0]] = flipped.results[0]
    for value in region.exits():
        _redo(region, value, undone[value], permutation)
    for job in reversed(region.jobs):
        Rewriter.erase_op(job)


def _undo(value: SSAValue, permutation: Axes, job: Operation) -> SSAValue:
    """What `permutation` makes a value from; sizes of 1 are put before a shorter shape.

    The movements stand for the transpose that made the value, or else for the job that reads it.
    """
    padded = drp.ReshapeOp(value, _padded_shape(value, len(permutation)))
    moved = drp.TransposeOp(padded.y, inverse(permutation))
    Rewriter.insert_op([padded, moved], InsertPoint.before(job))
    for movement in (padded, moved):
        inherit_nodes(movement, value.owner if isinstance(value.owner, drp.TransposeOp) else job)
    return moved.y


def _redo(region: Region, value: SSAValue, flipped: SSAValue, permutation: Axes) -> None:
    """Give the readers of a value outside of a region what they read before."""
    job = value.owner
    assert isinstance(job, Operation)
    moved = drp.TransposeOp(flipped, permutation)
    inherit_nodes(moved, job)
    moved.y.name_hint = value.name_hint
    Rewriter.insert_op(moved, InsertPoint.before(job))
    value.replace_uses_with_if(moved.y, lambda use: use.operation not in region.members)


def _permuted_job(job: IRDLOperation, operands: list[SSAValue], permutation: Axes) -> IRDLOperation:
    """The job on operands whose axes stand in the order before `permutation`."""
    order = inverse(permutation)
    result_type = tensor_like(job.results[0], permuted(drp.shape_of(job.results[0]), order))
    names = [name for name, _ in job.get_irdl_definition().operands]
    changes: dict[str, SSAValue | list[SSAValue] | Attribute] = (
        {"xs": operands}
        if isinstance(job, drp.ConcatOp)
        else dict(zip(names, operands, strict=True))
    )
    for name in _PER_AXIS.get(type(job), ()):
        changes[name] = ints(permuted(ints_of(getattr(job, name)), order))
    if isinstance(job, _ONE_AXIS):
        changes["axis"] = IntegerAttr(permutation[job.axis.value.data], i64)
    return evolve(job, result_type, **changes)


# --- what it costs ----------------------------------------------------------------------------


def _cost(region: Region, permutation: Axes) -> int:
    """Elements moved by transposes at a region's borders, if it is computed on x where it now
    sees transpose(x, permutation); less those that AI-MAC jobs save by taking jobs in."""
    entering = sum(_entry_cost(region, value, permutation) for value in region.entries())
    leaving = sum(_exit_cost(region, value, permutation) for value in region.exits())
    return entering + leaving - sum(_saved_by_fusion(job, permutation) for job in region.jobs)


def _entry_cost(region: Region, value: SSAValue, permutation: Axes) -> int:
    size, undo = _size(value), inverse(permutation)
    transpose = value.owner
    if isinstance(transpose, drp.ConstantOp):
        return 0
    if not isinstance(transpose, drp.TransposeOp) or _rank(value) != region.rank:
        is_free = is_trivial_move(undo, _padded_shape(value, region.rank))
        return 0 if is_free or _is_transposed(region, value, undo) else size
    both = compose(ints_of(transpose.permutation), undo)
    cost = 0 if is_trivial_move(both, drp.shape_of(transpose.x)) else size
    stays = permutation != tuple(range(region.rank)) and bool(region.readers(value))
    return cost + (size if stays else 0)


def _is_transposed(region: Region, value: SSAValue, permutation: Axes) -> bool:
    """Whether a job outside of the region transposes a value like this anyway."""
    return any(
        isinstance(reader, drp.TransposeOp) and ints_of(reader.permutation) == permutation
        for reader in region.readers(value)
    )


def _exit_cost(region: Region, value: SSAValue, permutation: Axes) -> int:
    shape = permuted(drp.shape_of(value), inverse(permutation))
    moves: set[Axes] = set()
    cost = 0
    for reader in region.readers(value):
        if isinstance(reader, drp.TransposeOp):
            both = compose(permutation, ints_of(reader.permutation))
            cost += 0 if is_trivial_move(both, shape) else _size(value)
        else:
            moves.add(permutation)
    return cost + sum(_size(value) for move in moves if not is_trivial_move(move, shape))


def _saved_by_fusion(job: IRDLOperation, permutation: Axes) -> int:
    """The size of a job's result if a neighbour on the AI-MAC can take the job in."""
    for value in job.operands:
        if _rank(value) == len(permutation) and _can_take(_source(value, permutation), job):
            return _size(job.results[0])
    return 0


def _source(value: SSAValue, permutation: Axes) -> Operation | None:
    """The job whose result a value is, but for reshapes and a transpose that cancels."""
    move, shape = inverse(permutation), drp.shape_of(value)
    if isinstance(value.owner, drp.TransposeOp) and value.has_one_use():
        transpose = value.owner
        move = compose(ints_of(transpose.permutation), move)
        value, shape = transpose.x, drp.shape_of(transpose.x)
    if not is_trivial_move(move, shape):
        return None
    while isinstance(value.owner, drp.ReshapeOp) and value.has_one_use():
        value = value.owner.x
    return value.owner if isinstance(value.owner, Operation) and value.has_one_use() else None


def _can_take(producer: Operation | None, job: IRDLOperation) -> bool:
    """Whether an AI-MAC job has room for what `job` does with its result."""
    if not isinstance(producer, drp.EpilogueOp):
        return False
    if isinstance(producer, drp.ConvOp) and producer.residual is not None:
        return isinstance(job, drp.ApplyOp) and producer.output_activation.is_identity
    if isinstance(producer, drp.ConvOp) and isinstance(job, drp.AddOp):
        return True
    is_free = producer.properties["activation"] == drp.IDENTITY
    has_constant = any(isinstance(value.owner, drp.ConstantOp) for value in job.operands)
    return (
        is_free
        and isinstance(job, drp.ApplyOp | drp.BinaryOp)
        and (has_constant or isinstance(job, drp.ApplyOp))
    )


# --- what the jobs are ------------------------------------------------------------------------


def _ignores_order(op: Operation) -> bool:
    """Whether a job gives the same numbers, bit for bit, in any order of axes."""
    if isinstance(op, drp.ArgOp):
        return bool(op.keep.value.data)
    return isinstance(op, (*_ELEMENTWISE, *_PER_AXIS, *_ONE_AXIS))


def _padded_shape(value: SSAValue, rank: int) -> Axes:
    shape = drp.shape_of(value)
    return (1,) * (rank - len(shape)) + shape


def _rank(value: SSAValue) -> int:
    return len(drp.shape_of(value))


def _rank_of(op: Operation) -> int:
    return _rank(op.results[0])


def _size(value: SSAValue) -> int:
    return math.prod(drp.shape_of(value))

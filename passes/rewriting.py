"""What rewrites share: asking about values, and changing operations without losing provenance."""

from collections.abc import Sequence
from typing import TypeVar, cast

import numpy as np
from xdsl.dialects.builtin import (
    DenseArrayBase,
    Float32Type,
    Float64Type,
    IntegerType,
    ModuleOp,
)
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import IRDLOperation
from xdsl.pattern_rewriter import (
    GreedyRewritePatternApplier,
    PatternRewriter,
    PatternRewriteWalker,
    RewritePattern,
)

from ..drpdialect import drp
from ..drpdialect.constants import constant_of, make_constant
from ..drpdialect.provenance import inherit_nodes

OpT = TypeVar("OpT", bound=IRDLOperation)

_SEGMENTS = "operandSegmentSizes"


def apply_patterns(module: ModuleOp, patterns: Sequence[RewritePattern]) -> bool:
    """Rewrite greedily until nothing changes, dropping dead operations; say whether anything did."""
    return PatternRewriteWalker(GreedyRewritePatternApplier(list(patterns))).rewrite_module(module)


def evolve(
    op: OpT,
    result_type: Attribute | None = None,
    /,
    **changes: SSAValue | Sequence[SSAValue] | Attribute | None,
) -> OpT:
    """A copy of a one-result operation in which the named operands and properties are others."""
    definition = op.get_irdl_definition()
    attributes = {name: value for name, value in changes.items() if isinstance(value, Attribute)}
    values = {name: value for name, value in changes.items() if not isinstance(value, Attribute)}
    operands: list[SSAValue | Sequence[SSAValue] | None] = [
        values[name] if name in values else cast(SSAValue | None, getattr(op, name))
        for name, _ in definition.operands
    ]
    kept = {name: value for name, value in op.properties.items() if name != _SEGMENTS}
    return type(op).build(
        operands=operands,
        result_types=[op.results[0].type if result_type is None else result_type],
        properties=kept | attributes,
        attributes=dict(op.attributes),
    )


def fuse(rewriter: PatternRewriter, follower: Operation, producer: OpT, fused: OpT) -> None:
    """Put `fused`, which does the work of both, in the follower's place and drop the producer.

    The follower stands behind everything that either of the two reads, so it dominates. The
    producer's only user must be the follower.
    """
    inherit_nodes(fused, follower)
    rewriter.replace(follower, fused)
    rewriter.erase(producer)


def replace(rewriter: PatternRewriter, old: Operation, new: Operation, *merged: Operation) -> None:
    """Put one operation in another's place; it also stands for the nodes of those merged."""
    inherit_nodes(new, old, *merged)
    rewriter.replace(old, new)


def insert_constant(
    rewriter: PatternRewriter, array: np.ndarray, like: SSAValue | None = None
) -> SSAValue:
    """A new constant before the operation under rewriting, named as the one it stands for."""
    constant = rewriter.insert(make_constant(array))
    if like is not None:
        constant.result.name_hint = like.name_hint
        inherit_nodes(constant, *([like.owner] if isinstance(like.owner, Operation) else []))
    return constant.result


def only_user(value: SSAValue) -> Operation | None:
    """The operation that uses a value, None unless there is exactly one use."""
    return value.get_user_of_unique_use()


def applied(value: SSAValue, *kinds: str) -> drp.ApplyOp | None:
    """The `drp.apply` of one of these functions that made a value."""
    owner = value.owner
    if isinstance(owner, drp.ApplyOp) and owner.function.kind.data in kinds:
        return owner
    return None


def ints_of(array: DenseArrayBase) -> tuple[int, ...]:
    """The elements of `array<i64: ...>`."""
    return tuple(cast(DenseArrayBase[IntegerType], array).get_values())


def scalar_constant(value: SSAValue) -> float | None:
    """The number that a constant of one element holds."""
    if not isinstance(value.owner, drp.ConstantOp) or _size(value) != 1:
        return None
    array = constant_of(value)
    return None if array is None else float(array.reshape(()))


def is_single_or_double(value: SSAValue) -> bool:
    """Whether a tensor's numbers are f32 or f64, so that re-associating costs next to nothing."""
    return isinstance(drp.element_type_of(value), Float32Type | Float64Type)


def _size(value: SSAValue) -> int:
    return int(np.prod(drp.shape_of(value), dtype=np.int64))


def jobs_between(x: SSAValue, op: Operation) -> list[Operation]:
    """The element-wise jobs and reductions that lie between x and op and serve nothing else."""
    found: dict[Operation, None] = {}
    frontier = [value for value in op.operands if value is not x]
    while frontier:
        job = frontier.pop().owner
        if not isinstance(job, drp.ApplyOp | drp.BinaryOp | drp.ReduceOp) or job in found:
            continue
        readers = {use.operation for use in job.y.uses}
        if all(reader is op or reader in found for reader in readers):
            found[job] = None
            frontier.extend(value for value in job.operands if value is not x)
    return list(found)

"""drp-canonicalize: no movement that another movement undoes."""

from dataclasses import dataclass
from typing import ClassVar, Final

from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp

from ..base import DrpPass
from ..rewriting import apply_patterns
from . import identities, reshapes
from .layout import improve_layouts
from .sharing import share_jobs

_ROUNDS: Final = 16
"""Real models need two or three; the limit keeps the time linear whatever the model."""


@dataclass(frozen=True)
class DrpCanonicalizePass(DrpPass):
    """Remove movements: reshapes, transposes, slices, pads, concats, broadcasts.

    1. What gives its operand unchanged goes: a reshape, broadcast, tile or pad to the same shape, a
       transpose that keeps the order, a slice or gather of everything, a concat of one, a cast to
       the same type, the function `identity`.
    2. Movements in a row become one: reshapes; transposes; slices; pads with the same constant;
       concats along the same axis, the inner one used only there.
    3. A reshape, transpose, slice or gather of a constant is a constant.
    4. A transpose that only moves axes of size 1 is a reshape.
    5. Two transposes with a reshape between them that only splits or merges axes become one, between
       reshapes.
    6. A broadcast before a job that broadcasts its operands goes.
    7. A transpose before a reduction moves behind it, where fewer elements are left; the order of the
       reduced axes stays, so that sums stay bit for bit.
    8. A transpose that only slices read, one of which leads to another transpose, moves behind them,
       also across a reshape that only splits axes.
    9. A reshape before a function or cast moves behind it; before a binary job too, if the other
       operand is a constant that broadcasts along whole axes, a reshape of the same shape, or the
       job is a sum that a convolution can take as its residual.
    10. A region of connected jobs that do not care about the order of axes (element-wise, concat,
        slice, pad, tile, gather, softmax, argmax) is computed in the order that a transpose at its
        border undoes, where fewer elements are then moved by transposes at all of its borders. A job
        that an AI-MAC job beside it can then take in counts as one tensor less to move. So the
        transposes of channels-last models cancel, or end up at the graph's borders.

    11. Jobs that compute the same from the same become one, which stands for the nodes of all. (`cse`
        takes jobs of different nodes for different.)

    Rules 1 to 9, rule 11 and rule 10 take turns until nothing changes, 16 times at most. Jobs without a reader are removed.

    Left alone: regions where no order is cheaper, transposes around jobs that know channels
    (convolutions, pools, resizes, scale_shift, normalisations, matrix products), reshapes that cut
    across axes, sums over axes whose order would change.
    """

    name = "drp-canonicalize"
    numerics: ClassVar[float] = 0.0

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        patterns = [*identities.PATTERNS, *reshapes.PATTERNS]
        blocks = [f.body.block for f in op.walk() if isinstance(f, func.FuncOp)]
        for _ in range(_ROUNDS):
            apply_patterns(op, patterns)
            shared = [share_jobs(block) for block in blocks]
            improved = [improve_layouts(block) for block in blocks]
            if not any((*shared, *improved)):
                return
        apply_patterns(op, patterns)

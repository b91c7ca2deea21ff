"""A function of a job's result becomes the job's own activation."""

from xdsl.pattern_rewriter import PatternRewriter, RewritePattern, op_type_rewrite_pattern

from ...drpdialect import drp
from ..rewriting import evolve, fuse

_WITH_ACTIVATION = (
    drp.ConvOp,
    drp.ConvTransposeOp,
    drp.MatmulOp,
    drp.BinaryOp,
    drp.ScaleShiftOp,
    drp.NormOp,
)


class FuseActivation(RewritePattern):
    """function(job(...)): the job's activation, or its output_activation where it has a residual."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.ApplyOp, rewriter: PatternRewriter) -> None:
        job = op.x.owner
        if not isinstance(job, _WITH_ACTIVATION) or not op.x.has_one_use():
            return
        has_residual = isinstance(job, drp.ConvOp) and job.residual is not None
        name = "output_activation" if has_residual else "activation"
        present: drp.FunctionAttr = getattr(job, name)
        if present.is_identity:
            fuse(rewriter, op, job, evolve(job, **{name: op.function}))


PATTERNS: tuple[RewritePattern, ...] = (FuseActivation(),)

"""drp-fuse: fewer jobs, each with more of what surrounds it."""

from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

from ..base import DrpPass
from ..rewriting import apply_patterns
from . import affine, chains, epilogues, functions, norms, padding, residual, weights

CHAIN = chains.CHAIN


@dataclass(frozen=True)
class DrpFusePass(DrpPass):
    """Fuse what surrounds a job into the job.

    First, arithmetic is brought into one form, so that the rules see through exporters' habits:

    1. x * c, x + c, x - c, c - x, x / c with a constant c: `affine` if c is a scalar,
       `drp.scale_shift` if it is one number per channel (axis 1). x ** c is `power`, 1 / x
       `reciprocal`, max and min with a scalar a `clip`, a `clip` to [0, inf) a `relu`, a prelu with
       one slope a `leaky_relu`.
    2. Affine jobs in a row become one, clips in a row become one; what multiplies by 1 and adds 0
       goes.
    3. clip(x + 3, 0, 6) / 6 and its like become `hard_sigmoid`; x * gate(x) becomes `silu`,
       `hard_swish`, `mish`, `gelu` (erf) or `gelu_tanh`, times a factor, in any order of operations.
    4. (x - mean) / sqrt(variance + eps) over the last axes becomes `drp.layer_norm`, without the mean
       `drp.rms_norm`; a constant over those axes that multiplies (is added) behind becomes its scale
       (shift). exp(x) / sum(exp(x)) along one axis becomes `drp.softmax`.

    Then jobs take in what surrounds them:

    5. An affine job behind a convolution, transposed convolution or product with constant weights
       goes into the weights and bias; so does arithmetic with a constant along the last axis of a
       matrix product.
    6. An affine job before one goes into its weights; its shift only where every output sums over
       all taps: no padding, no transposed convolution.
    7. A scaled operand of a matrix product of two activations: the scale moves behind the product,
       as its activation.
    8. A function of the result of a convolution, matrix product, binary, scale_shift or
       normalisation job becomes its `activation`, or its `output_activation` if it has a residual.
    9. A sum of a convolution and a tensor of the same shape becomes the convolution's `residual`,
       the sum's activation its `output_activation`. Of two convolutions, the later one takes it.
    10. A pad of height and width with a constant goes into a convolution or average pool (zeros), or
        into a max pool if no element can be below the constant. The sum of all pads on a side must
        be smaller than the kernel, and no pooling window may hang over.
    11. A convolution and the depthwise ones behind it, each the only user of the one before, are
        marked as a chain: attribute `drp.chain`, one number per chain. A hint for grouping.

    Left alone: jobs whose result has another user (the work would be done twice), jobs that
    already have an activation, a residual or an output activation where the rule needs the place,
    scales and weights that are not constant (a sum alone goes into the bias of variable weights, too),
    results that would not be finite. Rules 1 to 7 hold for f32 and f64 only: 16-bit weights would be
    rounded a second time. Rules 8, 10 and 11 are exact; the rest re-associates.
    """

    name = "drp-fuse"
    numerics: ClassVar[float] = 5e-5
    """float32 rounding, carried through a whole network: 1e-5 is the most that real models showed."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        apply_patterns(op, [*norms.PATTERNS, *affine.PATTERNS, *functions.PATTERNS])
        apply_patterns(op, [*weights.PATTERNS, *padding.PATTERNS, *epilogues.PATTERNS])
        residual.fuse_residuals(op)
        chains.mark_chains(op)

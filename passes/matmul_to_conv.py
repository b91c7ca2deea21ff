"""matmul-to-conv: products with constant matrices become 1x1 convolutions."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter, RewritePattern, op_type_rewrite_pattern

from ..drpdialect import drp
from ..drpdialect.constants import constant_of
from ..drpdialect.provenance import inherit_nodes
from .base import DrpPass
from .rewriting import apply_patterns, insert_constant


class ConstantRight(RewritePattern):
    """a @ constant: K are the input channels, N the output channels."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.MatmulOp, rewriter: PatternRewriter) -> None:
        matrix = _matrix(op.b)
        if matrix is None or isinstance(op.a.owner, drp.ConstantOp) or _is_empty(op):
            return
        if len(drp.shape_of(op.y)) != len(drp.shape_of(op.a)):  # b brings more leading ones
            return
        weights = np.ascontiguousarray(matrix.T)[:, :, np.newaxis, np.newaxis]
        w = insert_constant(rewriter, weights, op.b)
        image = _image_of_rows(op.a)
        conv = drp.ConvOp(image[-1].results[0], w, op.bias, activation=op.activation)
        _replace(rewriter, op, [*image, conv, *_rows_of_image(conv.y, drp.shape_of(op.y))])


class ConstantLeft(RewritePattern):
    """constant @ b: b (..., K, N) already is an image of K channels, 1 x N elements."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.MatmulOp, rewriter: PatternRewriter) -> None:
        matrix = _matrix(op.a)
        if matrix is None or isinstance(op.b.owner, drp.ConstantOp) or _is_empty(op):
            return
        if op.bias is not None:
            return
        *leading, depth, width = drp.shape_of(op.b)
        batch = int(np.prod(leading, dtype=np.int64))
        w = insert_constant(rewriter, matrix[:, :, np.newaxis, np.newaxis], op.a)
        image = drp.ReshapeOp(op.b, (batch, depth, 1, width))
        conv = drp.ConvOp(image.y, w, activation=op.activation)
        _replace(rewriter, op, [image, conv, drp.ReshapeOp(conv.y, drp.shape_of(op.y))])


@dataclass(frozen=True)
class MatmulToConvPass(DrpPass):
    """Turn `drp.matmul` with a constant matrix into a 1x1 `drp.conv`, which the AI-MAC is made for.

    1. a @ b + bias with a constant b (K, N), possibly with leading sizes of 1: the weights are b
       transposed, (N, K, 1, 1); bias and activation stay. The rows of a become positions of an image
       of K channels:

       - (M, K) -> (M, K, 1, 1): each row an image of one element, no data moves;
       - (B, H, W, K) -> (B, K, H, W): a transposition from channels-last to channels-first;
       - (..., M, K) of another rank -> (1, L, K) -> (1, K, L) -> (1, K, 1, L), L the product of
         the sizes before K: reshapes, and the same transposition with one spatial axis.

       The result goes the same way back. A machine that keeps channels last in memory needs to move
       nothing for any of these; `drp-canonicalize` cancels them between neighbours.
    2. a @ b with a constant a (M, K) and no bias: b (..., K, N) is an image of K channels with 1 x N
       elements as it lies, so that reshapes suffice; the weights are a as (M, K, 1, 1).

    Left alone: products of two activations (they stay `drp.matmul`, also a job of the AI-MAC) or of
    two constants, a different matrix per batch element, a constant a with a bias (it lies along the
    columns, not the output channels), empty tensors.

    The products are the same and summed over the same K, only possibly in another order.
    """

    name = "matmul-to-conv"
    numerics: ClassVar[float] = 5e-5
    """float32 rounding, carried through a whole network: 7e-6 is the most that real models showed."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        apply_patterns(op, [ConstantRight(), ConstantLeft()])


def _matrix(value: SSAValue) -> np.ndarray | None:
    """A constant as one matrix, None if it is not one."""
    shape = drp.shape_of(value)
    if any(size != 1 for size in shape[:-2]):
        return None
    array = constant_of(value)
    return None if array is None else array.reshape(shape[-2:])


def _is_empty(op: drp.MatmulOp) -> bool:
    return 0 in (*drp.shape_of(op.a), *drp.shape_of(op.b))


def _image_of_rows(a: SSAValue) -> list[Operation]:
    """The jobs that lay (..., M, K) out as an image (N, K, H, W)."""
    shape = drp.shape_of(a)
    depth = shape[-1]
    if len(shape) == 2:
        return [drp.ReshapeOp(a, (shape[0], depth, 1, 1))]
    if len(shape) == 4:
        return [drp.TransposeOp(a, (0, 3, 1, 2))]
    rows = int(np.prod(shape[:-1], dtype=np.int64))
    flat = drp.ReshapeOp(a, (1, rows, depth))
    channels_first = drp.TransposeOp(flat.y, (0, 2, 1))
    return [flat, channels_first, drp.ReshapeOp(channels_first.y, (1, depth, 1, rows))]


def _rows_of_image(image: SSAValue, shape: tuple[int, ...]) -> list[Operation]:
    """The jobs that lay an image (N, C, H, W) out as rows (..., M, C), the reverse of the above."""
    if len(shape) == 2:
        return [drp.ReshapeOp(image, shape)]
    if len(shape) == 4:
        return [drp.TransposeOp(image, (0, 2, 3, 1))]
    _, channels, _, rows = drp.shape_of(image)
    flat = drp.ReshapeOp(image, (1, channels, rows))
    channels_last = drp.TransposeOp(flat.y, (0, 2, 1))
    return [flat, channels_last, drp.ReshapeOp(channels_last.y, shape)]


def _replace(rewriter: PatternRewriter, op: drp.MatmulOp, jobs: list[Operation]) -> None:
    for job in jobs:
        inherit_nodes(job, op)
    rewriter.replace(op, jobs)

"""Affine functions before or behind an AI-MAC job go into its weights and bias."""

from typing import NamedTuple

import numpy as np
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter, RewritePattern, op_type_rewrite_pattern

from ...drpdialect import drp
from ...drpdialect.constants import constant_of
from ...drpdialect.element_types import dtype_of
from ...drpdialect.provenance import inherit_nodes
from ..rewriting import evolve, fuse, insert_constant, ints_of, is_single_or_double
from .affine import Affine, Numbers, affine_of

AiMacOp = drp.ConvOp | drp.ConvTransposeOp | drp.MatmulOp

_ONE = np.float64(1.0)
_ZERO = np.float64(0.0)


class Weights(NamedTuple):
    """A job's constant weights, and how to see them as (groups, channels, channels, taps).

    `outputs` and `inputs` are the shapes to which vectors of one number per output (input) channel
    are reshaped to broadcast against the weights in the shape `view`; `input_axis` is the axis of
    the input channels of a group in it.
    """

    array: np.ndarray
    view: tuple[int, ...]
    outputs: tuple[int, ...]
    inputs: tuple[int, ...]
    input_axis: int

    def scaled(self, factor: Numbers, shape: tuple[int, ...]) -> np.ndarray:
        """The weights times a scalar, or one factor per channel: one new array of their dtype."""
        with np.errstate(over="ignore", invalid="ignore"):  # the caller asks whether it is finite
            factor = factor.astype(self.array.dtype).reshape(shape if factor.ndim else ())
            return (self.array.reshape(self.view) * factor).reshape(self.array.shape)

    def response(self, level: Numbers) -> np.ndarray:
        """What each output is where every tap meets `level`, a scalar or one number per input."""
        per_channel = self.array.reshape(self.view).sum(axis=3, dtype=np.float64)[..., None]
        weighted = per_channel * level.reshape(self.inputs if level.ndim else ())
        return weighted.sum(axis=self.input_axis).reshape(-1)


def weights_of(op: AiMacOp) -> Weights | None:
    """The weights of a job, None unless they are constant and f32 or f64, one matrix if of matmul."""
    operand = weight_operand(op)
    array = constant_of(operand)
    if array is None or not is_single_or_double(operand):
        return None
    shape = array.shape
    if isinstance(op, drp.MatmulOp):
        depth, width = shape[-2:]
        is_one_matrix = all(size == 1 for size in shape[:-2])
        view = (1, depth, width, 1)
        outputs, inputs = (1, 1, width, 1), (1, depth, 1, 1)
        return Weights(array, view, outputs, inputs, 1) if is_one_matrix else None
    groups, channels = op.groups.value.data, (shape[0] // op.groups.value.data, shape[1])
    view = (groups, *channels, shape[2] * shape[3])
    first, second = (groups, channels[0], 1, 1), (groups, 1, channels[1], 1)
    is_transposed = isinstance(op, drp.ConvTransposeOp)
    outputs, inputs = (second, first) if is_transposed else (first, second)
    return Weights(array, view, outputs, inputs, 1 if is_transposed else 2)


def weight_operand(op: AiMacOp) -> SSAValue:
    """The operand that holds the weights, if it is constant."""
    return op.b if isinstance(op, drp.MatmulOp) else op.w


def data_operand(op: AiMacOp) -> SSAValue:
    """The operand that holds the activations."""
    return op.a if isinstance(op, drp.MatmulOp) else op.x


class FoldAffineBehind(RewritePattern):
    """job(x) * scale + shift, per output channel or scalar: into the job's weights and bias."""

    @op_type_rewrite_pattern
    def match_and_rewrite(
        self, op: drp.ApplyOp | drp.ScaleShiftOp, rewriter: PatternRewriter
    ) -> None:
        job = op.x.owner
        affine = affine_of(op)
        if affine is None or not isinstance(job, AiMacOp):
            return
        if affine.is_scalar or _channels_are_axis_1(job):
            _fold_behind(rewriter, op, job, affine)


class FoldLastAxisConstant(RewritePattern):
    """matmul(a, b) + c, - c, * c, / c with a constant c along the last axis: into b and the bias."""

    @op_type_rewrite_pattern
    def match_and_rewrite(
        self, op: drp.MulOp | drp.AddOp | drp.SubOp | drp.DivOp, rewriter: PatternRewriter
    ) -> None:
        if not op.activation.is_identity:
            return
        for product, constant in ((op.a, op.b), (op.b, op.a)):
            job = product.owner
            if not isinstance(job, drp.MatmulOp) or product.type != op.y.type:
                continue
            affine = _last_axis_affine(op, product, constant)
            if affine is not None:
                _fold_behind(rewriter, op, job, affine)
                return


class FoldAffineBefore(RewritePattern):
    """job(x * scale + shift), per input channel or scalar: into the job's weights and bias.

    A shift goes only where every output sums over all of the taps: no padding, no transposed
    convolution.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(
        self, op: drp.ConvOp | drp.ConvTransposeOp | drp.MatmulOp, rewriter: PatternRewriter
    ) -> None:
        x = data_operand(op)
        producer = x.owner
        if not isinstance(producer, drp.ApplyOp | drp.ScaleShiftOp) or not x.has_one_use():
            return
        affine, weights = affine_of(producer), weights_of(op)
        if affine is None or weights is None or not _reaches_all_taps(op, affine):
            return
        array = weights.scaled(affine.scale, weights.inputs)
        bias = None
        if np.any(affine.shift):
            bias = _bias(op) + weights.response(affine.shift)
        if not _are_finite(array, bias):
            return
        name = "a" if isinstance(op, drp.MatmulOp) else "x"
        changes = _new_constants(rewriter, op, array, bias)
        fused = evolve(op, **{name: producer.x}, **changes)
        inherit_nodes(fused, producer)
        rewriter.replace(op, fused)


class ScaleProduct(RewritePattern):
    """A scaled operand of a product of two activations: the scale goes behind the product."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: drp.MatmulOp, rewriter: PatternRewriter) -> None:
        if isinstance(op.b.owner, drp.ConstantOp) or op.bias is not None:
            return
        scale = 1.0 if op.activation.is_identity else _pure_scale(op.activation)
        if scale is None or not is_single_or_double(op.y):
            return
        for operand in (op.a, op.b):
            scaled = _scaled_job(operand)
            factor = None if scaled is None else _pure_scale(scaled.function)
            if scaled is None or factor is None:
                continue
            fused = evolve(op, activation=drp.FunctionAttr("affine", scale * factor, 0.0))
            inherit_nodes(fused, scaled)
            rewriter.replace(op, fused)
            rewriter.replace(scaled, [], [scaled.x])
            return


def _fold_behind(rewriter: PatternRewriter, op: Operation, job: AiMacOp, affine: Affine) -> None:
    has_residual = isinstance(job, drp.ConvOp) and job.residual is not None
    if has_residual or not job.activation.is_identity or not job.y.has_one_use():
        return
    if not is_single_or_double(job.y):
        return
    array = bias = None
    if np.any(affine.scale != 1.0):
        weights = weights_of(job)
        if weights is None:
            return
        array = weights.scaled(affine.scale, weights.outputs)
    if job.bias is not None or np.any(affine.shift):
        bias = affine.scale * _bias(job) + affine.shift
    if array is None and bias is None:  # x * 1 + 0
        inherit_nodes(job, op)
        rewriter.replace(op, [], [job.y])
        return
    if _are_finite(array, bias):
        changes = _new_constants(rewriter, job, array, bias)
        fuse(rewriter, op, job, evolve(job, **changes))


def _are_finite(*arrays: np.ndarray | None) -> bool:
    return all(array is None or bool(np.isfinite(array).all()) for array in arrays)


def _new_constants(
    rewriter: PatternRewriter, op: AiMacOp, array: np.ndarray | None, bias: np.ndarray | None
) -> dict[str, SSAValue]:
    """The operands of a job that become other constants: its weights, its bias, or both."""
    operand = weight_operand(op)
    changes: dict[str, SSAValue] = {}
    if array is not None:
        name = "b" if isinstance(op, drp.MatmulOp) else "w"
        changes[name] = insert_constant(rewriter, array, operand)
    if bias is not None:
        dtype = dtype_of(drp.element_type_of(operand))
        changes["bias"] = insert_constant(rewriter, bias.astype(dtype), op.bias)
    return changes


def _bias(op: AiMacOp) -> np.ndarray:
    """The bias in float64, zeros where there is none. A bias that is not constant gives NaN."""
    if op.bias is None:
        channel_axis = -1 if isinstance(op, drp.MatmulOp) else 1
        return np.zeros(drp.shape_of(op.y)[channel_axis])
    bias = constant_of(op.bias)
    return np.array(np.nan) if bias is None else bias.astype(np.float64)


def _channels_are_axis_1(op: AiMacOp) -> bool:
    return not isinstance(op, drp.MatmulOp) or len(drp.shape_of(op.y)) == 2


def _reaches_all_taps(op: AiMacOp, affine: Affine) -> bool:
    if not affine.is_scalar and not _channels_are_axis_1(op):
        return False
    if not np.any(affine.shift):
        return True
    if isinstance(op, drp.ConvOp):
        return not any(ints_of(op.pads))
    return isinstance(op, drp.MatmulOp)


def _last_axis_affine(op: drp.BinaryOp, product: SSAValue, constant: SSAValue) -> Affine | None:
    shape = drp.shape_of(constant)
    width = drp.shape_of(product)[-1]
    is_last_axis = shape[-1:] == (width,) and all(size == 1 for size in shape[:-1])
    array = constant_of(constant) if is_last_axis else None
    if array is None:
        return None
    c = array.astype(np.float64).reshape(-1)
    match op:
        case drp.MulOp():
            return Affine(c, _ZERO)
        case drp.AddOp():
            return Affine(_ONE, c)
        case drp.SubOp():
            return Affine(_ONE, -c) if product is op.a else Affine(-_ONE, c)
        case drp.DivOp() if product is op.a and np.all(c != 0.0):
            return Affine(_ONE / c, _ZERO)
        case _:
            return None


def _scaled_job(operand: SSAValue) -> drp.ApplyOp | None:
    """The function whose result an operand is, moved or not, and nobody else reads."""
    while isinstance(operand.owner, drp.ReshapeOp | drp.TransposeOp) and operand.has_one_use():
        operand = operand.owner.x
    job = operand.owner
    return job if isinstance(job, drp.ApplyOp) and operand.has_one_use() else None


def _pure_scale(function: drp.FunctionAttr) -> float | None:
    if function.kind.data != "affine" or function.arguments[1] != 0.0:
        return None
    return function.arguments[0]


PATTERNS: tuple[RewritePattern, ...] = (
    FoldAffineBehind(),
    FoldLastAxisConstant(),
    FoldAffineBefore(),
    ScaleProduct(),
)

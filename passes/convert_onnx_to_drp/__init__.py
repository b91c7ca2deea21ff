"""Turn the ONNX operators that a target can run into jobs of its engines.

One file per family of operators; each holds a table from operator to converter. `emitter` builds
the jobs of one node.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import Operation, SSAValue
from xdsl.utils.exceptions import VerifyException

from ...drpdialect.drp.base import Engine
from ...drpdialect.onnx import NoValueOp, OnnxOp
from ...targets import load_target, support
from ...targets.nodes import contradiction
from ..base import DrpPass
from . import convolutions, elementwise, movement, normalisations, reductions
from .emitter import Emitter

CONVERTERS: Final[Mapping[str, Callable[[Emitter], SSAValue | Sequence[SSAValue]]]] = {
    **convolutions.CONVERTERS,
    **elementwise.CONVERTERS,
    **movement.CONVERTERS,
    **normalisations.CONVERTERS,
    **reductions.CONVERTERS,
}
"""ONNX operator -> what builds its jobs; a converter may assume that the support rules hold."""


@dataclass(frozen=True)
class ConvertOnnxToDrpPass(DrpPass):
    """Turn each `onnx` operation that meets the target's support rules into `drp` jobs.

    1. Which operations are converted is decided by the rules of `drpc.targets` alone; all others
       stay as they are, as do those in the bodies of If, Loop and Scan.
    2. Conv, ConvTranspose, MatMul and Gemm become jobs of the AI-MAC. Automatic padding and output
       shapes become pads. Gemm's transpositions and factors go into constants where there are
       some; its C becomes a bias where it is one constant per column, else an add.
    3. One spatial axis is computed as two, between reshapes; vectors in products as matrices.
    4. Functions of one element become `drp.apply`; Sum, Mean, Max and Min chains of two operands.
    5. Global pools (also a pool whose one window is the whole input) and Reduce... become `drp.reduce`. Softmax before opset 13 is over the axes
       from `axis` on, joined by reshapes.
    6. BatchNormalization at inference becomes `drp.scale_shift` with constants computed in the
       operands' precision. MeanVarianceNormalization and LpNormalization become reductions and
       element-wise jobs.
    7. Operators that name shapes, axes or extents by attribute (old opsets) or constant operand
       (new ones) become movements with static extents; Split one slice per part, Gather of
       constant indices `drp.gather`, DepthToSpace and SpaceToDepth reshapes around a transpose,
       a Pad that cuts a slice before a pad.
    8. QuantizeLinear and DequantizeLinear get a zero point where they have none.
    9. Identity, Dropout at inference, Cast to the same type, Clip without bounds and a Resize that
       changes nothing vanish.
    10. Every job carries the node's name. Constants are shared: a weight in another shape or order
        is a view of the same bytes.

    Raises UserError for a NaN in the constants of a convolution, product or batch normalisation,
    for an infinite number in those of a convolution or product, for a node whose attributes
    contradict its operands, and for an unknown target.
    """

    name = "convert-onnx-to-drp"
    # each job computes as ONNX defines it, but sums in another order than ONNX Runtime
    numerics = 1e-4

    target: str = "rzv2h"
    """A target's name, or the path of its .toml file."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        machine = load_target(self.target)
        for function in [child for child in op.ops if isinstance(child, FuncOp)]:
            nodes = [node for node in function.body.block.ops if isinstance(node, OnnxOp)]
            accelerated = [n for n in nodes if support(n, machine).engine is not Engine.CPU]
            for node in accelerated:
                _convert(node)
        op.attributes["drp.target"] = StringAttr(self.target)


def _convert(node: OnnxOp) -> None:
    try:
        results = CONVERTERS[node.op_type](Emitter(node))
    except VerifyException as error:
        raise contradiction(node, str(error)) from error
    if isinstance(results, SSAValue):
        results = (results,)
    for old, new in zip(node.outputs, results, strict=False):
        if old.type != new.type:
            raise contradiction(node, f"its result is {new.type}, not {old.type}")
        old.replace_all_uses_with(new)
    omitted = {v.owner for v in node.inputs if isinstance(v.owner, NoValueOp)}
    for op in (node, *omitted):
        _erase_unused(op)


def _erase_unused(op: Operation) -> None:
    block = op.parent_block()
    if block is not None and not any(result.uses for result in op.results):
        block.erase_op(op)

"""Compute at compile time what does not depend on the inputs."""

from dataclasses import dataclass
from math import prod, sqrt
from typing import Final

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import DYNAMIC_INDEX, ModuleOp, TensorType
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.rewriter import Rewriter
from xdsl.traits import is_side_effect_free

from ..drpdialect.constants import constant_attr_of, constant_of, make_constant
from ..drpdialect.drp.structure import ConstantOp
from ..drpdialect.element_types import StringType, dtype_of
from ..drpdialect.onnx import DEFAULT_DOMAIN, NoneType, OnnxOp
from ..drpdialect.onnx_inference import infer_result_types
from .base import DrpPass
from .constant_evaluation import evaluate
from .onnx_reading import has_static_tensor_type, int_attribute
from .onnx_rewriting import inline_constant_if, remove_unused

LARGEST_RESULT: Final = 64 * 2**20
"""Bytes of a result that is folded whatever its operands are."""
GROWTH: Final = 4
"""A larger result may have this many times the bytes of its operands."""
LARGEST_TOTAL: Final = 2**30
"""Bytes that all results together may add to GROWTH times the constants that were there."""
MOST_WORK: Final = 10**11
"""Multiply-accumulates of a product that is folded: some seconds of one core."""


@dataclass(frozen=True)
class FoldConstantsPass(DrpPass):
    """Replace `onnx` operations whose operands are all constant by their results.

    One walk over each function and each body, first to last; the types of the operations behind
    are inferred again where they were not static, so that shapes which a model computes from
    shapes become known:

    1. Shape and Size of what has static sizes are constants, whatever it holds. Shape needs only
       those sizes that it gives.
    2. An operation whose operands are all constant is evaluated: shape arithmetic on integers in
       NumPy, all else by the kernel of ONNX Runtime, or of onnx.reference where it has none. Both
       give the bits that the operation itself would have given.
    3. If whose condition is constant by then becomes the body that runs.
    4. DequantizeLinear of a constant stays in a function that quantises anything but constants:
       its integers and scales are the weights and biases of a quantised model. Where only weights
       are quantised, to make the file small, it is folded.
    5. The types of the operands tell, before anything is computed, whether a result is folded: at
       most 64 MiB, or four times the bytes of the operands; all together at most 1 GiB and four
       times the constants that were there; and at most 10^11 multiply-accumulates.
    6. Left alone: random operators, loops and other operators with bodies, operators of other
       domains, recurrent networks, text, sequences and optional values, what fails to evaluate.
    7. Operations and constants that nothing uses any more are removed.

    Raises UserError where the operands of an operation cannot have the shapes they have.
    """

    name = "fold-constants"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.walk():
            if isinstance(function, FuncOp) and not function.is_declaration:
                constants = (c for c in function.walk() if isinstance(c, ConstantOp))
                present = sum(constant.value.data.nbytes for constant in constants)
                budget = LARGEST_TOTAL + GROWTH * present
                _Folder(budget, _quantises_activations(function)).fold(function.body.block)
                function.update_function_type()


@dataclass
class _Folder:
    """The walk, the bytes that results may still take, and whether rule 4 holds."""

    budget: int
    keeps_quantised: bool

    def fold(self, block: Block) -> None:
        op = block.first_op
        while op is not None:
            op = self._visit(op) if isinstance(op, OnnxOp) else op.next_op
        remove_unused(block)

    def _visit(self, op: OnnxOp) -> Operation | None:
        """Fold an operation if it can be; return the one to visit next."""
        following = op.next_op
        refine_result_types(op)
        inlined = inline_constant_if(op)
        if inlined is not None:
            return inlined
        for region in op.regions:
            for body in region.blocks:
                self.fold(body)
        results = _known_shape(op) or self._evaluate(op)
        if results is not None:
            self._replace(op, results)
        return following

    def _evaluate(self, op: OnnxOp) -> list[np.ndarray] | None:
        if not _may_fold(op) or (self.keeps_quantised and op.op_type == "DequantizeLinear"):
            return None
        size = _result_bytes(op)
        if size is None or size > self.budget or size > _largest_result(op) or _is_long_work(op):
            return None
        results = evaluate(op, [constant_of(value) for value in op.inputs])
        if results is None or not _agree(op, results):
            return None
        return results

    def _replace(self, op: OnnxOp, results: list[np.ndarray]) -> None:
        block = op.parent
        assert block is not None
        for old, array in zip(op.results, results, strict=True):
            constant = make_constant(array)
            block.insert_op_before(constant, op)
            self.budget -= constant.value.data.nbytes
            old.replace_all_uses_with(constant.result)
        operands = dict.fromkeys(value.owner for value in op.operands)
        block.erase_op(op)
        for owner in operands:
            self._remove_constant(owner)

    def _remove_constant(self, owner: Operation | Block) -> None:
        """Free a constant that was folded into its last user."""
        if isinstance(owner, ConstantOp) and not owner.result.uses and owner.parent is not None:
            self.budget += owner.value.data.nbytes
            owner.parent.erase_op(owner)


def refine_result_types(op: OnnxOp) -> None:
    """Infer an operation's results again where they are not static tensors.

    Raises UserError where the operands' types contradict the operator's schema.
    """
    if all(has_static_tensor_type(result) for result in op.results):
        return
    for result, inferred in zip(tuple(op.results), infer_result_types(op), strict=True):
        if inferred != result.type:
            Rewriter.replace_value_with_new_type(result, inferred)


# --- rule 1 ----------------------------------------------------------------------------------


def _known_shape(op: OnnxOp) -> list[np.ndarray] | None:
    x = op.input(0)
    if op.domain != DEFAULT_DOMAIN or x is None or not isinstance(x.type, TensorType):
        return None
    sizes = list(x.type.get_shape())
    if op.op_type == "Shape":
        sizes = sizes[slice(int_attribute(op, "start", 0), _shape_end(op))]
    elif op.op_type != "Size":
        return None
    if DYNAMIC_INDEX in sizes:
        return None
    return [np.array(sizes if op.op_type == "Shape" else prod(sizes), np.int64)]


def _shape_end(op: OnnxOp) -> int | None:
    """Where Shape ends; without the attribute, behind the last axis."""
    return int_attribute(op, "end", 0) if "end" in op.attributes else None


# --- rules 5 and 6: what is folded, decided from types alone ---------------------------------


# Their number of results depends on the operands' elements; the bytes never exceed those of the
# operands by more than the rank and the width of an index.
_FILTERS: Final = frozenset(("NonZero", "Compress", "Unique"))

# Work of a product; the third size is that of the result.
_PRODUCTS: Final = frozenset(
    ("MatMul", "Gemm", "Conv", "ConvTranspose", "Einsum", "MatMulInteger", "ConvInteger",
     "QLinearMatMul", "QLinearConv", "DeformConv", "GridSample", "Attention", "DFT", "STFT")
)  # fmt: skip

_RECURRENT: Final = frozenset(("RNN", "GRU", "LSTM"))


def _may_fold(op: OnnxOp) -> bool:
    values = (*op.inputs, *op.results)
    return (
        bool(op.inputs)
        and not op.regions
        and op.domain == DEFAULT_DOMAIN
        and op.op_type not in _RECURRENT
        and is_side_effect_free(op)
        and all(_is_known(value) for value in op.inputs)
        and not any(_element_type(value) == StringType() for value in values)
        and all(isinstance(result.type, TensorType) for result in op.results)
    )


def _is_known(value: SSAValue) -> bool:
    if isinstance(value.type, NoneType):
        return True
    tensor = constant_attr_of(value)
    return tensor is not None and tensor.data.is_loaded


def _element_type(value: SSAValue) -> Attribute | None:
    return value.type.element_type if isinstance(value.type, TensorType) else None


def _elements(value: SSAValue) -> int:
    return prod(value.type.get_shape()) if isinstance(value.type, TensorType) else 0


def _nbytes(value: SSAValue) -> int:
    element_type = _element_type(value)
    return 0 if element_type is None else _elements(value) * dtype_of(element_type).itemsize


def _result_bytes(op: OnnxOp) -> int | None:
    """Bytes of the results together, None where they cannot be told."""
    if all(has_static_tensor_type(result) for result in op.results):
        return sum(_nbytes(result) for result in op.results)
    if op.op_type not in _FILTERS:
        return None
    x = op.inputs[0].type
    assert isinstance(x, TensorType)
    return 8 * (x.get_num_dims() + 1) * prod(x.get_shape()) * len(op.results)


def _largest_result(op: OnnxOp) -> int:
    return max(LARGEST_RESULT, GROWTH * sum(_nbytes(value) for value in op.inputs))


def _is_long_work(op: OnnxOp) -> bool:
    """By M*K, K*N and M*N, the sizes of a matrix product, whose work is the root of their product."""
    if op.op_type not in _PRODUCTS:
        return False
    return sqrt(prod(_elements(v) for v in (*op.inputs[:2], op.results[0]))) > MOST_WORK


def _agree(op: OnnxOp, results: list[np.ndarray]) -> bool:
    """Whether the arrays are what the operation's types promise."""
    if len(results) != len(op.results):
        return False
    for array, result in zip(results, op.results, strict=True):
        kind = result.type
        assert isinstance(kind, TensorType)
        sizes = kind.get_shape()
        fits = len(sizes) == array.ndim and all(
            size in (actual, DYNAMIC_INDEX) for size, actual in zip(sizes, array.shape, strict=True)
        )
        if not fits or dtype_of(kind.element_type) != array.dtype:
            return False
    return True


# --- rule 4 ----------------------------------------------------------------------------------


def _quantises_activations(function: FuncOp) -> bool:
    return any(isinstance(op, OnnxOp) and _handles_quantised_data(op) for op in function.walk())


def _handles_quantised_data(op: OnnxOp) -> bool:
    """Whether it stores what is not constant, or reads stored numbers that come from outside."""
    if op.op_type not in ("QuantizeLinear", "DequantizeLinear"):
        return False
    source = op.inputs[0].owner
    if isinstance(source, ConstantOp):
        return False
    is_round_trip = isinstance(source, OnnxOp) and source.op_type == "QuantizeLinear"
    return op.op_type == "QuantizeLinear" or not is_round_trip

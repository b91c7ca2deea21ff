"""One form for what ONNX can say in several: operations that compute nothing go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import DenseArrayBase, ModuleOp, TensorType, i64
from xdsl.dialects.func import FuncOp
from xdsl.ir import Block, SSAValue

from ..drpdialect.constants import constant_of
from ..drpdialect.drp.structure import ConstantOp
from ..drpdialect.element_types import StringType
from ..drpdialect.onnx import DEFAULT_DOMAIN, OnnxOp
from ..drpdialect.provenance import inherit_nodes
from ..drpdialect.weights import Tensor
from .base import DrpPass
from .onnx_reading import (
    has_static_tensor_type,
    int_attribute,
    ints_attribute,
    ints_of,
    says_at_least,
)
from .onnx_rewriting import inline_constant_if, remove_unused


@dataclass(frozen=True)
class CanonicalizeOnnxPass(DrpPass):
    """Remove `onnx` operations that compute nothing, and join those that one can do.

    One walk over each function and each body, first to last:

    1. Identity, and Sum, Max, Min, Mean and Concat of one tensor, are their operand.
    2. Dropout is its operand where it is inference: no mask is used, and `training_mode` is
       absent or constant false (before opset 7: `is_test` is set).
    3. Cast and CastLike to the type that the operand has are their operand.
    4. Reshape, Flatten, Squeeze, Unsqueeze, Expand and Tile between equal static types are their
       operand; so are Slice with steps of 1 and Split into one part.
    5. Transpose that keeps the order of axes, and Pad by constant zeros, are their operand.
    6. A Transpose of a Transpose becomes one Transpose. A Reshape to constant sizes, none of them
       copied from its operand, reads through a Reshape, Flatten, Squeeze or Unsqueeze before it.
    7. If with a constant condition becomes the body that runs.
    8. Equal constants of one block become the first of them. Text stays as it is.
    9. What nothing uses is removed, unless it is random or of another domain.

    An operation is never replaced by a value whose type says less. Function arguments and results
    keep their names and their order.
    """

    name = "canonicalize-onnx"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for function in op.walk():
            if isinstance(function, FuncOp) and not function.is_declaration:
                _canonicalize(function.body.block)
                function.update_function_type()


def _canonicalize(block: Block) -> None:
    op = block.first_op
    while op is not None:
        following = op.next_op
        for region in op.regions:
            for body in region.blocks:
                _canonicalize(body)
        if isinstance(op, OnnxOp) and op.domain == DEFAULT_DOMAIN:
            _simplify(op, block)
        op = following
    share_constants(block)
    remove_unused(block)


def _simplify(op: OnnxOp, block: Block) -> None:
    if inline_constant_if(op):
        return
    rule = _RULES.get(op.op_type)
    value = rule(op) if rule is not None else None
    if value is None or not says_at_least(value.type, op.results[0].type):
        return
    op.results[0].replace_all_uses_with(value)
    if not any(result.uses for result in op.results):
        block.erase_op(op)


# --- rules 1 to 6: the value that an operation's first result equals, None where none does ----


def _operand(op: OnnxOp) -> SSAValue | None:
    return op.input(0)


def _only_operand(op: OnnxOp) -> SSAValue | None:
    return op.input(0) if len(op.inputs) == 1 else None


def _dropout(op: OnnxOp) -> SSAValue | None:
    if any(mask.uses for mask in op.results[1:]):
        return None
    schema = op.schema
    if schema is not None and schema.since_version < 7:
        return op.input(0) if int_attribute(op, "is_test", 0) else None
    training = op.input(2)
    if training is None:
        return op.input(0)
    known = constant_of(training)
    return op.input(0) if known is not None and not known.any() else None


def _cast(op: OnnxOp) -> SSAValue | None:
    x, to = op.input(0), op.results[0].type
    if x is None or not isinstance(x.type, TensorType) or not isinstance(to, TensorType):
        return None
    return x if x.type.element_type == to.element_type else None


def _same_shape(op: OnnxOp) -> SSAValue | None:
    x = op.input(0)
    same = x is not None and x.type == op.results[0].type and has_static_tensor_type(x)
    return x if same else None


def _slice(op: OnnxOp) -> SSAValue | None:
    if op.input(4) is None:
        return _same_shape(op)
    steps = ints_of(op, "steps", 4)
    return _same_shape(op) if steps is not None and set(steps) <= {1} else None


def _split(op: OnnxOp) -> SSAValue | None:
    return _same_shape(op) if len(op.results) == 1 else None


def _pad(op: OnnxOp) -> SSAValue | None:
    pads = ints_of(op, "pads", 1)
    return op.input(0) if pads is not None and not any(pads) else None


def _transpose(op: OnnxOp) -> SSAValue | None:
    x = op.input(0)
    permutation = _permutation(op)
    if x is None or permutation is None:
        return None
    inner = x.owner
    if isinstance(inner, OnnxOp) and inner.op_type == "Transpose":
        first, source = _permutation(inner), inner.input(0)
        if first is not None and source is not None:
            permutation = [first[axis] for axis in permutation]
            op.attributes["perm"] = DenseArrayBase.from_list(i64, permutation)
            _read_through(op, inner, source)
            x = source
    return x if permutation == sorted(permutation) else None


def _permutation(op: OnnxOp) -> list[int] | None:
    """The order of a Transpose; without one, the axes are reversed."""
    stated, kind = ints_attribute(op, "perm"), op.inputs[0].type
    if stated is not None or not isinstance(kind, TensorType):
        return stated
    return list(reversed(range(kind.get_num_dims())))


def _reshape(op: OnnxOp) -> SSAValue | None:
    x = op.input(0)
    inner = None if x is None else x.owner
    sizes = ints_of(op, "shape", 1)
    if isinstance(inner, OnnxOp) and inner.op_type in _RESHAPES and sizes and 0 not in sizes:
        source = inner.input(0)
        if source is not None:
            _read_through(op, inner, source)
    return _same_shape(op)


def _read_through(op: OnnxOp, inner: OnnxOp, source: SSAValue) -> None:
    """Let an operation read what the operation before it reads, which goes if nothing else needs it."""
    op.operands[0] = source
    if inner.results[0].uses or inner.parent is None:
        return
    inherit_nodes(op, inner)
    inner.parent.erase_op(inner)


_RESHAPES: Final = frozenset(("Reshape", "Flatten", "Squeeze", "Unsqueeze"))

_RULES: Final[dict[str, Callable[[OnnxOp], SSAValue | None]]] = {
    "Identity": _operand,
    "Sum": _only_operand,
    "Max": _only_operand,
    "Min": _only_operand,
    "Mean": _only_operand,
    "Concat": _only_operand,
    "Dropout": _dropout,
    "Cast": _cast,
    "CastLike": _cast,
    "Reshape": _reshape,
    "Flatten": _same_shape,
    "Squeeze": _same_shape,
    "Unsqueeze": _same_shape,
    "Expand": _same_shape,
    "Tile": _same_shape,
    "Slice": _slice,
    "Split": _split,
    "Pad": _pad,
    "Transpose": _transpose,
}


# --- rule 8 ----------------------------------------------------------------------------------


def share_constants(block: Block) -> None:
    """Let equal constants of one block be the first of them.

    Type and a sample of the bytes tell most constants apart; only those that agree in both are
    compared by their content digest, so that large weights are hardly ever hashed.
    """
    alike: dict[object, list[ConstantOp]] = {}
    for op in list(block.ops):
        if not isinstance(op, ConstantOp) or isinstance(op.value.type.element_type, StringType):
            continue
        firsts = alike.setdefault((op.value.type, _sample(op.value.data)), [])
        first = next((f for f in firsts if f.value.data.digest == op.value.data.digest), None)
        if first is None:
            firsts.append(op)
            continue
        inherit_nodes(first, op)
        op.result.replace_all_uses_with(first.result)
        block.erase_op(op)


def _sample(tensor: Tensor) -> bytes | str:
    """A few elements of the front, the middle and the back; the digest where bytes are not loaded."""
    if not tensor.is_loaded:
        return tensor.digest
    flat = tensor.array.reshape(-1)
    middle = flat.size // 2
    parts = (flat[:16], flat[middle : middle + 16], flat[-16:])
    return b"".join(np.ascontiguousarray(part).tobytes() for part in parts)

"""Jobs that only move elements, as ONNX operations: for when they run on the CPU after all."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from xdsl.dialects.builtin import IntegerAttr, i64
from xdsl.ir import Attribute, Operation, SSAValue

from ..drpdialect.constants import make_constant
from ..drpdialect.drp.movement import ConcatOp, ReshapeOp, SliceOp, TransposeOp
from ..drpdialect.drp.shapes import shape_of
from ..drpdialect.onnx import operation_class, opset_version
from ..drpdialect.provenance import inherit_nodes

_FIRST_OPSET: Final = 13
"""From this opset on, the four operators take what is given to them here."""


def has_onnx_form(op: Operation) -> bool:
    """Whether `onnx_form` can say a job in ONNX operations of the module's opset."""
    if type(op) not in _FORMS:
        return False
    version = opset_version(op)
    return version is not None and version >= _FIRST_OPSET and 0 not in shape_of(op.results[0])


def onnx_form(op: Operation, operands: Sequence[SSAValue]) -> list[Operation]:
    """New ONNX operations that compute from `operands` what a job computes from its own.

    The last one gives the result; those before it are its constants. Raises KeyError for an
    operation without such a form.
    """
    op_type, numbers, attributes = _FORMS[type(op)](op)
    constants = [make_constant(np.array(list(values), np.int64)) for values in numbers]
    form = operation_class(op_type)(
        [*operands, *(constant.result for constant in constants)],
        [result.type for result in op.results],
        attributes,
    )
    inherit_nodes(form, op)
    return [*constants, form]


_Form = tuple[str, Sequence[Sequence[int]], dict[str, Attribute]]
"""An operator, the lists of integers that follow its operands, and its attributes."""


def _reshape(op: Operation) -> _Form:
    return "Reshape", [shape_of(op.results[0])], {}


def _transpose(op: Operation) -> _Form:
    assert isinstance(op, TransposeOp)
    return "Transpose", [], {"perm": op.permutation}


def _concat(op: Operation) -> _Form:
    assert isinstance(op, ConcatOp)
    return "Concat", [], {"axis": IntegerAttr(op.axis.value.data, i64)}


def _slice(op: Operation) -> _Form:
    assert isinstance(op, SliceOp)
    starts, sizes, steps = (list(p.get_values()) for p in (op.offsets, op.sizes, op.steps))
    ends = [_slice_end(*axis) for axis in zip(starts, sizes, steps, strict=True)]
    return "Slice", [starts, ends, list(range(len(starts))), steps], {}


def _slice_end(start: int, size: int, step: int) -> int:
    """ONNX counts a negative end from the back: what ends before the first element needs another."""
    end = start + size * step
    return end if end >= 0 else int(np.iinfo(np.int64).min)


_FORMS: Final[dict[type[Operation], Callable[[Operation], _Form]]] = {
    ReshapeOp: _reshape,
    TransposeOp: _transpose,
    ConcatOp: _concat,
    SliceOp: _slice,
}

"""Reading and making constant values in a module."""

import numpy as np
from xdsl.ir import Attribute, SSAValue

from .drp.structure import ConstantOp
from .weights import TensorAttr


def constant_of(value: SSAValue | None) -> np.ndarray | None:
    """The array that a value always holds, None where it is not constant (or omitted).

    Raises WeightsNotLoaded if only its digest is known.
    """
    tensor = constant_attr_of(value)
    return None if tensor is None else tensor.array


def constant_attr_of(value: SSAValue | None) -> TensorAttr | None:
    """The tensor attribute of a constant value, None where it is not constant (or omitted)."""
    owner = None if value is None else value.owner
    return owner.value if isinstance(owner, ConstantOp) else None


def make_constant(array: np.ndarray, element_type: Attribute | None = None) -> ConstantOp:
    """A constant operation that holds an array; the array must not change afterwards.

    `element_type` is that of a quantised tensor whose stored integers the array holds.
    """
    return ConstantOp(TensorAttr.of(np.asarray(array), element_type))

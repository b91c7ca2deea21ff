"""Building the jobs that one ONNX node becomes."""

from collections.abc import Callable, Sequence

import numpy as np
from xdsl.builder import Builder
from xdsl.dialects.builtin import TensorType
from xdsl.ir import SSAValue
from xdsl.rewriter import InsertPoint

from ...drpdialect import drp
from ...drpdialect.constants import constant_attr_of, constant_of, make_constant
from ...drpdialect.element_types import dtype_of
from ...drpdialect.errors import UserError
from ...drpdialect.onnx import OnnxOp
from ...drpdialect.provenance import inherit_nodes, nodes_of


class Emitter:
    """Inserts jobs before a node; each carries the node's name."""

    def __init__(self, node: OnnxOp):
        self.node = node
        self._builder = Builder(InsertPoint.before(node))

    def x(self, index: int = 0) -> SSAValue:
        """A required operand of the node."""
        return self.node.inputs[index]

    def job(self, op: drp.DrpOp) -> SSAValue:
        """Insert a job and return its result. Raises VerifyException where it cannot be."""
        op.verify_()
        inherit_nodes(op, self.node)
        self._builder.insert(op)
        return op.results[0]

    def apply(self, x: SSAValue, function: str, *parameters: float) -> SSAValue:
        """A scalar function of every element."""
        return self.job(drp.ApplyOp(x, drp.FunctionAttr(function, *parameters)))

    def reshape(self, x: SSAValue, shape: Sequence[int]) -> SSAValue:
        """The same elements under another shape; a constant's are shared, not copied."""
        if drp.shape_of(x) == tuple(shape):
            return x
        if _loaded(x) is not None:
            return self._view(x, tuple(shape), lambda array: array.reshape(shape))
        return self.job(drp.ReshapeOp(x, shape))

    def transpose(self, x: SSAValue, permutation: Sequence[int]) -> SSAValue:
        """Axes permuted; a constant's elements are shared, not copied."""
        if list(permutation) == list(range(len(permutation))):
            return x
        if _loaded(x) is not None:
            sizes = drp.shape_of(x)
            shape = tuple(sizes[axis] for axis in permutation)
            return self._view(x, shape, lambda array: array.transpose(permutation))
        return self.job(drp.TransposeOp(x, permutation))

    def constant(self, array: np.ndarray) -> SSAValue:
        """A constant; the array must not change afterwards."""
        op = make_constant(array)
        inherit_nodes(op, self.node)
        return self._builder.insert(op).result

    def scalar(self, value: float, like: SSAValue) -> SSAValue:
        """A constant of rank 0 of another tensor's element type."""
        return self.constant(np.array(value, dtype_of(drp.element_type_of(like))))

    def _view(
        self, x: SSAValue, shape: tuple[int, ...], change: Callable[[np.ndarray], np.ndarray]
    ) -> SSAValue:
        """A constant seen in another shape or order, whose bytes are not touched before needed."""
        old = _loaded(x)
        assert old is not None
        new = drp.Tensor(TensorType(old.type.element_type, shape), load=lambda: change(old.array))
        op = drp.ConstantOp(drp.TensorAttr(new))
        op.attributes.update(x.owner.attributes if isinstance(x.owner, drp.ConstantOp) else {})
        result = self._builder.insert(op).result
        result.name_hint = x.name_hint
        return result

    def weights(self, index: int, *, finite: bool = True) -> np.ndarray:
        """A constant operand whose numbers are sound.

        Raises UserError where one is NaN, or infinite unless that is allowed.
        """
        value = self.x(index)
        array = constant_of(value)
        assert array is not None
        require_sound(array, value, self.node, finite=finite)
        return array

    def check_weights(self, *indices: int) -> None:
        """Raises UserError where a constant operand holds a NaN or an infinity.

        Of a constant whose bytes are not loaded nothing can be said.
        """
        for index in indices:
            if _loaded(self.node.input(index)) is not None:
                self.weights(index)


def _loaded(value: SSAValue | None) -> drp.Tensor | None:
    """A constant's tensor if its bytes are there, else None."""
    tensor = constant_attr_of(value)
    return tensor.data if tensor is not None and tensor.data.is_loaded else None


def require_sound(array: np.ndarray, value: SSAValue, node: OnnxOp, *, finite: bool) -> None:
    """Raises UserError where an array of floats holds a NaN, or an infinity if it must not.

    A finite sum shows that all numbers are finite; only otherwise each is looked at.
    """
    with np.errstate(all="ignore"):
        if array.dtype.itemsize >= 4 and np.isfinite(array.sum()):
            return
    found = "NaN" if np.isnan(array).any() else "an infinite number"
    if found == "NaN" or (finite and np.isinf(array).any()):
        raise UserError(
            f"initializer {value.name_hint or '?'} of node {(*nodes_of(node), '?')[0]} "
            f"({node.op_type}) holds {found}: expected finite weights; export the model again, "
            "from a training run that converged"
        )

"""Jobs of the DRP that move elements: reshape, transpose, slice, pad, concat, gather, resize."""

from collections.abc import Sequence
from typing import ClassVar

from xdsl.dialects.builtin import (
    BoolAttr,
    DenseArrayBase,
    FloatAttr,
    IntegerAttr,
    TensorType,
    f64,
    i64,
)
from xdsl.ir import SSAValue
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    prop_def,
    result_def,
    traits_def,
    var_operand_def,
)
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from . import shapes
from .attributes import (
    CoordinateMode,
    CoordinateModeAttr,
    NearestMode,
    NearestModeAttr,
    PadMode,
    PadModeAttr,
    ResizeMode,
    ResizeModeAttr,
)
from .base import FLOAT_ARRAY, INT_ARRAY, DrpOp, Engine, MovementOp, ints, tensor_like
from .shapes import Shape, shape_of


@irdl_op_definition
class ReshapeOp(MovementOp):
    """The same elements in C order under another shape: no data moves."""

    name = "drp.reshape"
    x = operand_def(TensorType)
    y = result_def(TensorType)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue, shape: Sequence[int]):
        super().__init__(operands=[x], result_types=[tensor_like(x, shape)])

    def expected_shape(self) -> Shape:
        x, y = shape_of(self.x), shape_of(self.y)
        if _count(x) != _count(y):
            raise VerifyException(f"expected as many elements as {x} has, but got {y}")
        return y


@irdl_op_definition
class TransposeOp(MovementOp):
    """Axes permuted: axis i of the result is axis `permutation[i]` of x."""

    name = "drp.transpose"
    x = operand_def(TensorType)
    y = result_def(TensorType)
    permutation = prop_def(INT_ARRAY)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue, permutation: Sequence[int]):
        shape = tuple(shape_of(x)[axis] for axis in permutation)
        super().__init__(
            operands=[x],
            result_types=[tensor_like(x, shape)],
            properties={"permutation": ints(permutation)},
        )

    def expected_shape(self) -> Shape:
        x, permutation = shape_of(self.x), self.permutation.get_values()
        if sorted(permutation) != list(range(len(x))):
            raise VerifyException(f"expected a permutation of {len(x)} axes, got {permutation}")
        return tuple(x[axis] for axis in permutation)


@irdl_op_definition
class BroadcastOp(MovementOp):
    """x repeated along axes of size 1, and along new leading axes."""

    name = "drp.broadcast"
    x = operand_def(TensorType)
    y = result_def(TensorType)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue, shape: Sequence[int]):
        super().__init__(operands=[x], result_types=[tensor_like(x, shape)])

    def expected_shape(self) -> Shape:
        return shapes.broadcast(shape_of(self.x), shape_of(self.y))


@irdl_op_definition
class TileOp(MovementOp):
    """x laid `repeats[i]` times along axis i."""

    name = "drp.tile"
    x = operand_def(TensorType)
    y = result_def(TensorType)
    repeats = prop_def(INT_ARRAY)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue, repeats: Sequence[int]):
        shape = tuple(a * b for a, b in zip(shape_of(x), repeats, strict=True))
        super().__init__(
            operands=[x],
            result_types=[tensor_like(x, shape)],
            properties={"repeats": ints(repeats)},
        )

    def expected_shape(self) -> Shape:
        x, repeats = shape_of(self.x), self.repeats.get_values()
        if len(repeats) != len(x) or any(r < 0 for r in repeats):
            raise VerifyException(f"expected {len(x)} repeats of at least 0, got {list(repeats)}")
        return tuple(a * b for a, b in zip(x, repeats, strict=True))


@irdl_op_definition
class ConcatOp(MovementOp):
    """Tensors joined along an axis."""

    name = "drp.concat"
    xs = var_operand_def(TensorType)
    y = result_def(TensorType)
    axis = prop_def(IntegerAttr)
    traits = traits_def(Pure())
    assembly_format = "$xs attr-dict `:` type($xs) `->` type($y)"

    def __init__(self, xs: Sequence[SSAValue], axis: int):
        shape = shapes.concatenation([shape_of(x) for x in xs], axis)
        super().__init__(
            operands=[list(xs)],
            result_types=[tensor_like(xs[0], shape)],
            properties={"axis": IntegerAttr(axis, i64)},
        )

    def expected_shape(self) -> Shape:
        if not self.xs:
            raise VerifyException("expected at least one tensor to join")
        return shapes.concatenation([shape_of(x) for x in self.xs], self.axis.value.data)


@irdl_op_definition
class SliceOp(MovementOp):
    """`sizes[i]` elements of axis i from `offsets[i]` on, every `steps[i]`-th; steps may be negative."""

    name = "drp.slice"
    x = operand_def(TensorType)
    y = result_def(TensorType)
    offsets = prop_def(INT_ARRAY)
    sizes = prop_def(INT_ARRAY)
    steps = prop_def(INT_ARRAY)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(
        self, x: SSAValue, offsets: Sequence[int], sizes: Sequence[int], steps: Sequence[int]
    ):
        super().__init__(
            operands=[x],
            result_types=[tensor_like(x, sizes)],
            properties={"offsets": ints(offsets), "sizes": ints(sizes), "steps": ints(steps)},
        )

    def expected_shape(self) -> Shape:
        x = shape_of(self.x)
        offsets, sizes = self.offsets.get_values(), self.sizes.get_values()
        steps = self.steps.get_values()
        if not len(offsets) == len(sizes) == len(steps) == len(x):
            raise VerifyException(f"expected an offset, a size and a step for each axis of {x}")
        for size, offset, count, step in zip(x, offsets, sizes, steps, strict=True):
            last = offset + (count - 1) * step
            inside = 0 <= offset < size and 0 <= last < size
            if count < 0 or step == 0 or (count > 0 and not inside):
                raise VerifyException(
                    f"expected elements within an axis of {size}, but got {count} from {offset} on "
                    f"in steps of {step}"
                )
        return tuple(sizes)


@irdl_op_definition
class PadOp(MovementOp):
    """x with `low[i]` elements before and `high[i]` behind axis i."""

    name = "drp.pad"
    x = operand_def(TensorType)
    y = result_def(TensorType)
    low = prop_def(INT_ARRAY)
    high = prop_def(INT_ARRAY)
    mode = prop_def(PadModeAttr, default_value=PadModeAttr(PadMode.CONSTANT))
    value = prop_def(FloatAttr, default_value=FloatAttr(0.0, f64))
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(
        self,
        x: SSAValue,
        low: Sequence[int],
        high: Sequence[int],
        mode: PadMode = PadMode.CONSTANT,
        value: float = 0.0,
    ):
        shape = tuple(a + b + c for a, b, c in zip(low, shape_of(x), high, strict=True))
        super().__init__(
            operands=[x],
            result_types=[tensor_like(x, shape)],
            properties={
                "low": ints(low),
                "high": ints(high),
                "mode": PadModeAttr(mode),
                "value": FloatAttr(value, f64),
            },
        )

    def expected_shape(self) -> Shape:
        x, low, high = shape_of(self.x), self.low.get_values(), self.high.get_values()
        if not len(low) == len(high) == len(x) or any(size < 0 for size in (*low, *high)):
            raise VerifyException(f"expected pads of at least 0 for each axis of {x}")
        return tuple(a + b + c for a, b, c in zip(low, x, high, strict=True))


@irdl_op_definition
class GatherOp(MovementOp):
    """Slices of x along `axis` at fixed `indices`, in that order."""

    name = "drp.gather"
    x = operand_def(TensorType)
    y = result_def(TensorType)
    axis = prop_def(IntegerAttr)
    indices = prop_def(INT_ARRAY)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue, axis: int, indices: Sequence[int]):
        """`indices` are non-negative."""
        x_shape = shape_of(x)
        shape = (*x_shape[:axis], len(indices), *x_shape[axis + 1 :])
        super().__init__(
            operands=[x],
            result_types=[tensor_like(x, shape)],
            properties={"axis": IntegerAttr(axis, i64), "indices": ints(indices)},
        )

    def expected_shape(self) -> Shape:
        x, axis = shape_of(self.x), self.axis.value.data
        shapes.require_axes(x, (axis,))
        indices = self.indices.get_values()
        if any(not 0 <= index < x[axis] for index in indices):
            raise VerifyException(f"expected indices in [0, {x[axis]})")
        return (*x[:axis], len(indices), *x[axis + 1 :])


@irdl_op_definition
class ResizeOp(DrpOp):
    """(…, H, W) interpolated to another size, as ONNX Resize: any rank, one scale per axis.

    `scales` are result size / input size as the model states them (they need not be exact ratios
    of the sizes). `cubic_coefficient` and `exclude_outside` hold for mode cubic only.
    """

    name = "drp.resize"
    ENGINE: ClassVar[Engine] = Engine.DRP
    x = operand_def(TensorType)
    y = result_def(TensorType)
    scales = prop_def(FLOAT_ARRAY)
    mode = prop_def(ResizeModeAttr)
    coordinates = prop_def(
        CoordinateModeAttr, default_value=CoordinateModeAttr(CoordinateMode.HALF_PIXEL)
    )
    rounding = prop_def(
        NearestModeAttr, default_value=NearestModeAttr(NearestMode.ROUND_PREFER_FLOOR)
    )
    cubic_coefficient = prop_def(FloatAttr, default_value=FloatAttr(-0.75, f64))
    exclude_outside = prop_def(BoolAttr, default_value=BoolAttr.from_bool(False))
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(
        self,
        x: SSAValue,
        shape: Sequence[int],
        scales: Sequence[float],
        mode: ResizeMode,
        coordinates: CoordinateMode = CoordinateMode.HALF_PIXEL,
        rounding: NearestMode = NearestMode.ROUND_PREFER_FLOOR,
        cubic_coefficient: float = -0.75,
        exclude_outside: bool = False,
    ):
        super().__init__(
            operands=[x],
            result_types=[tensor_like(x, shape)],
            properties={
                "scales": DenseArrayBase.from_list(f64, [float(s) for s in scales]),
                "mode": ResizeModeAttr(mode),
                "coordinates": CoordinateModeAttr(coordinates),
                "rounding": NearestModeAttr(rounding),
                "cubic_coefficient": FloatAttr(cubic_coefficient, f64),
                "exclude_outside": BoolAttr.from_bool(exclude_outside),
            },
        )

    def expected_shape(self) -> Shape:
        x, y = shape_of(self.x), shape_of(self.y)
        scales = self.scales.get_values()
        if not len(x) == len(y) == len(scales) or any(scale <= 0 for scale in scales):
            raise VerifyException(f"expected a positive scale for each axis of {x} and {y}")
        return y


def _count(shape: Shape) -> int:
    count = 1
    for size in shape:
        count *= size
    return count


OPERATIONS = (
    ReshapeOp,
    TransposeOp,
    BroadcastOp,
    TileOp,
    ConcatOp,
    SliceOp,
    PadOp,
    GatherOp,
    ResizeOp,
)

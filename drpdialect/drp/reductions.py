"""Jobs of the DRP that combine many elements: pools, reductions, softmax, normalisations."""

from abc import ABC
from collections.abc import Sequence
from typing import ClassVar

from xdsl.dialects.builtin import (
    BoolAttr,
    FloatAttr,
    IntegerAttr,
    TensorType,
    f64,
    i64,
)
from xdsl.ir import SSAValue
from xdsl.irdl import (
    AttrSizedOperandSegments,
    ParsePropInAttrDict,
    irdl_op_definition,
    operand_def,
    opt_operand_def,
    prop_def,
    result_def,
    traits_def,
)
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from . import shapes
from .attributes import IDENTITY, FunctionAttr, ReduceKind, ReduceKindAttr
from .base import INT_ARRAY, DrpOp, Engine, ints, tensor_like
from .shapes import Shape, element_type_of, shape_of

_FALSE = BoolAttr.from_bool(False)
_TRUE = BoolAttr.from_bool(True)


class PoolOp(DrpOp, ABC):
    """A window of (N, C, H, W) slides over height and width.

    Pads are (top, left, bottom, right). The result's sizes say whether the last window may hang
    over the padded input (ONNX's ceil_mode); what hangs over is not counted.
    """

    ENGINE: ClassVar[Engine] = Engine.DRP
    x = operand_def(TensorType)
    y = result_def(TensorType)
    kernel = prop_def(INT_ARRAY)
    strides = prop_def(INT_ARRAY, default_value=ints((1, 1)))
    dilations = prop_def(INT_ARRAY, default_value=ints((1, 1)))
    pads = prop_def(INT_ARRAY, default_value=ints((0, 0, 0, 0)))
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def expected_shape(self) -> Shape:
        """The shape without overhang, or the actual one where it has a legal overhang."""
        x = shape_of(self.x)
        if len(x) != 4:
            raise VerifyException(f"expected x of rank 4, but got {self.x.type}")
        kernel, strides = self.kernel.get_values(), self.strides.get_values()
        dilations, pads = self.dilations.get_values(), self.pads.get_values()
        least = shapes.spatial_windows(x[2:], kernel, strides, dilations, pads)
        actual = shape_of(self.y)
        overhang_is_legal = len(actual) == 4 and all(
            actual[i + 2] == least[i]
            or (actual[i + 2] == least[i] + 1 and least[i] * strides[i] < x[i + 2] + pads[i])
            for i in range(2)
        )
        return (*x[:2], *(actual[2:] if overhang_is_legal else least))


@irdl_op_definition
class MaxPoolOp(PoolOp):
    """The largest element of each window; padding never wins."""

    name = "drp.max_pool"

    def __init__(
        self,
        x: SSAValue,
        kernel: Sequence[int],
        output: Sequence[int],
        *,
        strides: Sequence[int] = (1, 1),
        dilations: Sequence[int] = (1, 1),
        pads: Sequence[int] = (0, 0, 0, 0),
    ):
        """`output` is the result's (height, width)."""
        super().__init__(
            operands=[x],
            result_types=[tensor_like(x, (*shape_of(x)[:2], *output))],
            properties={
                "kernel": ints(kernel),
                "strides": ints(strides),
                "dilations": ints(dilations),
                "pads": ints(pads),
            },
        )


@irdl_op_definition
class AveragePoolOp(PoolOp):
    """The mean of each window; padding counts as zeros with `count_include_pad`, else not at all."""

    name = "drp.average_pool"
    count_include_pad = prop_def(BoolAttr, default_value=_FALSE)

    def __init__(
        self,
        x: SSAValue,
        kernel: Sequence[int],
        output: Sequence[int],
        *,
        strides: Sequence[int] = (1, 1),
        dilations: Sequence[int] = (1, 1),
        pads: Sequence[int] = (0, 0, 0, 0),
        count_include_pad: bool = False,
    ):
        """`output` is the result's (height, width)."""
        super().__init__(
            operands=[x],
            result_types=[tensor_like(x, (*shape_of(x)[:2], *output))],
            properties={
                "kernel": ints(kernel),
                "strides": ints(strides),
                "dilations": ints(dilations),
                "pads": ints(pads),
                "count_include_pad": BoolAttr.from_bool(count_include_pad),
            },
        )


@irdl_op_definition
class ReduceOp(DrpOp):
    """Elements along `axes` combined into one; a global pool is a mean (or max) over (2, 3)."""

    name = "drp.reduce"
    ENGINE: ClassVar[Engine] = Engine.DRP
    x = operand_def(TensorType)
    y = result_def(TensorType)
    kind = prop_def(ReduceKindAttr)
    axes = prop_def(INT_ARRAY)
    keep = prop_def(BoolAttr, default_value=_TRUE)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue, kind: ReduceKind, axes: Sequence[int], *, keep: bool = True):
        """`axes` are non-negative; `keep` leaves them with size 1."""
        super().__init__(
            operands=[x],
            result_types=[tensor_like(x, shapes.reduction(shape_of(x), axes, keep))],
            properties={
                "kind": ReduceKindAttr(kind),
                "axes": ints(axes),
                "keep": BoolAttr.from_bool(keep),
            },
        )

    def expected_shape(self) -> Shape:
        keep = bool(self.keep.value.data)
        return shapes.reduction(shape_of(self.x), self.axes.get_values(), keep)


class ArgOp(DrpOp, ABC):
    """The index (i64) of an extreme element along `axis`; `last` picks the last of equal ones."""

    ENGINE: ClassVar[Engine] = Engine.DRP
    x = operand_def(TensorType)
    y = result_def(TensorType)
    axis = prop_def(IntegerAttr)
    keep = prop_def(BoolAttr, default_value=_TRUE)
    last = prop_def(BoolAttr, default_value=_FALSE)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue, axis: int, *, keep: bool = True, last: bool = False):
        super().__init__(
            operands=[x],
            result_types=[TensorType(i64, shapes.reduction(shape_of(x), (axis,), keep))],
            properties={
                "axis": IntegerAttr(axis, i64),
                "keep": BoolAttr.from_bool(keep),
                "last": BoolAttr.from_bool(last),
            },
        )

    def expected_shape(self) -> Shape:
        axes = (self.axis.value.data,)
        return shapes.reduction(shape_of(self.x), axes, bool(self.keep.value.data))

    def verify_element_types(self) -> None:
        if element_type_of(self.y) != i64:
            raise VerifyException(f"expected a result of i64, but got {self.y.type}")


@irdl_op_definition
class ArgMaxOp(ArgOp):
    """The index of the largest element."""

    name = "drp.argmax"


@irdl_op_definition
class ArgMinOp(ArgOp):
    """The index of the smallest element."""

    name = "drp.argmin"


class SoftmaxLikeOp(DrpOp, ABC):
    """A normalised exponential along one axis."""

    ENGINE: ClassVar[Engine] = Engine.DRP
    x = operand_def(TensorType)
    y = result_def(TensorType)
    axis = prop_def(IntegerAttr)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue, axis: int):
        super().__init__(
            operands=[x],
            result_types=[tensor_like(x, shape_of(x))],
            properties={"axis": IntegerAttr(axis, i64)},
        )

    def expected_shape(self) -> Shape:
        shapes.require_axes(shape_of(self.x), (self.axis.value.data,))
        return shape_of(self.x)


@irdl_op_definition
class SoftmaxOp(SoftmaxLikeOp):
    """exp(x - max) / sum(exp(x - max)) along `axis`."""

    name = "drp.softmax"


@irdl_op_definition
class LogSoftmaxOp(SoftmaxLikeOp):
    """log(softmax(x)) along `axis`, computed without forming the softmax."""

    name = "drp.log_softmax"


class NormOp(DrpOp, ABC):
    """A normalisation with an optional scale and shift, and a fused function behind it."""

    ENGINE: ClassVar[Engine] = Engine.DRP
    x = operand_def(TensorType)
    scale = opt_operand_def(TensorType)
    shift = opt_operand_def(TensorType)
    y = result_def(TensorType)
    epsilon = prop_def(FloatAttr, default_value=FloatAttr(1e-5, f64))
    activation = prop_def(FunctionAttr, default_value=IDENTITY)
    traits = traits_def(Pure())
    irdl_options = (AttrSizedOperandSegments(as_property=True), ParsePropInAttrDict())
    assembly_format = (
        "$x (`scale` $scale^ `:` type($scale))? (`shift` $shift^ `:` type($shift))?"
        " attr-dict `:` type($x) `->` type($y)"
    )

    def expected_shape(self) -> Shape:
        return shape_of(self.x)

    @property
    def parameters(self) -> tuple[SSAValue, ...]:
        return tuple(value for value in (self.scale, self.shift) if value is not None)


class LastAxesNormOp(NormOp, ABC):
    """Statistics over the axes from `axis` on; scale and shift broadcast against those axes."""

    axis = prop_def(IntegerAttr)

    def __init__(
        self,
        x: SSAValue,
        scale: SSAValue | None,
        shift: SSAValue | None,
        axis: int,
        epsilon: float = 1e-5,
        activation: FunctionAttr = IDENTITY,
    ):
        super().__init__(
            operands=[x, scale, shift],
            result_types=[tensor_like(x, shape_of(x))],
            properties={
                "axis": IntegerAttr(axis, i64),
                "epsilon": FloatAttr(epsilon, f64),
                "activation": activation,
            },
        )

    def expected_shape(self) -> Shape:
        x, axis = shape_of(self.x), self.axis.value.data
        shapes.require_axes(x, (axis,))
        for operand in (self.scale, self.shift):
            if operand is not None and shapes.broadcast(x[axis:], shape_of(operand)) != x[axis:]:
                raise VerifyException(f"expected a scale that broadcasts to {x[axis:]}")
        return x


@irdl_op_definition
class LayerNormOp(LastAxesNormOp):
    """(x - mean) / sqrt(variance + epsilon) * scale + shift over the last axes."""

    name = "drp.layer_norm"


@irdl_op_definition
class RmsNormOp(LastAxesNormOp):
    """x / sqrt(mean(x^2) + epsilon) * scale + shift over the last axes."""

    name = "drp.rms_norm"


@irdl_op_definition
class GroupNormOp(NormOp):
    """Layer normalisation of (N, C, ...) over each of `groups` groups of channels and all that
    follows; scale and shift are (C,). Instance normalisation is `groups = C`."""

    name = "drp.group_norm"
    groups = prop_def(IntegerAttr)

    def __init__(
        self,
        x: SSAValue,
        scale: SSAValue | None,
        shift: SSAValue | None,
        groups: int,
        epsilon: float = 1e-5,
        activation: FunctionAttr = IDENTITY,
    ):
        super().__init__(
            operands=[x, scale, shift],
            result_types=[tensor_like(x, shape_of(x))],
            properties={
                "groups": IntegerAttr(groups, i64),
                "epsilon": FloatAttr(epsilon, f64),
                "activation": activation,
            },
        )

    def expected_shape(self) -> Shape:
        x, groups = shape_of(self.x), self.groups.value.data
        if len(x) < 2 or groups < 1 or x[1] % groups:
            raise VerifyException(f"expected {groups} groups to divide the channels of {x}")
        for operand in (self.scale, self.shift):
            if operand is not None and shape_of(operand) != (x[1],):
                raise VerifyException(f"expected scale and shift of shape ({x[1]},)")
        return x


@irdl_op_definition
class ScaleShiftOp(DrpOp):
    """activation(x * scale + shift) per channel of (N, C, ...): a batch normalisation at inference."""

    name = "drp.scale_shift"
    ENGINE: ClassVar[Engine] = Engine.DRP
    x = operand_def(TensorType)
    scale = operand_def(TensorType)
    shift = operand_def(TensorType)
    y = result_def(TensorType)
    activation = prop_def(FunctionAttr, default_value=IDENTITY)
    traits = traits_def(Pure())
    assembly_format = (
        "$x `,` $scale `,` $shift attr-dict"
        " `:` type($x) `,` type($scale) `,` type($shift) `->` type($y)"
    )

    def __init__(
        self,
        x: SSAValue,
        scale: SSAValue,
        shift: SSAValue,
        *,
        activation: FunctionAttr = IDENTITY,
    ):
        super().__init__(
            operands=[x, scale, shift],
            result_types=[tensor_like(x, shape_of(x))],
            properties={"activation": activation},
        )

    def expected_shape(self) -> Shape:
        x = shape_of(self.x)
        if len(x) < 2 or shape_of(self.scale) != (x[1],) or shape_of(self.shift) != (x[1],):
            raise VerifyException(f"expected scale and shift of one number per channel of {x}")
        return x

    @property
    def parameters(self) -> tuple[SSAValue, ...]:
        return (self.scale, self.shift)


@irdl_op_definition
class LocalResponseNormOp(DrpOp):
    """ONNX LRN: x / (bias + alpha / size * sum of squares over `size` near channels) ** beta."""

    name = "drp.local_response_norm"
    ENGINE: ClassVar[Engine] = Engine.DRP
    x = operand_def(TensorType)
    y = result_def(TensorType)
    size = prop_def(IntegerAttr)
    alpha = prop_def(FloatAttr)
    beta = prop_def(FloatAttr)
    bias = prop_def(FloatAttr)
    traits = traits_def(Pure())
    assembly_format = "$x attr-dict `:` type($x) `->` type($y)"

    def __init__(self, x: SSAValue, size: int, alpha: float, beta: float, bias: float):
        super().__init__(
            operands=[x],
            result_types=[tensor_like(x, shape_of(x))],
            properties={
                "size": IntegerAttr(size, i64),
                "alpha": FloatAttr(alpha, f64),
                "beta": FloatAttr(beta, f64),
                "bias": FloatAttr(bias, f64),
            },
        )

    def expected_shape(self) -> Shape:
        x, size = shape_of(self.x), self.size.value.data
        if len(x) < 2 or size < 1:
            raise VerifyException(f"expected x of (N, C, ...) and a size of at least 1, got {size}")
        return x


OPERATIONS = (
    MaxPoolOp,
    AveragePoolOp,
    ReduceOp,
    ArgMaxOp,
    ArgMinOp,
    SoftmaxOp,
    LogSoftmaxOp,
    LayerNormOp,
    RmsNormOp,
    GroupNormOp,
    ScaleShiftOp,
    LocalResponseNormOp,
)

"""Which engine runs which ONNX operator, and under which rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ...drpdialect.drp.base import Engine
from . import computation as c
from . import movement as m
from . import tensors as t
from . import windows as w
from .rule import Rule


@dataclass(frozen=True)
class Operator:
    """The engine of an operator's jobs and the rules it must meet to run there."""

    engine: Engine
    rules: tuple[Rule, ...]


GENERAL: Final = (t.static_shapes, t.no_empty_tensors, t.tensor_rank, t.one_result)
"""The rules that every operator must meet."""

_FLOAT = (t.float_elements,)
_MOVES = (t.movable_elements,)
_PLAIN = (t.plain_elements,)
_WINDOW = (w.spatial_axes, w.feature_size, w.positive_steps)
_CONVOLUTION = (
    *_FLOAT,
    t.constant_weights,
    *_WINDOW,
    w.convolution_kernel,
    w.convolution_stride,
    w.convolution_dilation,
    w.padding_not_negative,
)
_POOL = (
    *_FLOAT,
    *_WINDOW,
    w.pool_kernel,
    w.pool_stride,
    w.padding_not_negative,
    w.padding_below_window,
    w.window_positions,
)
_RESIZE = (
    *_FLOAT,
    t.constant_operands(1, 2, 3),
    m.resize_modes,
    m.resize_coordinates,
    m.no_antialiasing,
    m.resize_direction,
    m.resize_size,
)
_BATCH_NORM = (
    *_FLOAT,
    t.constant_operands(1, 2, 3, 4),
    c.has_channels,
    c.inference_mode,
    c.one_number_per_channel,
)
_QUANTISATION = (t.constant_operands(1, 2), c.stored_type, c.real_type, c.scale_per_slice)

_MAC_RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "Conv": (*_CONVOLUTION, w.window_positions),
    "ConvTranspose": (*_CONVOLUTION, w.transposed_positions),
    "Gemm": (*_FLOAT, c.constant_matrix),
    "MatMul": (*_FLOAT, c.constant_matrix),
}

_DRP_RULES: Final[Mapping[tuple[str, ...], tuple[Rule, ...]]] = {
    (
        *("Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Celu", "Cos", "Cosh"),
        *("Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Log"),
        *("Mish", "Neg", "Reciprocal", "Relu", "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Sin"),
        *("Sinh", "Softplus", "Softsign", "Sqrt", "Swish", "Tan", "Tanh", "ThresholdedRelu"),
    ): _FLOAT,
    ("Clip",): (*_FLOAT, t.constant_operands(1, 2)),
    ("Add", "Sub", "Mul", "Div", "Sum", "Mean", "Max", "Min"): _FLOAT,
    ("Pow",): (*_FLOAT, c.exponent_type),
    ("Mod",): (*_FLOAT, c.remainder_of_truncation),
    ("PRelu",): (*_FLOAT, c.slope_shape),
    ("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "IsNaN"): _FLOAT,
    ("IsInf",): (*_FLOAT, c.detects_infinity),
    ("And", "Or", "Xor", "Not"): (),
    ("Where",): (t.movable_choices,),
    ("Cast", "CastLike"): (t.cast_elements,),
    ("MaxPool", "AveragePool"): _POOL,
    ("GlobalAveragePool", "GlobalMaxPool"): (*_FLOAT, c.has_channels),
    ("GlobalLpPool",): (*_FLOAT, c.has_channels, c.norm_order),
    (
        *("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1"),
        *("ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp"),
    ): (*_FLOAT, t.constant_operands(1), c.reduction_reduces),
    ("ArgMax", "ArgMin"): (*_FLOAT, c.argument_size),
    ("Softmax", "LogSoftmax"): (*_FLOAT, c.softmax_size),
    ("LayerNormalization", "RMSNormalization"): (*_FLOAT, c.scale_fits_axes),
    ("GroupNormalization",): (*_FLOAT, c.has_channels, c.one_number_per_channel),
    ("InstanceNormalization",): (*_FLOAT, c.has_channels, c.one_number_per_channel),
    ("BatchNormalization",): _BATCH_NORM,
    ("MeanVarianceNormalization",): _FLOAT,
    ("LpNormalization",): (*_FLOAT, c.norm_order),
    ("LRN",): (*_FLOAT, c.has_channels),
    ("QuantizeLinear", "DequantizeLinear"): _QUANTISATION,
    ("Flatten", "Identity"): _PLAIN,
    ("Reshape", "Squeeze", "Unsqueeze"): (*_PLAIN, t.constant_operands(1)),
    ("Dropout",): (*_PLAIN, t.constant_operands(1, 2), c.inference_mode),
    ("Transpose", "Concat", "DepthToSpace", "SpaceToDepth"): _MOVES,
    ("Expand",): (*_MOVES, t.constant_operands(1)),
    ("Tile",): (*_MOVES, t.constant_operands(1, 2)),
    ("Slice",): (*_MOVES, t.constant_operands(1, 2, 3, 4)),
    ("Pad",): (*_MOVES, t.constant_operands(1, 2, 3), m.pad_grows, m.reflection_fits),
    ("Gather",): (*_MOVES, t.constant_operands(1), m.gather_indices, m.indices_in_range),
    ("Resize", "Upsample"): _RESIZE,
}

OPERATORS: Final[Mapping[str, Operator]] = {
    **{name: Operator(Engine.AI_MAC, (*GENERAL, *rules)) for name, rules in _MAC_RULES.items()},
    "Split": Operator(Engine.DRP, (*(r for r in GENERAL if r is not t.one_result), *_MOVES)),
    **{
        name: Operator(Engine.DRP, (*GENERAL, *rules))
        for names, rules in _DRP_RULES.items()
        for name in names
    },
}
"""ONNX operator -> how the accelerator runs it. Operators that are not here run on the CPU."""

"""One node for each way in which an operator is written: the cases of test_convert_onnx_to_drp."""

from itertools import product

import numpy as np
from one_node import OneNode, rng_array

F = rng_array
POSITIVE = np.abs(rng_array(2, 3, 4)) + 0.5
UNIT = np.tanh(rng_array(2, 3, 4)) * 0.9


def _ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def _floats(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def _bools(*shape: int, seed: int = 0) -> np.ndarray:
    return rng_array(*shape, seed=seed) > 0


CONVOLUTIONS = [
    OneNode("Conv", [F(1, 3, 8, 9), F(4, 3, 3, 3, seed=1)], {}, (1,)),
    OneNode(
        "Conv",
        [F(2, 3, 8, 9), F(4, 3, 3, 2, seed=1), F(4, seed=2)],
        {"pads": [1, 0, 2, 3], "strides": [2, 1], "dilations": [1, 2]},
        (1, 2),
    ),
    OneNode("Conv", [F(1, 4, 8, 9), F(8, 2, 3, 3, seed=1)], {"group": 2}, (1,), opset=1),
    OneNode(
        "Conv",
        [F(1, 4, 8, 9), F(4, 1, 5, 5, seed=1)],
        {"group": 4, "pads": [2] * 4},
        (1,),
        opset=22,
    ),
    *(
        OneNode(
            "Conv",
            [F(1, 3, 9, 8), F(4, 3, 4, 3, seed=1)],
            {"auto_pad": how, "strides": [2, 3]},
            (1,),
        )
        for how in ("SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET")
    ),
    OneNode(
        "Conv",
        [F(2, 3, 20), F(4, 3, 5, seed=1), F(4, seed=2)],
        {"pads": [2, 1], "strides": [2], "dilations": [2]},
        (1, 2),
    ),
    OneNode("Conv", [F(1, 3, 20), F(4, 3, 4, seed=1)], {"auto_pad": "SAME_LOWER"}, (1,), opset=11),
    OneNode("ConvTranspose", [F(1, 3, 5, 6), F(3, 4, 3, 3, seed=1)], {}, (1,)),
    OneNode(
        "ConvTranspose",
        [F(1, 4, 5, 6), F(4, 2, 3, 2, seed=1), F(4, seed=2)],
        {"group": 2, "strides": [2, 3], "pads": [1, 0, 0, 1], "output_padding": [1, 2]},
        (1, 2),
    ),
    OneNode(
        "ConvTranspose",
        [F(1, 3, 5, 6), F(3, 4, 3, 3, seed=1)],
        {"strides": [2, 2], "output_shape": [10, 11]},
        (1,),
    ),
    OneNode(
        "ConvTranspose",
        [F(1, 3, 5, 6), F(3, 4, 4, 3, seed=1)],
        {"strides": [2, 2], "auto_pad": "SAME_UPPER"},
        (1,),
    ),
    OneNode(
        "ConvTranspose",
        [F(1, 3, 5, 6), F(3, 4, 5, 4, seed=1)],
        {"strides": [2, 2], "auto_pad": "SAME_LOWER"},
        (1,),
        opset=11,
    ),
    OneNode(
        "ConvTranspose",
        [F(1, 3, 7), F(3, 4, 3, seed=1)],
        {"strides": [2], "dilations": [2], "pads": [1, 2]},
        (1,),
    ),
]

PRODUCTS = [
    *(
        OneNode("MatMul", [F(*a), F(*b, seed=1)], {}, constants)
        for a, b, constants in (
            ((3, 4), (4, 5), (1,)),
            ((2, 3, 4), (4, 5), (1,)),
            ((2, 3, 4), (2, 4, 5), ()),
            ((2, 1, 3, 4), (3, 4, 5), ()),
            ((4,), (4, 5), (1,)),
            ((3, 4), (4,), (1,)),
            ((2, 3, 4), (4,), ()),
            ((4,), (4,), ()),
            ((3, 4), (4, 5), (0,)),
        )
    ),
    *(
        OneNode(
            "Gemm",
            [
                F(*((4, 3) if trans_a else (3, 4))),
                F(*((5, 4) if trans_b else (4, 5)), seed=1),
                F(*c, seed=2),
            ],
            {"transA": trans_a, "transB": trans_b, "alpha": 0.5, "beta": 2.0},
            constants,
        )
        for trans_a, trans_b, c, constants in (
            *product((0, 1), (0, 1), ((5,),), ((1, 2), ())),
            (0, 0, (3, 5), (1, 2)),
            (0, 0, (3, 1), (1, 2)),
            (0, 1, (1, 5), (1, 2)),
            (0, 1, (1,), (1, 2)),
            (0, 1, (), (1, 2)),
            (0, 1, (1, 1), (1,)),
        )
    ),
    OneNode("Gemm", [F(3, 4), F(4, 5, seed=1)], {}, (1,)),
    OneNode("Gemm", [F(3, 4), F(4, 5, seed=1), F(5)], {"beta": 0.0}, (1, 2), opset=9),
    OneNode("Gemm", [F(3, 4), F(4, 5, seed=1), F(5)], {}, (1, 2), opset=7),
]

POOLS = [
    *(
        OneNode(op_type, [F(1, 2, 9, 8)], attributes, opset=opset)
        for op_type, opset in (
            ("MaxPool", 8),
            ("MaxPool", 12),
            ("AveragePool", 11),
            ("AveragePool", 19),
        )
        for attributes in (
            {"kernel_shape": [3, 2]},
            {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 0, 1]},
            {"kernel_shape": [4, 3], "strides": [2, 3], "auto_pad": "SAME_UPPER"},
            {"kernel_shape": [4, 3], "strides": [2, 3], "auto_pad": "SAME_LOWER"},
        )
    ),
    *(
        OneNode(op_type, [F(1, 2, *size)], attributes, opset=opset)
        for op_type, opset in (("MaxPool", 22), ("AveragePool", 22))
        for size in ((9, 8), (7, 7), (6, 11))
        for attributes in (
            {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1},
            {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1] * 4, "ceil_mode": 1},
            {"kernel_shape": [1, 1], "strides": [2, 3], "ceil_mode": 1},
            {"kernel_shape": [2, 2], "strides": [3, 3], "pads": [0, 1, 0, 0], "ceil_mode": 1},
        )
    ),
    OneNode("MaxPool", [F(1, 2, 9, 8)], {"kernel_shape": [2, 3], "dilations": [2, 2]}),
    OneNode("MaxPool", [-POSITIVE], {"kernel_shape": [2], "pads": [1, 1]}),
    OneNode(
        "AveragePool", [F(1, 2, 9, 8)], {"kernel_shape": [2, 3], "dilations": [2, 2]}, opset=19
    ),
    OneNode("AveragePool", [F(1, 2, 9)], {"kernel_shape": [3], "pads": [1, 2], "strides": [2]}),
    *(
        OneNode(
            "AveragePool",
            [F(1, 2, 9, 8)],
            {
                "kernel_shape": [3, 3],
                "strides": [2, 2],
                "pads": [1, 1, 1, 1],
                "count_include_pad": 1,
                "ceil_mode": ceil_mode,
            },
            opset=19,
        )
        for ceil_mode in (0, 1)
    ),
    OneNode("AveragePool", [F(2, 3, 90, 80)], {"kernel_shape": [90, 80], "strides": [90, 80]}),
    OneNode("MaxPool", [F(2, 3, 90)], {"kernel_shape": [90]}),
    OneNode("GlobalAveragePool", [F(2, 3, 5, 6)]),
    OneNode("GlobalAveragePool", [F(2, 3, 5)]),
    OneNode("GlobalMaxPool", [F(2, 3, 5, 6)]),
    OneNode("GlobalLpPool", [F(2, 3, 5, 6)], {"p": 1}),
    OneNode("GlobalLpPool", [F(2, 3, 5, 6)]),
]

_FUNCTIONS = [
    "Abs",
    "Asinh",
    "Atan",
    "Ceil",
    "Cos",
    "Cosh",
    "Elu",
    "Erf",
    "Exp",
    "Floor",
    "HardSigmoid",
    "HardSwish",
    "LeakyRelu",
    "Mish",
    "Neg",
    "Reciprocal",
    "Relu",
    "Round",
    "Selu",
    "Sigmoid",
    "Sign",
    "Sin",
    "Sinh",
    "Softplus",
    "Softsign",
    "Tan",
    "Tanh",
    "Celu",
    "Shrink",
    "ThresholdedRelu",
]

FUNCTIONS = [
    *(OneNode(op_type, [F(2, 3, 4)], opset=18) for op_type in _FUNCTIONS),
    *(OneNode(op_type, [POSITIVE], opset=18) for op_type in ("Log", "Sqrt")),
    OneNode("Acosh", [POSITIVE + 0.6]),
    *(OneNode(op_type, [UNIT]) for op_type in ("Acos", "Asin", "Atanh")),
    OneNode("Elu", [F(2, 3, 4)], {"alpha": 0.3}, opset=6),
    OneNode("Celu", [F(2, 3, 4)], {"alpha": 0.3}),
    OneNode("LeakyRelu", [F(2, 3, 4)], {"alpha": 0.2}),
    OneNode("HardSigmoid", [F(2, 3, 4)], {"alpha": 0.5, "beta": 0.6}),
    OneNode("Selu", [F(2, 3, 4)], {"alpha": 2.0, "gamma": 3.0}),
    OneNode("Shrink", [F(2, 3, 4)], {"lambd": 0.7, "bias": 0.1}),
    OneNode("ThresholdedRelu", [F(2, 3, 4)], {"alpha": 0.4}),
    OneNode("Gelu", [F(2, 3, 4)], opset=20),
    OneNode("Gelu", [F(2, 3, 4)], {"approximate": "tanh"}, opset=20),
    OneNode("Clip", [F(2, 3, 4)], {"min": -0.5, "max": 0.25}, opset=6),
    OneNode("Clip", [F(2, 3, 4)], {"max": 0.25}, opset=6),
    OneNode("Clip", [F(2, 3, 4), np.array(-0.5, "f4"), np.array(0.25, "f4")], {}, (1, 2)),
    OneNode("Clip", [F(2, 3, 4), None, np.array(0.25, "f4")], {}, (2,)),
    OneNode("Clip", [F(2, 3, 4), np.array(0.0, "f4")], {}, (1,), opset=11),
    OneNode("Clip", [F(2, 3, 4)], opset=11),
    OneNode("Round", [_floats(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)]),
    OneNode("Sign", [_floats(-2, 0, 3)]),
    OneNode("Reciprocal", [_floats(0.0, -2.0, 4.0)]),
    OneNode("Sigmoid", [_floats(-200, 0, 200)]),
    OneNode("Softplus", [_floats(-200, 0, 200)]),
]

_BROADCASTS = (((2, 3, 4), (2, 3, 4)), ((2, 3, 4), (3, 1)), ((1, 4), (2, 3, 1)), ((), (2, 3)))

BINARY = [
    *(
        OneNode(op_type, [F(*a), F(*b, seed=1)], opset=opset)
        for op_type, opset in (("Add", 7), ("Sub", 13), ("Mul", 14), ("Div", 14))
        for a, b in _BROADCASTS
    ),
    *(
        OneNode(op_type, [F(*a), F(*b, seed=1)])
        for op_type in ("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual")
        for a, b in _BROADCASTS[:2]
    ),
    OneNode("Equal", [F(2, 3), F(2, 3)]),
    OneNode("LessOrEqual", [F(2, 3), F(2, 3)]),
    OneNode("Pow", [POSITIVE, F(4)]),
    OneNode("Pow", [F(2, 3, 4), np.array(2, np.int64)], {}, (1,)),
    OneNode("Pow", [F(2, 3, 4), np.array(3.0, "f4")], {}, (1,)),
    OneNode("Mod", [F(2, 3, 4) * 5, F(4, seed=1)], {"fmod": 1}),
    *(OneNode(op_type, [F(2, 3), F(3, seed=1), F(2, 1, seed=2)]) for op_type in ("Max", "Min")),
    OneNode("Max", [_floats(1, np.nan, 2), _floats(np.nan, 1, 3)]),
    OneNode("Min", [_floats(1, np.nan, 2), _floats(np.nan, 1, 3)]),
    OneNode("Sum", [F(2, 3), F(3, seed=1), F(2, 1, seed=2)]),
    OneNode("Mean", [F(2, 3), F(3, seed=1), F(2, 1, seed=2)]),
    OneNode("PRelu", [F(2, 3, 4), F(3, 1, seed=1)], {}, (1,)),
    OneNode("PRelu", [F(2, 3, 4), F(1, seed=1)], {}, (1,), opset=9),
    OneNode("Where", [_bools(2, 3), F(2, 3), F(3, seed=1)]),
    OneNode("Where", [_bools(2, 1), F(3), np.array(7.0, "f4")], {}, (2,)),
    *(OneNode(op_type, [_bools(2, 3), _bools(3, seed=1)]) for op_type in ("And", "Or", "Xor")),
    OneNode("Not", [_bools(2, 3)]),
    OneNode("IsNaN", [_floats(1, np.nan, np.inf)]),
    *(
        OneNode("IsInf", [_floats(1, np.nan, np.inf, -np.inf)], attributes)
        for attributes in ({}, {"detect_positive": 0}, {"detect_negative": 0})
    ),
]

CASTS = [OneNode("Cast", [F(2, 3) * 20], {"to": to}) for to in (1, 2, 3, 6, 9, 10) if to != 2] + [
    OneNode("Cast", [np.abs(F(2, 3) * 20)], {"to": 2}),
    *(
        OneNode("Cast", [(F(2, 3) * 20).astype(dtype)], {"to": 1})
        for dtype in ("i1", "i2", "i4", "f2", "?")
    ),
    OneNode("Cast", [np.abs(F(2, 3) * 20).astype("u1")], {"to": 6}),
    OneNode("CastLike", [np.abs(F(2, 3) * 20).astype("u1"), F(1)], {}, (1,)),
]

REDUCTIONS = [
    *(
        OneNode(op_type, [POSITIVE], attributes)
        for op_type in (
            *("ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1"),
            *("ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp"),
        )
        for attributes in ({}, {"axes": [-1, 0], "keepdims": 0}, {"axes": [1]})
    ),
    *(
        OneNode(op_type, [POSITIVE, axes], attributes, (1,), opset=opset)
        for op_type, opset in (("ReduceSum", 13), ("ReduceMean", 18), ("ReduceL2", 18))
        for axes, attributes in ((_ints(-1, 0), {"keepdims": 0}), (_ints(), {}), (_ints(1), {}))
    ),
    OneNode("ReduceSum", [POSITIVE], {"noop_with_empty_axes": 1}),
    OneNode("ReduceSum", [POSITIVE], {"axes": [1]}, opset=11),
    OneNode("ReduceMax", [F(1)], {}),
    *(
        OneNode(op_type, [F(3, 4, 5)], attributes)
        for op_type in ("ArgMax", "ArgMin")
        for attributes in ({}, {"axis": -1, "keepdims": 0}, {"axis": 1})
    ),
    *(
        OneNode(op_type, [_floats(1, 3, 3, 1)], {"select_last_index": last})
        for op_type in ("ArgMax", "ArgMin")
        for last in (0, 1)
    ),
    *(
        OneNode(op_type, [F(2, 3, 4)], attributes, opset=opset)
        for op_type in ("Softmax", "LogSoftmax")
        for opset in (1, 11, 13)
        for attributes in ({}, {"axis": 2}, {"axis": 0})
    ),
    OneNode("Softmax", [F(2, 3, 4)], {"axis": -2}, opset=11),
    OneNode("Softmax", [F(2, 3, 1, 1)], {"axis": 1}, opset=11),
    OneNode("LpNormalization", [F(2, 3, 4)], {"p": 1, "axis": 1}),
    OneNode("LpNormalization", [F(2, 3, 4)]),
    OneNode("LpNormalization", [np.zeros((2, 3), "f4")]),
]

_STATISTICS = [F(3, seed=1), F(3, seed=2), F(3, seed=3), np.abs(F(3, seed=4)) + 0.1]

NORMALISATIONS = [
    *(
        OneNode("BatchNormalization", [F(2, *shape), *_STATISTICS], {}, (1, 2, 3, 4), opset=opset)
        for shape in ((3, 4, 5), (3, 4), (3,))
        for opset in (7, 9, 14, 15)
    ),
    OneNode(
        "BatchNormalization", [F(2, 3, 4, 5), *_STATISTICS], {"epsilon": 0.1}, (1, 2, 3, 4), opset=9
    ),
    OneNode("InstanceNormalization", [F(2, 3, 4, 5), F(3, seed=1), F(3, seed=2)], {}, (1, 2)),
    OneNode("InstanceNormalization", [F(2, 3, 4), F(3, seed=1), F(3, seed=2)], {"epsilon": 0.1}),
    OneNode(
        "GroupNormalization",
        [F(2, 6, 4, 5), F(6, seed=1), F(6, seed=2)],
        {"num_groups": 3},
        opset=21,
    ),
    OneNode("LayerNormalization", [F(2, 3, 4), F(4, seed=1), F(4, seed=2)], {}, (1, 2)),
    OneNode("LayerNormalization", [F(2, 3, 4), F(3, 4, seed=1)], {"axis": 1, "epsilon": 0.1}),
    OneNode("RMSNormalization", [F(2, 3, 4), F(4, seed=1)], {}, (1,), opset=23),
    OneNode("MeanVarianceNormalization", [F(2, 3, 4, 5)]),
    OneNode("MeanVarianceNormalization", [F(2, 3, 4, 5)], {"axes": [-1, 1]}),
    *(
        OneNode("LRN", [F(2, 7, 4, 5)], {"size": size, "alpha": 0.1, "beta": 0.6, "bias": 1.5})
        for size in (1, 3, 5)
    ),
]

MOVEMENTS = [
    OneNode("Reshape", [F(2, 3, 4), _ints(0, -1)], {}, (1,)),
    OneNode("Reshape", [F(2, 3, 4).astype("i8"), _ints(6, 4)], {}, (1,)),
    OneNode("Flatten", [F(2, 3, 4)], {"axis": 2}),
    OneNode("Flatten", [F(2, 3, 4)], {"axis": -1}),
    OneNode("Squeeze", [F(2, 1, 3, 1)], {"axes": [1]}, opset=11),
    OneNode("Squeeze", [F(2, 1, 3, 1), _ints(-1)], {}, (1,)),
    OneNode("Squeeze", [F(2, 1, 3, 1)]),
    OneNode("Unsqueeze", [F(2, 3)], {"axes": [0, 2]}, opset=11),
    OneNode("Unsqueeze", [F(2, 3), _ints(-1, 0)], {}, (1,)),
    OneNode("Transpose", [F(2, 3, 4)]),
    OneNode("Transpose", [F(2, 3, 4)], {"perm": [1, 2, 0]}),
    OneNode("Transpose", [F(2, 3, 4).astype("i1")], {"perm": [1, 2, 0]}, opset=21),
    OneNode("Expand", [F(3, 1), _ints(2, 1, 4)], {}, (1,)),
    OneNode("Expand", [F(3, 4), _ints(1)], {}, (1,)),
    OneNode("Tile", [F(2, 3), _ints(2, 3)], {}, (1,)),
    OneNode("Concat", [F(2, 3), F(2, 1, seed=1)], {"axis": -1}),
    OneNode("Concat", [F(2, 3), F(1, 3, seed=1)], {"axis": 0}, opset=4),
    OneNode("Slice", [F(5, 6)], {"starts": [1, -4], "ends": [1000, -1]}, opset=9),
    OneNode("Slice", [F(5, 6)], {"starts": [1], "ends": [3], "axes": [1]}, opset=1),
    OneNode("Slice", [F(5, 6), _ints(1), _ints(3), _ints(-1)], {}, (1, 2, 3), opset=10),
    OneNode("Slice", [F(5, 6), _ints(0, 1), _ints(5, 6)], {}, (1, 2)),
    OneNode("Slice", [F(1), _ints(-2), _ints(-2), _ints(0), _ints(-1)], {}, (1, 2, 3, 4)),
    OneNode("Slice", [F(5, 6), _ints(-1), _ints(-(2**63)), _ints(1), _ints(-2)], {}, (1, 2, 3, 4)),
    OneNode(
        "Slice",
        [F(5, 6), _ints(10, 0), _ints(-10, 2**63 - 1), _ints(0, 1), _ints(-1, 4)],
        {},
        (1, 2, 3, 4),
    ),
    OneNode("Split", [F(6, 4)], {"axis": 0}, opset=2, results=3),
    OneNode("Split", [F(6, 4)], {"axis": 1, "split": [1, 3]}, opset=11, results=2),
    OneNode("Split", [F(6, 4), _ints(1, 5)], {"axis": -2}, (1,), opset=13, results=2),
    OneNode("Split", [F(7, 4)], {"num_outputs": 3}, opset=18, results=3),
    OneNode("Pad", [F(2, 3)], {"pads": [1, 0, 2, 3], "value": 1.5}, opset=2),
    OneNode("Pad", [F(2, 3)], {"pads": [1, 0, -1, 3], "value": 1.5}, opset=2),
    OneNode("Pad", [F(2, 3), _ints(1, 0, 2, 3)], {}, (1,)),
    OneNode("Pad", [F(2, 3), _ints(1, -1, 2, 3), np.array(2.5, "f4")], {}, (1, 2)),
    OneNode("Pad", [F(2, 3), _ints(1, 2), None, _ints(-1)], {}, (1, 3), opset=18),
    *(
        OneNode("Pad", [F(4, 5), _ints(1, 3, 2, 2)], {"mode": mode}, (1,), opset=19)
        for mode in ("reflect", "edge", "wrap")
    ),
    OneNode("Pad", [F(4, 5).astype("i4"), _ints(1, 3, 2, 2)], {}, (1,)),
    OneNode("Gather", [F(4, 5), _ints(3, 0, -1)], {}, (1,)),
    OneNode("Gather", [F(4, 5), _ints(1, -2, 0, 0).reshape(2, 2)], {"axis": 1}, (1,)),
    OneNode("Gather", [F(4, 5), np.array(-1)], {"axis": -1}, (1,)),
    OneNode("DepthToSpace", [F(2, 8, 3, 4)], {"blocksize": 2}),
    OneNode("DepthToSpace", [F(2, 8, 3, 4)], {"blocksize": 2, "mode": "CRD"}),
    OneNode("DepthToSpace", [F(2, 8, 3, 4)], {"blocksize": 2}, opset=1),
    OneNode("SpaceToDepth", [F(2, 3, 4, 6)], {"blocksize": 2}),
    OneNode("Identity", [F(2, 3)]),
    OneNode("Dropout", [F(2, 3)], {"ratio": 0.3}, opset=7),
    OneNode("Dropout", [F(2, 3), np.array(0.5, "f4"), np.array(False)], {}, (1, 2)),
]

_UP, _DOWN = _floats(1, 1, 2, 3), _floats(1, 1, 0.6, 0.7)

RESIZES = [
    OneNode("Upsample", [F(1, 2, 4, 5)], {"scales": [1.0, 1.0, 2.0, 3.0]}, opset=7),
    OneNode("Upsample", [F(1, 2, 4, 5), _UP], {}, (1,), opset=9),
    OneNode("Upsample", [F(1, 2, 4, 5), _UP], {"mode": "linear"}, (1,), opset=9),
    OneNode("Resize", [F(1, 2, 4, 5), _UP], {}, (1,), opset=10),
    OneNode("Resize", [F(1, 2, 4, 5), _DOWN], {}, (1,), opset=10),
    OneNode("Resize", [F(1, 2, 4, 5), _DOWN], {"mode": "linear"}, (1,), opset=10),
    *(
        OneNode(
            "Resize",
            [F(1, 2, 6, 7), _floats(), scales],
            {"mode": mode, "coordinate_transformation_mode": coordinates},
            (1, 2),
            opset=11,
        )
        for mode, coordinates, scales in product(
            ("nearest", "linear", "cubic"),
            ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"),
            (_UP, _DOWN),
        )
    ),
    *(
        OneNode(
            "Resize",
            [F(1, 2, 6, 7), None, None, _ints(1, 2, *size)],
            {"mode": mode, "nearest_mode": rounding},
            (3,),
            opset=13,
        )
        for mode, rounding, size in (
            ("nearest", "round_prefer_floor", (12, 14)),
            ("nearest", "round_prefer_ceil", (9, 4)),
            ("nearest", "floor", (9, 13)),
            ("nearest", "ceil", (4, 13)),
            ("linear", "floor", (9, 4)),
            ("cubic", "floor", (9, 4)),
        )
    ),
    OneNode(
        "Resize",
        [F(1, 2, 6, 7), None, _floats(1.7, 2.1)],
        {"mode": "linear", "axes": [2, 3]},
        (2,),
        opset=18,
    ),
    *(
        OneNode(
            "Resize",
            [F(1, 2, 6, 7), None, None, _ints(10, 20)],
            {"mode": mode, "axes": axes, "keep_aspect_ratio_policy": policy},
            (3,),
            opset=18,
        )
        for mode in ("nearest", "linear")
        for policy, axes in (
            ("stretch", [-2, -1]),
            ("not_larger", [2, 3]),  # ONNX Runtime ignores the policy with negative axes
            ("not_smaller", [2, 3]),
        )
    ),
    OneNode(
        "Resize",
        [F(1, 2, 6, 7), None, _DOWN],
        {"mode": "cubic", "exclude_outside": 1, "cubic_coeff_a": -0.5},
        (2,),
    ),
    OneNode(
        "Resize",
        [F(1, 2, 6, 7), None, _floats(1, 1, 1.3, 0.7)],
        {"mode": "linear", "coordinate_transformation_mode": "half_pixel_symmetric"},
        (2,),
        opset=19,
    ),
    OneNode("Resize", [F(1, 2, 6, 7), None, _floats(1, 1, 1, 1)], {}, (2,)),
]

_SCALE, _SCALES = np.array(0.05, "f4"), _floats(0.05, 0.1, 0.02)

QUANTISATION = [
    OneNode("QuantizeLinear", [F(2, 3, 4), _SCALE], {}, (1,), opset=10),
    OneNode("QuantizeLinear", [F(2, 3, 4), _SCALE, np.array(3, "i1")], {}, (1, 2), opset=13),
    OneNode("QuantizeLinear", [F(2, 3, 4), _SCALE, np.array(128, "u1")], {}, (1, 2), opset=19),
    OneNode("QuantizeLinear", [F(2, 3, 4), _SCALE, np.array(128, "u2")], {}, (1, 2), opset=21),
    OneNode("QuantizeLinear", [F(2, 3, 4), _SCALE], {"output_dtype": 3}, (1,), opset=21),
    OneNode("QuantizeLinear", [F(2, 3, 4), _SCALES, np.array([1, 2, 3], "i1")], {}, (1, 2)),
    OneNode("QuantizeLinear", [F(2, 4, 3), _SCALES], {"axis": -1}, (1,)),
    OneNode("QuantizeLinear", [F(3, 4), _floats(0.05), np.zeros(1, "i1")], {}, (1, 2), opset=13),
    *(
        OneNode(
            "DequantizeLinear",
            [np.abs(F(2, 3, 4) * 40).astype(dtype), _SCALE, np.array(zero_point, dtype)],
            {},
            (1, 2),
            opset=21,
        )
        for dtype, zero_point in (("i1", -3), ("u1", 128), ("i2", 7), ("u2", 9), ("i4", 0))
    ),
    OneNode("DequantizeLinear", [(F(2, 3, 4) * 40).astype("i1"), _SCALES], {}, (1,), opset=13),
    OneNode("DequantizeLinear", [(F(2, 3, 4) * 40).astype("i1"), _SCALE], {}, (1,), opset=10),
]

FAMILIES = {
    "convolutions": CONVOLUTIONS,
    "products": PRODUCTS,
    "pools": POOLS,
    "functions": FUNCTIONS,
    "binary": BINARY,
    "casts": CASTS,
    "reductions": REDUCTIONS,
    "normalisations": NORMALISATIONS,
    "movements": MOVEMENTS,
    "resizes": RESIZES,
    "quantisation": QUANTISATION,
}

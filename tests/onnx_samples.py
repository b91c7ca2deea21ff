"""Small models that together use every construct of ONNX that the frontend knows."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.parser import parse_model


def _text(body: str, *, ir: int = 8, opsets: str = '"" : 17') -> onnx.ModelProto:
    return parse_model(f"<ir_version: {ir}, opset_import: [{opsets}]>\n{body}")


def convolution() -> onnx.ModelProto:
    """Initializers in raw and typed fields, an optional input left out, several outputs."""
    model = _text("""
        network (float[1,3,8,8] x) => (float[1,4,2,2] y, float[1,4] z) {
            c = Conv<strides = [2, 2], pads = [1, 1, 1, 1]>(x, w, b)
            r = Clip(c, , six)
            y = MaxPool<kernel_shape = [2, 2], strides = [2, 2]>(r)
            g = GlobalAveragePool(y)
            shape = Constant<value = int64[2] {0, -1}>()
            z = Reshape(g, shape)
        }""")
    rng = np.random.default_rng(0)
    weight = rng.standard_normal((4, 3, 3, 3)).astype(np.float32)
    model.graph.initializer.append(numpy_helper.from_array(weight, "w"))
    model.graph.initializer.append(
        helper.make_tensor("b", TensorProto.FLOAT, [4], [0.1, 0.2, 0.3, 0.4])
    )
    model.graph.initializer.append(helper.make_tensor("six", TensorProto.FLOAT, [], [6.0]))
    return model


def control_flow() -> onnx.ModelProto:
    """If inside Loop, both reading outer values; Scan."""
    return _text("""
        network (float[4,3] x, bool flag) => (float[3] total, float[4,3] sums, float[k,3] stack) {
            zero = Constant<value = float[3] {0.0, 0.0, 0.0}>()
            trips = Constant<value = int64 {3}>()
            yes = Constant<value = bool {1}>()
            one = Constant<value = float {1.0}>()
            total, stack = Loop(trips, yes, zero) <body = loop (int64 i, bool c, float[3] s)
                => (bool go, float[3] next, float[3] out) {
                go = Identity(c)
                row = Gather<axis = 0>(x, i)
                step = If(flag) <
                    then_branch = yes_branch () => (float[3] a) { a = Add(row, one) },
                    else_branch = no_branch () => (float[3] b) { b = Sub(row, one) }>
                next = Add(s, step)
                out = Identity(next)
            }>
            last, sums = Scan<num_scan_inputs = 1, body = scan (float[3] state, float[3] row2)
                => (float[3] state2, float[3] each) {
                state2 = Add(state, row2)
                each = Mul(state2, one)
            }>(zero, x)
        }""")


def functions() -> onnx.ModelProto:
    """Nested functions, default attributes, references to attributes, an overridden one."""
    return _text(
        """
        network (float[2,3] x) => (float[2,3] y, float[2,3] z) {
            y = local.twice<alpha = 0.5>(x)
            z = local.twice(y)
        }
        <opset_import: ["" : 17, "local" : 1], domain: "local">
        twice <alpha: float = 0.25> (a) => (b) {
            t = local.leak<slope: float = @alpha>(a)
            b = local.leak<slope: float = @alpha>(t)
        }
        <opset_import: ["" : 17], domain: "local">
        leak <slope> (a) => (b) {
            t = LeakyRelu<alpha: float = @slope>(a)
            b = Add(t, t)
        }""",
        opsets='"" : 17, "local" : 1',
    )


def sequences() -> onnx.ModelProto:
    """Sequences, optionals, strings, SequenceMap."""
    return _text("""
        network (float[2,3] x, string[2] words) => (float[4,3] y, string[2] same, int64 n) {
            s = SequenceConstruct(x, x)
            m = SequenceMap(s) <body = each (float[2,3] e) => (float[2,3] f) { f = Neg(e) }>
            y = ConcatFromSequence<axis = 0>(m)
            n = SequenceLength(m)
            o = Optional(m)
            h = OptionalHasElement(o)
            same = Identity(words)
        }""")


def quantised() -> onnx.ModelProto:
    """Integers, per-channel scales, a runtime-only domain, ai.onnx.ml."""
    model = _text(
        """
        network (float[1,4] x) => (float[1,2] y, float[1,k] g, float[1,4] b) {
            q = QuantizeLinear(x, scale, zero)
            d = DequantizeLinear(q, scale, zero)
            wd = DequantizeLinear<axis = 1>(w, scales, zeros)
            y = MatMul(d, wd)
            h = com.microsoft.FastGelu(x)
            g = Relu(h)
            b = ai.onnx.ml.Binarizer<threshold = 0.5>(x)
        }""",
        opsets='"" : 17, "com.microsoft" : 1, "ai.onnx.ml" : 3',
    )
    tensors = {
        "scale": np.array(0.1, np.float32),
        "zero": np.array(3, np.uint8),
        "w": np.arange(8, dtype=np.int8).reshape(4, 2),
        "scales": np.array([0.5, 0.25], np.float32),
        "zeros": np.zeros(2, np.int8),
    }
    model.graph.initializer.extend(numpy_helper.from_array(a, n) for n, a in tensors.items())
    return model


def old() -> onnx.ModelProto:
    """IR version 3: initializers are inputs too; opset 6: broadcasting is an attribute."""
    model = _text(
        """
        network (float[2,3] x, float[3] b, float[2] unused) => (float[2,3] y) {
            s = Add<axis = 1, broadcast = 1>(x, b)
            y = Relu(s)
        }""",
        ir=3,
        opsets='"" : 6',
    )
    model.graph.initializer.append(numpy_helper.from_array(np.ones(3, np.float32), "b"))
    model.graph.initializer.append(numpy_helper.from_array(np.ones(2, np.float32), "unused"))
    return model


def sparse() -> onnx.ModelProto:
    """Sparse initializers with flat indices and with coordinates; a sparse Constant."""
    model = _text("""
        network (float[2,3] x) => (float[2,3] y) {
            t = Add(x, flat)
            y = Add(t, placed)
        }""")
    values = numpy_helper.from_array(np.array([5.0, 7.0], np.float32), "flat")
    flat = numpy_helper.from_array(np.array([1, 5], np.int64), "flat_indices")
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(values, flat, [2, 3]))
    values = numpy_helper.from_array(np.array([2.0], np.float32), "placed")
    placed = numpy_helper.from_array(np.array([[1, 0]], np.int64), "placed_indices")
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(values, placed, [2, 3]))
    return model


def shapes() -> onnx.ModelProto:
    """An exporter's shape arithmetic, declared intermediate types, named dimensions."""
    return _text("""
        network (float[2,3,4,4] x) => (float[2,48] y) <float[2,3,4,4] r, int64[4] s> {
            r = Relu(x)
            s = Shape(r)
            zero = Constant<value = int64 {0}>()
            n = Gather<axis = 0>(s, zero)
            axes = Constant<value_ints = [0]>()
            u = Unsqueeze(n, axes)
            rest = Constant<value_ints = [-1]>()
            target = Concat<axis = 0>(u, rest)
            y = Reshape(r, target)
        }""")


SAMPLES = {
    build.__name__: build
    for build in (
        convolution,
        control_flow,
        functions,
        sequences,
        quantised,
        old,
        sparse,
        shapes,
    )
}
"""Name -> a function that builds the model."""

"""matmul-to-conv against NumPy's product, on every form it takes."""

import numpy as np
import pytest
from interpreter_build import build, constant
from xdsl.context import Context
from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import SSAValue

from drpc.backends.interpreter import ModuleInterpreter
from drpc.drpdialect import drp
from drpc.drpdialect.provenance import nodes_of, set_nodes
from drpc.passes.matmul_to_conv import MatmulToConvPass

RANDOM = np.random.default_rng(3)


def numbers(*shape: int) -> np.ndarray:
    """Random numbers."""
    return RANDOM.uniform(-1, 1, shape).astype(np.float32)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((1, 5), (5, 3)),
        ((4, 5), (5, 3)),
        ((2, 4, 5), (5, 3)),
        ((2, 4, 5), (1, 5, 3)),
        ((2, 3, 4, 5), (5, 3)),
        ((2, 3, 2, 4, 5), (1, 1, 5, 3)),
    ],
)
@pytest.mark.parametrize("with_bias", [False, True])
def test_a_constant_on_the_right(a: tuple[int, ...], b: tuple[int, ...], with_bias: bool) -> None:
    x, w, bias = numbers(*a), numbers(*b), numbers(b[-1])

    def body(value: SSAValue) -> SSAValue:
        product = drp.MatmulOp(
            value,
            constant(w),
            constant(bias) if with_bias else None,
            activation=drp.FunctionAttr("relu"),
        )
        set_nodes(product, ["fc"])
        return product.y

    expected = np.maximum(x @ w + (bias if with_bias else 0), 0)
    check(x, expected, body)


@pytest.mark.parametrize("shape", [(5, 4), (2, 5, 4), (2, 3, 5, 4)])
def test_a_constant_on_the_left(shape: tuple[int, ...]) -> None:
    x, w = numbers(*shape), numbers(3, 5)

    def body(value: SSAValue) -> SSAValue:
        product = drp.MatmulOp(constant(w), value)
        set_nodes(product, ["fc"])
        return product.y

    check(x, w @ x, body)


def check(x: np.ndarray, expected: np.ndarray, body: object) -> None:
    """The product becomes a convolution that computes what NumPy does."""
    module = build([TensorType(f32, x.shape)], body)  # type: ignore[arg-type]
    MatmulToConvPass().apply(Context(), module)
    module.verify()
    operations = [op for op in module.walk() if isinstance(op, drp.DrpOp)]
    assert sum(isinstance(op, drp.ConvOp) for op in operations) == 1
    assert not any(isinstance(op, drp.MatmulOp) for op in operations)
    assert all(nodes_of(op) == ("fc",) for op in operations)
    actual = ModuleInterpreter(module).run({"x0": x})["y0"]
    assert actual.shape == expected.shape
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-5 * np.abs(expected).max())

"""Modules on quantised tensors: building them, and running them on both engines."""

from collections.abc import Callable, Sequence

import numpy as np
from interpreter_build import build
from xdsl.dialects.builtin import IntegerType, Signedness, TensorType, i8, i32
from xdsl.ir import Operation, SSAValue

from drpc.backends.interpreter import ModuleInterpreter
from drpc.drpdialect import drp
from drpc.drpdialect.constants import make_constant
from drpc.drpdialect.element_types import dtype_of
from drpc.drpdialect.quant import UniformType

ui8 = IntegerType(8, Signedness.UNSIGNED)

Stored = tuple[np.ndarray, UniformType]
"""A quantised tensor: the integers it stores, and what they mean."""
Job = Callable[..., Operation]


def stored(
    rng: np.random.Generator, shape: Sequence[int], element: UniformType, extreme: bool = False
) -> Stored:
    """Random stored integers over the whole range, or of the range's two ends only."""
    low, high = element.storage_range
    numbers = rng.choice([low, high], shape) if extreme else rng.integers(low, high + 1, shape)
    return np.asarray(numbers).astype(dtype_of(element)), element


def bias_type(x: UniformType, w: UniformType) -> UniformType:
    """The type of a bias that is added to products of x and w."""
    products = [float(np.float32(x.scale) * np.float32(scale)) for scale in w.scales]
    return UniformType(i32, products, axis=None if w.axis is None else 0)


def run_both(
    tensors: Sequence[Stored], result: UniformType, job: Job, constants: Sequence[int] = ()
) -> np.ndarray:
    """What a job on quantised tensors gives: the same bits on both engines, on the fast one twice.

    `job` makes the operation on floats of the same shapes; it is then retyped. The tensors whose
    numbers `constants` lists are constants, not arguments.
    """
    arguments = [index for index in range(len(tensors)) if index not in constants]
    types = [TensorType(tensors[i][1], tensors[i][0].shape) for i in arguments]

    def body(*values: SSAValue) -> Operation:
        given = dict(zip(arguments, values, strict=True))
        operands = [
            given[i] if i in given else make_constant(*tensors[i]).result
            for i in range(len(tensors))
        ]
        op = job(*operands)
        assert isinstance(op, drp.DrpOp)
        retyped = op.retyped(op.operands, result)
        op.detach()
        return retyped

    module = build(types, body)
    feeds = {f"x{n}": tensors[i][0] for n, i in enumerate(arguments)}
    expected = ModuleInterpreter(module, engine="reference").run(feeds)["y0"]
    fast = ModuleInterpreter(module)
    for _ in range(2):
        actual = fast.run(feeds)["y0"]
        assert actual.dtype == expected.dtype == dtype_of(result)
        np.testing.assert_array_equal(actual, expected)
    return expected


I8 = UniformType(i8, 0.1)
U8 = UniformType(ui8, 0.1, 128)

"""canonicalize-onnx beyond the rules' texts: constants are shared without hashing, time is linear."""

import time

import numpy as np
from xdsl.builder import ImplicitBuilder
from xdsl.dialects.builtin import DictionaryAttr, IntegerAttr, ModuleOp, TensorType, f32, i64
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import SSAValue

from drpc.drpdialect import make_context, weights
from drpc.drpdialect.constants import make_constant
from drpc.drpdialect.drp.structure import ConstantOp
from drpc.drpdialect.onnx import OPSETS, operation_class
from drpc.drpdialect.weights import Tensor, TensorAttr
from drpc.passes.canonicalize_onnx import CanonicalizeOnnxPass

VECTOR = TensorType(f32, [1000])


def module_that_adds(*constants: ConstantOp) -> ModuleOp:
    """x + c0 + c1 + ..."""
    function = FuncOp("main", ([VECTOR], [VECTOR]))
    function.body.block.add_ops(constants)
    with ImplicitBuilder(function.body) as (x,):
        total: SSAValue = x
        for constant in constants:
            total = operation_class("Add")([total, constant.result], [VECTOR]).results[0]
        ReturnOp(total)
    return ModuleOp([function], {OPSETS: DictionaryAttr({"ai.onnx": IntegerAttr(17, i64)})})


def canonicalize(module: ModuleOp) -> list[ConstantOp]:
    """Run the pass; the constants that are left."""
    CanonicalizeOnnxPass().apply(make_context(), module)
    module.verify()
    return [op for op in module.walk() if isinstance(op, ConstantOp)]


def test_equal_constants_are_one_and_different_ones_are_not_hashed(monkeypatch) -> None:
    hashed: list[np.ndarray] = []
    digest = weights._digest
    monkeypatch.setattr(weights, "_digest", lambda array: (hashed.append(array), digest(array))[1])
    first, copy, other = (np.full(1000, value, np.float32) for value in (1, 1, 2))
    left = canonicalize(module_that_adds(*map(make_constant, (first, other))))
    assert len(left) == 2
    assert not hashed
    left = canonicalize(module_that_adds(*map(make_constant, (first, other, copy))))
    assert [constant.value.array[0] for constant in left] == [1, 2]
    assert len(hashed) == 2


def test_constants_that_differ_in_one_element_or_in_a_sign_of_zero_stay() -> None:
    plain, changed, negative = (np.zeros(1000, np.float32) for _ in range(3))
    changed[700] = 1.0
    negative[700] = -0.0
    assert len(canonicalize(module_that_adds(*map(make_constant, (plain, changed, negative))))) == 3


def test_constants_whose_bytes_are_not_loaded_are_compared_by_digest() -> None:
    tensors = [Tensor(VECTOR, digest=digest) for digest in ("a" * 32, "b" * 32, "a" * 32)]
    left = canonicalize(module_that_adds(*(ConstantOp(TensorAttr(t)) for t in tensors)))
    assert [constant.value.data.digest[0] for constant in left] == ["a", "b"]


def test_time_is_linear() -> None:
    def seconds(count: int) -> float:
        constants = [make_constant(np.full(1000, i, np.float32)) for i in range(count)]
        module = module_that_adds(*constants)
        start = time.perf_counter()
        CanonicalizeOnnxPass().apply(make_context(), module)
        return time.perf_counter() - start

    small, large = seconds(200), seconds(2000)
    assert large < 40 * small

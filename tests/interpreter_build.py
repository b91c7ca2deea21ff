"""Building small modules by hand, running them, and the ONNX oracle beside them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
import onnx.helper
import onnxruntime
from xdsl.builder import Builder, ImplicitBuilder
from xdsl.dialects import func
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, FunctionType, ModuleOp, StringAttr
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.rewriter import InsertPoint

from drpc.backends.interpreter import ModuleInterpreter
from drpc.drpdialect.constants import make_constant
from drpc.drpdialect.element_types import tensor_type_of

Body = Callable[..., Operation | SSAValue | Sequence[SSAValue]]


def build(types: Sequence[Attribute], body: Body) -> ModuleOp:
    """A module whose @main takes x0, x1, ... of `types` and gives y0, ...: what `body` makes.

    `body` is called with the arguments where its operations are inserted implicitly.
    """
    block = Block(arg_types=types)
    with ImplicitBuilder(Builder(InsertPoint.at_end(block))):
        made = body(*block.args)
        if isinstance(made, Operation):
            made = made.results
        results = [made] if isinstance(made, SSAValue) else list(made)
        func.ReturnOp(*results)
    result_types = [value.type for value in results]
    main = func.FuncOp(
        "main",
        FunctionType.from_lists(list(types), result_types),
        Region(block),
        arg_attrs=_names("x", len(types)),
        res_attrs=_names("y", len(results)),
    )
    module = ModuleOp([main])
    module.verify()
    return module


def _names(prefix: str, count: int) -> ArrayAttr[DictionaryAttr]:
    return ArrayAttr(
        [DictionaryAttr({"onnx.name": StringAttr(f"{prefix}{index}")}) for index in range(count)]
    )


def constant(array: np.ndarray) -> SSAValue:
    """A drp.constant at the insertion point."""
    return make_constant(array).result


def run(arrays: Sequence[np.ndarray], body: Body) -> np.ndarray:
    """The only output of the operations that `body` makes, on arrays as arguments."""
    module = build([tensor_type_of(array) for array in arrays], body)
    outputs = ModuleInterpreter(module).run({f"x{i}": array for i, array in enumerate(arrays)})
    (output,) = outputs.values()
    return output


def onnx_model(
    op_type: str, arrays: Sequence[np.ndarray | None], opset: int = 21, **attributes: Any
) -> onnx.ModelProto:
    """A model of one node; inputs that are None are omitted."""
    inputs = [
        onnx.helper.make_tensor_value_info(
            f"x{index}", onnx.helper.np_dtype_to_tensor_dtype(array.dtype), array.shape
        )
        for index, array in enumerate(arrays)
        if array is not None
    ]
    names = ["" if array is None else f"x{index}" for index, array in enumerate(arrays)]
    node = onnx.helper.make_node(op_type, names, ["y"], **attributes)
    output = onnx.helper.make_empty_tensor_value_info("y")
    graph = onnx.helper.make_graph([node], "one_node", inputs, [output])
    model = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", opset)], ir_version=10
    )
    return onnx.shape_inference.infer_shapes(model)


def onnx_run(
    op_type: str, arrays: Sequence[np.ndarray | None], opset: int = 21, **attributes: Any
) -> np.ndarray:
    """What ONNX Runtime computes for one node."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    model = onnx_model(op_type, arrays, opset, **attributes)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    feeds = {f"x{i}": array for i, array in enumerate(arrays) if array is not None}
    return np.asarray(session.run(None, feeds)[0])


def assert_close(actual: np.ndarray, expected: np.ndarray, tolerance: float = 1e-5) -> None:
    """Same dtype, shape, NaNs and infinities; errors at most `tolerance` times max |expected|."""
    assert actual.dtype == expected.dtype
    assert actual.shape == expected.shape
    a, b = actual.astype(np.float64), expected.astype(np.float64)
    finite = np.isfinite(b)
    np.testing.assert_array_equal(np.where(finite, 0.0, a), np.where(finite, 0.0, b))
    if finite.any():
        bound = tolerance * max(float(np.abs(b[finite]).max()), 1e-30)
        assert float(np.abs(a[finite] - b[finite]).max()) <= bound

"""A small model that every pass of the pipeline has something to do in, and passes that are wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper
from xdsl.context import Context
from xdsl.dialects.builtin import DenseArrayBase, ModuleOp
from xdsl.dialects.builtin import i64 as int64
from xdsl.ir import Operation
from xdsl.passes import ModulePass

from drpc.compiler.pipelines import available_passes
from drpc.drpdialect import drp
from drpc.drpdialect.constants import make_constant
from drpc.drpdialect.onnx import OnnxOp
from drpc.drpdialect.provenance import nodes_of

OPSET = 17


def small_model() -> onnx.ModelProto:
    """A residual block with shape arithmetic, an Identity, a product, and two parts on the CPU.

    Input `input` (1, 3, 8, 8); outputs `scores` (1, 5) and `running` (1, 5), a cumulative sum.
    """
    generator = np.random.default_rng(7)

    def weight(name: str, *shape: int) -> onnx.TensorProto:
        values = generator.standard_normal(shape).astype(np.float32) * 0.5
        return numpy_helper.from_array(values, name)

    def integers(name: str, values: list[int]) -> onnx.TensorProto:
        return numpy_helper.from_array(np.array(values, np.int64), name)

    weights = [
        weight("w1", 6, 3, 3, 3),
        weight("b1", 6),
        weight("w2", 6, 6, 3, 3),
        weight("w3", 24, 5),
        weight("b3", 5),
        numpy_helper.from_array(np.abs(generator.standard_normal(6)).astype(np.float32), "scale"),
        weight("shift", 6),
        weight("mean", 6),
        numpy_helper.from_array(np.ones(6, np.float32), "variance"),
        integers("axis", [1]),
        integers("first", [0]),
        integers("minus_one", [-1]),
        numpy_helper.from_array(np.array(2, np.float32), "two"),
        numpy_helper.from_array(np.array(3, np.float32), "three"),
    ]
    node = helper.make_node
    nodes = [
        node("Conv", ["input", "w1", "b1"], ["c1"], "conv1", pads=[1, 1, 1, 1]),
        node("BatchNormalization", ["c1", "scale", "shift", "mean", "variance"], ["n1"], "norm1"),
        node("Relu", ["n1"], ["r1"], "relu1"),
        node("Identity", ["r1"], ["i1"], "identity"),
        node("Conv", ["i1", "w2"], ["c2"], "conv2", pads=[1, 1, 1, 1]),
        node("Add", ["c2", "r1"], ["a1"], "add"),
        node("Relu", ["a1"], ["r2"], "relu2"),
        node("MaxPool", ["r2"], ["p1"], "pool", kernel_shape=[4, 4], strides=[4, 4]),
        node("Mul", ["two", "three"], ["six"], "six"),
        node("Mul", ["p1", "six"], ["scaled"], "scaled"),
        node("Shape", ["scaled"], ["s1"], "shape"),
        node("Gather", ["s1", "first"], ["batch"], "batch"),
        node("Concat", ["batch", "minus_one"], ["s2"], "flat_shape", axis=0),
        node("Reshape", ["scaled", "s2"], ["f1"], "flatten"),
        node("Gemm", ["f1", "w3", "b3"], ["g1"], "gemm"),
        node("CumSum", ["g1", "axis"], ["running"], "cumsum"),
        node("Sigmoid", ["g1"], ["gate"], "gate"),
        node("Sub", ["g1", "gate"], ["gated"], "sub"),
        node("Softmax", ["gated"], ["scores"], "softmax", axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("input", onnx.TensorProto.FLOAT, [1, 3, 8, 8])],
        [
            helper.make_tensor_value_info("scores", onnx.TensorProto.FLOAT, [1, 5]),
            helper.make_tensor_value_info("running", onnx.TensorProto.FLOAT, [1, 5]),
        ],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def save_small_model(folder: Path) -> Path:
    """The small model as a file."""
    path = folder / "small.onnx"
    onnx.save(small_model(), path)
    return path


def sample() -> dict[str, np.ndarray]:
    """Inputs of the small model."""
    return {"input": np.random.default_rng(1).standard_normal((1, 3, 8, 8)).astype(np.float32)}


# --- passes that are wrong -------------------------------------------------------------------


@dataclass(frozen=True)
class Mutant:
    """A pass that does its work and then something wrong to the operation of one ONNX node."""

    pass_name: str
    node: str
    damage: Callable[[Operation], None]
    op_name: str = ""
    """Which of the operations that stand for the node, where there are several."""

    def __str__(self) -> str:
        return f"{self.pass_name}-{self.damage.__name__}"

    def registry(self) -> dict[str, Callable[[], type[ModulePass]]]:
        """All passes, with the wrong one under its name."""
        passes = available_passes()
        original = passes[self.pass_name]()
        mutant = self

        class Wrong(original):
            def apply(self, ctx: Context, op: ModuleOp) -> None:
                super().apply(ctx, op)  # pyright: ignore[reportAbstractUsage]
                mutant.damage(find_op(op, mutant.node, mutant.op_name))

        Wrong.name = original.name
        return {**passes, self.pass_name: lambda: Wrong}


def find_op(module: ModuleOp, node: str, op_name: str) -> Operation:
    """The (first) operation that stands for an ONNX node."""
    found = [op for op in module.walk() if node in nodes_of(op) and op.name.startswith(op_name)]
    assert found, f"no operation of {node}"
    return found[0]


def remove(op: Operation) -> None:
    """Take the operation for one without effect."""
    op.results[0].replace_all_uses_with(op.operands[0])
    op.detach()
    op.erase()


def swap_operands(op: Operation) -> None:
    """Take a subtraction for commutative."""
    op.operands = [op.operands[1], op.operands[0]]


def change_constant(op: Operation) -> None:
    """Compute the last operand wrongly."""
    constant = op.operands[-1].owner
    assert isinstance(constant, drp.ConstantOp)
    wrong = make_constant(constant.value.array + np.array(1, constant.value.array.dtype))
    assert constant.parent is not None
    constant.parent.insert_op_before(wrong, constant)
    op.operands[len(op.operands) - 1] = wrong.result


def drop_activation(op: Operation) -> None:
    """Forget the activation that was fused."""
    has_output_activation = op.properties["output_activation"] != drp.IDENTITY
    name = "output_activation" if has_output_activation else "activation"
    assert op.properties[name] != drp.IDENTITY
    op.properties[name] = drp.IDENTITY


def turn_padding(op: Operation) -> None:
    """Take (top, left, bottom, right) for another order."""
    op.properties["pads"] = DenseArrayBase.from_list(int64, [2, 1, 0, 1])


def apply_absolute(op: Operation) -> None:
    """Take one function for another."""
    op.properties["function"] = drp.FunctionAttr("abs")


def transpose_weights(op: Operation) -> None:
    """Lay the weights out in another order."""
    constant = op.operands[1].owner
    assert isinstance(constant, drp.ConstantOp)
    array = constant.value.array
    wrong = make_constant(np.ascontiguousarray(array[::-1]))
    assert constant.parent is not None
    constant.parent.insert_op_before(wrong, constant)
    op.operands[1] = wrong.result


def read_other_value(op: Operation) -> None:
    """Read another value of the same type: what a wrong merge of two values does."""
    operand = op.operands[0]
    block = op.parent_block()
    assert block is not None
    for other in block.ops:
        if other is op:
            break
        for result in other.results:
            if result.type == operand.type and result is not operand:
                op.operands[0] = result
                return
    raise AssertionError("no other value of that type")


def replace_by_exclusive(op: Operation) -> None:
    """Give an operator of a region another attribute."""
    assert isinstance(op, OnnxOp)
    from xdsl.dialects.builtin import IntegerAttr

    op.attributes["exclusive"] = IntegerAttr(1, int64)


MUTANTS = (
    Mutant("canonicalize-onnx", "relu1", remove),
    Mutant("canonicalize-onnx", "sub", swap_operands),
    Mutant("fold-constants", "scaled", change_constant),
    Mutant("convert-onnx-to-drp", "conv1", turn_padding),
    Mutant("convert-onnx-to-drp", "relu2", apply_absolute),
    Mutant("matmul-to-conv", "gemm", transpose_weights, "drp.conv"),
    Mutant("drp-fuse", "relu1", drop_activation),
    Mutant("drp-fuse", "relu2", drop_activation),
    Mutant("drp-canonicalize", "sub", swap_operands),
    Mutant("cse", "sub", read_other_value),
    Mutant("dce", "gate", remove),
    Mutant("drp-partition", "cumsum", replace_by_exclusive),
)

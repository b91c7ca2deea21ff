"""A single `onnx` operation in a module, built without the importer."""

from collections.abc import Sequence

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import (
    ArrayAttr,
    Builtin,
    DenseArrayBase,
    DictionaryAttr,
    FloatAttr,
    IntegerAttr,
    ModuleOp,
    StringAttr,
    TensorType,
    f32,
    i64,
)
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, Region, SSAValue
from xdsl.parser import Parser

from drpc.drpdialect.constants import make_constant
from drpc.drpdialect.drp import Engine
from drpc.drpdialect.onnx import NoValueOp, OnnxOp, operation_class
from drpc.drpdialect.provenance import NODES
from drpc.targets import Target, load_target, support

RZV2H = load_target("rzv2h")


def tensor(text: str) -> TensorType[Attribute]:
    """`1x3xf32` as a type; `?` is a dynamic size."""
    context = Context()
    context.load_dialect(Builtin)
    parsed = Parser(context, f"tensor<{text}>").parse_type()
    assert isinstance(parsed, TensorType)
    return parsed


def node(
    op_type: str,
    operands: Sequence[str | np.ndarray | None],
    results: str | Sequence[str],
    *,
    opset: int = 17,
    used: Sequence[int] = (0,),
    domain: str = "ai.onnx",
    **attributes: int | float | str | list[int] | list[float],
) -> OnnxOp:
    """An operation in a module; operands are types of arguments, constant arrays, or omitted.

    `used` are the results that the module returns.
    """
    kinds = [results] if isinstance(results, str) else results
    block = Block()
    values = [_operand(block, operand) for operand in operands]
    named = {name: _attribute(value) for name, value in attributes.items()}
    named[NODES] = ArrayAttr([StringAttr("n")])
    if domain != "ai.onnx":
        named |= {"onnx.domain": StringAttr(domain), "onnx.op_type": StringAttr(op_type)}
    op = operation_class(op_type, domain)(values, [tensor(kind) for kind in kinds], named)
    returned = [op.results[index] for index in used]
    block.add_ops([op, ReturnOp(*returned)])
    types = ([argument.type for argument in block.args], [value.type for value in returned])
    versions = DictionaryAttr({"ai.onnx": IntegerAttr(opset, i64)})
    ModuleOp([FuncOp("main", types, Region(block))], {"onnx.opsets": versions})
    return op


def _operand(block: Block, operand: str | np.ndarray | None) -> SSAValue:
    if isinstance(operand, str):
        return block.insert_arg(tensor(operand), len(block.args))
    op = NoValueOp() if operand is None else make_constant(operand)
    block.add_op(op)
    return op.results[0]


def _attribute(value: int | float | str | list[int] | list[float]) -> Attribute:
    if isinstance(value, int):
        return IntegerAttr(value, i64)
    if isinstance(value, float):
        return FloatAttr(value, f32)
    if isinstance(value, str):
        return StringAttr(value)
    whole = [item for item in value if isinstance(item, int)]
    if len(whole) == len(value):
        return DenseArrayBase.from_list(i64, whole)
    return DenseArrayBase.from_list(f32, [float(item) for item in value])


def module_of(op: OnnxOp) -> ModuleOp:
    """The module that `node` put an operation in."""
    function = op.parent_op()
    module = None if function is None else function.parent_op()
    assert isinstance(module, ModuleOp)
    return module


def violated(op: OnnxOp, target: Target = RZV2H) -> dict[str, str]:
    """The rules that an operation breaks, with what was found instead."""
    found = support(op, target)
    assert (found.engine is Engine.CPU) == bool(found.violations)
    return {violation.rule: violation.detail for violation in found.violations}

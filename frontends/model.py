"""A whole model to a module."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import onnx
from onnx import version_converter
from onnx.shape_inference import InferenceError
from onnx.version_converter import ConvertError
from xdsl.dialects import func
from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    FunctionType,
    IntegerAttr,
    ModuleOp,
    StringAttr,
    i64,
)
from xdsl.ir import Block, Region

from ..drpdialect.errors import UserError
from ..drpdialect.onnx import DEFAULT_DOMAIN, IR_VERSION, OPSETS
from ..drpdialect.onnx_protos import VALUE_NAME
from .graphs import GraphImporter, Scope
from .inputs import input_types
from .model_file import ModelFile, read_model_file
from .operators import FunctionKey, Opsets, check_operators, domain_of, read_opsets
from .tensors import TensorReader
from .text_check import check_text

LEAST_OPSET: Final = 7
"""Models of an older opset are converted to this one: before it, broadcasting was an attribute."""

_FIRST_IR_VERSION_WITH_OPSETS: Final = 3


def import_onnx(
    source: str | Path | onnx.ModelProto, *, shapes: Mapping[str, Sequence[int]] | None = None
) -> ModuleOp:
    """Import a model file, or a model, as a module of the `onnx` dialect with inferred types.

    `shapes` makes dynamic inputs static: input name -> sizes. Model-local functions are inlined;
    initializers and Constant nodes become `drp.constant`, whose bytes stay in the file until they
    are needed. Raises UserError where the model or the shapes are wrong.
    """
    is_proto = isinstance(source, onnx.ModelProto)
    file = ModelFile(source) if is_proto else read_model_file(Path(source))
    module, opset = _import_model(file, shapes or {})
    if opset >= LEAST_OPSET:
        return module
    whole = source if is_proto else onnx.load(source)
    return _import_model(ModelFile(_converted(whole, opset), file.folder), shapes or {})[0]


def _converted(model: onnx.ModelProto, opset: int) -> onnx.ModelProto:
    """The model in the least opset that we take. It has been imported once, so it is sound."""
    try:
        return version_converter.convert_version(model, LEAST_OPSET)
    except (ConvertError, InferenceError, RuntimeError) as error:
        raise UserError(
            f"the model uses opset {opset}, and onnx cannot convert it to {LEAST_OPSET}: {error}"
        ) from None


def _import_model(file: ModelFile, shapes: Mapping[str, Sequence[int]]) -> tuple[ModuleOp, int]:
    """The module, and the version of the default domain."""
    model = file.proto
    check_text(model)
    _check_head(model)
    opsets = _opsets(model)
    functions = _functions(model)
    check_operators(model.graph.node, opsets, functions)
    importer = GraphImporter(TensorReader(file), functions, opsets)
    main = _main(model.graph, importer, opsets, shapes)
    attributes = {
        OPSETS: DictionaryAttr({d: IntegerAttr(v, i64) for d, v in importer.opsets.items()}),
        IR_VERSION: IntegerAttr(model.ir_version, i64),
    }
    return ModuleOp([main], attributes), opsets.get(DEFAULT_DOMAIN, LEAST_OPSET)


def _check_head(model: onnx.ModelProto) -> None:
    if not model.HasField("graph"):
        raise UserError("the model holds no graph: expected an ONNX model")
    if not 1 <= model.ir_version <= onnx.IR_VERSION:
        raise UserError(
            f"the model has IR version {model.ir_version}, but the installed onnx "
            f"{onnx.__version__} knows 1 to {onnx.IR_VERSION}"
        )
    if not model.graph.output:
        raise UserError("the model's graph has no outputs")


def _opsets(model: onnx.ModelProto) -> Opsets:
    if not model.opset_import:
        if model.ir_version >= _FIRST_IR_VERSION_WITH_OPSETS:
            raise UserError("the model declares no opset (opset_import)")
        return {DEFAULT_DOMAIN: 1}
    return read_opsets(model.opset_import, "the model")


def _functions(model: onnx.ModelProto) -> dict[FunctionKey, onnx.FunctionProto]:
    functions: dict[FunctionKey, onnx.FunctionProto] = {}
    for function in model.functions:
        key = (domain_of(function.domain), function.name, function.overload)
        if key in functions:
            raise UserError(f"the model defines function {function.name} of {key[0]} twice")
        functions[key] = function
    return functions


def _main(
    graph: onnx.GraphProto,
    importer: GraphImporter,
    opsets: Opsets,
    shapes: Mapping[str, Sequence[int]],
) -> func.FuncOp:
    initializers = {tensor.name for tensor in graph.initializer}
    initializers |= {tensor.values.name for tensor in graph.sparse_initializer}
    inputs = [value for value in graph.input if value.name not in initializers]
    _check_names([value.name for value in inputs], "inputs")
    _check_names([value.name for value in graph.output], "outputs")
    types = input_types(inputs, shapes)
    block = Block(arg_types=[types[value.name] for value in inputs])
    scope = Scope(block, opsets)
    for value, argument in zip(inputs, block.args, strict=True):
        scope.define(value.name, argument, f"input {value.name!r}")
    results = importer.graph(graph, scope)
    block.add_op(func.ReturnOp(*results))
    return func.FuncOp(
        "main",
        FunctionType.from_lists([a.type for a in block.args], [r.type for r in results]),
        Region(block),
        arg_attrs=_named([value.name for value in inputs]),
        res_attrs=_named([value.name for value in graph.output]),
    )


def _check_names(names: Sequence[str], what: str) -> None:
    for index, name in enumerate(names):
        if not name:
            raise UserError(f"one of the graph's {what} has no name")
        if name in names[:index]:
            raise UserError(f"the graph has two {what} named {name!r}")


def _named(names: Sequence[str]) -> ArrayAttr[DictionaryAttr]:
    return ArrayAttr([DictionaryAttr({VALUE_NAME: StringAttr(name)}) for name in names])

"""What a module takes and gives: names and types of @main, and the check of a run's inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from xdsl.dialects import func
from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    ArrayAttr,
    DictionaryAttr,
    ModuleOp,
    StringAttr,
    TensorType,
)
from xdsl.ir import Attribute

from ...drpdialect.errors import UserError
from .values import dtype_of_type

NAME = "onnx.name"
"""The argument and result attribute of @main that holds the graph's name of an input or output."""


@dataclass(frozen=True)
class Signature:
    """The function @main with the names and types of what it takes and gives, in order."""

    function: func.FuncOp
    arguments: tuple[tuple[str, Attribute], ...]
    results: tuple[tuple[str, Attribute], ...]


def signature_of(module: ModuleOp) -> Signature:
    """The signature of @main. Raises UserError if the module has no such function."""
    for op in module.ops:
        if isinstance(op, func.FuncOp) and op.sym_name.data == "main":
            types = op.function_type
            arguments = _named(op.arg_attrs, types.inputs.data, "arg")
            return Signature(op, arguments, _named(op.res_attrs, types.outputs.data, "result"))
    raise UserError("the module has no function @main: expected one that holds the model's graph")


def _named(
    attributes: ArrayAttr[DictionaryAttr] | None, types: Sequence[Attribute], fallback: str
) -> tuple[tuple[str, Attribute], ...]:
    entries = attributes.data if attributes is not None else [DictionaryAttr({})] * len(types)
    names = [entry.data.get(NAME) for entry in entries]
    return tuple(
        (name.data if isinstance(name, StringAttr) else f"{fallback}{index}", type_)
        for index, (name, type_) in enumerate(zip(names, types, strict=True))
    )


def check_inputs(signature: Signature, inputs: Mapping[str, Any]) -> tuple[Any, ...]:
    """The arguments of @main in order. Raises UserError that lists everything wrong with them."""
    names = [name for name, _ in signature.arguments]
    listed = ", ".join(f"'{name}': {_text(type_)}" for name, type_ in signature.arguments)
    problems = [f"input '{name}' is missing" for name in names if name not in inputs]
    problems += [f"there is no input '{name}'" for name in inputs if name not in names]
    if problems:
        raise UserError(f"{'; '.join(problems)}. The model takes {listed or 'no inputs'}")
    values = {name: _as_value(inputs[name]) for name in names}
    for name, type_ in signature.arguments:
        mismatch = _mismatch(values[name], type_)
        if mismatch:
            problems.append(f"input '{name}': expected {_text(type_)}, but got {mismatch}")
    if problems:
        raise UserError("; ".join(problems))
    return tuple(values[name] for name in names)


def _as_value(value: Any) -> Any:
    if value is None or isinstance(value, list | dict):
        return cast(Any, value)
    array = np.asarray(value)
    return array.astype(object) if array.dtype.kind in "US" else array


def _mismatch(value: Any, type_: Attribute) -> str | None:
    """What a value is instead of its type, None where it fits (or the type is not a tensor)."""
    if not isinstance(type_, TensorType):
        return None
    if not isinstance(value, np.ndarray):
        return f"a {type(value).__name__}"
    shape = type_.get_shape()
    fits = len(shape) == value.ndim and all(
        size in (DYNAMIC_INDEX, actual) for size, actual in zip(shape, value.shape, strict=True)
    )
    if fits and value.dtype == dtype_of_type(type_):
        return None
    return f"{value.dtype.name} of shape {_shape_text(value.shape)}"


def _text(type_: Attribute) -> str:
    if not isinstance(type_, TensorType):
        return str(type_)
    dtype = dtype_of_type(type_)
    name = "string" if dtype.hasobject else dtype.name
    return f"{name} of shape {_shape_text(type_.get_shape())}"


def _shape_text(shape: Sequence[int]) -> str:
    return "x".join("?" if size == DYNAMIC_INDEX else str(size) for size in shape) or "scalar"

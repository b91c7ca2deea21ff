"""The types of graph inputs: declared ones, made static by the shapes that the user gives."""

from collections.abc import Mapping, Sequence
from typing import Final

import onnx
from xdsl.dialects.builtin import TensorType
from xdsl.ir import Attribute

from ..drpdialect.element_types import mlir_type_of_onnx
from ..drpdialect.errors import UserError
from ..drpdialect.onnx_inference import Contradiction, check_size
from ..drpdialect.onnx_protos import type_of_proto
from ..drpdialect.onnx_types import UnknownType

Shapes = Mapping[str, Sequence[int]]

# A dimension as declared: its size, the name it shares with others, or nothing (None).
_Dimension = int | str | None

_SUGGESTED_SIDE: Final = 640
_SUGGESTED_LENGTH: Final = 128


def input_types(inputs: Sequence[onnx.ValueInfoProto], shapes: Shapes) -> dict[str, Attribute]:
    """Input name -> type, every tensor static.

    A shape replaces what is dynamic; a dimension's name binds every input that mentions it.
    Raises UserError, naming all inputs at once, where a shape is missing, does not fit or names
    no input.
    """
    declared = {value.name: _declared_dimensions(value) for value in inputs}
    _check_names(shapes, declared)
    bound: dict[str, int] = {}
    for name, shape in shapes.items():
        _bind(name, declared[name], shape, bound)
    types: dict[str, Attribute] = {}
    dynamic: dict[str, list[_Dimension] | None] = {}
    for value in inputs:
        dimensions = declared[value.name]
        if dimensions is not None:
            dimensions = [bound.get(d, d) if isinstance(d, str) else d for d in dimensions]
        types[value.name] = _input_type(value, dimensions, shapes.get(value.name))
        if value.name not in shapes and not _is_static(value, dimensions):
            dynamic[value.name] = dimensions
    if dynamic:
        raise UserError(_request(dynamic))
    return types


def _declared_dimensions(value: onnx.ValueInfoProto) -> list[_Dimension] | None:
    """The dimensions of a tensor, None where its rank is not known or it is no tensor."""
    tensor = value.type.tensor_type
    if value.type.WhichOneof("value") != "tensor_type" or not tensor.HasField("shape"):
        return None
    return [_dimension(value.name, dimension) for dimension in tensor.shape.dim]


def _dimension(name: str, dimension: onnx.TensorShapeProto.Dimension) -> _Dimension:
    match dimension.WhichOneof("value"):
        case "dim_value" if dimension.dim_value < -1:
            raise UserError(f"input {name} declares a size of {dimension.dim_value}")
        case "dim_value":  # -1 stands for a dynamic size in models of some exporters
            return None if dimension.dim_value < 0 else dimension.dim_value
        case "dim_param":  # "?" names nothing
            return dimension.dim_param if any(map(str.isalnum, dimension.dim_param)) else None
        case _:
            return None


def _check_names(shapes: Shapes, declared: Mapping[str, object]) -> None:
    unknown = [name for name in shapes if name not in declared]
    if unknown:
        names = ", ".join(declared) or "none"
        raise UserError(f"a shape is given for {', '.join(unknown)}, but the inputs are: {names}")


def _bind(
    name: str, dimensions: list[_Dimension] | None, shape: Sequence[int], bound: dict[str, int]
) -> None:
    """Check a given shape against the declared one, and note what its named sizes are."""
    given = "x".join(map(str, shape))
    if any(size < 0 for size in shape):
        raise UserError(f"the shape {given} given for input {name} has a negative size")
    if dimensions is None:
        return
    if len(shape) != len(dimensions):
        raise UserError(
            f"the shape {given} given for input {name} has {len(shape)} dimensions, "
            f"but the model declares {_text(dimensions)}"
        )
    for size, dimension in zip(shape, dimensions, strict=True):
        if isinstance(dimension, int) and dimension != size:
            raise UserError(
                f"the shape {given} given for input {name} contradicts the model's "
                f"{_text(dimensions)}"
            )
        if isinstance(dimension, str) and bound.setdefault(dimension, size) != size:
            raise UserError(
                f"the shapes given disagree: dimension {dimension!r} of input {name} is {size} "
                f"here, but {bound[dimension]} elsewhere"
            )


def _input_type(
    value: onnx.ValueInfoProto, dimensions: list[_Dimension] | None, given: Sequence[int] | None
) -> Attribute:
    try:
        declared = type_of_proto(value.type)
        if isinstance(declared, UnknownType):
            raise UserError(f"input {value.name} declares no type")
        if value.type.WhichOneof("value") != "tensor_type":
            if given is not None:
                raise UserError(f"a shape is given for input {value.name}, which is no tensor")
            return declared
        sizes = given if given is not None else dimensions
        if sizes is None or not all(isinstance(size, int) for size in sizes):
            return declared
        element_type = mlir_type_of_onnx(value.type.tensor_type.elem_type)
        static = TensorType(element_type, [size for size in sizes if isinstance(size, int)])
        check_size(static)
    except KeyError as error:
        raise UserError(f"input {value.name}: there is no ONNX type {error}") from None
    except Contradiction as error:
        raise UserError(f"input {value.name}: {error}") from None
    return static


def _is_static(value: onnx.ValueInfoProto, dimensions: list[_Dimension] | None) -> bool:
    if value.type.WhichOneof("value") != "tensor_type":
        return True
    return dimensions is not None and all(isinstance(d, int) for d in dimensions)


# --- the message -----------------------------------------------------------------------------


def _request(dynamic: Mapping[str, list[_Dimension] | None]) -> str:
    lines = [
        f"  {name}: {'of unknown rank' if dimensions is None else _text(dimensions)}"
        for name, dimensions in dynamic.items()
    ]
    options = " ".join(f"--shape {name}={_suggestion(d)}" for name, d in dynamic.items())
    return (
        "the model's inputs have dynamic dimensions, which the accelerator cannot have:\n"
        + "\n".join(lines)
        + f"\ngive each a shape, for example: {options}"
    )


def _text(dimensions: Sequence[_Dimension]) -> str:
    return "x".join("?" if d is None else str(d) for d in dimensions) or "a scalar"


def _suggestion(dimensions: list[_Dimension] | None) -> str:
    """A batch of 1, images of 640 x 640, sequences of 128."""
    if dimensions is None:
        return "1x3x640x640"
    side = _SUGGESTED_SIDE if len(dimensions) >= 4 else _SUGGESTED_LENGTH
    guesses = [1, 3 if len(dimensions) == 4 and dimensions[-1] is None else side]
    sizes = [
        d if isinstance(d, int) else guesses[index] if index < 2 else side
        for index, d in enumerate(dimensions)
    ]
    return "x".join(map(str, sizes))

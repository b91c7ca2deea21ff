"""What a model takes and gives, and sample values that fit it."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.ir import Attribute, Block

from ..drpdialect.element_types import dtype_of
from ..drpdialect.errors import UserError


@dataclass(frozen=True)
class Port:
    """A named input or output of a model. A size of -1 is known only at run time."""

    name: str
    type: Attribute

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The shape, None for what is not a tensor."""
        return self.type.get_shape() if isinstance(self.type, TensorType) else None

    @property
    def dtype(self) -> np.dtype[np.generic] | None:
        """The NumPy dtype of the elements, None for what is not a tensor."""
        return dtype_of(self.type.element_type) if isinstance(self.type, TensorType) else None

    def __str__(self) -> str:
        if self.shape is None:
            return f"{self.name!r}: {self.type}"
        sizes = "x".join("?" if size < 0 else str(size) for size in self.shape)
        return f"{self.name!r}: {self.dtype} {sizes or 'scalar'}"


def inputs_of(module: ModuleOp) -> tuple[Port, ...]:
    """The inputs of a module's model, in order. Raises UserError if it holds none."""
    from ..backends.interpreter.signature import signature_of

    return tuple(Port(*argument) for argument in signature_of(module).arguments)


def outputs_of(module: ModuleOp) -> tuple[Port, ...]:
    """The outputs of a module's model, in order. Raises UserError if it holds none."""
    from ..backends.interpreter.signature import signature_of

    return tuple(Port(*result) for result in signature_of(module).results)


def body_of(module: ModuleOp) -> Block:
    """The operations of a module's model. Raises UserError if it holds none."""
    from ..backends.interpreter.signature import signature_of

    return signature_of(module).function.body.block


def misfit(port: Port, dtype: np.dtype[Any], shape: tuple[int, ...]) -> str | None:
    """Why an array of a type and shape is not a value of an input, None if it is."""
    if port.dtype is None or port.shape is None:
        return None
    both_text = port.dtype.hasobject and dtype.kind in "OUS"
    if dtype != port.dtype and not both_text:
        return (
            f"input {port.name!r} is {dtype}, but the model takes {port.dtype}: "
            f"convert it with .astype({str(port.dtype)!r})"
        )
    sizes_agree = len(shape) == len(port.shape) and all(
        expected < 0 or size == expected for size, expected in zip(shape, port.shape, strict=True)
    )
    if not sizes_agree:
        return f"input {port.name!r} has shape {shape}, but the model takes {port.shape}"
    return None


def random_inputs(module: ModuleOp, seed: int = 0) -> dict[str, np.ndarray]:
    """Inputs drawn from a seeded generator: the same for the same names, types and seed.

    Floats are standard normal, 8-bit integers span their range, wider ones are 0 or 1 (they may
    be indices or masks), text is empty. Raises UserError for an input of unknown size or one
    that is not a tensor.
    """
    return {port.name: _random_array(port, seed) for port in inputs_of(module)}


def _random_array(port: Port, seed: int) -> np.ndarray:
    shape, dtype = port.shape, port.dtype
    if shape is None or dtype is None or any(size < 0 for size in shape):
        raise UserError(
            f"cannot make sample values for input {port}: give its sizes with --shape, or give "
            "inputs with --inputs"
        )
    name_seed = int.from_bytes(hashlib.sha256(port.name.encode()).digest()[:8], "little")
    generator = np.random.default_rng((seed, name_seed))
    if dtype.hasobject:
        return np.full(shape, "", object)
    if dtype.kind in "iu" and dtype.itemsize == 1:
        limits = np.iinfo(dtype.name)
        return generator.integers(limits.min, limits.max, shape, dtype, endpoint=True)
    if dtype.kind in "biu" or dtype.name in ("int4", "uint4", "int2", "uint2"):
        return generator.integers(0, 2, shape).astype(dtype)
    if dtype.kind == "c":
        parts = generator.standard_normal((2, *shape))
        return (parts[0] + 1j * parts[1]).astype(dtype)
    return generator.standard_normal(shape).astype(dtype)

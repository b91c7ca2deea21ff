"""When values die, and how many bytes are alive."""

from collections.abc import Iterator, Sequence

import numpy as np
from xdsl.ir import Block, Operation, SSAValue


def last_uses(block: Block) -> dict[Operation, tuple[SSAValue, ...]]:
    """Operation -> the values that nobody needs once it has run.

    Values that are defined outside `block` are not listed. What the regions of an operation
    capture counts as used by the operation; a result without a use dies at once.
    """
    seen: set[SSAValue] = set()
    dying: dict[Operation, tuple[SSAValue, ...]] = {}
    local: set[SSAValue] = set(block.args)
    for op in block.ops:
        local.update(op.results)
    for op in reversed(block.ops):
        needed = dict.fromkeys(value for value in (*_used_by(op), *op.results) if value in local)
        dying[op] = tuple(value for value in needed if value not in seen)
        seen.update(needed)
    return dying


def _used_by(op: Operation) -> Iterator[SSAValue]:
    if not op.regions:
        yield from op.operands
        return
    for inner in op.walk():
        yield from inner.operands


class LiveBytes:
    """The bytes of the arrays that are alive, each buffer counted once however many views it has.

    `current` and `peak` are in bytes. Buffers of constants belong to the module, not to a run:
    they are not counted.
    """

    def __init__(self) -> None:
        self.current = 0
        self.peak = 0
        self._uses: dict[int, int] = {}
        self._constants: set[int] = set()

    def exempt(self, value: object) -> None:
        """Leave a constant's buffer, and so every view of it, out of the count."""
        self._constants.update(id(buffer) for buffer in _buffers(value))

    def retain(self, values: Sequence[object]) -> None:
        """Count values in that have come alive."""
        for value in values:
            for buffer in _buffers(value):
                self._retain(buffer)
        self.peak = max(self.peak, self.current)

    def release(self, value: object) -> None:
        """Count a value out that has died."""
        for buffer in _buffers(value):
            self._release(buffer)

    def _retain(self, buffer: np.ndarray) -> None:
        key = id(buffer)
        if key in self._constants:
            return
        uses = self._uses.get(key, 0)
        self._uses[key] = uses + 1
        if uses == 0:
            self.current += buffer.nbytes

    def _release(self, buffer: np.ndarray) -> None:
        key = id(buffer)
        if key in self._constants:
            return
        self._uses[key] -= 1
        if self._uses[key] == 0:
            del self._uses[key]
            self.current -= buffer.nbytes


def _buffers(value: object) -> Iterator[np.ndarray]:
    """The arrays that own the memory of a value: an array, a list of values, or none."""
    if isinstance(value, list | tuple):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _buffers(item)
    elif isinstance(value, np.ndarray):
        yield _root(value)


def _root(array: np.ndarray) -> np.ndarray:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array

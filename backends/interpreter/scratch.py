"""Memory that is used again and again, so that it is not paged in for each call."""

import math
from functools import cache

import numpy as np

_LARGEST_KEPT = (32 << 20) - (64 << 10)


@cache
def keep_freed_memory() -> None:
    """Have the C library keep freed memory of up to 32 MiB a block for the next arrays.

    It returns large blocks to the system, and zeroed pages come back at about 1 ms per MiB: as
    much as the arithmetic costs. The GNU C library raises its limits ("dynamic mmap threshold",
    see mallopt(3)) to the largest block that was ever freed; elsewhere this does nothing.
    """
    np.empty(_LARGEST_KEPT, np.uint8)


class Scratch:
    """One buffer that grows to the largest size asked for."""

    def __init__(self) -> None:
        self._bytes = np.empty(0, np.uint8)

    def take(self, shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> np.ndarray:
        """An array of undefined content, valid until the next call."""
        needed = math.prod(shape) * dtype.itemsize
        if needed > self._bytes.size:
            self._bytes = np.empty(needed, np.uint8)
        return self._bytes[:needed].view(dtype).reshape(shape)

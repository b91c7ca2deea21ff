"""Memory that a kernel uses again and again, so that it is not paged in for each call."""

import math

import numpy as np


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

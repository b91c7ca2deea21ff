"""The scalar functions of `drp.FUNCTIONS` on large arrays, piece by piece."""

from collections.abc import Callable

import numpy as np

from ...drpdialect import drp
from ...drpdialect.scalar_functions import evaluate
from .blocks import Index, for_each_block

InPlace = Callable[[np.ndarray], object]
"""(x): replaces the elements of x."""


def in_place(function: drp.FunctionAttr) -> InPlace:
    """What replaces the elements of a (small) array by their function values."""
    if function.is_identity:
        return _keep

    def replace(x: np.ndarray) -> None:
        elements = np.atleast_1d(x)
        evaluate(function, elements, elements)

    return replace


def _keep(x: np.ndarray) -> None:
    """The identity, in place."""


def apply(function: drp.FunctionAttr, x: np.ndarray) -> np.ndarray:
    """The function of each element of a float32 or float64 array, as a new array in C order."""
    out = np.empty(x.shape, x.dtype)

    def work(index: Index) -> None:
        evaluate(function, np.atleast_1d(x[index]), np.atleast_1d(out[index]))

    for_each_block(x.shape, work)
    return out

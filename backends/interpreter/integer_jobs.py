"""Jobs on quantised tensors: which have an integer rule, which move, and which compute in floats.

1. Convolutions, matrix products, sums, differences, products, average pools, and reductions to a
   sum or mean add integers exactly and round once: see `drpdialect.quantised_arithmetic`.
2. A function of one element is a table of 256 entries.
3. Jobs that move or compare elements of one type work on the stored integers.
4. Every other job computes on real numbers (float32), and its result is quantised once.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import Any

import numpy as np
from xdsl.dialects.builtin import TensorType
from xdsl.ir import Attribute, Operation, SSAValue

from ...drpdialect import drp
from ...drpdialect.quant import QuantCastOp, UniformType
from ...drpdialect.quantised_arithmetic import (
    lookup_table,
    mean_multiplier,
    product_multipliers,
    ratio,
)
from .integer_rounding import MacOp, Rounding, multipliers_of, rounding_of, uniform
from .pooling import window_counts, window_of
from .values import bind, integers

Operands = Mapping[SSAValue | None, Any]
"""Operand -> its stored integers; an absent operand (None) -> None."""


class Route(Enum):
    """How a job is computed."""

    PLAIN = auto()
    """No tensor is quantised, or the job is a cast that knows."""
    SUM = auto()
    """Integers are summed exactly and rounded once."""
    TABLE = auto()
    """A table gives the result."""
    STORED = auto()
    """The job works on stored integers as on any numbers."""
    THROUGH_REAL = auto()
    """Operands become real numbers, and the result is quantised."""


_MOVES = (drp.SelectOp, drp.CompareOp, drp.ArgOp, drp.MaxPoolOp)


def route_of(op: Operation) -> Route:
    """How a job is computed, by its types."""
    types = [_element(value.type) for value in (*op.operands, *op.results)]
    quantised = {element for element in types if isinstance(element, UniformType)}
    if not quantised or not isinstance(op, drp.DrpOp) or isinstance(op, QuantCastOp):
        return Route.PLAIN
    if isinstance(op, drp.MovementOp):
        return Route.STORED
    if isinstance(op, drp.EpilogueOp):
        return Route.SUM
    if not all(element.storage.width.data == 8 and element.axis is None for element in quantised):
        return Route.THROUGH_REAL
    if isinstance(op, drp.LookupOp | drp.ApplyOp):
        return Route.TABLE
    if len(quantised) == 1 and _moves(op):
        return Route.STORED
    return Route.SUM if _sums(op) else Route.THROUGH_REAL


def _element(type_: Attribute) -> Attribute | None:
    return type_.element_type if isinstance(type_, TensorType) else None


def _sums(op: drp.DrpOp) -> bool:
    """Whether a job on 8-bit tensors sums integers, or products of two."""
    if isinstance(op, drp.ReduceOp):
        return op.kind.data in (drp.ReduceKind.SUM, drp.ReduceKind.MEAN)
    if isinstance(op, drp.AddOp | drp.SubOp | drp.MulOp):
        return op.activation.kind.data in drp.INTEGER_FUNCTIONS
    return isinstance(op, drp.AveragePoolOp)


def _moves(op: drp.DrpOp) -> bool:
    """Whether a job on tensors of one type only moves or compares elements."""
    if isinstance(op, drp.ReduceOp):
        return op.kind.data in (drp.ReduceKind.MAX, drp.ReduceKind.MIN)
    if isinstance(op, drp.ResizeOp):
        return op.mode.data == drp.ResizeMode.NEAREST
    if isinstance(op, drp.MaxOp | drp.MinOp):
        return op.activation.is_identity
    return isinstance(op, _MOVES)


class IntegerJobs(ABC):
    """An engine for the jobs of `Route.SUM` and `Route.TABLE`. Arrays are stored integers."""

    def __init__(self) -> None:
        self._tables: dict[Operation, np.ndarray] = {}
        self._sums: dict[type[Operation], Callable[..., np.ndarray]] = {
            drp.ConvOp: self._mac(self.conv),
            drp.ConvTransposeOp: self._mac(self.conv_transpose),
            drp.MatmulOp: self._mac(self.matmul),
            drp.AddOp: self._add,
            drp.SubOp: self._add,
            drp.MulOp: self._multiply,
            drp.AveragePoolOp: self._average_pool,
            drp.ReduceOp: self._reduce,
        }

    def run(self, op: Operation, args: Sequence[np.ndarray]) -> np.ndarray:
        """The result of a job of `Route.SUM` or `Route.TABLE`."""
        assert isinstance(op, drp.DrpOp)
        if isinstance(op, drp.LookupOp | drp.ApplyOp):
            return self._look_up(op, args[0])
        return self._sums[type(op)](op, bind(op, args), rounding_of(op))

    def _look_up(self, op: drp.LookupOp | drp.ApplyOp, x: np.ndarray) -> np.ndarray:
        if op not in self._tables:
            self._tables[op] = _table_of(op)
        return self.lookup(x, self._tables[op], uniform(op.x).storage_range[0])

    def _mac(self, compute: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
        def run(op: MacOp, value: Operands, rounding: Rounding) -> np.ndarray:
            return compute(op, value, multipliers_of(op), rounding)

        return run

    def _add(self, op: drp.AddOp | drp.SubOp, value: Operands, rounding: Rounding) -> np.ndarray:
        a, b, y = uniform(op.a), uniform(op.b), uniform(op.y)
        second = ratio(b, y)
        ratios = (ratio(a, y), -second if isinstance(op, drp.SubOp) else second)
        return self.add(op, value, ratios, rounding)

    def _multiply(self, op: drp.MulOp, value: Operands, rounding: Rounding) -> np.ndarray:
        (multiplier,) = product_multipliers(uniform(op.a), uniform(op.b), uniform(op.y))
        return self.multiply(op, value, multiplier, rounding)

    def _average_pool(
        self, op: drp.AveragePoolOp, value: Operands, rounding: Rounding
    ) -> np.ndarray:
        counts = window_counts(
            drp.shape_of(op.x)[2:],
            integers(op.kernel),
            drp.shape_of(op.y)[2:],
            window_of(op),
            bool(op.count_include_pad.value.data),
        )
        return self.average_pool(
            op, value, mean_multiplier(uniform(op.x), uniform(op.y), counts), rounding
        )

    def _reduce(self, op: drp.ReduceOp, value: Operands, rounding: Rounding) -> np.ndarray:
        x, y, shape = uniform(op.x), uniform(op.y), drp.shape_of(op.x)
        if op.kind.data == drp.ReduceKind.SUM:
            return self.reduce(op, value, ratio(x, y), rounding)
        count = np.array(math.prod(shape[axis] for axis in integers(op.axes)))
        return self.reduce(op, value, np.float32(mean_multiplier(x, y, count)), rounding)

    @abstractmethod
    def conv(
        self, op: drp.ConvOp, value: Operands, multipliers: np.ndarray, rounding: Rounding
    ) -> np.ndarray:
        """The rounded convolution; `multipliers` are one per channel."""

    @abstractmethod
    def conv_transpose(
        self, op: drp.ConvTransposeOp, value: Operands, multipliers: np.ndarray, rounding: Rounding
    ) -> np.ndarray:
        """The rounded transposed convolution; `multipliers` are one per channel."""

    @abstractmethod
    def matmul(
        self, op: drp.MatmulOp, value: Operands, multipliers: np.ndarray, rounding: Rounding
    ) -> np.ndarray:
        """The rounded matrix product; `multipliers` are one per column."""

    @abstractmethod
    def add(
        self,
        op: drp.BinaryOp,
        value: Operands,
        ratios: tuple[np.float32, np.float32],
        rounding: Rounding,
    ) -> np.ndarray:
        """The rounded sum of a and b, each times its ratio first."""

    @abstractmethod
    def multiply(
        self, op: drp.BinaryOp, value: Operands, multiplier: np.float32, rounding: Rounding
    ) -> np.ndarray:
        """The rounded product of a and b."""

    @abstractmethod
    def average_pool(
        self, op: drp.AveragePoolOp, value: Operands, multipliers: np.ndarray, rounding: Rounding
    ) -> np.ndarray:
        """The rounded mean of each window; `multipliers` are (H', W')."""

    @abstractmethod
    def reduce(
        self, op: drp.ReduceOp, value: Operands, multiplier: np.float32, rounding: Rounding
    ) -> np.ndarray:
        """The rounded sum over the axes."""

    @abstractmethod
    def lookup(self, x: np.ndarray, table: np.ndarray, lowest: int) -> np.ndarray:
        """table[x - lowest]."""


def _table_of(op: drp.LookupOp | drp.ApplyOp) -> np.ndarray:
    if isinstance(op, drp.LookupOp):
        return op.table.array
    return lookup_table(op.function, uniform(op.x), uniform(op.y)).array

"""drp-partition: few convex regions, checked against brute force on small graphs."""

import time
from collections.abc import Callable, Iterator, Sequence

import networkx as nx
import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx.reference import ReferenceEvaluator
from xdsl.builder import ImplicitBuilder
from xdsl.dialects.builtin import (
    DenseArrayBase,
    DictionaryAttr,
    IntegerAttr,
    ModuleOp,
    TensorType,
    f32,
    i64,
)
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Operation, SSAValue

from drpc.drpdialect import make_context
from drpc.drpdialect.drp import AddOp, ConcatOp, ConstantOp, CpuOp, ReshapeOp, SliceOp, TransposeOp
from drpc.drpdialect.onnx import OPSETS, OnnxOp, operation_class
from drpc.drpdialect.provenance import nodes_of, set_nodes
from drpc.passes.drp_partition import DrpPartitionPass

MATRIX = TensorType(f32, [4, 4])
CONTEXT = make_context()

# A graph as data: for each operation, its engine and its two operands. A number counts the values
# so far: 0 is the function's argument.
Node = tuple[str, int, int]


def module_of(nodes: Sequence[Node], outputs: Sequence[int]) -> ModuleOp:
    """A module of 4x4 matrices: `cpu` nodes are onnx.Add, `drp` ones drp.add, `move` transposes."""
    function = FuncOp("main", ([MATRIX], [MATRIX] * len(outputs)))
    with ImplicitBuilder(function.body) as arguments:
        values: list[SSAValue] = [arguments[0]]
        for index, (engine, a, b) in enumerate(nodes):
            op = _operation(engine, values[a], values[b])
            set_nodes(op, [f"n{index}"])
            values.append(op.results[0])
        ReturnOp(*(values[i] for i in outputs))
    opsets = DictionaryAttr({"ai.onnx": IntegerAttr(17, i64)})
    return ModuleOp([function], {OPSETS: opsets})


def _operation(engine: str, a: SSAValue, b: SSAValue) -> Operation:
    if engine == "cpu":
        return operation_class("Add")([a, b], [MATRIX])
    return AddOp(a, b) if engine == "drp" else TransposeOp(a, (1, 0))


def partition(module: ModuleOp) -> ModuleOp:
    DrpPartitionPass().apply(CONTEXT, module)
    module.verify()
    return module


def regions_of(module: ModuleOp) -> list[CpuOp]:
    return [op for op in module.walk() if isinstance(op, CpuOp)]


def evaluate(module: ModuleOp, x: np.ndarray) -> list[np.ndarray]:
    """Run the few operations that `module_of` makes, regions included, in NumPy."""
    (function,) = (op for op in module.walk() if isinstance(op, FuncOp))
    values: dict[SSAValue, np.ndarray] = {function.body.block.args[0]: x}
    return _evaluate_block(list(function.body.block.ops), values)


def _evaluate_block(
    ops: Sequence[Operation], values: dict[SSAValue, np.ndarray]
) -> list[np.ndarray]:
    for op in ops[:-1]:
        operands = [values[v] for v in op.operands]
        if isinstance(op, CpuOp):
            inner = dict(zip(op.body.block.args, operands, strict=True))
            results = _evaluate_block(list(op.body.block.ops), inner)
        elif op.name in ("onnx.Add", "drp.add"):
            results = [operands[0] + operands[1]]
        else:
            assert op.name in ("onnx.Transpose", "drp.transpose")
            results = [operands[0].T]
        values.update(zip(op.results, results, strict=True))
    return [values[v] for v in ops[-1].operands]


@st.composite
def graphs(draw: st.DrawFn, cpu: int = 7, others: int = 10) -> tuple[list[Node], list[int]]:
    """A random graph all of whose ends are outputs, with at most `cpu` CPU operations."""
    engines = draw(st.permutations(["cpu"] * draw(st.integers(0, cpu))
                                   + ["drp"] * draw(st.integers(0, others // 2))
                                   + ["move"] * draw(st.integers(0, others // 2))))  # fmt: skip
    nodes: list[Node] = []
    for index, engine in enumerate(engines):
        near = st.integers(max(0, index - 4), index)
        nodes.append((engine, draw(near), draw(near)))
    used = {operand for engine, a, b in nodes for operand in ((a,) if engine == "move" else (a, b))}
    ends = [i for i in range(len(nodes) + 1) if i not in used]
    return nodes, ends


def dependences(nodes: Sequence[Node]) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(1, len(nodes) + 1))
    for index, (engine, a, b) in enumerate(nodes):
        graph.add_edges_from((p, index + 1) for p in ((a,) if engine == "move" else (a, b)) if p)
    return graph


def partitions(items: list[int]) -> Iterator[list[list[int]]]:
    """All ways to split a list into groups."""
    if not items:
        yield []
        return
    first, *rest = items
    for smaller in partitions(rest):
        yield [[first], *smaller]
        for i, group in enumerate(smaller):
            yield [*smaller[:i], [first, *group], *smaller[i + 1 :]]


def fewest_regions(nodes: Sequence[Node]) -> int:
    """By brute force over all groupings of the CPU nodes whose quotient graph has no cycle."""
    graph = dependences(nodes)
    cpu = [i + 1 for i, node in enumerate(nodes) if node[0] == "cpu"]
    best = len(cpu)
    for groups in partitions(cpu):
        if len(groups) < best and nx.is_directed_acyclic_graph(_quotient(graph, groups)):
            best = len(groups)
    return best


def _quotient(graph: nx.DiGraph, groups: list[list[int]]) -> nx.DiGraph:
    group_of = {node: -1 - number for number, group in enumerate(groups) for node in group}
    quotient = nx.DiGraph()
    for a, b in graph.edges:
        a, b = group_of.get(a, a), group_of.get(b, b)
        if a != b:
            quotient.add_edge(a, b)
    return quotient


@given(graphs())
@settings(deadline=None, max_examples=150)
def test_regions_are_as_few_as_brute_force_finds(graph: tuple[list[Node], list[int]]) -> None:
    nodes, outputs = graph
    module = partition(module_of(nodes, outputs))
    assert len(regions_of(module)) <= fewest_regions(nodes)


@given(graphs(cpu=30, others=40))
@settings(deadline=None, max_examples=100)
def test_every_onnx_op_is_in_a_region_and_the_function_computes_the_same(
    graph: tuple[list[Node], list[int]],
) -> None:
    x = np.random.default_rng(0).integers(-8, 9, (4, 4)).astype(np.float32)
    before = module_of(*graph)
    after = partition(module_of(*graph))
    for op in after.walk():
        if isinstance(op, OnnxOp):
            assert isinstance(op.parent_op(), CpuOp)
    # `evaluate` knows only values that are defined before, and in regions only their own.
    for a, b in zip(evaluate(before, x), evaluate(after, x), strict=True):
        np.testing.assert_array_equal(a, b)
    names = sorted(name for op in after.walk() for name in nodes_of(op))
    assert names == sorted(name for op in before.walk() for name in nodes_of(op))
    text = str(after)
    assert str(partition(after)) == text  # nothing is left to do


def test_movement_between_cpu_operations_moves_in() -> None:
    chain = [("cpu", 0, 0), ("move", 1, 0), ("move", 2, 0), ("cpu", 3, 3)]
    module = partition(module_of(chain, [4]))
    (region,) = regions_of(module)
    assert [op.name for op in region.body.block.ops] == [
        "onnx.Add", "onnx.Transpose", "onnx.Transpose", "onnx.Add", "drp.yield",
    ]  # fmt: skip


def test_movement_that_the_accelerator_reads_stays_there() -> None:
    chain = [("cpu", 0, 0), ("move", 1, 0), ("drp", 2, 2), ("cpu", 3, 2)]
    module = partition(module_of(chain, [4]))
    assert len(regions_of(module)) == 2
    assert any(isinstance(op, TransposeOp) for op in module.walk())


def test_movement_far_from_the_cpu_stays_on_the_accelerator() -> None:
    module = partition(module_of([("move", 0, 0), ("drp", 1, 1), ("cpu", 2, 2)], [3]))
    assert any(isinstance(op, TransposeOp) for op in module.walk())
    unrelated = partition(module_of([("move", 0, 0), ("cpu", 0, 0)], [1, 2]))
    assert any(isinstance(op, TransposeOp) for op in unrelated.walk())


def test_an_operation_that_only_a_later_region_reads_moves_there() -> None:
    # Node 1 could run in the first region; node 4 alone reads it, in the second.
    nodes = [("cpu", 0, 0), ("cpu", 0, 0), ("drp", 2, 2), ("cpu", 1, 3)]
    first, second = regions_of(partition(module_of(nodes, [4])))
    assert [nodes_of(op)[0] for op in first.body.block.ops if isinstance(op, OnnxOp)] == ["n1"]
    assert [nodes_of(op)[0] for op in second.body.block.ops if isinstance(op, OnnxOp)] == [
        "n0",
        "n3",
    ]


def test_functions_without_cpu_operations_stay_as_they_are() -> None:
    for nodes, outputs in (([], [0, 0]), ([("drp", 0, 0), ("move", 1, 0)], [2])):
        module = module_of(nodes, outputs)
        text = str(module)
        assert str(partition(module)) == text


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (lambda x: ReshapeOp(x, (2, 8)), lambda x: x.reshape(2, 8)),
        (lambda x: TransposeOp(x, (1, 0)), lambda x: x.T),
        (lambda x: ConcatOp([x, x], 1), lambda x: np.concatenate([x, x], 1)),
        (lambda x: SliceOp(x, (1, 0), (2, 2), (2, 3)), lambda x: x[1::2, ::3]),
        (lambda x: SliceOp(x, (3, 2), (4, 2), (-1, -2)), lambda x: x[::-1, 2::-2]),
    ],
    ids=["reshape", "transpose", "concat", "slice", "slice backwards"],
)
def test_moved_jobs_compute_the_same_in_onnx(
    job: Callable[[SSAValue], Operation], expected: Callable[[np.ndarray], np.ndarray]
) -> None:
    function = FuncOp("main", ([MATRIX], []))
    with ImplicitBuilder(function.body) as arguments:
        first = operation_class("Neg")([arguments[0]], [MATRIX])
        moved = job(first.results[0])
        last = operation_class("Neg")([moved.results[0]], [moved.results[0].type])
        ReturnOp(last.results[0])
    function.update_function_type()
    opsets = DictionaryAttr({"ai.onnx": IntegerAttr(17, i64)})
    (region,) = regions_of(partition(ModuleOp([function], {OPSETS: opsets})))
    x = np.arange(16, dtype=np.float32).reshape(4, 4)
    (result,) = run_region(region, [x])
    np.testing.assert_array_equal(result, expected(x))


def run_region(region: CpuOp, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Run a region's operations one by one in onnx.reference."""
    values: dict[SSAValue, np.ndarray] = {}
    values.update(zip(region.body.block.args, inputs, strict=True))
    for op in region.body.block.ops:
        if isinstance(op, ConstantOp):
            values[op.result] = op.value.array
        elif isinstance(op, OnnxOp):
            values[op.results[0]] = _run_node(op, [values[v] for v in op.operands])
        else:
            return [values[v] for v in op.operands]
    raise AssertionError("a region ends in drp.yield")


def _run_node(op: OnnxOp, inputs: Sequence[np.ndarray]) -> np.ndarray:
    attributes = {
        name: list(a.get_values()) if isinstance(a, DenseArrayBase) else a.value.data
        for name, a in op.onnx_attributes.items()
        if isinstance(a, DenseArrayBase | IntegerAttr)
    }
    names = [f"i{i}" for i in range(len(inputs))]
    node = onnx.helper.make_node(op.op_type, names, ["o"], **attributes)
    graph = onnx.helper.make_graph(
        [node],
        "g",
        [onnx.helper.make_tensor_value_info(n, onnx.helper.np_dtype_to_tensor_dtype(x.dtype), None)
         for n, x in zip(names, inputs, strict=True)],
        [onnx.helper.make_empty_tensor_value_info("o")],
    )  # fmt: skip
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    (result,) = ReferenceEvaluator(model).run(None, dict(zip(names, inputs, strict=True)))
    return np.asarray(result)


def test_ten_thousand_operations_take_seconds() -> None:
    """Linear: ten times the operations take at most thirty times the time."""

    def seconds(count: int) -> float:
        engines = ("cpu", "drp", "cpu", "move", "cpu", "drp", "drp")
        nodes = [(engines[i % 7], i, max(0, i - 3)) for i in range(count)]
        module = module_of(nodes, [count])
        start = time.perf_counter()
        DrpPartitionPass().apply(CONTEXT, module)
        return time.perf_counter() - start

    small, large = seconds(1000), seconds(10_000)
    assert large < max(30 * small, 10.0)

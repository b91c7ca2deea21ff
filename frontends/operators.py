"""What a model asks for, looked at before it is imported: opsets, operators, functions.

Everything here walks protos only, so that a hostile model is refused before it can cost anything.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final

import onnx
import onnx.defs

from ..drpdialect.errors import UserError
from ..drpdialect.onnx import DEFAULT_DOMAIN, find_schema
from .attributes import attribute_kind

MAX_NESTING: Final = 32
"""Bodies within bodies, and functions that call functions, down to this depth."""

MAX_NODES: Final = 1_000_000
"""Nodes of a model after its functions are inlined."""

_LARGEST_VERSION: Final = 2**31 - 1

_NEWEST_OPSETS: Final = {
    DEFAULT_DOMAIN: onnx.defs.onnx_opset_version(),
    "ai.onnx.ml": onnx.defs.onnx_ml_opset_version(),
}
"""The newest opset of the domains that have a history in the installed `onnx`."""

Opsets = dict[str, int]
FunctionKey = tuple[str, str, str]
Functions = Mapping[FunctionKey, onnx.FunctionProto]


def domain_of(name: str) -> str:
    """A domain as we name it: the default one is `ai.onnx`."""
    return name or DEFAULT_DOMAIN


def function_key(proto: onnx.NodeProto) -> FunctionKey:
    """Which model-local function a node would call."""
    return domain_of(proto.domain), proto.op_type, proto.overload


# --- opsets ----------------------------------------------------------------------------------


def read_opsets(imports: Iterable[onnx.OperatorSetIdProto], what: str) -> Opsets:
    """Domain -> version, each checked against what the installed `onnx` knows."""
    opsets: Opsets = {}
    for entry in imports:
        domain = domain_of(entry.domain)
        if opsets.setdefault(domain, entry.version) != entry.version:
            raise UserError(f"{what} imports {domain} at two versions")
        newest = _NEWEST_OPSETS.get(domain, _LARGEST_VERSION)
        if not 1 <= entry.version <= newest:
            raise UserError(
                f"{what} uses opset {entry.version} of {domain}, but the installed onnx "
                f"{onnx.__version__} knows 1 to {newest}: export the model with an older opset, "
                "or install a newer onnx"
            )
    return opsets


# --- operators -------------------------------------------------------------------------------


def check_operators(nodes: Sequence[onnx.NodeProto], opsets: Opsets, functions: Functions) -> None:
    """Refuse a model with operators that nobody has, naming all of them; or one too large.

    Raises UserError.
    """
    offenders: dict[str, list[str]] = {}
    called: dict[FunctionKey, None] = {}
    _check_nodes(nodes, opsets, functions, offenders, called)
    checked: set[FunctionKey] = set()
    while called.keys() - checked:
        key = next(key for key in called if key not in checked)
        checked.add(key)
        function = functions[key]
        own = read_opsets(function.opset_import, f"function {function.name}")
        _check_nodes(function.node, own, functions, offenders, called)
    if offenders:
        lines = [f"  {problem}: {_some(names)}" for problem, names in offenders.items()]
        raise UserError(
            "the model has operators that neither ONNX nor ONNX Runtime knows:\n" + "\n".join(lines)
        )
    count, _ = _Sizes(functions).of_nodes(nodes)
    if count > MAX_NODES:
        raise UserError(f"the model has {count} nodes with its functions inlined: too many")


def _check_nodes(
    nodes: Sequence[onnx.NodeProto],
    opsets: Opsets,
    functions: Functions,
    offenders: dict[str, list[str]],
    called: dict[FunctionKey, None],
) -> None:
    judged: dict[tuple[str, str], str | None] = {}
    for node in walk_nodes(nodes):
        key = function_key(node)
        if key in functions:
            called[key] = None
            continue
        domain, op_type, _ = key
        if (domain, op_type) not in judged:
            judged[domain, op_type] = _problem(domain, op_type, opsets)
        problem = judged[domain, op_type]
        if problem is not None:
            offenders.setdefault(problem, []).append(node.name or ", ".join(node.output))


def _problem(domain: str, op_type: str, opsets: Opsets) -> str | None:
    version = opsets.get(domain)
    if version is None:
        return f"{op_type} of domain {domain}, which the model does not import"
    schema = find_schema(domain, op_type, version)
    if schema is not None:
        return f"{op_type} of {domain}, withdrawn by opset {version}" if schema.deprecated else None
    if domain == DEFAULT_DOMAIN and onnx.defs.has(op_type):
        return f"{op_type} of {domain}, which opset {version} does not have yet"
    if version >= _runtime_operators().get((domain, op_type), _LARGEST_VERSION + 1):
        return None
    return f"{op_type} of {domain} opset {version}"


@cache
def _runtime_operators() -> dict[tuple[str, str], int]:
    """(domain, operator) -> the opset since which ONNX Runtime has it, which is loaded for this."""
    from onnxruntime.capi.onnxruntime_pybind11_state import (  # pyright: ignore[reportMissingModuleSource]
        get_all_operator_schema,
    )

    operators: dict[tuple[str, str], int] = {}
    for schema in get_all_operator_schema():
        key = (domain_of(schema.domain), schema.name)
        operators[key] = min(schema.since_version, operators.get(key, _LARGEST_VERSION))
    return operators


def _some(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


def walk_nodes(nodes: Iterable[onnx.NodeProto]) -> Iterator[onnx.NodeProto]:
    """Every node, with those of bodies. Raises UserError where bodies nest too deep."""
    stack = [(iter(nodes), 0)]
    while stack:
        node = next(stack[-1][0], None)
        if node is None:
            stack.pop()
            continue
        yield node
        depth = stack[-1][1] + 1
        bodies = bodies_of(node)
        if bodies and depth > MAX_NESTING:
            raise UserError(
                f"node {node.name or node.op_type}: bodies nest deeper than {MAX_NESTING}"
            )
        stack += [(iter(graph.node), depth) for graph in bodies]


def bodies_of(node: onnx.NodeProto) -> list[onnx.GraphProto]:
    """The graphs among a node's attributes."""
    kind = onnx.AttributeProto.GRAPH
    return [a.g for a in node.attribute if not a.ref_attr_name and attribute_kind(a) == kind]


# --- size ------------------------------------------------------------------------------------


class _Sizes:
    """How many nodes a call becomes, and how deep its calls nest. Each function is counted once."""

    def __init__(self, functions: Functions):
        self._functions = functions
        self._counted: dict[FunctionKey, tuple[int, int]] = {}

    def of_nodes(
        self, nodes: Iterable[onnx.NodeProto], path: tuple[FunctionKey, ...] = ()
    ) -> tuple[int, int]:
        """(nodes, height) of a list of nodes inside the functions of `path`."""
        count = height = 0
        for node in walk_nodes(nodes):
            key = function_key(node)
            inner = self._of_function(key, path) if key in self._functions else (1, 0)
            count += inner[0]
            height = max(height, inner[1])
        return count, height

    def _of_function(self, key: FunctionKey, path: tuple[FunctionKey, ...]) -> tuple[int, int]:
        if key in path:
            raise UserError(f"function {key[1]} of {key[0]} calls itself")
        if key not in self._counted:
            if len(path) == MAX_NESTING:
                raise _too_deep(key)
            count, height = self.of_nodes(self._functions[key].node, (*path, key))
            self._counted[key] = count, height + 1
        if self._counted[key][1] > MAX_NESTING:
            raise _too_deep(key)
        return self._counted[key]


def _too_deep(key: FunctionKey) -> UserError:
    return UserError(f"function {key[1]} of {key[0]}: calls nest deeper than {MAX_NESTING}")

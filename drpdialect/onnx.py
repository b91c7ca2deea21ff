"""The `onnx` dialect: one operation per ONNX node.

Every operator of the installed `onnx` package is an operation of the same shape: positional
inputs (an omitted optional input is a value of `onnx.NoValue`), outputs, the node's attributes
under their ONNX names, and one region per graph attribute. What a node may look like is not
restated here: it is checked against the ONNX schema of the opset that the module declares.

    %y = onnx.Conv(%x, %w) {strides = array<i64: 2, 2>, drp.nodes = ["conv1"]}
        : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x3x3xf32>

The module carries `onnx.opsets = {"ai.onnx" = 17 : i64}` and `onnx.ir_version`. Operators of other
domains are `onnx.Custom` with a `domain` and an `op_type`.
"""

from collections.abc import Sequence
from functools import cache
from typing import ClassVar, Final, cast

import onnx.defs
from onnx.defs import OpSchema
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, IntegerAttr, StringAttr
from xdsl.ir import (
    Attribute,
    Dialect,
    Operation,
    Region,
    SSAValue,
)
from xdsl.irdl import (
    IRDLOperation,
    irdl_op_definition,
    result_def,
    traits_def,
    var_operand_def,
    var_region_def,
    var_result_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import IsTerminator, Pure
from xdsl.utils.exceptions import VerifyException

from .element_types import StringType
from .onnx_checks import verify_node
from .onnx_types import MapType, NoneType, OptionalType, SequenceType, UnknownType

DEFAULT_DOMAIN: Final = "ai.onnx"
OPSETS: Final = "onnx.opsets"
IR_VERSION: Final = "onnx.ir_version"
BODY_NAMES: Final = "onnx.bodies"


class OnnxOp(IRDLOperation):
    """What every ONNX node has. `op_type` and `domain` are those of the node."""

    inputs = var_operand_def()
    outputs = var_result_def()
    bodies = var_region_def()

    OP_TYPE: ClassVar[str] = ""

    def __init__(
        self,
        inputs: Sequence[SSAValue],
        result_types: Sequence[Attribute],
        attributes: dict[str, Attribute] | None = None,
        bodies: Sequence[Region] = (),
    ):
        super().__init__(
            operands=[list(inputs)],
            result_types=[list(result_types)],
            attributes=attributes or {},
            regions=[list(bodies)],
        )

    @property
    def op_type(self) -> str:
        """The operator's name, as in the model."""
        return self.OP_TYPE

    @property
    def domain(self) -> str:
        """The operator's domain as the module's opsets name it: `ai.onnx` is the default one."""
        return DEFAULT_DOMAIN

    def input(self, index: int) -> SSAValue | None:
        """The input at a position, None where it is omitted."""
        if index >= len(self.inputs):
            return None
        value = self.inputs[index]
        return None if isinstance(value.type, NoneType) else value

    @property
    def onnx_attributes(self) -> dict[str, Attribute]:
        """The node's attributes by ONNX name, without graph attributes and our annotations."""
        return {name: value for name, value in self.attributes.items() if "." not in name}

    @property
    def body_names(self) -> tuple[str, ...]:
        """The graph attributes' names, one per region, in order."""
        names = self.attributes.get(BODY_NAMES)
        if not isinstance(names, ArrayAttr):
            return ()
        return tuple(n.data for n in cast(ArrayAttr[Attribute], names) if isinstance(n, StringAttr))

    @property
    def schema(self) -> OpSchema | None:
        """The schema in force for this node, None where `onnx` does not know the operator."""
        version = opset_version(self, self.domain)
        return None if version is None else find_schema(self.domain, self.op_type, version)

    def verify_(self) -> None:
        _verify_bodies(self)
        version = opset_version(self, self.domain)
        if version is None:  # a fragment without a module: nothing to check against
            return
        schema = find_schema(self.domain, self.op_type, version)
        if schema is not None:
            verify_against(self, schema)
        elif self.OP_TYPE:  # ONNX Runtime's own operators are custom ones in whatever domain
            raise VerifyException(f"{self.op_type} does not exist in opset {version}")

    def print(self, printer: Printer) -> None:
        _print_node(self, printer)

    @classmethod
    def parse(cls, parser: Parser) -> "OnnxOp":
        return _parse_node(cls, parser)


@irdl_op_definition
class CustomOp(OnnxOp):
    """A node of another domain than `ai.onnx`: attributes `onnx.domain` and `onnx.op_type` name it."""

    name = "onnx.Custom"

    @property
    def op_type(self) -> str:
        return _text(self.attributes.get("onnx.op_type"))

    @property
    def domain(self) -> str:
        return _text(self.attributes.get("onnx.domain"))

    def verify_(self) -> None:
        if not self.op_type or not self.domain:
            raise VerifyException("expected attributes onnx.domain and onnx.op_type")
        super().verify_()


@irdl_op_definition
class NoValueOp(IRDLOperation):
    """Stands where an optional input is omitted."""

    name = "onnx.NoValue"
    result = result_def(NoneType)
    traits = traits_def(Pure())
    assembly_format = "attr-dict"

    def __init__(self) -> None:
        super().__init__(result_types=[NoneType()])


@irdl_op_definition
class YieldOp(IRDLOperation):
    """Ends the body of a control-flow operator with its outputs."""

    name = "onnx.Yield"
    arguments = var_operand_def()
    traits = traits_def(IsTerminator())
    assembly_format = "attr-dict ($arguments^ `:` type($arguments))?"

    def __init__(self, arguments: Sequence[SSAValue]):
        super().__init__(operands=[list(arguments)])


def _text(attribute: Attribute | None) -> str:
    return attribute.data if isinstance(attribute, StringAttr) else ""


# --- operations made from the schemas --------------------------------------------------------


# Operators whose result depends on more than their operands: never merged, never removed early.
_RANDOM: Final = frozenset(
    (
        "RandomNormal",
        "RandomNormalLike",
        "RandomUniform",
        "RandomUniformLike",
        "Multinomial",
        "Bernoulli",
    )
)


@cache
def _operation_class(op_type: str) -> type[OnnxOp]:
    members: dict[str, object] = {
        "name": f"onnx.{op_type}",
        "OP_TYPE": op_type,
        "__annotations__": {"OP_TYPE": ClassVar[str]},
        "__doc__": f"The ONNX operator {op_type}.",
        "__module__": __name__,
    }
    if op_type not in _RANDOM:
        members["traits"] = traits_def(Pure())
    return irdl_op_definition(type(f"{op_type}Op", (OnnxOp,), members))


def operation_class(op_type: str, domain: str = DEFAULT_DOMAIN) -> type[OnnxOp]:
    """The operation of an ONNX operator; `onnx.Custom` outside the default domain.

    Raises KeyError where the default domain has no such operator.
    """
    if domain not in ("", DEFAULT_DOMAIN):
        return CustomOp
    if not onnx.defs.has(op_type):
        raise KeyError(op_type)
    return _operation_class(op_type)


def find_schema(domain: str, op_type: str, version: int) -> OpSchema | None:
    """The schema of an operator at an opset version, None where there is none."""
    try:
        return _schema(op_type, version, "" if domain == DEFAULT_DOMAIN else domain)
    except onnx.defs.SchemaError:
        return None


@cache
def _schema(op_type: str, version: int, domain: str) -> OpSchema:
    return onnx.defs.get_schema(op_type, version, domain)


def opsets_of(op: Operation) -> dict[str, int]:
    """The opset versions by domain that hold at an operation; empty outside a module.

    An operation that came from a function with opsets of its own carries them itself.
    """
    scope: Operation | None = op
    while scope is not None:
        opsets = scope.attributes.get(OPSETS)
        if isinstance(opsets, DictionaryAttr):
            return {
                domain: version.value.data
                for domain, version in opsets.data.items()
                if isinstance(version, IntegerAttr)
            }
        scope = scope.parent_op()
    return {}


def opset_version(op: Operation, domain: str = DEFAULT_DOMAIN) -> int | None:
    """The opset version of a domain at an operation, None where none is declared."""
    return opsets_of(op).get(domain)


# --- verification ----------------------------------------------------------------------------


def verify_against(op: OnnxOp, schema: OpSchema) -> None:
    """Raises VerifyException where a node is not one of the schema's operator."""
    verify_node(
        schema,
        inputs=[value.type for value in op.inputs],
        outputs=[value.type for value in op.outputs],
        attributes=op.onnx_attributes,
        body_names=op.body_names,
    )


def _verify_bodies(op: OnnxOp) -> None:
    if len(op.body_names) != len(op.bodies):
        raise VerifyException(
            f"expected one name in {BODY_NAMES} for each of {len(op.bodies)} regions"
        )
    for body in op.bodies:
        last = body.blocks[0].last_op if len(body.blocks) == 1 else None
        if not isinstance(last, YieldOp):
            raise VerifyException("expected each body to be one block that ends in onnx.Yield")


# --- assembly --------------------------------------------------------------------------------


def _print_node(op: OnnxOp, printer: Printer) -> None:
    with printer.in_parens():
        printer.print_list(op.operands, printer.print_ssa_value)
    printer.print_op_attributes(op.attributes)
    for region in op.regions:
        printer.print_string(" ")
        printer.print_region(region)
    printer.print_string(" : ")
    printer.print_operation_type(op)


def _parse_node(cls: type[OnnxOp], parser: Parser) -> OnnxOp:
    operands = parser.parse_comma_separated_list(
        parser.Delimiter.PAREN, parser.parse_unresolved_operand
    )
    attributes = parser.parse_optional_attr_dict()
    regions: list[Region] = []
    while (region := parser.parse_optional_region()) is not None:
        regions.append(region)
    parser.parse_punctuation(":")
    function_type = parser.parse_function_type()
    inputs = parser.resolve_operands(operands, function_type.inputs.data, parser.pos)
    return cls(inputs, function_type.outputs.data, attributes, regions)


def get_dialect() -> Dialect:
    """The dialect with an operation for every operator that the installed `onnx` knows."""
    schemas = onnx.defs.get_all_schemas_with_history()
    names = sorted({schema.name for schema in schemas if schema.domain == ""})
    operations: list[type[Operation]] = [*map(_operation_class, names)]
    operations += [CustomOp, NoValueOp, YieldOp]
    types: list[type[Attribute]] = [
        StringType,
        NoneType,
        UnknownType,
        SequenceType,
        OptionalType,
        MapType,
    ]
    return Dialect("onnx", operations, types)

"""What holds a program together: constants, and regions that run on the CPU."""

from collections.abc import Sequence

from xdsl.dialects.builtin import TensorType
from xdsl.ir import Attribute, Block, Region, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    irdl_op_definition,
    lazy_traits_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import HasParent, IsolatedFromAbove, IsTerminator, Pure
from xdsl.utils.exceptions import VerifyException

from ..weights import TensorAttr
from .shapes import verify_quantised_shape


@irdl_op_definition
class ConstantOp(IRDLOperation):
    """A constant tensor: a weight, or any other value the model carries. At every level of IR."""

    name = "drp.constant"
    result = result_def(TensorType)
    value = prop_def(TensorAttr)
    traits = traits_def(Pure())

    def __init__(self, value: TensorAttr):
        super().__init__(result_types=[value.type], properties={"value": value})

    def verify_(self) -> None:
        if self.value.type != self.result.type:
            raise VerifyException(f"expected {self.value.type}, but got {self.result.type}")
        verify_quantised_shape(self.value.type)

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_attribute(self.value)
        printer.print_op_attributes(self.attributes)

    @classmethod
    def parse(cls, parser: Parser) -> "ConstantOp":
        value = parser.parse_attribute()
        if not isinstance(value, TensorAttr):
            parser.raise_error("expected #drp.tensor<...>")
        op = cls(value)
        op.attributes |= parser.parse_optional_attr_dict()
        return op


@irdl_op_definition
class YieldOp(IRDLOperation):
    """Ends a CPU region with its results."""

    name = "drp.yield"
    arguments = var_operand_def()
    traits = lazy_traits_def(lambda: (IsTerminator(), HasParent(CpuOp)))
    assembly_format = "attr-dict ($arguments^ `:` type($arguments))?"

    def __init__(self, arguments: Sequence[SSAValue]):
        super().__init__(operands=[list(arguments)])


@irdl_op_definition
class CpuOp(IRDLOperation):
    """A region that runs on the CPU in one go: its block's arguments are the operands, in order.

    It holds `onnx` operations and constants, sees nothing of what surrounds it, and ends in
    `drp.yield`.
    """

    name = "drp.cpu"
    inputs = var_operand_def()
    outputs = var_result_def()
    body = region_def("single_block")
    traits = traits_def(Pure(), IsolatedFromAbove())
    assembly_format = (
        "($inputs^)? attr-dict-with-keyword $body `:` functional-type(operands, results)"
    )

    def __init__(
        self,
        inputs: Sequence[SSAValue],
        result_types: Sequence[Attribute],
        body: Region | None = None,
    ):
        if body is None:
            body = Region(Block(arg_types=[value.type for value in inputs]))
        super().__init__(operands=[list(inputs)], result_types=[list(result_types)], regions=[body])

    def verify_(self) -> None:
        block = self.body.block
        if [a.type for a in block.args] != [v.type for v in self.inputs]:
            raise VerifyException("expected a block argument of each input's type")
        last = block.last_op
        if not isinstance(last, YieldOp):
            raise VerifyException("expected the region to end in drp.yield")
        if [v.type for v in last.arguments] != [v.type for v in self.outputs]:
            raise VerifyException("expected drp.yield to give each result's type")


OPERATIONS = (ConstantOp, CpuOp, YieldOp)

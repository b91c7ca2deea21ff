"""Rules that no operator they are asked about can meet: why an operator has no accelerator job."""

from typing import Final

from ...drpdialect.onnx import OnnxOp
from ..machine import Target
from .rule import Rule, rule


@rule("export the model with operators of the standard ONNX domain")
def standard_domain(op: OnnxOp, target: Target) -> str | None:
    """The operator is of the standard ONNX domain."""
    return f"found domain {op.domain}"


@rule("replace the operator by convolutions, products, pools or element-wise operators")
def known_job(op: OnnxOp, target: Target) -> str | None:
    """The operator is one that AI-MAC or DRP have a job for."""
    return f"{op.op_type} has none"


@rule("export the model without control flow: unrolled, or with the branch chosen")
def no_control_flow(op: OnnxOp, target: Target) -> str | None:
    """What runs next does not depend on data: branches and loops belong to the CPU."""
    return f"{op.op_type} does"


@rule("leave the operator to the CPU at the end of the model, or cut it off")
def known_extent(op: OnnxOp, target: Target) -> str | None:
    """Which elements are read, written or kept does not depend on data."""
    return f"{op.op_type} decides it while running"


@rule("export the model with QuantizeLinear and DequantizeLinear around float operators")
def float_operators(op: OnnxOp, target: Target) -> str | None:
    """Quantised arithmetic is written as float operators between QuantizeLinear and
    DequantizeLinear."""
    return f"{op.op_type} computes on integers"


@rule("unroll the recurrence into products and element-wise operators, or use convolutions")
def no_recurrence(op: OnnxOp, target: Target) -> str | None:
    """The operator has no recurrent state."""
    return f"{op.op_type} has"


@rule("export the attention as MatMul and Softmax")
def plain_attention(op: OnnxOp, target: Target) -> str | None:
    """Attention is written as products and a softmax."""
    return f"found {op.op_type}"


@rule("export the model for inference")
def no_randomness(op: OnnxOp, target: Target) -> str | None:
    """Results depend on the operands only, not on random numbers."""
    return f"{op.op_type} draws them"


@rule("do this before or behind the model")
def tensors_of_numbers(op: OnnxOp, target: Target) -> str | None:
    """The operator works on tensors of numbers, not on text, sequences or optional values."""
    return f"found {op.op_type}"


_OPERATORS: Final[dict[Rule, str]] = {
    no_control_flow: "If Loop Scan SequenceMap",
    known_extent: """
        Compress GatherElements GatherND NonMaxSuppression NonZero OneHot Range ReverseSequence
        Scatter ScatterElements ScatterND TensorScatter TopK Unique MaxUnpool MaxRoiPool RoiAlign
        GridSample DeformConv""",
    float_operators: """
        ConvInteger DynamicQuantizeLinear MatMulInteger QLinearConv QLinearMatMul""",
    no_recurrence: "GRU LSTM RNN",
    plain_attention: "Attention FlexAttention LinearAttention RotaryEmbedding",
    no_randomness: """
        Bernoulli Multinomial RandomNormal RandomNormalLike RandomUniform RandomUniformLike""",
    tensors_of_numbers: """
        ConcatFromSequence ImageDecoder Optional OptionalGetElement OptionalHasElement
        RegexFullMatch SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert
        SequenceLength SplitToSequence StringConcat StringNormalizer StringSplit TfIdfVectorizer""",
}

REASONS: Final[dict[str, Rule]] = {
    op_type: reason for reason, names in _OPERATORS.items() for op_type in names.split()
}
"""ONNX operator -> the rule that keeps it on the CPU, where there is a better one than known_job."""


def reason_for(op: OnnxOp) -> Rule:
    """Why an operator without an entry in the table runs on the CPU."""
    if op.domain != "ai.onnx":
        return standard_domain
    return REASONS.get(op.op_type, known_job)

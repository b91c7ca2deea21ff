"""The dialects, their types and attributes, and the weight store. Imports nothing of ours."""

from xdsl.context import Context
from xdsl.dialects.builtin import Builtin
from xdsl.dialects.func import Func
from xdsl.ir import Dialect


def make_context() -> Context:
    """A context that knows every dialect that a drpc module may use, loaded when first needed."""
    context = Context()
    context.load_dialect(Builtin)
    context.load_dialect(Func)
    context.register_dialect("onnx", _onnx)
    context.register_dialect("drp", _drp)
    context.register_dialect("quant", _quant)
    return context


def _onnx() -> Dialect:
    from .onnx import get_dialect

    return get_dialect()


def _drp() -> Dialect:
    from .drp import Drp

    return Drp


def _quant() -> Dialect:
    from .quant import Quant

    return Quant

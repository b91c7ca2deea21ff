"""The dialects, their types and attributes, and the weight store. Imports nothing of ours."""

from collections.abc import Callable

from xdsl.context import Context
from xdsl.dialects.builtin import Builtin
from xdsl.dialects.func import Func
from xdsl.ir import Dialect


def make_context() -> Context:
    """A context that knows every dialect that a drpc module may use, loaded when first needed."""
    context = Context()
    context.load_dialect(Builtin)
    context.load_dialect(Func)
    for name, load in get_all_dialects().items():
        context.register_dialect(name, load)
    return context


def get_all_dialects() -> dict[str, Callable[[], Dialect]]:
    """Our dialects by name: functions that import and return them."""
    return {"onnx": _onnx, "drp": _drp, "quant": _quant}


def _onnx() -> Dialect:
    from .onnx import get_dialect

    return get_dialect()


def _drp() -> Dialect:
    from .drp import Drp

    return Drp


def _quant() -> Dialect:
    from .quant import Quant

    return Quant

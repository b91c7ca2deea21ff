"""The driver: Python API, command line, pipelines, pass-by-pass debugging, reports.

from drpc.compiler import compile
program = compile("model.onnx", target="rzv2h")
outputs = program.run({"input": x})
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import compile, lower  # noqa: A004
    from .program import Program

__all__ = ["Program", "compile", "lower"]


def __getattr__(name: str) -> Any:
    """Import the API when it is first asked for, so that the command line starts fast."""
    if name in ("compile", "lower"):
        from . import api

        return getattr(api, name)
    if name == "Program":
        from .program import Program

        return Program
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

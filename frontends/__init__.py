"""Model files to the `onnx` dialect."""

from .model import import_onnx

__all__ = ["import_onnx"]

"""The CPU backend: `onnx` operations run in ONNX Runtime."""

from .functions import OnnxFunctions
from .module import CpuModule
from .session import CpuSession

__all__ = ["CpuModule", "CpuSession", "OnnxFunctions"]

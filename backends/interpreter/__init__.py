"""The interpreter: runs a module of any level of IR on NumPy arrays, one operation at a time."""

from .executor import ModuleInterpreter

__all__ = ["ModuleInterpreter"]

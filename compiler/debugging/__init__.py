"""Watching a pipeline run: everything hangs on one hook, called before and after each pass."""

from .pipeline import PassFailure, PassHook, Step, Verifier, run_passes

__all__ = ["PassFailure", "PassHook", "Step", "Verifier", "run_passes"]

"""The passes, one file each, by name. A pass is imported when it is first asked for."""

from collections.abc import Callable
from importlib import import_module
from typing import Final

from xdsl.passes import ModulePass

_PASSES: Final = {
    "canonicalize-onnx": ("canonicalize_onnx", "CanonicalizeOnnxPass"),
    "fold-constants": ("fold_constants", "FoldConstantsPass"),
    "convert-onnx-to-drp": ("convert_onnx_to_drp", "ConvertOnnxToDrpPass"),
    "matmul-to-conv": ("matmul_to_conv", "MatmulToConvPass"),
    "drp-canonicalize": ("drp_canonicalize", "DrpCanonicalizePass"),
    "drp-fuse": ("drp_fuse", "DrpFusePass"),
    "drp-partition": ("drp_partition", "DrpPartitionPass"),
}
"""Pass name -> (module, class), in the order in which a compilation runs them."""


def get_all_passes() -> dict[str, Callable[[], type[ModulePass]]]:
    """Pass name -> a function that imports and returns the pass."""
    return {name: _importer(*where) for name, where in _PASSES.items()}


def _importer(module: str, name: str) -> Callable[[], type[ModulePass]]:
    def load() -> type[ModulePass]:
        return getattr(import_module(f".{module}", __package__), name)

    return load

"""Real networks as drp jobs: what the passes behind the conversion make of them."""

from collections import Counter
from pathlib import Path
from runpy import run_path

import onnx
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

from drpc.compiler.pipelines import available_passes, parse_passes
from drpc.drpdialect import drp
from drpc.frontends import import_onnx

TO_DRP = 'canonicalize-onnx,fold-constants,convert-onnx-to-drp{target="rzv2h"}'
FUSED = "drp-fuse,matmul-to-conv,drp-canonicalize,drp-fuse"


def converted(shared: Path, name: str, **shapes: tuple[int, ...]) -> ModuleOp:
    """A model of `shared/models`, or a network of `shared/zoo` with random weights, as drp jobs."""
    path = shared / "models" / f"{name}.onnx"
    source: onnx.ModelProto | Path = path
    if not path.exists():
        materialize = run_path(str(shared / "zoo" / "materialize.py"))["materialize"]
        source = materialize(onnx.load(shared / "zoo" / f"{name}.onnx"))
    module = import_onnx(source, shapes=shapes or None)
    run_passes(module, TO_DRP)
    return module


def run_passes(module: ModuleOp, pipeline: str) -> None:
    """Run passes by name and verify what they leave."""
    for each in parse_passes(pipeline, available_passes()):
        each.apply(Context(), module)
        module.verify()


def job_counts(module: ModuleOp) -> Counter[str]:
    """How many jobs of each kind there are, constants not counted."""
    return Counter(op.name for op in module.walk() if isinstance(op, drp.DrpOp))

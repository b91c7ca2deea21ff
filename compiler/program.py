"""A compiled model."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xdsl.dialects.builtin import ModuleOp

from ..drpdialect.errors import UserError
from ..drpdialect.weights import WeightsNotLoaded
from .lowering import Lowering, level_named
from .models import Model
from .module_files import print_module, target_of
from .names import BACKENDS
from .pipelines import unknown
from .signature import Port, inputs_of, outputs_of

if TYPE_CHECKING:
    from .placement import Placement, SupportRecorder


class Program:
    """A model compiled for a target: it runs, shows its IR, and tells where each operator landed.

    `module` is the IR at level `drp-ir`, `target` the name it was compiled for, `precision` what
    it computes in (see `drpc.compiler.compile`).
    """

    def __init__(self, model: Model, module: ModuleOp, recorder: "SupportRecorder"):
        self.model = model
        self.module = module
        self.target = target_of(module) or ""
        self.precision = "fp32"
        self._recorder = recorder

    @property
    def inputs(self) -> tuple[Port, ...]:
        """What the program takes, in order."""
        return inputs_of(self.module)

    @property
    def outputs(self) -> tuple[Port, ...]:
        """What the program gives, in order."""
        return outputs_of(self.module)

    @cached_property
    def placement(self) -> "Placement":
        """Every ONNX operator with its engine, and the reason."""
        from .placement import placement_of

        return placement_of(self.module, self.target, self._recorder)

    def ir(self, level: str = "drp-ir") -> str:
        """The IR as MLIR text at a level, `onnx-ir` or `drp-ir`. Raises UserError."""
        if level_named(level) == "drp-ir":
            return print_module(self.module)
        return print_module(Lowering(self.model, "onnx-ir", self.target).run())

    def run(self, inputs: Mapping[str, Any], backend: str = "interpreter") -> dict[str, Any]:
        """Outputs by name for inputs by name.

        `backend` is `interpreter` (the compiled program, job by job) or `cpu` (the model in ONNX
        Runtime). Raises UserError for inputs that do not fit, and for a `.mlir` file without its
        weights.
        """
        try:
            return self._backend(backend).run(inputs)
        except WeightsNotLoaded as error:
            raise UserError(str(error)) from error

    def _backend(self, name: str) -> Any:
        if name == "interpreter":
            return self._interpreter
        if name == "cpu":
            return self._cpu
        if name == "simulator":
            raise UserError(
                "the simulator is not available in this version: use backend interpreter or cpu"
            )
        raise UserError(unknown("backend", name, BACKENDS))

    @cached_property
    def _interpreter(self) -> Any:
        from ..backends.interpreter import ModuleInterpreter

        return ModuleInterpreter(self.module)

    @cached_property
    def _cpu(self) -> Any:
        from ..backends.cpu import CpuModule

        return CpuModule(Lowering(self.model, "onnx-ir", self.target).run())

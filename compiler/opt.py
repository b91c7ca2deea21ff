"""`drpc opt`: xDSL's opt tool with our dialects, passes, weights and debugging."""

import argparse
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import IO

from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import DiagnosticException, ParseError, ShrinkException
from xdsl.xdsl_opt_main import xDSLOptMain

from ..drpdialect.errors import UserError
from ..drpdialect.parsing import DrpParser
from ..drpdialect.weights import store_path
from .debugging import PassFailure, run_passes
from .debugging.hooks import DebugOptions, hooks_for
from .files import cannot_read, is_regular, written_whole
from .lowering import Crash
from .models import Model
from .module_files import WeightPool, bind_module
from .pipelines import parse_passes
from .universe import DRP_UNIVERSE


class DrpOptMain(xDSLOptMain):
    """Reads a module (`.mlir` with its weights, or `.onnx`), runs passes, prints the module.

    It has all flags of `xdsl-opt`, and those of `drpc lower` for debugging.
    """

    def __init__(self, args: Sequence[str] | None = None):
        self._weights = WeightPool()
        self._output = _Output()
        self.passes: tuple[ModulePass, ...] = ()
        super().__init__("Run passes on a module: drpc opt FILE.mlir -p 'drp-fuse,cse,dce'", args)

    def register_all_dialects(self) -> None:
        super().register_all_dialects()
        for name, load in DRP_UNIVERSE.all_dialects.items():
            if name not in self.ctx.registered_dialect_names:
                self.ctx.register_dialect(name, load)

    def register_all_passes(self) -> None:
        super().register_all_passes()
        for name, load in DRP_UNIVERSE.all_passes.items():
            self.register_pass(name, load)

    def register_all_frontends(self) -> None:
        super().register_all_frontends()
        self.available_frontends["mlir"] = self._parse_text
        self.available_frontends["onnx"] = lambda _: self._model.load()

    def register_all_arguments(self, arg_parser: argparse.ArgumentParser) -> None:
        super().register_all_arguments(arg_parser)
        arg_parser.prog = "drpc opt"
        group = arg_parser.add_argument_group("debugging (output on stderr)")
        for when in ("before", "after"):
            group.add_argument(
                f"--print-ir-{when}",
                action="append",
                default=[],
                metavar="PASS",
                help=f"print the IR {when} a pass, or {when} `all` of them",
            )
        group.add_argument(
            "--dump-dir", type=Path, help="write a numbered .mlir for each pass that changed the IR"
        )
        group.add_argument(
            "--check-passes", action="store_true", help="run the module before and after each pass"
        )
        group.add_argument("--inputs", type=Path, help="inputs for --check-passes, a .npz file")

    def setup_pipeline(self) -> None:
        self.passes = parse_passes(self.args.passes, self.available_passes)

    def prepare_input(self) -> tuple[list[tuple[IO[bytes], int]], str]:
        try:
            return super().prepare_input()
        except OSError as error:
            raise cannot_read(Path(self.args.input_file), error) from error
        except ValueError as error:
            raise UserError(f"{self.args.input_file}: expected a .mlir or .onnx file") from error

    def parse_chunk(
        self, chunk: IO[bytes], file_extension: str, start_offset: int = 0
    ) -> ModuleOp | None:
        module = super().parse_chunk(chunk, file_extension, start_offset)
        if module is not None and self.args.input_file is not None:
            bind_module(module, Path(self.args.input_file))
        return module

    def prepare_output(self) -> IO[str]:
        """Standard output, or text that `run` writes to the file once all of it is there."""
        return sys.stdout if self.args.output_file is None else self._output

    def output_resulting_program(self, prog: ModuleOp) -> str:
        return super().output_resulting_program(prog).rstrip("\n") + "\n"

    def apply_passes(self, prog: ModuleOp) -> None:
        if not self.args.disable_verify:
            prog.verify()
        try:
            run_passes(self.ctx, prog, self.passes, hooks_for(self._debugging()))
        except UserError as error:
            if self.args.verify_diagnostics:
                raise DiagnosticException(str(error)) from error
            raise
        except PassFailure as failure:
            is_wanted = self.args.verify_diagnostics and isinstance(
                failure.cause, DiagnosticException
            )
            if is_wanted or isinstance(failure.cause, ShrinkException):
                raise failure.cause from failure
            specs = [str(module_pass.spec()) for module_pass in self.passes]
            raise Crash(self._model, specs, self.available_passes, failure) from failure.cause
        self._weights.add(prog)

    def run(self) -> None:
        """Do it all. Raises UserError where the input is at fault, Crash where a pass is."""
        super().run()
        if self.args.output_file is None:
            return
        path = Path(self.args.output_file)
        if is_regular(path):
            self._weights.save(store_path(path))
        with written_whole(path) as file:
            file.write(self._output.getvalue().encode())

    def _parse_text(self, text: IO[bytes]) -> ModuleOp:
        parser = DrpParser(self.ctx, text.read(), self.get_input_name())
        return parser.parse_module(not self.args.no_implicit_module)

    @property
    def _model(self) -> Model:
        if self.args.input_file is None:
            raise UserError("a module from standard input cannot be read again: give a file")
        return Model.of(self.args.input_file)

    def _debugging(self) -> DebugOptions:
        return DebugOptions(
            print_before=tuple(self.args.print_ir_before),
            print_after=tuple(self.args.print_ir_after),
            dump_dir=self.args.dump_dir,
            time_passes=self.args.time_passes,
            check_passes=self.args.check_passes,
            inputs=self.args.inputs,
            verify=not self.args.disable_verify,
        )


class _Output(StringIO):
    """Text that can still be had after the tool has closed it."""

    def close(self) -> None:
        """Nothing: what was written is still to be saved."""


def run_opt(arguments: Sequence[str]) -> None:
    """`drpc opt ARGUMENTS`. Raises UserError also for text that does not parse or verify."""
    tool = DrpOptMain(arguments)
    try:
        tool.run()
    except ParseError as error:
        raise UserError(str(error)) from error
    except DiagnosticException as error:
        raise UserError(f"{tool.get_input_name()}: {error}") from error

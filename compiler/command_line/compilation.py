"""The commands that compile: check, lower, run, opt, bisect."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from .failures import fail
from .options import (
    BackendOption,
    CalibrationOption,
    CheckPassesOption,
    DumpDirOption,
    EmitOption,
    InputsOption,
    JsonOption,
    ModelArgument,
    PrecisionOption,
    PrintAfterOption,
    PrintBeforeOption,
    SampleInputsOption,
    ShapeOption,
    TargetOption,
    TimePassesOption,
    parse_shapes,
)
from .progress import working


def lower(
    model: ModelArgument,
    emit: EmitOption = "drp-ir",
    target: TargetOption = None,
    shape: ShapeOption = None,
    calib: CalibrationOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write the IR here, and its weights beside it as .safetensors. Default: the IR "
            "alone, on standard output.",
        ),
    ] = None,
    inputs: SampleInputsOption = None,
    print_ir_before: PrintBeforeOption = None,
    print_ir_after: PrintAfterOption = None,
    dump_dir: DumpDirOption = None,
    time_passes: TimePassesOption = False,
    check_passes: CheckPassesOption = False,
) -> None:
    """Lower a model to a level of IR and print it as MLIR text.

    Examples:

    - `drpc lower resnet.onnx` prints the program for the accelerator
    - `drpc lower resnet.onnx --emit=onnx-ir` prints the model, one operation per ONNX node
    - `drpc lower resnet.onnx --target rzv2l -o resnet.mlir` writes it with its weights
    - `drpc lower resnet.onnx --dump-dir steps --check-passes` watches every pass
    """
    from ..api import require_available
    from ..debugging.hooks import DebugOptions, hooks_for
    from ..lowering import Lowering, level_named
    from ..models import Model
    from ..module_files import print_module, write_module
    from .pass_progress import PassProgress

    require_available(None, calib)
    source = Model.of(model, parse_shapes(shape))
    debugging = DebugOptions(
        print_before=tuple(print_ir_before or ()),
        print_after=tuple(print_ir_after or ()),
        dump_dir=dump_dir,
        time_passes=time_passes,
        check_passes=check_passes,
        inputs=inputs,
    )
    hooks = [*hooks_for(debugging), PassProgress()]
    module = Lowering(source, level_named(emit), target, hooks).run()
    if output is not None:
        write_module(module, output)
    else:
        print_module(module, sys.stdout)


def run(
    model: ModelArgument,
    inputs: InputsOption = None,
    outputs: Annotated[
        Path | None, typer.Option(metavar="OUT.npz", help="Write the outputs here.")
    ] = None,
    target: TargetOption = None,
    precision: PrecisionOption = None,
    calib: CalibrationOption = None,
    backend: BackendOption = "interpreter",
    shape: ShapeOption = None,
    trace: Annotated[
        Path | None,
        typer.Option(
            metavar="TRACE.json", help="A timeline of the simulator: not available in this version."
        ),
    ] = None,
) -> None:
    """Compile a model and run it on inputs from a file; print a summary of the outputs.

    Examples:

    - `drpc run resnet.onnx --inputs in.npz --outputs out.npz`
    - `drpc run resnet.onnx --inputs in.npz --backend cpu` runs it in ONNX Runtime instead
    - `python -c "import numpy as np; np.savez('in.npz', input=np.zeros((1, 3, 224, 224), 'f4'))"`
      makes a file of inputs
    """
    from ..api import compile, require_available  # noqa: A004
    from ..array_files import example_of_inputs, read_arrays, write_arrays
    from .reports import summary_of_outputs

    require_available(precision, calib)
    if trace is not None:
        fail("--trace is of the simulator, which is not available in this version")
    with working("compiling"):
        program = compile(model, target, shapes=parse_shapes(shape))
    if inputs is None:
        fail(
            f'expected --inputs IN.npz; make one with\n  python -c "import numpy as np; '
            f'{example_of_inputs(program.inputs)}"'
        )
    arrays = read_arrays(inputs, program.inputs)
    with working("running"):
        results = program.run(arrays, backend)
    if precision is None:
        print(
            f"computed in fp32: {program.target}'s own arithmetic is not available",
            file=sys.stderr,
        )
    if outputs is not None:
        write_arrays(outputs, results)
    print(summary_of_outputs(results))


def check(
    model: ModelArgument,
    target: TargetOption = None,
    shape: ShapeOption = None,
    json: JsonOption = False,
) -> None:
    """Tell for every ONNX operator where it would run on a target, and why.

    An operator on the CPU comes with the rule that sent it there and what would bring it back.

    Examples:

    - `drpc check resnet.onnx --target rzv2h`
    - `drpc check bert.onnx --shape input_ids=1x128 --json`
    """
    from ..api import compile  # noqa: A004
    from .reports import print_json, print_placement

    with working("compiling"):
        program = compile(model, target, shapes=parse_shapes(shape))
    if json:
        print_json(program.placement.to_json())
    else:
        print_placement(program.placement)


def bisect(
    model: ModelArgument,
    target: TargetOption = None,
    shape: ShapeOption = None,
    inputs: SampleInputsOption = None,
    tolerance: Annotated[
        float,
        typer.Option(
            min=0.0, help="How far outputs may be from ONNX Runtime's, relative to the largest."
        ),
    ] = 1e-4,
) -> None:
    """Find the pass, then the operator, at which results depart from ONNX Runtime's.

    The model runs as imported and after each pass; a table tells how far its outputs are from
    ONNX Runtime's. The exit code is 1 if some pass departs.

    Example: `drpc bisect resnet.onnx --target rzv2h`
    """
    from ..bisection import bisect as search
    from ..models import Model
    from .reports import print_bisection

    source = Model.of(model, parse_shapes(shape))
    with working("comparing with ONNX Runtime") as status:
        found = search(
            source,
            target,
            inputs=inputs,
            tolerance=tolerance,
            on_step=None if status is None else status.update,
        )
    print_bisection(found)
    if found.departure is not None:
        fail(found.departure)


def opt(ctx: typer.Context) -> None:
    """Run chosen passes on a .mlir (or .onnx) file: `drpc opt FILE -p 'drp-fuse,cse,dce'`.

    All options of xDSL's opt tool, and the debugging options of `drpc lower`; see
    `drpc opt --help`.
    """
    from ..opt import run_opt

    run_opt(ctx.args)

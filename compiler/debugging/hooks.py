"""The debugging flags as data, and the hooks that they ask for."""

import sys
from dataclasses import dataclass
from pathlib import Path

from ..array_files import sampler
from .checking import PassChecker
from .pipeline import PassHook, Verifier
from .printing import IrDumper, IrPrinter, PassTimer


@dataclass(frozen=True)
class DebugOptions:
    """What to watch while passes run; `inputs` is a `.npz` file for `check_passes`."""

    print_before: tuple[str, ...] = ()
    print_after: tuple[str, ...] = ()
    dump_dir: Path | None = None
    time_passes: bool = False
    check_passes: bool = False
    inputs: Path | None = None
    verify: bool = True


def hooks_for(options: DebugOptions) -> list[PassHook]:
    """The hooks in the order in which they look at a module after a pass.

    Time is taken first; the IR is printed and dumped before it is verified, so that it can be
    seen where it is wrong; only valid IR is run.
    """
    hooks: list[PassHook] = []
    if options.time_passes:
        hooks.append(PassTimer(sys.stderr))
    if options.print_before or options.print_after:
        hooks.append(IrPrinter(sys.stderr, options.print_before, options.print_after))
    if options.dump_dir is not None:
        hooks.append(IrDumper(options.dump_dir))
    if options.verify:
        hooks.append(Verifier())
    if options.check_passes:
        hooks.append(PassChecker(sampler(options.inputs)))
    return hooks

"""The commands that tell what there is: passes, targets."""

from typing import Annotated

import typer

from ..names import DEFAULT_TARGET
from .options import (
    TargetOption,
    pass_names,
    target_names,
)


def passes(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[PASS]", help="Only this pass.", autocompletion=pass_names),
    ] = None,
    target: TargetOption = None,
) -> None:
    """Print a target's pipeline, and what each of its passes rewrites and leaves alone.

    Examples:

    - `drpc passes --target rzv2l` prints all of it
    - `drpc passes drp-fuse` prints one pass's rules and options
    """
    from .reports import pass_text, pipeline_text

    print(pipeline_text(target or DEFAULT_TARGET) if name is None else pass_text(name))


def targets(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="A target's name, or a .toml file of your own.",
            autocompletion=target_names,
        ),
    ] = None,
) -> None:
    """List the targets, or print a target's facts, each with its source.

    Examples:

    - `drpc targets` lists them
    - `drpc targets rzv2h` prints one: arithmetic, clocks, memories, and the limits of its rules
    """
    from .reports import print_target, targets_text

    if name is None:
        print(targets_text())
    else:
        print_target(name)

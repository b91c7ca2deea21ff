"""The command `drpc`. Each command imports what it needs when it runs: `--help` comes at once."""

from typing import Annotated

import typer

from . import compilation, listing
from .failures import Command

app = typer.Typer(
    name="drpc",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Compile ONNX models for Renesas' DRP-AI accelerators, and see what becomes of them.\n\n"
    "Start with `drpc check MODEL.onnx`: it tells where every operator would run, and why. Then "
    "`drpc lower MODEL.onnx` shows the program, and `drpc run` runs it on this machine.",
)


def _version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import version

    print(f"drpc {version('drp-compiler')}")
    raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", callback=_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Options that stand before a command."""


for function in (
    compilation.check,
    compilation.lower,
    compilation.run,
    compilation.bisect,
    listing.passes,
    listing.targets,
):
    app.command(cls=Command)(function)
app.command(
    cls=Command,
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(compilation.opt)


def main() -> None:
    """The entry point."""
    app()


__all__ = ["app", "main"]

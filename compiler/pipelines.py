"""The default pipelines as data, and the passes by name."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from xdsl.passes import ModulePass
from xdsl.utils.arg_spec import ArgSpec, parse_pipeline
from xdsl.utils.exceptions import ArgSpecParseError

from ..drpdialect.errors import UserError
from .names import LEVELS, Level

PassRegistry = Mapping[str, Callable[[], type[ModulePass]]]

STAGES: Final[Mapping[Level, tuple[str, ...]]] = {
    "onnx-ir": ("canonicalize-onnx", "fold-constants"),
    "drp-ir": (
        'convert-onnx-to-drp{{target="{target}"}}',
        "matmul-to-conv",
        "drp-fuse",
        "drp-canonicalize",
        "cse",
        "dce",
        "drp-partition",
    ),
}
"""The passes that lead to each level of IR, from the level before it, as pass specs."""


def pipeline_to(level: Level, target: str) -> tuple[str, ...]:
    """The pass specs that take an imported model to a level of IR for a target."""
    wanted = LEVELS[: LEVELS.index(level) + 1]
    return tuple(spec.format(target=target) for stage in wanted for spec in STAGES[stage])


def available_passes() -> dict[str, Callable[[], type[ModulePass]]]:
    """Every pass by name, xDSL's and ours, each imported when it is first called."""
    from xdsl.transforms import get_all_passes as xdsl_passes

    from ..passes import get_all_passes as drp_passes

    return {**xdsl_passes(), **drp_passes()}


def parse_passes(pipeline: str | Sequence[str], registry: PassRegistry) -> tuple[ModulePass, ...]:
    """The passes of a pipeline in text form: `drp-fuse,convert-onnx-to-drp{target="rzv2h"}`.

    Raises UserError on a syntax error, an unknown pass or an unknown option.
    """
    text = pipeline if isinstance(pipeline, str) else ",".join(pipeline)
    try:
        specs = tuple(parse_pipeline(text))
    except ArgSpecParseError as error:
        raise UserError(str(error)) from error
    return tuple(_make_pass(spec, registry) for spec in specs)


def _make_pass(spec: ArgSpec, registry: PassRegistry) -> ModulePass:
    load = registry.get(spec.name)
    if load is None:
        raise UserError(unknown("pass", spec.name, registry))
    try:
        return load().from_spec(spec)
    except (ValueError, TypeError) as error:
        raise UserError(f"pass {spec.name}: {error}") from error


def unknown(what: str, name: str, known: Mapping[str, object] | Sequence[str]) -> str:
    """The message for a name that is not known, with the closest that are."""
    close = get_close_matches(name, list(known), n=3)
    if close:
        return f"unknown {what} {name!r}: did you mean {' or '.join(close)}?"
    return f"unknown {what} {name!r}: expected one of {', '.join(sorted(known))}"

"""The machines as data: one TOML file per chip, in which every number says where it is from.

A file holds a `title`, the tables `[machine.*]` (what the chip is) and `[limits.*]` (what the
support rules compare with), and perhaps `inherits`, the name of the target (or the path of the
file) whose facts hold where this one is silent. Each table is one fact: `value`, `unit`,
`source` and `status` (public, derived or assumed).
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Final, Generic, TypeVar, get_args, get_origin

from xdsl.utils.str_enum import StrEnum

from ..drpdialect.errors import UserError

_FOLDER: Final = Path(__file__).parent
_NAMES: Final = ("rzv2l", "rzv2m", "rzv2ma", "rzv2h", "rzv2n")

T = TypeVar("T")


class Status(StrEnum):
    """How well a number is known."""

    PUBLIC = "public"
    DERIVED = "derived"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Fact(Generic[T]):
    """A number (or name) with its unit and where it is from."""

    value: T
    unit: str
    source: str
    status: Status


def _of(
    unit: str,
    *,
    least: float | None = None,
    most: float | None = None,
    choices: tuple[object, ...] = (),
    power_of_two: bool = False,
) -> dict[str, Any]:
    """What a fact's value may be, as metadata of its field."""
    return {
        "unit": unit,
        "least": least,
        "most": most,
        "choices": choices,
        "power_of_two": power_of_two,
    }


@dataclass(frozen=True)
class Machine:
    """What a chip is: arithmetic, clocks and memories."""

    number_format: Fact[str] = field(metadata=_of("", choices=("i8", "f16")))
    """The numbers that the AI-MAC multiplies."""
    mac_units: Fact[int] = field(metadata=_of("multiply-accumulators", least=1))
    """Multiply-accumulates that can start in one cycle, dense."""
    mac_clock: Fact[float] = field(metadata=_of("MHz", least=1, most=10_000))
    drp_clock: Fact[float] = field(metadata=_of("MHz", least=1, most=10_000))
    feature_sram: Fact[int] = field(metadata=_of("bytes", least=0))
    """On-chip memory for feature maps; 0 where every layer streams from DRAM."""
    weight_sram: Fact[int] = field(metadata=_of("bytes", least=1))
    dram_bandwidth: Fact[float] = field(metadata=_of("GB/s", least=0.001))
    """Peak, in 10^9 bytes per second."""
    dram_efficiency: Fact[float] = field(metadata=_of("of the bandwidth", least=0.01, most=1))
    bus_alignment: Fact[int] = field(metadata=_of("bytes", least=1, power_of_two=True))
    pruning_speedup: Fact[float] = field(metadata=_of("times", least=1))
    """The most that pruned weights can speed the array up; 1 without pruning hardware."""


@dataclass(frozen=True)
class Limits:
    """What the support rules compare with."""

    compute_types: Fact[tuple[str, ...]] = field(
        metadata=_of("element types", choices=("f64", "f32", "f16", "bf16"))
    )
    """Element types (as MLIR writes them) of tensors that the accelerator may compute with."""
    movement_bits: Fact[tuple[int, ...]] = field(
        metadata=_of("bits per element", choices=(8, 16, 32, 64))
    )
    """Element widths that can be moved; truth values are moved as bytes."""
    tensor_rank: Fact[int] = field(metadata=_of("axes", least=4))
    feature_size: Fact[int] = field(metadata=_of("elements", least=1))
    """Of a feature map's channels, height and width each."""
    convolution_kernel: Fact[int] = field(metadata=_of("taps", least=1))
    convolution_stride: Fact[int] = field(metadata=_of("elements", least=1))
    convolution_dilation: Fact[int] = field(metadata=_of("elements", least=1))
    activation_matmul: Fact[bool] = field(metadata=_of(""))
    """Whether neither matrix of a product need be constant."""
    pool_kernel: Fact[int] = field(metadata=_of("elements", least=1))
    pool_stride: Fact[int] = field(metadata=_of("elements", least=1))
    softmax_size: Fact[int] = field(metadata=_of("elements", least=1))
    argument_size: Fact[int] = field(metadata=_of("elements", least=1))
    """Elements among which the index of an extreme one is searched."""
    resize_size: Fact[int] = field(metadata=_of("elements", least=1))
    resize_modes: Fact[tuple[str, ...]] = field(
        metadata=_of("interpolations", choices=("nearest", "linear", "cubic"))
    )
    gather_indices: Fact[int] = field(metadata=_of("indices", least=1))


@dataclass(frozen=True)
class Target:
    """A machine to compile for."""

    name: str
    title: str
    machine: Machine
    limits: Limits


def target_names() -> tuple[str, ...]:
    """The names of the targets that come with drpc."""
    return _NAMES


def load_target(name_or_path: str | Path) -> Target:
    """The target of a name, or of a TOML file of one's own.

    Raises UserError for an unknown name, an unreadable file and any fact that cannot be.
    """
    path = Path(name_or_path)
    if str(name_or_path) in _NAMES:
        path = _FOLDER / f"{name_or_path}.toml"
    elif path.suffix != ".toml":
        raise UserError(
            f"unknown target {str(name_or_path)!r}: expected one of {', '.join(_NAMES)}, "
            "or the path of a .toml file"
        )
    return _load(path.resolve())


@cache
def _load(path: Path) -> Target:
    tables = _read(path, ())
    unknown = sorted(set(tables) - {"title", "inherits", "machine", "limits"})
    if unknown:
        raise UserError(f"{path}: unknown key {unknown[0]}: expected title, machine or limits")
    title = tables.get("title", path.stem)
    if not isinstance(title, str):
        raise UserError(f"{path}: title: expected a text, but got {title!r}")
    return Target(
        path.stem,
        title,
        Machine(**_facts(path, "machine", fields(Machine), tables)),
        Limits(**_facts(path, "limits", fields(Limits), tables)),
    )


def _read(path: Path, heirs: tuple[Path, ...]) -> dict[str, Any]:
    """A file's tables on top of those that it inherits."""
    if path in heirs:
        raise UserError(f"{path}: inherits: the target inherits from itself")
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except OSError as error:
        raise UserError(f"{path}: cannot read the target: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not a TOML file: {error}") from error
    if "inherits" not in tables:
        return tables
    base = _read(_base_path(path, tables["inherits"]), (*heirs, path))
    merged = base | {"title": tables.get("title", path.stem)}
    for section in ("machine", "limits"):
        merged[section] = _table(path, section, base) | _table(path, section, tables)
    return merged | {key: value for key, value in tables.items() if key not in merged}


def _base_path(path: Path, base: object) -> Path:
    if not isinstance(base, str):
        raise UserError(f"{path}: inherits: expected a target's name or path, but got {base!r}")
    if base in _NAMES:
        return _FOLDER / f"{base}.toml"
    if base.endswith(".toml"):
        return (path.parent / base).resolve()
    raise UserError(
        f"{path}: inherits: unknown target {base!r}: expected one of {', '.join(_NAMES)}, "
        "or the path of a .toml file"
    )


def _table(path: Path, section: str, tables: Mapping[str, Any]) -> dict[str, Any]:
    table = tables.get(section, {})
    if not isinstance(table, dict):
        raise UserError(f"{path}: {section}: expected a table, but got {table!r}")
    return table


def _facts(
    path: Path, section: str, expected: tuple[Field[Any], ...], tables: Mapping[str, Any]
) -> dict[str, Any]:
    table = _table(path, section, tables)
    names = [item.name for item in expected]
    for key in table:
        if key not in names:
            raise UserError(
                f"{path}: unknown key {section}.{key}: expected one of {', '.join(names)}"
            )
    missing = [name for name in names if name not in table]
    if missing:
        raise UserError(f"{path}: missing {section}.{missing[0]}")
    return {
        item.name: _fact(f"{path}: {section}.{item.name}", item, table[item.name])
        for item in expected
    }


def _fact(where: str, item: Field[Any], table: object) -> Fact[Any]:
    keys = {"value", "unit", "source", "status"}
    if not isinstance(table, dict) or set(table) != keys:
        raise UserError(f"{where}: expected a table of value, unit, source and status")
    if table["unit"] != item.metadata["unit"]:
        raise UserError(
            f"{where}.unit: expected {item.metadata['unit']!r}, but got {table['unit']!r}"
        )
    if not isinstance(table["source"], str) or not table["source"].strip():
        raise UserError(f"{where}.source: expected a text that says where the value is from")
    if table["status"] not in list(Status):
        raise UserError(
            f"{where}.status: expected {', '.join(Status)}, but got {table['status']!r}"
        )
    (kind,) = get_args(item.type)
    value = _value(f"{where}.value", item.metadata, kind, table["value"])
    return Fact(value, table["unit"], table["source"], Status(table["status"]))


def _value(where: str, bounds: Mapping[str, Any], kind: Any, value: object) -> Any:
    if get_origin(kind) is tuple:
        if not isinstance(value, list) or not value:
            raise UserError(f"{where}: expected a list, but got {value!r}")
        element = get_args(kind)[0]
        return tuple(_value(where, bounds, element, item) for item in value)
    if not _has_kind(value, kind):
        raise UserError(f"{where}: expected {_KINDS[kind]}, but got {value!r}")
    if bounds["choices"] and value not in bounds["choices"]:
        choices = ", ".join(map(str, bounds["choices"]))
        raise UserError(f"{where}: expected one of {choices}, but got {value!r}")
    if isinstance(value, int | float) and kind is not bool:
        _require_possible(where, bounds, value)
    return float(value) if kind is float and isinstance(value, int) else value


_KINDS: Final[Mapping[Any, str]] = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    bool: "true or false",
}


def _has_kind(value: object, kind: type) -> bool:
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)


def _require_possible(where: str, bounds: Mapping[str, Any], value: float) -> None:
    if not math.isfinite(value):
        raise UserError(f"{where}: expected a finite number, but got {value}")
    if bounds["least"] is not None and value < bounds["least"]:
        raise UserError(f"{where}: expected at least {bounds['least']}, but got {value}")
    if bounds["most"] is not None and value > bounds["most"]:
        raise UserError(f"{where}: expected at most {bounds['most']}, but got {value}")
    if bounds["power_of_two"] and math.log2(value) % 1:
        raise UserError(f"{where}: expected a power of two, but got {value}")

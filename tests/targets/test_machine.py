"""Targets as data: what comes with drpc, inheritance, and what is refused."""

from dataclasses import fields
from pathlib import Path

import pytest

from drpc.drpdialect.errors import UserError
from drpc.targets import Status, load_target, target_names


@pytest.mark.parametrize("name", target_names())
def test_every_number_says_where_it_is_from(name: str) -> None:
    target = load_target(name)
    assert target.name == name
    assert "Renesas" in target.title
    for section in (target.machine, target.limits):
        for item in fields(section):
            fact = getattr(section, item.name)
            assert fact.status in Status
            assert len(fact.source) > 10


def test_public_figures() -> None:
    v2h, v2n, v2l = (load_target(name).machine for name in ("rzv2h", "rzv2n", "rzv2l"))
    # dense TOPS: 2 operations x units x clock
    assert 2 * v2h.mac_units.value * v2h.mac_clock.value / 1e6 == pytest.approx(8, rel=0.03)
    assert 2 * v2n.mac_units.value * v2n.mac_clock.value / 1e6 == pytest.approx(4, rel=0.03)
    assert (v2h.number_format.value, v2l.number_format.value) == ("i8", "f16")
    assert v2l.pruning_speedup.value == 1


def test_inheritance() -> None:
    v2l, v2m, v2ma = (load_target(name) for name in ("rzv2l", "rzv2m", "rzv2ma"))
    assert v2m.machine.mac_units == v2l.machine.mac_units
    assert v2m.machine.dram_bandwidth.value == v2ma.machine.dram_bandwidth.value == 12.8
    assert v2ma.machine.dram_bandwidth.status is Status.ASSUMED
    assert v2m.limits == v2l.limits


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return path


def test_a_target_of_ones_own(tmp_path: Path) -> None:
    text = """
    inherits = "rzv2h"
    [limits.convolution_kernel]
    value = 7
    unit = "taps"
    source = "a guess"
    status = "assumed"
    """
    target = load_target(_file(tmp_path, text))
    assert (target.name, target.limits.convolution_kernel.value) == ("mine", 7)
    assert target.machine == load_target("rzv2h").machine


def test_a_target_may_inherit_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text('inherits = "rzv2l"\ntitle = "Base"\n')
    target = load_target(_file(tmp_path, 'inherits = "base.toml"'))
    assert target.machine == load_target("rzv2l").machine
    assert target.title == "mine"


def _with_fact(line: str, key: str = "machine.mac_units") -> str:
    fact = {
        "value": "value = 4",
        "unit": 'unit = "multiply-accumulators"',
        "source": 'source = "here"',
        "status": 'status = "assumed"',
    }
    fact[line.split(" ")[0]] = line
    return "\n".join(('inherits = "rzv2h"', f"[{key}]", *fact.values()))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("= 3", "not a TOML file"),
        ('inherits = "rzv3"', "inherits: unknown target 'rzv3': expected one of rzv2l"),
        ("inherits = 3", "inherits: expected a target's name or path, but got 3"),
        ('inherits = "mine.toml"', "inherits: the target inherits from itself"),
        ('inherits = "other.toml"', "other.toml: cannot read the target: No such file"),
        ('inherits = "rzv2h"\nlimit = 3', "unknown key limit: expected title, machine or limits"),
        ('inherits = "rzv2h"\nlimits = 3', "limits: expected a table, but got 3"),
        ('inherits = "rzv2h"\ntitle = 3', "title: expected a text, but got 3"),
        ('title = "empty"', "missing machine.number_format"),
        (_with_fact("value = 4", "machine.macs"), "unknown key machine.macs: expected one of"),
        ('inherits = "rzv2h"\nmachine.mac_units = 4', "machine.mac_units: expected a table of"),
        (_with_fact("extra = 4"), "machine.mac_units: expected a table of value, unit, source"),
        (_with_fact('unit = "cores"'), "mac_units.unit: expected 'multiply-accumulators', but got"),
        (_with_fact('source = " "'), "mac_units.source: expected a text that says where"),
        (_with_fact('status = "known"'), "mac_units.status: expected public, derived, assumed"),
        (_with_fact('value = "4"'), "mac_units.value: expected a whole number, but got '4'"),
        (_with_fact("value = 4.5"), "mac_units.value: expected a whole number, but got 4.5"),
        (_with_fact("value = true"), "mac_units.value: expected a whole number, but got True"),
        (_with_fact("value = 0"), "mac_units.value: expected at least 1, but got 0"),
    ],
)
def test_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        load_target(_file(tmp_path, text))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("key", "unit", "value", "message"),
    [
        ("machine.mac_clock", "MHz", "nan", "expected a finite number"),
        ("machine.mac_clock", "MHz", "1e6", "expected at most 10000"),
        ("machine.bus_alignment", "bytes", "48", "expected a power of two"),
        ("machine.dram_efficiency", "of the bandwidth", "1.5", "expected at most 1"),
        ("machine.number_format", "", '"i4"', "expected one of i8, f16"),
        ("limits.movement_bits", "bits per element", "8", "expected a list"),
        ("limits.movement_bits", "bits per element", "[]", "expected a list"),
        ("limits.movement_bits", "bits per element", "[7]", "expected one of 8, 16, 32, 64"),
        ("limits.activation_matmul", "", "1", "expected true or false"),
    ],
)
def test_impossible_values(tmp_path: Path, key: str, unit: str, value: str, message: str) -> None:
    text = (
        f'inherits = "rzv2h"\n[{key}]\nvalue = {value}\nunit = "{unit}"\n'
        'source = "here"\nstatus = "assumed"\n'
    )
    with pytest.raises(UserError) as caught:
        load_target(_file(tmp_path, text))
    assert f"{key}.value: {message}" in str(caught.value)


def test_unknown_target() -> None:
    with pytest.raises(UserError, match="unknown target 'rzv9': expected one of rzv2l, rzv2m"):
        load_target("rzv9")

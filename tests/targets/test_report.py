"""The rows of the page of supported operators."""

import onnx.defs

from drpc.drpdialect.drp import Engine
from drpc.targets import load_target
from drpc.targets.report import general_rules, supported_operators


def test_every_operator_of_onnx_has_a_row() -> None:
    rows = supported_operators(load_target("rzv2h"))
    names = [row.op_type for row in rows]
    current = {schema.name for schema in onnx.defs.get_all_schemas() if schema.domain == ""}
    assert names == sorted(names)
    assert current <= set(names)


def test_rows_carry_the_limits_of_the_target() -> None:
    by_target = {
        name: {row.op_type: row for row in supported_operators(load_target(name))}
        for name in ("rzv2l", "rzv2h")
    }
    kernel = {
        name: next(r.text for r in rows["Conv"].rules if r.name == "convolution_kernel")
        for name, rows in by_target.items()
    }
    assert kernel == {
        "rzv2l": "Kernel height and width are at most 16.",
        "rzv2h": "Kernel height and width are at most 32.",
    }
    assert by_target["rzv2h"]["Conv"].engine is Engine.AI_MAC
    assert by_target["rzv2h"]["TopK"].engine is Engine.CPU
    assert [rule.name for rule in by_target["rzv2h"]["TopK"].rules] == ["known_extent"]


def test_general_rules() -> None:
    names = [rule.name for rule in general_rules(load_target("rzv2h"))]
    assert names == ["static_shapes", "no_empty_tensors", "tensor_rank", "one_result"]

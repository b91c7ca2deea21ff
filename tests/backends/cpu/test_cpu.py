"""The CPU backend: regions, single operations, foreign element types, fallbacks, errors."""

from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp

from drpc.backends.cpu import CpuModule, CpuSession
from drpc.backends.cpu.runtime import RuntimeSession
from drpc.backends.interpreter import ModuleInterpreter
from drpc.drpdialect import make_context
from drpc.drpdialect.errors import UserError
from drpc.drpdialect.parsing import DrpParser

FOREIGN = [
    ml_dtypes.bfloat16,
    ml_dtypes.float8_e4m3fn,
    ml_dtypes.float8_e4m3fnuz,
    ml_dtypes.float8_e5m2,
    ml_dtypes.float8_e5m2fnuz,
    ml_dtypes.float8_e8m0fnu,
    ml_dtypes.int4,
    ml_dtypes.uint4,
    ml_dtypes.int2,
    ml_dtypes.uint2,
]
MLIR_NAMES = {
    "bfloat16": "bf16",
    "float8_e4m3fn": "f8E4M3FN",
    "float8_e4m3fnuz": "f8E4M3FNUZ",
    "float8_e5m2": "f8E5M2",
    "float8_e5m2fnuz": "f8E5M2FNUZ",
    "float8_e8m0fnu": "f8E8M0FNU",
    "int4": "i4",
    "uint4": "ui4",
    "int2": "i2",
    "uint2": "ui2",
}


def module_of(
    body: str, inputs: Sequence[str], outputs: Sequence[str], opset: int = 21
) -> ModuleOp:
    """A module whose @main takes %x0, %x1, ... and runs `body`, which returns."""
    arguments = ", ".join(f'%x{i} : {t} {{onnx.name = "x{i}"}}' for i, t in enumerate(inputs))
    results = ", ".join(f'{t} {{onnx.name = "y{i}"}}' for i, t in enumerate(outputs))
    text = f"""
    builtin.module attributes {{onnx.opsets = {{"ai.onnx" = {opset} : i64}},
                                onnx.ir_version = 10 : i64}} {{
      func.func @main({arguments}) -> ({results}) {{
        {body}
      }}
    }}"""
    module = DrpParser(make_context(), text).parse_module()
    module.verify()
    return module


def run_both(module: ModuleOp, *values: Any) -> list[Any]:
    """The outputs of the whole module in one session, after the same one operation at a time."""
    inputs = {f"x{i}": value for i, value in enumerate(values)}
    whole = list(CpuModule(module).run(inputs).values())
    single = list(ModuleInterpreter(module).run(inputs).values())
    np.testing.assert_equal(single, whole)
    return whole


def test_whole_module_and_single_operations_agree_with_numpy() -> None:
    module = module_of(
        """%w = drp.constant #drp.tensor<[1.0, 2.0] : tensor<2xf32>>
        %a = onnx.Add(%x0, %w) {drp.nodes = ["add"]} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
        %b = onnx.Mul(%a, %a) {drp.nodes = ["mul"]} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
        func.return %b, %a : tensor<2xf32>, tensor<2xf32>""",
        ["tensor<2xf32>"],
        ["tensor<2xf32>", "tensor<2xf32>"],
    )
    squared, added = run_both(module, np.array([3, 4], np.float32))
    np.testing.assert_array_equal(added, [4, 6])
    np.testing.assert_array_equal(squared, [16, 36])


def test_region_runs_in_one_session_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[CpuSession] = []
    original = CpuSession.__init__

    def count(self: CpuSession, *args: Any, **kwargs: Any) -> None:
        made.append(self)
        original(self, *args, **kwargs)

    monkeypatch.setattr(CpuSession, "__init__", count)
    module = module_of(
        """%y = drp.cpu %x0 {
        ^bb0(%a : tensor<2xf32>):
          %b = onnx.Sin(%a) : (tensor<2xf32>) -> tensor<2xf32>
          %c = onnx.Cos(%b) : (tensor<2xf32>) -> tensor<2xf32>
          drp.yield %c : tensor<2xf32>
        } : (tensor<2xf32>) -> tensor<2xf32>
        func.return %y : tensor<2xf32>""",
        ["tensor<2xf32>"],
        ["tensor<2xf32>"],
    )
    interpreter = ModuleInterpreter(module)
    x = np.array([0.5, -2], np.float32)
    for _ in range(3):
        np.testing.assert_allclose(interpreter.run({"x0": x})["y0"], np.cos(np.sin(x)), rtol=1e-6)
    assert len(made) == 1


@pytest.mark.parametrize("dtype", FOREIGN, ids=lambda dtype: dtype.__name__)
@pytest.mark.parametrize("shape", [(5,), (2, 3), (), (0,)])
def test_elements_that_numpy_does_not_have_cross_in_both_directions(
    dtype: type, shape: tuple[int, ...]
) -> None:
    name = MLIR_NAMES[dtype.__name__]
    tensor = f"tensor<{''.join(f'{size}x' for size in shape)}{{}}>"
    there, back = tensor.format("f32"), tensor.format(name)
    least = {"f8E8M0FNU": 1, "ui4": 0, "ui2": 0}.get(name, -2)  # the first has powers of two only
    values = np.resize(np.arange(least, least + 2), shape).astype(np.float32)
    to = {"f32": 1, "bf16": 16, "f8E4M3FN": 17, "f8E4M3FNUZ": 18, "f8E5M2": 19, "f8E5M2FNUZ": 20,
          "ui4": 21, "i4": 22, "f8E8M0FNU": 24, "ui2": 25, "i2": 26}  # fmt: skip
    module = module_of(
        f"""%y = onnx.Cast(%x0) {{to = {to[name]} : i64}} : ({there}) -> {back}
        %z = onnx.Cast(%x1) {{to = 1 : i64}} : ({back}) -> {there}
        func.return %y, %z : {back}, {there}""",
        [there, back],
        [back, there],
        opset=25,
    )
    cast, restored = run_both(module, values, values.astype(dtype))
    assert cast.dtype == dtype
    np.testing.assert_array_equal(cast.astype(np.float32), values.astype(dtype).astype(np.float32))
    np.testing.assert_array_equal(restored, values.astype(dtype).astype(np.float32))


def test_operator_without_kernel_runs_in_the_reference_and_the_rest_around_it() -> None:
    complex_type = "tensor<2xcomplex<f32>>"
    module = module_of(
        f"""%a = onnx.Neg(%x0) : (tensor<2xf32>) -> tensor<2xf32>
        %b = onnx.Identity(%x1) : ({complex_type}) -> {complex_type}
        func.return %a, %b : tensor<2xf32>, {complex_type}""",
        ["tensor<2xf32>", complex_type],
        ["tensor<2xf32>", complex_type],
    )
    z = np.array([1 + 2j, 3], np.complex64)
    negated, same = run_both(module, np.array([1, -2], np.float32), z)
    np.testing.assert_array_equal(negated, [-1, 2])
    np.testing.assert_array_equal(same, z)


def test_nodes_of_different_opsets_run_one_by_one() -> None:
    module = module_of(
        """%axes = drp.constant #drp.tensor<[0] : tensor<1xi64>>
        %a = onnx.Squeeze(%x0) {axes = array<i64: 0>, onnx.opsets = {"ai.onnx" = 11 : i64}}
            : (tensor<1x2xf32>) -> tensor<2xf32>
        %b = onnx.Unsqueeze(%a, %axes) : (tensor<2xf32>, tensor<1xi64>) -> tensor<1x2xf32>
        func.return %a, %b, %axes : tensor<2xf32>, tensor<1x2xf32>, tensor<1xi64>""",
        ["tensor<1x2xf32>"],
        ["tensor<2xf32>", "tensor<1x2xf32>", "tensor<1xi64>"],
    )
    x = np.array([[1, 2]], np.float32)
    squeezed, restored, axes = run_both(module, x)
    np.testing.assert_array_equal(squeezed, x[0])
    np.testing.assert_array_equal(restored, x)
    np.testing.assert_array_equal(axes, [0])


def test_control_flow_captures_outer_values() -> None:
    module = module_of(
        """%w = drp.constant #drp.tensor<[10.0, 20.0] : tensor<2xf32>>
        %y = onnx.If(%x0) {onnx.bodies = ["else_branch", "then_branch"]} {
          %a = onnx.Neg(%x1) : (tensor<2xf32>) -> tensor<2xf32>
          onnx.Yield %a : tensor<2xf32>
        } {
          %b = onnx.Add(%x1, %w) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
          onnx.Yield %b : tensor<2xf32>
        } : (tensor<i1>) -> tensor<2xf32>
        func.return %y : tensor<2xf32>""",
        ["tensor<i1>", "tensor<2xf32>"],
        ["tensor<2xf32>"],
    )
    x = np.array([1, 2], np.float32)
    np.testing.assert_array_equal(run_both(module, np.array(True), x)[0], [11, 22])
    np.testing.assert_array_equal(run_both(module, np.array(False), x)[0], [-1, -2])


def test_sequences_and_optionals_and_text_pass() -> None:
    sequence = "!onnx.seq<tensor<?xf32>>"
    module = module_of(
        f"""%n = onnx.SequenceLength(%x0) : ({sequence}) -> tensor<i64>
        %s = onnx.SequenceInsert(%x0, %x1) : ({sequence}, tensor<?xf32>) -> {sequence}
        %t = onnx.Identity(%x2) : (tensor<2x!onnx.string>) -> tensor<2x!onnx.string>
        func.return %n, %s, %t : tensor<i64>, {sequence}, tensor<2x!onnx.string>""",
        [sequence, "tensor<?xf32>", "tensor<2x!onnx.string>"],
        ["tensor<i64>", sequence, "tensor<2x!onnx.string>"],
    )
    items = [np.array([1], np.float32), np.array([2, 3], np.float32)]
    text = np.array(["a", "é"], object)
    length, longer, same = run_both(module, items, np.array([4], np.float32), text)
    assert length == 2
    assert [item.tolist() for item in longer] == [[1], [2, 3], [4]]
    assert same.tolist() == text.tolist()


def test_values_of_unknown_type_run_one_at_a_time() -> None:
    module = module_of(
        """%a = onnx.Neg(%x0) : (!onnx.unknown) -> !onnx.unknown
        func.return %a : !onnx.unknown""",
        ["!onnx.unknown"],
        ["!onnx.unknown"],
    )
    interpreter = ModuleInterpreter(module)
    for x in (np.array([1, -2], np.float32), np.array([[3]], np.int64)):
        np.testing.assert_array_equal(interpreter.run({"x0": x})["y0"], -x)


def test_large_constants_stay_outside_the_proto() -> None:
    weights = np.random.default_rng(0).standard_normal((64, 64)).astype(np.float32)
    module = module_of(
        """%w = drp.constant #drp.tensor<"00" : tensor<64x64xf32>>
        %y = onnx.MatMul(%x0, %w) : (tensor<1x64xf32>, tensor<64x64xf32>) -> tensor<1x64xf32>
        func.return %y : tensor<1x64xf32>""",
        ["tensor<1x64xf32>"],
        ["tensor<1x64xf32>"],
    )
    constant = next(op for op in module.walk() if op.name == "drp.constant")
    constant.properties["value"].data.bind(weights)  # pyright: ignore[reportAttributeAccessIssue]
    sizes: list[int] = []
    original = RuntimeSession.__init__

    def measure(self: RuntimeSession, model: Any, threads: int = 0) -> None:
        sizes.append(model.proto.ByteSize())
        original(self, model, threads)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RuntimeSession, "__init__", measure)
        x = np.ones((1, 64), np.float32)
        np.testing.assert_allclose(run_both(module, x)[0], x @ weights, rtol=1e-5, atol=1e-5)
    assert max(sizes) < 1024


def test_failing_node_is_named() -> None:
    module = module_of(
        """%y = onnx.Gather(%x0, %x1) {drp.nodes = ["pick"]} : (tensor<2xf32>, tensor<1xi64>) -> tensor<1xf32>
        func.return %y : tensor<1xf32>""",
        ["tensor<2xf32>", "tensor<1xi64>"],
        ["tensor<1xf32>"],
    )
    inputs = {"x0": np.zeros(2, np.float32), "x1": np.array([7])}
    for runner in (CpuModule(module), ModuleInterpreter(module)):
        with pytest.raises(
            UserError, match=r"'pick' \(Gather\) fails on the CPU.*out of data bounds"
        ):
            runner.run(inputs)


def test_operator_that_nothing_can_run_is_named() -> None:
    module = module_of(
        """%y = onnx.Custom(%x0) {onnx.domain = "my.domain", onnx.op_type = "Magic",
            drp.nodes = ["wand"]} : (tensor<2xf32>) -> tensor<2xf32>
        func.return %y : tensor<2xf32>""",
        ["tensor<2xf32>"],
        ["tensor<2xf32>"],
    )
    with pytest.raises(UserError, match=r"'wand' \(Magic\) cannot run on the CPU"):
        CpuModule(module)


def test_module_with_jobs_is_refused() -> None:
    module = module_of(
        """%y = drp.apply %x0 {function = #drp.function<relu>} : tensor<2xf32> -> tensor<2xf32>
        func.return %y : tensor<2xf32>""",
        ["tensor<2xf32>"],
        ["tensor<2xf32>"],
    )
    with pytest.raises(UserError, match="modules at level onnx-ir"):
        CpuModule(module)

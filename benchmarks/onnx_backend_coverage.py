"""ONNX's backend test-suite, operator by operator: who passes, and what runs on the accelerator.

    python benchmarks/onnx_backend_coverage.py [--out docs/onnx_backend_coverage.md]

Every case of `tests/onnx_backend_suite.py` runs in ONNX Runtime's own backend and in ours: as it
is, with its inputs turned into initializers, and with all of them but the first. Where a case runs
is read from its compiled module.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from xdsl.dialects.builtin import ModuleOp

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

from onnx_backend_suite import (  # noqa: E402
    KINDS,
    Case,
    cases,
    onnx_runtime_failure,
    placement_of,
    run_drpc,
    run_drpc_folded,
    run_drpc_weighted,
)

PLACEMENTS = ("drp", "folded", "mixed", "cpu")
COLUMNS = {
    "cases": "cases",
    "onnx_runtime": "ONNX Runtime",
    "run": "drpc",
    "folded run": "drpc, folded",
    "weighted run": "drpc, weighted",
    "run in drp": "wholly `drp`",
    "weighted run in drp": "wholly `drp`, weighted",
    "run in folded": "nothing to run",
    "run in mixed": "`drp` and CPU",
    "run in cpu": "CPU",
}
NEWLINE = "\n"
RUNS = {"run": run_drpc, "folded run": run_drpc_folded, "weighted run": run_drpc_weighted}


def placement(run: Callable[[Case], list[ModuleOp]], case: Case) -> str | None:
    """Where a case runs, the worst of its data sets; None where it fails."""
    try:
        return max(map(placement_of, run(case)), key=PLACEMENTS.index)
    except Exception:  # of any kind: a failure is what is counted
        return None


def count(case: Case) -> Counter[str]:
    """What is counted of one case, each key at most once."""
    counts = Counter(cases=1, onnx_runtime=int(onnx_runtime_failure(case.name) is None))
    for name, run in RUNS.items():
        where = placement(run, case)
        if where is not None:
            counts.update((name, f"{name} in {where}"))
    counts["lost"] = int(counts["onnx_runtime"] and not all(counts[name] for name in RUNS))
    return counts


def table(rows: dict[str, Counter[str]], heading: str) -> list[str]:
    """A table with one row per key and a total."""
    total = sum(rows.values(), Counter[str]())
    lines = [f"| {heading} | {' | '.join(COLUMNS.values())} |", "|---" + "|---:" * 10 + "|"]
    for name, counts in [*rows.items(), ("**all**", total)]:
        cells = " | ".join(str(counts[column]) for column in COLUMNS)
        lines.append(f"| {name} | {cells} |")
    return lines


def report(by_operator: dict[str, Counter[str]], by_kind: dict[str, Counter[str]]) -> str:
    """The page."""
    total = sum(by_kind.values(), Counter[str]())
    return f"""# ONNX's backend test-suite

Written by `python benchmarks/onnx_backend_coverage.py`. Target rzv2h, FP32 semantics,
onnx {onnx.__version__}, ONNX Runtime {onnxruntime.__version__}.

{total["cases"]} cases: all of the kinds {", ".join(KINDS)}. Each runs

- in ONNX Runtime's own backend (`onnxruntime.backend`), which passes {total["onnx_runtime"]};
- in drpc as it is: {total["run"]} pass;
- *folded*, in drpc with the inputs turned into initializers, so that constant folding sees all:
  {total["folded run"]} pass;
- *weighted*, in drpc with all inputs but the first turned into initializers, as real networks have
  their weights, shapes and axes: {total["weighted run"]} pass.

Cases that ONNX Runtime passes and drpc fails in any of the three: {total["lost"]}. They are listed,
each with its reason, in `tests/onnx_backend/exclusions.toml`; `pytest tests/onnx_backend` fails on
any other.

Passing is not coverage: what the target cannot run goes to the CPU. The columns on the right say
where the cases that pass ran. *Wholly `drp`*: every operator became jobs of the accelerator;
*nothing to run*: constant folding left nothing; *`drp` and CPU*: some of both; *CPU*: in ONNX
Runtime, or in onnx.reference where that has no kernel. Weights, shapes and axes that are computed
at run time keep an operator off the accelerator; hence the column *wholly `drp`, weighted*.

{NEWLINE.join(table(by_kind, "kind"))}

A case of a function's expansion counts for the operator that the function defines, one of a
converted model for the model's first operator.

{NEWLINE.join(table(by_operator, "operator"))}
"""


def main() -> None:
    """Run the suite and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=REPOSITORY / "docs/onnx_backend_coverage.md")
    arguments = parser.parse_args()
    by_operator: defaultdict[str, Counter[str]] = defaultdict(Counter)
    by_kind: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with np.errstate(all="ignore"):
        for number, case in enumerate(cases().values(), 1):
            counts = count(case)
            by_operator[case.op_type] += counts
            by_kind[case.kind] += counts
            if sys.stderr.isatty():
                print(f"\r{number}/{len(cases())}", end="", file=sys.stderr)
    by_operator = defaultdict(Counter, sorted(by_operator.items()))
    arguments.out.write_text(report(by_operator, by_kind), encoding="utf-8")
    total = sum(by_kind.values(), Counter[str]())
    print(f"{arguments.out}: {dict(total)}")


if __name__ == "__main__":
    main()

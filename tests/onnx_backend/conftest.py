"""A summary of the suite's verdicts at the end of a run, over all workers."""

from collections import Counter, defaultdict

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line per variant: cases, and who passes them."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.getreports(outcome):
            variant = _variant(report.nodeid)
            if variant is None or report.when != "call":
                continue
            verdict = dict(report.user_properties).get("onnx_runtime", "is not asked")
            counts[variant][f"ONNX Runtime {verdict}, ours {outcome}"] += 1
    for variant, count in counts.items():
        parts = ", ".join(f"{number} {what}" for what, number in sorted(count.items()))
        terminalreporter.write_line(f"ONNX backend suite, {variant}: {count.total()}: {parts}")


def _variant(node_id: str) -> str | None:
    if "test_passes_what_onnx_runtime_passes[" not in node_id:
        return None
    return node_id.removesuffix("]").rsplit("-", 1)[-1]

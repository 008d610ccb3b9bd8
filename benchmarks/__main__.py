"""`python -m benchmarks`: measures femon on this machine and prints one table."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from benchmarks import (
    alternatives,
    cameras,
    classifier,
    live,
    memory,
    monitors,
    offline,
    pipeline,
    startup,
    training,
)
from benchmarks.figures import Figure
from benchmarks.report import as_json, machine_line, stolen_told, table, this_machine

# TensorFlow comes last: what it leaves running would disturb the others.
PARTS = {
    "pipeline": pipeline.measure,
    "cameras": cameras.measure,
    "monitors": monitors.measure,
    "offline": offline.measure,
    "live": live.measure,
    "startup": startup.measure,
    "memory": memory.measure,
    "classifier": classifier.measure,
    "alternatives": alternatives.measure,
    "training": training.measure,
}
DONE, FAILED, BUDGET_MISSED = 0, 1, 8


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and report: 0, or 1 when a measurement failed, or with --check 8 when a budget is missed."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    machine = this_machine()
    with stolen_told(machine):
        figures, failed = _measure(options.only or list(PARTS), quick=options.quick)
    print(f"{table(figures)}\n\n{machine_line(machine)}")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(as_json(figures, machine) + "\n", encoding="utf-8")
    return exit_code(figures, failed=failed, check=options.check)


def exit_code(figures: Sequence[Figure], *, failed: bool, check: bool) -> int:
    """What the process ends with; a skipped figure misses nothing."""
    if failed:
        return FAILED
    return BUDGET_MISSED if check and any(figure.holds is False for figure in figures) else DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="may be given more than once")
    parser.add_argument("--quick", action="store_true", help="fewer repeats: less exact")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write figures and machine as JSON")
    parser.add_argument("--check", action="store_true", help="exit code 8 when a budget is missed")
    return parser


def _measure(parts: Sequence[str], *, quick: bool) -> tuple[list[Figure], bool]:
    figures: list[Figure] = []
    failed = False
    for name in parts:
        print(f"measuring: {name}", file=sys.stderr)
        try:
            figures += PARTS[name](quick=quick)
        except Exception:  # noqa: BLE001 - the other figures are still wanted
            traceback.print_exc()
            failed = True
    return figures, failed


if __name__ == "__main__":
    raise SystemExit(main())

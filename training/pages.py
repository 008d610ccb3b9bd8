"""Every page that is generated from docs/results/*.json, written in one go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from femon.bundle import CONTRACT_FILE
from training import comparisons, ledger
from training.report import run_report
from training.reproduction import reproduction
from training.standing import has_page
from training.summary import summary


def results_in(folder: Path) -> list[dict[str, Any]]:
    """The results of all runs in a folder, in order of their names; what else lies there is left out."""
    stored = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return [result for result in stored if "splits" in result]


def write_all(folder: Path, page: Path, models: Path) -> None:
    """Write a page for each run, summary.md beside them, and the reproduction report."""
    results, reads = results_in(folder), ledger.entries()
    for result in results:
        if has_page(result):
            run_report(result, folder, reads=len(reads))
    bundles = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(models.glob(f"*/{CONTRACT_FILE}"))
    ]
    compared = comparisons.read(folder)
    text = summary(results, bundles, compared, reads=len(reads))
    (folder / "summary.md").write_text(text, encoding="utf-8")
    page.write_text(reproduction(results, reads), encoding="utf-8")

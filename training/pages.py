"""Every page that is generated from docs/results/*.json, written in one go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from femon.bundle import CONTRACT_FILE
from training import ledger
from training.recipe import find_study
from training.report import run_report
from training.reproduction import reproduction
from training.summary import summary

AUDIT = "audit"


def results_in(folder: Path) -> list[dict[str, Any]]:
    """The results of all runs in a folder, in order of their names."""
    paths = sorted(path for path in folder.glob("*.json") if path.stem != AUDIT)
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def write_all(folder: Path, page: Path, models: Path) -> None:
    """Write a page for each run, summary.md beside them, and the reproduction report."""
    results, reads = results_in(folder), ledger.entries()
    for result in results:
        if _has_page(result):
            run_report(result, folder, reads=len(reads))
    bundles = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(models.glob(f"*/{CONTRACT_FILE}"))
    ]
    (folder / "summary.md").write_text(summary(results, bundles, reads=len(reads)), encoding="utf-8")
    page.write_text(reproduction(results, reads), encoding="utf-8")


def _has_page(result: dict[str, Any]) -> bool:
    """Smoke runs measure nothing, and the two dozen runs of the optimiser study share one table."""
    compared = find_study("P3s")
    members = {member.id for member in compared.members} if compared else set()
    return result["status"] != "smoke" and result["recipe"] not in members

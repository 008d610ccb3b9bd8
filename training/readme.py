"""The table of figures in README.md, written from the bundles and never by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from femon.bundle import Contract, list_bundles

START, END = "<!-- figures -->", "<!-- /figures -->"
HEADER = (
    "| model | PublicTest (chosen on it) | PrivateTest (read once) | PrivateTest without Training copies "
    "| parameters | size |\n|---|---|---|---|---|---|"
)


def figures_table(models: Path) -> str:
    """One row for each intact bundle."""
    rows = [_row(entry) for entry in list_bundles(models) if isinstance(entry, Contract)]
    return "\n".join([HEADER, *rows])


def with_table(readme: str, table: str) -> str:
    """The text of the readme with the table between its marks."""
    before, rest = readme.split(START)
    _, after = rest.split(END)
    return f"{before}{START}\n{table}\n{END}{after}"


def _row(contract: Contract) -> str:
    public, private = (contract.metrics.get(split) for split in ("public_test", "private_test"))
    dedup = (private or {}).get("dedup_accuracy")
    cells = (
        f"`{contract.id}`",
        "learnt" if contract.trained_on_validation else _accuracy(public),
        _accuracy(private),
        "not measured" if dedup is None else f"{dedup:.2%}",
        f"{contract.params:,}",
        f"{contract.size_bytes / 1e6:.1f} MB",
    )
    return f"| {' | '.join(cells)} |"


def _accuracy(row: dict[str, Any] | None) -> str:
    if not row:
        return "not measured"
    low, high = row["ci95"]
    return f"{row['accuracy']:.2%} ({low:.2%} to {high:.2%}, n={row['n']:,})"

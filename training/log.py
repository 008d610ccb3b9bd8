"""training/LOG.md: every run leaves an entry, failures too; remarks are added by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LOG = Path("training/LOG.md")


def finished(result: dict[str, Any], log: Path | None = None) -> None:
    """Append what a run gave, unless the same entry stands there already."""
    parts = ", ".join(
        f"{part} {figures['accuracy']:.2%} (n={figures['n']:,})" for part, figures in result["splits"].items()
    )
    system = f"{result['paper']}, " if result["paper"] else ""
    _append(
        result["run"],
        f"{system}{result['title']}; protocol {result['protocol']}, seed {result['seed']}, "
        f"{result['data']['rows']:,} pictures, {result['status']}: {result['status_note'] or 'as planned'}.\n"
        f"`{result['command']}`, commit `{result['commit']}`, {result['elapsed_s']:,} s of training.\n"
        f"Accuracy: {parts}.",
        log or LOG,
    )


def failed(run: str, command: str, reason: str, log: Path | None = None) -> None:
    """Append why a run ended without a result."""
    _append(run, f"Failed: {reason}\n`{command}`.", log or LOG)


def _append(run: str, text: str, log: Path) -> None:
    before = log.read_text(encoding="utf-8") if log.exists() else "# Log of training runs\n"
    entry = f" `{run}`\n\n{text}\n"
    if entry in before:
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    dated = f"\n## {datetime.now(UTC):%Y-%m-%d}{entry}"
    log.write_text(before.rstrip("\n") + "\n" + dated, encoding="utf-8")

"""The appendix of docs/reproduction.md: PrivateTest without what training saw, and classification reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from training.copies import NEAR
from training.markdown import per_class_table, table, with_interval
from training.standing import Result, Row, shown_part

SUBSETS = {"dedup": "Priv-dedup", "dedup-tp": "Priv-dedup-tp", "near": "Priv-near"}


def sections(rows: Sequence[Row], results: Sequence[Result]) -> list[str]:
    """Markdown blocks; `rows` are the claims with the runs that fill their cells, `results` are all runs."""
    return [
        "## Appendix: PrivateTest without copies",
        _without_copies(results),
        "## Appendix: classification reports",
        _classification(rows),
    ]


def _without_copies(results: Sequence[Result]) -> str:
    explained = (
        "Priv-dedup has no exact copy in Training. Priv-dedup-tp has none in Training or PublicTest, which "
        "matters for a network that is trained on both. Priv-near has no near copy in Training: the means of "
        f"16x16 blocks of near copies, one of the two perhaps mirrored, correlate by {NEAR} or more."
    )
    rows = [
        (result["run"], *(_accuracy(figures) for figures in (private, *map(subsets.get, SUBSETS))))
        for result in results
        if (private := result["splits"].get("private")) and (subsets := private.get("subsets"))
    ]
    if rows:
        return f"{explained}\n\n{table(('run', 'Priv', *SUBSETS.values()), rows)}"
    return (
        f"{explained} No result holds these figures yet. The command of a finished run adds them without "
        "another read, from the probabilities that its only read left behind."
    )


def _accuracy(figures: Mapping[str, Any] | None) -> str:
    known = figures or {}
    return with_interval(known.get("accuracy"), known.get("ci95"), known.get("n"))


def _classification(rows: Sequence[Row]) -> str:
    texts: dict[str, str] = {}
    for row in rows:
        for result in row.runs[:1]:
            part = shown_part(result)
            if part is not None and result["run"] not in texts:
                report = per_class_table(result["splits"][part], result["classes"])
                texts[result["run"]] = f"### {row.claim.id}: {result['run']} on {part}\n\n{report}"
    return "\n\n".join(texts.values()) or "No run fills a cell yet."

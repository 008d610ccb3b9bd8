"""How reports write tables and figures: Markdown rows, per cent with intervals, and the files of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

PLOTS = {
    "learning": "learning curves",
    "confusion": "confusion matrix",
    "roc": "ROC",
    "reliability": "reliability",
    "coverage": "coverage",
    "members": "accuracy against the number of members",
}


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', '&#124;') for cell in line)} |" for line in lines)


def percent(value: float | None) -> str:
    """Two decimals; a dash for what was not measured."""
    return "–" if value is None else f"{100 * value:.2f} %"


def decimals(value: float | None, places: int = 3) -> str:
    """A fixed number of decimals; a dash for what was not measured."""
    return "–" if value is None else f"{value:.{places}f}"


def short(value: float) -> str:
    """Four decimals without the leading zero, as the papers print shares."""
    return f"{value:.4f}".removeprefix("0")


def with_interval(value: float | None, interval: Sequence[float] | None, n: int | None = None) -> str:
    """Accuracy with its 95 % interval and, where it is given, the number of pictures."""
    if value is None or interval is None:
        return "–"
    counted = "" if n is None else f", n={n:,}"
    return f"{percent(value)} ({100 * interval[0]:.2f} to {100 * interval[1]:.2f}{counted})"


def plot_name(run: str, kind: str) -> str:
    """The file name of a run's plot; `kind` is one of PLOTS."""
    return f"{run}-{kind}.png"


def per_class_table(figures: Mapping[str, Any], classes: Sequence[str]) -> str:
    """Precision, recall, F1, support and area under the ROC curve of each class, under its right name."""
    columns = [figures[name] for name in ("precision", "recall", "f1", "support", "auc")]
    rows = [
        [
            name,
            *(decimals(column[index]) for column in columns[:3]),
            columns[3][index],
            decimals(columns[4][index]),
        ]
        for index, name in enumerate(classes)
    ]
    rows.append(
        [
            "mean",
            *(decimals(sum(column) / len(classes)) for column in columns[:3]),
            figures["n"],
            decimals(figures["macro_auc"]),
        ]
    )
    text = table(["class", "precision", "recall", "F1", "support", "AUC"], rows)
    if 0 in figures["support"]:
        text += "\n\nA class without pictures counts as 0 in the means."
    return text

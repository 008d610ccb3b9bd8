"""The plots of the reports: PNG files, readable in grey, with named axes and without pictures of the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

DPI = 90
# Seven lines must differ without colour: by dashes, shades of grey and marks.
LINES: tuple[dict[str, Any], ...] = (
    {"color": "0.0", "linestyle": "-"},
    {"color": "0.0", "linestyle": "--"},
    {"color": "0.0", "linestyle": ":"},
    {"color": "0.55", "linestyle": "-"},
    {"color": "0.55", "linestyle": "--"},
    {"color": "0.0", "linestyle": "-", "marker": "o", "markersize": 4, "markevery": 6},
    {"color": "0.55", "linestyle": "-", "marker": "s", "markersize": 4, "markevery": 6},
)
DARK = 0.5  # of the row; text on a darker cell is white


def confusion_matrix(counts: Sequence[Sequence[int]], classes: Sequence[str], path: Path) -> None:
    """Confusion counts (c, c) with each row's shares in per cent; rows are labels, columns predictions."""
    table = np.asarray(counts)
    totals = np.maximum(table.sum(axis=1, keepdims=True), 1)
    figure, axes = _figure(6.2, 5.6)
    axes.imshow(table / totals, cmap="Greys", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(table):
        share = count / totals[row, 0]
        axes.text(
            column,
            row,
            f"{count}\n{100 * share:.0f} %",
            ha="center",
            va="center",
            fontsize=8,
            color="white" if share > DARK else "black",
        )
    axes.set_xticks(range(len(classes)), classes, rotation=30)
    axes.set_yticks(range(len(classes)), classes)
    axes.set(xlabel="prediction (columns)", ylabel="label (rows)")
    axes.set_title("Counts, and share of the label's row", fontsize=10)
    _save(figure, path)


def roc_curves(
    lines: Sequence[Sequence[Sequence[float]] | None],
    areas: Sequence[float | None],
    classes: Sequence[str],
    path: Path,
) -> None:
    """One-vs-rest ROC curve of each class from probabilities, with its area; absent classes are left out."""
    figure, axes = _figure(5.4, 5.0)
    for index, (points, area) in enumerate(zip(lines, areas, strict=True)):
        if points is not None:
            axes.plot(
                *np.transpose(points), label=f"{classes[index]} {area:.3f}", **LINES[index % len(LINES)]
            )
    axes.plot((0, 1), (0, 1), color="0.8", linewidth=1)
    axes.set(xlabel="false positive rate", ylabel="true positive rate", xlim=(0, 1), ylim=(0, 1.01))
    axes.legend(title="class, area under the curve", loc="lower right", fontsize=8, title_fontsize=8)
    axes.set_title("ROC, each class against the rest", fontsize=10)
    _save(figure, path)


def reliability(
    served: Sequence[Mapping[str, float]], before: Sequence[Mapping[str, float]] | None, path: Path
) -> None:
    """Accuracy against confidence in each bin, as served and before calibration, with counts below."""
    figure = Figure(figsize=(5.4, 5.6), dpi=DPI, layout="constrained")
    axes, counts = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    axes.plot((0, 1), (0, 1), color="0.8", linewidth=1)
    name = "as predicted" if before is None else "after calibration"
    shown: list[tuple[str, Sequence[Mapping[str, float]], dict[str, Any]]] = [
        (name, served, {"color": "0.0", "marker": "o"})
    ]
    if before is not None:
        grey = {"color": "0.55", "linestyle": "--", "marker": "s"}
        shown.append(("before calibration", before, grey))
    for name, rows, line in shown:
        confidence = [row["confidence"] for row in rows]
        axes.plot(confidence, [row["accuracy"] for row in rows], label=name, markersize=4, **line)
        counts.plot(confidence, [row["n"] for row in rows], markersize=4, **line)
    axes.set(ylabel="accuracy", xlim=(0, 1), ylim=(0, 1))
    counts.set(xlabel="confidence (largest probability)", ylabel="pictures")
    counts.set_ylim(bottom=0)
    axes.legend(loc="upper left", fontsize=8)
    axes.set_title("Reliability, 15 bins of equal width", fontsize=10)
    _save(figure, path)


def learning_curves(history: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Loss, accuracy and learning rate against the epoch, for training and validation."""
    figure = Figure(figsize=(9.6, 3.4), dpi=DPI, layout="constrained")
    loss, accuracy, rate = figure.subplots(1, 3)
    for axes, name in ((loss, "loss"), (accuracy, "accuracy")):
        _history_line(axes, history, name, {"color": "0.55", "linestyle": "--", "label": "training"})
        _history_line(axes, history, f"val_{name}", {"color": "0.0", "label": "validation"})
        axes.set(xlabel="epoch", ylabel="loss (nats)" if name == "loss" else name)
        axes.legend(fontsize=8)
    _history_line(rate, history, "rate", {"color": "0.0"})
    rate.set(xlabel="epoch", ylabel="learning rate")
    if any(row.get("rate") for row in history):
        rate.set_yscale("log")
    _save(figure, path)


def ensemble_members(accuracy: Mapping[str, Sequence[float]], path: Path) -> None:
    """Accuracy of each averaging rule against the number of members, 1 to n."""
    figure, axes = _figure(5.4, 4.0)
    for (rule, values), line in zip(accuracy.items(), LINES, strict=False):
        axes.plot(range(1, len(values) + 1), values, label=rule, **{**line, "markevery": 1})
    axes.set_xticks(range(1, max(map(len, accuracy.values())) + 1))
    axes.set(xlabel="number of members, best on PublicTest first", ylabel="accuracy")
    axes.legend(fontsize=8)
    _save(figure, path)


def coverage(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Accuracy on pictures at or above a confidence against their share."""
    figure, axes = _figure(5.4, 4.0)
    known = [row for row in rows if row["accuracy"] is not None]
    axes.plot([row["coverage"] for row in known], [row["accuracy"] for row in known], color="0.0", marker="o")
    axes.set(xlabel="coverage (share of pictures kept)", ylabel="accuracy on these", xlim=(0, 1.02))
    _save(figure, path)


def _history_line(
    axes: Axes, history: Sequence[Mapping[str, Any]], name: str, line: Mapping[str, Any]
) -> None:
    rows = [row for row in history if row.get(name) is not None]
    mark = "o" if len(rows) < 2 else None
    axes.plot([row["epoch"] for row in rows], [row[name] for row in rows], marker=mark, **line)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    return figure, figure.subplots()


def _save(figure: Figure, path: Path) -> None:
    # Without the name of the software and a time the same figures give the same file.
    figure.savefig(path, format="png", metadata={"Software": None})

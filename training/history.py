"""What a run writes after each epoch: a line of history.csv, TensorBoard scalars, a line for the terminal."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import tensorflow as tf
from tqdm import tqdm

FILE = "history.csv"
COLUMNS = ("epoch", "rate", "loss", "accuracy", "val_loss", "val_accuracy", "elapsed_s", "cpu_s")


def write(run: Path, row: dict[str, Any], *, left_s: float) -> None:
    """Append one epoch; a value that was not measured is empty."""
    run.mkdir(parents=True, exist_ok=True)
    path = run / FILE
    columns = _columns(path)
    with path.open("a", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns or COLUMNS)
        if not columns:
            writer.writeheader()
        writer.writerow({name: _text(row.get(name)) for name in writer.fieldnames})
    writer = tf.summary.create_file_writer(str(run / "tensorboard"))
    with writer.as_default(step=row["epoch"]):
        for name in COLUMNS[1:]:
            if row.get(name) is not None:
                tf.summary.scalar(name, row[name])
    writer.close()
    shown = "  ".join(f"{name} {_text(row[name])}" for name in COLUMNS if row.get(name) is not None)
    tqdm.write(f"{shown}  left {left_s / 60:.0f} min")


def read(run: Path) -> list[dict[str, float | None]]:
    """Every epoch so far; None where a value was not measured."""
    path = run / FILE
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as stream:
        return [
            {name: float(row[name]) if row.get(name) else None for name in COLUMNS}
            for row in csv.DictReader(stream)
        ]


def cut(run: Path, epochs: int) -> None:
    """Forget the epochs after `epochs`, which a run that goes on from an older checkpoint repeats."""
    path = run / FILE
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(lines[: epochs + 1]), encoding="utf-8")


def _columns(path: Path) -> list[str]:
    """Those that a file was begun with: a run that goes on may be older than the last of COLUMNS."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as stream:
        return next(csv.reader(stream), [])


def _text(value: float | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.6g}"

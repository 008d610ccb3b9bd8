"""The report: one table or one JSON object, and the machine it was measured on."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from benchmarks.figures import Figure

PACKAGES = (
    "mediapipe",
    "ai-edge-litert",
    "tensorflow",
    "keras",
    "numpy",
    "opencv-contrib-python",
    "PySide6-Essentials",
)
HEADER = ("figure", "measured", "budget", "holds", "")
HOLDS = {True: "yes", False: "NO", None: "-"}


def table(figures: Sequence[Figure]) -> str:
    """The figures as aligned text, one line each."""
    rows = [HEADER, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def as_json(figures: Sequence[Figure], machine: dict[str, str]) -> str:
    """The same for programs."""
    rows = [dataclasses.asdict(figure) | {"holds": figure.holds} for figure in figures]
    return json.dumps({"machine": machine, "figures": rows}, indent=2)


def machine_line(machine: dict[str, str]) -> str:
    """The machine in one line."""
    return ", ".join(f"{name} {value}" for name, value in machine.items())


def this_machine() -> dict[str, str]:
    """What decides the absolute figures: processor, how busy it is, Python and package versions."""
    machine = {"CPU": _processor(), "cores": str(os.cpu_count())}
    if hasattr(os, "getloadavg"):
        machine["load"] = f"{os.getloadavg()[0]:.1f}"  # other work of the last minute makes all figures worse
    machine["Python"] = platform.python_version()
    return machine | {name: _version(name) for name in PACKAGES}


@contextmanager
def stolen_told(machine: dict[str, str]) -> Iterator[None]:
    """Adds the share of the processor that the host of a virtual machine gave to others, where it tells."""
    cores, start, before = os.cpu_count() or 1, time.monotonic(), _stolen_s()
    yield
    if before is not None and (after := _stolen_s()) is not None:
        machine["stolen"] = f"{100 * (after - before) / cores / (time.monotonic() - start):.1f} %"


def _stolen_s() -> float | None:
    stolen: float | None = getattr(psutil.cpu_times(), "steal", None)
    return stolen


def _row(figure: Figure) -> tuple[str, ...]:
    return figure.name, _measured(figure), _budget(figure), HOLDS[figure.holds], figure.note


def _measured(figure: Figure) -> str:
    if figure.value is None:
        return "skipped"
    text = f"{figure.value:.2f} {figure.unit}".rstrip()
    if figure.extent is None:
        return text
    return f"{text} ({figure.extent[0]:.2f} to {figure.extent[1]:.2f})"


def _budget(figure: Figure) -> str:
    sides = ((figure.at_most, "at most"), (figure.at_least, "at least"))
    limits = [f"{word} {limit:.2f} {figure.unit}" for limit, word in sides if limit is not None]
    return " and ".join(limit.rstrip() for limit in limits)


def _processor() -> str:
    listing = Path("/proc/cpuinfo")  # elsewhere Python knows the name
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"

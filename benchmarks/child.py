"""Starts benchmarks.launch and stamps its lines as they come: no clock is shared between processes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import Pair

LIMIT_S = 240.0
SERIES = ("latencies", "stalls", "interface")
PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Reached:
    """What a child told: when, in s since just before its process was created, and its peak memory."""

    at_s: dict[str, float]
    peak_bytes: int
    pairs: tuple[Pair, ...] = ()  # of times that it took itself
    series: Mapping[str, tuple[float, ...]] = field(
        default_factory=dict
    )  # of figures that it measured itself


def launch(what: str, cache: Path) -> Reached:
    """Run a work of benchmarks.launch to its end; raises RuntimeError when that fails or takes minutes.

    `cache` keeps compiled Python: the first run fills it, as the first run on a user's machine does.
    """
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as messages:
        command = [sys.executable, "-m", "benchmarks.launch", what, folder]
        start = time.perf_counter()
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=messages, text=True, cwd=PROJECT, env=_environment(cache)
        ) as process:
            guard = threading.Timer(LIMIT_S, process.kill)
            guard.start()
            assert process.stdout is not None  # it was asked for
            lines = [(line.split(), time.perf_counter() - start) for line in process.stdout]
            guard.cancel()
        at_s = {words[0]: moment for words, moment in lines}
        if process.returncode or "peak" not in at_s:
            messages.seek(0)
            raise RuntimeError(
                f"{' '.join(command)} ended with {process.returncode}: {messages.read()[-2000:]}"
            )
    peak = next(int(words[1]) for words, _ in lines if words[0] == "peak")
    pairs = [Pair([float(words[1])], [float(words[2])]) for words, _ in lines if words[0] == "pair"]
    series = {words[0]: tuple(map(float, words[1:])) for words, _ in lines if words[0] in SERIES}
    return Reached(at_s, peak, tuple(pairs), series)


def _environment(cache: Path) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(cache)
    has_screen = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not has_screen:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    return environment

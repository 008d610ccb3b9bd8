"""Counts and rates of a running pipeline, shared between its threads and whoever shows them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Final, Literal, TypeVar

import numpy as np

RATE_WINDOW_S = 2.0
LATENCY_WINDOW_S = 10.0
DROP_WINDOW_S = 60.0

Item = TypeVar("Item")
StageName = Literal["capture", "faces", "classify"]

# How long one frame may keep a stage busy. A device gets its own time limits first, which make it lost.
HANGS_AFTER_S: Final[dict[StageName, float]] = {"capture": 15.0, "faces": 5.0, "classify": 5.0}


@dataclass(frozen=True, slots=True)
class Stats:
    """How a pipeline does: totals, rates in frames per second, latencies in ms from grab to result."""

    captured: int = 0
    analysed: int = 0
    dropped: int = 0
    dropped_share: float = 0.0  # of the last minute
    capture_fps: float | None = None
    analysed_fps: float | None = None
    latency_p50_ms: float | None = None
    latency_p95_ms: float | None = None
    device: str = ""
    model_id: str = ""
    hanging: StageName | None = None  # the stage that does not come back from its work
    rows: int = 0  # of frames.csv in the running session


class Meter:
    """Counts events as they happen; any thread may call any method."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._totals = {"captured": 0, "analysed": 0, "dropped": 0}
        self._times: dict[str, deque[float]] = {name: deque() for name in self._totals}
        self._latencies: deque[tuple[float, float]] = deque()
        self._begun: dict[StageName, float] = {}  # when the work in hand began

    @contextmanager
    def working(self, stage: StageName) -> Iterator[None]:
        """While it lasts, the stage is at one piece of work that should soon be done."""
        with self._lock:
            self._begun[stage] = self._clock()
        try:
            yield
        finally:
            with self._lock:
                del self._begun[stage]

    def awaited(self, stage: StageName, items: Iterable[Item]) -> Iterator[Item]:
        """The same items; the stage is at work while it waits for the next one."""
        iterator = iter(items)
        while True:
            with self.working(stage):
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item

    def count(self, name: str, latency_s: float | None = None) -> None:
        """Count one `captured`, `analysed` or `dropped` frame."""
        now = self._clock()
        with self._lock:
            self._totals[name] += 1
            self._times[name].append(now)
            _forget(self._times[name], now - DROP_WINDOW_S)
            if latency_s is not None:  # nobody may ever ask for it, as in a terminal
                self._latencies.append((now, latency_s))
                self._forget_latencies(now)

    def stats(self, device: str, model_id: str) -> Stats:
        """The figures of this moment."""
        now = self._clock()
        with self._lock:
            self._forget_latencies(now)
            for times in self._times.values():
                _forget(times, now - DROP_WINDOW_S)
            latencies_ms = [1000 * latency for _, latency in self._latencies]
            p50, p95 = np.percentile(latencies_ms, (50, 95)) if latencies_ms else (None, None)
            recent = len(self._times["captured"])
            return Stats(
                **self._totals,
                dropped_share=len(self._times["dropped"]) / recent if recent else 0.0,
                capture_fps=_rate(self._times["captured"], now),
                analysed_fps=_rate(self._times["analysed"], now),
                latency_p50_ms=None if p50 is None else float(p50),
                latency_p95_ms=None if p95 is None else float(p95),
                device=device,
                model_id=model_id,
                hanging=_hanging(self._begun, now),
            )

    def _forget_latencies(self, now: float) -> None:
        while self._latencies and self._latencies[0][0] < now - LATENCY_WINDOW_S:
            self._latencies.popleft()


def hang_text(stage: StageName) -> str:
    """One sentence on a stage that hangs."""
    limit = f"{HANGS_AFTER_S[stage]:g} s"
    if stage == "capture":
        return f"No picture has come for {limit}, and what should deliver it does not answer."
    part = "search for faces" if stage == "faces" else "analysis"
    return f"The {part} has not answered for {limit}; what was recorded until then is safe."


def _hanging(begun: dict[StageName, float], now: float) -> StageName | None:
    """The last stage that hangs: those before it may only be waiting for it."""
    late = {stage for stage, t in begun.items() if now - t >= HANGS_AFTER_S[stage]}
    return next((stage for stage in reversed(HANGS_AFTER_S) if stage in late), None)


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] < before:
        times.popleft()


def _rate(times: deque[float], now: float) -> float | None:
    """Events per second over the last two seconds; None until there are two events."""
    recent = [t for t in times if t >= now - RATE_WINDOW_S]
    span = recent[-1] - recent[0] if len(recent) > 1 else 0.0
    return (len(recent) - 1) / span if span > 0 else None

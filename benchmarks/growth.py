"""What grows while a process works through frame after frame: memory, threads, handles, time per frame."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import astuple, dataclass, fields
from itertools import pairwise
from statistics import median
from typing import Final

import numpy as np
import psutil
from numpy.typing import NDArray

from benchmarks.figures import Figure, milliseconds

MB: Final = 1_000_000
HOUR_S: Final = 3600.0
MOST_MB_PER_HOUR: Final = 1.0
MOST_SHORT_MB: Final = 3.0  # in all, where the stream is too short to tell a slope from the noise of the heap
MOST_SLOWER: Final = 1.25
WARM_UP_S: Final = 300.0  # every window of the monitors is full by then


@dataclass(frozen=True, slots=True)
class Sample:
    """The process at one moment of the stream (t, s), when it had answered so many frames."""

    t: float
    frames: int
    processor_s: float  # of all its threads, so far
    memory_mb: float
    threads: int
    handles: int


class Growth:
    """Watches this process; its own memory does not grow. `every` so many of `total` frames is looked at."""

    def __init__(self, total: int, *, every: int) -> None:
        self._process, self._every = psutil.Process(), every
        self._samples = np.full((total // every + 1, len(fields(Sample))), np.nan)
        self._t = np.full(total, -1.0)
        self._latency_s = np.full(total, -1.0)

    def add(self, index: int, t: float, latency_s: float) -> None:
        """Frame number `index` of stream time t (s) was answered after latency_s."""
        self._t[index], self._latency_s[index] = t, latency_s
        if index % self._every == 0:
            self._samples[index // self._every] = astuple(self._sample(t, index))

    @property
    def samples(self) -> list[Sample]:
        """What was seen so far."""
        return [
            Sample(t, int(frames), processor_s, memory_mb, int(threads), int(handles))
            for t, frames, processor_s, memory_mb, threads, handles in self._samples.tolist()
            if not math.isnan(t)  # a frame that was not shown has none
        ]

    def figures(self) -> list[Figure]:
        """What grew after the warm-up."""
        seen = self._t >= 0.0
        return [*of_process(self.samples), *of_latency(self._t[seen], self._latency_s[seen])]

    def _sample(self, t: float, frames: int) -> Sample:
        process = self._process
        memory_mb = process.memory_info().rss / MB
        return Sample(t, frames, time.process_time(), memory_mb, process.num_threads(), _handles(process))


def of_process(samples: list[Sample]) -> list[Figure]:
    """The slope of the memory after the warm-up, and by how much threads and handles rose."""
    warm = _warm(np.array([sample.t for sample in samples]))
    kept = [sample for sample, one in zip(samples, warm, strict=True) if one]
    hours = (kept[-1].t - kept[0].t) / HOUR_S
    memory_mb = [sample.memory_mb for sample in kept]
    slope = float(np.polyfit([sample.t / HOUR_S for sample in kept], memory_mb, 1)[0])
    extent = f"{memory_mb[0]:.1f} to {memory_mb[-1]:.1f} MB, most {max(memory_mb):.1f} MB"
    long = hours * MOST_MB_PER_HOUR >= 1.0
    return [
        Figure(
            "memory per hour of stream", slope, "MB", at_most=MOST_MB_PER_HOUR if long else None, note=extent
        ),
        Figure("memory in all", slope * hours, "MB", at_most=None if long else MOST_SHORT_MB),
        _slower(kept),
        _rise("threads", [sample.threads for sample in kept]),
        _rise("file handles", [sample.handles for sample in kept]),
    ]


def of_latency(t: NDArray[np.float64], latency_s: NDArray[np.float64]) -> list[Figure]:
    """From the picture to its answer, in both halves after the warm-up; other programs make it longer too."""
    kept = latency_s[_warm(t)]
    half = len(kept) // 2
    return [
        milliseconds("  latency, first half", kept[:half].tolist()),
        milliseconds("  latency, last half", kept[half:].tolist()),
    ]


def _slower(samples: list[Sample]) -> Figure:
    """Processor time per frame in the second half over that in the first, which others do not disturb."""
    costs = [
        (after.processor_s - before.processor_s) / (after.frames - before.frames)
        for before, after in pairwise(samples)
    ]
    half = len(costs) // 2
    first, last = median(costs[:half]), median(costs[half:])
    note = f"{1000 * first:.2f} to {1000 * last:.2f} ms"
    return Figure(
        "processor time per frame, last half / first half", last / first, "x", at_most=MOST_SLOWER, note=note
    )


def _handles(process: psutil.Process) -> int:
    """Open files, sockets and pipes; on Windows every object of the system that the process holds."""
    if sys.platform == "win32":
        return process.num_handles()
    return process.num_fds()


def _rise(name: str, counts: list[int]) -> Figure:
    """How many more the second half had at most than the first: what comes and goes is no growth."""
    half = len(counts) // 2
    rise = max(counts[half:]) - max(counts[:half])
    return Figure(f"{name} more", rise, at_most=0, note=f"{counts[0]} at first, {counts[-1]} in the end")


def _warm(t: NDArray[np.float64]) -> NDArray[np.bool_]:
    warm: NDArray[np.bool_] = t >= t[0] + min(WARM_UP_S, (t[-1] - t[0]) / 3)
    return warm

"""What one more source costs: processor time per frame of a group beside as many bare landmarkers."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

from benchmarks.figures import Figure, Pair, Seconds, spread, take_turns
from benchmarks.pipeline import Clip, Landmarker, block
from femon.pipeline import Parts
from femon.pipelines.group import Outlet, PipelineGroup
from femon.recording import SessionRequest
from femon.settings import Settings
from femon.shipped import models_folder
from femon.types import Frame, Notice, Readings

SIZES = (1, 2, 3)
PAIRS, QUICK_PAIRS = 3, 1
FRAMES, QUICK_FRAMES = 100, 60  # of each source
WARM_UP_FRAMES = 15


def measure(*, quick: bool = False) -> list[Figure]:
    """Groups of one, two and three sources of the same clip, each recording, as fast as they go."""
    pairs, frames = (QUICK_PAIRS, QUICK_FRAMES) if quick else (PAIRS, FRAMES)
    clip = block(0) + block(1)
    measured = {size: _compare(clip, size, pairs, frames) for size in SIZES}
    costs = {size: [pair.ours[0] for pair in measured[size]] for size in SIZES}
    added = [
        (size * cost - first) / (size - 1) / first
        for size in SIZES[1:]
        for cost, first in zip(costs[size], costs[1], strict=True)
    ]
    return [
        *(
            spread(
                f"CPU per frame / bare landmarkers, {_sources(size)}",
                [pair.cost for pair in measured[size]],
                "x",
            )
            for size in SIZES
        ),
        *(
            spread(f"  CPU per frame, {_sources(size)}", [1000 * cost for cost in costs[size]], "ms")
            for size in SIZES
        ),
        spread("CPU of an added source / of the first", added, "x"),
    ]


def _compare(clip: list[Frame], size: int, pairs: int, frames: int) -> list[Pair]:
    def prepare(_number: int) -> tuple[Callable[[], Seconds], Callable[[], Seconds]]:
        return lambda: [landmarkers_cost(clip, size, frames)], lambda: [group_cost(clip, size, frames)]

    return take_turns(pairs, prepare)


class CpuMeter:
    """Processor time of this process for each frame, while every source is at work. Any thread may tick."""

    def __init__(self, sources: int, warm_up: int, clock: Callable[[], float] = time.process_time) -> None:
        self._done = [0] * sources
        self._warm_up, self._clock = warm_up, clock
        self._lock = Lock()
        self._start: tuple[float, int] | None = None
        self._end: tuple[float, int] | None = None

    def tick(self, source: int) -> None:
        """A source has done a frame."""
        with self._lock:
            self._done[source] += 1
            if self._start is None and min(self._done) == self._warm_up:
                self._start = self._clock(), sum(self._done)

    def end(self) -> None:
        """The first source has ended: what follows is no longer the work of all."""
        with self._lock:
            self._end = self._end or (self._clock(), sum(self._done))

    @property
    def per_frame_s(self) -> float:
        """Seconds of processor time for a frame of one source; RuntimeError when no frame was measured."""
        if self._start is None or self._end is None or self._end[1] <= self._start[1]:
            raise RuntimeError("a source ended before all were warm")
        return (self._end[0] - self._start[0]) / (self._end[1] - self._start[1])


def group_cost(clip: list[Frame], size: int, frames: int) -> float:
    """Seconds of processor time for each frame of each source, one model for all."""
    meter = CpuMeter(size, WARM_UP_FRAMES)
    notices: SimpleQueue[Notice] = SimpleQueue()

    def outlet(number: int) -> Outlet:
        def take(_: Readings) -> None:
            meter.tick(number)

        def hear(notice: Notice) -> None:
            if notice.kind in ("ended", "error"):
                meter.end()

        return Outlet(take, hear)

    with tempfile.TemporaryDirectory() as folder:
        group = PipelineGroup(
            ["demo"] * size,
            Settings(),
            models=models_folder(),
            outlets=[outlet(number) for number in range(size)],
            on_notice=notices.put,
            record=SessionRequest(Path(folder)),
            parts=Parts(open_source=lambda *_, **__: Clip(clip, frames)),
        )
        group.start()
        while (notice := notices.get()).kind not in ("ended", "error"):
            pass
        group.stop()
    if notice.kind == "error":
        raise RuntimeError(notice.text)
    return meter.per_frame_s


def landmarkers_cost(clip: list[Frame], size: int, frames: int) -> float:
    """The same for as many landmarkers and nothing else, each on a thread of its own."""
    meter = CpuMeter(size, WARM_UP_FRAMES)

    def run(number: int) -> None:
        landmarker = Landmarker(Settings())
        images = [landmarker.image(frame) for frame in clip]
        for index in range(frames):
            landmarker.times([(images[index % len(images)], round(index * 1000 / 30))])
            meter.tick(number)
        meter.end()
        landmarker.close()

    with ThreadPoolExecutor(size) as threads:
        list(threads.map(run, range(size)))
    return meter.per_frame_s


def _sources(size: int) -> str:
    return f"{size} source{'s' if size > 1 else ''}"

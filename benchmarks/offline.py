"""`femon analyze` as users start it: one film beside the bare landmarker, and several films with two jobs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.child import PROJECT
from benchmarks.figures import Figure, Seconds, spread, take_turns, timed
from benchmarks.pipeline import BLOCK, Landmarker, block
from femon.camera.demo import FPS
from femon.recording.ticks import TICKS_PER_S
from femon.recording.video_file import VideoFile
from femon.settings import Settings

SHARE_BUDGET = 0.9
JOBS_BUDGET = 1.8
LIMIT_S = 240.0
SHORT_BLOCKS, LONG_BLOCKS, FILMS_BLOCKS = 2, 14, 8  # of 30 frames
FILMS = 4
PAIRS, QUICK_PAIRS = 3, 1


def measure(*, quick: bool = False) -> list[Figure]:
    """The rate is that between a short and a long film, so the start of the program is not in it."""
    with tempfile.TemporaryDirectory() as folder:
        return [*_rate(Path(folder), quick=quick), *_jobs(Path(folder), quick=quick)]


def film(path: Path, blocks: int) -> Path:
    """A 640x480 film of the demo with one face in view, as an MP4 file."""
    video = VideoFile(path, FPS)
    for number in range(blocks):
        for place, frame in enumerate(block(number)):
            video.write(frame.image_bgr, round((number * BLOCK + place) / FPS * TICKS_PER_S))
    video.close()
    return path


def analysed_s(films: list[Path], out: Path, *options: str) -> float:
    """How long `femon analyze` takes from start to end, in s; RuntimeError when it fails."""
    command = [
        sys.executable,
        "main.py",
        "analyze",
        *map(str, films),
        "--out",
        str(out),
        "--force",
        "--quiet",
    ]

    def run() -> None:
        done = subprocess.run(
            [*command, *options], cwd=PROJECT, capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
        if done.returncode:
            raise RuntimeError(f"femon analyze ended with {done.returncode}: {done.stderr[-2000:]}")

    return timed(run)


def _rate(folder: Path, *, quick: bool) -> list[Figure]:
    short, long = film(folder / "short.mp4", SHORT_BLOCKS), film(folder / "long.mp4", LONG_BLOCKS)
    further = BLOCK * (LONG_BLOCKS - SHORT_BLOCKS)

    def prepare(number: int) -> tuple[Callable[[], Seconds], Callable[[], Seconds]]:
        landmarker = Landmarker(Settings())
        frames = [frame for part in range(4) for frame in block(4 * number + part)]
        images = [(landmarker.image(frame), round(frame.t * 1000)) for frame in frames]

        def alone() -> Seconds:
            seconds = landmarker.times(images)
            landmarker.close()
            return seconds

        def ours() -> Seconds:
            taken = analysed_s([long], folder / "out") - analysed_s([short], folder / "out")
            return [taken / further]

        return alone, ours

    pairs = take_turns(QUICK_PAIRS if quick else PAIRS, prepare)
    return [
        spread(
            "frame rate of femon analyze / landmarker alone",
            [1 / pair.cost for pair in pairs],
            "x",
            at_least=SHARE_BUDGET,
        ),
        spread("  frame rate of femon analyze", [1 / median(pair.ours) for pair in pairs], "fps"),
    ]


def _jobs(folder: Path, *, quick: bool) -> list[Figure]:
    films = [film(folder / f"film-{number}.mp4", FILMS_BLOCKS) for number in range(FILMS)]
    used: list[float] = []

    def prepare(_number: int) -> tuple[Callable[[], Seconds], Callable[[], Seconds]]:
        out = folder / "out"

        def one() -> Seconds:
            before = _children_s()
            seconds = analysed_s(films, out)
            used.append((_children_s() - before) / seconds)
            return [seconds]

        return one, lambda: [analysed_s(films, out, "--jobs", "2")]

    pairs = take_turns(QUICK_PAIRS if quick else PAIRS, prepare)
    cores = os.cpu_count() or 1
    return [
        spread(
            f"speed of femon analyze with two jobs / with one, {cores} cores",
            [1 / pair.cost for pair in pairs],
            "x",
            at_least=JOBS_BUDGET,
        ),
        spread("  cores that one job already uses", used),
        spread("  the most that so many cores allow", [min(2.0, cores / one) for one in used], "x"),
    ]


def _children_s() -> float:
    """Seconds of processor time that ended child processes have taken."""
    times = os.times()
    return times.children_user + times.children_system

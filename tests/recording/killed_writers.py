"""A program for test_faults_kills.py: records sessions in real time and kills each at its own random moment.

It imports what recording needs once and forks a process for each session, so that two hundred take a minute.
"""

from __future__ import annotations

import json
import mmap
import os
import random
import signal
import struct
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import numpy as np

from fakes import make_face
from femon.recording import SessionContext, SessionRecorder, SessionRequest
from femon.settings import Settings
from femon.types import Dropped, Frame, Lost, Reading, Readings, SourceInfo

FPS = 30.0
LONGEST_S = 2.0  # of a session
UPKEEP = (
    60.0  # how much faster the clock runs that decides on syncing and saving: both fall into every session
)
AT_ONCE = 24
CAMERA = SourceInfo("camera", "Desk camera", 64, 48, live=True, fps=FPS, index=0, backend="TEST")
BLANK = np.zeros((48, 64, 3), np.uint8)
COUNT = struct.Struct("q")


def readings(frame: Frame) -> Readings:
    happy = np.full(7, 0.05, np.float32)
    happy[3] = 0.7
    found = [make_face(track) for track in range(1, 1 + frame.index % 3)]
    shown = tuple(Reading(face, face.track == 1, happy, happy, "happy", None) for face in found)
    return Readings(frame, shown, "tiny", 0.05)


def write_for_ever(root: Path, captured: mmap.mmap) -> None:
    """Record a camera in real time; `captured` tells how many frames it has given."""
    begin, started = time.monotonic(), datetime.now(UTC)
    recorder = SessionRecorder(
        SessionRequest(root, "p01"),
        SessionContext(CAMERA, {"id": "tiny"}, {}, Settings()),
        started_utc=started,
        clock=lambda: UPKEEP * time.monotonic(),
        free_bytes=lambda _: 10**12,
    )
    for index in count():
        t = index / FPS
        time.sleep(max(0.0, begin + t - time.monotonic()))
        COUNT.pack_into(captured, 0, index + 1)
        utc = started + timedelta(seconds=t)
        if index % 11 == 5:
            recorder.write_dropped(Dropped(index, t, utc, "busy_faces"))
        else:
            recorder.write(readings(Frame("c", index, t, utc, None, BLANK)), paused=index % 50 > 45)
        if index % 7 == 0:
            recorder.event("note", "note", details={"text": 'two "lines",\r\nquoted'})
        if index % 31 == 30:
            recorder.write_lost(Lost("c", t + 0.01, utc, "stalled"))
        if index % 13 == 12:
            recorder.keep_evidence(f"{index:06d}", "t,dt\r\n" * 200)


def fork(root: Path) -> tuple[int, mmap.mmap]:
    captured = mmap.mmap(-1, COUNT.size)
    process = os.fork()
    if process == 0:
        try:
            write_for_ever(root, captured)
        finally:
            os._exit(1)  # nothing of the parent is done twice, whatever happens
    return process, captured


def main() -> None:
    root, seed, kills = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    for first in range(0, kills, AT_ONCE):
        begin = time.monotonic()
        running = {}
        for number in range(first, min(first + AT_ONCE, kills)):
            folder = root / f"{number:03d}"
            running[chance.uniform(0.0, LONGEST_S)] = (folder, *fork(folder))
        for moment, (folder, process, captured) in sorted(running.items()):
            time.sleep(max(0.0, begin + moment - time.monotonic()))
            os.kill(process, signal.SIGKILL)
            _, status = os.waitpid(process, 0)
            killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            (frames,) = COUNT.unpack_from(captured, 0)
            told = {"folder": str(folder), "captured": frames, "killed": killed}
            sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()

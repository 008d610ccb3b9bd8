"""A program for test_recovery.py: writes rows into a root folder as fast as it can, until it is killed."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from conftest import LANDMARKER, LIVE, MODEL, STARTED, make_reading, make_readings
from femon.recording import SessionContext, SessionRecorder, SessionRequest
from femon.settings import Settings

READY_AFTER = 200  # frames


def main() -> None:
    context = SessionContext(LIVE, MODEL, LANDMARKER, Settings())
    request = SessionRequest(Path(sys.argv[1]))
    recorder = SessionRecorder(request, context, started_utc=STARTED, free_bytes=lambda folder: 10**12)
    for index in count():
        recorder.write(make_readings(index, make_reading(1), make_reading(2)))
        if index % 7 == 0:
            recorder.event("note", "note", details={"text": 'two "lines",\r\nquoted'})
        if index == READY_AFTER:
            sys.stdout.write("ready\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

"""One input through the pipeline without a window: frames in, a session folder out, and how it ended."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Literal

from femon.errors import FemonError
from femon.meter import StageName, hang_text
from femon.pipeline import Pipeline
from femon.profiles import StoredProfile
from femon.recording import SessionRequest, SessionSummary
from femon.settings import Settings
from femon.types import Excerpt, Notice, Readings, SourceInfo

# Printed as they are.
TOLD = ("streaming", "stream_error", "video_error", "clock", "lost", "back", "frozen", "moving")
LOOK_S = 1.0  # how often a run that says nothing is asked whether it hangs
State = Literal["complete", "early", "failed", "interrupted"]


@dataclass
class Outcome:
    """What became of one input."""

    state: State = "complete"
    summary: SessionSummary | None = None
    error: BaseException | None = None


def run_batch(
    source: str,
    settings: Settings,
    *,
    models: Path,
    request: SessionRequest | None,
    on_open: Callable[[SourceInfo], None] = lambda info: None,
    on_readings: Callable[[Readings], None] = lambda readings: None,
    profile: StoredProfile | None = None,
    excerpt: Excerpt | None = None,
) -> Outcome:
    """Analyse one source or a part of it to its end, with a person's calibration if there is one.

    The callbacks run on pipeline threads, `on_open` before the first frame is taken. Ctrl-C closes the
    session and is an outcome.
    """
    outcome = Outcome()
    events: SimpleQueue[Notice] = SimpleQueue()

    def hear(notice: Notice) -> None:
        tell_opened(notice, on_open)
        events.put(notice)

    pipeline = Pipeline(
        source,
        settings,
        models=models,
        on_readings=on_readings,
        on_notice=hear,
        record=request,
        excerpt=excerpt,
        paced=settings.lsl,  # what is sent is sent at its time
    )
    if profile is not None:
        pipeline.use_profile(profile)
    pipeline.start()
    try:
        while take_notice(_next(events, pipeline), outcome):
            pass
    except KeyboardInterrupt:
        outcome.state = "interrupted"
    pipeline.stop()
    while not events.empty():
        take_notice(events.get(), outcome)
    return outcome


def _next(events: SimpleQueue[Notice], pipeline: Pipeline) -> Notice:
    """What the pipeline says next; once it hangs, that is told as long as somebody can stop it."""
    told: StageName | None = None
    while True:
        try:
            return events.get(timeout=LOOK_S)
        except Empty:
            hanging = pipeline.stats().hanging
            if hanging is not None and hanging != told:
                print(f"{hang_text(hanging)} Press Ctrl+C to stop.", file=sys.stderr)
            told = hanging


def tell_opened(notice: Notice, on_open: Callable[[SourceInfo], None]) -> None:
    """Pass on what is known of a source once it is open; for the thread that opened it."""
    if notice.kind == "opened":
        info = notice.details["info"]
        assert isinstance(info, SourceInfo)
        on_open(info)


def take_notice(notice: Notice, outcome: Outcome) -> bool:
    """Take one notice into the outcome; False after the last one."""
    error = notice.details.get("error")
    if notice.kind == "recorded":
        summary = notice.details["summary"]
        assert isinstance(summary, SessionSummary)
        outcome.summary = summary
    elif notice.kind in ("error", "recording_error"):
        outcome.state = "failed"
        outcome.error = error if isinstance(error, BaseException) else FemonError(notice.text)
    elif notice.kind in TOLD:
        print(notice.text, file=sys.stderr)
    elif notice.kind == "ended" and isinstance(error, FemonError):
        outcome.state, outcome.error = "early", error
    return notice.kind not in ("ended", "error", "recording_error")

"""One input through the pipeline without a window: frames in, a session folder out, and how it ended."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Literal, TypeVar

from femon.errors import FemonError
from femon.meter import Stats, hang_text
from femon.pipeline import Pipeline
from femon.profiles import StoredProfile
from femon.recording import SessionRequest, SessionSummary
from femon.settings import Settings
from femon.types import Excerpt, Notice, Readings, SourceInfo

# Printed as they are.
TOLD = ("streaming", "stream_error", "video_error", "clock", "lost", "back", "frozen", "moving")
LOOK_S = 1.0  # how often a run that says nothing is asked whether it hangs
State = Literal["complete", "early", "failed", "interrupted"]
EventT = TypeVar("EventT")


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
        while take_notice(next_event(events, lambda: hang_of(pipeline.stats())), outcome):
            pass
    except KeyboardInterrupt:
        outcome.state = "interrupted"
    pipeline.stop()
    while not events.empty():
        take_notice(events.get(), outcome)
    return outcome


def next_event(events: SimpleQueue[EventT], hanging: Callable[[], str | None]) -> EventT:
    """What comes next; meanwhile whatever begins to hang is told, as long as somebody can stop it."""
    told: str | None = None
    while True:
        try:
            return events.get(timeout=LOOK_S)
        except Empty:
            text = hanging()
            if text is not None and text != told:
                print(f"{text} Press Ctrl+C to stop.", file=sys.stderr)
            told = text


def hang_of(stats: Stats) -> str | None:
    """One sentence on the stage that hangs, if one does."""
    return None if stats.hanging is None else hang_text(stats.hanging)


def tell_opened(notice: Notice, on_open: Callable[[SourceInfo], None]) -> None:
    """Pass on what is known of a source once it is open; for the thread that opened it."""
    if notice.kind == "opened":
        info = notice.details["info"]
        assert isinstance(info, SourceInfo)
        on_open(info)


def take_notice(notice: Notice, outcome: Outcome, begin: str = "") -> bool:
    """Take one notice into the outcome; False after the last one. `begin` stands before what is printed."""
    error = notice.details.get("error")
    if notice.kind == "recorded":
        summary = notice.details["summary"]
        assert isinstance(summary, SessionSummary)
        outcome.summary = summary
    elif notice.kind in ("error", "recording_error"):
        outcome.state = "failed"
        outcome.error = error if isinstance(error, BaseException) else FemonError(notice.text)
    elif notice.kind in TOLD:
        print(f"{begin}{notice.text}", file=sys.stderr)
    elif notice.kind == "ended" and isinstance(error, FemonError):
        outcome.state, outcome.error = "early", error
    return notice.kind not in ("ended", "error", "recording_error")

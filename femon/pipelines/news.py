"""What several pipelines say, told as one: start and end of the whole, and what the selected source says."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from threading import RLock
from typing import Final

from femon.types import Notice, NoticeKind

# These are about the person or the picture of one source: nobody needs those of the others.
_OF_SELECTED: Final[frozenset[NoticeKind]] = frozenset({"calibration", "rested", "recalibrate"})
# These belong to the one source they name; only its own picture says so.
_OF_EACH: Final[frozenset[NoticeKind]] = frozenset({"lost", "back", "frozen", "moving", "alarms"})
_NO_BASELINE: Final = Notice("baseline", "No calibration is in use.", {"available": False, "on": False})


class GroupNews:
    """Takes the notices of `count` sources and tells what concerns all; any thread may call any method.

    "opened" and "recording" are told once, "ended" or "error" when no source is left, "recorded" with the
    last session that closes; its details `summaries` are those of all. "video_error" is always told, and
    whether another source is still `filming`.
    """

    def __init__(self, count: int, tell: Callable[[Notice], None], *, selected: int = 0) -> None:
        self._count, self._tell = count, tell
        self._selected = selected
        self._lock = RLock()
        self._announced = False  # that something is open
        self._open: dict[int, Notice] = {}
        self._over: set[int] = set()
        self._recording: set[int] = set()
        self._filming: set[int] = set()
        self._recorded: dict[int, Notice] = {}
        self._baseline: dict[int, Notice] = {}
        self._marks = 0
        self._unanswered: dict[int, deque[int]] = {number: deque() for number in range(count)}
        self._events: dict[int, dict[int, int]] = {}  # by mark: event ids by source

        self._taking: dict[NoticeKind, Callable[[int, Notice], None]] = {
            "opened": self._begin,
            "ended": self._end,
            "error": self._end,
            "recording": self._begin_recording,
            "recorded": self._end_recording,
            "recording_error": self._end_recording,
            "video_error": self._end_video,
            "noted": self._answer,
            "baseline": self._keep_baseline,
        }

    def take(self, source: int, notice: Notice) -> None:
        """Note what one source says, and tell it if it concerns all."""
        with self._lock:
            take = self._taking.get(notice.kind)
            if take is not None:
                take(source, notice)
            elif notice.kind not in _OF_EACH:
                voice = self._selected if notice.kind in _OF_SELECTED else self._speaker()
                if source == voice:
                    self._tell(notice)

    def select(self, source: int) -> None:
        """Tell about this source from now on."""
        with self._lock:
            self._selected = source
            self._announce()
            self._tell(self._baseline.get(source, _NO_BASELINE))

    @property
    def recording(self) -> bool:
        """Whether the session of a source is open."""
        with self._lock:
            return bool(self._recording)

    def mark(self) -> None:
        """A marker or note has just been asked of every source: their answers belong together."""
        with self._lock:
            self._marks += 1
            for source in self._recording:
                self._unanswered[source].append(self._marks)

    def events_of(self, mark: int) -> dict[int, int]:
        """The event ids of a marker, as told by "noted", by source."""
        with self._lock:
            return dict(self._events.get(mark, {}))

    def _speaker(self) -> int:
        """Who speaks for all: the selected source, or the first while that one is over."""
        there = [source for source in range(self._count) if source not in self._over]
        return self._selected if self._selected in there or not there else there[0]

    def _begin(self, source: int, notice: Notice) -> None:
        self._over.discard(source)
        self._open[source] = notice
        self._announce()

    def _announce(self) -> None:
        if not self._announced and self._selected in self._open:
            self._announced = True
            self._tell(self._open[self._selected])

    def _end(self, source: int, notice: Notice) -> None:
        self._over.add(source)
        self._open.pop(source, None)
        if len(self._over) == self._count:
            self._announced = False
            self._tell(notice)

    def _begin_recording(self, source: int, notice: Notice) -> None:
        self._unanswered[source].clear()
        is_first = not self._recording
        self._recording.add(source)
        if notice.details.get("video"):
            self._filming.add(source)
        if is_first:
            self._tell(notice)

    def _end_video(self, source: int, notice: Notice) -> None:
        self._filming.discard(source)
        self._tell(replace(notice, details={**notice.details, "filming": bool(self._filming)}))

    def _keep_baseline(self, source: int, notice: Notice) -> None:
        self._baseline[source] = notice
        if source == self._selected:
            self._tell(notice)

    def _end_recording(self, source: int, notice: Notice) -> None:
        self._unanswered[source].clear()
        self._recording.discard(source)
        self._filming.discard(source)
        if notice.kind == "recorded":
            self._recorded[source] = notice
        if self._recording:
            return
        told, self._recorded = self._recorded, {}
        if told:
            shown = told.get(self._selected) or told[min(told)]
            summaries = [told[number].details["summary"] for number in sorted(told)]
            self._tell(replace(shown, details={**shown.details, "summaries": summaries}))
        if notice.kind == "recording_error":
            self._tell(notice)

    def _answer(self, source: int, notice: Notice) -> None:
        if not self._unanswered[source]:
            return  # of a session that has just begun or ended
        mark = self._unanswered[source].popleft()
        is_first = mark not in self._events
        self._events.setdefault(mark, {})[source] = int(str(notice.details["event_id"]))
        if is_first:
            self._tell(replace(notice, details={"event_id": mark}))

"""The clocks of a session: times and frame numbers counted from its first frame, and the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from femon.types import SourceInfo


def utc_text(moment: datetime) -> str:
    """An aware moment as the logs write it: ISO 8601 in UTC with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Timeline:
    """Turns the times of one source into session times; the first thing written begins it.

    Live sessions have one wall-clock anchor, the grab of the first frame, else `started_utc`; a file has one
    if its excerpt names it. Frames of an excerpt keep the file's numbers, and the time of stills is theirs.
    """

    def __init__(self, started_utc: datetime, source: SourceInfo) -> None:
        excerpt = source.excerpt
        self._anchor = started_utc if source.live else None
        self._file_utc = None if excerpt is None else excerpt.start_utc
        self._zero_t = 0.0 if source.stills and excerpt is not None else None  # None: at what comes first
        self._start_t: float | None = None
        self._first_index: int | None = None if excerpt is None else 0
        self._drift: timedelta | None = None

    @property
    def begun(self) -> bool:
        """Whether anything has a time yet."""
        return self._start_t is not None

    @property
    def start_utc(self) -> str | None:
        """The anchor; None for files of unknown date."""
        return None if self._anchor is None else utc_text(self._anchor)

    @property
    def drift_s(self) -> float | None:
        """Wall clock minus anchor minus monotonic time at the newest frame, s."""
        return None if self._drift is None else self._drift.total_seconds()

    def begin(self, t: float, utc: datetime | None) -> None:
        """Set zero to the source time t; the first call counts."""
        if self._start_t is None:
            self._start_t = t if self._zero_t is None else self._zero_t
            if self._file_utc is not None:
                self._anchor = self._file_utc + timedelta(seconds=self._start_t)
            self._anchor = utc or self._anchor

    def since_start(self, t: float) -> float:
        """Session time in s of a source time; 0 for anything before the first frame."""
        return max(0.0, self.from_start(t))

    def from_start(self, t: float) -> float:
        """Session time in s of a source time, below 0 before the first frame; 0 while nothing has begun."""
        return 0.0 if self._start_t is None else t - self._start_t

    def number(self, index: int) -> int:
        """Session frame number of a source frame; the first one asked for is frame 0."""
        if self._first_index is None:
            self._first_index = index
        return index - self._first_index

    def precedes(self, index: int) -> bool:
        """Whether a source frame was captured before the session's first frame."""
        return self._first_index is not None and index < self._first_index

    def utc_at(self, seconds: float) -> str | None:
        """Wall-clock time of a session time."""
        return None if self._anchor is None else utc_text(self._anchor + timedelta(seconds=seconds))

    def compare(self, t: float, utc: datetime | None) -> None:
        """Note how far the wall clock of a frame has drifted from the anchor."""
        if utc is not None and self._anchor is not None:
            self._drift = utc - (self._anchor + timedelta(seconds=self.since_start(t)))

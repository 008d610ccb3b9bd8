"""The account of a session: what became of every captured frame, from the rows of its files alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from femon.recording.rows import Status
from femon.recording.session_video import VideoAccount
from femon.types import Excerpt, Reading

State = Literal["recording", "complete", "recovered", "failed"]
ANALYSED: Final = ("ok", "low_quality", "no_face")  # the row of a frame that was looked at


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """What a closed session holds. captured = analysed + dropped + paused + unaccounted."""

    folder: Path
    state: State
    captured: int
    analysed: int
    dropped: int
    paused: int
    unaccounted: int  # captured frames without a row; 0 when all is well
    rows: int  # of frames.csv, without the header
    duration_s: float
    camera_lost_s: float
    latency_p50_ms: float | None  # live only
    latency_p95_ms: float | None
    integrity: str  # "ok", or a sentence that says what is wrong
    label_shares: dict[str, float]  # of the rows with a face, `uncertain` included
    covered: float | None = None  # share of the analysed rows with a face that could be judged
    alarms: int = 0  # that were raised
    disagreements: int | None = None  # rows left uncertain by them; None: no ensemble judged
    video: VideoAccount | None = None  # None: none was asked for


class Ledger:
    """Counts the rows of frames.csv in their order; the writer and the recovery share it.

    A session of a file's excerpt captures each Nth frame from its first row on, and nothing between them.
    """

    def __init__(self, excerpt: Excerpt | None = None) -> None:
        self._every = 1 if excerpt is None else excerpt.every
        self._first = None if excerpt is not None and excerpt.start_s > 0 else 0  # None: of the first row
        self._rows = self._judged = self._seen = self._alarms = 0
        self._newest: int | None = None
        self._highest = -1
        self._last_t = 0.0
        self._disagreements: int | None = None
        self._lost_since: float | None = None
        self._lost_s = 0.0
        self._misplaced = 0
        self._frames: Counter[str] = Counter()
        self._labels: Counter[str] = Counter()
        self._latencies: Counter[int] = Counter()  # in tenths of a ms, as the rows have them
        self._tracks: set[int] = set()

    def add(self, status: Status, frame: int | None, t: float, latency_ms: float | None = None) -> None:
        """Count one row; t in s since session start. A frame counts once, whatever number of rows it has."""
        self._rows += 1
        self._judged += status in ANALYSED
        self._seen += status == "ok"
        self._misplaced += t < self._last_t or self._is_misplaced(frame)
        self._add_time(t, lost=status == "camera_lost")
        if frame is None or frame == self._newest:
            return
        self._frames["analysed" if status in ANALYSED else status] += 1
        if latency_ms is not None:
            self._latencies[round(10 * latency_ms)] += 1
        self._newest = frame
        self._first = frame if self._first is None else self._first
        self._highest = max(frame, self._highest)

    def _is_misplaced(self, frame: int | None) -> bool:
        """Whether a frame comes after a later one, or was not to be taken at all."""
        return frame is not None and (frame < self._highest or frame % self._every != 0)

    def add_event(self, kind: str, phase: str) -> None:
        """Count one row of events.csv."""
        self._alarms += kind == "alarm" and phase == "start"

    def add_reading(self, reading: Reading) -> None:
        """Count the face of the row just added."""
        apart = reading.uncertain == "disagreement" if reading.disagreement is not None else None
        self.add_face(reading.face.track, reading.label, apart=apart)

    def add_face(self, track: int, label: str, *, apart: bool | None = None) -> None:
        """Count the face of the row just added; apart: an ensemble disagreed, None: one network judged."""
        self._tracks.add(track)
        if apart is not None:
            self._disagreements = (self._disagreements or 0) + apart
        if label:
            self._labels[label] += 1

    def _add_time(self, t: float, *, lost: bool) -> None:
        if lost and self._lost_since is None:
            self._lost_since = t
        elif not lost and self._lost_since is not None:
            self._lost_s += t - self._lost_since
            self._lost_since = None
        self._last_t = max(t, self._last_t)

    @property
    def rows(self) -> int:
        """Rows of frames.csv so far."""
        return self._rows

    @property
    def captured(self) -> int:
        """Frames from the first to the highest number."""
        return (self._highest - (self._first or 0)) // self._every + 1

    @property
    def camera_lost_s(self) -> float:
        """Seconds without a camera."""
        return self._lost_s + (0.0 if self._lost_since is None else self._last_t - self._lost_since)

    @property
    def frames_per_second(self) -> float | None:
        """Captured frames per second while the camera delivered."""
        seconds = self._last_t - self.camera_lost_s
        return (self.captured - 1) / seconds if seconds > 0 and self.captured > 1 else None

    def faces(self, participant: str) -> dict[str, str]:
        """The code of each face: the first one is the participant, the others f2, f3 ..."""
        return {str(n): f"f{n}" if n > min(self._tracks) else participant for n in sorted(self._tracks)}

    def latency_ms(self) -> tuple[float | None, float | None]:
        """Median and 95th percentile of the latency in ms; None without live frames."""
        if not self._latencies:
            return None, None
        tenths, counts = list(self._latencies), list(self._latencies.values())
        p50, p95 = np.percentile(np.repeat(tenths, counts), (50, 95))
        return round(float(p50) / 10, 1), round(float(p95) / 10, 1)

    def summary(self, folder: Path, state: State) -> SessionSummary:
        """The account as it stands."""
        analysed, dropped, paused = (self._frames[name] for name in ("analysed", "dropped", "paused"))
        unaccounted = self.captured - analysed - dropped - paused
        faces = sum(self._labels.values())
        p50, p95 = self.latency_ms()
        return SessionSummary(
            folder=folder,
            state=state,
            captured=self.captured,
            analysed=analysed,
            dropped=dropped,
            paused=paused,
            unaccounted=unaccounted,
            rows=self._rows,
            duration_s=self._last_t,
            camera_lost_s=self.camera_lost_s,
            latency_p50_ms=p50,
            latency_p95_ms=p95,
            integrity=self._integrity(unaccounted),
            label_shares={name: count / faces for name, count in sorted(self._labels.items())},
            covered=self._seen / self._judged if self._judged else None,
            alarms=self._alarms,
            disagreements=self._disagreements,
        )

    def _integrity(self, unaccounted: int) -> str:
        if unaccounted > 0:
            return f"{unaccounted} of {self.captured} captured frames have no row."
        if self._misplaced:
            return f"{self._misplaced} rows are out of order."
        return "ok" if unaccounted == 0 else f"{-unaccounted} frames are written twice."

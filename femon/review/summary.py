"""Summary: the figures of one session."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from femon.recording.columns import STATUSES
from femon.recording.ledger import SessionSummary
from femon.review.alarm_log import Alarm, alarms_of
from femon.review.face_summary import FaceSummary, Share, face_summaries, shares
from femon.review.frame_rows import Rows
from femon.review.part import DROPPED, LOW_QUALITY, NO_FACE, OK, PAUSED, Part, whole
from femon.review.session_log import SessionLog, read_session
from femon.review.totals import Totals, totals_of


@dataclass(frozen=True, slots=True)
class Coverage:
    """Captured frames by the best that was found in them."""

    ok: int  # at least one face good enough
    low_quality: int
    no_face: int
    dropped: int
    paused: int

    @property
    def share(self) -> float | None:
        """Share of the analysed frames with a usable face; None when none was analysed."""
        analysed = self.ok + self.low_quality + self.no_face
        return self.ok / analysed if analysed else None


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one session. Those of the recording hold for all of it, the others for what counts."""

    folder: Path
    session_id: str
    started: str  # local date and time, "" when unknown
    participant: str
    condition: str
    notes: str
    source_name: str
    source_kind: str
    size: tuple[int, int]  # px, width and height
    fps: float | None  # measured
    account: SessionSummary  # of the recording
    integrity: str  # "ok", or a sentence; of the recording
    coverage: Coverage  # of the recording
    excluded_s: float  # left out by reviewers
    faces: tuple[FaceSummary, ...]  # by track
    totals: Totals  # of the main face
    alarms: tuple[Alarm, ...]
    models: tuple[Share, ...]  # bundles by the rows they judged
    event_count: int

    @property
    def length_s(self) -> float | None:
        """Of the recording; None for pictures, which have no time."""
        return None if self.source_kind == "images" else self.account.duration_s

    @property
    def accounting(self) -> str:
        """What became of every captured frame, in one sentence."""
        account = self.account
        parts = [f"{account.analysed} analysed", f"{account.dropped} dropped"]
        parts += [f"{account.paused} paused"] if account.paused else []
        parts.append(f"{account.unaccounted} unaccounted")
        noun = "picture" if self.source_kind == "images" else "frame"
        return f"{account.captured} {noun}{'' if account.captured == 1 else 's'}: {', '.join(parts)}."


def summarise(session: Path, *, exclude: bool = True) -> Summary:
    """The figures of a session folder; raises SessionError when it cannot be read."""
    log = read_session(session)
    return summarise_log(log, whole(log, exclude=exclude))


def summarise_log(log: SessionLog, part: Part | None = None) -> Summary:
    """The figures of a session that has been read; `part` counts, by default all but excluded stretches."""
    counted = whole(log) if part is None else part
    alarms = alarms_of(log, counted)
    about, source = log.about, log.table("source")
    return Summary(
        folder=log.folder,
        session_id=str(about.get("session_id") or log.folder.name),
        started=_started(str(about.get("session_id") or "")),
        participant=str(about.get("participant") or ""),
        condition=str(about.get("condition") or ""),
        notes=str(about.get("notes") or ""),
        source_name=str(source.get("name") or ""),
        source_kind=str(source.get("kind") or ""),
        size=(int(source.get("width") or 0), int(source.get("height") or 0)),
        fps=source.get("fps_measured"),
        account=log.account,
        integrity=_integrity(log),
        coverage=_coverage(log.rows),
        excluded_s=sum(last - first for first, last in counted.left_out),
        faces=face_summaries(log, counted),
        totals=totals_of(counted, alarms),
        alarms=alarms,
        models=shares(log.rows.model[log.rows.model >= 0], log.models),
        event_count=len(log.events),
    )


def _started(session_id: str) -> str:
    """The folder's name begins with the local date and time."""
    date, _, rest = session_id.partition("_")
    clock = rest.partition("_")[0]
    return f"{date} {clock.replace('-', ':')}" if len(date) == 10 and len(clock) == 8 else ""


def _integrity(log: SessionLog) -> str:
    if log.account.integrity != "ok":
        return log.account.integrity
    if log.changed:
        return f"{' and '.join(log.changed)} changed after the recording was closed."
    return "ok"


def _coverage(rows: Rows) -> Coverage:
    numbered = rows.frame >= 0
    frames, status = rows.frame[numbered], rows.status[numbered]
    starts = np.flatnonzero(np.diff(frames, prepend=-1))  # the rows of a frame stand together
    best = np.minimum.reduceat(status, starts) if len(starts) else status  # STATUSES begins with the best
    counts = np.bincount(best, minlength=len(STATUSES))
    return Coverage(*(int(counts[k]) for k in (OK, LOW_QUALITY, NO_FACE, DROPPED, PAUSED)))

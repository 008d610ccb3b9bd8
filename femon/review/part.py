"""Part: the rows of a stretch of a session that count, with how long each of them holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from femon.recording.columns import STATUSES
from femon.review.frame_rows import Rows
from femon.review.glances import looks_down
from femon.review.session_log import SessionLog
from femon.review.steps import longest_step, usual_step
from femon.review.stretches import Stretch, excluded_stretches, merged
from femon.review.watched import Watched, unwatched_rows, watched_in

OK, LOW_QUALITY, NO_FACE, DROPPED, PAUSED, LOST = range(len(STATUSES))
ANALYSED: Final = (OK, LOW_QUALITY, NO_FACE)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Rows and how long each one holds, in s; times are those of the session."""

    rows: Rows
    seconds: NDArray[np.float64]
    start: float
    end: float
    last: bool  # it ends with the session, so that the very end belongs to it
    excluded: tuple[Stretch, ...]  # none of the rows lies in one
    stills: bool
    watched: Watched
    unwatched: NDArray[np.bool_]  # rows that nobody was to judge
    looking_down: NDArray[np.bool_]  # rows of closures that PERCLOS leaves out

    def __getitem__(self, chosen: NDArray[Any]) -> Part:
        """The chosen rows, by mask or places."""
        return replace(
            self,
            rows=self.rows[chosen],
            seconds=self.seconds[chosen],
            unwatched=self.unwatched[chosen],
            looking_down=self.looking_down[chosen],
        )

    def within(self, start: float, end: float) -> Part:
        """The rows from start to before end; the end of the part belongs to it."""
        ended = self.rows.t < end if end < self.end else np.ones(len(self.rows), bool)
        chosen = self[(self.rows.t >= start) & ended]
        return replace(chosen, start=start, end=end, last=self.last and end >= self.end)

    @property
    def length_s(self) -> float:
        """How long it is without what is left out."""
        return self.end - self.start - sum(last - first for first, last in self.left_out)

    @property
    def left_out(self) -> list[tuple[float, float]]:
        """The times in it that are left out."""
        return merged(self.excluded, self.start, self.end)

    @property
    def frames(self) -> Part:
        """The first row of each captured frame."""
        numbered = self[self.rows.frame >= 0]
        return numbered[np.flatnonzero(np.diff(numbered.rows.frame, prepend=-1))]

    @property
    def main(self) -> Part:
        """The rows of the main face; of unrelated pictures those of all faces."""
        return self[self.rows.track > 0 if self.stills else self.rows.primary == 1]


def whole(log: SessionLog, *, exclude: bool = True) -> Part:
    """All rows, or all but those in stretches that reviewers left out."""
    rows = log.rows
    excluded = excluded_stretches(log) if exclude and not log.stills else ()
    lasting = np.zeros(len(rows)) if log.stills else row_seconds(rows)
    down = np.zeros(len(rows), bool)
    main = np.flatnonzero(rows.primary == 1)
    down[main] = looks_down(rows[main])
    part = Part(
        rows=rows,
        seconds=lasting,
        start=0.0,
        end=log.account.duration_s,
        last=True,
        excluded=excluded,
        stills=log.stills,
        watched=watched_in(log),
        unwatched=unwatched_rows(log),
        looking_down=down,
    )
    out = np.zeros(len(rows), bool)
    for first, last in part.left_out:
        out |= (rows.t >= first) & ((rows.t < last) | (last >= part.end))
    return part[~out] if out.any() else part


def row_seconds(rows: Rows) -> NDArray[np.float64]:
    """How long each row holds: until the next frame that was not dropped, at most while a track is kept."""
    times = np.unique(rows.t[rows.status != DROPPED])
    if len(times) < 2:
        return np.zeros(len(rows))
    following = np.append(times, times[-1] + usual_step(times))[np.searchsorted(times, rows.t, side="right")]
    return np.asarray(np.minimum(following - rows.t, longest_step(times)))

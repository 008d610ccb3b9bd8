"""Dwell: how long each face faced the screen, and how many did so at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.review.closures import LIMITS
from femon.review.frame_rows import Rows
from femon.review.part import ANALYSED, Part
from femon.review.runs import run_sums, runs

RULE: Final = (
    "A face counts as facing the screen (or the road) while the attention monitor says so; a face that it"
    f" does not watch, while its head is turned by at most {LIMITS.off_yaw_uncalibrated:.0f}\N{DEGREE SIGN}"
    f" and lowered by at most {LIMITS.off_pitch_uncalibrated:.0f}\N{DEGREE SIGN} from the camera."
    " Head direction is not gaze."
)


@dataclass(frozen=True, slots=True)
class FaceDwell:
    """One face; times in s."""

    track: int
    in_view_s: float
    known_s: float  # it is known where the face points
    facing_s: float
    longest_s: float  # without a break

    @property
    def share(self) -> float | None:
        """Of the known time."""
        return self.facing_s / self.known_s if self.known_s else None


@dataclass(frozen=True, slots=True)
class Dwell:
    """All faces, and for n = 1, 2, ... the share of the analysed time with at least n facing the screen."""

    faces: tuple[FaceDwell, ...]
    at_least: tuple[float, ...]


def dwell_of(part: Part) -> Dwell:
    """The dwell of a part of a session."""
    tracks = np.unique(part.rows.track[part.rows.track > 0])
    faces = tuple(_face(part[part.rows.track == track], int(track)) for track in tracks)
    return Dwell(faces, _at_least(part))


def facing(rows: Rows) -> NDArray[np.int8]:
    """1: the face of the row points at the screen, 0: it does not, -1: nobody knows."""
    ahead = (np.abs(rows.yaw) <= LIMITS.off_yaw_uncalibrated) & (rows.pitch >= -LIMITS.off_pitch_uncalibrated)
    known = np.isfinite(rows.yaw) & np.isfinite(rows.pitch)
    from_pose = np.where(known, ahead.astype(np.int8), np.int8(-1))
    watched = rows.attention_state >= 0
    return np.where(watched, rows.on_target, from_pose).astype(np.int8)


def _face(part: Part, track: int) -> FaceDwell:
    faces = facing(part.rows)
    starts, stops = runs(faces == 1, part.rows.t, LIMITS.gap_s)
    lengths = run_sums(part.seconds, starts, stops)
    return FaceDwell(
        track=track,
        in_view_s=float(part.seconds.sum()),
        known_s=float(part.seconds[faces >= 0].sum()),
        facing_s=float(part.seconds[faces == 1].sum()),
        longest_s=float(lengths.max(initial=0.0)),
    )


def _at_least(part: Part) -> tuple[float, ...]:
    analysed = part[np.isin(part.rows.status, ANALYSED) & (part.rows.frame >= 0)]
    frames, first, place = np.unique(analysed.rows.frame, return_index=True, return_inverse=True)
    if not len(frames):
        return ()
    counts = np.bincount(place, weights=facing(analysed.rows) == 1, minlength=len(frames))
    seconds = analysed.seconds[first]
    total = float(seconds.sum())
    most = int(counts.max())
    return tuple(float(seconds[counts >= n].sum()) / total for n in range(1, most + 1)) if total else ()

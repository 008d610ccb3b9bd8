"""Totals: the sums behind the figures of a stretch, a session or a condition; they can be added up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from femon.emotions import EMOTIONS
from femon.review.alarm_log import Alarm, counts_at, episodes
from femon.review.blocks import Withheld
from femon.review.closures import LIMITS, perclos_seconds, readable
from femon.review.frame_rows import ENGAGEMENT_LEVELS, LABELS
from femon.review.part import ANALYSED, OK, Part
from femon.review.runs import runs
from femon.wording import WITHHELD_WORDS

Measured = float | Withheld
_NOT_WATCHED: Final = Withheld("not watched")
_FEW_FRAMES: Final = Withheld(WITHHELD_WORDS["low_fps"])
_ROUNDED_FPS: Final = 0.01  # the log rounds times, so that a file of 15 frames per second may give 14.9999


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums; times in s. Those with a face are of the main face."""

    length_s: float | None = 0.0  # None: pictures, which have no time
    captured: int = 0  # frames
    analysed: int = 0
    usable: int = 0  # with a face good enough
    analysed_s: float = 0.0
    labels: tuple[int, ...] = (0,) * len(LABELS)  # rows
    eyes_s: float = 0.0  # readable
    watched_eyes_s: float = 0.0  # analysed while eyes were watched
    perclos_valid_s: float = 0.0
    perclos_closed_s: float = 0.0
    blinks: int = 0
    yawns: int = 0
    nods: int = 0
    watched_fatigue_s: float = 0.0
    fatigue_s: float = 0.0  # with a fatigue index
    fatigue_sum: float = 0.0
    watched_pose_s: float = 0.0  # analysed while attention was watched
    pose_s: float = 0.0  # known whether on target
    on_target_s: float = 0.0
    watched_engagement_s: float = 0.0
    engagement_s: float = 0.0
    engagement_sum: float = 0.0
    engagement_levels_s: tuple[float, ...] = (0.0,) * len(ENGAGEMENT_LEVELS)
    affect_s: float = 0.0
    valence_sum: float = 0.0
    arousal_sum: float = 0.0
    alarms: int = 0  # those that got worse count once
    false_alarms: int = 0

    # Shares and coverage

    @property
    def analysed_share(self) -> float | None:
        """Of the captured frames."""
        return _ratio(self.analysed, self.captured)

    @property
    def usable_share(self) -> float | None:
        """Of the analysed frames."""
        return _ratio(self.usable, self.analysed)

    @property
    def eye_coverage(self) -> float | None:
        """Share of the analysed time with readable eyes; None when eyes were not watched."""
        return _ratio(self.eyes_s, self.watched_eyes_s)

    @property
    def pose_coverage(self) -> float | None:
        """Share of the analysed time in which it is known where the face points."""
        return _ratio(self.pose_s, self.watched_pose_s)

    @property
    def engagement_coverage(self) -> float | None:
        """Share of the analysed time with an engagement index."""
        return _ratio(self.engagement_s, self.watched_engagement_s)

    # Figures that are withheld where there is too little to go by

    @property
    def perclos(self) -> Measured:
        """P80 of the whole stretch, 0..1."""
        return self._of_eyes(self.perclos_closed_s, self.perclos_valid_s)

    @property
    def blink_rate(self) -> Measured:
        """Blinks per minute of readable eyes."""
        if self.watched_eyes_s and not self.blinks_timed:
            return _FEW_FRAMES
        return self._of_eyes(60 * self.blinks, self.eyes_s)

    @property
    def fatigue_index(self) -> Measured:
        """Mean, 0..100."""
        return self._of_eyes(self.fatigue_sum, self.fatigue_s) if self.watched_fatigue_s else _NOT_WATCHED

    @property
    def on_target(self) -> Measured:
        """Share of the known time on target."""
        return _measured(self.on_target_s, self.pose_s, self.pose_coverage)

    @property
    def engagement(self) -> Measured:
        """Mean, 0..1."""
        return _measured(self.engagement_sum, self.engagement_s, self.engagement_coverage)

    @property
    def engagement_bands(self) -> tuple[Measured, ...]:
        """Share of each band of the time in any; withheld together with the mean."""
        if isinstance(self.engagement, Withheld):
            return (self.engagement,) * len(self.engagement_levels_s)
        in_bands = sum(self.engagement_levels_s)
        return tuple(seconds / in_bands for seconds in self.engagement_levels_s)

    @property
    def valence(self) -> Measured:
        """Mean of the derived valence, -1..1."""
        return self.valence_sum / self.affect_s if self.affect_s else Withheld("no expression")

    @property
    def arousal(self) -> Measured:
        """Mean of the derived arousal, -1..1."""
        return self.arousal_sum / self.affect_s if self.affect_s else Withheld("no expression")

    @property
    def frame_rate(self) -> float:
        """Analysed frames per second."""
        return self.analysed / self.analysed_s if self.analysed_s else 0.0

    @property
    def blinks_timed(self) -> bool:
        """Whether enough frames came for blinks; the monitor grants no slack here either."""
        return self.frame_rate >= LIMITS.fps_blinks - _ROUNDED_FPS

    def _of_eyes(self, part: float, valid_s: float) -> Measured:
        if not self.watched_eyes_s:
            return _NOT_WATCHED
        if self.frame_rate < LIMITS.fps_perclos * LIMITS.fps_slack:
            return _FEW_FRAMES
        if (self.eye_coverage or 0.0) < LIMITS.coverage:
            return Withheld(WITHHELD_WORDS["coverage"])
        if valid_s < LIMITS.perclos_valid_s[0]:
            return Withheld(f"needs {LIMITS.perclos_valid_s[0]:.0f} s of readable eyes")
        return part / valid_s

    def label_share(self, place: int, *, labelled: bool) -> float | None:
        """Share of a label; `labelled`: of the rows with a certain label."""
        rows = sum(self.labels[: len(EMOTIONS)] if labelled else self.labels)
        return _ratio(self.labels[place], rows)


def totals_of(part: Part, alarms: Sequence[Alarm]) -> Totals:
    """The totals of a part of a session; of the alarms those that start in it count."""
    frames, main = part.frames, part.main
    rows, seconds = main.rows, main.seconds
    best = _best_status(part)
    analysed = frames[np.isin(best, ANALYSED)] if len(best) else frames
    watched_s = float(analysed.seconds[~analysed.unwatched].sum())
    in_it = [alarm for alarm in alarms if counts_at(part, alarm.t)]
    closed_s, valid_s = perclos_seconds(main)
    return Totals(
        length_s=None if part.stills else part.length_s,
        captured=len(frames.rows),
        analysed=len(analysed.rows),
        usable=int((best == OK).sum()),
        analysed_s=float(analysed.seconds.sum()),
        labels=tuple(int(n) for n in np.bincount(rows.label[rows.label >= 0], minlength=len(LABELS))),
        eyes_s=float(seconds[readable(main)].sum()),
        watched_eyes_s=watched_s if part.watched.eyes else 0.0,
        perclos_valid_s=valid_s,
        perclos_closed_s=closed_s,
        blinks=int((rows.blink_ms >= 0).sum()),
        yawns=_yawns(main),
        nods=_episodes(main, rows.nod == 1),
        watched_fatigue_s=watched_s if part.watched.fatigue else 0.0,
        fatigue_s=_time(main, rows.fatigue_index),
        fatigue_sum=_sum(main, rows.fatigue_index),
        watched_pose_s=watched_s if part.watched.pose else 0.0,
        pose_s=float(seconds[rows.on_target >= 0].sum()),
        on_target_s=float(seconds[rows.on_target == 1].sum()),
        watched_engagement_s=watched_s if part.watched.engagement else 0.0,
        engagement_s=_time(main, rows.engagement),
        engagement_sum=_sum(main, rows.engagement),
        engagement_levels_s=tuple(
            float(seconds[rows.engagement_level == place].sum()) for place in range(len(ENGAGEMENT_LEVELS))
        ),
        affect_s=_time(main, rows.valence),
        valence_sum=_sum(main, rows.valence),
        arousal_sum=_sum(main, rows.arousal),
        alarms=episodes(in_it),
        false_alarms=sum(alarm.false_alarm for alarm in in_it),
    )


def combined(parts: Iterable[Totals]) -> Totals:
    """The totals of several stretches or sessions together."""
    every = list(parts)
    sums: dict[str, Any] = {}
    for field in fields(Totals):
        values = [value for one in every if (value := getattr(one, field.name)) is not None]
        if isinstance(field.default, tuple):
            sums[field.name] = tuple(map(sum, zip(*values, strict=True))) or field.default
        else:
            sums[field.name] = sum(values) if values or not every else None
    return Totals(**sums)


def _best_status(part: Part) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    """The best status among the rows of each captured frame."""
    numbered = part.rows.frame >= 0
    frames, status = part.rows.frame[numbered], part.rows.status[numbered]
    starts = np.flatnonzero(np.diff(frames, prepend=-1))
    return np.minimum.reduceat(status, starts) if len(starts) else status[:0]


def _measured(part: float, known_s: float, coverage: float | None) -> Measured:
    if coverage is None:
        return _NOT_WATCHED
    if coverage < LIMITS.coverage:
        return Withheld(f"known for under {100 * LIMITS.coverage:.0f} % of the time")
    if known_s < LIMITS.attention_judged_s:
        return Withheld(f"needs {LIMITS.attention_judged_s:.0f} s")
    return part / known_s


def _ratio(part: float, of: float) -> float | None:
    return part / of if of else None


def _episodes(part: Part, holds: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    return len(runs(holds, part.rows.t, LIMITS.gap_s)[0])


def _yawns(part: Part) -> int:
    """Yawns as the monitor counts them: of a plausible length, and seen to their end.

    The log marks a yawn from the moment that it is one.
    """
    t, longest_s = part.rows.t, LIMITS.yawn_longest_s - LIMITS.yawn_shortest_s
    starts, stops = runs(part.rows.yawn == 1, t, LIMITS.gap_s)
    ended = stops < len(t)
    starts, stops = starts[ended], stops[ended]
    seen = t[stops] - t[stops - 1] <= LIMITS.gap_s
    return int((seen & (t[stops] - t[starts] <= longest_s)).sum())


def _time(part: Part, values: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    return float(part.seconds[np.isfinite(values)].sum())


def _sum(part: Part, values: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    return float((part.seconds * np.nan_to_num(values)).sum())

"""TimeAxis: which part of a session is in view, and where its times lie in px."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

SHORTEST_S: Final = 1.0
_STEPS_S: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """A view from `start` to `end` (s) of a session, drawn from `left` to `right` (px)."""

    duration: float
    start: float
    end: float
    left: float = 0.0
    right: float = 1.0

    @classmethod
    def whole(cls, duration: float) -> TimeAxis:
        """The whole session in view."""
        return cls(max(duration, SHORTEST_S), 0.0, max(duration, SHORTEST_S))

    @property
    def span(self) -> float:
        """How many seconds are in view."""
        return self.end - self.start

    @property
    def zoomed(self) -> bool:
        """Whether less than the whole session is in view."""
        return self.span < self.duration - 1e-9

    def x(self, t: float) -> float:
        """Px of a time."""
        return self.left + (t - self.start) * (self.right - self.left) / self.span

    def t(self, x: float) -> float:
        """The time of a px, within the session."""
        t = self.start + (x - self.left) * self.span / max(1.0, self.right - self.left)
        return min(max(t, 0.0), self.duration)

    def within(self, left: float, right: float) -> TimeAxis:
        """The same view between other px."""
        return replace(self, left=left, right=right)

    def zoom(self, factor: float, about: float) -> TimeAxis:
        """The time `about` stays where it is; a factor above 1 shows less."""
        span = min(max(self.span / factor, min(SHORTEST_S, self.duration)), self.duration)
        place = (about - self.start) / self.span
        return self.at(about - place * span, span)

    def at(self, start: float, span: float | None = None) -> TimeAxis:
        """A view that begins there, as near as the session allows."""
        span = self.span if span is None else span
        start = min(max(start, 0.0), self.duration - span)
        return replace(self, start=start, end=start + span)

    def showing(self, t: float) -> TimeAxis:
        """The same view if it shows t, else the page that begins with it."""
        return self if self.start <= t <= self.end else self.at(t)

    def ticks(self, most: int) -> tuple[float, ...]:
        """Round times in view, at most about `most`."""
        steps = (step for step in _STEPS_S if self.span / step <= max(1, most))
        step = next(steps, self.span / max(1, most))
        first = math.ceil(self.start / step - 1e-6)
        return tuple(number * step for number in range(first, math.floor(self.end / step + 1e-6) + 1))


def time_text(t: float, span: float) -> str:
    """ "12:40", with tenths where only some seconds are in view."""
    fine = span < 10
    units = 10 if fine else 1  # in a second: rounded once only, or 59.7 s would be "0:60"
    minutes, rest = divmod(round(t * units), 60 * units)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest / units:04.1f}" if fine else f"{rest:02d}"
    return f"{hours}:{minutes:02d}:{seconds}" if hours else f"{minutes}:{seconds}"

"""A timeline for each of several sources, of which the window shows one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from femon.gui.layout import Parts
    from femon.gui.timeline import Timeline
    from femon.types import Readings


class Timelines:
    """All keep their lines whether shown or not; there are none until the window has its first."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._all: dict[int, Timeline] = {}
        self._newest: dict[int, float] = {}  # times of frames, s
        self._marks: dict[tuple[float, str], dict[int, float]] = {}
        self._shown = 0

    def start_over(self) -> None:
        """Go back to the one timeline of the window."""
        self.show(0)
        if self._parts.timeline is not None:
            self._parts.timeline.clear()  # the one in front was cleared before this one was brought back
        for number, timeline in self._all.items():
            if number > 0:
                timeline.deleteLater()
        self._all, self._newest, self._marks = {}, {}, {}

    def show(self, number: int) -> None:
        """Bring another one to the front, with as much time as the present one shows."""
        if number == self._shown:
            return
        before, after = self._of(self._shown), self._of(number)
        self._shown = number
        if before is not None and after is not None:
            after.set_span(before.span_s)
            before.hide()
            after.show()
            self._parts.timeline = after

    def add(self, number: int, readings: Readings) -> None:
        """Keep the readings of a source; those of the shown one go through the window's parts."""
        self._newest[number] = readings.frame.t
        timeline = self._of(number)
        if timeline is not None and number != self._shown:
            timeline.add(readings)

    def mark(self, t: float, text: str) -> None:
        """Draw a marker, set at t in the shown timeline, in the others at the same moment."""
        moments = {**self._newest, self._shown: t}
        self._marks[t, text] = moments
        for number, moment in moments.items():
            timeline = self._of(number)
            if timeline is not None and number != self._shown:
                timeline.mark(moment, text)

    def unmark(self, t: float, text: str) -> None:
        """Take such a marker out of all."""
        for number, moment in self._marks.pop((t, text), {}).items():
            timeline = self._of(number)
            if timeline is not None:
                timeline.unmark(moment, text)

    def _of(self, number: int) -> Timeline | None:
        if number not in self._all and self._parts.timeline is not None:
            if number == self._shown:
                self._all[number] = self._parts.timeline
            else:
                self._all[number] = self._parts.make_timeline()
                self._all[number].hide()
        return self._all.get(number)

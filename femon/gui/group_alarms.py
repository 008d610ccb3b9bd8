"""The alarms of several sources as one: the worst is shown and named, the worst that sounds is heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from femon.alarms.policy import ALARMS

if TYPE_CHECKING:
    from femon.alarms import Alarms


class GroupAlarms:
    """Keeps the newest alarms of each source, by its number."""

    def __init__(self) -> None:
        self._newest: dict[int, Alarms] = {}
        self.source = 0  # whose alarm is shown, or was last

    def take(self, number: int, alarms: Alarms) -> None:
        """Use what the newest frame of a source, or an answer to it, calls for."""
        self._newest[number] = alarms

    def forget(self, number: int) -> None:
        """A source is over: nobody is watched there."""
        self._newest.pop(number, None)

    def of(self, number: int) -> Alarms | None:
        """The alarms of one source."""
        return self._newest.get(number)

    def shown(self, names: Sequence[str]) -> Alarms | None:
        """What people see and hear; None while nobody is watched.

        What was not answered comes first. Without any alarm the source of the last one speaks, so that what
        is over is told in its own time.
        """
        ranked = sorted(
            (number for number, alarms in self._newest.items() if alarms.alarm is not None),
            key=lambda number: _urgency(self._newest[number]),
            reverse=True,
        )
        if not ranked:
            return self._newest.get(self.source) or next(iter(self._newest.values()), None)
        self.source = ranked[0]
        worst = self._newest[self.source]
        sounding = (alarms.sound for alarms in map(self._newest.__getitem__, ranked))
        sound = next((one for one in sounding if one is not None), None)
        return replace(worst, text=f"{names[self.source]}: {worst.text}", sound=sound)


def _urgency(alarms: Alarms) -> tuple[bool, int]:
    rank = ALARMS[alarms.alarm].rank if alarms.alarm is not None else 0
    return not alarms.acknowledged, rank

"""The DROWSINESS channel: a level that rises at once and falls one step a minute."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from femon.monitors.closure import ClosureState
from femon.monitors.lids import RANK
from femon.monitors.limits import Limits
from femon.monitors.windows import held, lasted
from femon.types import ROUNDING_S

DrowsinessLevel = Literal["alert", "advisory", "drowsy", "severe"]
LEVELS: Final[tuple[DrowsinessLevel, ...]] = ("alert", "advisory", "drowsy", "severe")
ADVISORY: Final = 1
DROWSY: Final = 2
SEVERE: Final = 3


@dataclass(frozen=True, slots=True)
class DrowsinessState:
    """The DROWSINESS channel."""

    level: DrowsinessLevel
    reason: str  # the rule behind the level, mostly the name of a limit
    frozen: bool  # too little can be read: only events change the level
    acknowledged_t: float | None  # of this level


@dataclass(frozen=True, slots=True)
class DrowsinessInput:
    """What the level depends on; None where a figure is withheld."""

    p60: float | None
    p180: float | None
    index: float | None
    closure: ClosureState
    coverage: float | None


class DrowsinessMonitor:
    """Judges once per second of media time, and at once when a closure gets worse."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._level = 0
        self._reason = "start"
        self._advisory_s: float | None = None  # how long each condition has held; None: it does not
        self._index_s: float | None = None
        self._below_s: float | None = None
        self._event_held_s = 0.0  # what is left of the time a sleep event keeps the level severe
        self._acknowledged_t: float | None = None
        self.state = DrowsinessState("alert", "start", True, None)

    def update(self, seconds: float, given: DrowsinessInput) -> DrowsinessState:
        """Judge what holds now, `seconds` after the last call."""
        frozen = given.coverage is None or given.coverage < self._limits.coverage
        asleep = RANK[given.closure.level] >= RANK["sleep"]
        self._event_held_s = self._limits.severe_event_held_s if asleep else self._event_held_s - seconds
        if not frozen:
            self._time_conditions(seconds, given)
        target, reason = self._entry(given, asleep=asleep, frozen=frozen)
        if target > self._level:
            self._move(target, reason)
        elif not frozen and self._level > 0:
            self._ease(seconds, given, target)
        self.state = DrowsinessState(LEVELS[self._level], self._reason, frozen, self._acknowledged_t)
        return self.state

    def acknowledge(self, t: float) -> None:
        """The person reacted at t seconds to the level shown."""
        self._acknowledged_t = t
        self.state = replace(self.state, acknowledged_t=t)

    def _time_conditions(self, seconds: float, given: DrowsinessInput) -> None:
        limits = self._limits
        if given.p60 is not None:
            self._advisory_s = held(self._advisory_s, seconds, given.p60 >= limits.advisory_p60)
        tired = (
            given.index is not None
            and given.index >= limits.drowsy_index
            and given.p180 is not None
            and given.p180 >= limits.drowsy_p180
        )
        self._index_s = held(self._index_s, seconds, tired)

    def _entry(self, given: DrowsinessInput, *, asleep: bool, frozen: bool) -> tuple[int, str]:
        """The highest level whose conditions are met, and the rule."""
        limits, index = self._limits, given.index or 0.0
        p60, p180 = (0.0, 0.0) if frozen else (given.p60 or 0.0, given.p180 or 0.0)
        rules = (
            (SEVERE, "sleep_event", asleep),
            (SEVERE, "severe_p60", p60 >= limits.severe_p60),
            (DROWSY, "drowsy_events", given.closure.microsleeps_recent >= limits.drowsy_events),
            (DROWSY, "drowsy_p60", p60 >= limits.drowsy_p60 and p180 >= limits.drowsy_p180),
            (DROWSY, "drowsy_index", not frozen and lasted(self._index_s, limits.drowsy_index_for_s)),
            (ADVISORY, "advisory_p60", not frozen and lasted(self._advisory_s, limits.advisory_for_s)),
            (ADVISORY, "advisory_index", not frozen and index >= limits.advisory_index),
        )
        return next(((level, reason) for level, reason, met in rules if met), (0, "exit_for_s"))

    def _ease(self, seconds: float, given: DrowsinessInput, target: int) -> None:
        below = self._below_exit(given)
        if below is None:
            return  # the level holds while a figure it needs is withheld
        self._below_s = held(self._below_s, seconds, below and target < self._level)
        kept = self._level == SEVERE and self._event_held_s > ROUNDING_S
        if lasted(self._below_s, self._limits.exit_for_s) and not kept:
            self._move(self._level - 1, "exit_for_s")

    def _below_exit(self, given: DrowsinessInput) -> bool | None:
        """Whether the exit limits of the level hold; None while a figure they need is withheld."""
        limits, p60, p180 = self._limits, given.p60, given.p180
        if p60 is None or (self._level == DROWSY and p180 is None):
            return None
        index = given.index or 0.0
        if self._level == SEVERE:
            return p60 < limits.severe_exit_p60
        if self._level == DROWSY:
            calm = p60 < limits.drowsy_exit_p60 and (p180 or 0.0) < limits.drowsy_exit_p180
            return calm and index < limits.drowsy_exit_index
        return p60 < limits.advisory_exit_p60 and index < limits.advisory_exit_index

    def _move(self, level: int, reason: str) -> None:
        self._level, self._reason = level, reason
        self._below_s = None
        self._acknowledged_t = None

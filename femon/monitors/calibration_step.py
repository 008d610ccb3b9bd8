"""One step of the guided calibration: its contract, and the two steps before anything is measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from femon.monitors.calibration_checks import POSITION_CHECKS, Checker, Look, LostTime, passed
from femon.monitors.calibration_state import Check, Reason, Step, Tone
from femon.types import ROUNDING_S


@dataclass(frozen=True, slots=True)
class StepState:
    """A step after one frame; at most one of done, back and refused."""

    checks: tuple[Check, ...]
    progress: float  # 0..1
    done: bool = False
    back: bool = False  # to the first step
    refused: tuple[Reason, ...] = ()
    countdown: int | None = None
    tone: Tone | None = None
    target: tuple[float, float] | None = None


class CalibrationStep(Protocol):
    """What the guided calibration asks of a step."""

    name: Step
    planned_s: float

    def update(self, look: Look) -> StepState:
        """Take a frame."""


class PositionStep:
    """Waits until the person sits so that they can be measured."""

    name: Step = "position"

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self.planned_s = checker.rules.position_hold_s
        self._held_s = 0.0
        self._elapsed_s = 0.0
        self._lost = LostTime(checker.rules)

    def update(self, look: Look) -> StepState:
        """Take a frame."""
        rules, dt = self._checker.rules, look.tick.dt
        checks = self._checker.check(look, POSITION_CHECKS)
        self._elapsed_s += dt
        self._held_s = self._held_s + dt if passed(checks) else 0.0
        self._lost.add(checks, dt)
        done = self._held_s >= rules.position_hold_s - ROUNDING_S
        late = not done and self._elapsed_s >= rules.position_longest_s - ROUNDING_S
        return StepState(
            checks,
            min(self._held_s / rules.position_hold_s, 1.0),
            done=done,
            refused=self._lost.reasons() if late else (),
        )


class CountdownStep:
    """Counts down; whatever goes wrong leads back to the first step."""

    name: Step = "countdown"

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self.planned_s = checker.rules.countdown_s
        self._elapsed_s = 0.0

    def update(self, look: Look) -> StepState:
        """Take a frame."""
        checks = self._checker.check(look, POSITION_CHECKS)
        self._elapsed_s += look.tick.dt
        left_s = self.planned_s - self._elapsed_s
        return StepState(
            checks,
            min(self._elapsed_s / self.planned_s, 1.0),
            done=passed(checks) and left_s <= ROUNDING_S,
            back=not passed(checks),
            countdown=max(math.ceil(left_s - ROUNDING_S), 1),
        )

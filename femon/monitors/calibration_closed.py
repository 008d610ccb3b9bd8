"""The step in which the person closes the eyes at a tone and opens them at another, three times."""

from __future__ import annotations

from statistics import median

from femon.monitors.calibration_checks import CLOSED_CHECKS, Checker, Look, LostTime, passed
from femon.monitors.calibration_limits import CalibrationLimits
from femon.monitors.calibration_open import OpenFigures
from femon.monitors.calibration_state import Check, Reason, Step, Tone
from femon.monitors.calibration_step import StepState
from femon.types import ROUNDING_S


class ClosedStep:
    """Gives the tones and reads the eyes between them; a round that was disturbed is repeated."""

    name: Step = "closed"

    def __init__(self, checker: Checker, opened: OpenFigures) -> None:
        self._checker = checker
        self._opened = opened
        rules = checker.rules
        self.planned_s = closed_planned_s(rules)
        self._wait_s = rules.closed_lead_s  # before the tone of this round
        self._at_s = 0.0  # in this round
        self._sounded = False
        self._readings: list[tuple[float, float]] = []  # EAR right, left of this round
        self._seen_s = 0.0
        self._rounds: list[tuple[float, float]] = []
        self._failed = 0
        self._lost = LostTime(rules)

    @property
    def closed(self) -> tuple[float, float] | None:
        """Closed EAR right and left; None until all rounds are done."""
        if len(self._rounds) < self._checker.rules.closed_rounds:
            return None
        return median(right for right, _ in self._rounds), median(left for _, left in self._rounds)

    def update(self, look: Look) -> StepState:
        """Take a frame."""
        rules, tick = self._checker.rules, look.tick
        checks = self._checker.check(look, CLOSED_CHECKS, self._opened.neutral.pitch)
        tone: Tone | None = None
        refused: tuple[Reason, ...] = ()
        if tick.gap:
            self._lost.add(checks, tick.dt)
            refused = self._end(disturbed=True) if self._sounded else ()
        else:
            self._at_s += tick.step
            self._read(look, checks)
            if not self._sounded and self._at_s >= self._wait_s - ROUNDING_S:
                # The round is timed from where the tone sounds, not from where it was due.
                self._sounded, self._at_s, tone = True, self._wait_s, "close"
            elif self._sounded and self._at_s >= self._wait_s + rules.closed_s - ROUNDING_S:
                tone = "open"
                refused = self._end(disturbed=self._seen_s < rules.closed_seen_s)
        closed = self.closed
        done = closed is not None and not refused
        if closed is not None and not refused:
            refused = self._faults(*closed)
        share = 1.0 if done else self._progress()
        return StepState(checks, share, done=done and not refused, refused=refused, tone=tone)

    def _read(self, look: Look, checks: tuple[Check, ...]) -> None:
        rules = self._checker.rules
        middle_s = self._wait_s + rules.closed_s / 2
        if not self._sounded or abs(self._at_s - middle_s) > rules.closed_used_s / 2 + ROUNDING_S:
            return
        if look.seen is not None and passed(checks):
            self._readings.append((look.seen.shape.right.ear, look.seen.shape.left.ear))
            self._seen_s += look.tick.dt
        else:
            self._lost.add(checks, look.tick.dt)

    def _end(self, *, disturbed: bool) -> tuple[Reason, ...]:
        """Keep the round or count it as failed, and begin the next one."""
        if disturbed:
            self._failed += 1
        else:
            rights, lefts = zip(*self._readings, strict=True)
            self._rounds.append((median(rights), median(lefts)))
        self._wait_s, self._at_s, self._sounded = self._checker.rules.closed_pause_s, 0.0, False
        self._readings, self._seen_s = [], 0.0
        return self._lost.reasons() if self._failed > self._checker.rules.closed_retries else ()

    def _faults(self, right: float, left: float) -> tuple[Reason, ...]:
        opened = self._opened
        share = max(right / opened.ear_right, left / opened.ear_left)
        return ("not_shut",) if share > self._checker.rules.not_shut else ()

    def _progress(self) -> float:
        rules = self._checker.rules
        round_s = self._wait_s + rules.closed_s
        return (len(self._rounds) + min(self._at_s / round_s, 1.0)) / rules.closed_rounds


def closed_planned_s(rules: CalibrationLimits) -> float:
    """How long the step takes when no round is disturbed."""
    pauses_s = (rules.closed_rounds - 1) * rules.closed_pause_s
    return rules.closed_lead_s + rules.closed_rounds * rules.closed_s + pauses_s

"""The guided calibration of one person: frames in, instructions and checks out, at the end a profile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from femon.monitors.calibration_checks import Checker, Look, LostTime, Seen, seen_of
from femon.monitors.calibration_closed import ClosedStep, closed_planned_s
from femon.monitors.calibration_corners import CornersStep, Screen, corners_planned_s
from femon.monitors.calibration_limits import CalibrationLimits
from femon.monitors.calibration_open import OpenFigures, OpenStep
from femon.monitors.calibration_state import (
    Amber,
    CalibrationResult,
    CalibrationState,
    Figures,
    Note,
    Reason,
)
from femon.monitors.calibration_step import CalibrationStep, CountdownStep, PositionStep, StepState
from femon.monitors.clock import Clock, Tick
from femon.monitors.limits import Limits
from femon.monitors.profile import ClosedSource, EyeReference, GazeFit, Profile
from femon.monitors.validity import ValidityMonitor
from femon.types import ROUNDING_S, Face


class Calibration:
    """Guides one person through the steps. Pure: the same frames give the same states; nothing is raised.

    With `glasses` the eyes are not closed on request: behind glasses the mesh cannot follow. `corners` adds
    the screen corners, `screen` their true directions. `before` is the profile in use until now; `today`
    dates the new one.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        rules: CalibrationLimits | None = None,
        glasses: bool = False,
        corners: bool = False,
        screen: Screen | None = None,
        before: Profile | None = None,
        today: date | None = None,
    ) -> None:
        self._limits, self._rules = limits or Limits(), rules or CalibrationLimits()
        self._checker = Checker(self._limits, self._rules)
        self._glasses, self._corners, self._screen = glasses, corners, screen
        self._before, self._today = before, today
        self._clock = Clock(self._limits)
        self._validity = ValidityMonitor(self._limits)
        self._lost = LostTime(self._rules)
        self._elapsed_s = 0.0
        self._number = 0
        self._track: int | None = None
        self._frame_size = (0, 0)
        self._note: Note | None = None
        self._result: CalibrationResult | None = None
        self._begin()

    def _begin(self, note: Note | None = None) -> None:
        self._steps = self._script()
        self._step: CalibrationStep | None = next(self._steps)
        self._passed_s = 0.0  # planned seconds of the steps behind
        self._note = note
        self._state = CalibrationState("position", (), 0.0, 0.0, note=note)

    def _script(self) -> Iterator[CalibrationStep]:
        """The steps in their order; each is made when the one before is done."""
        yield PositionStep(self._checker)
        yield CountdownStep(self._checker)
        yield (looking := OpenStep(self._checker))
        opened = looking.figures
        if opened is None:
            return
        closed = gaze = None
        if not self._glasses:
            yield (closing := ClosedStep(self._checker, opened))
            closed = closing.closed
        if self._corners:
            yield (cornering := CornersStep(self._checker, opened, self._frame_size, self._screen))
            gaze = cornering.fit()
        self._result = self._summed_up(opened, closed, gaze)

    def update(
        self,
        t: float,
        face: Face | None,
        frame_size: tuple[int, int],
        *,
        people: int | None = None,
        fps: float | None = None,
        probabilities: NDArray[np.float32] | None = None,
    ) -> CalibrationState:
        """Take the frame at t seconds.

        `frame_size` is (width, height) in px, `people` how many faces are in view, `fps` a frame rate that is
        known better than from t. `probabilities` (7,) are the bundle's own, before any baseline.
        """
        if self._step is None:
            self._state = replace(self._state, tone=None)
            return self._state
        look = self._look(self._clock.update(t), seen_of(face, probabilities), people, fps)
        note = self._changed(look, frame_size)
        if note == "face_changed":
            self._lost.blame("face_changed", self._elapsed_s)
        if note is not None:
            self._begin(note)
        self._elapsed_s += look.tick.dt
        self._advance(self._step, look)
        return self._state

    def skip(self) -> CalibrationState:
        """Leave out the closed eyes or the corners, whichever is asked for now; nothing else can be."""
        if self._state.step in ("closed", "corners"):
            self._next(StepState((), 1.0, done=True))
        return self._state

    def result(self) -> CalibrationResult | None:
        """The profile and its figures; None until the last step is done, and after a refusal."""
        return self._result

    def _look(self, tick: Tick, seen: Seen | None, people: int | None, fps: float | None) -> Look:
        self._number += 1
        return Look(
            tick=tick,
            number=self._number,
            seen=seen,
            validity=self._validity.update(
                tick, seen.shape if seen else None, seen.pose.yaw if seen else 0.0
            ),
            people=(1 if seen else 0) if people is None else people,
            fps=tick.fps if fps is None else fps,
        )

    def _changed(self, look: Look, frame_size: tuple[int, int]) -> Note | None:
        """Why the steps so far belong to another face or another picture."""
        new_size = frame_size != self._frame_size
        jumped = look.validity.settling == "jumped"
        new_face = look.seen is not None and look.seen.track != self._track
        self._frame_size = frame_size
        self._track = look.seen.track if look.seen else self._track
        if self._state.step == "position":
            return None
        if new_size:
            return "frame_size_changed"
        return "face_changed" if new_face or jumped else None

    def _advance(self, step: CalibrationStep, look: Look) -> None:
        done = step.update(look)
        self._lost.add(done.checks, look.tick.dt)
        if done.refused:
            self._refuse(done.refused, done)
        elif done.back:
            self._begin("position_lost")
            self._state = replace(self._state, checks=done.checks)
        elif done.done:
            self._next(done)
        elif step.name != "corners" and self._elapsed_s >= self._rules.longest_s - ROUNDING_S:
            self._refuse(self._lost.reasons(), done)
        else:
            self._state = self._shown(step, done)

    def _next(self, done: StepState) -> None:
        """Go on to the following step; its first frame is the next one."""
        self._passed_s += self._step.planned_s if self._step else 0.0
        self._step = next(self._steps, None)
        if self._step is None:
            self._state = CalibrationState("result", done.checks, 1.0, 1.0, tone=done.tone)
        else:
            self._note = None
            self._state = self._shown(self._step, StepState(done.checks, 0.0, tone=done.tone))

    def _refuse(self, reasons: tuple[Reason, ...], done: StepState) -> None:
        self._step = None
        self._state = CalibrationState(
            "refused", done.checks, self._state.progress, done.progress, tone=done.tone, refused=reasons
        )

    def _shown(self, step: CalibrationStep, done: StepState) -> CalibrationState:
        return CalibrationState(
            step=step.name,
            checks=done.checks,
            progress=min((self._passed_s + done.progress * step.planned_s) / self._planned_s(), 1.0),
            step_progress=done.progress,
            countdown=done.countdown,
            tone=done.tone,
            target=done.target,
            note=self._note,
        )

    def _planned_s(self) -> float:
        rules = self._rules
        planned_s = rules.position_hold_s + rules.countdown_s + rules.open_s
        planned_s += 0.0 if self._glasses else closed_planned_s(rules)
        return planned_s + (corners_planned_s(rules) if self._corners else 0.0)

    def _summed_up(
        self, opened: OpenFigures, closed: tuple[float, float] | None, gaze: GazeFit | None
    ) -> CalibrationResult:
        before = self._before
        source: ClosedSource = "assumed" if closed is None else "guided"
        profile = Profile(
            right=EyeReference(opened.ear_right, closed[0] if closed else None),
            left=EyeReference(opened.ear_left, closed[1] if closed else None),
            neutral=opened.neutral,
            closed_source=source,
            jaw_open_rest=opened.jaw_open,
            mouth_ratio_rest=opened.mouth_ratio,
            glasses=self._glasses,
            measured_on=self._today,
            gaze=gaze or GazeFit(opened.gaze_x, opened.gaze_y),
            # Blinks belong to the person and stay, unless glasses change how they are seen.
            blinks=before.blinks if before is not None and before.glasses == self._glasses else None,
        )
        after = figures_of(profile, self._limits)
        return CalibrationResult(
            profile=profile,
            before=figures_of(before, self._limits),
            after=after,
            amber=self._ambers(after),
            luminance=opened.luminance,
            frame_size=self._frame_size,
            neutral_probabilities=opened.probabilities,
        )

    def _ambers(self, figures: Figures) -> tuple[Amber, ...]:
        ambers: list[Amber] = []
        hidden = self._limits.closed_share_hidden + ROUNDING_S
        if max(figures.closed_share_right, figures.closed_share_left) > hidden:
            ambers.append("eyes_hidden")
        mean = (figures.open_right + figures.open_left) / 2
        if abs(figures.open_left - figures.open_right) / mean > self._rules.eyes_differ:
            ambers.append("eyes_differ")
        return tuple(ambers)


def figures_of(profile: Profile | None, limits: Limits) -> Figures:
    """The references a monitor starts with, with a profile or without any."""
    if profile is None:
        return Figures(limits.open_ear, limits.open_ear, limits.closed_share, limits.closed_share, None)
    right, left = (
        limits.closed_share if eye.closed_ear is None else eye.closed_ear / eye.open_ear
        for eye in (profile.right, profile.left)
    )
    return Figures(profile.right.open_ear, profile.left.open_ear, right, left, profile.neutral)

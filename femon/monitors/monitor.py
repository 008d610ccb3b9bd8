"""The monitor of one person: frames in, everything known about eyes, head and attention out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from femon.monitors.affect import AffectMonitor, AffectState
from femon.monitors.attention import AttentionMonitor, AttentionState
from femon.monitors.badge import badge_of
from femon.monitors.blinks import BlinkMonitor, BlinksState
from femon.monitors.clock import Clock, Tick, fast_enough
from femon.monitors.closure import ClosureMonitor, ClosureState
from femon.monitors.drowsiness import DrowsinessInput, DrowsinessMonitor, DrowsinessState
from femon.monitors.engagement import HIDDEN, EngagementMonitor, EngagementState
from femon.monitors.fatigue import FatigueMonitor
from femon.monitors.gaze import Gaze, gaze_of, outside
from femon.monitors.geometry import Expression, Shape, expression_of, shape_of
from femon.monitors.head import HeadMonitor, HeadState
from femon.monitors.lids import RANK
from femon.monitors.limits import Limits
from femon.monitors.mouth import MouthMonitor, MouthState
from femon.monitors.nods import NodMonitor, NodsState
from femon.monitors.openness import EyesState, OpennessMonitor
from femon.monitors.perclos import PerclosMonitor, PerclosState
from femon.monitors.profile import BlinkBaseline, Profile
from femon.monitors.state import MonitorState
from femon.monitors.transitions import TransitionLog
from femon.monitors.validity import ValidityMonitor, ValidityState
from femon.types import Face, Pose

SessionKind = Literal["free", "driver", "engagement"]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one face shows."""

    shape: Shape
    expression: Expression
    pose: Pose


class Monitor:
    """Watches one person. Pure: the same frames give the same states, and the only clock is their time.

    `rested`: the person said so at the start, and their blinks may become the baseline. `expression` lets the
    expression take part in engagement. `gaze` uses the profile's gaze zone instead of the zone of the head.
    `today` dates the session against the profile. Sessions of kind "driver" hide engagement.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        profile: Profile | None = None,
        kind: SessionKind = "free",
        *,
        rested: bool = False,
        expression: bool = False,
        gaze: bool = False,
        today: date | None = None,
    ) -> None:
        limits = limits or Limits()
        self._limits, self._profile, self._kind = limits, profile, kind
        self._use_expression, self._use_gaze = expression, gaze
        self._days = (today - profile.measured_on).days if today and profile and profile.measured_on else None
        self._clock = Clock(limits)
        self._validity = ValidityMonitor(limits)
        self._openness = OpennessMonitor(limits, profile)
        self._closure = ClosureMonitor(limits)
        self._blinks = BlinkMonitor(limits, profile.blinks if profile else None, rested=rested)
        self._perclos = PerclosMonitor(limits)
        self._mouth = MouthMonitor(limits)
        self._nods = NodMonitor(limits)
        self._head = HeadMonitor(limits, profile.neutral if profile else None)
        self._attention = AttentionMonitor(limits)
        self._fatigue = FatigueMonitor(limits)
        self._drowsiness = DrowsinessMonitor(limits)
        self._engagement = EngagementMonitor(limits)
        self._affect = AffectMonitor(limits)
        self._log = TransitionLog()
        self._since_judged_s = 0.0

    @property
    def blink_baseline(self) -> BlinkBaseline | None:
        """The person's own rested blinks, from the profile or learned in this session."""
        return self._blinks.baseline

    def acknowledge(self, t: float) -> None:
        """The person reacted at t seconds to everything that is shown; timers and logs go on."""
        self._closure.acknowledge(t)
        self._attention.acknowledge(t)
        self._drowsiness.acknowledge(t)
        self._log.acknowledge(t)

    def update(
        self, t: float, face: Face | None, probabilities: NDArray[np.float32] | None = None
    ) -> MonitorState:
        """Take the frame at t seconds: the one face of the session, or None when there is none.

        `probabilities` (7,) in EMOTIONS order are temperature-scaled; None without expression recognition.
        """
        tick = self._clock.update(t)
        seen = _seen(face)
        validity = self._validity.update(tick, seen.shape if seen else None, seen.pose.yaw if seen else 0.0)
        seen = seen if validity.head_known else None
        eyes = self._openness.update(tick, seen.shape if seen else None, validity.eyes)
        head = self._head.update(tick, seen.pose if seen else None, eyes.openness)
        closure, blinks, perclos = self._watch_eyes(tick, validity, eyes, head)
        mouth, nods = self._watch_mouth_and_nods(tick, seen, eyes)
        gaze, attention = self._watch_attention(tick, seen, eyes, head, closure)
        drowsiness = self._judge(
            tick,
            coverage=validity.coverage_60,
            closure=closure,
            blinks=blinks,
            perclos=perclos,
            yawns=mouth.recent,
            nods=nods.recent,
        )
        affect = self._watch_affect(tick, seen, eyes, probabilities)
        references = self._openness.references()
        fatigue = self._fatigue.state
        state = MonitorState(
            t=tick.t,
            dt=tick.dt,
            gap=tick.gap,
            fps=tick.fps,
            validity=validity,
            eyes=eyes,
            references=references,
            eye_blink=seen.expression.eye_blink if seen else None,
            closure=closure,
            blinks=blinks,
            perclos=perclos,
            mouth=mouth,
            nods=nods,
            head=head,
            gaze=gaze,
            attention=attention,
            fatigue=fatigue,
            drowsiness=drowsiness,
            engagement=self._engage(tick, validity, head, attention, affect),
            affect=affect,
            badge=badge_of(
                fps=tick.fps,
                coverage=validity.coverage_60,
                references=references,
                calibrated=self._profile is not None,
                age_days=self._days,
                limits=self._limits,
            ),
            calibration_days=self._days,
            transitions=(),
        )
        return self._log.noted(state)

    def _watch_eyes(
        self, tick: Tick, validity: ValidityState, eyes: EyesState, head: HeadState
    ) -> tuple[ClosureState, BlinksState, PerclosState]:
        pitch = head.raw.pitch if head.raw else None
        closure = self._closure.update(tick, eyes.openness, pitch, alarms=self._alarms(tick))
        blinks = self._blinks.update(tick, eyes, flagged=closure.flagged)
        perclos = self._perclos.update(
            tick,
            eyes.openness,
            eyes.ratio,
            closure=closure.number,
            excluded=closure.excluded,
            coverage=(validity.coverage_60, validity.coverage_180),
        )
        if head.raw and head.neutral:
            self._openness.follow(tick, eyes, head.raw.yaw, head.raw.pitch - head.neutral.pitch)
        blink = blinks.ended
        fast = fast_enough(tick.fps, self._limits.fps_closed_reference, self._limits)
        if blink and fast and not blink.glance and not blink.long(self._limits):
            self._openness.learn(blink.lowest)
        return closure, blinks, perclos

    def _watch_mouth_and_nods(
        self, tick: Tick, seen: _Seen | None, eyes: EyesState
    ) -> tuple[MouthState, NodsState]:
        jaw_open = seen.expression.jaw_open if seen else None
        mouth = self._mouth.update(tick, jaw_open, seen.shape.mouth_ratio if seen else None)
        return mouth, self._nods.update(tick, seen.pose.pitch if seen else None, eyes.openness)

    def _watch_attention(
        self, tick: Tick, seen: _Seen | None, eyes: EyesState, head: HeadState, closure: ClosureState
    ) -> tuple[Gaze | None, AttentionState]:
        fit = self._profile.gaze if self._profile else None
        gaze = gaze_of(seen.pose, seen.expression, eyes.openness, fit, self._limits) if seen else None
        zone = fit.zone if fit and self._use_gaze else None
        attention = self._attention.update(
            tick,
            head,
            glance_s=closure.glance_s,
            gaze_off=outside(gaze, zone) if gaze and zone else None,
            alarms=self._alarms(tick),
        )
        return gaze, attention

    def _judge(
        self,
        tick: Tick,
        *,
        coverage: float | None,
        closure: ClosureState,
        blinks: BlinksState,
        perclos: PerclosState,
        yawns: int | None,
        nods: int | None,
    ) -> DrowsinessState:
        """Index and level: once per second, and at once when a closure has become an event."""
        self._since_judged_s += tick.dt
        level = self._drowsiness.state.level
        urgent = RANK[closure.level] >= RANK["microsleep"] and level != "severe"
        if not tick.second and not urgent:
            return self._drowsiness.state
        seconds, self._since_judged_s = self._since_judged_s, 0.0
        fatigue = self._fatigue.update(
            seconds,
            p60=perclos.p60,
            blinks=blinks,
            yawns=yawns,
            nods=nods,
            coverage=coverage,
            fast=self._alarms(tick),
        )
        # Frames too few to judge eyes by cover nothing: the level freezes rather than stays "alert".
        covered = coverage if self._alarms(tick) else None
        given = DrowsinessInput(perclos.p60, perclos.p180, fatigue.index, closure, covered)
        state = self._drowsiness.update(seconds, given)
        if state.level != "alert":
            self._blinks.stop_learning()
        return state

    def _watch_affect(
        self, tick: Tick, seen: _Seen | None, eyes: EyesState, probabilities: NDArray[np.float32] | None
    ) -> AffectState:
        limits = self._limits
        misread = seen is None or (
            seen.expression.jaw_open > limits.affect_jaw_open
            or abs(seen.pose.yaw) > limits.affect_yaw
            or (eyes.openness is not None and eyes.openness < limits.affect_openness)
        )
        return self._affect.update(tick, probabilities, misread=misread)

    def _engage(
        self,
        tick: Tick,
        validity: ValidityState,
        head: HeadState,
        attention: AttentionState,
        affect: AffectState,
    ) -> EngagementState:
        if self._kind == "driver":
            return HIDDEN
        return self._engagement.update(
            tick.span,
            attention=None if attention.frozen else attention.share,
            index=self._fatigue.state.index,
            unsteadiness=head.unsteadiness,
            liveliness=affect.liveliness if self._use_expression else None,
            coverage=validity.coverage_60,
            fast=attention.why != "low_fps",
        )

    def _alarms(self, tick: Tick) -> bool:
        return fast_enough(tick.fps, self._limits.fps_alarms, self._limits)


def _seen(face: Face | None) -> _Seen | None:
    """What a face shows; None also for one whose pose is not a number, of which nothing can be trusted."""
    if face is None or not math.isfinite(face.pose.yaw + face.pose.pitch + face.pose.roll):
        return None
    return _Seen(shape_of(face.landmarks), expression_of(face.blendshapes), face.pose)

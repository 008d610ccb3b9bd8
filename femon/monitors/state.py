"""What a monitor says after each frame: every figure, what is withheld and why, and what has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from femon.monitors.affect import AffectState
from femon.monitors.attention import AttentionState
from femon.monitors.badge import Badge
from femon.monitors.blinks import BlinksState
from femon.monitors.closure import ClosureState
from femon.monitors.drowsiness import DrowsinessState
from femon.monitors.engagement import EngagementState
from femon.monitors.fatigue import FatigueState
from femon.monitors.gaze import Gaze
from femon.monitors.head import HeadState
from femon.monitors.mouth import MouthState
from femon.monitors.nods import NodsState
from femon.monitors.openness import EyesState, References
from femon.monitors.perclos import PerclosState
from femon.monitors.validity import Validity, ValidityState

Channel = Literal["event", "drowsiness", "attention", "visibility"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The figures behind a transition, as they stood at its frame; None where they were withheld."""

    closed_s: float
    deep_share: float | None
    pitch_change: float | None  # degrees
    glance: bool
    p60: float | None
    p180: float | None
    fatigue_index: float | None
    vats_s: float
    off_s: float
    coverage_60: float | None
    fps: float | None
    validity: Validity
    references: References
    acknowledged_t: float | None  # of the state that was left


@dataclass(frozen=True, slots=True)
class Transition:
    """One channel went from one state to another."""

    t: float  # s, of the frame
    channel: Channel
    before: str
    after: str
    reason: str  # the rule; the name of a limit where there is one
    since_t: float | None  # s; when what led to it began, if it was a closure
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class MonitorState:
    """Everything known after one frame."""

    t: float
    dt: float  # s the frame counts for
    gap: bool  # too long a step to bridge lies before it
    fps: float | None
    validity: ValidityState
    eyes: EyesState
    references: References
    eye_blink: float | None  # blendshape, for the log
    closure: ClosureState
    blinks: BlinksState
    perclos: PerclosState
    mouth: MouthState
    nods: NodsState
    head: HeadState
    gaze: Gaze | None
    attention: AttentionState
    fatigue: FatigueState
    drowsiness: DrowsinessState
    engagement: EngagementState
    affect: AffectState
    badge: Badge
    calibration_days: int | None  # age of the profile
    transitions: tuple[Transition, ...]

    @property
    def withheld(self) -> dict[str, str]:
        """The figures that are None on purpose, each with the reason; to be shown grey, never as 0."""
        reasons = {
            "openness": self._eyes_why(),
            "perclos_60": self.perclos.why_60,
            "perclos_180": self.perclos.why_180,
            "blink_rate": self.blinks.rate_why,
            "blink_durations": self.blinks.why,
            "yawns": self.mouth.why,
            "nods": self.nods.why,
            "head": self.head.why,
            "attention_share": self.attention.why,
            "fatigue_index": self.fatigue.why,
            "engagement": self.engagement.why,
            "affect": self.affect.why,
        }
        return {name: reason for name, reason in reasons.items() if reason is not None}

    def _eyes_why(self) -> str | None:
        if self.eyes.openness is not None:
            return None
        return "eyes_unreadable" if self.validity.head_known else "no_face"

"""What the guided calibration says: steps, live checks, reasons in words, and the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from femon.monitors.profile import Profile
from femon.types import Pose

Step = Literal["position", "countdown", "open", "closed", "corners", "result", "refused"]
Tone = Literal["close", "open"]
CheckName = Literal[
    "one_face", "distance", "eyes", "upright", "facing", "still", "mouth", "light", "frame_rate"
]
Reason = Literal[
    "no_face",
    "several_faces",
    "face_changed",
    "too_small",
    "eyes_unreadable",
    "tilted",
    "turned",
    "moved",
    "mouth_open",
    "dark",
    "low_fps",
    "stalled",
    "too_long",
    "eyes_closed",
    "not_open",
    "out_of_range",
    "unsteady",
    "not_shut",
]
Note = Literal["face_changed", "frame_size_changed", "position_lost"]
Amber = Literal["eyes_hidden", "eyes_differ"]

INSTRUCTIONS: Final[dict[Step, str]] = {
    "position": "Sit as you will sit during the session, with the glasses on or off as then.",
    "countdown": "In a moment: look at the camera lens, face relaxed.",
    "open": "Look at the camera lens, face relaxed. Do not read this text.",
    "closed": "Close both eyes at the first tone and open them at the second.",
    "corners": "Look at the point on the screen.",
    "result": "The calibration is complete.",
    "refused": "The calibration cannot be used.",
}
HINTS: Final[dict[Reason, str]] = {
    "no_face": "No face in view: sit in front of the camera.",
    "several_faces": "More than one person in view: only you should be.",
    "face_changed": "Another face came into view: stay in front of the camera.",
    "too_small": "The face is too small: come closer to the camera.",
    "eyes_unreadable": "The eyes cannot be read: face the camera and keep hair and glare off them.",
    "tilted": "The head is tilted: hold it upright.",
    "turned": "The head is turned: face the camera.",
    "moved": "The head moved up or down: hold it still.",
    "mouth_open": "The mouth is open: close it.",
    "dark": "Too dark: put light on the face.",
    "low_fps": "Fewer than 15 pictures per second: more light or fewer other programs may help.",
    "stalled": "The camera paused: wait a moment.",
    "too_long": "It takes too long: begin again.",
    "eyes_closed": "The eyes were closed or lowered for more than half a second.",
    "not_open": "The eyes were not really open: look at the camera lens.",
    "out_of_range": "The eye opening is out of range: look at the camera lens.",
    "unsteady": "The eye opening was unsteady: hold still and do not squint.",
    "not_shut": "Were the eyes shut at the tone?",
}
_REFUSALS: Final[dict[Reason, str]] = {
    "no_face": "no face in view",
    "several_faces": "more than one person in view",
    "face_changed": "another face came into view",
    "too_small": "face too small",
    "eyes_unreadable": "eyes cannot be read",
    "tilted": "head tilted",
    "turned": "head turned",
    "moved": "head moved",
    "mouth_open": "mouth open",
    "dark": "too dark",
    "low_fps": "too few pictures per second",
    "stalled": "the camera paused",
    "too_long": "it took too long",
    "eyes_closed": "eyes closed or lowered",
    "not_open": "eyes not really open, look at the camera lens",
    "out_of_range": "eye opening out of range, look at the camera lens",
    "unsteady": "eye opening unsteady",
    "not_shut": "eyes not shut at the tone",
}
NOTES: Final[dict[Note, str]] = {
    "face_changed": "Another face came into view, so the calibration began again.",
    "frame_size_changed": "The picture of the camera changed its size, so the calibration began again.",
    "position_lost": "Something changed before the start, so the countdown stopped.",
}
AMBERS: Final[dict[Amber, str]] = {
    "eyes_hidden": "Eyes partly hidden: sleep detection is weaker.",
    "eyes_differ": "The two eyes differ by more than 30 %: check that both are in view and lit alike.",
}


def refusal(reasons: tuple[Reason, ...]) -> str:
    """The sentence for a calibration that cannot be used."""
    return f"Not usable: {in_words(reasons)}. Please repeat."


def in_words(reasons: tuple[Reason, ...]) -> str:
    """What was wrong, as part of a sentence."""
    return "; ".join(_REFUSALS[reason] for reason in reasons)


@dataclass(frozen=True, slots=True)
class Check:
    """One condition on the picture, judged live."""

    name: CheckName
    ok: bool | None  # None: cannot be known yet
    reason: Reason | None = None  # where ok is False

    @property
    def text(self) -> str:
        """What is wrong and what to do; empty when nothing is."""
        return HINTS[self.reason] if self.reason else ""


@dataclass(frozen=True, slots=True)
class CalibrationState:
    """What to show and sound after one frame."""

    step: Step
    checks: tuple[Check, ...]  # those that matter in this step
    progress: float  # 0..1 of the whole calibration
    step_progress: float  # 0..1
    countdown: int | None = None  # 3, 2, 1
    tone: Tone | None = None  # to sound now, in this state only
    target: tuple[float, float] | None = None  # where to look, shares of the screen from its upper left
    note: Note | None = None  # why it began again
    refused: tuple[Reason, ...] = ()  # worst first

    @property
    def finished(self) -> bool:
        """Nothing more will happen: there is a result or a refusal."""
        return self.step in ("result", "refused")

    @property
    def instruction(self) -> str:
        """What the person should do now, or why the calibration was refused."""
        return refusal(self.refused) if self.refused else INSTRUCTIONS[self.step]


@dataclass(frozen=True, slots=True)
class Figures:
    """The references a monitor uses; right and left are the subject's."""

    open_right: float  # EAR
    open_left: float
    closed_share_right: float  # closed EAR over open
    closed_share_left: float
    neutral: Pose | None  # degrees relative to the camera; None: not known


@dataclass(frozen=True, slots=True)
class CalibrationResult:
    """A calibration that can be used."""

    profile: Profile
    before: Figures
    after: Figures
    amber: tuple[Amber, ...]  # reasons against a green badge
    luminance: float  # median grey value of the face, 0..255
    frame_size: tuple[int, int]  # px
    # Mean (7,) in EMOTIONS order over the counted frames; None without expression recognition.
    neutral_probabilities: tuple[float, ...] | None

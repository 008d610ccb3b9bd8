"""The words femon shows for the quality of a face, for doubts about a label and for figures held back."""

from __future__ import annotations

from typing import Final

from femon.types import Quality, Reading

QUALITY_WORDS: Final = {
    "small": "face too small",
    "dark": "too dark",
    "bright": "too bright",
    "blurred": "blurred",
    "turned": "turned away",
    "partial": "partly out of view",
}
UNCERTAIN_WORDS: Final = {
    "low_quality": "picture too poor",
    "eyes_closed": "eyes closed",
    "yawning": "yawning",
    "warmup": "settling",
    "disagreement": "the networks disagree",
    "low_prob": "no label likely enough",
    "small_margin": "two labels too close",
}
# Why the monitors hold a figure back ...
WITHHELD_WORDS: Final = {
    "low_fps": "too few frames per second",
    "coverage": "eyes readable under 70 %",
    "few_blinks": "needs 10 blinks in 3 min",
    "no_face": "no face in view",
    "eyes_unreadable": "eyes unreadable",
    "warming_up": "settling",
    "driving": "not shown to drivers",
    "off": "switched off",
    "no_expression": "expressions are not watched",
}
# ... and what those still need that say more than "settling".
WARMING_UP_WORDS: Final = {
    "perclos_60": "needs 30 s of readable eyes",
    "perclos_180": "needs 90 s of readable eyes",
    "blink_rate": "needs 30 s of readable eyes",
    "attention_share": "needs 5 s with a face",
    "engagement": "needs 5 s with a face",
}
BADGE_WORDS: Final = {
    "very_low_fps": "far too few frames per second",
    "very_low_coverage": "eyes readable under 70 %",
    "low_fps": "few frames per second",
    "low_coverage": "eyes readable under 90 %",
    "uncalibrated": "not calibrated",
    "old_calibration": "calibrated over 30 days ago",
    "eyes_hidden": "eyes partly hidden, by glasses?",
}
# What works less well than it should, the worst first.
DEGRADED_WORDS: Final = {
    "no_face": "No face in view: nothing is judged",
    "eyes_unreadable": "Eyes unreadable: no fatigue warning",
    "no_alarms": "Under 5 frames/s: no warning",
    "very_low_fps": "Under 10 frames/s: no PERCLOS",
    "low_fps": "Under 15 frames/s: no blinks",
    "dark": "Too dark: eyes are read badly",
    "eyes_hidden": "Eyes partly hidden: sleep is seen late",
    "camera_moved": "Camera has moved: calibrate again",
}
_GOOD: Final = 0.6  # ours: half-way between the default gate of 0.3 and a flawless face


def quality_word(quality: Quality) -> str:
    """ "good", "fair" or "poor"."""
    if quality.reasons:
        return "poor"
    return "good" if quality.value >= _GOOD else "fair"


def uncertain_words(reading: Reading) -> str:
    """Why a reading has no label, for people; empty when it has one."""
    if reading.uncertain is None:
        return ""
    if reading.uncertain == "low_quality" and reading.face.quality.reasons:
        return ", ".join(QUALITY_WORDS[reason] for reason in reading.face.quality.reasons)
    return UNCERTAIN_WORDS[reading.uncertain]


def withheld_words(figure: str, why: str) -> str:
    """Why a figure of a monitor is held back, for people; names as in MonitorState.withheld."""
    if why == "warming_up":
        return WARMING_UP_WORDS.get(figure, WITHHELD_WORDS[why])
    return WITHHELD_WORDS[why]

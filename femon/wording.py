"""The words femon shows for the quality of a face and for the reasons to doubt a label."""

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
    "warmup": "settling",
    "disagreement": "the networks disagree",
    "low_prob": "no label likely enough",
    "small_margin": "two labels too close",
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

"""What the window says about the calibration in use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from femon.gui.messages import Message
from femon.profiles import StoredProfile, age_days

NO_SOURCE: Final = Message(
    "information", "Open a camera or a video first: the calibration measures who is in view."
)
NO_STILLS: Final = Message("information", "Pictures cannot be calibrated: open a camera or a video.")
NO_SOUND: Final = "No sound can be played: open your eyes again after two seconds."


def days_since(stored: StoredProfile) -> int:
    """Whole days since a calibration was made."""
    return age_days(stored, datetime.now(UTC))


def in_use_text(stored: StoredProfile, days: int) -> str:
    """One sentence about the calibration in use."""
    whose = f" of {stored.participant}" if stored.participant else ""
    worn = "with" if stored.profile.glasses else "without"
    made = {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
    return f"The calibration{whose} {worn} glasses, made {made}, is in use."

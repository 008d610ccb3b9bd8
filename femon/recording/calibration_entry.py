"""What session.json says of the calibration that a session uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from femon.profiles import StoredProfile
from femon.recording.timeline import utc_text


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A calibration in use, and whether the expressions are corrected by it."""

    stored: StoredProfile
    baseline: bool


def calibration_table(
    before: Mapping[str, Any], calibrated: Calibrated | None, participant: str
) -> dict[str, Any]:
    """The table `calibration` of session.json: what was used `before`, and what is used from now on.

    `participant` is the session's code, for a calibration that was stored under none.
    """
    table = {code: entry | {"used": False} for code, entry in before.items()}
    if calibrated is not None:
        table[calibrated.stored.participant or participant] = _entry(calibrated)
    return table


def profile_details(stored: StoredProfile | None) -> dict[str, object] | None:
    """Whose calibration the log names as used from now on."""
    if stored is None:
        return None
    glasses, made_at = stored.profile.glasses, stored.made_at.isoformat()
    return {"participant": stored.participant, "glasses": glasses, "made_at": made_at}


def _entry(calibrated: Calibrated) -> dict[str, Any]:
    stored, profile = calibrated.stored, calibrated.stored.profile
    neutral, raw = profile.neutral, stored.neutral_probabilities
    return {
        "made_at": utc_text(stored.made_at),
        "source": stored.camera,
        "glasses": profile.glasses,
        "open_left": round(profile.left.open_ear, 4),
        "open_right": round(profile.right.open_ear, 4),
        "closed_left": _rounded(profile.left.closed_ear),
        "closed_right": _rounded(profile.right.closed_ear),
        "neutral_pose": [round(angle, 2) for angle in (neutral.yaw, neutral.pitch, neutral.roll)],
        "neutral_raw": None if raw is None else [round(share, 4) for share in raw],
        "model": stored.model_id,
        "used": True,
        "baseline": calibrated.baseline,
    }


def _rounded(ear: float | None) -> float | None:
    return None if ear is None else round(ear, 4)

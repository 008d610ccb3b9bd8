"""One moment of a session as the live picture takes it, made from the rows of that time."""

from __future__ import annotations

from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from femon.emotions import EMOTIONS, NOT_WATCHED
from femon.gui.review.record import SessionRecord
from femon.gui.review.sketch import FaceSketch
from femon.types import Face, Frame, Pose, Quality, Reading, Readings, UncertainReason
from femon.wording import QUALITY_WORDS, UNCERTAIN_WORDS

# The log keeps no landmarks, blendshapes and crops, and the picture draws none of them.
_NO_LANDMARKS: Final = np.zeros((478, 3), np.float32)
_NO_BLENDSHAPES: Final = np.zeros(52, np.float32)
_NO_CROP: Final = np.zeros((48, 48), np.uint8)


def readings_at(record: SessionRecord, place: int, image_bgr: NDArray[np.uint8]) -> Readings:
    """What was shown at a place of `record.times`, over a picture, BGR (h, w, 3)."""
    t = float(record.times[place]) if len(record.times) else 0.0
    frame = Frame("review", place, t, None, None, image_bgr)
    return Readings(frame, tuple(_reading(record, row) for row in _face_rows(record, place)))


def sketches_at(record: SessionRecord, place: int) -> tuple[FaceSketch, ...]:
    """The faces at a place of `record.times`."""
    return tuple(
        FaceSketch(
            box_xywh=_box(record, row),
            yaw=record.number("yaw_deg", row) or 0.0,
            pitch=record.number("pitch_deg", row) or 0.0,
            roll=record.number("roll_deg", row) or 0.0,
            open_left=record.number("open_left", row),
            open_right=record.number("open_right", row),
            jaw=record.number("jaw_open", row),
        )
        for row in _face_rows(record, place)
    )


def _face_rows(record: SessionRecord, place: int) -> list[int]:
    return [row for row in record.rows_at(place) if record.number("face_id", row) is not None]


def _box(record: SessionRecord, row: int) -> tuple[float, float, float, float]:
    x, y, width, height = (record.number(f"box_{side}", row) or 0.0 for side in "xywh")
    return x, y, width, height


def _reading(record: SessionRecord, row: int) -> Reading:
    why, reasons = record.word("uncertain_why", row), record.word("status_why", row)
    poor = record.word("status", row) == "low_quality"
    quality = Quality(
        record.number("quality", row) or 0.0,
        tuple(why for why in reasons.split("+") if why in QUALITY_WORDS) if poor else (),
        0.0,
        0.0,
        0.0,
    )
    pose = Pose(*(record.number(f"{angle}_deg", row) or 0.0 for angle in ("yaw", "pitch", "roll")))
    face = Face(
        track=int(record.numbers["face_id"][row]),
        box_xywh=_box(record, row),
        landmarks=_NO_LANDMARKS,
        blendshapes=_NO_BLENDSHAPES,
        pose=pose,
        quality=quality,
        crop=_NO_CROP,
    )
    return Reading(
        face=face,
        primary=record.number("primary", row) == 1,
        raw=_probabilities(record, "raw", row),
        smooth=_probabilities(record, "smooth", row),
        label=record.word("label", row) or NOT_WATCHED,
        uncertain=cast(UncertainReason, why) if why in UNCERTAIN_WORDS else None,
        low_quality=poor,
    )


def _probabilities(record: SessionRecord, group: str, row: int) -> NDArray[np.float32] | None:
    values = np.array([record.numbers[f"{group}_{name}"][row] for name in EMOTIONS], np.float32)
    return None if np.isnan(values).any() else values

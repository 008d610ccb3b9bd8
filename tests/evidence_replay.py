"""Reads evidence files and shows them to a new monitor, which must come to the same verdict."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from femon.evidence import HEADER, EvidenceRow
from femon.monitors import EyeReference, Limits, Monitor, Profile, Transition
from femon.monitors import geometry as mesh
from femon.types import Face, Pose, Quality

TEXTS = ("t_utc", "validity", "settling")
FLAGS = ("pose_calibrated", "acknowledged")
SAME_S = 0.1  # a transition reproduced this close is the same one
LONG_RULES = ("drowsiness", "shared")  # they look back further than an evidence window


def rows_of(csv_text: str) -> tuple[EvidenceRow, ...]:
    """The rows of an evidence file."""
    table = list(csv.reader(io.StringIO(csv_text, newline="")))
    assert tuple(table[0]) == HEADER
    return tuple(_row_of(cells) for cells in table[1:])


def _row_of(cells: list[str]) -> EvidenceRow:
    values: dict[str, Any] = {}
    for name, cell in zip(HEADER, cells, strict=True):
        if name in FLAGS:
            values[name] = cell == "1"
        elif not cell:
            values[name] = None
        elif name == "frame":
            values[name] = int(cell)
        else:
            values[name] = cell if name in TEXTS else float(cell)
    return EvidenceRow(**values)


def can_be_judged(transition: Transition) -> bool:
    """Whether its rule looks back no further than the evidence, or a closure has caused it.

    Eyes are readable again after 10 s in which they were not and 1 s in which they were.
    """
    long = transition.channel in LONG_RULES or "shared" in (transition.after, transition.before)
    again = transition.before == "eyes_unreadable"
    return not (long or again) or transition.reason == "sleep_event"


def reproduced(rows: Iterable[EvidenceRow], transition: Transition) -> bool:
    """Whether a monitor with the references of the first row sees the transition at the same frame."""
    rows = tuple(rows)
    monitor = _monitor_for(rows[0])
    for row, face in zip(rows, _faces_of(rows), strict=True):
        if row.acknowledged:
            monitor.acknowledge(row.t)
        for one in monitor.update(row.t, face).transitions:
            same = (one.channel, one.after) == (transition.channel, transition.after)
            if same and abs(one.t - transition.t) <= SAME_S:
                return True
    return False


def _monitor_for(row: EvidenceRow) -> Monitor:
    """A monitor that begins where the recorded one stood at this row."""
    limits = Limits()
    if not row.pose_calibrated:
        limits = replace(limits, off_yaw=limits.off_yaw_uncalibrated, off_pitch=limits.off_pitch_uncalibrated)
    profile = Profile(
        EyeReference(row.open_right, row.closed_right),
        EyeReference(row.open_left, row.closed_left),
        Pose(row.neutral_yaw or 0.0, row.neutral_pitch or 0.0, row.neutral_roll or 0.0),
        closed_source="guided",
    )
    return Monitor(limits, profile, "driver")


def _faces_of(rows: Iterable[EvidenceRow]) -> Iterator[Face | None]:
    """For each row a face that shows its numbers; its nose jumps where the recorded one did."""
    nose_px, settling = 0.0, None
    for row in rows:
        if row.settling == "jumped" != settling:
            nose_px += SPAN_PX * 3
        settling = row.settling
        yield None if row.validity == "no_face" and settling is None else _face_of(row, nose_px)


SPAN_PX = 240.0  # between the outer corners
NEAR_PX, FAR_PX, UNREADABLE_PX = 80.0, 40.0, 1.0
QUALITY = Quality(1.0, (), 100.0, 120.0, SPAN_PX)
CROP = np.zeros((48, 48), np.uint8)


def _face_of(row: EvidenceRow, nose_px: float) -> Face:
    landmarks = np.zeros((478, 3), np.float32)
    for points, ear, sign in ((mesh.RIGHT_EYE, row.ear_right, -1), (mesh.LEFT_EYE, row.ear_left, 1)):
        readable = row.validity in ("ok", "partial")
        width = (FAR_PX if ear is None else NEAR_PX) if readable else UNREADABLE_PX
        if row.validity == "partial" and ear is None and abs(row.yaw or 0.0) <= Limits().yaw_both_eyes:
            width = UNREADABLE_PX
        landmarks[list(points), :2] = _eye(width, ear if ear is not None else 0.25, sign)
    landmarks[mesh.NOSE_TIP, :2] = nose_px, 60.0
    blendshapes = np.zeros(52, np.float32)
    blendshapes[mesh.JAW_OPEN] = row.jaw_open or 0.0
    blendshapes[list(mesh.BLINK)] = row.eye_blink or 0.0
    pose = Pose(row.yaw or 0.0, row.pitch or 0.0, row.roll or 0.0)
    return Face(1, (0.0, 0.0, 300.0, 300.0), landmarks, blendshapes, pose, QUALITY, CROP)


def _eye(width: float, ear: float, sign: int) -> list[tuple[float, float]]:
    """Six points (x, y) px whose eye aspect ratio is `ear`: corners level, lids ear * width apart."""
    half, x = ear * width / 2, sign * SPAN_PX / 2
    inner = x - sign * width
    first, last = (x, inner) if sign < 0 else (inner, x)  # p1 is the corner on the image's left
    near, far = first + (last - first) / 3, first + (last - first) * 2 / 3
    return [(first, 0.0), (near, -half), (far, -half), (last, 0.0), (far, half), (near, half)]

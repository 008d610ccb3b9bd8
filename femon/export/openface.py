"""Rows as OpenFace 2.2 writes them: openface.csv.

Names, order and units of the columns follow the output format of OpenFace 2.2 (Baltrusaitis et al. 2018).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from femon.emotions import EMOTIONS
from femon.export.cells import Getter, plus, radians_of, same
from femon.export.options import ExportOptions, Values
from femon.export.session import ExportSession
from femon.export.staging import Staging

FILE: Final = "openface.csv"

_EYE_POINTS, _FACE_POINTS, _SHAPE_PARAMETERS = 56, 68, 34
_INTENSITIES: Final = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 45)
_OCCURRENCES: Final = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 28, 45)

# OpenFace has x to the right, y down and z away from the camera; femon's angles are + to image right, up and
# to the subject's right shoulder. So a head turned to image right has a negative Ry but a positive gaze x.
_SOURCES: Final[dict[str, Getter]] = {
    "frame": lambda row: plus(row["frame"], 1),
    "face_id": lambda row: plus(row["face_id"], -1),
    "timestamp": lambda row: f"{float(row['t_mono_s']):.3f}",
    "confidence": lambda row: f"{float(row['quality'] or 0):.2f}",
    "success": lambda row: "1" if row["status"] == "ok" else "0",
    "gaze_angle_x": lambda row: radians_of(row["gaze_yaw_deg"]),
    "gaze_angle_y": lambda row: radians_of(row["gaze_pitch_deg"], -1),
    "pose_Rx": lambda row: radians_of(row["pitch_deg"], -1),
    "pose_Ry": lambda row: radians_of(row["yaw_deg"], -1),
    "pose_Rz": lambda row: radians_of(row["roll_deg"], -1),
}


def original_header() -> list[str]:
    """The 714 column names of OpenFace 2.2 in their order."""
    return [
        "frame", "face_id", "timestamp", "confidence", "success",
        *(f"gaze_{eye}_{axis}" for eye in (0, 1) for axis in "xyz"), "gaze_angle_x", "gaze_angle_y",
        *(f"eye_lmk_{axis}_{point}" for axis in "xyXYZ" for point in range(_EYE_POINTS)),
        *(f"pose_{kind}{axis}" for kind in "TR" for axis in "xyz"),
        *(f"{axis}_{point}" for axis in "xyXYZ" for point in range(_FACE_POINTS)),
        "p_scale", "p_rx", "p_ry", "p_rz", "p_tx", "p_ty",
        *(f"p_{number}" for number in range(_SHAPE_PARAMETERS)),
        *(f"AU{unit:02d}_r" for unit in _INTENSITIES),
        *(f"AU{unit:02d}_c" for unit in _OCCURRENCES),
    ]  # fmt: skip


def write(session: ExportSession, options: ExportOptions, staging: Staging) -> None:
    """Write openface.csv; raises OSError, and ValueError for a damaged cell."""
    names = original_header() if options.full_header else list(_SOURCES)
    emotions = _emotions(options.values)
    filled = [(place, _SOURCES[name]) for place, name in enumerate(names) if name in _SOURCES]
    filled += [(len(names) + place, get) for place, get in enumerate(emotions.values())]
    join = _join_with_spaces if options.spaces else ",".join
    with staging.open(FILE) as file:
        file.write(join([*names, *emotions]) + "\n")
        for cells in _rows(session, filled, len(names) + len(emotions)):
            file.write(join(cells) + "\n")


def notes(options: ExportOptions) -> str:
    """What a reader of openface.csv must know."""
    layout = "All original columns are there; those femon cannot measure are empty. " * options.full_header
    return (
        f"{layout}The columns femon_<emotion> are femon's own and stand last. frame counts from 1 and "
        "face_id from 0; a row without a face has no face_id. timestamp is the measured time of the "
        "frame in seconds. confidence is femon's picture quality. success is 1 only for a face that is "
        "good enough to judge; frames without a face or not analysed have success 0. Angles are in "
        "radians in the axes of OpenFace (x right, y down, z away from the camera): head yaw and gaze x "
        "have opposite signs. femon measures no action units and writes none."
    )


def _emotions(values: Values) -> dict[str, Getter]:
    return {f"femon_{name}": same(f"{values}_{name}") for name in EMOTIONS}


def _join_with_spaces(cells: list[str]) -> str:
    """As the older layout; no space before an empty cell, which readers would take for text."""
    return ",".join([cells[0], *(f" {cell}" if cell else "" for cell in cells[1:])])


def _rows(session: ExportSession, filled: list[tuple[int, Getter]], width: int) -> Iterator[list[str]]:
    empty = [""] * width
    for row in session.rows():
        if row["status"] == "camera_lost":
            continue
        cells = empty.copy()
        for place, get in filled:
            cells[place] = get(row)
        yield cells

"""Rows as Py-feat's Fex files have them: fex.csv.

Names and units follow Py-feat (Cheong et al. 2023). Its reader counts every column with the letters AU as an
action unit, and takes a file with `valence` and `arousal` for one of its second detector.
"""

from __future__ import annotations

import csv
from typing import Final

from femon.export.cells import Getter, plain_text, plus, radians_of, same
from femon.export.options import ExportOptions
from femon.export.session import ExportSession
from femon.export.staging import Staging

FILE: Final = "fex.csv"

# The emotion names of the first and the second detector, in their order.
_FIRST: Final = {
    "anger": "angry", "disgust": "disgust", "fear": "fear", "happiness": "happy", "sadness": "sad",
    "surprise": "surprise", "neutral": "neutral",
}  # fmt: skip
_SECOND: Final = {
    "Neutral": "neutral", "Happy": "happy", "Sad": "sad", "Surprise": "surprise", "Fear": "fear",
    "Disgust": "disgust", "Anger": "angry",
}  # fmt: skip


def write(session: ExportSession, options: ExportOptions, staging: Staging) -> None:
    """Write fex.csv; raises OSError, and ValueError for a damaged cell."""
    columns = _columns(session, options)
    getters = tuple(columns.values())
    with staging.open(FILE) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(
            [get(row) for get in getters] for row in session.rows() if row["status"] != "camera_lost"
        )


def notes(options: ExportOptions) -> str:
    """What a reader of fex.csv must know."""
    second = (
        "valence and arousal are computed from the smoothed classes with fixed weights, not measured. "
        if options.vocabulary == "v2"
        else ""
    )
    return (
        f"{second}frame counts from 0 and time_s is its measured time in seconds. FaceScore is femon's "
        "picture quality. Pose is in radians: Pitch + up, Yaw and Roll + to the subject's right. X, Y "
        "and Z are not measured. Person_0 is face 1. A frame without a face or not analysed has one row "
        "with empty values; status says why. There are no action units."
    )


def _columns(session: ExportSession, options: ExportOptions) -> dict[str, Getter]:
    size = [_size(session, name) for name in ("height", "width")]
    source = plain_text(session.source_name)
    return {
        **{f"FaceRect{name}": same(f"box_{name[0].lower()}") for name in ("X", "Y", "Width", "Height")},
        "FaceScore": same("quality"),
        "Pitch": lambda row: radians_of(row["pitch_deg"]),
        "Roll": lambda row: radians_of(row["roll_deg"]),
        "Yaw": lambda row: radians_of(row["yaw_deg"], -1),
        **{axis: _constant("") for axis in "XYZ"},
        **_emotions(options),
        "input": _constant(source),
        "frame": same("frame"),
        "FrameHeight": _constant(size[0]),
        "FrameWidth": _constant(size[1]),
        "Identity": lambda row: f"Person_{plus(row['face_id'], -1)}" if row["face_id"] else "",
        "time_s": same("t_mono_s"),
        "status": same("status"),
    }


def _emotions(options: ExportOptions) -> dict[str, Getter]:
    names = _SECOND if options.vocabulary == "v2" else _FIRST
    columns = {theirs: same(f"{options.values}_{ours}") for theirs, ours in names.items()}
    if options.vocabulary == "v2":
        columns |= {"valence": same("valence_derived"), "arousal": same("arousal_derived")}
    return columns


def _constant(text: str) -> Getter:
    return lambda row: text


def _size(session: ExportSession, name: str) -> str:
    pixels = session.number("source", name)
    return str(int(pixels)) if pixels else ""

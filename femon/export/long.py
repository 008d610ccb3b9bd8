"""One row per face, frame and emotion: long.csv, the shape that plotting and statistics packages like."""

from __future__ import annotations

import csv
from typing import Final

from femon.emotions import EMOTIONS
from femon.export.cells import plain_text
from femon.export.options import ExportOptions
from femon.export.session import ExportSession
from femon.export.staging import Staging

FILE: Final = "long.csv"
HEADER: Final = ("session_id", "frame", "t_mono_s", "face_id", "emotion", "raw", "adj", "smooth")


def write(session: ExportSession, options: ExportOptions, staging: Staging) -> None:
    """Write long.csv, seven rows for each face row; raises OSError."""
    session_id = plain_text(session.id)
    columns = [(name, f"raw_{name}", f"adj_{name}", f"smooth_{name}") for name in EMOTIONS]
    with staging.open(FILE) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for row in session.rows():
            if row["face_id"]:
                place = (session_id, row["frame"], row["t_mono_s"], row["face_id"])
                writer.writerows(
                    (*place, name, row[raw], row[adj], row[smooth]) for name, raw, adj, smooth in columns
                )


def notes(options: ExportOptions) -> str:
    """What a reader of long.csv must know."""
    return (
        "Seven rows for each face in each frame, one per emotion, with all three kinds of values: raw "
        "is what the network says, adj is corrected by the neutral baseline (empty without one), smooth is "
        "after the time filter. Frames without a face or not analysed have no rows. frame counts from 0 "
        "and face_id from 1; t_mono_s is in seconds."
    )

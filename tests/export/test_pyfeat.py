"""fex.csv by the rules of Py-feat's reader: columns by name, and the file's detector by its columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import radians
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from femon.export import ExportOptions, export_session, open_session

Make = Callable[..., Path]
FIRST = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"]
SECOND = ["Neutral", "Happy", "Sad", "Surprise", "Fear", "Disgust", "Anger"]
BOX = ["FaceRectX", "FaceRectY", "FaceRectWidth", "FaceRectHeight", "FaceScore"]
POSE = ["Pitch", "Roll", "Yaw", "X", "Y", "Z"]


@dataclass
class Fex:
    """What the reader makes of a file."""

    table: pd.DataFrame
    action_units: list[str]
    emotions: pd.DataFrame
    second_detector: bool


def read(session: Path, **options: Any) -> Fex:
    export_session(open_session(session), "pyfeat", ExportOptions(**options))
    table = pd.read_csv(session / "export" / "pyfeat" / "fex.csv")
    second = {"valence", "arousal"} <= set(table.columns)
    units = [name for name in table.columns if "AU" in name]
    return Fex(table, units, table[SECOND if second else FIRST], second)


def test_the_columns_are_those_of_the_first_detector(make_session: Make) -> None:
    fex = read(make_session())
    rest = ["input", "frame", "FrameHeight", "FrameWidth", "Identity", "time_s", "status"]
    assert list(fex.table) == [*BOX, *POSE, *FIRST, *rest]
    assert not fex.second_detector
    assert fex.action_units == []
    assert list(fex.emotions[:2].idxmax(axis=1)) == ["happiness", "sadness"]


def test_the_second_vocabulary_is_taken_for_the_second_detector(make_session: Make) -> None:
    fex = read(make_session(), vocabulary="v2")
    assert fex.second_detector
    assert not set(FIRST) & set(fex.table)
    assert fex.emotions.Happy[0] == 0.7
    assert fex.table.valence[0] == 0.48
    assert fex.action_units == []


def test_every_captured_frame_has_a_row_and_failures_are_empty(make_session: Make) -> None:
    table = read(make_session()).table
    assert list(table.frame) == [0, 0, 1, 2, 3, 4, 5, 6]
    assert list(table.status[2:6]) == ["low_quality", "no_face", "dropped", "paused"]
    assert table.loc[3:5, [*BOX, *POSE, *FIRST, "Identity"]].isna().all(axis=None)
    assert list(table.Identity[:3]) == ["Person_0", "Person_1", "Person_0"]
    assert table.time_s[6] == 3725.2341
    assert (table.FrameHeight == 480).all()
    assert (table.FrameWidth == 640).all()


def test_pose_is_in_radians_with_yaw_to_the_subjects_right(make_session: Make) -> None:
    first = read(make_session()).table.iloc[0]
    expected = [radians(10), radians(12), radians(4.21)]
    assert list(first[["Pitch", "Roll", "Yaw"]]) == pytest.approx(expected, abs=1e-4)


def test_a_file_name_cannot_become_a_formula(make_session: Make) -> None:
    source = {"kind": "file", "name": "x", "path": '=cmd|"/c calc"!A1', "width": 640, "height": 480}
    table = read(make_session(source=source)).table
    assert set(table.input) == {'\'=cmd|"/c calc"!A1'}


def test_a_source_that_reads_as_missing_stays_a_name(make_session: Make) -> None:
    source = {"kind": "camera", "name": "N/A", "width": 640, "height": 480}
    assert set(read(make_session(source=source)).table.input) == {"'N/A'"}


def test_a_real_session_comes_out_whole(demo: Path, tmp_path: Path) -> None:
    export_session(open_session(demo), "pyfeat", out=tmp_path)
    table = pd.read_csv(tmp_path / demo.name / "pyfeat" / "fex.csv")
    frames = pd.read_csv(demo / "frames.csv")
    assert list(table.happiness) == list(frames.smooth_happy)
    assert list(table.FaceRectX) == list(frames.box_x)
    assert set(table.Identity) == {"Person_0"}

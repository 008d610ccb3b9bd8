"""openface.csv as pandas users read OpenFace: names stripped, rows kept where success is 1."""

from __future__ import annotations

from collections.abc import Callable
from math import radians
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from femon.emotions import EMOTIONS
from femon.export import ExportOptions, export_session, open_session

Make = Callable[..., Path]
FILLED = [
    "frame", "face_id", "timestamp", "confidence", "success", "gaze_angle_x", "gaze_angle_y", "pose_Rx", "pose_Ry",
    "pose_Rz",
]  # fmt: skip


def read(session: Path, **options: Any) -> pd.DataFrame:
    export_session(open_session(session), "openface", ExportOptions(**options))
    table = pd.read_csv(session / "export" / "openface" / "openface.csv")
    table.columns = table.columns.str.strip()
    return table


def test_the_columns_stand_in_the_original_order_and_femons_own_follow(make_session: Make) -> None:
    assert list(read(make_session())) == FILLED + [f"femon_{name}" for name in EMOTIONS]


def test_numbers_and_failures_follow_openface(make_session: Make) -> None:
    table = read(make_session())
    assert list(table.frame) == [1, 1, 2, 3, 4, 5, 6, 7]
    assert list(table.success) == [1, 1, 0, 0, 0, 0, 1, 1]
    assert list(table.confidence) == [0.84, 0.84, 0.20, 0, 0, 0, 0.84, 1.0]
    assert list(table.face_id.dropna()) == [0, 1, 0, 0, 0]
    assert list(table.timestamp) == [0, 0, 0.033, 0.067, 0.1, 0.133, 3725.234, 3725.234]
    failed = table[(table.success == 0) & (table.confidence == 0)]
    assert failed.drop(columns=["frame", "timestamp", "confidence", "success"]).isna().all(axis=None)


def test_angles_are_radians_in_the_axes_of_openface(make_session: Make) -> None:
    table = read(make_session())
    first, second = table.iloc[0], table.iloc[1]
    assert first.pose_Rx == pytest.approx(-radians(10), abs=1e-4)
    assert first.pose_Ry == pytest.approx(radians(4.21), abs=1e-4)
    assert first.pose_Rz == pytest.approx(-radians(12), abs=1e-4)
    assert second.gaze_angle_x == pytest.approx(radians(2), abs=1e-4)
    assert second.gaze_angle_y == pytest.approx(radians(3), abs=1e-4)


def test_there_is_no_negative_zero(make_session: Make, face: Callable[..., dict[str, str]]) -> None:
    session = make_session([face(0, 0.0, yaw_deg="0.00", pitch_deg="0.00", roll_deg="-0.00")])
    read(session)
    assert "-0.0000" not in (session / "export" / "openface" / "openface.csv").read_text()


@pytest.mark.parametrize(("values", "happy"), [("smooth", 0.70), ("raw", 0.71), ("adj", 0.72)])
def test_the_kind_of_values_can_be_chosen(make_session: Make, values: str, happy: float) -> None:
    assert read(make_session(), values=values).femon_happy[0] == happy


def test_the_full_header_has_all_original_names(make_session: Make) -> None:
    table = read(make_session(), full_header=True)
    original = list(table)[:-7]
    assert len(original) == len(set(original)) == 714
    groups = {
        "gaze_": 8, "eye_lmk_": 280, "pose_": 6, "x_": 68, "y_": 68, "X_": 68, "Y_": 68, "Z_": 68, "p_": 40,
    }  # fmt: skip
    assert {prefix: sum(name.startswith(prefix) for name in original) for prefix in groups} == groups
    assert sum(name.startswith("AU") and name.endswith("_r") for name in original) == 17
    assert sum(name.startswith("AU") and name.endswith("_c") for name in original) == 18
    assert {"AU28_c", "eye_lmk_Z_55", "p_33", "X_67"} < set(original)
    assert "AU28_r" not in original
    assert original[5:11] == ["gaze_0_x", "gaze_0_y", "gaze_0_z", "gaze_1_x", "gaze_1_y", "gaze_1_z"]
    assert table[[name for name in original if name not in FILLED]].isna().all(axis=None)
    assert table.pose_Rx.notna().sum() == 5


def test_spaces_stand_before_filled_cells_as_in_the_older_layout(make_session: Make) -> None:
    session = make_session()
    table = read(session, spaces=True)
    text = (session / "export" / "openface" / "openface.csv").read_text()
    assert text.startswith("frame, face_id, timestamp")
    assert "\n1, 0, 0.000, 0.84, 1,,, -0.1745, " in text
    assert table.femon_happy[0] == 0.70
    assert list(table.success) == [1, 1, 0, 0, 0, 0, 1, 1]
    assert table.femon_happy[2:6].isna().all()


def test_a_real_session_comes_out_whole(demo: Path, tmp_path: Path) -> None:
    export_session(open_session(demo), "openface", out=tmp_path)
    table = pd.read_csv(tmp_path / demo.name / "openface" / "openface.csv")
    frames = pd.read_csv(demo / "frames.csv")
    assert list(table.frame) == list(frames.frame + 1)
    assert list(table.frame) == list(range(1, 16))
    assert (table.success == 1).mean() > 0.9
    assert table.filter(like="femon_").sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-3)
    assert table.gaze_angle_x.isna().all() == frames.gaze_yaw_deg.isna().all()

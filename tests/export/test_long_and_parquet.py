"""The two plain tables: long.csv and frames.parquet, read by pandas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from femon.emotions import EMOTIONS
from femon.errors import SettingsError, UnreadableSessionError
from femon.export import export_session, open_session

Make = Callable[..., Path]
Face = Callable[..., dict[str, str]]


def long(session: Path) -> pd.DataFrame:
    return pd.read_csv(export_session(open_session(session), "long").folder / "long.csv")


def parquet(session: Path) -> pd.DataFrame:
    pytest.importorskip("pyarrow")
    return pd.read_parquet(export_session(open_session(session), "parquet").folder / "frames.parquet")


def test_long_has_seven_rows_for_each_face_row(make_session: Make) -> None:
    table = long(make_session())
    assert list(table) == ["session_id", "frame", "t_mono_s", "face_id", "emotion", "raw", "adj", "smooth"]
    assert list(table.emotion) == list(EMOTIONS) * 5
    assert list(table.frame.unique()) == [0, 1, 5, 6]
    happy = table[(table.emotion == "happy") & (table.frame == 0)]
    assert happy[["face_id", "raw", "adj", "smooth"]].to_numpy().tolist() == [
        [1, 0.71, 0.72, 0.7],
        [2, 0.06, 0.07, 0.05],
    ]
    assert table[table.frame == 1].smooth.isna().all()


def test_a_session_name_cannot_become_a_formula(make_session: Make) -> None:
    assert set(long(make_session(session_id="@SUM(1)")).session_id) == {"'@SUM(1)"}


def test_a_session_name_that_reads_as_missing_stays_a_name(make_session: Make) -> None:
    assert set(long(make_session(session_id="NULL")).session_id) == {"'NULL'"}


def test_long_of_a_real_session_equals_its_frames(demo: Path, tmp_path: Path) -> None:
    export_session(open_session(demo), "long", out=tmp_path)
    table = pd.read_csv(tmp_path / demo.name / "long" / "long.csv")
    frames = pd.read_csv(demo / "frames.csv")
    wide = table.pivot(index="frame", columns="emotion", values="raw")
    assert list(wide.sad) == list(frames.raw_sad)


def test_parquet_is_the_whole_table_with_types(make_session: Make, face: Face) -> None:
    rows = [
        face(0, 0.0, t_utc="2026-03-14T08:27:07.123456Z", event="7+8"),
        {"frame": "", "t_mono_s": "1.000000", "status": "camera_lost", "session_id": "NA"},
    ]
    session = make_session(rows)
    table = parquet(session)
    header = pd.read_csv(session / "frames.csv", nrows=0)
    assert list(table) == list(header)
    assert table.t_utc[0] == pd.Timestamp("2026-03-14T08:27:07.123456Z")
    assert table.smooth_happy[0] == 0.7
    assert table.primary[0] is True
    assert table.session_id[1] == "NA"
    assert table.iloc[1].drop(["session_id", "t_mono_s", "status"]).isna().all()


def test_parquet_of_a_real_session_equals_pandas_own_reading(demo: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    export_session(open_session(demo), "parquet", out=tmp_path)
    table = pd.read_parquet(tmp_path / demo.name / "parquet" / "frames.parquet")
    frames = pd.read_csv(demo / "frames.csv")
    for name in ("frame", "t_mono_s", "face_id", "yaw_deg", "smooth_happy", "label", "status"):
        assert list(table[name]) == list(frames[name])


def test_parquet_takes_an_empty_session_and_a_column_of_a_later_femon(make_session: Make) -> None:
    columns = ["frame", "t_mono_s", "status", "face_id", "later"]
    rows = [{"frame": "0", "t_mono_s": "0.0", "status": "no_face", "later": "1.5"}]
    assert list(parquet(make_session(rows, columns=columns)).later) == ["1.5"]
    assert len(parquet(make_session([], name="empty"))) == 0


def test_parquet_refuses_a_damaged_cell(make_session: Make, face: Face) -> None:
    pytest.importorskip("pyarrow")
    session = make_session([face(0, 0.0, yaw_deg="left")])
    with pytest.raises(UnreadableSessionError, match=r"frames\.csv of the session .* is damaged"):
        parquet(session)
    assert not (session / "export").exists()


def test_parquet_without_its_package_says_what_to_install(
    make_session: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("femon.export.formats.find_spec", lambda name: None)
    session = make_session()
    with pytest.raises(SettingsError, match=r"pip install femon\[parquet\]"):
        export_session(open_session(session), "parquet")
    assert not (session / "export").exists()

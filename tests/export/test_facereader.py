"""The FaceReader style logs through the usual parser: preamble skipped, header on line 9, failures as missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from femon.export import ExportOptions, export_session, open_session

Make = Callable[..., Path]
Face = Callable[..., dict[str, str]]
EMOTIONS = ["Neutral", "Happy", "Sad", "Angry", "Surprised", "Scared", "Disgusted"]
VALUES = [
    *EMOTIONS, "Valence", "Arousal", "Y - Head Orientation", "X - Head Orientation", "Z - Head Orientation",
    "Quality", "Mouth", "Left Eye", "Right Eye",
]  # fmt: skip
HEADER_LINE = 9


def export(session: Path, **options: Any) -> Path:
    return export_session(open_session(session), "facereader", ExportOptions(**options)).folder


def parse(path: Path) -> pd.DataFrame:
    table = pd.read_csv(
        path,
        sep="\t",
        skiprows=HEADER_LINE - 1,
        skip_blank_lines=False,
        na_values=["FIND_FAILED", "FIT_FAILED"],
    )
    table["seconds"] = pd.to_timedelta(table["Video Time"]).dt.total_seconds()
    return table


def preamble(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n")[: HEADER_LINE - 1]]


def test_the_header_is_line_nine_below_the_usual_preamble(make_session: Make) -> None:
    folder = export(make_session())
    assert preamble(folder / "p01_detailed.txt") == [
        ["Video analysis detailed log"],
        [""],
        ["Face Model", "femon tiny (softmax, sums to 1)"],
        ["Calibration", "-"],
        ["Start time", "3/14/2026 09:26:53.390"],
        ["Filename", "Desk camera"],
        ["Frame rate", "30.000000000"],
        [""],
    ]
    table = parse(folder / "p01_detailed.txt")
    assert list(table)[:-1] == ["Video Time", *VALUES, "Event Marker", "Participant Name", "Analysis Index"]


def test_each_face_has_its_own_pair_of_files(make_session: Make) -> None:
    folder = export(make_session())
    names = {"p01_detailed.txt", "p01_state.txt", "f2_detailed.txt", "f2_state.txt", "README.txt"}
    assert {path.name for path in folder.iterdir()} == names
    second = parse(folder / "f2_detailed.txt")
    assert list(second.Sad) == [0.7]
    assert list(second["Participant Name"]) == ["f2"]


def test_failures_are_missing_and_every_captured_frame_has_a_row(make_session: Make) -> None:
    folder = export(make_session())
    table = parse(folder / "p01_detailed.txt")
    assert len(table) == 7
    assert table.loc[1:4, VALUES].isna().all(axis=None)
    assert list(table.Happy.notna()) == [True, False, False, False, False, True, True]
    lines = (folder / "p01_detailed.txt").read_text().splitlines()[HEADER_LINE:]
    assert lines[1].count("FIT_FAILED") == len(VALUES)
    assert [line.count("FIND_FAILED") for line in lines] == [
        0,
        0,
        len(VALUES),
        len(VALUES),
        len(VALUES),
        0,
        0,
    ]


def test_a_face_beside_another_one_is_not_mixed_up_with_it(make_session: Make, face: Face) -> None:
    rows = [
        face(0, 0.0, 1, "happy"),
        face(1, 0.1, 2, "sad"),
        face(2, 0.2, 1, "happy"),
        face(2, 0.2, 2, "sad"),
    ]
    folder = export(make_session(rows))
    first, second = parse(folder / "p01_detailed.txt"), parse(folder / "f2_detailed.txt")
    assert list(first.Happy.fillna(-1)) == [0.7, -1, 0.7]
    assert list(first.seconds) == [0, 0.1, 0.2]
    assert list(second.Sad) == [0.7, 0.7]
    assert list(second.seconds) == [0.1, 0.2]


def test_blank_leaves_failures_empty(make_session: Make) -> None:
    folder = export(make_session(), blank=True)
    text = (folder / "p01_detailed.txt").read_text() + (folder / "p01_state.txt").read_text()
    assert "FAILED" not in text
    assert parse(folder / "p01_detailed.txt").loc[1:4, VALUES].isna().all(axis=None)


def test_times_have_milliseconds_and_are_never_equal(make_session: Make) -> None:
    table = parse(export(make_session()) / "p01_detailed.txt")
    assert list(table["Video Time"][-2:]) == ["01:02:05.234", "01:02:05.235"]
    assert table["Video Time"].is_unique
    assert table["Video Time"].str.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}").all()


def test_angles_keep_femons_signs_and_eyes_and_mouth_are_words(make_session: Make) -> None:
    table = parse(export(make_session()) / "p01_detailed.txt")
    assert list(table.loc[0, ["Y - Head Orientation", "X - Head Orientation", "Z - Head Orientation"]]) == [
        -4.21,
        10,
        12,
    ]
    assert list(table.loc[5, ["Mouth", "Left Eye", "Right Eye"]]) == ["Open", "Closed", "Open"]
    assert table.Mouth[0] == "Closed"
    assert table["Left Eye"].isna()[0]


def test_the_state_changes_with_the_label(make_session: Make) -> None:
    lines = (export(make_session()) / "p01_state.txt").read_text().split("\n")
    assert lines[0] == "Video analysis state log"
    assert [line.split("\t") for line in lines[HEADER_LINE - 1 : -1]] == [
        ["Video Time", "Dominant Expression"],
        ["00:00:00.000", "Happy"],
        ["00:00:00.033", "Unknown"],
        ["00:00:00.067", "FIND_FAILED"],
        ["01:02:05.234", "Scared"],
        ["01:02:05.235", "Unknown"],
    ]


def test_a_session_without_expressions_has_no_dominant_one(make_session: Make, face: Face) -> None:
    rows = [
        face(0, 0.0, label=""),
        face(1, 0.1, label="", poor=True),
        face(2, 0.2, label="uncertain"),
        face(3, 0.3, label=""),
    ]
    table = pd.read_csv(export(make_session(rows)) / "p01_state.txt", sep="\t", skiprows=HEADER_LINE - 1)
    assert list(table["Video Time"]) == ["00:00:00.000", "00:00:00.200", "00:00:00.300"]
    assert list(table["Dominant Expression"].fillna("")) == ["", "Unknown", ""]


def test_markers_stand_at_their_frame_and_those_taken_back_do_not(make_session: Make) -> None:
    events = [
        {"event_id": "1", "type": "marker", "phase": "point", "name": "=1+1\tstart"},
        {"event_id": "2", "type": "marker", "phase": "point", "name": "3"},
        {"event_id": "3", "type": "marker", "phase": "point", "name": "oops"},
        {"event_id": "4", "type": "marker", "phase": "point", "name": "undo", "ref_id": "3"},
    ]
    rows = make_session(events=events)
    table = parse(export(rows) / "p01_detailed.txt")
    assert table["Event Marker"][0] == "'=1+1 start"
    assert table["Event Marker"][5] == "3"  # pressed while the camera was lost: at the next frame
    assert table["Event Marker"].notna().sum() == 2


def test_markers_after_the_last_row_stand_at_it(make_session: Make, face: Face) -> None:
    rows = [
        face(0, 0.0, 1),
        face(0, 0.0, 2),
        face(1, 0.1, 1, event="1"),
        {"frame": "", "t_mono_s": "0.5", "status": "camera_lost", "event": "2+9"},
    ]
    names = {"1": "first", "2": "while the camera was lost", "3": "after all rows", "4": "oops", "6": "last"}
    events = [
        {"event_id": key, "type": "marker", "phase": "point", "name": name} for key, name in names.items()
    ]
    events.insert(4, {"event_id": "5", "type": "marker", "phase": "point", "name": "undo", "ref_id": "4"})
    folder = export(make_session(rows, events=events))
    marked = list(parse(folder / "p01_detailed.txt")["Event Marker"].fillna(""))
    assert marked == ["", "first; while the camera was lost; after all rows; last"]
    assert parse(folder / "f2_detailed.txt")["Event Marker"].isna().all()


def test_a_quotation_mark_in_a_marker_swallows_no_rows(make_session: Make, face: Face) -> None:
    rows = [face(0, 0.0, 1), face(1, 0.1, 1, event="1"), face(2, 0.2, 1)]
    events = [{"event_id": "1", "type": "marker", "phase": "point", "name": '"start'}]
    marked = parse(export(make_session(rows, events=events)) / "p01_detailed.txt")["Event Marker"]
    assert list(marked.fillna("")) == ["", "'start", ""]


def test_markers_of_a_session_without_a_frame_have_no_row_to_stand_at(make_session: Make) -> None:
    events = [{"event_id": "1", "type": "marker", "phase": "point", "name": "3"}]
    rows = [{"frame": "", "t_mono_s": "0.5", "status": "camera_lost", "event": "1"}]
    assert not list(export(make_session(rows, events=events)).glob("*_detailed.txt"))


@pytest.mark.parametrize("code", ["NA", "nan", "null", "None"])
def test_a_code_that_reads_as_missing_stays_a_code(make_session: Make, code: str) -> None:
    folder = export(make_session(participant=code, faces={"1": code}))
    assert set(parse(folder / f"{code}_detailed.txt")["Participant Name"]) == {f"'{code}'"}


def test_the_start_is_told_in_the_local_time_of_the_start_if_it_is_known(make_session: Make) -> None:
    clock = {"start_utc": "2026-07-14T08:26:53.390054Z", "utc_offset_min": 120}
    folder = export(make_session(source={"kind": "file", "path": "film.mp4"}, clock=clock))
    assert preamble(folder / "p01_detailed.txt")[4] == ["Start time", "7/14/2026 10:26:53.390"]
    about = " ".join((folder / "README.txt").read_text().split())
    assert "it is empty for files of unknown date" in about


def test_codes_are_safe_as_file_names_and_never_share_one(make_session: Make, face: Face) -> None:
    rows = [face(0, 0.0, number) for number in (1, 2, 3, 4)]
    codes = {"1": "../../p 1", "2": "A", "3": "a", "4": "=b"}
    session = make_session(rows, faces=codes)
    folder = export(session)
    names = {path.name for path in folder.glob("*_detailed.txt")}
    assert names == {"------p-1_detailed.txt", "A_detailed.txt", "a-3_detailed.txt", "-b_detailed.txt"}
    assert set(parse(folder / "-b_detailed.txt")["Participant Name"]) == {"'=b"}
    assert {path.name for path in session.iterdir()} == {"frames.csv", "events.csv", "session.json", "export"}


def test_a_session_without_a_face_still_has_its_log(make_session: Make) -> None:
    rows = [{"frame": "0", "t_mono_s": "0.000000", "status": "no_face"}]
    folder = export(make_session(rows, faces={}))
    assert parse(folder / "p01_detailed.txt")[VALUES].isna().all(axis=None)


def test_a_picture_folder_is_one_log_because_faces_have_no_identity(make_session: Make, face: Face) -> None:
    rows = [face(0, 0.0, 1), face(0, 0.0, 2, "sad"), face(1, 1.0, 3)]
    source = {"kind": "images", "name": "portraits", "width": 64, "height": 48, "fps_measured": None}
    folder = export(make_session(rows, source=source, clock={"start_utc": None}))
    assert [path.name for path in folder.glob("*_detailed.txt")] == ["p01_detailed.txt"]
    assert list(parse(folder / "p01_detailed.txt").seconds) == [0, 0.001, 1]
    assert preamble(folder / "p01_detailed.txt")[4:7] == [
        ["Start time", ""],
        ["Filename", "portraits"],
        ["Frame rate", ""],
    ]


def test_a_calibration_in_use_is_told(make_session: Make) -> None:
    session = make_session(calibration={"p01": {"used": True}})
    folder = export(session)
    assert preamble(folder / "p01_detailed.txt")[3] == ["Calibration", "Participant"]
    assert preamble(folder / "f2_detailed.txt")[3] == ["Calibration", "-"]


def test_many_faces_one_after_another_need_few_open_files(make_session: Make, face: Face) -> None:
    resource = pytest.importorskip("resource")
    rows = [face(number, number / 10, number + 1) for number in range(80)]
    session = make_session(rows, faces={})
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 200
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + 30, before[1]))
    try:
        folder = export(session)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert len(list(folder.glob("*_detailed.txt"))) == 80


def test_a_real_session_comes_out_whole(demo: Path, tmp_path: Path) -> None:
    export_session(open_session(demo), "facereader", out=tmp_path)
    table = parse(tmp_path / demo.name / "facereader" / "p07_detailed.txt")
    frames = pd.read_csv(demo / "frames.csv")
    assert list(table.Happy.dropna()) == list(frames[frames.status == "ok"].smooth_happy)
    assert table.seconds.to_numpy() == pytest.approx(frames.t_mono_s.to_numpy(), abs=0.0006)

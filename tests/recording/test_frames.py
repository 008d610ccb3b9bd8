"""frames.csv: which rows there are, in which order, and what their cells say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

FACE_CELLS = {
    "frame": "0",
    "t_mono_s": "0.000000",
    "t_utc": "2026-03-14T09:26:53.390054Z",
    "t_media_s": "",
    "status": "ok",
    "status_why": "",
    "n_faces": "1",
    "face_id": "1",
    "primary": "1",
    "box_x": "401.5",
    "box_w": "80.2",
    "eye_dist_px": "96.2",
    "quality": "0.84",
    "blur": "212.4",
    "brightness": "118.3",
    "yaw_deg": "-4.21",
    "pitch_deg": "0.00",
    "roll_deg": "12.00",
    "raw_happy": "0.8200",
    "raw_neutral": "0.0300",
    "adj_happy": "",
    "smooth_happy": "0.7000",
    "top_label": "happy",
    "top_prob": "0.7000",
    "label": "happy",
    "uncertain_why": "",
    "disagreement": "",
    "valence_derived": "0.44",  # 0.7 * 0.80 + 0.05 * (-0.60 - 0.65 - 0.60 - 0.65 + 0.15)
    "arousal_derived": "0.31",  # 0.7 * 0.30 + 0.05 * (0.65 + 0.35 + 0.70 - 0.35 + 0.75)
    "jaw_open": "0.25",  # the synthetic blendshapes are their own place / 100
    "ear_left": "",
    "yawn": "",
    "on_target": "",
    "engagement": "",
    "event": "1",
    "latency_ms": "61.3",
    "fps": "",
    "model_id": "tiny",
}


def test_a_face_row_has_its_cells_in_the_documented_form(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0, made.reading()))
    recorder.close("user")
    (cells,) = read(recorder.folder).cells()
    assert {name: cells[name] for name in FACE_CELLS} == FACE_CELLS
    assert cells["session_id"] == recorder.folder.name


def test_a_low_quality_row_keeps_raw_and_drops_what_is_smoothed(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0, made.reading(uncertain="low_quality", reasons=("dark", "turned"))))
    recorder.close("user")
    (cells,) = read(recorder.folder).cells()
    assert (cells["status"], cells["status_why"]) == ("low_quality", "dark+turned")
    assert (cells["label"], cells["uncertain_why"]) == ("uncertain", "low_quality")
    assert (cells["raw_happy"], cells["model_id"]) == ("0.8200", "tiny")
    assert {cells[n] for n in ("smooth_happy", "top_label", "top_prob", "valence_derived")} == {""}


def test_a_poor_face_is_told_where_expressions_are_not_watched(rig: Any, made: Any, read: Any) -> None:
    poor = made.reading(uncertain="low_quality", reasons=("dark",))
    unwatched = replace(poor, raw=None, label="", uncertain=None)
    recorder = rig.open()
    recorder.write(replace(made.readings(0, unwatched), model_id=None))
    recorder.close("user")
    (cells,) = read(recorder.folder).cells()
    assert (cells["status"], cells["status_why"]) == ("low_quality", "dark")
    assert (cells["label"], cells["uncertain_why"], cells["raw_happy"]) == ("", "", "")


def test_rows_without_a_face_fill_only_their_own_cells(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    recorder.write_dropped(made.dropped(1))
    recorder.write(made.readings(2), paused=True)
    recorder.write_lost(made.lost(0.3))
    recorder.close("user")
    always = {"session_id", "t_mono_s", "t_utc", "status", "event"}
    expected = {
        "no_face": always | {"frame", "n_faces", "latency_ms"},
        "dropped": always - {"event"} | {"frame", "status_why"},
        "paused": always | {"frame", "status_why"},
        "camera_lost": always | {"status_why"},
    }
    rows = read(recorder.folder).cells()
    assert [row["status"] for row in rows] == list(expected)
    for row in rows:
        assert {name for name, cell in row.items() if cell} == expected[row["status"]]
    assert [row["status_why"] for row in rows] == ["", "busy_faces", "user", "unplugged"]


def test_pandas_reads_the_file_without_cleaning(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    for index in range(30):
        recorder.write(made.readings(index, *[made.reading(t) for t in range(1, 1 + index % 3)]))
    recorder.close("user")
    frames = read(recorder.folder).frames
    assert frames.frame.dtype == np.int64
    assert frames.t_mono_s.dtype == np.float64
    assert isinstance(frames.t_utc.dtype, pd.DatetimeTZDtype)
    assert frames.face_id.dtype == np.float64  # no face: missing
    assert frames.frame.nunique() == 30
    assert frames.t_mono_s.is_monotonic_increasing
    assert frames.perclos_60.isna().all()
    mean = frames[frames.status == "ok"].groupby("face_id")[["smooth_happy", "smooth_sad"]].mean()
    assert mean.round(4).to_numpy().tolist() == [[0.7, 0.05], [0.7, 0.05]]


def test_the_bytes_follow_rfc_4180(rig: Any, made: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0, made.reading()))
    recorder.event("note", "note", details={"text": 'say "ah",\r\nplease'})
    recorder.close("user")
    frames = (recorder.folder / "frames.csv").read_bytes()
    assert frames.startswith(b"session_id,frame,")
    assert frames.count(b"\r\n") == frames.count(b"\n") == 2
    assert (
        b'"{""text"":""say \\""ah\\"",\\r\\nplease""}"\r\n' in (recorder.folder / "events.csv").read_bytes()
    )


def test_dropped_frames_stand_in_their_place(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write_dropped(made.dropped(11))
    recorder.write_dropped(made.dropped(10))
    recorder.write(made.readings(12, made.reading()))
    recorder.write_dropped(made.dropped(15))  # reported while 13 is in analysis
    recorder.write_dropped(made.dropped(14))
    recorder.write(made.readings(13))
    recorder.write(made.readings(16))
    summary = recorder.close("user")
    frames = read(recorder.folder).frames
    assert frames.frame.tolist() == list(range(7))
    assert [s[:2] for s in frames.status] == ["dr", "dr", "ok", "no", "dr", "dr", "no"]
    assert frames.t_mono_s.tolist() == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert (summary.captured, summary.analysed, summary.dropped, summary.unaccounted) == (7, 3, 4, 0)


def test_a_frame_still_in_analysis_at_the_end_lies_beyond_the_session(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    recorder.write_dropped(made.dropped(1))
    recorder.write_dropped(made.dropped(3))  # 2 is never answered
    summary = recorder.close("user")
    assert read(recorder.folder).frames.frame.tolist() == [0, 1]
    assert (summary.captured, summary.integrity) == (2, "ok")


def test_a_frame_without_a_row_is_told(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    for index in (0, 1, 3):
        recorder.write(made.readings(index))
    summary = recorder.close("user")
    assert summary.unaccounted == 1
    assert summary.integrity == read(recorder.folder).session["integrity"]
    assert summary.integrity == "1 of 4 captured frames have no row."


def test_a_late_drop_is_kept_and_told(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    recorder.write(made.readings(2))
    recorder.write_dropped(made.dropped(1))
    recorder.write(made.readings(3))
    summary = recorder.close("user")
    assert sorted(read(recorder.folder).frames.frame) == [0, 1, 2, 3]
    assert (summary.unaccounted, summary.integrity) == (0, "1 rows are out of order.")


def test_files_have_media_time_and_no_live_figures(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open(made.file)
    for index in range(40):
        recorder.write(made.readings(index, made.reading(), source=made.file))
    recorder.close("source_end")
    frames = read(recorder.folder).frames
    assert frames.t_media_s.tolist()[:2] == [0.5, 0.6]
    assert frames.t_mono_s.tolist()[:2] == [0.0, 0.1]
    assert frames[["t_utc", "latency_ms", "fps"]].isna().all(axis=None)


def test_the_rate_of_live_rows_is_that_of_the_last_two_seconds(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    for index in [*range(31), *range(32, 60, 2)]:
        recorder.write(made.readings(index))
    recorder.close("user")
    fps = read(recorder.folder).frames.set_index("frame").fps
    assert fps[:19].isna().all()
    assert (fps[20], fps[30], fps[58]) == (10.0, 10.0, 5.0)


def test_two_runs_over_a_file_differ_only_in_the_session(rig: Any, made: Any) -> None:
    folders: list[Path] = []
    for step in (0.001, 7.0):
        recorder = rig.open(made.file, participant="p01")
        for index in range(50):
            rig.clock.now += step
            recorder.write(made.readings(index, made.reading(uncertain="warmup"), source=made.file))
        recorder.close("source_end")
        folders.append(recorder.folder)
    first, second = ((f / "frames.csv").read_bytes().replace(f.name.encode(), b"") for f in folders)
    assert folders[0] != folders[1]
    assert first == second


def test_a_lost_camera_leaves_rows_and_a_pair_of_events(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    recorder.write_lost(made.lost(0.15))
    recorder.write(made.readings(1))  # was in analysis when the camera went
    recorder.write_lost(made.lost(1.15))
    recorder.write_lost(made.lost(2.15))
    recorder.write(made.readings(2, t=3.0))
    summary = recorder.close("user")
    rows = read(recorder.folder).cells()
    assert [row["status"] for row in rows] == ["no_face"] * 2 + ["camera_lost"] * 3 + ["no_face"]
    assert [float(row["t_mono_s"]) for row in rows] == [0.0, 0.1, 0.15, 1.15, 2.15, 3.0]
    assert [row["event"] for row in rows] == ["1", "", "2", "", "", "3"]
    assert summary.camera_lost_s == pytest.approx(2.85)
    assert (summary.captured, summary.integrity) == (3, "ok")
    start, end = read(recorder.folder).cells("events.csv")[1:3]
    assert start["details"] == '{"why":"unplugged","backend":"TEST"}'
    assert (end["type"], end["name"], end["ref_id"], end["duration_s"]) == ("camera", "lost", "2", "2.850000")


def test_an_empty_session_is_whole(rig: Any, read: Any) -> None:
    recorder = rig.open()
    summary = recorder.close("user")
    log = read(recorder.folder)
    assert (summary.captured, summary.rows, summary.integrity) == (0, 0, "ok")
    assert len(log.frames) == 0
    assert log.events.phase.tolist() == ["start", "end"]

"""events.csv: numbers, pairs, times, and how frames.csv names the events."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd


def test_an_event_is_named_once_by_the_next_row(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    ids = [recorder.event("marker", "3", details={"key": "3"}), recorder.event("note", "note")]
    recorder.write(made.readings(1, made.reading(1), made.reading(2)))
    recorder.write(made.readings(2))
    recorder.close("user")
    rows = read(recorder.folder).cells()
    assert ids == [2, 3]
    assert [row["event"] for row in rows] == ["1", "2+3", "", ""]


def test_an_event_row_has_its_cells_in_the_documented_form(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open(made.file)
    recorder.write(made.readings(0, source=made.file))
    recorder.write(made.readings(1, source=made.file))
    recorder.event("quality", "low", "start", 0.25, unit="share", details={"why": "dark"}, face=2)
    recorder.close("user")
    cells = read(recorder.folder).cells("events.csv")[1]
    assert cells == {
        "session_id": recorder.folder.name,
        "event_id": "2",
        "ref_id": "",
        "t_mono_s": "0.100000",
        "t_utc": "",
        "t_media_s": "0.600000",
        "frame": "1",
        "face_id": "2",
        "type": "quality",
        "phase": "start",
        "name": "low",
        "value": "0.2500",
        "unit": "share",
        "duration_s": "",
        "details": '{"why":"dark"}',
    }


def test_an_event_carries_the_time_of_the_key_press(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    recorder.event("marker", "1", t=100.0625)
    recorder.close("user")
    cells = read(recorder.folder).cells("events.csv")[1]
    assert (cells["t_mono_s"], cells["t_utc"]) == ("0.062500", "2026-03-14T09:26:53.452554Z")


def test_an_end_names_its_start_and_the_time_between(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    recorder.event("alarm", "pre", "start")
    recorder.event("alarm", "sleep", "start")
    recorder.write(made.readings(1))
    recorder.event("alarm", "pre", "end")
    recorder.event("alarm", "sleep", "end", ref=3, duration=0.5)
    recorder.close("user")
    events = read(recorder.folder).events.set_index("event_id")
    assert events.ref_id[4] == 2
    assert events.duration_s[4] == 0.1
    assert (events.ref_id[5], events.duration_s[5]) == (3, 0.5)


def test_session_start_and_end_frame_the_events(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    for index in range(11):
        recorder.write(made.readings(index))
    recorder.close("source_end")
    events = read(recorder.folder).cells("events.csv")
    assert [(e["type"], e["name"], e["phase"]) for e in events] == [
        ("session", "recording", "start"),
        ("session", "recording", "end"),
    ]
    assert (events[1]["ref_id"], events[1]["duration_s"]) == ("1", "1.000000")
    assert json.loads(events[1]["details"]) == {"reason": "source_end"}


def test_a_pause_is_one_pair_whoever_tells_it(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    recorder.event("pause", "pause", "start")
    recorder.write(made.readings(1), paused=True)
    recorder.write(made.readings(2), paused=True)
    recorder.write(made.readings(3))
    recorder.write(made.readings(4), paused=True)
    summary = recorder.close("user")
    events = read(recorder.folder).events
    assert events[events.type == "pause"].phase.tolist() == ["start", "end", "start", "end"]
    assert (summary.captured, summary.analysed, summary.paused) == (5, 2, 3)


def test_words_that_mean_missing_survive_pandas(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    texts = ["NA", "null", " NaN ", "a,b", 'say "no"', "two\r\nlines", "naïve ✓"]
    for text in texts:
        recorder.event("marker", text)
    recorder.close("user")
    names = pd.read_csv(recorder.folder / "events.csv").name[1:-1].tolist()
    assert names == ["'NA'", "'null'", "' NaN '", *texts[3:]]


def test_marks_before_the_first_frame_wait_for_its_clock(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.event("marker", "early", t=99.0)
    recorder.write(made.readings(0))
    recorder.close("user")
    log = read(recorder.folder)
    assert log.events.name.tolist() == ["recording", "early", "recording"]
    assert log.events.t_mono_s.tolist() == [0.0, 0.0, 0.0]
    assert log.cells()[0]["event"] == "1+2"

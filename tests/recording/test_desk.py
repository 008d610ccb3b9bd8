"""The recording desk: markers tell their number, so that they can be taken back."""

from __future__ import annotations

from dataclasses import replace
from queue import SimpleQueue
from typing import Any

import pytest

from femon.alarms import AlarmEvent
from femon.recording import SessionContext, SessionRequest
from femon.recording.desk import RecordingDesk
from femon.settings import Settings
from femon.types import Notice


@pytest.fixture
def notices() -> list[Notice]:
    return []


@pytest.fixture
def desk(tmp_path: Any, made: Any, notices: list[Notice]) -> RecordingDesk:
    desk = RecordingDesk(SimpleQueue(), notices.append)
    desk.start(SessionRequest(tmp_path), SessionContext(made.live, {}, {}, Settings()), made.frame(0))
    desk.write(made.readings(0))
    return desk


def written(desk: RecordingDesk, notices: list[Notice], read: Any) -> list[dict[str, str]]:
    desk.close("user")
    return list(read(notices[-1].details["summary"].folder).cells("events.csv"))


def test_a_marker_is_taken_back_by_an_event_that_names_it(
    desk: RecordingDesk, notices: list[Notice], read: Any
) -> None:
    desk.mark("marker", "lights off", "3")
    told = notices[-1]
    assert (told.kind, told.text) == ("noted", "lights off")
    desk.undo(told.details["event_id"])
    rows = written(desk, notices, read)
    assert [(row["type"], row["name"], row["ref_id"]) for row in rows[1:-1]] == [
        ("marker", "lights off", ""),
        ("marker", "undo", rows[1]["event_id"]),
    ]
    assert rows[1]["details"] == '{"key":"3"}'


def test_typed_text_is_its_own_key_and_a_note_keeps_its_text(
    desk: RecordingDesk, notices: list[Notice], read: Any
) -> None:
    desk.mark("marker", "door")
    desk.mark("note", "a, b")
    rows = written(desk, notices, read)
    assert [(row["name"], row["details"]) for row in rows[1:3]] == [
        ("door", '{"key":"door"}'),
        ("note", '{"text":"a, b"}'),
    ]


def test_a_state_of_the_monitors_is_no_alarm(desk: RecordingDesk, notices: list[Notice], read: Any) -> None:
    state = AlarmEvent("000001", None, 100.0, "state", "point", None, "", {"to": "unknown"})
    ack = AlarmEvent("000002", None, 100.0, "ack", "point", None, "", {})
    desk.alarms([state, ack])
    rows = written(desk, notices, read)
    assert [(row["type"], row["name"]) for row in rows[1:-1]] == [("state", "state"), ("alarm", "ack")]


def test_without_a_session_a_mark_is_nothing(notices: list[Notice]) -> None:
    desk = RecordingDesk(SimpleQueue(), notices.append)
    desk.mark("marker", "3")
    desk.undo(1)
    assert notices == []


def test_the_summary_counts_alarms_and_readable_faces(rig: Any, made: Any) -> None:
    recorder = rig.open()
    for index, faces in enumerate(([made.reading()], [made.reading(uncertain="low_quality")], [])):
        recorder.write(made.readings(index, *faces))
    for phase in ("start", "end", "point"):
        recorder.event("alarm", "microsleep", phase)
    summary = recorder.close("user")
    assert (summary.alarms, summary.covered) == (1, pytest.approx(1 / 3))


def test_the_summary_counts_the_rows_in_which_an_ensemble_disagrees(rig: Any, made: Any) -> None:
    recorder = rig.open()
    apart = replace(made.reading(uncertain="disagreement"), disagreement=0.4)
    for index, reading in enumerate((apart, replace(made.reading(), disagreement=0.1), apart)):
        recorder.write(made.readings(index, reading))
    assert recorder.close("user").disagreements == 2
    alone = rig.open()
    alone.write(made.readings(0, made.reading()))
    assert alone.close("user").disagreements is None


def test_frames_dropped_while_the_first_one_waited_have_their_rows(
    tmp_path: Any, made: Any, notices: list[Notice], read: Any
) -> None:
    lines: SimpleQueue[Any] = SimpleQueue()
    desk = RecordingDesk(lines, notices.append)
    for index in (1, 3, 4):
        lines.put(made.dropped(index))
    lines.put(made.lost(0.45))
    desk.write_lines()  # before anybody knows that frame 2 begins a session
    desk.start(SessionRequest(tmp_path), SessionContext(made.live, {}, {}, Settings()), made.frame(2))
    desk.write(made.readings(2))
    lines.put(made.dropped(5))
    desk.write(made.readings(6))
    desk.close("user")
    summary = notices[-1].details["summary"]
    assert (summary.captured, summary.dropped, summary.unaccounted) == (5, 3, 0)
    rows = read(summary.folder).cells()
    assert [(row["frame"], row["status"]) for row in rows] == [
        ("0", "no_face"),
        ("1", "dropped"),
        ("2", "dropped"),
        ("", "camera_lost"),
        ("3", "dropped"),
        ("4", "no_face"),
    ]


def test_what_was_left_out_before_an_earlier_session_is_not_in_the_next_one(
    tmp_path: Any, made: Any, notices: list[Notice], read: Any
) -> None:
    lines: SimpleQueue[Any] = SimpleQueue()
    desk = RecordingDesk(lines, notices.append)
    context = SessionContext(made.live, {}, {}, Settings())
    lines.put(made.dropped(3))
    for first in (0, 2):
        desk.write_lines()
        desk.start(SessionRequest(tmp_path), context, made.frame(first))
        desk.write(made.readings(first))
        desk.write(made.readings(first + 1))
    desk.close("user")
    frames = read(notices[-1].details["summary"].folder).cells()
    assert [row["status"] for row in frames] == ["no_face", "no_face"]


def test_a_marker_of_an_earlier_moment_belongs_to_the_frame_of_that_moment(
    desk: RecordingDesk, made: Any, notices: list[Notice], read: Any
) -> None:
    for number in range(1, 5):
        desk.write(made.readings(number))
    desk.mark("marker", "door", t=made.frame(2).t + 0.001)
    desk.mark("marker", "now")
    rows = written(desk, notices, read)
    assert [(row["name"], row["frame"]) for row in rows[1:3]] == [("door", "2"), ("now", "4")]
    assert float(rows[1]["t_mono_s"]) == pytest.approx(made.frame(2).t - made.frame(0).t + 0.001, abs=1e-3)

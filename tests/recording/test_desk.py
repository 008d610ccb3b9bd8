"""The recording desk: markers tell their number, so that they can be taken back."""

from __future__ import annotations

from queue import SimpleQueue
from typing import Any

import pytest

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

"""Stretches between markers, and those that a reviewer left out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from femon.recording.amending import Moment, exclude, undo_exclusion
from femon.review import summarise, text_summary
from femon.review.alarm_log import counts_at
from femon.review.part import whole
from femon.review.session_log import read_session
from femon.review.stretches import Stretch, excluded_stretches, marked_stretches, merged

Make = Callable[..., Any]


@pytest.fixture
def marked(desk: Make, face: Make) -> Path:
    """10 s happy, marker a, 10 s sad, marker b, 10 s happy."""
    writer = desk()
    writer.frames(100, face(top="happy"))
    writer.recorder.event("marker", "a", details={"key": "1"})
    writer.frames(100, face(top="sad"))
    writer.recorder.event("marker", "b", details={"key": "2"})
    writer.frames(100, face(top="happy"))
    folder: Path = writer.close()
    return folder


def test_markers_part_a_session(marked: Path) -> None:
    stretches = marked_stretches(read_session(marked))
    assert [one.name for one in stretches] == ["start → a", "a → b", "b → end"]
    assert [(one.start, one.end) for one in stretches] == [
        (0.0, pytest.approx(9.9)),
        (pytest.approx(9.9), pytest.approx(19.9)),
        (pytest.approx(19.9), pytest.approx(29.9)),
    ]


def test_a_marker_that_was_taken_back_parts_nothing(marked: Path, event_adder: Make) -> None:
    log = read_session(marked)
    number = next(event.id for event in log.events if event.name == "a")
    event_adder(marked, {"t_mono_s": 11, "type": "marker", "name": "undo", "ref_id": number})
    assert [one.name for one in marked_stretches(read_session(marked))] == ["start → b", "b → end"]


def test_a_marker_may_be_called_undo(desk: Make, face: Make) -> None:
    writer = desk()
    writer.frames(50, face())
    writer.recorder.event("marker", "undo", details={"key": "1"})
    writer.frames(50, face())
    assert [one.name for one in marked_stretches(read_session(writer.close()))] == [
        "start → undo",
        "undo → end",
    ]


def test_without_markers_there_is_only_the_session(session: Path, stills: Path) -> None:
    assert marked_stretches(read_session(stills)) == ()
    assert len(marked_stretches(read_session(session))) == 2


def test_an_excluded_stretch_does_not_count(marked: Path) -> None:
    exclude(marked, Moment(10.0), Moment(20.0), "talking to operator")
    summary = summarise(marked)
    (face,) = summary.faces
    assert face.labels[4].rows == 0
    assert face.labels[3].share == 1
    assert summary.excluded_s == pytest.approx(10)
    assert summary.totals.length_s == pytest.approx(19.9)
    assert "Left out by a reviewer: 10.0 s." in text_summary(summary)


def test_nothing_is_left_of_a_session_that_is_left_out_to_its_end(marked: Path) -> None:
    exclude(marked, Moment(0.0), Moment(1000.0), "")
    part = whole(read_session(marked))
    assert len(part.rows) == 0
    assert part.length_s == 0
    assert not counts_at(part, part.end)


def test_the_account_of_the_recording_stays_whole(marked: Path) -> None:
    exclude(marked, Moment(10.0), Moment(20.0), "")
    summary = summarise(marked)
    assert summary.accounting == "300 frames: 300 analysed, 0 dropped, 0 unaccounted."
    assert summary.totals.captured == 200


def test_everything_counts_when_asked(marked: Path) -> None:
    exclude(marked, Moment(10.0), Moment(20.0), "")
    summary = summarise(marked, exclude=False)
    assert summary.faces[0].labels[4].rows == 100
    assert summary.excluded_s == 0


def test_an_exclusion_that_was_taken_back_counts_again(marked: Path) -> None:
    number = exclude(marked, Moment(10.0), Moment(20.0), "")
    undo_exclusion(marked, number, Moment(10.0))
    assert excluded_stretches(read_session(marked)) == ()
    assert summarise(marked).totals.captured == 300


def test_overlapping_stretches_are_left_out_once(marked: Path) -> None:
    exclude(marked, Moment(5.0), Moment(15.0), "")
    exclude(marked, Moment(10.0), Moment(20.0), "")
    part = whole(read_session(marked))
    assert part.left_out == [(5.0, 20.0)]
    assert part.length_s == pytest.approx(14.9)


def test_merged_stretches_keep_to_their_borders() -> None:
    stretches = [Stretch("", 4, 6), Stretch("", 1, 2), Stretch("", 5, 9), Stretch("", 20, 30)]
    assert merged(stretches, 1.5, 8) == [(1.5, 2), (4, 8)]


def test_the_last_row_belongs_to_the_last_stretch(marked: Path) -> None:
    part = whole(read_session(marked))
    parts = [part.within(one.start, one.end) for one in marked_stretches(read_session(marked))]
    assert sum(len(one.rows) for one in parts) == 300

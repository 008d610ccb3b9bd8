"""quality events: a face that stays too poor to judge, from when to when and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from queue import SimpleQueue
from typing import Any

import pytest

from femon.recording import SessionContext, SessionRequest
from femon.recording.desk import RecordingDesk
from femon.settings import Settings
from femon.types import Notice


class Sitting:
    """A desk that is shown a good face, a poor one or none at ten frames a second."""

    def __init__(self, folder: Any, made: Any, source: Any) -> None:
        self._made, self._source, self.index = made, source, 0
        self._notices: list[Notice] = []
        self.desk = RecordingDesk(SimpleQueue(), self._notices.append)
        context = SessionContext(source, {}, {}, Settings())
        self.desk.start(SessionRequest(folder), context, made.frame(0, source=source))

    def show(self, seconds: float, *reasons: str, faces: int = 1) -> Sitting:
        for _ in range(round(seconds * 10)):
            poor = "low_quality" if reasons else None
            shown = [self._made.reading(uncertain=poor, reasons=reasons)] * faces
            readings = self._made.readings(self.index, *shown, source=self._source)
            self.desk.expect(readings.frame)
            self.desk.write(readings)
            self.index += 1
        return self

    def away(self, seconds: float) -> Sitting:
        return self.show(seconds, faces=0)

    def blind(self, seconds: float) -> Sitting:
        """No frame comes."""
        self.index += round(seconds * 10)
        return self

    def rows(self, read: Any) -> list[dict[str, str]]:
        self.desk.close("user")
        folder = self._notices[-1].details["summary"].folder
        return [row for row in read(folder).cells("events.csv") if row["type"] == "quality"]


@pytest.fixture
def sitting(tmp_path: Any, made: Any) -> Sitting:
    return Sitting(tmp_path, made, made.live)


def phases(rows: Iterable[dict[str, str]]) -> list[tuple[str, float]]:
    return [(row["phase"], float(row["t_mono_s"])) for row in rows]


def test_two_seconds_of_bad_quality_are_an_event_with_its_reason_and_its_end(
    sitting: Sitting, read: Any
) -> None:
    start, end = sitting.show(1).show(3, "dark", "turned").show(1).rows(read)
    assert phases([start, end]) == [("start", 3.0), ("end", 4.0)]
    assert (start["name"], start["details"], start["face_id"]) == ("low", '{"why":"dark+turned"}', "1")
    assert (start["frame"], end["frame"]) == ("30", "40")
    assert (end["ref_id"], end["duration_s"]) == (start["event_id"], "1.000000")


def test_a_shorter_time_of_bad_quality_is_none(sitting: Sitting, read: Any) -> None:
    assert sitting.show(1.9, "dark").show(0.1).show(1.9, "dark").show(1).rows(read) == []


def test_a_poor_face_that_is_missed_now_and_then_stays_poor(sitting: Sitting, read: Any) -> None:
    for _ in range(4):
        sitting.show(0.5, "dark").away(0.5)
    assert phases(sitting.show(0.5, "dark").rows(read)) == [("start", 2.0), ("end", 4.4)]


def test_bad_quality_ends_a_second_after_the_face_has_left(sitting: Sitting, read: Any) -> None:
    assert phases(sitting.show(3, "dark").away(2).rows(read)) == [("start", 2.0), ("end", 4.0)]


def test_seconds_without_a_frame_are_no_seconds_of_bad_quality(sitting: Sitting, read: Any) -> None:
    assert sitting.show(1, "dark").blind(5).show(1.9, "dark").rows(read) == []


def test_a_pause_ends_bad_quality(sitting: Sitting, read: Any) -> None:
    sitting.show(3, "dark").desk.pause(True)
    sitting.show(1, "dark").desk.pause(False)
    assert phases(sitting.show(1, "dark").rows(read)) == [("start", 2.0), ("end", 3.0)]


def test_bad_quality_that_lasts_ends_with_the_session(sitting: Sitting, read: Any) -> None:
    assert phases(sitting.show(3, "dark").rows(read)) == [("start", 2.0), ("end", 2.9)]


def test_a_new_session_begins_with_no_bad_quality(tmp_path: Any, made: Any, read: Any) -> None:
    sitting = Sitting(tmp_path, made, made.live).show(3, "dark")
    context = SessionContext(made.live, {}, {}, Settings())
    sitting.desk.start(SessionRequest(tmp_path), context, made.frame(sitting.index))
    assert sitting.show(1.9, "dark").rows(read) == []


def test_unrelated_pictures_have_no_seconds_of_bad_quality(tmp_path: Any, made: Any, read: Any) -> None:
    pictures = replace(made.file, kind="images", media_clock=None, stills=True)
    assert Sitting(tmp_path, made, pictures).show(3, "dark").rows(read) == []

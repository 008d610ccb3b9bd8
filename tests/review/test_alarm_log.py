"""Alarms as events.csv tells them, with what people did about them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from femon.recording.amending import Moment, exclude
from femon.review import summarise
from femon.review.alarm_log import Alarm, episodes, names_text
from femon.review.part import whole
from femon.review.report import named_totals
from femon.review.session_log import read_session
from femon.review.summary import summarise_log

Make = Callable[..., Any]
DETAILS = {
    "id": "000004",
    "threshold": 1.5,
    "delay_s": 0.04,
    "deep_share": 0.93,
    "pitch_change_deg": 0.7,
    "coverage": 0.98,
    "sound": True,
}


def alarm(t: float, name: str, **cells: Any) -> dict[str, Any]:
    return {"t_mono_s": t, "type": "alarm", "name": name} | cells


@pytest.fixture
def alarms(session: Path, event_adder: Make) -> Callable[..., tuple[Alarm, ...]]:
    def read(*events: dict[str, Any]) -> tuple[Alarm, ...]:
        event_adder(session, *events)
        return summarise(session).alarms

    return read


@pytest.fixture
def first(session: Path) -> int:
    """The number of the first event that is added."""
    return summarise(session).event_count + 1


def test_an_alarm_has_its_evidence(session: Path, alarms: Make, first: int) -> None:
    (session / "evidence").mkdir()
    (session / "evidence" / "000004.csv").write_text("t\r\n")
    (found,) = alarms(
        alarm(2, "microsleep", phase="start", value=1.54, unit="s", details=DETAILS),
        alarm(4, "microsleep", phase="end", ref_id=first, duration_s=2, details={"to": "open"}),
    )
    assert (found.value, found.threshold, found.delay_s) == (1.54, 1.5, 0.04)
    assert (found.deep_share, found.pitch_change_deg, found.coverage) == (0.93, 0.7, 0.98)
    assert (found.duration_s, found.ended_as, found.sound) == (2, "open", True)
    assert found.evidence == "evidence/000004.csv"


def test_answers_belong_to_their_alarm(alarms: Make, first: int) -> None:
    one, other = alarms(
        alarm(2, "microsleep", phase="start", details=DETAILS),
        alarm(3.5, "ack", ref_id=first),
        alarm(5, "long_distraction", phase="start"),
        alarm(6, "false_alarm", ref_id=first + 2),
        alarm(6, "snooze", ref_id=first + 2, value=300, unit="s"),
    )
    assert (one.acknowledged_s, one.false_alarm) == (1.5, False)
    assert (other.acknowledged_s, other.false_alarm, other.snoozed_s) == (None, True, 300)


def test_an_alarm_that_gets_worse_counts_once(alarms: Make, first: int) -> None:
    found = alarms(
        alarm(2, "pre", phase="start"),
        alarm(2.5, "pre", phase="end", ref_id=first, details={"to": "microsleep"}),
        alarm(2.5, "microsleep", phase="start"),
        alarm(3, "drowsy", phase="start"),
    )
    assert episodes(found) == 2
    assert names_text(found) == "1 pre, 1 microsleep, 1 drowsy"


def test_what_follows_an_alarm_that_never_started_in_the_log_counts_itself(alarms: Make, first: int) -> None:
    found = alarms(
        alarm(1, "microsleep", phase="end", details={"to": "sleep"}),
        alarm(1, "sleep", phase="start"),
        alarm(2, "sleep", phase="end", ref_id=first + 1, duration_s=1, details={"to": "unresponsive"}),
        alarm(2, "unresponsive", phase="start"),
    )
    assert [one.continues for one in found] == [False, True]
    assert episodes(found) == 1


def test_an_alarm_that_the_session_cut_off_has_its_length(alarms: Make, first: int) -> None:
    (found,) = alarms(
        alarm(2, "severe", phase="start"),
        alarm(9, "severe", phase="end", ref_id=first, duration_s=7, details={"to": "session_end"}),
    )
    assert (found.duration_s, found.ended_as) == (7, "session_end")


def test_an_alarm_in_an_excluded_stretch_does_not_count(session: Path, alarms: Make) -> None:
    assert len(alarms(alarm(2, "pre", phase="start"))) == 1
    exclude(session, Moment(1.0), Moment(3.0), "")
    assert summarise(session).alarms == ()
    assert len(summarise(session, exclude=False).alarms) == 1


def test_an_alarm_at_a_marker_belongs_to_the_stretch_that_begins_there(
    session: Path, event_adder: Make
) -> None:
    event_adder(session, {"t_mono_s": 5, "type": "marker", "name": "A"}, alarm(5, "pre", phase="start"))
    log = read_session(session)
    part = whole(log)
    counts = {name: one.alarms for name, one in named_totals(log, summarise_log(log, part), part)}
    assert counts == {"whole session": 1, "start \N{RIGHTWARDS ARROW} 3": 0, "3 \N{RIGHTWARDS ARROW} A": 0,
                      "A \N{RIGHTWARDS ARROW} end": 1}  # fmt: skip


def test_an_alarm_at_the_very_end_of_the_session_counts(session: Path, event_adder: Make) -> None:
    end = read_session(session).account.duration_s
    event_adder(session, {"t_mono_s": 5, "type": "marker", "name": "A"}, alarm(end, "pre", phase="start"))
    log = read_session(session)
    part = whole(log)
    assert [one.alarms for _, one in named_totals(log, summarise_log(log, part), part)] == [1, 0, 0, 1]


@pytest.mark.parametrize("value", ["much", None, True, [1], {"a": 1}])
def test_details_of_another_kind_are_left_out(alarms: Make, value: object) -> None:
    (found,) = alarms(alarm(2, "pre", phase="start", details={"threshold": value, "coverage": value}))
    assert (found.threshold, found.coverage) == (None, None)


@pytest.mark.parametrize("name", ["../../x", "a/b", "", "x" * 100])
def test_evidence_is_only_looked_for_in_its_folder(alarms: Make, name: str) -> None:
    (found,) = alarms(alarm(2, "pre", phase="start", details={"id": name}))
    assert found.evidence == ""

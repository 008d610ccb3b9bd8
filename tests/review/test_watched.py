"""Time without any face: watched, and covered by nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from femon.review import summarise, write_report
from femon.review.part import whole
from femon.review.report import named_totals
from femon.review.session_log import read_session
from femon.review.summary import summarise_log
from femon.review.text_summary import text_summary
from femon.review.totals import Totals, combined
from femon.settings import ModeSettings
from review.test_monitored_report import text_of

Make = Callable[..., Any]
FATIGUE = ModeSettings(expression=False, fatigue=True)


def watching(session: Path, modes: ModeSettings | None) -> Path:
    """The session as if it had been recorded with these modes; None: as if it did not say."""
    file = session / "session.json"
    about = json.loads(file.read_text(encoding="utf-8"))
    about["modes"] = None if modes is None else asdict(modes)
    file.write_text(json.dumps(about), encoding="utf-8")
    return session


@pytest.fixture
def nobody(desk: Make) -> Path:
    """10 s without a face."""
    writer = desk()
    writer.frames(100)
    return watching(writer.close(), FATIGUE)


def totals(session: Path) -> Totals:
    return summarise(session).totals


def test_time_without_a_face_is_watched_and_covers_nothing(nobody: Path) -> None:
    found = totals(nobody)
    assert (found.eye_coverage, found.pose_coverage, found.engagement_coverage) == (0.0, 0.0, None)


@pytest.mark.parametrize(
    ("modes", "eyes", "pose", "engagement"),
    [
        (ModeSettings(), None, None, None),
        (ModeSettings(attention=True), None, 0.0, None),
        (ModeSettings(engagement=True), 0.0, 0.0, 0.0),
    ],
    ids=["expression", "attention", "engagement"],
)
def test_the_modes_of_the_session_say_what_was_watched(
    nobody: Path, modes: ModeSettings, eyes: float | None, pose: float | None, engagement: float | None
) -> None:
    found = totals(watching(nobody, modes))
    assert (found.eye_coverage, found.pose_coverage, found.engagement_coverage) == (eyes, pose, engagement)


def test_the_report_of_a_session_without_a_face_says_that_nothing_was_covered(nobody: Path) -> None:
    text = text_of(write_report(nobody))
    assert "Fatigue Figure" in text
    assert "Eyes readable 0 %" in text
    assert "None. Eyes were readable for 0 % of the analysed time." in text
    assert "PERCLOS of the whole session eyes readable under 70 % eyes readable 0 %" in text


def test_the_terminal_tells_coverage_and_alarms_of_a_session_without_a_face(nobody: Path) -> None:
    text = text_summary(summarise(nobody))
    assert "Eyes readable in 0 % of the analysed time." in text
    assert "Alarms: 0." in text


@pytest.fixture
def leaving(desk: Make, face: Make, cells: Make, filler: Make, event_adder: Make) -> Path:
    """20 s in view, then a marker and 20 s away."""
    writer = desk()
    writer.frames(200, face())
    writer.frames(200)
    session = watching(writer.close(), FATIGUE)
    filler(session, lambda frame, t: cells())
    event_adder(session, {"t_mono_s": 20, "type": "marker", "name": "gone"})
    return session


def test_a_stretch_in_which_the_person_was_away_is_covered_by_nothing(leaving: Path) -> None:
    log = read_session(leaving)
    part = whole(log)
    here, away = (one for _, one in named_totals(log, summarise_log(log, part), part)[1:])
    assert here.eye_coverage == pytest.approx(1.0)
    assert (away.eye_coverage, away.pose_coverage) == (0.0, 0.0)


def test_such_time_counts_in_the_coverage_of_several_sessions(leaving: Path, nobody: Path) -> None:
    assert combined([totals(leaving), totals(nobody)]).eye_coverage == pytest.approx(0.4, abs=0.01)


def test_a_session_that_does_not_say_is_judged_by_its_cells(leaving: Path) -> None:
    log = read_session(watching(leaving, None))
    part = whole(log)
    _, away = (one for _, one in named_totals(log, summarise_log(log, part), part)[1:])
    assert away.eye_coverage == 0.0
    assert away.engagement_coverage is None


@pytest.mark.parametrize("modes", ["all", 3, {"fatigue": "yes"}, {"fatigue": 1}])
def test_modes_of_another_kind_are_none(nobody: Path, modes: object) -> None:
    file = nobody / "session.json"
    about = json.loads(file.read_text(encoding="utf-8")) | {"modes": modes}
    file.write_text(json.dumps(about), encoding="utf-8")
    assert totals(nobody).eye_coverage is None

"""Time without any face: watched, and covered by nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from femon.review import summarise, write_report
from femon.review.blocks import Withheld
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


def test_without_alarms_of_attention_it_is_told_how_long_the_direction_was_known(nobody: Path) -> None:
    text = text_of(write_report(watching(nobody, ModeSettings(attention=True))))
    assert "None. It was known where the head points for 0 % of the analysed time." in text
    assert "Eyes were readable" not in text


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


def test_engagement_alone_has_no_fatigue_index(monitored: Make, cells: Make) -> None:
    session = watching(monitored(60, lambda frame, t: cells()), ModeSettings(engagement=True))
    html = write_report(session).read_text(encoding="utf-8")
    for words in ("Fatigue index", "Time at a level", "Index and levels are femon"):
        assert words not in html
    assert "PERCLOS is the best validated passive index" in html
    found = totals(session)
    assert found.perclos == 0
    assert isinstance(found.fatigue_index, Withheld)
    assert found.fatigue_index.why == "not watched"


def test_fatigue_that_was_watched_has_an_index_even_where_it_is_withheld(nobody: Path) -> None:
    text = text_of(write_report(nobody))
    assert "Fatigue index, mean eyes readable under 70 %" in text
    assert "Fatigue index and level" in text


def interval(kind: str, name: str, first: float, last: float | None) -> list[dict[str, object]]:
    """The events of something that began at `first` and, if it did, ended at `last`."""
    event = {"type": kind, "name": name}
    ended = [] if last is None else [event | {"phase": "end", "t_mono_s": last, "ref_id": 3}]
    return [event | {"phase": "start", "t_mono_s": first}, *ended]


@pytest.fixture
def interrupted(monitored: Make, cells: Make, event_adder: Make) -> Callable[..., Totals]:
    """Totals of 60 s in view, in which nothing was measured from 20 s to 40 s."""

    def read(*events: dict[str, object]) -> Totals:
        session = watching(monitored(60, lambda frame, t: {} if 20 <= t < 40 else cells()), FATIGUE)
        event_adder(session, *events)
        return totals(session)

    return read


@pytest.mark.parametrize(("kind", "name"), [("calibration", "eyes"), ("camera", "frozen")])
def test_nobody_is_watched_in_a_calibration_or_a_picture_that_stands_still(
    interrupted: Callable[..., Totals], kind: str, name: str
) -> None:
    found = interrupted(*interval(kind, name, 20.0, 39.9))
    assert found.watched_eyes_s == pytest.approx(40)
    assert (found.eye_coverage, found.pose_coverage) == (pytest.approx(1), pytest.approx(1))
    assert found.perclos == 0


def test_other_time_without_figures_was_watched(interrupted: Callable[..., Totals]) -> None:
    found = interrupted(*interval("camera", "lost", 20.0, 39.9))
    assert found.eye_coverage == pytest.approx(2 / 3)


def test_what_was_measured_before_the_camera_was_found_frozen_counts(
    interrupted: Callable[..., Totals],
) -> None:
    found = interrupted(*interval("camera", "frozen", 17.0, 39.9))
    assert found.watched_eyes_s == pytest.approx(40)
    assert found.eye_coverage == pytest.approx(1)


def test_a_calibration_may_last_to_the_end_of_the_session(
    desk: Make, face: Make, cells: Make, filler: Make, event_adder: Make
) -> None:
    writer = desk()
    writer.frames(600, face())
    session = watching(writer.close(), FATIGUE)
    filler(session, lambda frame, t: cells() if t < 40 else {})
    event_adder(session, *interval("calibration", "pose", 40.0, None))
    assert totals(session).watched_pose_s == pytest.approx(40)


def test_a_calibration_that_began_before_the_session_lasts_from_its_first_frame(
    monitored: Make, cells: Make, event_adder: Make
) -> None:
    session = watching(monitored(60, lambda frame, t: cells() if t >= 10 else {}), FATIGUE)
    event_adder(session, {"type": "calibration", "name": "eyes", "phase": "end", "t_mono_s": 9.9})
    assert totals(session).watched_eyes_s == pytest.approx(50)

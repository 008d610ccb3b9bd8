"""The sums behind the figures: PERCLOS as defined, and nothing given where there is too little to go by."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from femon.review.blocks import Withheld
from femon.review.part import whole
from femon.review.session_log import read_session
from femon.review.totals import Measured, Totals, combined, totals_of

Make = Callable[..., Any]


def totals(session: Path) -> Totals:
    return totals_of(whole(read_session(session)), ())


def why(value: Measured) -> str:
    assert isinstance(value, Withheld)
    return value.why


def test_perclos_is_the_share_of_slow_closures(monitored: Make, cells: Make) -> None:
    session = monitored(60, lambda frame, t: cells(closed=frame % 30 < 6))
    assert totals(session).perclos == pytest.approx(0.2, abs=0.005)


def test_blinks_are_no_part_of_perclos(monitored: Make, cells: Make) -> None:
    session = monitored(60, lambda frame, t: cells(closed=frame % 30 < 2))
    assert totals(session).perclos == 0


def test_a_glance_down_counts_neither_as_closed_nor_as_open(monitored: Make, cells: Make) -> None:
    def glances(frame: int, t: float) -> dict[str, object]:
        down = 10 <= t < 15
        state = "long_blink" if down else "open"
        return cells(closed=down, closure_s=f"{t - 9.9 if down else 0:.2f}", eye_state=state)

    found = totals(monitored(60, glances))
    assert found.perclos == 0
    assert found.perclos_valid_s == pytest.approx(55, abs=0.1)


def test_a_closure_that_raised_an_alarm_is_no_glance(monitored: Make, cells: Make) -> None:
    def sleeps(frame: int, t: float) -> dict[str, object]:
        shut = 10 <= t < 15
        state = ("sleep" if t > 13 else "closing") if shut else "open"
        return cells(closed=shut, closure_s=f"{t - 9.9 if shut else 0:.2f}", eye_state=state)

    assert totals(monitored(60, sleeps)).perclos == pytest.approx(5 / 60, abs=0.005)


def test_closures_below_the_alarm_of_this_session_are_no_glances(monitored: Make, cells: Make) -> None:
    def dozes(frame: int, t: float) -> dict[str, object]:
        shut_s = t % 5 if t % 5 < 1.1 else 0.0
        state = "long_blink" if shut_s > 0.5 else "open"
        return cells(closed=shut_s > 0, closure_s=f"{shut_s:.2f}", eye_state=state)

    session = monitored(60, dozes)
    about = json.loads((session / "session.json").read_text(encoding="utf-8"))
    assert totals(session).perclos == 0  # the first alarm comes after 1.0 s, and there was none
    about["thresholds"]["closure_s"] = [1.2, 1.5, 3.0, 6.0]
    (session / "session.json").write_text(json.dumps(about), encoding="utf-8")
    assert totals(session).perclos == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize(
    ("start", "end", "yawns"),
    [(5, 9, 1), (5, 25, 0), (56, 60, 0)],
    ids=["a yawn", "longer than any", "not seen to its end"],
)
def test_yawns_are_those_that_the_monitor_counts(
    monitored: Make, cells: Make, start: float, end: float, yawns: int
) -> None:
    assert totals(monitored(60, lambda frame, t: cells(yawn=int(start <= t < end)))).yawns == yawns


def test_a_yawn_behind_which_the_face_leaves_is_none(monitored: Make, cells: Make) -> None:
    def leaves(frame: int, t: float) -> dict[str, object]:
        return cells(yawn=int(5 <= t < 8)) if not 8 <= t < 12 else {"primary": "0"}

    assert totals(monitored(60, leaves)).yawns == 0


def test_eyes_that_cannot_be_read_are_neither_open_nor_closed(monitored: Make, cells: Make) -> None:
    def turned(frame: int, t: float) -> dict[str, object]:
        return cells(closed=frame % 30 < 6) if t < 45 else cells(eyes="unreadable", openness="")

    found = totals(monitored(60, turned))
    assert found.perclos == pytest.approx(0.2, abs=0.005)
    assert found.eye_coverage == pytest.approx(0.75, abs=0.01)


def test_perclos_is_withheld_below_70_per_cent_coverage(monitored: Make, cells: Make) -> None:
    session = monitored(60, lambda frame, t: cells() if t < 40 else cells(eyes="unreadable", openness=""))
    assert why(totals(session).perclos) == "eyes readable under 70 %"


def test_perclos_needs_half_a_minute(monitored: Make, cells: Make) -> None:
    assert why(totals(monitored(20, lambda frame, t: cells())).perclos) == "needs 30 s of readable eyes"


def test_blinks_are_counted_per_minute_of_readable_eyes(monitored: Make, cells: Make) -> None:
    session = monitored(60, lambda frame, t: cells(blink_ms=200) if frame % 80 == 40 else cells(), rate=20.0)
    found = totals(session)
    assert found.blinks == 15
    assert found.blink_rate == pytest.approx(15, abs=0.1)


def test_blinks_are_withheld_at_few_frames_per_second(monitored: Make, cells: Make) -> None:
    session = monitored(40, lambda frame, t: cells(blink_ms=200) if frame % 80 == 40 else cells())
    found = totals(session)
    assert why(found.blink_rate) == "too few frames per second"
    assert found.perclos == 0


def test_attention_and_engagement_rest_on_the_time_they_are_known(monitored: Make, cells: Make) -> None:
    def looks(frame: int, t: float) -> dict[str, object]:
        known = {"on_target": int(t % 4 < 3)} if t >= 2 else {"on_target": ""}
        return cells(
            **known, engagement="0.60" if t >= 8 else "", engagement_level="medium" if t >= 8 else ""
        )

    found = totals(monitored(20, looks))
    assert found.pose_coverage == pytest.approx(0.9, abs=0.01)
    assert found.on_target == pytest.approx(13 / 18, abs=0.01)
    assert why(found.engagement) == "known for under 70 % of the time"
    assert found.engagement_levels_s[1] == pytest.approx(12, abs=0.1)


def test_what_was_not_watched_has_no_figures(session: Path) -> None:
    found = totals(session)
    assert found.eye_coverage is None
    assert why(found.perclos) == "not watched"
    assert why(found.on_target) == "not watched"
    assert found.usable_share == pytest.approx(50 / 80)
    assert found.label_share(3, labelled=False) == pytest.approx(35 / 60)
    assert found.label_share(3, labelled=True) == pytest.approx(35 / 45)


def test_totals_of_parts_add_up(monitored: Make, cells: Make) -> None:
    session = monitored(60, lambda frame, t: cells(closed=frame % 30 < 6, valence_derived="0.50"))
    part = whole(read_session(session))
    both = combined(totals_of(part.within(start, end), ()) for start, end in ((0, 30), (30, part.end)))
    assert both.captured == totals(session).captured
    assert both.perclos == pytest.approx(totals(session).perclos)
    assert both.valence == pytest.approx(0.5)

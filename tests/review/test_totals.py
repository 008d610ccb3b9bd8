"""The sums behind the figures: PERCLOS as defined, and nothing given where there is too little to go by."""

from __future__ import annotations

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


def shut(cells: Make, t: float, since: float, until: float, **more: Any) -> dict[str, object]:
    """The cells at t of a person who shuts the eyes from `since` to `until`."""
    closed = since <= t < until
    return cells(closed=closed, closure_s=f"{t - since + 0.1 if closed else 0:.2f}", **more)


@pytest.mark.parametrize("length", [0.4, 0.8, 5.0])
def test_a_look_down_counts_neither_as_closed_nor_as_open(
    monitored: Make, cells: Make, length: float
) -> None:
    def looks_down(frame: int, t: float) -> dict[str, object]:
        return shut(cells, t, 10, 10 + length, pitch_deg=-12 if 10.1 < t < 10 + length else 0)

    found = totals(monitored(60, looks_down))
    assert found.perclos == 0
    assert found.perclos_valid_s == pytest.approx(60 - length, abs=0.01)


@pytest.mark.parametrize("moved", [0.0, 4.9])
def test_a_closure_without_an_alarm_counts_when_the_head_was_still(
    monitored: Make, cells: Make, moved: float
) -> None:
    session = monitored(60, lambda frame, t: shut(cells, t, 10, 15, pitch_deg=-moved if t > 10.1 else 0))
    assert totals(session).perclos == pytest.approx(5 / 60, abs=0.001)


def test_a_head_that_moves_long_after_the_onset_makes_no_look_down(monitored: Make, cells: Make) -> None:
    session = monitored(60, lambda frame, t: shut(cells, t, 10, 15, pitch_deg=-20 if t > 11 else 0))
    assert totals(session).perclos == pytest.approx(5 / 60, abs=0.001)


def test_a_head_that_moves_after_a_short_closure_has_ended_does_not_count(
    monitored: Make, cells: Make
) -> None:
    session = monitored(60, lambda frame, t: shut(cells, t, 10, 10.3, pitch_deg=-20 if t > 10.35 else 0))
    assert totals(session).perclos_closed_s == pytest.approx(0.3)


@pytest.mark.parametrize("state", ["sleep", "lost_closed", "unresponsive"])
def test_a_closure_that_became_sleep_counts_though_the_head_fell(
    monitored: Make, cells: Make, state: str
) -> None:
    def sleeps(frame: int, t: float) -> dict[str, object]:
        levels = {"eye_state": state} if 13 < t < 15 else {}
        return shut(cells, t, 10, 15, pitch_deg=-20 if t > 10.1 else 0, **levels)

    assert totals(monitored(60, sleeps)).perclos == pytest.approx(5 / 60, abs=0.001)


def test_a_look_down_goes_on_while_the_eyes_cannot_be_read(monitored: Make, cells: Make) -> None:
    def looks_down(frame: int, t: float) -> dict[str, object]:
        if 12 <= t < 12.8:
            return cells(eyes="unreadable", openness="", closure_s="", eye_state="", pitch_deg=-12)
        return shut(cells, t, 10, 15, pitch_deg=-12 if 10.1 < t < 15 else 0)

    assert totals(monitored(60, looks_down)).perclos == 0


def test_a_look_down_stays_one_when_a_marker_cuts_it(monitored: Make, cells: Make) -> None:
    session = monitored(60, lambda frame, t: shut(cells, t, 10, 15, pitch_deg=-12 if 10.1 < t < 15 else 0))
    later = totals_of(whole(read_session(session)).within(13, 60), ())
    assert later.perclos_closed_s == 0


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


@pytest.mark.parametrize("rate", [10.0, 14.0])
def test_blinks_are_withheld_at_few_frames_per_second(monitored: Make, cells: Make, rate: float) -> None:
    session = monitored(40, lambda frame, t: cells(blink_ms=200) if frame % 80 == 40 else cells(), rate=rate)
    found = totals(session)
    assert why(found.blink_rate) == "too few frames per second"
    assert found.perclos == 0


def test_a_file_of_just_enough_frames_per_second_may_round_to_a_little_less() -> None:
    found = Totals(analysed=900, analysed_s=60.0004, eyes_s=60.0, watched_eyes_s=60.0, blinks=12)
    assert found.frame_rate < 15
    assert found.blink_rate == pytest.approx(12)


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


def test_pictures_add_no_length_to_a_condition(stills: Path, session: Path) -> None:
    pictures = totals(stills)
    assert pictures.length_s is None
    assert combined([pictures, pictures]).length_s is None
    assert combined([pictures, totals(session)]).length_s == totals(session).length_s
    assert combined([]).length_s == 0

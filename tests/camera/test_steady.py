"""Clocks that jump while a source runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from femon.camera.steady import ClockJump, steady
from femon.types import Frame, Lost

START = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
BLANK = np.zeros((2, 2, 3), np.uint8)


def item(index: int, t: float, wall_s: float | None = None, *, lost: bool = False) -> Frame | Lost:
    utc = None if wall_s is None else START + timedelta(seconds=wall_s)
    return Lost("fake", t, utc, "stalled") if lost else Frame("fake", index, t, utc, None, BLANK)


def passed(items: Sequence[Frame | Lost]) -> tuple[list[Frame | Lost], list[ClockJump]]:
    jumps: list[ClockJump] = []
    return list(steady(items, jumps.append)), jumps


def test_time_that_rises_passes_untouched() -> None:
    given = [item(0, 5.0, 0.0), item(1, 5.1, 0.1), item(2, 9.0, 4.0, lost=True), item(2, 9.5, 4.5)]
    out, jumps = passed(given)
    assert all(one is other for one, other in zip(out, given, strict=True))
    assert jumps == []


@pytest.mark.parametrize("back_s", [0.2, 5.0, 3600.0])
def test_time_that_falls_goes_on_from_where_it_was(back_s: float) -> None:
    given = [item(0, 7200.0), item(1, 7200.1), item(2, 7200.1 - back_s), item(3, 7200.2 - back_s, lost=True)]
    out, jumps = passed(given)
    assert [one.t for one in out] == pytest.approx([7200.0, 7200.1, 7200.1, 7200.2])
    assert [(one.clock, round(one.step_s, 6)) for one in jumps] == [("frames", -back_s)]


@pytest.mark.parametrize("step_s", [-3600.0, -5.0, 5.0, 3600.0])
def test_a_wall_clock_that_is_set_is_told_and_changes_no_time(step_s: float) -> None:
    given = [item(0, 1.0, 0.0), item(1, 1.1, 0.1), item(2, 1.2, 0.2 + step_s), item(3, 1.3, 0.3 + step_s)]
    out, jumps = passed(given)
    assert [one.t for one in out] == [1.0, 1.1, 1.2, 1.3]
    assert [(one.clock, round(one.step_s, 6), one.t) for one in jumps] == [("wall", step_s, 1.2)]


def test_a_slow_drift_of_the_wall_clock_is_no_jump() -> None:
    given = [item(index, float(index), index * 1.001) for index in range(5000)]
    assert passed(given)[1] == []


def test_the_sentences_say_what_happened() -> None:
    assert "ran back by 5.0 s" in ClockJump("frames", -5.0, 9.0).text
    assert "set forward by 3600.0 s" in ClockJump("wall", 3600.0, 9.0).text
    assert "set back by 5.0 s" in ClockJump("wall", -5.0, 9.0).text

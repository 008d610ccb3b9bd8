"""The clock of a session and the windows over it."""

from __future__ import annotations

import random
import statistics

import pytest

from femon.monitors.clock import Clock, Tick, fast_enough
from femon.monitors.limits import Limits
from femon.monitors.windows import (
    RecentTimes,
    RollingMedian,
    RollingSums,
    percentile,
    seconds_since_crossing,
)

LIMITS = Limits()


def ticks(*times: float) -> list[Tick]:
    clock = Clock(LIMITS)
    return [clock.update(t) for t in times]


def test_a_frame_counts_for_its_step_but_never_for_long() -> None:
    assert [tick.dt for tick in ticks(5.0, 5.1, 5.4, 9.0)] == pytest.approx([0.0, 0.1, 0.2, 0.2])
    assert [tick.gap for tick in ticks(5.0, 5.5, 6.1)] == [False, False, True]


def test_time_that_runs_backwards_stands_still() -> None:
    times = ticks(5.0, 5.1, 3.0, 3.1, 3.1)
    assert [tick.t for tick in times] == pytest.approx([5.0, 5.1, 5.1, 5.2, 5.2])
    assert [tick.dt for tick in times] == pytest.approx([0.0, 0.1, 0.0, 0.1, 0.0])


def test_each_full_second_is_noticed_once() -> None:
    seconds = [tick.t for tick in ticks(*(7 + number / 10 for number in range(31))) if tick.second]
    assert seconds == pytest.approx([8.0, 9.0, 10.0])


def test_the_frame_rate_needs_a_second_and_forgets_a_stall() -> None:
    steady = ticks(*(number / 20 for number in range(60)))
    assert steady[10].fps is None
    assert steady[-1].fps == pytest.approx(20)
    after = ticks(*(number / 20 for number in range(60)), *(50 + number / 10 for number in range(21)))
    assert after[61].fps is None
    assert after[-1].fps == pytest.approx(10)


@pytest.mark.parametrize(("fps", "enough"), [(None, True), (10.0, True), (9.0, True), (8.9, False)])
def test_a_camera_may_fall_a_little_short_of_its_rate(fps: float | None, enough: bool) -> None:
    assert fast_enough(fps, 10.0, LIMITS) == enough


def test_rolling_sums_and_medians_equal_plain_ones() -> None:
    source = random.Random(1)
    sums, middle = RollingSums((3.0, 1.0), 2), RollingMedian(3.0)
    seen: list[tuple[float, float]] = []
    t = 0.0
    for _ in range(500):
        t += source.uniform(0.01, 0.2)
        value = source.gauss(0, 1)
        seen.append((t, value))
        sums.add(t, value, 2 * value)
        middle.add(t, value)
        for index, window in enumerate((3.0, 1.0)):
            inside = [value for at, value in seen if at > t - window]
            assert sums.sums(index) == pytest.approx((sum(inside), 2 * sum(inside)))
        assert middle.value() == pytest.approx(statistics.median(v for at, v in seen if at > t - 3.0))


def test_events_are_counted_over_a_window_and_in_all() -> None:
    recent = RecentTimes(10.0)
    for t in (1.0, 5.0, 12.0):
        recent.add(t)
    assert (recent.count(12.0), recent.total) == (2, 3)


def test_percentiles_lie_between_neighbours() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 50) == 2.5
    assert percentile([1.0, 2.0, 3.0, 4.0, 5.0], 90) == pytest.approx(4.6)
    assert percentile([7.0], 10) == 7.0


@pytest.mark.parametrize(
    ("step_s", "before", "now", "since_s"),
    [
        (0.10, 1.0, 0.0, 0.03),  # linear between the frames
        (0.10, None, 0.0, 0.0),  # the frame before was not valid
        (0.40, 1.0, 0.2, 0.05),
        (0.40, 0.4, 0.0, 0.2),  # never far back
        (0.60, 1.0, 0.0, 0.0),  # over a gap
    ],
)
def test_crossings_are_found_between_frames(
    step_s: float, before: float | None, now: float, since_s: float
) -> None:
    _, tick = ticks(0.0, step_s)
    assert seconds_since_crossing(tick, before, now, 0.3, 0.2) == pytest.approx(since_s)

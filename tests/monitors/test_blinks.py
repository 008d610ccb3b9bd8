"""Blink statistics: what counts, when they are withheld, and the person's own baseline."""

from __future__ import annotations

import pytest

from femon.monitors import BlinkBaseline, Monitor
from femon.monitors.blinks import baseline_of
from femon.monitors.limits import Limits
from monitors.synthetic import Script, Timing, closures, play, profile


def blinking(*lengths_s: float, every_s: float = 2.0, **changes: object) -> Script:
    times = ((2 + every_s * number, length_s) for number, length_s in enumerate(lengths_s))
    return Script(3 + every_s * len(lengths_s), openness=closures(*times), **changes)  # type: ignore[arg-type]


def test_a_blink_lasts_from_crossing_to_crossing() -> None:
    played = play(blinking(0.15, 0.3), Timing(60))
    ended = [state.blinks.ended for state in played.states if state.blinks.ended]
    # The blink layer crosses its thresholds a little before and after those of the closure layer.
    assert [blink.duration_s for blink in ended] == pytest.approx([0.20, 0.35], abs=0.02)
    assert ended[0].onset_t == pytest.approx(2.0 - 0.02, abs=0.02)


def test_ten_blinks_make_figures() -> None:
    states = play(blinking(*[0.15] * 9, 0.7, 0.15), Timing(30)).states
    nine = next(state for state in states if state.blinks.total == 9)
    assert (nine.blinks.mean_s, nine.blinks.why) == (None, "few_blinks")
    blinks = states[-1].blinks
    assert blinks.long_share == pytest.approx(1 / 11)
    assert blinks.mean_s == pytest.approx(0.25, abs=0.03)
    assert blinks.p90_s == pytest.approx(0.20, abs=0.03)
    assert blinks.p90_ratio is None


def test_the_rate_is_that_of_readable_time() -> None:
    played = play(blinking(*[0.15] * 20, away=[(20.0, 25.0)]), Timing(30))
    assert play(blinking(*[0.15] * 4), Timing(30)).last.blinks.rate_why == "warming_up"
    valid_s = 43.0 - 5.3
    blinks = played.last.blinks
    assert blinks.total == 17
    assert blinks.rate == pytest.approx(60 * 17 / valid_s, rel=0.02)


def test_slow_cameras_give_no_statistics_until_they_are_clearly_fast_enough() -> None:
    slow = play(blinking(*[0.15] * 12), Timing(14))
    assert slow.last.blinks.total >= 11
    assert (slow.last.blinks.rate, slow.last.blinks.rate_why, slow.last.blinks.why) == (
        None,
        "low_fps",
        "low_fps",
    )


def test_a_blink_that_touches_a_lost_frame_or_a_gap_is_dropped() -> None:
    openness = closures((2.0, 0.3), (4.0, 0.3))
    lost = Script(6, openness=openness, away=[(2.1, 2.2)])
    assert play(lost, Timing(30)).last.blinks.total == 1
    assert play(Script(6, openness=openness, holes=[(3.9, 4.8)]), Timing(30)).last.blinks.total == 1


def test_very_long_closures_are_no_blinks() -> None:
    assert play(Script(9, openness=closures((2.0, 3.3))), Timing(30)).last.blinks.total == 0


def test_a_fast_camera_must_see_a_blink_twice() -> None:
    dip = [(2.0, 1.0), (2.005, 0.0), (2.012, 0.0), (2.017, 1.0)]
    assert play(Script(4, openness=dip), Timing(60)).last.blinks.total == 0


def test_a_rested_session_gives_a_baseline_and_comparisons_use_it() -> None:
    script = blinking(*[0.15] * 31, every_s=1.0)
    monitor = Monitor(None, profile(script), rested=True)
    play(script, Timing(30), monitor)
    baseline = monitor.blink_baseline
    assert baseline is not None
    assert baseline.count == 30
    assert baseline.mean_s == pytest.approx(0.2, abs=0.02)
    later = blinking(*[0.35] * 12)
    compared = play(later, Timing(30), Monitor(None, profile(later, blinks=baseline))).last.blinks
    assert compared.p90_ratio == pytest.approx(2.0, abs=0.25)
    assert compared.slow is True


def test_a_drowsy_person_gives_no_baseline() -> None:
    script = Script(70, openness=closures((2.0, 3.5), *((8 + 2 * n, 0.15) for n in range(31))))
    monitor = Monitor(None, profile(script), rested=True)
    play(script, Timing(30), monitor)
    assert monitor.blink_baseline is None


def test_a_baseline_stays_plausible() -> None:
    assert baseline_of([0.02] * 10, Limits()) == BlinkBaseline(0.10, pytest.approx(0.02), 0.0, 10)  # type: ignore[arg-type]
    assert baseline_of([0.9] * 10, Limits()).p90_s == 0.40

"""The time filter in tables: the same curve at any frame rate, a steady label, and a reset after a gap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from femon.emotions import EMOTIONS
from femon.settings import AnalysisSettings
from femon.smoothing import Smoothed, Smoother

Vector = NDArray[np.float32]
OFF = AnalysisSettings(half_life_s=0.0)


def probabilities(**shares: float) -> Vector:
    """The given shares, the rest spread over the other classes."""
    rest = (1 - sum(shares.values())) / (len(EMOTIONS) - len(shares))
    return np.array([shares.get(name, rest) for name in EMOTIONS], np.float32)


HAPPY = probabilities(happy=0.8)
SAD = probabilities(sad=0.8)
FEAR = probabilities(fear=0.8)


def step_response(fps: int, settings: AnalysisSettings, seconds: float = 1.0) -> dict[float, Vector]:
    """Happy at 0 s, sad ever after; by time."""
    smoother = Smoother(settings)
    smoother.update(0.0, HAPPY)
    curve = {}
    for frame in range(1, round(seconds * fps) + 1):
        smooth = smoother.update(frame / fps, SAD).smooth
        assert smooth is not None
        curve[round(frame / fps, 6)] = smooth
    return curve


@pytest.mark.parametrize("half_life_s", [0.05, 0.3, 2.0])
def test_the_curve_is_the_same_at_10_and_30_frames_per_second(half_life_s: float) -> None:
    settings = AnalysisSettings(half_life_s=half_life_s)
    slow, fast = step_response(10, settings), step_response(30, settings)
    for t in slow:
        np.testing.assert_allclose(slow[t], fast[t], atol=1e-6)
        expected = SAD + 2 ** (-t / half_life_s) * (HAPPY - SAD)
        np.testing.assert_allclose(slow[t], expected, atol=1e-6)


def test_uneven_frame_times_end_on_the_same_value() -> None:
    even, uneven = Smoother(AnalysisSettings()), Smoother(AnalysisSettings())
    even.update(5.0, HAPPY)
    uneven.update(5.0, HAPPY)
    for t in sorted(np.random.default_rng(1).uniform(5.0, 5.9, 20)):
        uneven.update(float(t), SAD)
    first, second = even.update(5.9, SAD).smooth, uneven.update(5.9, SAD).smooth
    assert first is not None
    assert second is not None
    np.testing.assert_allclose(first, second, atol=1e-6)


def test_a_half_life_is_the_time_to_go_half_way() -> None:
    smooth = step_response(10, AnalysisSettings(half_life_s=0.3))[0.3]
    np.testing.assert_allclose(smooth, (HAPPY + SAD) / 2, atol=1e-6)


def test_half_life_zero_passes_the_values_through() -> None:
    for smooth in step_response(30, OFF).values():
        np.testing.assert_array_equal(smooth, SAD)


def test_smoothed_probabilities_still_sum_to_one() -> None:
    for smooth in step_response(30, AnalysisSettings()).values():
        assert smooth.sum() == pytest.approx(1, abs=1e-6)
        assert smooth.dtype == np.float32


def test_an_answer_given_earlier_never_changes() -> None:
    smoother = Smoother(AnalysisSettings())
    earlier = smoother.update(0.0, HAPPY).smooth
    assert earlier is not None
    smoother.update(0.1, SAD)
    np.testing.assert_array_equal(earlier, HAPPY)


Step = tuple[float, Vector | None]


def run(steps: Sequence[Step], settings: AnalysisSettings = OFF) -> list[Smoothed]:
    smoother = Smoother(settings)
    return [smoother.update(t, values) for t, values in steps]


def labels(steps: Sequence[Step], settings: AnalysisSettings = OFF) -> list[str | None]:
    return [smoothed.label for smoothed in run(steps, settings)]


SETTLED: list[Step] = [(0.0, HAPPY), (0.3, HAPPY)]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param([(0.4, SAD), (0.6, SAD)], ["happy", "happy"], id="a short lead changes nothing"),
        pytest.param(
            [(0.4, SAD), (0.5, SAD), (0.65, SAD)], ["happy", "happy", "sad"], id="a held lead takes over"
        ),
        pytest.param(
            [(0.4, SAD), (0.5, HAPPY), (0.6, SAD), (0.84, SAD), (0.85, SAD)],
            ["happy", "happy", "happy", "happy", "sad"],
            id="an interrupted lead starts again",
        ),
        pytest.param(
            [(0.4, SAD), (0.6, FEAR), (0.7, FEAR), (0.85, FEAR)],
            ["happy", "happy", "happy", "fear"],
            id="another leader starts its own time",
        ),
        pytest.param(
            [(0.4, SAD), (0.5, None), (0.65, SAD), (0.9, SAD)],
            ["happy", None, "happy", "sad"],
            id="an unseen stretch ends a lead",
        ),
        pytest.param(
            [(0.4, probabilities(happy=0.40, sad=0.47)), (1.3, probabilities(happy=0.40, sad=0.47))],
            ["happy", "happy"],
            id="a lead below 0.08 never counts",
        ),
        pytest.param(
            [(0.4, probabilities(happy=0.40, sad=0.49)), (0.7, probabilities(happy=0.40, sad=0.49))],
            ["happy", "sad"],
            id="a lead above 0.08 counts",
        ),
    ],
)
def test_the_label_follows_the_hysteresis_table(steps: list[Step], expected: list[str | None]) -> None:
    assert labels(SETTLED + steps)[2:] == expected


def test_alternating_noise_does_not_flicker() -> None:
    noise: list[Step] = [(0.3 + frame / 30, SAD if frame % 3 else HAPPY) for frame in range(1, 60)]
    assert set(labels(SETTLED + noise)) == {"happy"}


def test_without_hold_and_lead_the_label_is_the_largest_class() -> None:
    settings = AnalysisSettings(half_life_s=0.0, lead=0.0, hold_s=0.0)
    assert labels([*SETTLED, (0.4, SAD), (0.5, FEAR), (0.6, HAPPY)], settings)[2:] == ["sad", "fear", "happy"]


@pytest.mark.parametrize("start", [0.0, 0.1, 12.7, 86_400.3])
@pytest.mark.parametrize("fps", [10, 20, 60])
def test_rounding_of_the_times_does_not_move_a_change_by_a_frame(start: float, fps: int) -> None:
    frames = fps  # 1 s; sad from 0.5 s on
    steps: list[Step] = [
        (start + frame / fps, SAD if frame >= fps // 2 else HAPPY) for frame in range(frames)
    ]
    smoothed = run(steps)
    assert [answer.warmup for answer in smoothed].index(False) == round(0.3 * fps)
    assert [answer.label for answer in smoothed].index("sad") == int(np.ceil(0.75 * fps))


def test_the_first_three_tenths_of_a_second_are_warmup() -> None:
    answers = run([(7.0, HAPPY), (7.1, HAPPY), (7.29, HAPPY), (7.3, HAPPY), (8.0, HAPPY)])
    assert [answer.warmup for answer in answers] == [True, True, True, False, False]


def test_during_warmup_the_label_follows_the_leader_at_once() -> None:
    assert labels([(0.0, HAPPY), (0.1, SAD), (0.3, SAD)]) == ["happy", "sad", "sad"]


def test_a_short_gap_leaves_the_filter_as_it_is() -> None:
    settings = AnalysisSettings(half_life_s=0.3)
    answers = run([(0.0, HAPPY), (0.5, None), (1.0, SAD)], settings)
    assert (answers[1].smooth, answers[1].label, answers[1].warmup) == (None, None, False)
    assert answers[2].smooth is not None
    assert not answers[2].warmup
    np.testing.assert_allclose(answers[2].smooth, SAD + 2 ** (-1 / 0.3) * (HAPPY - SAD), atol=1e-6)


@pytest.mark.parametrize("gap", [[], [(0.5, None)], [(0.2, None), (1.05, None)]])
def test_more_than_a_second_without_probabilities_resets(gap: list[Step]) -> None:
    answers = run([*SETTLED, *[(0.3 + t, None) for t, _ in gap], (1.4, SAD), (1.7, SAD)], AnalysisSettings())
    assert answers[-2].smooth is not None
    np.testing.assert_array_equal(answers[-2].smooth, SAD)
    assert (answers[-2].label, answers[-2].warmup) == ("sad", True)
    assert (answers[-1].label, answers[-1].warmup) == ("sad", False)

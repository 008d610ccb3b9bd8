"""Openness against personal references that learn, but never sleepiness."""

from __future__ import annotations

import pytest

from femon.monitors import EyeReference, Monitor, Profile
from femon.monitors.clock import Clock
from femon.monitors.geometry import Eye, Shape
from femon.monitors.limits import Limits
from femon.monitors.openness import OpennessMonitor
from femon.types import Pose
from monitors.synthetic import Script, Timing, closures, play, profile

LIMITS = Limits()
PROFILE = Profile(EyeReference(0.30, 0.06), EyeReference(0.25, 0.10), Pose(0, 0, 0), "guided")
TICK = Clock(LIMITS).update(0.0)


def shape(right: float, left: float) -> Shape:
    return Shape(Eye(right, 50), Eye(left, 50), 0.1, (0, 0), 100)


@pytest.mark.parametrize(
    ("right", "left", "eyes", "openness"),
    [
        (0.30, 0.25, "both", 1.0),
        (0.06, 0.10, "both", 0.0),
        (0.06, 0.25, "both", 0.5),  # a wink is no closure
        (0.18, 0.00, "right", 0.5),
        (0.00, 0.175, "left", 0.5),
        (0.90, 0.90, "both", 1.3),
    ],
)
def test_openness_lies_between_the_own_references(
    right: float, left: float, eyes: str, openness: float
) -> None:
    state = OpennessMonitor(LIMITS, PROFILE).update(TICK, shape(right, left), eyes)  # type: ignore[arg-type]
    assert state.openness == pytest.approx(openness)
    assert (state.ear_right is None) == (eyes == "left")


def test_the_ratio_is_that_of_the_open_reference() -> None:
    state = OpennessMonitor(LIMITS, PROFILE).update(TICK, shape(0.15, 0.25), "both")
    assert state.ratio == pytest.approx(0.75)


@pytest.mark.parametrize(("share", "kept"), [(0.02, 0.08), (0.3, 0.3), (0.6, 0.45)])
def test_the_closed_reference_stays_plausible(share: float, kept: float) -> None:
    eye = EyeReference(0.30, 0.30 * share)
    references = OpennessMonitor(LIMITS, Profile(eye, eye, Pose(0, 0, 0), "guided")).references()
    assert references.closed_right == pytest.approx(0.30 * kept)
    assert references.partly_hidden == (kept > 0.25)


def test_without_a_calibration_the_references_are_assumed() -> None:
    references = OpennessMonitor(LIMITS, None).references()
    assert (references.open_right, references.closed_left) == pytest.approx((0.28, 0.056))
    assert references.closed_source == "assumed"


def test_the_open_reference_rises_with_wider_eyes_up_to_a_limit() -> None:
    monitor = Monitor(None, profile(Script(1)))
    played = play(Script(240, scale=[(0, 1.6)]), Timing(10), monitor, every_s=30)
    assert 1.2 * 0.28 < played.last.references.open_right <= 1.25 * 0.28


def test_ten_blinks_teach_the_closed_reference() -> None:
    script = Script(30, openness=closures(*((2 + 2 * number, 0.2) for number in range(12))), closed_share=0.3)
    eye = EyeReference(0.28)
    monitor = Monitor(None, Profile(eye, eye, Pose(0, 0, 0)))
    played = play(script, Timing(30, noise=False), monitor)
    references = [state.references for state in played.states]
    assert references[0].closed_source == "assumed"
    assert references[-1].closed_source == "learned"
    assert references[-1].closed_right == pytest.approx(0.3 * 0.28, abs=0.02)
    assert references[-1].partly_hidden
    slow = play(script, Timing(15), Monitor(None, Profile(eye, eye, Pose(0, 0, 0))))
    assert slow.last.references.closed_source == "assumed"


def test_a_guided_closed_reference_is_not_relearned() -> None:
    script = Script(30, openness=closures(*((2 + 2 * number, 0.2) for number in range(12)), depth=0.1))
    assert play(script).last.references.closed_right == pytest.approx(0.056)

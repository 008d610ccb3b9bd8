"""A calibration on the readings of a source: what the window and the log are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from femon.monitors import Profile
from femon.monitors.calibration import Calibration
from femon.monitors.calibration_limits import CalibrationLimits
from femon.monitors.calibration_run import CalibrationEvent, CalibrationNews, CalibrationRun
from femon.monitors.calibration_state import HINTS
from femon.monitors.calibration_stretch import Stretch, StretchFigures
from femon.monitors.profile_watch import Present, ProfileWatch
from femon.types import Face, Frame, Reading, Readings
from monitors.synthetic import Script, Timing, faces, play, profile

QUICK = CalibrationLimits(position_hold_s=0.3, countdown_s=0.3, open_s=1.5, open_longest_s=3.0, longest_s=8.0)
REFERENCE = (0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.7)
RAW = np.array((0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4), np.float32)
PICTURE = np.zeros((480, 640, 3), np.uint8)
Read = Callable[[Face], Reading]


def reading(face: Face) -> Reading:
    return Reading(face, True, RAW, RAW, "neutral", None)


def poor(face: Face) -> Reading:
    return replace(reading(face), uncertain="low_quality", smooth=None)


def readings_of(script: Script, read: Read = reading, *, others: int = 0) -> list[Readings]:
    """The frames of a script; `others` are in view besides."""
    made = []
    for index, (t, face) in enumerate(faces(script, Timing())):
        frame = Frame("synthetic", index, t, None, None, PICTURE)
        person = () if face is None else (read(replace(face, landmarks=face.landmarks.copy())),)
        extras = tuple(replace(one, primary=False) for one in person * others)
        made.append(Readings(frame, (*person, *extras), "small"))
    return made


def run(
    script: Script, read: Read = reading, *, others: int = 0, model: str | None = "small"
) -> tuple[CalibrationNews, list[CalibrationEvent]]:
    made = CalibrationRun(
        Calibration(rules=QUICK, glasses=True), glasses=True, model_id=model, reference=REFERENCE
    )
    events: list[CalibrationEvent] = []
    for one in readings_of(script, read, others=others):
        news = made.update(one)
        events += made.events
        if news.state.finished:
            break
    return news, events


def test_a_calibration_tells_the_log_what_it_measured_and_when() -> None:
    news, events = run(Script(8))
    assert news.result is not None
    assert [(one.name, one.phase) for one in events] == [
        *((part, "start") for part in ("neutral", "eyes", "pose")),
        *((part, "end") for part in ("neutral", "eyes", "pose")),
    ]
    neutral, eyes, pose = events[-3:]
    assert eyes.details["a_left"] == pytest.approx(0.28, abs=0.02)
    assert eyes.details["glasses"] is True
    assert pose.details["before"] is None
    assert neutral.details["before"] == pytest.approx(RAW.tolist(), abs=1e-3)
    assert neutral.details["after"] == pytest.approx(REFERENCE, abs=1e-2)
    assert events[0].t == 0


def test_a_refusal_is_logged_with_its_reason_and_ends_what_was_begun() -> None:
    news, events = run(Script(20, yaw=((0, 25),)))
    assert news.result is None
    rejected = next(one for one in events if one.name == "rejected")
    assert rejected.details == {"glasses": True, "why": "turned"}
    assert [one.name for one in events if one.phase == "end"] == ["neutral", "eyes", "pose"]


def test_a_second_person_in_view_is_told_and_refused() -> None:
    news, _ = run(Script(20), others=1)
    assert news.state.refused == ("several_faces",)
    assert "More than one person" in HINTS["several_faces"]


def test_without_expressions_only_eyes_and_pose_are_measured() -> None:
    news, events = run(Script(8), lambda face: replace(reading(face), raw=None), model=None)
    assert news.corrected is None
    assert {one.name for one in events} == {"eyes", "pose"}


def test_a_face_too_poor_for_its_expression_gives_no_neutral_face() -> None:
    news, _ = run(Script(8), poor)
    assert news.result is not None
    assert news.result.neutral_probabilities is None


def test_breaking_off_is_logged_once_it_has_begun() -> None:
    made = CalibrationRun(Calibration(rules=QUICK), glasses=False)
    assert made.broken_off(0.0, "stopped") == ()
    made.update(readings_of(Script(1))[0])
    rejected, *ends = made.broken_off(1.0, "source_end")
    assert rejected.details["why"] == "source_end"
    assert [one.phase for one in ends] == ["end", "end"]


# A stretch of a clip


def stretch(script: Script, read: Read = reading) -> StretchFigures:
    collected = Stretch()
    for one in readings_of(script, read):
        collected.add(one)
    return collected.figures()


def test_a_stretch_of_a_clip_gives_references_and_the_relaxed_face() -> None:
    figures = stretch(Script(1, open_ear=(0.26, 0.30), pitch=((0, -5),)))
    assert figures.profile is not None
    assert figures.profile.right.open_ear == pytest.approx(0.26, rel=0.05)
    assert figures.profile.left.open_ear == pytest.approx(0.30, rel=0.05)
    assert figures.profile.neutral.pitch == pytest.approx(-5, abs=0.5)
    assert figures.neutral_probabilities == pytest.approx(RAW.tolist(), abs=1e-6)
    assert figures.frame_size == (640, 480)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (Script(1, away=((0, 1),)), "no_face"),
        (Script(1, openness=((0, 0),)), "not_open"),
        (Script(1, yaw=((0, 20),)), "turned"),
        (Script(1, jaw_open=((0, 0.6),)), "mouth_open"),
    ],
)
def test_a_stretch_that_shows_something_else_gives_its_reason(script: Script, reason: str) -> None:
    figures = stretch(script)
    assert figures.profile is None
    assert reason in figures.reasons


def test_a_stretch_of_a_moment_is_too_short() -> None:
    figures = stretch(Script(0.2))
    assert (figures.profile, figures.neutral_probabilities, figures.reasons) == (None, None, ())


# The time after


def present(script: Script, made: Profile, *, light: Callable[[float], float] = lambda _: 120.0) -> Present:
    watch, last = ProfileWatch(made), None
    for state in play(script).states:
        last = watch.update(state, light(state.t)) or last
    assert last is not None
    return last


def test_light_that_stays_is_told_as_it_is_once_it_is_known() -> None:
    script = Script(25)
    assert present(script, profile(script)) == Present(120.0, camera_moved=False, glasses_changed=False)
    assert present(Script(10), profile(script)).luminance is None


def test_it_answers_once_per_second() -> None:
    script = Script(2.9)
    watch = ProfileWatch(profile(script))
    answers = [watch.update(state, 100.0) for state in play(script).states]
    assert sum(answer is not None for answer in answers) == 3

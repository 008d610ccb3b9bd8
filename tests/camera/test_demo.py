from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from femon.camera.demo import SCRIPT, DemoSource, Interval
from femon.crop import FER_SPEC
from femon.faces import FaceFinder
from femon.settings import AnalysisSettings
from femon.types import Face, Faces, Frame, Source

LANDMARKER = Path(__file__).parents[2] / "models" / "face_landmarker.task"
EYES = ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380))  # product specification 4.4
JAW_OPEN, SMILE_LEFT, SMILE_RIGHT = 25, 44, 45  # MediaPipe's blendshape order


def never() -> bool:
    return False


def middle(interval: Interval) -> float:
    return (interval.start + interval.end) / 2


@pytest.fixture(scope="module")
def demo() -> DemoSource:
    return DemoSource()


@pytest.fixture
def one_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the scene short: most of its length tells these tests nothing new."""
    monkeypatch.setattr("femon.camera.demo.SCRIPT", replace(SCRIPT, duration_s=1.0))


@pytest.fixture
def finder() -> Iterator[FaceFinder]:
    with FaceFinder(LANDMARKER, settings=AnalysisSettings(), spec=FER_SPEC, stills=True) as finder:
        yield finder


def at(demo: DemoSource, t: float) -> Frame:
    return demo.frame(round(t * 30))


def eye_aspect_ratio(face: Face) -> float:
    ratios = []
    for eye in EYES:
        p1, p2, p3, p4, p5, p6 = face.landmarks[list(eye)]
        height = np.linalg.norm(p2 - p6) + np.linalg.norm(p3 - p5)
        ratios.append(height / (2 * np.linalg.norm(p1 - p4)))
    return float(np.mean(ratios))


def test_the_demo_is_a_source_of_20_seconds(demo: DemoSource) -> None:
    source: Source = demo
    info = source.info
    assert (info.kind, info.name, info.live, info.media_clock) == ("demo", "Built-in demo", False, "fps")
    assert (info.width, info.height, info.fps) == (640, 480, 30)
    assert (info.frame_count, info.duration_s) == (600, 20.0)


def test_the_demo_gives_every_frame_its_time_and_ends(one_second: None) -> None:
    frames = list(DemoSource().frames(never))
    assert [frame.index for frame in frames] == list(range(30))
    assert [frame.t for frame in frames] == [index / 30 for index in range(30)]
    assert all(frame.media_t == frame.t and frame.utc is None for frame in frames)
    assert {frame.image_bgr.shape for frame in frames} == {(480, 640, 3)}
    assert {frame.image_bgr.dtype for frame in frames} == {np.dtype(np.uint8)}


def test_two_demos_show_the_same_pixels_in_any_order(demo: DemoSource) -> None:
    other = DemoSource()
    for index in (510, 0, 30, 31, 95, 120, 200, 225, 300, 380, 420, 465, 535, 599):
        assert demo.frame(index).image_bgr.tobytes() == other.frame(index).image_bgr.tobytes()
        other.frame(index // 2)


def test_a_frame_is_not_drawn_over_by_the_next(demo: DemoSource) -> None:
    first = demo.frame(29)
    before = first.image_bgr.copy()
    assert not np.array_equal(demo.frame(30).image_bgr, before)
    assert np.array_equal(first.image_bgr, before)


def test_a_looping_demo_starts_over_while_time_goes_on(one_second: None) -> None:
    frames = list(islice(DemoSource(loop=True).frames(never), 70))
    assert [frame.index for frame in frames] == list(range(70))
    assert frames[60].t == frames[60].media_t == 2.0
    assert all(np.array_equal(frame.image_bgr, frames[frame.index % 30].image_bgr) for frame in frames)


def test_the_demo_ends_when_it_is_stopped() -> None:
    seen: list[int] = []
    for frame in DemoSource(loop=True).frames(lambda: len(seen) == 3):
        seen.append(frame.index)
    assert seen == [0, 1, 2]


def test_the_script_keeps_its_events_apart() -> None:
    half = SCRIPT.blink_s / 2
    blinks = [Interval(blink - half, blink + half) for blink in SCRIPT.blinks]
    alone = [*blinks, SCRIPT.smile, SCRIPT.mouth_open, SCRIPT.roll]
    alone += [SCRIPT.leaving, SCRIPT.absence, SCRIPT.returning]
    alone.sort(key=lambda event: event.start)
    assert all(one.end <= other.start for one, other in pairwise(alone))
    assert SCRIPT.leaving.end == SCRIPT.absence.start
    assert SCRIPT.absence.end == SCRIPT.returning.start
    assert SCRIPT.returning.end <= SCRIPT.second_face.start
    assert alone[0].start > 0.5  # a neutral start, for calibration
    assert SCRIPT.second_face.end < SCRIPT.duration_s


def test_the_script_says_how_many_faces_are_in_view() -> None:
    assert SCRIPT.faces_at(0) == 1
    assert SCRIPT.faces_at(middle(SCRIPT.leaving)) is None
    assert SCRIPT.faces_at(middle(SCRIPT.absence)) == 0
    assert SCRIPT.faces_at(middle(SCRIPT.returning)) is None
    assert SCRIPT.faces_at(SCRIPT.second_face.start + 0.1) is None
    assert SCRIPT.faces_at(middle(SCRIPT.second_face)) == 2
    assert SCRIPT.faces_at(SCRIPT.duration_s - 0.1) == 1


def test_eyes_are_shut_at_blinks_only() -> None:
    assert all(SCRIPT.closure(blink) == 1 for blink in SCRIPT.blinks)
    assert all(SCRIPT.closure(blink + SCRIPT.blink_s / 2) == 0 for blink in SCRIPT.blinks)
    assert SCRIPT.closure(0) == 0


def test_the_empty_scene_is_a_plain_backdrop(demo: DemoSource) -> None:
    empty = at(demo, SCRIPT.absence.start).image_bgr
    assert np.array_equal(empty, at(demo, SCRIPT.absence.end - 0.1).image_bgr)
    assert np.abs(np.diff(empty.astype(int), axis=1)).max() <= 2


def test_the_script_is_what_the_face_finder_sees(demo: DemoSource, finder: FaceFinder) -> None:
    def see(t: float) -> Faces:
        return finder.find(at(demo, t))

    assert [len(see(t).faces) for t in np.arange(13.0, 15.0, 0.4)] == [0] * 5
    assert [len(see(t).faces) for t in np.arange(16.9, 18.7, 0.4)] == [2] * 5
    (calm,) = see(0.0).faces
    for blink in SCRIPT.blinks:
        shut, before = (max(see(t).faces, key=lambda face: face.box_xywh[2]) for t in (blink, blink - 0.2))
        assert eye_aspect_ratio(shut) < 0.65 * eye_aspect_ratio(calm)
        assert eye_aspect_ratio(before) > 0.78 * eye_aspect_ratio(calm)
    (smiling,), (gaping,), (leaning,) = (
        see(middle(event)).faces for event in (SCRIPT.smile, SCRIPT.mouth_open, SCRIPT.roll)
    )
    for side in (SMILE_LEFT, SMILE_RIGHT):
        assert smiling.blendshapes[side] > calm.blendshapes[side] + 0.5
    assert gaping.blendshapes[JAW_OPEN] > calm.blendshapes[JAW_OPEN] + 0.4
    assert leaning.pose.roll - calm.pose.roll == pytest.approx(SCRIPT.roll_degrees, abs=3)

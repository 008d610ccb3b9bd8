"""How many faces are followed: as many as there are, more at once and fewer only after a while."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from femon import following
from femon.crop import FER_SPEC
from femon.faces import FaceFinder
from femon.following import FEWER_AFTER_S, LOOK_EVERY_S, Following
from femon.settings import AnalysisSettings
from femon.types import Frame
from test_faces import LANDMARKER, decoded

FPS = 10


class Scene:
    """As many faces as somebody says; landmarkers that see at most theirs, and a count of the looks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, at_least: int = 1, at_most: int = 4) -> None:
        monkeypatch.setattr(following, "detected", self._detected)
        self.people = self.counted = 1
        self.looks = 0
        self.made: list[int] = []
        self.closed: list[int] = []
        self.dark: list[tuple[int, int]] = []
        self._frame = 0
        self.following = Following(self._make, self._count, at_least=at_least, at_most=at_most)

    def play(self, seconds: float) -> list[int]:
        """The faces found in each frame."""
        found = []
        for _ in range(round(seconds * FPS)):
            t = self._frame / FPS
            found.append(len(self.following.detect(t, "picture", round(1000 * t) + 2)))
            self._frame += 1
        return found

    def set_back(self) -> None:
        self._frame = 0

    def _make(self, faces: int) -> Any:
        self.made.append(faces)
        return SimpleNamespace(number=faces, close=lambda: self.closed.append(faces))

    def _count(self, image: object) -> int:
        self.looks += 1
        return self.counted

    def _detected(self, landmarker: Any, image: object, at_ms: int) -> list[object]:
        if image != "picture":
            self.dark.append((landmarker.number, at_ms))
            return []
        return [object()] * min(self.people, landmarker.number)


def test_one_person_is_followed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch)
    assert scene.play(10) == [1] * 100
    assert (scene.made, scene.looks) == ([1], 10 / LOOK_EVERY_S)


def test_who_is_there_from_the_start_is_found_in_the_first_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch)
    scene.people = scene.counted = 3
    assert scene.play(1) == [3] * 10


def test_who_comes_is_found_within_half_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch)
    scene.play(1.1)
    scene.people = scene.counted = 2
    assert scene.play(1).index(2) / FPS <= LOOK_EVERY_S


def test_who_leaves_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch)
    scene.people = scene.counted = 2
    scene.play(2)
    scene.people = scene.counted = 1
    scene.play(FEWER_AFTER_S - LOOK_EVERY_S)
    assert scene.following.faces == 2
    scene.play(3 * LOOK_EVERY_S)
    assert scene.following.faces == 1


def test_a_turned_head_that_the_detector_misses_is_followed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch)
    scene.people = scene.counted = 2
    scene.play(1)
    scene.counted = 0
    assert scene.play(10) == [2] * 100


def test_a_portrait_that_only_the_detector_takes_for_a_face_changes_nothing_to_and_fro(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene(monkeypatch)
    scene.counted = 2
    scene.play(20)
    assert (scene.following.faces, scene.made, scene.dark) == (2, [1, 2], [])


def test_no_more_are_followed_than_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, at_most=2)
    scene.people = scene.counted = 9
    assert scene.play(1) == [2] * 10


def test_a_landmarker_that_comes_back_forgets_in_the_dark_what_it_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene(monkeypatch)
    for people in (1, 2, 1, 2):
        scene.people = scene.counted = people
        scene.play(FEWER_AFTER_S + 2)
    assert (scene.made, [number for number, _ in scene.dark]) == ([1, 2], [1, 2])
    scene.following.close()
    scene.following.close()
    assert sorted(scene.closed) == [1, 2]


def test_files_are_looked_at_with_all_their_faces_in_every_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, at_least=4, at_most=4)
    scene.play(5)
    assert (scene.made, scene.looks) == ([4], 0)


def test_a_clock_that_is_set_back_stops_no_look(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch)
    scene.play(5)
    scene.set_back()
    scene.people = scene.counted = 2
    assert scene.play(1) == [2] * 10


# --- with MediaPipe ---


@pytest.fixture(scope="module")
def pair(clips: Path) -> NDArray[np.uint8]:
    """Two people who look into the camera."""
    return next(decoded(clips / "two_people_head_turn.gif")).image_bgr


def test_people_who_come_and_go_before_a_camera_keep_their_numbers(pair: NDArray[np.uint8]) -> None:
    alone = pair.copy()
    alone[:, pair.shape[1] // 2 :] = 127
    nobody = np.full_like(pair, 127)
    shifted = np.roll(pair, (6, 12), axis=(0, 1))
    seen = []
    with FaceFinder(LANDMARKER, settings=AnalysisSettings(), spec=FER_SPEC, live=True) as finder:
        scenes = [pair] * 2 + [alone] * 10 + [shifted] * 3 + [nobody] * 2
        for index, image in enumerate(scenes):
            faces = finder.find(Frame("test", index, index / 2, None, None, np.asarray(image, np.uint8)))
            seen.append([face.track for face in faces.faces])
    assert [len(tracks) for tracks in seen] == [2] * 2 + [1] * 10 + [2] * 3 + [0] * 2
    assert {tracks[0] for tracks in seen if tracks} == {1}

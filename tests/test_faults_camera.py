"""A camera that fails in the middle of a recorded session, as the real pipeline and the real source see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from cable import FPS, Cable, ok, picture, recorded
from femon.camera.frozen import FROZEN_AFTER_S, FrozenWatch
from femon.types import Frame
from monitors.scripted import without_mediapipe
from monitors.synthetic import Script, closure, closures

FOUND_AGAIN_S = 3.0


@pytest.fixture(autouse=True)
def _no_landmarker() -> Iterator[None]:
    with without_mediapipe():
        yield


@pytest.mark.parametrize("away_s", [0.4, 4.3, 61.7])
def test_a_camera_pulled_out_and_put_back_is_found_within_three_seconds_and_recorded_on(
    away_s: float, tmp_path: Path
) -> None:
    back_s = 5.0 + away_s
    cable = Cable(plugged=lambda t: not 5.0 <= t < back_s)
    session = recorded(cable, back_s + 6.0, tmp_path)
    first = ok(session, 5.1, 1e9).t_mono_s.iloc[0]
    assert back_s <= first <= back_s + FOUND_AGAIN_S
    assert session.told("lost", "back") == ["lost", "back"]
    (start, lost_at), (end, found_at) = session.camera("lost")
    assert (start, end) == ("start", "end")
    assert lost_at == pytest.approx(5.0, abs=0.1)
    assert found_at == pytest.approx(first, abs=1e-6)
    lost = session.frames[session.frames.status == "camera_lost"]
    assert set(lost[lost.t_mono_s < back_s].status_why) == {"unplugged"}
    assert np.diff(lost.t_mono_s) == pytest.approx(np.ones(len(lost) - 1), abs=0.01)
    assert len(lost) >= int(first - lost_at)
    assert session.summary.camera_lost_s == pytest.approx(first - lost_at, abs=0.01)
    assert len(ok(session, first, 1e9)) >= 2.5 * FPS


def test_the_gap_of_a_lost_camera_is_no_time_with_closed_eyes(tmp_path: Path) -> None:
    shut = Script(75, openness=closures((4.7, 0.4), (24.8, 1.5)))  # as the camera goes, and as it comes back
    cable = Cable(plugged=lambda t: not 5.0 <= t < 25.0)
    session = recorded(cable, 70.0, tmp_path, shut)
    assert session.alarms == []
    assert session.frames.closure_s.max() < 1.0
    assert 0.0 < session.frames.perclos_60.iloc[-1] < 0.02
    lost = session.frames[session.frames.status == "camera_lost"]
    assert lost[["openness", "eye_state", "closure_s", "perclos_60"]].isna().all().all()


GARBAGE = {
    "nothing": None,
    "an empty picture": np.zeros((0, 0, 3), np.uint8),
    "no rows": np.zeros((0, 64, 3), np.uint8),
    "grey": np.zeros((48, 64), np.uint8),
    "four channels": np.zeros((48, 64, 4), np.uint8),
    "one channel": np.zeros((48, 64, 1), np.uint8),
    "a row of bytes": np.zeros(48 * 64 * 3, np.uint8),
    "16 bit": np.full((48, 64, 3), 40_000, np.uint16),
    "not a number": np.full((48, 64, 3), np.nan, np.float32),
    "words": "no signal",
    "an error of OpenCV": cv2.error("corrupt JPEG data"),
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_a_driver_that_gives_out_something_else_than_a_picture_is_passed_over(
    kind: str, tmp_path: Path
) -> None:
    cable = Cable(shows=lambda t: GARBAGE[kind] if 1.0 <= t < 1.3 else picture(t))
    session = recorded(cable, 3.0, tmp_path)
    assert session.told("lost", "back") == []
    assert set(session.frames.status) == {"ok"}
    assert len(ok(session, 1.35, 3.0)) >= 45


@pytest.mark.parametrize("kind", ["nothing", "grey", "16 bit", "not a number", "an error of OpenCV"])
def test_a_driver_that_gives_out_nothing_else_is_a_lost_camera_until_pictures_come(
    kind: str, tmp_path: Path
) -> None:
    cable = Cable(shows=lambda t: GARBAGE[kind] if 1.0 <= t < 9.0 else picture(t))
    session = recorded(cable, 13.0, tmp_path)
    assert session.told("lost", "back") == ["lost", "back"]
    assert session.camera("lost")[0][1] <= 1.0 + 2.0
    assert ok(session, 2.0, 13.0).t_mono_s.iloc[0] <= 9.0 + FOUND_AGAIN_S


def test_a_camera_that_repeats_one_picture_is_told_and_logged_and_nobody_is_watched_in_it(
    tmp_path: Path,
) -> None:
    shut = Script(30, openness=closure(4.9, 9.5))  # in the picture that stays; the last one shows open eyes
    still = picture(5.0)
    cable = Cable(shows=lambda t: still if 5.0 <= t < 15.0 else picture(t))
    session = recorded(cable, 22.0, tmp_path, shut)
    assert session.told("frozen", "moving", "lost", "back") == ["frozen", "moving"]
    (start, since), (end, until) = session.camera("frozen")
    assert (start, end) == ("start", "end")
    assert since == pytest.approx(5.0, abs=0.05)
    assert until == pytest.approx(15.0, abs=0.05)
    rows = ok(session, 5.0 + FROZEN_AFTER_S + 0.1, 14.9)
    assert len(rows) >= 6 * FPS
    assert rows[["openness", "closure_s"]].isna().all().all()
    assert "sleep" not in session.alarms
    assert session.frames.closure_s.max() < 5.0
    text = next(notice.text for notice in session.notices if notice.kind == "frozen")
    assert "same picture" in text


def test_a_frozen_camera_that_is_then_pulled_out_is_lost_and_no_longer_frozen(tmp_path: Path) -> None:
    still = picture(2.0)
    cable = Cable(shows=lambda t: still if t >= 2.0 else picture(t), plugged=lambda t: not 6.0 <= t < 9.0)
    session = recorded(cable, 10.5, tmp_path)
    assert session.told("frozen", "moving", "lost", "back") == ["frozen", "lost", "back"]
    assert [phase for phase, _ in session.camera("frozen")] == ["start", "end"]


def test_a_picture_with_one_other_pixel_is_a_new_one() -> None:
    watch = FrozenWatch()
    pictures = [np.zeros((48, 64, 3), np.uint8) for _ in range(301)]
    for number, one in enumerate(pictures):
        one[7, 9, 1] = number % 2
    frames = [Frame("c", number, number / FPS, None, None, one) for number, one in enumerate(pictures)]
    assert not any(watch.update(frame) for frame in frames)


def test_black_pictures_are_a_time_without_a_face_and_not_with_closed_eyes(tmp_path: Path) -> None:
    covered = Script(
        20, away=[(5.0, 12.0)]
    )  # the real landmarker finds nobody in them: see test_faults_video.py
    cable = Cable(
        shows=lambda t: np.zeros((48, 64, 3), np.uint8) + (round(t * FPS) % 2) if 5 <= t < 12 else picture(t)
    )
    session = recorded(cable, 18.0, tmp_path, covered)
    rows = session.frames[(session.frames.t_mono_s > 5.1) & (session.frames.t_mono_s < 11.9)]
    assert set(rows.status) == {"no_face"}
    assert session.alarms == []
    assert session.frames.closure_s.max() < 1.0

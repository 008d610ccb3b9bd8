"""Webcams: how they are found, opened, diagnosed, lost and found again; with a fake OpenCV."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from femon.camera.devices import CameraInfo, device_fault, known_cameras, list_cameras, open_capture
from femon.camera.webcam import WebcamSource
from femon.errors import CameraError, CameraFault
from femon.settings import CameraSettings
from femon.types import Frame, Lost

LOGI = CameraInfo(0, "Logi C920", "V4L2")
BUILT_IN = CameraInfo(2, "Built-in", "V4L2")
NO_CAMERA = "No camera found. Connect one and press Refresh, or try femon with the built-in clip."


class Room:
    """A desk with cameras: what the system lists, which numbers open, and whether they deliver."""

    def __init__(self, clocks: Any, *cameras: CameraInfo) -> None:
        self.clocks = clocks
        self.cameras = list(cameras)
        self.backends: set[str] = {"V4L2", "ANY", "MSMF", "DSHOW", "AVFOUNDATION"}
        self.delivering = True
        self.silent_until = 0.0
        self.read_s = 0.04
        self.opened: list[FakeCapture] = []

    def open(self, index: int, backend: str) -> FakeCapture:
        capture = FakeCapture(self, index, backend)
        self.opened.append(capture)
        return capture

    def list(self) -> list[CameraInfo]:
        return list(self.cameras)


class FakeCapture:
    """cv2.VideoCapture as far as femon uses it."""

    def __init__(self, room: Room, index: int, backend: str) -> None:
        self.room, self.index, self.backend = room, index, backend
        self.asked: dict[int, float] = {}
        self.released = False

    def isOpened(self) -> bool:
        plugged = any(camera.index == self.index for camera in self.room.cameras)
        return plugged and self.backend in self.room.backends and not self.released

    def grab(self) -> bool:
        assert not self.released
        silent = not self.room.delivering or self.room.clocks.t < self.room.silent_until
        if silent or not self.isOpened():
            return False
        self.room.clocks.t += self.room.read_s
        return True

    def retrieve(self) -> tuple[bool, np.ndarray]:
        self.room.clocks.t += 0.005  # decoding must not move the frame's time
        return True, np.full((4, 6, 3), 7, np.uint8)

    def get(self, prop: int) -> float:
        return self.asked.get(prop, 0.0)

    def set(self, prop: int, value: float) -> bool:
        self.asked[prop] = value
        return True

    def getBackendName(self) -> str:
        return self.backend

    def release(self) -> None:
        self.released = True


@pytest.fixture
def room(clocks) -> Room:
    return Room(clocks, LOGI, BUILT_IN)


def open_webcam(room: Room, spec: str = "0", fault: CameraFault | None = None) -> WebcamSource:
    return WebcamSource(
        spec,
        CameraSettings(width=640, height=480, fps=25.0),
        clock=room.clocks.now,
        utc=room.clocks.utc,
        wait=room.clocks.wait,
        opener=room.open,
        cameras=room.list,
        diagnose=lambda index: fault,
    )


def refused(room: Room, spec: str = "0", fault: CameraFault | None = None) -> CameraError:
    with pytest.raises(CameraError) as caught:
        open_webcam(room, spec, fault)
    assert all(capture.released for capture in room.opened)
    return caught.value


@pytest.mark.parametrize("spec", ["2", "Built-in", "built-IN", "/dev/video2"])
def test_a_camera_is_found_by_number_name_or_device(room: Room, spec: str) -> None:
    info = open_webcam(room, spec).info
    assert (info.index, info.name, info.kind, info.live) == (2, "Built-in", "camera", True)
    assert (info.width, info.height, info.fps) == (6, 4, 25.0)
    assert info.backend == room.opened[-1].backend


def test_size_and_rate_are_asked_for(room: Room) -> None:
    open_webcam(room)
    asked = room.opened[-1].asked
    assert asked[cv2.CAP_PROP_FRAME_WIDTH] == 640
    assert asked[cv2.CAP_PROP_FRAME_HEIGHT] == 480
    assert asked[cv2.CAP_PROP_FPS] == 25.0


def test_the_next_backend_is_tried_when_the_first_does_not_open(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("femon.camera.webcam.backends", lambda: ("V4L2", "ANY"))
    room.backends = {"ANY"}
    assert open_webcam(room).info.backend == "ANY"
    assert room.opened[0].released


def test_frames_are_numbered_from_the_first_and_stamped_at_the_grab(room: Room) -> None:
    source = open_webcam(room)
    frames = source.frames(lambda: False)
    first, second = next(frames), next(frames)
    assert isinstance(first, Frame)
    assert (first.index, second.index) == (0, 1)
    assert first.t == pytest.approx(100.04)
    assert second.t == pytest.approx(100.085)
    assert first.utc is not None
    assert first.utc.timestamp() == pytest.approx(room.clocks.utc().timestamp() - (room.clocks.t - first.t))
    assert first.media_t is None


def test_no_camera_at_all_gives_the_known_sentence(room: Room) -> None:
    room.cameras = []
    error = refused(room, "0", "missing")
    assert (str(error), error.why) == (NO_CAMERA, "missing")
    assert str(refused(room, "Logi C920")) == NO_CAMERA


def test_an_unknown_camera_beside_known_ones_is_named(room: Room) -> None:
    error = refused(room, "Old Cam")
    assert str(error) == "The camera 'Old Cam' is not connected. Connect it, or choose another camera."
    assert error.why == "missing"


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("busy", "The camera 'Logi C920' is in use by another program. Close it there and try again."),
        (
            "forbidden",
            "The system does not let femon use the camera. "
            "Allow camera access for femon in the system's privacy settings.",
        ),
    ],
)
def test_busy_and_forbidden_cameras_have_their_own_sentences(
    room: Room, fault: CameraFault, text: str
) -> None:
    room.backends = set()
    error = refused(room, "0", fault)
    assert (str(error), error.why) == (text, fault)


def test_a_camera_without_a_first_picture_is_slow_after_the_limit(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("femon.camera.webcam.backends", lambda: ("V4L2", "ANY"))
    room.delivering = False
    error = refused(room)
    assert str(error) == "'Logi C920' has not answered for 10 s (tried: V4L2, ANY)."
    assert error.why == "slow"
    assert 10.0 <= room.clocks.t - 100.0 < 10.2


def test_a_camera_that_does_not_open_for_no_known_reason_is_unreadable(room: Room) -> None:
    room.backends = set()
    error = refused(room)
    assert error.why == "unreadable"
    assert "'Logi C920' could not be opened" in str(error)


def test_an_unplugged_camera_is_told_at_once_and_found_again_by_name(room: Room) -> None:
    source = open_webcam(room, "Built-in")
    stream = source.frames(lambda: room.clocks.t > 110)
    next(stream)
    room.cameras = [LOGI]
    unplugged_at = room.clocks.t
    lost = [next(stream) for _ in range(4)]
    assert all(isinstance(item, Lost) and item.why == "unplugged" for item in lost)
    assert [item.t for item in lost] == pytest.approx([unplugged_at + n for n in range(4)], abs=0.05)
    room.cameras = [LOGI, CameraInfo(5, "Built-in", "V4L2")]
    back = next(item for item in stream if isinstance(item, Frame))
    assert back.index == 1
    assert room.opened[-1].index == 5
    assert all(capture.index != 0 for capture in room.opened)


def after_unplugging(room: Room, spec: str, left: list[CameraInfo]) -> Any:
    """What an open camera delivers from the moment at which the system lists only what is left."""
    stream = open_webcam(room, spec).frames(lambda: room.clocks.t > 110)
    next(stream)
    room.cameras = left
    room.silent_until = room.clocks.t + 0.5 if any(str(one.index) == spec for one in left) else 0.0
    return stream


def test_an_unplugged_camera_is_never_replaced_by_its_twin(room: Room) -> None:
    room.cameras = [LOGI, CameraInfo(4, "Logi C920 (2)", "V4L2")]
    stream = after_unplugging(room, "0", [CameraInfo(4, "Logi C920", "V4L2")])
    lost = [next(stream) for _ in range(3)]
    assert all(isinstance(item, Lost) and item.why == "unplugged" for item in lost)
    room.cameras = [CameraInfo(4, "Logi C920", "V4L2"), CameraInfo(6, "Logi C920 (2)", "V4L2")]
    assert isinstance(next(item for item in stream if isinstance(item, Frame)), Frame)
    assert {capture.index for capture in room.opened} == {0, 6}


def test_a_camera_whose_twin_has_left_is_still_there_under_a_new_name(room: Room) -> None:
    room.cameras = [LOGI, CameraInfo(4, "Logi C920 (2)", "V4L2")]
    stream = after_unplugging(room, "4", [CameraInfo(4, "Logi C920", "V4L2")])
    assert isinstance(next(stream), Frame)  # a hiccup of half a second is no loss
    assert {capture.index for capture in room.opened} == {4}


def test_twins_that_come_back_together_under_new_numbers_are_not_confused(room: Room) -> None:
    for spec, index in (("0", 5), ("4", 7)):
        room.cameras = [LOGI, CameraInfo(4, "Logi C920 (2)", "V4L2")]
        stream = after_unplugging(room, spec, [])
        assert isinstance(next(stream), Lost)
        room.cameras = [CameraInfo(5, "Logi C920", "V4L2"), CameraInfo(7, "Logi C920 (2)", "V4L2")]
        next(item for item in stream if isinstance(item, Frame))
        assert room.opened[-1].index == index
        room.clocks.t = 100.0


def test_a_stalled_camera_is_told_within_two_seconds_and_comes_back(room: Room) -> None:
    source = open_webcam(room)
    stream = source.frames(lambda: room.clocks.t > 130)
    next(stream)
    room.delivering = False
    stalled_at = room.clocks.t
    lost = next(stream)
    assert isinstance(lost, Lost)
    assert lost.why == "stalled"
    assert lost.t - stalled_at < 2.0
    room.delivering = True
    back = next(stream)
    assert isinstance(back, Frame)
    assert back.index == 1


def test_a_short_hiccup_is_not_a_loss(room: Room) -> None:
    source = open_webcam(room)
    stream = source.frames(lambda: False)
    next(stream)
    room.silent_until = room.clocks.t + 0.5
    frame = next(stream)
    assert isinstance(frame, Frame)
    assert frame.t == pytest.approx(room.silent_until, abs=0.1)


def test_stopping_and_closing_release_the_camera(room: Room) -> None:
    source = open_webcam(room)
    stream = source.frames(lambda: False)
    next(stream)
    source.close()
    source.close()
    assert list(stream) == []
    assert room.opened[-1].released
    assert len(room.opened) == 1


def device_folder(root: Path, *devices: tuple[int, str, str]) -> Path:
    for number, name, index in devices:
        folder = root / f"video{number}"
        folder.mkdir()
        (folder / "name").write_text(name + "\n")
        (folder / "index").write_text(index + "\n")
    return root


def test_linux_cameras_are_listed_once_each_without_metadata_nodes(tmp_path: Path) -> None:
    folder = device_folder(
        tmp_path, (10, "Logi C920", "0"), (0, "Logi C920", "0"), (1, "Logi C920", "1"), (2, "", "0")
    )
    names = [(camera.index, camera.name) for camera in known_cameras(folder)]
    assert names == [(0, "Logi C920"), (2, "Camera 2"), (10, "Logi C920 (2)")]


def test_a_system_without_the_folder_lists_no_camera(tmp_path: Path) -> None:
    assert known_cameras(tmp_path / "none") == []


def test_other_systems_are_probed_and_every_device_is_released(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("femon.camera.devices._LINUX", False)
    monkeypatch.setattr("femon.camera.devices.backends", lambda: ("MSMF", "DSHOW"))
    assert [camera.name for camera in list_cameras(probe=room.open)] == ["Camera 0", "Camera 2"]
    assert all(capture.released for capture in room.opened)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="device files are Linux's")
class TestDeviceFault:
    def test_an_absent_device_is_missing(self, tmp_path: Path) -> None:
        assert device_fault(0, tmp_path) == "missing"

    def test_a_device_without_permission_is_forbidden(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "video0").touch()
        monkeypatch.setattr(os, "access", lambda *_: False)
        assert device_fault(0, tmp_path) == "forbidden"

    @pytest.mark.parametrize(
        ("number", "expected"), [(errno.EBUSY, "busy"), (errno.EACCES, "forbidden"), (errno.ENOTTY, None)]
    )
    def test_the_refusal_of_a_buffer_tells_why(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: CameraFault | None
    ) -> None:
        import fcntl

        def refuse(*_: object) -> None:
            raise OSError(number, "refused")

        (tmp_path / "video0").touch()
        monkeypatch.setattr(fcntl, "ioctl", refuse)
        assert device_fault(0, tmp_path) == expected


def test_a_number_without_a_camera_leaves_the_error_stream_clean(capfd: pytest.CaptureFixture[str]) -> None:
    for backend in ("V4L2", "ANY"):
        capture = open_capture(63, backend)
        assert not capture.isOpened()
        capture.release()
    assert capfd.readouterr().err == ""

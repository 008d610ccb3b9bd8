"""open_source(): what each kind of word opens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

import femon.camera
from femon.camera import CameraInfo, open_source
from femon.errors import CameraError
from femon.settings import CameraSettings

SETTINGS = CameraSettings()


class Recorder:
    """Stands in for a source that needs a device or a network: keeps what it was asked for."""

    def __init__(self, spec: str, settings: CameraSettings, **clocks: object) -> None:
        self.spec, self.settings, self.clocks = spec, settings, clocks


@pytest.fixture(autouse=True)
def _no_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(femon.camera, "WebcamSource", Recorder)
    monkeypatch.setattr("femon.camera.stream.StreamSource", Recorder)


@pytest.mark.parametrize(
    "spec", ["0", "12", "Logi C920", "USB 2.0 Camera: USB", "/dev/video3", "/dev/v4l/by-id/usb-cam.1"]
)
def test_numbers_names_and_device_paths_are_webcams(spec: str) -> None:
    source = open_source(spec, SETTINGS, clock=lambda: 5.0)
    assert isinstance(source, Recorder)
    assert source.spec == spec
    assert source.settings is SETTINGS


@pytest.mark.parametrize("spec", ["rtsp://cam/live", "http://cam/video.mjpg", "https://cam/a.m3u8"])
def test_addresses_are_streams(spec: str) -> None:
    source = open_source(spec, SETTINGS)
    assert isinstance(source, Recorder)
    assert source.spec == spec


def test_a_connected_camera_goes_before_everything_its_name_looks_like(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    camera = CameraInfo(0, "A/V dongle.cam", "V4L2")
    monkeypatch.setattr(femon.camera, "known_cameras", lambda: [camera])
    assert isinstance(open_source(camera.name, SETTINGS), Recorder)


def test_the_clocks_reach_live_sources() -> None:
    def clock() -> float:
        return 5.0

    source = open_source("0", SETTINGS, clock=clock)
    assert isinstance(source, Recorder)
    assert source.clocks["clock"] is clock


def test_files_and_folders_open_by_what_they_are(tmp_path: Path, write_clip: Callable[..., Path]) -> None:
    clip = write_clip("talk.mp4")
    folder = tmp_path / "faces"
    folder.mkdir()
    cv2.imwrite(str(folder / "a.png"), np.zeros((4, 4, 3), np.uint8))
    kinds = {}
    for path in (clip, folder, folder / "a.png"):
        source = open_source(str(path), SETTINGS)
        kinds[path.name] = source.info.kind
        source.close()
    assert kinds == {"talk.mp4": "file", "faces": "images", "a.png": "images"}


@pytest.mark.parametrize(
    "spec", ["talk.mp4", "talk.3gp", "videos/talk", "./faces", "~no-such-user/talk.mp4", "x" * 300 + ".mp4"]
)
def test_a_file_that_is_not_there_is_not_taken_for_a_camera(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CameraError, match="was not found") as caught:
        open_source(spec, SETTINGS)
    assert caught.value.why == "missing"


def test_the_demo_needs_nothing() -> None:
    source = open_source("demo", SETTINGS)
    assert source.info.kind == "demo"
    assert not source.info.live
    source.close()

"""The cameras of this computer: which there are, how OpenCV opens them, and why one cannot be used."""

from __future__ import annotations

import errno
import os
import struct
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import cv2

from femon.errors import CameraFault

_LINUX: Final = sys.platform.startswith("linux")
_BACKENDS: Final = {"linux": ("V4L2", "ANY"), "win32": ("MSMF", "DSHOW"), "darwin": ("AVFOUNDATION",)}
_DEVICES: Final = Path("/sys/class/video4linux")
_PROBED: Final = 4  # camera numbers tried where the system cannot be asked

# V4L2's read time limit and number of tries: OpenCV's own values hold a stalled camera for 10 s and more.
# MSMF's hardware transforms make opening take up to a minute with some drivers (OpenCV issue 17687).
_OPENCV_OPTIONS: Final = {
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "1",
    "OPENCV_VIDEOIO_V4L_READ_ATTEMPTS": "1",
    "OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS": "0",
}


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """A camera that can be asked for by number or by name; `backend` is the one that is tried first."""

    index: int
    name: str
    backend: str


class Capture(Protocol):
    """The part of cv2.VideoCapture that is used."""

    def isOpened(self) -> bool:
        """Whether the device answered."""

    def grab(self) -> bool:
        """Wait for the next picture."""

    def retrieve(self) -> tuple[bool, Any]:
        """Decode the picture that was grabbed: BGR uint8 (h, w, 3)."""

    def get(self, prop: int, /) -> float:
        """A property, 0 when unknown."""

    def set(self, prop: int, value: float, /) -> bool:
        """Ask for a property; the device may not follow."""

    def getBackendName(self) -> str:
        """The backend in use."""

    def release(self) -> None:
        """Let go of the device."""


OpenCapture = Callable[[int, str], Capture]


def open_capture(index: int, backend: str) -> Capture:
    """cv2.VideoCapture for a camera number and a backend's name; quiet, and not always open."""
    for name, value in _OPENCV_OPTIONS.items():
        os.environ.setdefault(name, value)
    # A number without a camera makes every backend complain on stderr; the CameraError says it better.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2.VideoCapture(index, int(getattr(cv2, f"CAP_{backend}")))


def backends() -> tuple[str, ...]:
    """OpenCV backends to try on this system, best first."""
    return _BACKENDS.get("linux" if _LINUX else sys.platform, ("ANY",))


def list_cameras(*, probe: OpenCapture = open_capture) -> list[CameraInfo]:
    """The cameras of this computer, by number.

    Linux is asked without opening a device. Elsewhere OpenCV can only open the first numbers one by one: this
    takes seconds, lights the cameras up and misses those in use, so it belongs behind a Refresh button.
    """
    return known_cameras() if _LINUX else _probed(probe)


def known_cameras(devices: Path = _DEVICES) -> list[CameraInfo]:
    """The cameras the system tells about without opening any: on Linux all of them, elsewhere none."""
    found = sorted(
        (int(entry.name.removeprefix("video")), _text(entry / "name"))
        for entry in devices.glob("video*")
        if entry.name.removeprefix("video").isdecimal() and _text(entry / "index") in {"", "0"}  # 1: metadata
    )
    seen: Counter[str] = Counter()
    cameras = []
    for index, stated in found:
        name = stated or f"Camera {index}"
        seen[name] += 1
        unique = name if seen[name] == 1 else f"{name} ({seen[name]})"
        cameras.append(CameraInfo(index, unique, backends()[0]))
    return cameras


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _probed(probe: OpenCapture) -> list[CameraInfo]:
    cameras = []
    for index in range(_PROBED):
        capture = probe(index, backends()[0])
        if capture.isOpened():
            cameras.append(CameraInfo(index, f"Camera {index}", backends()[0]))
        capture.release()
    return cameras


def device_fault(index: int, folder: Path = Path("/dev")) -> CameraFault | None:
    """Why /dev/video<index> cannot be used, as far as Linux tells; None elsewhere or if nothing is wrong."""
    if not _LINUX:
        return None
    device = folder / f"video{index}"
    if not device.exists():
        return "missing"
    if not os.access(device, os.R_OK | os.W_OK):
        return "forbidden"
    try:
        _claim(device)
    except OSError as error:
        if error.errno == errno.EBUSY:
            return "busy"
        if error.errno in {errno.EACCES, errno.EPERM}:
            return "forbidden"
    return None


def _claim(device: Path) -> None:
    """Ask for one buffer: most drivers let several programs open a camera, but only one stream from it.

    VIDIOC_REQBUFS with v4l2_requestbuffers {count 1, type capture, memory mmap, ...}, linux/videodev2.h.
    Raises OSError with EBUSY when another program streams.
    """
    import fcntl

    handle = os.open(device, os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(handle, 0xC0145608, struct.pack("5I", 1, 1, 1, 0, 0))
    finally:
        os.close(handle)

"""WebcamSource: a camera of this computer through OpenCV, with fallback, diagnosis and reconnection."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

import cv2
import numpy as np

from femon.address import device_number
from femon.camera.devices import (
    CameraInfo,
    Capture,
    OpenCapture,
    backends,
    device_fault,
    known_cameras,
    open_capture,
)
from femon.camera.live import Clocks, Grab, LossReason, is_picture, live_frames, now_utc
from femon.errors import CameraFault, DeviceError
from femon.settings import CameraSettings
from femon.types import Frame, Lost, SourceInfo

log = logging.getLogger(__name__)

_STALL_S: Final = 1.0  # no picture for this long is a loss: the banner is due within 2 s (specification, J8)
_REOPEN_LIMIT_S: Final = 3.0
_RETRY_S: Final = 0.01
_LONGEST_PAUSE_S: Final = 1.0


class WebcamSource:
    """A camera by number, by its name in list_cameras(), or by its /dev path; open when constructed.

    The first picture must arrive within settings.open_limit_s. OpenCV's time-out properties exist only for
    streams, not for cameras: a driver that hangs inside the opening call holds this thread, and whoever
    started the thread must tell the user. A read is limited to 1 s with V4L2 only.
    Raises DeviceError: missing, busy, forbidden (Linux can tell them apart), slow or unreadable.
    """

    def __init__(
        self,
        spec: str,
        settings: CameraSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
        utc: Callable[[], datetime] = now_utc,
        wait: Callable[[float], None] = time.sleep,
        opener: OpenCapture = open_capture,
        cameras: Callable[[], list[CameraInfo]] = known_cameras,
        diagnose: Callable[[int], CameraFault | None] = device_fault,
    ) -> None:
        self._settings, self._opener, self._cameras = settings, opener, cameras
        self._clocks = Clocks(clock, utc, wait)
        self._capture: Capture | None
        self._closed = False
        listed = cameras()
        self._camera, self._listed = _find(spec, listed)
        self._twins = {one.index for one in _same_kind(self._camera, listed)} - {self._camera.index}
        self._ahead, answered = self._open(settings.open_limit_s)
        if self._ahead is None or self._capture is None:
            why = diagnose(self._camera.index) or ("slow" if answered else "unreadable")
            raise _fault(self._camera.name, why, settings.open_limit_s, alone=not cameras())
        height, width = self._ahead.image_bgr.shape[:2]
        self.info = SourceInfo(
            kind="camera",
            name=self._camera.name,
            width=width,
            height=height,
            live=True,
            fps=self._capture.get(cv2.CAP_PROP_FPS) or None,
            index=self._camera.index,
            backend=self._capture.getBackendName(),
        )

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame | Lost]:
        """Frames stamped at the grab; Lost items while the camera is away."""
        return live_frames(
            self,
            self.info.name,
            self._clocks,
            lambda: self._closed or stopped(),
            longest_pause_s=_LONGEST_PAUSE_S,
        )

    def close(self) -> None:
        """Release the camera; iteration ends."""
        self._closed = True
        self._release()

    def grab(self) -> Grab | None:
        """The next picture; None when the camera was silent for a second or is gone."""
        ahead, self._ahead = self._ahead, None
        return ahead or self._read(_STALL_S)

    def reopen(self) -> Grab | None:
        """Open the camera again, under whatever number it now has; its first picture, or None."""
        self._release()
        if self._listed:
            again = self._again()
            if again is None:
                return None
            self._camera = again
        grab, _ = self._open(min(_REOPEN_LIMIT_S, self._settings.open_limit_s))
        return grab

    def loss(self) -> LossReason:
        """Unplugged if the system does not know the camera any more; where it cannot be asked, OpenCV is."""
        return "stalled" if self._present() else "unplugged"

    def _present(self) -> bool:
        if self._listed:
            return self._again() is not None
        return self._capture is not None and self._capture.isOpened()

    def _again(self) -> CameraInfo | None:
        """The same camera as it is listed now, never a twin: their names change as they come and go."""
        found = [one for one in _same_kind(self._camera, self._cameras()) if one.index not in self._twins]
        same = (one for one in found if one.index == self._camera.index)
        return next(same, None) or _by_name(self._camera.name, found) or next(iter(found), None)

    def _open(self, limit_s: float) -> tuple[Grab | None, bool]:
        """The first picture of the first backend that delivers one, and whether any opened the camera."""
        answered = False
        deadline = self._clocks.now() + limit_s
        for backend in backends():
            capture = self._capture = self._opener(self._camera.index, backend)
            if capture.isOpened():
                answered = True
                self._ask_for_format(capture, backend)
                grab = self._read(deadline - self._clocks.now())
                if grab is not None:
                    return grab, answered
            log.info("camera %d gives nothing through %s", self._camera.index, backend)
            self._release()
        return None, answered

    def _ask_for_format(self, capture: Capture, backend: str) -> None:
        if backend in {"V4L2", "DSHOW"}:  # raw pictures of this size are too much for USB 2 at 30 per second
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._settings.width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._settings.height)
        capture.set(cv2.CAP_PROP_FPS, self._settings.fps)

    def _read(self, limit_s: float) -> Grab | None:
        """A picture within `limit_s`; at once None when the camera is gone."""
        capture, deadline = self._capture, self._clocks.now() + limit_s
        while capture is not None:
            grab = self._grabbed(capture)
            if grab is not None:
                return grab
            if self._clocks.now() >= deadline or not self._present():
                return None
            self._clocks.wait(_RETRY_S)
        return None

    def _grabbed(self, capture: Capture) -> Grab | None:
        """The next picture; None without one, also when a driver gives out something else in its place."""
        try:
            if not capture.grab():
                return None
            t, utc = self._clocks.now(), self._clocks.utc()
            complete, image = capture.retrieve()
        except cv2.error as error:
            log.info("'%s' gave something that is no picture: %s", self._camera.name, error)
            return None
        return Grab(t, utc, np.ascontiguousarray(image)) if complete and is_picture(image) else None

    def _release(self) -> None:
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()


def _by_name(name: str, cameras: list[CameraInfo]) -> CameraInfo | None:
    return next((camera for camera in cameras if camera.name.casefold() == name.casefold()), None)


def _same_kind(camera: CameraInfo, cameras: list[CameraInfo]) -> list[CameraInfo]:
    """The cameras of the same make, which the system tells apart by a number behind the name."""
    make = _make_of(camera)
    return [one for one in cameras if _make_of(one) == make]


def _make_of(camera: CameraInfo) -> str:
    return re.sub(r" \(\d+\)$", "", camera.name)


def _find(spec: str, cameras: list[CameraInfo]) -> tuple[CameraInfo, bool]:
    """The camera that `spec` means, and whether the system lists it."""
    named = _by_name(spec, cameras)
    if named is not None:
        return named, True
    index = device_number(spec)
    if index is None:
        raise _fault(spec, "missing", alone=not cameras)
    listed = next((camera for camera in cameras if camera.index == index), None)
    return listed or CameraInfo(index, f"Camera {index}", backends()[0]), listed is not None


def _fault(name: str, why: CameraFault, limit_s: float = 0.0, *, alone: bool) -> DeviceError:
    """The sentence for a fault (product specification 5.4); `alone`: the system lists no camera at all."""
    tried = ", ".join(backends())
    texts: dict[CameraFault, str] = {
        "missing": f"The camera '{name}' is not connected. Connect it, or choose another camera.",
        "busy": f"The camera '{name}' is in use by another program. Close it there and try again.",
        "forbidden": "The system does not let femon use the camera. "
        "Allow camera access for femon in the system's privacy settings.",
        "slow": f"'{name}' has not answered for {limit_s:g} s (tried: {tried}).",
        "unreadable": f"'{name}' could not be opened (tried: {tried}). Check that it is connected, "
        "that no other program uses it and that femon may use the camera.",
    }
    if why == "missing" and alone:
        text = "No camera found. Connect one and press Refresh, or try femon with the built-in clip."
    else:
        text = texts[why]
    return DeviceError(text, why=why)

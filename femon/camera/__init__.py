"""Where frames come from: open_source() turns one word from the user into an open Source."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from femon.camera.devices import CameraInfo, known_cameras, list_cameras
from femon.camera.faults import EndsEarlyError, missing_file
from femon.camera.live import now_utc
from femon.camera.webcam import WebcamSource
from femon.settings import CameraSettings
from femon.types import Source

__all__ = ["CameraInfo", "EndsEarlyError", "list_cameras", "open_source"]


def open_source(
    spec: str,
    settings: CameraSettings,
    *,
    loop: bool = False,
    clock: Callable[[], float] = time.monotonic,
    utc: Callable[[], datetime] = now_utc,
) -> Source:
    """Open what `spec` names, on the thread that will read and close it.

    "demo" is the built-in clip, for ever with `loop`; digits are a camera number; anything with "://" is a
    stream address; an existing folder holds pictures; an existing file is a video or one picture; the rest is
    a camera's name or /dev path. `clock` (s, monotonic) and `utc` stamp the frames of live sources.
    Raises CameraError, whose `why` tells the kind.
    """
    if spec == "demo":
        from femon.camera.demo import DemoSource

        return DemoSource(loop=loop)
    if "://" in spec:
        from femon.camera.stream import StreamSource

        return StreamSource(spec, settings, clock=clock, utc=utc)
    path = Path(spec).expanduser()
    if spec.isdecimal() or path.is_char_device() or spec in {camera.name for camera in known_cameras()}:
        return WebcamSource(spec, settings, clock=clock, utc=utc)
    if path.exists():
        return _file_source(path)
    if _looks_like_a_file(spec):
        raise missing_file(path)
    return WebcamSource(spec, settings, clock=clock, utc=utc)


def _file_source(path: Path) -> Source:
    from femon.camera.pictures import SUFFIXES, PictureSource

    if path.is_dir() or path.suffix.lower() in SUFFIXES:
        return PictureSource(path)
    from femon.camera.video import VideoSource

    return VideoSource(path)


def _looks_like_a_file(spec: str) -> bool:
    """True for "talk.mp4" and "day2/talk", not for "USB 2.0 Camera" and "/dev/video0"."""
    if spec.startswith("/dev/"):
        return False
    return "/" in spec or "\\" in spec or re.search(r"\.[A-Za-z]\w{1,4}$", spec) is not None

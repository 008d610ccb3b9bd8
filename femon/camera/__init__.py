"""Where frames come from: open_source() turns one word from the user into an open Source."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from femon.address import shown
from femon.camera.devices import CameraInfo, known_cameras, list_cameras
from femon.camera.faults import EndsEarlyError, missing_file
from femon.camera.live import now_utc
from femon.camera.webcam import WebcamSource
from femon.errors import SettingsError
from femon.settings import CameraSettings
from femon.source_content import PICTURE_SUFFIXES
from femon.types import Excerpt, Source

__all__ = ["CameraInfo", "EndsEarlyError", "list_cameras", "open_source"]


def open_source(
    spec: str,
    settings: CameraSettings,
    *,
    loop: bool = False,
    excerpt: Excerpt | None = None,
    clock: Callable[[], float] = time.monotonic,
    utc: Callable[[], datetime] = now_utc,
) -> Source:
    """Open what `spec` names, on the thread that will read and close it.

    "demo" is the built-in clip, for ever with `loop`; digits are a camera number; anything with "://" is a
    stream address; an existing folder holds pictures; an existing file is a video or one picture; the rest is
    a camera's name or /dev path. An `excerpt` is for files and the clip. `clock` (s, monotonic) and `utc`
    stamp the frames of live sources. Raises CameraError, whose `why` tells the kind, and SettingsError for an
    excerpt of what has none.
    """
    if spec == "demo":
        from femon.camera.demo import DemoSource

        return DemoSource(loop, excerpt)
    path = Path(os.path.expanduser(spec))  # noqa: PTH111 - Path's own raises for a user who does not exist
    there = os.path.exists(path)  # noqa: PTH110 - and this one for a name that is too long
    if not _is_live(spec, path if there else None):
        if there:
            return _file_source(path, excerpt)
        if _looks_like_a_file(spec):
            raise missing_file(path)
    if excerpt is not None:
        raise SettingsError(
            f"'{shown(spec)}' is not a file. "
            "Leave out --every, --start, --end and --start-utc, or name a file."
        )
    if "://" in spec:
        from femon.camera.stream import StreamSource

        return StreamSource(spec, settings, clock=clock, utc=utc)
    return WebcamSource(spec, settings, clock=clock, utc=utc)


def _is_live(spec: str, path: Path | None) -> bool:
    """Whether this is a stream or a camera, whatever files there are."""
    if "://" in spec or spec.isdecimal() or (path is not None and path.is_char_device()):
        return True
    return spec in {camera.name for camera in known_cameras()}


def _file_source(path: Path, excerpt: Excerpt | None) -> Source:
    from femon.camera.pictures import PictureSource

    if path.is_dir() or path.suffix.lower() in PICTURE_SUFFIXES:
        if excerpt is not None and excerpt.start_utc is not None:
            raise SettingsError(f"The pictures of '{path.name}' have no times. Leave out --start-utc.")
        return PictureSource(path, excerpt)
    from femon.camera.video import VideoSource

    return VideoSource(path, excerpt)


def _looks_like_a_file(spec: str) -> bool:
    """True for "talk.mp4" and "day2/talk", not for "USB 2.0 Camera" and "/dev/video0"."""
    if spec.startswith("/dev/"):
        return False
    return "/" in spec or "\\" in spec or re.search(r"\.(?:[A-Za-z]\w{1,4}|3g[p2])$", spec) is not None

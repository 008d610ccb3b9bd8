"""A webcam played by the demo clip: motion JPEG at 30 fps in real time, decoded as for a device."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle
from typing import Final

import cv2
import numpy as np

from femon.camera.demo import FPS, DemoSource
from femon.camera.live import now_utc
from femon.types import Frame, Lost, Source, SourceInfo

SPEC: Final = "0"
_JPEG_QUALITY: Final = 90


class ClipWebcam:
    """A Source whose frames come when a camera would give them, whether anybody is ready or not."""

    def __init__(self) -> None:
        demo = DemoSource()
        options = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
        self._pictures = [
            cv2.imencode(".jpg", frame.image_bgr, options)[1] for frame in demo.frames(lambda: False)
        ]
        demo.close()
        self.info: SourceInfo = replace(demo.info, kind="camera", name="Benchmark webcam", live=True)

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame | Lost]:
        """Wait for each frame's moment; one that comes late is stamped when it is there, as by a device."""
        due = time.monotonic()
        for index, picture in enumerate(cycle(self._pictures)):
            due = max(due + 1 / FPS, time.monotonic())
            time.sleep(max(0.0, due - time.monotonic()))
            if stopped():
                return
            t, utc = time.monotonic(), now_utc()
            image = np.asarray(cv2.imdecode(picture, cv2.IMREAD_COLOR), np.uint8)
            yield Frame(SPEC, index, t, utc, None, image)

    def close(self) -> None:
        """Nothing is held open."""


def open_webcam(*_: object, **__: object) -> Source:
    """In the place of femon.camera.open_source."""
    return ClipWebcam()

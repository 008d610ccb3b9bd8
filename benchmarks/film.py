"""The film of the soak: a camera that plays one clip for hours, and what was found in its first round."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.growth import Growth
from femon.bundle import Bundle
from femon.camera import open_source
from femon.faces import Detected, FaceFinder
from femon.settings import CameraSettings
from femon.types import Faces, Frame, Judgement, Lost, Readings, SourceInfo

FPS: Final = 30.0
MOST_PICTURES: Final = 600  # of the clip
JPEG_QUALITY: Final = 90
AWAY_EVERY_S, AWAY_S = 600, 3
LIGHT_EVERY: Final = 10
ANSWER_LIMIT_S: Final = 60.0


class Film:
    """A source that plays the pictures of a file again and again; `growth` is told of every one."""

    def __init__(self, spec: str, total: int, growth: Growth, *, light: bool = False) -> None:
        source = open_source(spec, CameraSettings())
        self._pictures = [
            cv2.imencode(".jpg", frame.image_bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
            for frame in islice(source.frames(lambda: False), MOST_PICTURES)
            if isinstance(frame, Frame)
        ]
        source.close()
        self.info: SourceInfo = replace(
            source.info, kind="camera", name="Soak camera", live=not light, fps=FPS
        )
        self.length = len(self._pictures)
        self.answered = threading.Semaphore(0)
        self.light, self.drawn_every = light, LIGHT_EVERY if light else 1
        self._total, self._growth = total, growth
        self._image: NDArray[np.uint8] = np.zeros((1, 1, 3), np.uint8)
        self._given_at = np.full(total, 0.0)  # s, by frame; zeros() would take its memory only as it is used
        self._started = datetime.now(UTC)
        self._t, self._given = 0.0, 0.0  # stream time of the newest picture, and when it was given

    def clock(self) -> float:
        """Stream time that goes on while a picture is being answered."""
        return self._t + time.perf_counter() - self._given

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame | Lost]:
        """Yield `total` frames; raises RuntimeError when one is not answered."""
        away_s = 0.0
        for index in range(self._total):
            if self.info.live and index and index % (AWAY_EVERY_S * FPS) == 0:
                for _ in range(AWAY_S):
                    t = index / FPS + away_s
                    yield Lost(self.info.name, t, self._utc(t), "unplugged")
                    away_s += 1.0
            if stopped():
                return
            yield self._frame(index, index / FPS + away_s)
            if self.info.live and not self.answered.acquire(timeout=ANSWER_LIMIT_S):
                raise RuntimeError(f"frame {index} was not answered")

    def _frame(self, index: int, t: float) -> Frame:
        self._t, self._given = t, time.perf_counter()
        self._given_at[index] = self._given
        if index % self.drawn_every == 0:
            picture = cv2.imdecode(self._pictures[index % self.length], cv2.IMREAD_COLOR)
            self._image = np.asarray(picture, np.uint8)
        return Frame(self.info.name, index, t, self._utc(t), None, self._image)

    def _utc(self, t: float) -> datetime:
        return self._started + timedelta(seconds=t)

    def answer(self, readings: Readings) -> None:
        """One frame has gone through everything."""
        index = readings.frame.index
        self._growth.add(index, readings.frame.t, time.perf_counter() - self._given_at[index])
        if self.info.live:
            self.answered.release()

    def close(self) -> None:
        """Nothing is held open."""


class Remembering:
    """The real finder for one round of a film, and what it found in all later ones."""

    def __init__(self, length: int, *arguments: Any, **options: Any) -> None:
        self._finder, self._length = FaceFinder(*arguments, **options), length
        self._found: list[Faces] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._finder.close()

    def image(self, frame: Frame) -> Any:
        """The frame for MediaPipe, as long as something is still to be found."""
        return None if self._knows(frame) else self._finder.image(frame)

    def detect(self, frame: Frame, image: Any) -> Detected:
        """What MediaPipe sees, or nothing in a picture that is known."""
        return Detected(frame, (), 0) if self._knows(frame) else self._finder.detect(frame, image)

    def align(self, seen: Detected) -> Faces:
        """The faces of a frame, or of the same picture a round before."""
        if self._knows(seen.frame):
            return replace(self._found[seen.frame.index % self._length], frame=seen.frame)
        found = self._finder.align(seen)
        self._found.append(replace(found, frame=_without_picture(seen.frame)))
        return found

    def _knows(self, frame: Frame) -> bool:
        return frame.index >= self._length


class RememberingJudge:
    """A bundle that judges each crop once."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle, self._known = bundle, dict[bytes, Judgement]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bundle, name)

    def judge(self, crops: NDArray[np.uint8]) -> Judgement:
        """What the bundle says of these crops, or has said of them before."""
        key = crops.tobytes()
        if key not in self._known:
            self._known[key] = self._bundle.judge(crops)
        return self._known[key]


def load_remembering(*arguments: Any, **options: Any) -> RememberingJudge:
    """As Bundle.load."""
    return RememberingJudge(Bundle.load(*arguments, **options))


def _without_picture(frame: Frame) -> Frame:
    nothing: NDArray[np.uint8] = np.zeros((1, 1, 3), np.uint8)
    return replace(frame, image_bgr=nothing)

"""Small stand-ins for devices and models, so that the pipeline is tested without camera, weights or time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from femon.crop import FER_SPEC, CropSpec
from femon.types import Face, Faces, Frame, Judgement, Lost, Notice, Pose, Quality, SourceInfo

START = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
LIMIT_S = 20.0


def make_frame(index: int, *, fps: float = 30.0, live: bool = False) -> Frame:
    t = index / fps
    image = np.full((48, 64, 3), index % 256, np.uint8)
    return Frame("fake", index, t, START + timedelta(seconds=t) if live else None, None if live else t, image)


def make_face(track: int = 1, *, quality: float = 1.0) -> Face:
    return Face(
        track=track,
        box_xywh=(10.0 * track, 5.0, 20.0, 24.0),
        landmarks=np.zeros((478, 3), np.float32),
        blendshapes=np.zeros(52, np.float32),
        pose=Pose(0.0, 0.0, 0.0),
        quality=Quality(quality, () if quality >= 0.3 else ("dark",), 100.0, 120.0, 60.0),
        crop=np.full((48, 48), track, np.uint8),
    )


class FakeSource:
    """Plays a list of items; `gate` is called before each one, so that a test sets the pace."""

    def __init__(
        self,
        items: list[Frame | Lost],
        *,
        live: bool = False,
        gate: Callable[[int], None] = lambda number: None,
        failure: Exception | None = None,
    ) -> None:
        kind = "camera" if live else "file"
        self.info = SourceInfo(kind, "fake", 64, 48, live, fps=30.0, frame_count=len(items))  # type: ignore[arg-type]
        self.closed = 0
        self.threads: set[str] = set()
        self._items, self._gate, self._failure = items, gate, failure

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame | Lost]:
        for number, item in enumerate(self._items):
            self._gate(number)
            if stopped():
                return
            self.threads.add(threading.current_thread().name)
            yield item
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        self.closed += 1


class FindsAtOnce:
    """The three steps of a finder for a class that has `find` alone."""

    find: Callable[[Frame], Faces]
    spec: CropSpec = FER_SPEC

    def image(self, frame: Frame) -> None:
        return None

    def detect(self, frame: Frame, image: None) -> Faces:
        return self.find(frame)

    def align(self, faces: Faces) -> Faces:
        return faces


class FakeFinder(FindsAtOnce):
    """Finds the same tracks in every frame."""

    def __init__(self, *tracks: int) -> None:
        self.tracks = tracks
        self.closed = False

    def __call__(self, model: Path, **options: Any) -> FakeFinder:
        return self

    def __enter__(self) -> FakeFinder:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def find(self, frame: Frame) -> Faces:
        return Faces(frame, tuple(make_face(track) for track in self.tracks))


class FakeBundle:
    """Says "happy" to everything; `gate` is called before each answer."""

    def __init__(self, gate: Callable[[int], None] = lambda number: None) -> None:
        self.id = "fake"
        self.device, self.runtime, self.fallback = "cpu", "fake", None
        self.contract = SimpleNamespace(
            id="fake",
            crop=FER_SPEC,
            uncertain_below=0.4,
            metrics={},
            weights_sha256="0" * 64,
            disagree_above=0.2,
            neutral_reference=(0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.7),
            members=(),
            labels=(),
            temperature=1.0,
        )
        self.batches: list[int] = []
        self._gate = gate

    def __call__(self, folder: Path, **options: Any) -> FakeBundle:
        return self

    def judge(self, crops: NDArray[np.uint8]) -> Judgement:
        self._gate(len(self.batches))
        self.batches.append(len(crops))
        happy = np.array([0.05, 0.05, 0.05, 0.7, 0.05, 0.05, 0.05], np.float32)
        return Judgement(np.tile(happy, (len(crops), 1)))


class Notices:
    """Collects what a pipeline says; `until` waits for a kind."""

    def __init__(self) -> None:
        self.all: list[Notice] = []
        self._queue: SimpleQueue[Notice] = SimpleQueue()

    def __call__(self, notice: Notice) -> None:
        self._queue.put(notice)

    def until(self, *kinds: str) -> Notice:
        while True:
            notice = self._queue.get(timeout=LIMIT_S)
            self.all.append(notice)
            if notice.kind in kinds:
                return notice

"""Scripted faces as the source and the finder of a real pipeline: no camera, no pictures, no landmarker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from fakes import FindsAtOnce
from femon import pipeline
from femon.pipeline import Parts, Pipeline
from femon.recording import SessionRequest, SessionSummary
from femon.settings import ModeSettings, Settings
from femon.types import Face, Faces, Frame, Lost, Notice, Readings, SourceInfo
from monitors.synthetic import Script, Timing, faces

START = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
FATIGUE = ModeSettings(expression=False, fatigue=True, attention=True)
LIMIT_S = 300.0  # on a machine that has much else to do
BLANK = np.zeros((48, 64, 3), np.uint8)
Moment = tuple[float, tuple[Face, ...]]  # t in s, the faces in view


def seen(script: Script, timing: Timing, *, track: int = 1) -> Iterator[Moment]:
    """What a finder finds of one scripted person."""
    for t, face in faces(script, timing):
        yield t, () if face is None else (replace(face, track=track, landmarks=face.landmarks.copy()),)


def together(*people: Iterable[Moment]) -> Iterator[Moment]:
    """Several people at the same times in one picture."""
    for moments in zip_longest(*people, fillvalue=(0.0, ())):
        yield moments[0][0], tuple(face for _, found in moments for face in found)


def moved(moments: Iterable[Moment], shift_px: float) -> Iterator[Moment]:
    """The same faces further to the right."""
    for t, found in moments:
        yield t, tuple(_moved(face, shift_px) for face in found)


def _moved(face: Face, shift_px: float) -> Face:
    x, y, width, height = face.box_xywh
    landmarks = face.landmarks + np.array([shift_px, 0, 0], np.float32)
    return replace(face, box_xywh=(x + shift_px, y, width, height), landmarks=landmarks)


class ScriptedSource(FindsAtOnce):
    """Plays moments as frames, and finds in each frame the faces of its moment."""

    def __init__(self, moments: Iterable[Moment], *, live: bool = False, fps: float | None = None) -> None:
        self.info = SourceInfo(
            "camera" if live else "file", "script", 640, 480, live=live, fps=fps, media_clock="pts"
        )
        self._moments = moments
        self._found: dict[int, tuple[Face, ...]] = {}

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame | Lost]:
        for index, (t, found) in enumerate(self._moments):
            if stopped():
                return
            self._found[index] = found
            utc = START + timedelta(seconds=t)  # files have none; here it makes two runs the same
            yield Frame("script", index, t, utc, None if self.info.live else t, BLANK)

    def close(self) -> None:
        pass

    def __call__(self, model: Path, **options: Any) -> ScriptedSource:
        return self

    def __enter__(self) -> ScriptedSource:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def find(self, frame: Frame) -> Faces:
        return Faces(frame, self._found.pop(frame.index))


class Session:
    """A real pipeline over scripted faces with everything it said; `keep` of the readings is every Nth."""

    def __init__(
        self,
        moments: Iterable[Moment],
        *,
        root: Path | None = None,
        settings: Settings | None = None,
        fps: float | None = None,
        keep: int = 1,
    ) -> None:
        self.readings: list[Readings] = []
        self.notices: list[Notice] = []
        self._ended = Event()
        source = ScriptedSource(moments, fps=fps)
        self.pipeline = Pipeline(
            "script",
            settings or Settings(modes=FATIGUE),
            models=Path("no models"),
            on_readings=self._take,
            on_notice=self._note,
            record=None if root is None else SessionRequest(root, "p01"),
            parts=Parts(open_source=lambda *_, **__: source, make_finder=source),  # type: ignore[arg-type]
        )
        self._keep, self._count = keep, 0

    def _take(self, readings: Readings) -> None:
        if self._count % self._keep == 0:
            self.readings.append(readings)
        self._count += 1

    def _note(self, notice: Notice) -> None:
        self.notices.append(notice)
        if notice.kind in ("ended", "error"):
            self._ended.set()

    def to_the_end(self) -> Session:
        self.pipeline.start()
        try:
            assert self._ended.wait(LIMIT_S)
        finally:
            self.pipeline.stop()
        return self

    @property
    def end(self) -> Notice:
        return self.notices[-1]

    @property
    def summary(self) -> SessionSummary:
        (one,) = [notice.details["summary"] for notice in self.notices if notice.kind == "recorded"]
        assert isinstance(one, SessionSummary)
        return one


@contextmanager
def without_mediapipe() -> Iterator[None]:
    """Scripted faces need no landmarker, whose import takes seconds."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pipeline, "import_mediapipe", lambda: None)
        yield

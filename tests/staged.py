"""A pipeline of fakes whose faces or classify stage a test can disturb, with all that it says."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fakes import FakeBundle, FakeFinder, FakeSource, Notices, make_frame
from femon.pipeline import Parts, Pipeline
from femon.recording import SessionRequest, SessionSummary
from femon.settings import Settings
from femon.types import Faces, Frame, Readings

WHOLE = 10  # frames before anything happens


class Landmarker(FakeFinder):
    """Finds one face; `before` is called ahead of each frame."""

    def __init__(self, before: Callable[[int], None]) -> None:
        super().__init__(1)
        self.before = before
        self.calls = itertools.count()

    def find(self, frame: Frame) -> Faces:
        self.before(next(self.calls))
        return super().find(frame)


def parts_of(stage: str, before: Callable[[int], None], source: FakeSource, **more: Any) -> Parts:
    """A pipeline whose `faces` or `classify` stage calls `before(number)` ahead of each frame."""
    finder = Landmarker(before) if stage == "faces" else FakeFinder(1)
    bundle = FakeBundle(before) if stage == "classify" else FakeBundle()
    return Parts(
        open_source=lambda *_, **__: source,
        make_finder=finder,  # type: ignore[arg-type]
        load_bundle=bundle,  # type: ignore[arg-type]
        **more,
    )


class Run:
    """A pipeline with what it says; live frames come when the one before has been shown."""

    def __init__(self, models: Path, root: Path, parts: Parts, settings: Settings | None = None) -> None:
        self.notices, self.readings = Notices(), 0
        self.shown = threading.Semaphore(0)
        self.pipeline = Pipeline(
            "fake", settings or Settings(), models=models, on_readings=self.take, on_notice=self.notices,
            record=SessionRequest(root), parts=parts,
        )  # fmt: skip

    def take(self, _: Readings) -> None:
        self.readings += 1
        self.shown.release()

    def to_the_end(self) -> Run:
        self.pipeline.start()
        self.notices.until("ended", "error")
        self.pipeline.stop()
        return self

    @property
    def summary(self) -> SessionSummary:
        (one,) = [notice.details["summary"] for notice in self.notices.all if notice.kind == "recorded"]
        assert isinstance(one, SessionSummary)
        return one


def file_source(count: int = 40) -> FakeSource:
    return FakeSource([make_frame(index) for index in range(count)])

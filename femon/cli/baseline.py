"""The option --baseline of `femon analyze`: some seconds of the clip that show the person relaxed."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

from femon.address import shown_name
from femon.bundle import read_contract
from femon.errors import FemonError, SettingsError
from femon.monitors.calibration_state import in_words
from femon.monitors.calibration_stretch import Stretch, StretchFigures
from femon.pipeline import Pipeline
from femon.profiles import StoredProfile
from femon.settings import Settings
from femon.types import Notice, Readings

_SECONDS = r"(\d{1,6}(?:\.\d{1,6})?)"


@dataclass(frozen=True, slots=True)
class Seconds:
    """A stretch of a clip, in s since its first frame."""

    start: float
    end: float

    def __str__(self) -> str:
        return f"{self.start:g}-{self.end:g}"


def seconds(text: str) -> Seconds:
    """A stretch such as 12-16 or 0-2.5; raises argparse.ArgumentTypeError."""
    found = re.fullmatch(f"{_SECONDS}-{_SECONDS}", text)
    if found is None or float(found[1]) >= float(found[2]):
        raise argparse.ArgumentTypeError("give a stretch in seconds, such as 0-10")
    return Seconds(float(found[1]), float(found[2]))


def measured(source: str, stretch: Seconds, settings: Settings, models: Path) -> StoredProfile:
    """The calibration that a stretch of a clip gives, made by looking at it before the analysis.

    Raises SettingsError when the stretch does not show what it should, and what the source raises.
    """
    collected = Stretch()
    news: SimpleQueue[Notice | None] = SimpleQueue()

    def take(readings: Readings) -> None:
        if stretch.start <= readings.frame.t <= stretch.end:
            collected.add(readings)
        elif readings.frame.t > stretch.end:
            news.put(None)

    pipeline = Pipeline(
        source, replace(settings, lsl=False), models=models, on_readings=take, on_notice=news.put
    )
    pipeline.start()
    try:
        error = _error_at_the_end(news)
    finally:
        pipeline.stop()
    if error is not None:
        raise error
    sha256 = read_contract(models / settings.model).weights_sha256 if settings.modes.expression else None
    return _stored(collected.figures(), source, stretch, settings, sha256)


def _error_at_the_end(news: SimpleQueue[Notice | None]) -> BaseException | None:
    """Wait until the stretch or the clip is over; why it broke off, if it did."""
    while (notice := news.get()) is not None:
        if notice.kind == "error":
            error = notice.details.get("error")
            return error if isinstance(error, BaseException) else FemonError(notice.text)
        if notice.kind == "ended":
            return None
    return None


def _stored(
    figures: StretchFigures, source: str, stretch: Seconds, settings: Settings, model_sha256: str | None
) -> StoredProfile:
    name = shown_name(source)
    why = in_words(figures.reasons) or "too short, or the face not clear enough"
    if figures.profile is None or (settings.modes.expression and figures.neutral_probabilities is None):
        raise SettingsError(
            f"The seconds {stretch} of '{name}' cannot be a baseline: {why}. "
            "Name a stretch in which one person looks at the camera with a relaxed face."
        )
    return StoredProfile(
        participant="",
        camera=source_of(name, stretch),
        frame_size=figures.frame_size,
        made_at=datetime.now(UTC),
        profile=figures.profile,
        luminance=figures.luminance,
        neutral_probabilities=figures.neutral_probabilities,
        model_id=settings.model if settings.modes.expression else None,
        model_sha256=model_sha256,
    )


def source_of(name: str, stretch: Seconds) -> str:
    """What session.json says the calibration was made from."""
    return f"{name}, {stretch} s"

"""What `femon analyze` does with one input, in this process or in another one."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from femon.cli.baseline import Seconds, measured
from femon.cli.batch import Outcome, run_batch
from femon.cli.engines import Finished
from femon.cli.exit_codes import DONE, INTERRUPTED, UNEXPECTED, exit_code
from femon.cli.progress import Progress
from femon.errors import FemonError, SessionError
from femon.recording import SessionRequest
from femon.settings import Settings
from femon.types import Excerpt, Readings, SourceInfo

if TYPE_CHECKING:
    from femon.overlay_video import OverlayVideo

OVERLAY_FILE = "overlay.mp4"
UNWATCHED = "Nobody's eyes or attention are followed over pictures, which stand alone."


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with every input alike; it can be sent to another process."""

    settings: Settings
    models: Path
    request: SessionRequest
    baseline: Seconds | None
    overlay: bool
    quiet: bool
    excerpt: Excerpt | None = None


def analyze(job: Job, source: str) -> Finished:
    """Analyse one input to its end."""
    profile = None
    if job.baseline is not None:
        try:
            profile = measured(source, job.baseline, job.settings, job.models)
        except FemonError as error:
            return Finished(source, exit_code(error), complained=str(error))
    with ExitStack() as stack:
        progress = stack.enter_context(Progress(source, quiet=job.quiet))
        overlay = stack.enter_context(Overlay(job.request.root)) if job.overlay else None

        def on_open(info: SourceInfo) -> None:
            progress.open(info)
            if info.stills and job.settings.modes.monitored:
                print(UNWATCHED, file=sys.stderr)
            if overlay is not None:
                overlay.open(info)

        def on_readings(readings: Readings) -> None:
            progress.step(readings)
            if overlay is not None:
                overlay.write(readings)

        outcome = run_batch(
            source,
            job.settings,
            models=job.models,
            request=job.request,
            on_open=on_open,
            on_readings=on_readings,
            profile=profile,
            excerpt=job.excerpt,
        )
        if overlay is not None:
            overlay.finish(outcome)
    return _finished(source, outcome)


def analyze_elsewhere(job: Job, source: str) -> Finished:
    """The same in a process of its own; what fails for no known reason is tried once more."""
    first = analyze(job, source)
    return first if first.code != UNEXPECTED else analyze(job, source)


def _finished(source: str, outcome: Outcome) -> Finished:
    said, complained = "", "" if outcome.error is None else str(outcome.error)
    if outcome.summary is not None:
        done = outcome.summary
        said = (
            f"{source}: {done.captured} frames: {done.analysed} analysed, {done.dropped} dropped, "
            f"{done.unaccounted} unaccounted -> {done.folder}"
        )
    code = DONE if outcome.error is None else exit_code(outcome.error)
    return Finished(source, INTERRUPTED if outcome.state == "interrupted" else code, said, complained)


class Overlay:
    """The annotated video of one input; it moves into the session folder once that is closed."""

    def __init__(self, out: Path) -> None:
        self._path = out / f".{os.getpid()}.{OVERLAY_FILE}"  # of this process alone
        self._video: OverlayVideo | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._video is not None:
            self._video.discard()

    def open(self, info: SourceInfo) -> None:
        """Start the video of a source."""
        from femon.overlay_video import OverlayVideo  # loads the encoder, which only this option needs

        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            folder = self._path.parent
            raise SessionError(f"femon cannot write to {folder}. Choose another folder.") from error
        self._video = OverlayVideo(self._path, info)

    def write(self, readings: Readings) -> None:
        """Draw and encode one frame."""
        assert self._video is not None  # opened before the first frame
        self._video.write(readings)

    def finish(self, outcome: Outcome) -> None:
        """Move the video to the session, or forget it when there is none."""
        if self._video is not None and outcome.summary is not None:
            self._video.close()
            self._path.replace(outcome.summary.folder / OVERLAY_FILE)
            self._video = None

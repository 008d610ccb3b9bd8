"""What `femon analyze` does with one input, in this process or in another one."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from traceback import format_exc

from femon.address import shown, shown_name
from femon.cli.baseline import Seconds, measured
from femon.cli.batch import Outcome, run_batch
from femon.cli.engines import Finished
from femon.cli.exit_codes import DONE, INTERRUPTED, UNEXPECTED, UNEXPECTED_TEXT, exit_code
from femon.cli.overlays import Overlay
from femon.cli.progress import Progress
from femon.errors import FemonError, SessionError
from femon.recording import SessionRequest
from femon.settings import Settings
from femon.types import Excerpt, Readings, SourceInfo

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
    """Analyse one input to its end; an error that nobody foresaw is its outcome too, and the others go on."""
    try:
        return _analyzed(job, source)
    except Exception:  # noqa: BLE001 - the boundary of one input: details for a report, and a sentence
        return Finished(source, UNEXPECTED, complained=f"{format_exc()}{shown(source)}: {UNEXPECTED_TEXT}")


def _analyzed(job: Job, source: str) -> Finished:
    profile = None
    if job.baseline is not None:
        try:
            profile = measured(source, job.baseline, job.settings, job.models)
        except FemonError as error:
            return Finished(source, exit_code(error), complained=str(error))
    with ExitStack() as stack:
        progress = stack.enter_context(Progress(shown_name(source), quiet=job.quiet))
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
        lost = None if overlay is None else overlay.finish(outcome)
    return _finished(source, outcome, lost)


def analyze_elsewhere(job: Job, source: str) -> Finished:
    """The same in a process of its own; what fails for no known reason is tried once more."""
    first = analyze(job, source)
    return first if first.code != UNEXPECTED else analyze(job, source)


def _finished(source: str, outcome: Outcome, lost: SessionError | None = None) -> Finished:
    """What is told of an input, of which the overlay video may be lost though the session is whole."""
    said, errors = "", [error for error in (outcome.error, lost) if error is not None]
    if outcome.summary is not None:
        done = outcome.summary
        said = (
            f"{shown(source)}: {done.captured} frames: {done.analysed} analysed, {done.dropped} dropped, "
            f"{done.unaccounted} unaccounted -> {done.folder}"
        )
    code = exit_code(errors[0]) if errors else DONE
    if outcome.state == "interrupted":
        code = INTERRUPTED
    return Finished(source, code, said, "\n".join(map(str, errors)))

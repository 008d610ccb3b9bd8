"""`femon run` without a display: sources watched in the terminal, each with a session and a report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from femon.cli.batch import Outcome, run_batch
from femon.cli.exit_codes import DONE, SOME_FAILED, exit_code
from femon.cli.progress import Progress
from femon.cli.purposes import recorded_purpose
from femon.cli.together import run_together
from femon.recording import SessionRequest
from femon.settings import Settings


def run_headless(sources: Sequence[str], options: argparse.Namespace, settings: Settings) -> int:
    """Watch the sources until they end, print what was found and write reports."""
    request = SessionRequest(
        options.out or Path("sessions"),
        options.participant,
        options.condition,
        purpose=recorded_purpose(options, settings),
        consent=options.consent,
        video=settings.video,
    )
    names = " + ".join(Path(source).name or source for source in sources)
    print(f"No display: watching '{names}' in the terminal.", file=sys.stderr)
    settings = replace(settings, lsl=options.lsl or settings.lsl)
    with Progress(sources[0] if len(sources) == 1 else names, quiet=False) as progress:
        watch = partial(
            run_together if len(sources) > 1 else _run_alone,
            models=options.models,
            request=request,
            on_open=progress.open,
            on_readings=progress.step,
        )
        outcomes = watch(sources, settings)
    codes = {_tell(outcome, options) for outcome in outcomes}
    return codes.pop() if len(codes) == 1 else SOME_FAILED


def _run_alone(sources: Sequence[str], settings: Settings, **options: Any) -> list[Outcome]:
    return [run_batch(sources[0], settings, **options)]


def _tell(outcome: Outcome, options: argparse.Namespace) -> int:
    """Print what became of one source; its exit code."""
    from femon.review import summarise, text_summary, write_report

    if outcome.error is not None:
        print(outcome.error, file=sys.stderr)
        return exit_code(outcome.error, camera=bool(options.camera))
    if outcome.summary is None:
        return exit_code(KeyboardInterrupt())
    print(text_summary(summarise(outcome.summary.folder)))
    if outcome.summary.video is not None:
        print(f"Video: {outcome.summary.video.text}")
    report = write_report(outcome.summary.folder, models=options.models)
    print(f"Session: {outcome.summary.folder}\nReport:  {report}")
    return DONE if outcome.state == "complete" else exit_code(KeyboardInterrupt())

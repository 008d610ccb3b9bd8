"""`femon run` without a display: sources watched in the terminal, with a session and report of each."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from femon.address import shown_name
from femon.cli.batch import Outcome, run_batch
from femon.cli.exit_codes import DONE, INTERRUPTED, code_of, exit_code
from femon.cli.folders import OUT
from femon.cli.progress import Progress
from femon.cli.purposes import recorded_purpose
from femon.cli.together import run_together
from femon.cli.watch import DEMO
from femon.recording import SessionRequest, SessionSummary
from femon.settings import Settings


def run_headless(sources: Sequence[str], options: argparse.Namespace, settings: Settings) -> int:
    """Watch the sources until they end; print what was found and write reports of what is recorded.

    That is what was asked for, and the demo, which shows nobody who is there.
    """
    recorded = options.record or set(sources) == {DEMO}
    request = _request(options, settings) if recorded else None
    names = " + ".join(shown_name(source) for source in sources)
    print(f"No display: watching '{names}' in the terminal.", file=sys.stderr)
    if not recorded:
        print("Nothing is recorded without --record.", file=sys.stderr)
    settings = replace(settings, lsl=options.lsl or settings.lsl)
    with Progress(names, quiet=False) as progress:
        watch = partial(
            run_together if len(sources) > 1 else _run_alone,
            models=options.models,
            request=request,
            on_open=progress.open,
            on_readings=progress.step,
        )
        outcomes = watch(sources, settings)
    return code_of([_tell(outcome, options) for outcome in outcomes], len(outcomes))


def _request(options: argparse.Namespace, settings: Settings) -> SessionRequest:
    return SessionRequest(
        options.out or OUT,
        options.participant,
        options.condition,
        purpose=recorded_purpose(options, settings),
        consent=options.consent,
        video=settings.video,
    )


def _run_alone(sources: Sequence[str], settings: Settings, **options: Any) -> list[Outcome]:
    return [run_batch(sources[0], settings, **options)]


def _tell(outcome: Outcome, options: argparse.Namespace) -> int:
    """Print what became of one source; its exit code."""
    if outcome.error is not None:
        print(outcome.error, file=sys.stderr)
    if outcome.summary is not None:
        _report(outcome.summary, options.models)
    if outcome.state == "interrupted":
        return INTERRUPTED
    return DONE if outcome.error is None else exit_code(outcome.error)


def _report(summary: SessionSummary, models: Path) -> None:
    from femon.review import summarise, text_summary, write_report

    print(text_summary(summarise(summary.folder)))
    if summary.video is not None:
        print(f"Video: {summary.video.text}")
    report = write_report(summary.folder, models=models)
    print(f"Session: {summary.folder}\nReport:  {report}")

"""`femon` and `femon run`: the window, or without a display a look at the demo clip in the terminal."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from femon.cli.batch import run_batch
from femon.cli.exit_codes import DONE, exit_code
from femon.cli.modes import HELP, modes
from femon.cli.progress import Progress
from femon.cli.purposes import add_purpose_options, recorded_purpose
from femon.lsl import require_library
from femon.recording import SessionRequest
from femon.settings import Settings

DEMO = "demo"


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser("run", parents=[common], help="open the window (the default)")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--camera", metavar="N or NAME", help="open this camera")
    source.add_argument(
        "--source", metavar="FILE, URL or demo", help="open a file, a stream or the built-in demo"
    )
    parser.add_argument("--model", metavar="ID")
    parser.add_argument("--mode", dest="modes", type=modes, metavar="MODE,...", help=HELP)
    parser.add_argument("--device", choices=("auto", "cpu", "gpu"))
    add_purpose_options(parser)
    parser.add_argument("--record", action="store_true", help="start a session with the first frame")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for sessions")
    parser.add_argument(
        "--lsl", action="store_true", help="send readings and markers as Lab Streaming Layer streams"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Open the window; without a display watch the demo (or the given file) in the terminal."""
    source = options.camera or options.source
    if options.lsl:
        require_library()  # refuses before anything opens
    if not has_display():
        return _run_headless(source or DEMO, options, settings)
    from femon.gui.app import run as run_window

    if options.out:
        settings = replace(settings, sessions=str(options.out))
    if options.record:
        recorded_purpose(options, settings)  # refuses before the window opens
    return run_window(
        source,
        settings,
        settings_path=options.settings,
        models=options.models,
        participant=options.participant,
        condition=options.condition,
        consent=options.consent,
        record=options.record,
        lsl=options.lsl,
    )


def has_display() -> bool:
    """Whether a window can be shown; on Linux a display server must be named, or Qt's platform be chosen."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _run_headless(source: str, options: argparse.Namespace, settings: Settings) -> int:
    from femon.review import summarise, text_summary, write_report

    request = SessionRequest(
        options.out or Path("sessions"),
        options.participant,
        options.condition,
        purpose=recorded_purpose(options, settings),
        consent=options.consent,
    )
    print(f"No display: watching '{source}' in the terminal.", file=sys.stderr)
    with Progress(source, quiet=False) as progress:
        outcome = run_batch(
            source,
            replace(settings, lsl=options.lsl or settings.lsl),
            models=options.models,
            request=request,
            on_open=progress.open,
            on_readings=progress.step,
        )
    if outcome.error is not None:
        print(outcome.error, file=sys.stderr)
        return exit_code(outcome.error, camera=bool(options.camera))
    if outcome.summary is None:
        return exit_code(KeyboardInterrupt())
    print(text_summary(summarise(outcome.summary.folder)))
    report = write_report(outcome.summary.folder, models=options.models)
    print(f"Session: {outcome.summary.folder}\nReport:  {report}")
    return DONE if outcome.state == "complete" else exit_code(KeyboardInterrupt())

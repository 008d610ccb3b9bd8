"""`femon` and `femon run`: the window, or without a display a look at the demo clip in the terminal."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from femon.cli.folders import OUT
from femon.cli.modes import HELP, modes
from femon.cli.purposes import add_purpose_options, recorded_purpose
from femon.pipelines.sources import check_sources
from femon.settings import Settings

DEMO = "demo"
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def add_options(parser: argparse.ArgumentParser) -> None:
    """What this command understands."""
    again = "; give it again to watch several together"
    for name, metavar, what in (
        ("--camera", "N or NAME", "open this camera"),
        ("--source", "FILE, URL or demo", "open a file, a stream or the built-in demo"),
    ):
        parser.add_argument(name, action="append", default=[], metavar=metavar, help=what + again)
    parser.add_argument("--model", metavar="ID")
    parser.add_argument("--mode", dest="modes", type=modes, metavar="MODE,...", help=HELP)
    parser.add_argument("--device", choices=("auto", "cpu", "gpu"))
    add_purpose_options(parser)
    parser.add_argument("--record", action="store_true", help="start a session with the first frame")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder for sessions; default: as set in the window, and without a display "
        f"{OUT}/ in the working folder",
    )
    parser.add_argument(
        "--lsl", action="store_true", help="send readings and markers as Lab Streaming Layer streams"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Open the window; without a display watch the demo (or the given file) in the terminal."""
    sources = [*options.camera, *options.source]
    check_sources(sources)
    if options.lsl:
        from femon.lsl import require_library

        require_library()  # refuses before anything opens
    if not has_display():
        from femon.cli.headless import run_headless

        return run_headless(sources or [DEMO], options, settings)
    from femon.gui.app import run as run_window

    if options.out:
        settings = replace(settings, sessions=str(options.out))
    if options.record:
        recorded_purpose(options, settings)  # refuses before the window opens
    first, *others = sources or [None]
    return run_window(
        first,
        settings,
        settings_path=options.settings,
        models=options.models,
        participant=options.participant,
        condition=options.condition,
        consent=options.consent,
        record=options.record,
        lsl=options.lsl,
        beside=others,
    )


def has_display() -> bool:
    """Whether a window can be shown; on Linux a display server must be named, or Qt's platform be chosen."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in DISPLAYS)

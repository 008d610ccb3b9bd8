"""`femon report`: an HTML page and a short text for finished sessions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from femon.cli.exit_codes import DONE
from femon.review import summarise, text_summary, write_report
from femon.settings import Settings


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser("report", parents=[common], help="a report for each finished session")
    parser.add_argument("sessions", nargs="+", type=Path, metavar="SESSION")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Write report.html into each session folder and print its summary."""
    for session in options.sessions:
        target = write_report(session, models=options.models)
        print(text_summary(summarise(session)))
        print(f"Report: {target}")
    return DONE

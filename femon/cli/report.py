"""`femon report`: a report of a finished session, or one that compares several."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tqdm import tqdm

from femon.cli.exit_codes import DONE
from femon.cli.progress import LINE_EVERY_S
from femon.review import text_summary
from femon.review.blocks import Document
from femon.review.comparison import COMPARISON_FILE, Compared, compared, comparison_document
from femon.review.csv_summary import CSV_FILE, csv_summary
from femon.review.report import REPORT_FILE, report_document, write_html
from femon.review.session_log import read_session
from femon.review.written import write_whole
from femon.settings import Settings

PROGRESS_AFTER_S: Final = 1.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """What this command understands."""
    parser.add_argument("sessions", nargs="+", type=Path, metavar="SESSION")
    parser.add_argument(
        "--html",
        type=Path,
        metavar="FILE",
        help=f"default: {REPORT_FILE} in the session; of several, {COMPARISON_FILE} beside the first",
    )
    parser.add_argument("--pdf", type=Path, metavar="FILE", help="also write the report as PDF")
    parser.add_argument(
        "--csv-summary",
        action="store_true",
        help=f"also write {CSV_FILE} beside the report: a row for each session and stretch between markers",
    )
    parser.add_argument(
        "--exclude",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="leave out what was excluded in review (default)",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Write the report and print a summary of each session."""
    folders = list(dict.fromkeys(options.sessions))
    document, sessions = _one(folders[0], options) if len(folders) == 1 else _several(folders, options)
    default = folders[0] / REPORT_FILE if len(folders) == 1 else folders[0].parent / COMPARISON_FILE
    target = write_html(document, options.html or default)
    print("\n\n".join(text_summary(one.summary) for one in sessions))
    print(f"Report: {target}")
    if options.pdf is not None:
        from femon.gui.report_pdf import write_pdf

        print(f"PDF: {write_pdf(document, options.pdf)}")
    if options.csv_summary:
        table = csv_summary((one.summary, one.totals) for one in sessions)
        print(f"Table: {write_whole(target.with_name(CSV_FILE), table)}")
    return DONE


def _one(folder: Path, options: argparse.Namespace) -> tuple[Document, list[Compared]]:
    log = read_session(folder)
    document = report_document(log, options.models, exclude=options.exclude)
    return document, [compared(log, 1, options.models, exclude=options.exclude)]


def _several(folders: Sequence[Path], options: argparse.Namespace) -> tuple[Document, list[Compared]]:
    """One log at a time is held in memory."""
    interval = 0.2 if sys.stderr.isatty() else LINE_EVERY_S
    steps = tqdm(
        folders,
        desc="report",
        unit=" sessions",
        delay=PROGRESS_AFTER_S,
        mininterval=interval,
        disable=options.quiet,
    )
    sessions = [
        compared(read_session(folder), number, options.models, exclude=options.exclude)
        for number, folder in enumerate(steps, 1)
    ]
    return comparison_document(sessions), sessions

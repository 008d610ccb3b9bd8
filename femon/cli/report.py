"""`femon report`: a report of a finished session, or one that compares several."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tqdm import tqdm

from femon.cli.exit_codes import DONE, code_of, exit_code
from femon.cli.folders import recover, sessions_given
from femon.cli.progress import LINE_EVERY_S
from femon.errors import SessionError
from femon.recording.folder import COMPARISON_FILE, TABLE_FILE
from femon.review import text_summary
from femon.review.blocks import Document
from femon.review.comparison import Compared, compared, comparison_document
from femon.review.csv_summary import csv_summary
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
        help=f"also write {TABLE_FILE} beside the report: a row for each session and stretch between markers",
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
    """Write the report and print a summary of each session; the exit code tells whether all could be read."""
    folders = sessions_given(options.sessions)
    recover(folder.absolute().parent for folder in folders)
    if len(folders) == 1:
        _report_one(folders[0], options)
        return DONE
    sessions, codes = _several(folders, options)
    if len(sessions) == 1:
        _report_one(next(iter(sessions)), options)
    elif sessions:
        document = comparison_document(list(sessions.values()))
        _write(document, list(sessions.values()), next(iter(sessions)).parent / COMPARISON_FILE, options)
    return code_of(codes, len(folders))


def _report_one(folder: Path, options: argparse.Namespace) -> None:
    log = read_session(folder)
    document = report_document(log, options.models, exclude=options.exclude)
    session = compared(log, 1, options.models, exclude=options.exclude)
    _write(document, [session], folder / REPORT_FILE, options)


def _several(folders: Sequence[Path], options: argparse.Namespace) -> tuple[dict[Path, Compared], list[int]]:
    """Those that can be read, and the code of each; one log at a time is held in memory."""
    interval = 0.2 if sys.stderr.isatty() else LINE_EVERY_S
    steps = tqdm(
        folders,
        desc="report",
        unit=" sessions",
        delay=PROGRESS_AFTER_S,
        mininterval=interval,
        disable=options.quiet,
    )
    sessions: dict[Path, Compared] = {}
    codes = []
    for folder in steps:
        try:
            log = read_session(folder)
            sessions[folder] = compared(log, len(sessions) + 1, options.models, exclude=options.exclude)
            codes.append(DONE)
        except SessionError as error:
            print(error, file=sys.stderr)
            codes.append(exit_code(error))
    return sessions, codes


def _write(
    document: Document, sessions: Sequence[Compared], default: Path, options: argparse.Namespace
) -> None:
    target = write_html(document, options.html or default)
    print("\n\n".join(text_summary(one.summary) for one in sessions))
    print(f"Report: {target}")
    if options.pdf is not None:
        from femon.gui.report_pdf import write_pdf

        print(f"PDF: {write_pdf(document, options.pdf)}")
    if options.csv_summary:
        table = csv_summary((one.summary, one.totals) for one in sessions)
        print(f"Table: {write_whole(target.with_name(TABLE_FILE), table)}")

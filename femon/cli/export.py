"""`femon export`: finished sessions in the formats of other programs."""

from __future__ import annotations

import argparse
import sys
from argparse import ArgumentTypeError
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from femon.cli.exit_codes import DONE, code_of, exit_code
from femon.cli.folders import recover, sessions_given
from femon.cli.progress import LINE_EVERY_S
from femon.errors import SessionError, SettingsError
from femon.export import (
    FORMATS,
    ExportOptions,
    export_session,
    open_session,
    require_installed,
)
from femon.settings import Settings

PROGRESS_AFTER_S = 1.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """What this command understands."""
    parser.add_argument("sessions", nargs="+", type=Path, metavar="SESSION")
    parser.add_argument(
        "--to",
        required=True,
        action="extend",
        type=_formats,
        metavar="FORMAT,...",
        help=f"one or more of {', '.join(FORMATS)}",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="instead of the folder export in each session"
    )
    parser.add_argument("--values", default="smooth", choices=("smooth", "adj", "raw"))
    parser.add_argument("--full-header", action="store_true", help="openface: all 714 original columns")
    parser.add_argument("--spaces", action="store_true", help="openface: a space after each comma")
    parser.add_argument(
        "--vocabulary",
        default="v1",
        choices=("v1", "v2"),
        help="pyfeat: names of its first or second detector",
    )
    parser.add_argument(
        "--blank", action="store_true", help="facereader: empty cells instead of FIND_FAILED and FIT_FAILED"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Export every session to every format; the exit code tells whether all, some or none went well."""
    sessions = list(dict.fromkeys(session.resolve() for session in sessions_given(options.sessions)))
    formats = list(dict.fromkeys(options.to))
    for name in formats:
        require_installed(name)
    if options.out is not None:
        _refuse_same_names(sessions)
    recover(session.parent for session in sessions)
    choices = ExportOptions(
        options.values, options.full_header, options.spaces, options.vocabulary, options.blank
    )
    with _progress(len(sessions) * len(formats), quiet=options.quiet) as bar:
        codes = [_export(session, formats, choices, options.out, bar) for session in sessions]
    return code_of(codes, len(sessions))


def _export(
    folder: Path, formats: Sequence[str], choices: ExportOptions, out: Path | None, bar: tqdm[NoReturn]
) -> int:
    try:
        session = open_session(folder)
        for name in formats:
            done = export_session(session, name, choices, out=out)
            print(f"{folder.name}: {name} -> {done.folder}")
            bar.update()
    except SessionError as error:
        print(error, file=sys.stderr)
        return exit_code(error)
    return DONE


def _progress(total: int, *, quiet: bool) -> tqdm[NoReturn]:
    """A bar on standard error for what takes longer than a second; a line every 10 s without a terminal."""
    interval = 0.2 if sys.stderr.isatty() else LINE_EVERY_S
    return tqdm(
        total=total,
        desc="export",
        unit=" files",
        delay=PROGRESS_AFTER_S,
        mininterval=interval,
        disable=quiet,
    )


def _refuse_same_names(sessions: Sequence[Path]) -> None:
    names = [session.name for session in sessions]
    if twice := [name for name in names if names.count(name) > 1]:
        raise SettingsError(
            f"Two of the sessions are named {twice[0]} and would share one folder. Export them one by one."
        )


def _formats(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in FORMATS:
            raise ArgumentTypeError(f"'{name}' is no format; choose from {', '.join(FORMATS)}")
    return names

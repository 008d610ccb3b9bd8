"""The options of `femon analyze` that name a part of a file, and when it was filmed."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime
from typing import Final

from femon.errors import SettingsError
from femon.types import Excerpt

_SECONDS: Final = r"\d{1,6}(?:\.\d{1,6})?"
_EVERY: Final = r"[1-9]\d{0,5}"
_YEARS: Final = range(1900, 2200)  # far enough from the ends of the calendar for any time zone and film


def add_excerpt_options(parser: argparse.ArgumentParser) -> None:
    """--every, --start, --end and --start-utc."""
    parser.add_argument(
        "--every",
        type=_every,
        default=1,
        metavar="N",
        help="take each Nth frame; frames keep their numbers, and the others are not missed",
    )
    parser.add_argument(
        "--start",
        type=_seconds,
        default=0.0,
        metavar="S",
        help="take nothing before this second of the file; pictures are a second apart",
    )
    parser.add_argument("--end", type=_seconds, metavar="S", help="take nothing from this second on")
    parser.add_argument(
        "--start-utc",
        type=_moment,
        metavar="T",
        help="when the file's first frame was taken, such as 2026-03-14T08:26:53Z; without a zone in UTC",
    )


def excerpt_asked(options: argparse.Namespace) -> Excerpt | None:
    """What the options ask for; None: the whole of unknown date. Raises SettingsError for an empty part."""
    asked = Excerpt(options.every, options.start, options.end, options.start_utc)
    if asked.end_s is not None and asked.end_s <= asked.start_s:
        raise SettingsError(
            f"Nothing lies between --start {asked.start_s:g} and --end {asked.end_s:g}. Give a later end."
        )
    return None if asked == Excerpt() else asked


def _every(text: str) -> int:
    if not re.fullmatch(_EVERY, text, re.ASCII):
        raise argparse.ArgumentTypeError("give a whole number from 1 on")
    return int(text)


def _seconds(text: str) -> float:
    if not re.fullmatch(_SECONDS, text, re.ASCII):
        raise argparse.ArgumentTypeError("give a number of seconds, such as 90 or 2.5")
    return float(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.year not in _YEARS:
        raise argparse.ArgumentTypeError("give a date and time, such as 2026-03-14T08:26:53Z")
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)

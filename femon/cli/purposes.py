"""The options that say what femon is used for and on whom, and what follows from them."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Final

from femon.errors import PurposeError, SessionError
from femon.purpose import PURPOSES, UNTIL_ASKED, first_modes, permitted, require_allowed, require_consent
from femon.settings import Settings

_LOST: Final = (
    "The purpose of femon could not be read from its settings. Give --purpose, or open the window once."
)


def add_purpose_options(parser: argparse.ArgumentParser) -> None:
    """Add --participant, --condition, --purpose and --consent."""
    code = "a code, not a name"
    parser.add_argument("--participant", type=_participant, default="", metavar="CODE", help=code)
    parser.add_argument("--condition", default="", metavar="TEXT")
    parser.add_argument("--purpose", choices=tuple(PURPOSES), help="what femon is used for this time")
    parser.add_argument("--consent", action="store_true", help="the people in view have agreed")


def _participant(text: str) -> str:
    """A participant code, or nothing; raises argparse.ArgumentTypeError."""
    if not text:
        return ""
    from femon.recording.session import check_participant  # loads more than a window needs to open

    try:
        return check_participant(text)
    except SessionError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def with_purpose(options: argparse.Namespace, settings: Settings) -> Settings:
    """The settings for the purpose that was given or stored; raises PurposeError for a forbidden --mode.

    Modes that were only stored give way to the purpose, those of --mode never silently.
    """
    given = getattr(options, "purpose", None)
    purpose = given or settings.purpose
    if getattr(options, "modes", None):
        require_allowed(purpose, settings.modes)
        return replace(settings, purpose=purpose)
    choose = first_modes if given and given != settings.purpose else permitted
    return replace(settings, purpose=purpose, modes=choose(purpose, settings.modes))


def recorded_purpose(options: argparse.Namespace, settings: Settings) -> str:
    """The purpose that a session is recorded with; raises PurposeError when it needs consent or is lost."""
    if options.purpose_lost and not options.purpose:
        raise PurposeError(_LOST)
    require_consent(settings.purpose, options.consent)
    return settings.purpose or UNTIL_ASKED

"""The command line: arguments in, one exit code out; every command is a file beside this one."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from femon import __version__
from femon.cli.exit_codes import PIPE_CLOSED, UNEXPECTED, UNEXPECTED_TEXT, exit_code
from femon.cli.purposes import with_purpose
from femon.errors import FemonError, SettingsError
from femon.settings import Settings, load_settings, settings_file
from femon.shipped import models_folder

# Only the module of the command that is given is loaded: together they take longer than the window to open.
COMMON: Final = ("--settings", "--models", "--log-level", "--out")  # they may stand before the command too
COMMANDS: Final = {
    "run": ("watch", "open the window (the default)"),
    "analyze": ("analyze", "analyse videos, pictures or streams"),
    "report": ("report", "a report of a finished session, or a comparison of several"),
    "export": ("export", "sessions in the formats of other programs"),
    "models": ("models", "installed models and their figures"),
    "purge": ("purge", "delete old sessions"),
    "doctor": ("doctor", "check everything femon needs"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (product specification, section 6)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = _with_command(given)
    options = _parser(command[0]).parse_args(command)
    logging.basicConfig(level=options.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    try:
        code = int(options.run(options, _settings(options, new=command[0] == "run")))
        print(end="", flush=True)  # what cannot be written any more is noticed here, not at the exit
    except KeyboardInterrupt:
        return exit_code(KeyboardInterrupt())
    except BrokenPipeError:
        return _without_reader()
    except FemonError as error:
        print(error, file=sys.stderr)
        return exit_code(error)
    except Exception:  # noqa: BLE001 - the last boundary: a sentence, and the details for a report
        traceback.print_exc()
        print(UNEXPECTED_TEXT, file=sys.stderr)
        return UNEXPECTED
    return code


def _without_reader() -> int:
    """Nobody reads the output any more, as behind `| head`: let go of the rest of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED


def _parser(given: str) -> argparse.ArgumentParser:
    """All commands, and what the given one understands."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--settings", type=Path, metavar="FILE", help="settings file instead of the user's")
    common.add_argument("--models", type=Path, metavar="DIR", help="instead of the shipped models")
    common.add_argument(
        "--log-level",
        default="warning",
        choices=("debug", "info", "warning", "error"),
        help="messages on stderr",
    )
    parser = argparse.ArgumentParser(
        prog="femon",
        description="A real-time monitor of facial expression; nothing leaves your machine.",
        epilog="Without a command femon opens its window. `femon COMMAND --help` tells more.",
    )
    parser.add_argument("--version", action="version", version=f"femon {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (module, text) in COMMANDS.items():
        command = commands.add_parser(name, parents=[common], help=text)
        if name == given:
            importlib.import_module(f"femon.cli.{module}").add_options(command)
    return parser


def _with_command(arguments: list[str]) -> list[str]:
    """The command first; `run` where none is named, so that plain `femon` opens the window."""
    place = 0
    while place < len(arguments) and arguments[place].partition("=")[0] in COMMON:
        place += 1 if "=" in arguments[place] else 2
    before, rest = arguments[:place], arguments[place:]
    if rest and rest[0] in {"-h", "--help", "--version"}:
        return rest
    return [rest[0], *before, *rest[1:]] if rest and rest[0] in COMMANDS else ["run", *arguments]


def _settings(options: argparse.Namespace, *, new: bool) -> Settings:
    """The stored settings with what the command line says; unusable entries are told once.

    new: the command makes the file if it is missing. Else raises SettingsError for one that was named.
    """
    if options.settings and not new and not options.settings.exists():
        raise SettingsError(f"The settings file '{options.settings}' was not found. Check its name.")
    options.settings = options.settings or settings_file()
    options.models = (options.models or models_folder()).absolute()
    settings, rejected = load_settings(options.settings)
    if rejected:
        print(f"Some settings were not valid and were reset: {', '.join(rejected)}.", file=sys.stderr)
    options.purpose_lost = not {"purpose", options.settings.name}.isdisjoint(rejected)
    changes = {
        name: getattr(options, name) for name in ("model", "device", "modes") if getattr(options, name, None)
    }
    analysis = {
        name: getattr(options, name)
        for name in ("max_faces", "half_life_s")
        if getattr(options, name, None) is not None
    }
    return with_purpose(
        options, replace(settings, **changes, analysis=replace(settings.analysis, **analysis))
    )

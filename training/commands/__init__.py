"""The commands of `python -m training`: arguments in, exit codes out."""

from __future__ import annotations

import argparse
import os
import sys

from femon.errors import FemonError
from femon.native_messages import native_messages_logged
from training.commands import figures, making, models
from training.errors import TrainingError

INTERRUPTED = 130
WITHOUT_TENSORFLOW = (
    figures.audit_data,
    figures.compare_pictures,
    figures.measure_geometry,
    figures.update_readme,
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 good, 2 usage, 3 data, 4 weights unavailable, 5 PrivateTest locked."""
    given = sys.argv[1:] if arguments is None else arguments
    options = parser().parse_args(given)
    options.given = given
    try:
        if options.command not in WITHOUT_TENSORFLOW:
            _import_tensorflow()
        return int(options.command(options))
    except TrainingError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except FemonError as error:  # a bundle that is damaged or cannot be used
        print(error, file=sys.stderr)
        return TrainingError.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED


def _import_tensorflow() -> None:
    """Import it where its greetings go to the log instead of between our lines."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with native_messages_logged():
        try:
            import tensorflow  # noqa: F401
        except ModuleNotFoundError as error:
            raise TrainingError(
                "Training needs TensorFlow: `uv sync --extra train`, or `pip install '.[train]'`."
            ) from error


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    program = argparse.ArgumentParser(
        prog="python -m training", description="Train femon's networks on FER-2013 and say how good they are."
    )
    commands = program.add_subparsers(required=True, metavar="COMMAND")
    for group in (figures, making, models):
        group.add(commands)
    return program

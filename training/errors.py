"""The errors of the training commands, each with the exit code it ends the program with."""

from typing import ClassVar


class TrainingError(Exception):
    """One sentence that says what to do; `exit_code` ends the command."""

    exit_code: ClassVar[int] = 2


class DataError(TrainingError):
    """The data are missing or wrong."""

    exit_code = 3


class WeightsError(TrainingError):
    """Pretrained weights cannot be had, or do not fit."""

    exit_code = 4


class LockedError(TrainingError):
    """PrivateTest was asked for without unlocking it."""

    exit_code = 5

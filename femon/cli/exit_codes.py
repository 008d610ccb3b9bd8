"""The exit codes of femon (product specification, section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from femon.errors import (
    CameraError,
    DeviceError,
    ModelError,
    PurposeError,
    SessionError,
    SettingsError,
    UnreadableSessionError,
)

DONE = 0
UNEXPECTED = 1
UNEXPECTED_TEXT = "femon met an unexpected error; please report the lines above."
USAGE = 2
INPUT = 3
MODEL = 4
CAMERA = 5
CANNOT_WRITE = 6
SOME_FAILED = 7
CHECK_FAILED = 8
NOT_ALLOWED = 9
INTERRUPTED = 130
PIPE_CLOSED = 141  # as a shell tells it of programs that SIGPIPE ends
_CODES: Final[tuple[tuple[type[BaseException], int], ...]] = (  # the first that fits
    (KeyboardInterrupt, INTERRUPTED),
    (DeviceError, CAMERA),
    (CameraError, INPUT),
    (ModelError, MODEL),
    (PurposeError, NOT_ALLOWED),
    (UnreadableSessionError, INPUT),
    (SessionError, CANNOT_WRITE),
    (SettingsError, USAGE),
)


def code_of(codes: Sequence[int], inputs: int) -> int:
    """The code of a command from those of its inputs, some of which may not have been tried."""
    if INTERRUPTED in codes:
        return INTERRUPTED
    failed = [code for code in codes if code]
    if not failed:
        return DONE
    return failed[0] if len(failed) == inputs else SOME_FAILED


def exit_code(error: BaseException) -> int:
    """The code for an error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), UNEXPECTED)

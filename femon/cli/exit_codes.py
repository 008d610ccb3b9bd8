"""The exit codes of femon (product specification, section 6)."""

from __future__ import annotations

from typing import Final

from femon.errors import (
    CameraError,
    ModelError,
    PurposeError,
    SessionError,
    SettingsError,
    UnreadableSessionError,
)

DONE = 0
UNEXPECTED = 1
USAGE = 2
INPUT = 3
MODEL = 4
CAMERA = 5
CANNOT_WRITE = 6
SOME_FAILED = 7
CHECK_FAILED = 8
NOT_ALLOWED = 9
INTERRUPTED = 130
_CODES: Final[tuple[tuple[type[BaseException], int], ...]] = (  # the first that fits
    (KeyboardInterrupt, INTERRUPTED),
    (ModelError, MODEL),
    (PurposeError, NOT_ALLOWED),
    (UnreadableSessionError, INPUT),
    (SessionError, CANNOT_WRITE),
    (SettingsError, USAGE),
)


def exit_code(error: BaseException, *, camera: bool = False) -> int:
    """The code for an error; `camera` says that the input was a camera, not a file."""
    if isinstance(error, CameraError):
        return CAMERA if camera else INPUT
    return next((code for kind, code in _CODES if isinstance(error, kind)), UNEXPECTED)

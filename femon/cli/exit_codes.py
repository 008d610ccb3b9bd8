"""The exit codes of femon (product specification, section 6)."""

from __future__ import annotations

from femon.errors import CameraError, ModelError, SessionError, SettingsError, UnreadableSessionError

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


def exit_code(error: BaseException, *, camera: bool = False) -> int:
    """The code for an error; `camera` says that the input was a camera, not a file."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, CameraError):
        return CAMERA if camera else INPUT
    if isinstance(error, ModelError):
        return MODEL
    if isinstance(error, UnreadableSessionError):
        return INPUT
    if isinstance(error, SessionError):
        return CANNOT_WRITE
    return USAGE if isinstance(error, SettingsError) else UNEXPECTED

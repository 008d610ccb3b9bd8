"""The errors users may see: one sentence that says what happened and what to do next."""

from __future__ import annotations

from typing import Literal

CameraFault = Literal["missing", "busy", "forbidden", "slow", "unreadable"]


class FemonError(Exception):
    """Something the user can act on."""


class CameraError(FemonError):
    """A camera, file or stream cannot be opened or read."""

    def __init__(self, text: str, *, why: CameraFault = "unreadable") -> None:
        super().__init__(text)
        self.why = why


class DeviceError(CameraError):
    """It is a camera, not a file or stream."""


class ModelError(FemonError):
    """A bundle or the face landmarker is missing, damaged or made for another contract."""


class SettingsError(FemonError):
    """A setting or command-line value cannot be used."""


class PurposeError(FemonError):
    """What was asked for is not allowed for the purpose that was stated."""


class SessionError(FemonError):
    """A session folder cannot be written or read."""


class UnreadableSessionError(SessionError):
    """A session folder is missing, damaged, still open or made by a newer femon."""


class OpenSessionError(UnreadableSessionError):
    """A session is being recorded, or was never closed."""

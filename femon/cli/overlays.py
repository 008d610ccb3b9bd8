"""Annotated videos of `femon analyze`: made beside the sessions, moved into theirs, and never left behind."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import psutil

from femon.errors import SessionError
from femon.types import Readings, SourceInfo

if TYPE_CHECKING:
    from femon.cli.batch import Outcome
    from femon.overlay_video import OverlayVideo

OVERLAY_FILE: Final = "overlay.mp4"
_MAKER: Final = re.compile(rf"\.(\d{{1,9}})\.{re.escape(OVERLAY_FILE)}(?:\.new)?")


def abandoned_overlays(out: Path) -> list[Path]:
    """Videos in a folder of sessions whose process ended before they were done."""
    found = ((path, _MAKER.fullmatch(path.name)) for path in sorted(out.glob(f".*.{OVERLAY_FILE}*")))
    return [path for path, maker in found if maker and not psutil.pid_exists(int(maker[1]))]


class Overlay:
    """The annotated video of one input; it moves into the session folder once that is closed."""

    def __init__(self, out: Path) -> None:
        self._path = out / f".{os.getpid()}.{OVERLAY_FILE}"  # of this process alone
        self._video: OverlayVideo | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._video is not None:
            self._video.discard()

    def open(self, info: SourceInfo) -> None:
        """Start the video of a source."""
        from femon.overlay_video import OverlayVideo  # loads the encoder, which only this option needs

        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            folder = self._path.parent
            raise SessionError(f"femon cannot write to {folder}. Choose another folder.") from error
        self._video = OverlayVideo(self._path, info)

    def write(self, readings: Readings) -> None:
        """Draw and encode one frame."""
        assert self._video is not None  # opened before the first frame
        self._video.write(readings)

    def finish(self, outcome: Outcome) -> SessionError | None:
        """Move the video to the session, or forget it when there is none; why it is lost, if it is.

        One that failed before is gone already: the outcome tells why.
        """
        if self._video is None or outcome.summary is None:
            return None
        from femon.overlay_video import cannot_write

        video, self._video = self._video, None
        target = outcome.summary.folder / OVERLAY_FILE
        try:
            if video.close():
                self._path.replace(target)
        except SessionError as error:
            return error
        except OSError as error:
            with suppress(OSError):
                self._path.unlink()
            return cannot_write(target, error.strerror or error)
        return None

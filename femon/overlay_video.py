"""OverlayVideo: an MP4 file of the frames as femon saw them, each at its own time."""

from __future__ import annotations

import logging
from pathlib import Path
from types import TracebackType

from femon.errors import SessionError
from femon.overlay_picture import draw_readings
from femon.recording.ticks import Ticks
from femon.recording.video_file import FAULTS, VideoFile, reason_of
from femon.types import Readings, SourceInfo

log = logging.getLogger(__name__)


class OverlayVideo:
    """Writes an MP4 file beside its final name and puts it there at close(); used by one thread.

    The first frame sets the size; frames of another size are letterboxed. Leaving a `with` block by an
    exception discards the file. Opening, writing and closing raise SessionError and leave nothing behind.
    """

    def __init__(self, path: Path, info: SourceInfo) -> None:
        self._path = path
        self._new = path.with_name(f"{path.name}.new")
        self._size: tuple[int, int] | None = None
        self._ticks = Ticks()
        self._file: VideoFile | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = VideoFile(self._new, info.fps)
        except FAULTS as error:
            raise self._failed(error) from error

    def write(self, readings: Readings) -> None:
        """Append a copy of the frame with its readings drawn in, at the frame's time; raises SessionError."""
        if self._file is None:
            raise ValueError(f"{self._path} is closed")
        image = readings.frame.image_bgr
        self._size = self._size or (image.shape[1], image.shape[0])
        try:
            self._file.write(draw_readings(readings, self._size), self._ticks.at(readings.frame.t))
        except FAULTS as error:
            raise self._failed(error) from error

    def close(self) -> bool:
        """Finish the file and give it its name; whether this made one. Safe to call twice.

        Without a frame none is made, nor after a fault.
        """
        file, self._file = self._file, None
        if file is None:
            return False
        try:
            file.close()
            if file.empty:
                self._new.unlink()
            else:
                self._new.replace(self._path)
        except FAULTS as error:
            raise self._failed(error) from error
        return not file.empty

    def discard(self) -> None:
        """Give the file up; nothing stays."""
        file, self._file = self._file, None
        try:
            if file is not None:
                file.abandon()
        except FAULTS as error:  # it is thrown away in any case
            log.info("the discarded %s could not be closed: %s", self._new.name, error)
        try:
            self._new.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s could not be removed: %s", self._new, error)

    def __enter__(self) -> OverlayVideo:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def _failed(self, error: Exception) -> SessionError:
        self.discard()
        return cannot_write(self._path, reason_of(error))


def cannot_write(path: Path, why: object) -> SessionError:
    """The error of an overlay video that is lost."""
    return SessionError(
        f"femon cannot write the overlay video {path} ({why}). "
        "Choose another folder or free some space, then try again."
    )

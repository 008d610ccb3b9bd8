"""Film: the pictures of a session's video at any of its times, if there is a video that is surely the one."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from femon.camera.faults import unreadable
from femon.camera.seeking import decoded
from femon.camera.survey import reason, video_stream
from femon.camera.video import picture_bgr, pixel_aspect
from femon.errors import CameraError
from femon.gui.review.record import SessionRecord
from femon.plain_files import is_plain_file
from femon.recording.session import VIDEO_FILE

log = logging.getLogger(__name__)

NO_VIDEO: Final = "No video was stored: the face is drawn from the figures."
MOVED: Final = "The video is no longer where it was: the face is drawn from the figures."
CHANGED: Final = "The video file is not the one that was analysed: the face is drawn from the figures."
UNTIMED: Final = "The video has no times of its own: the face is drawn from the figures."
BROKEN: Final = "The video cannot be read any more: the face is drawn from the figures."
_JUMP_S: Final = 2.0  # further ahead it is quicker to look for a key frame than to decode up to there
_EPSILON_S: Final = 1e-4  # the log rounds times to microseconds, containers to their own ticks
_BLOCK_BYTES: Final = 1 << 20


class Film:
    """An open video with times of its own; used by one thread. Opening raises CameraError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container: InputContainer | None = None
        self._reformatter = VideoReformatter()
        self._pictures: Iterator[VideoFrame] = iter(())
        self._shown: VideoFrame | None = None
        self._next: VideoFrame | None = None
        self._open()

    def at(self, media_t: float) -> NDArray[np.uint8] | None:
        """The picture shown at a time of the file, BGR (h, w, 3); raises CameraError."""
        try:
            if self._shown is None or self._jump_pays(_time(self._shown), media_t):
                self._jump(media_t)
            while self._next is not None and (
                self._shown is None or _time(self._next) <= media_t + _EPSILON_S
            ):
                self._shown, self._next = self._next, next(self._pictures, None)
        except FFmpegError as error:
            raise unreadable(self._path, reason(error)) from error
        if self._shown is None:
            return None
        return picture_bgr(self._shown, self._reformatter, pixel_aspect(self._stream))

    def close(self) -> None:
        """Close the file; safe to call twice."""
        container, self._container = self._container, None
        if container is not None:
            container.close()

    def _open(self) -> None:
        self.close()
        try:
            self._container = av.open(str(self._path), metadata_errors="replace")
            self._stream = video_stream(self._container, self._path)
            self._stream.thread_type = "AUTO"
        except (OSError, FFmpegError) as error:
            self.close()
            why = reason(error) if isinstance(error, FFmpegError) else str(error)
            raise unreadable(self._path, why) from error
        self._begin()

    def _begin(self) -> None:
        assert self._container is not None
        self._pictures, self._shown = decoded(self._container, self._stream), None
        self._next = next(self._pictures, None)

    def _jump_pays(self, shown: float, wanted: float) -> bool:
        """Whether decoding on from the shown picture is impossible, or slower than beginning elsewhere."""
        ahead = wanted - shown
        if -_EPSILON_S <= ahead <= _JUMP_S:
            return False
        base = self._stream.time_base
        if ahead < 0 or base is None:
            return True
        entries = self._stream.index_entries  # some containers have none
        place = entries.search_timestamp(int(wanted / base))
        return place < 0 or float(entries[place].timestamp * base) > shown

    def _jump(self, media_t: float) -> None:
        """Begin at the last key frame before a time, where the file can be sought in, else at its start."""
        base = self._stream.time_base
        if self._container is not None and base is not None:
            try:
                self._container.seek(max(0, int(media_t / base)), stream=self._stream)
                self._begin()
            except FFmpegError as error:
                log.info("%s cannot be sought in: %s", self._path.name, error)
            else:
                if self._next is not None and _time(self._next) <= media_t + _EPSILON_S:
                    return
        self._open()


def film_of(record: SessionRecord, stopped: Callable[[], bool]) -> Film | str:
    """The video of a session, or the sentence why there is none.

    It is the recorded one, else the analysed file if its sha256 is still the same. Takes as long as reading
    the file once; `stopped` gives it up.
    """
    stored = record.folder / VIDEO_FILE
    source = record.table("source")
    if is_plain_file(stored):
        path = stored
    elif source.get("kind") != "file" or not source.get("path"):
        return NO_VIDEO
    elif record.table("clock").get("media") != "pts":
        return UNTIMED
    else:
        path = Path(str(source["path"]))
        if not path.is_file():
            return MOVED
        if not _same(path, str(source.get("sha256")), stopped):
            return CHANGED
    try:
        return Film(path)
    except CameraError as error:
        log.info("the video of %s is not shown: %s", record.folder.name, error)
        return BROKEN


def _same(path: Path, sha256: str, stopped: Callable[[], bool]) -> bool:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while (block := file.read(_BLOCK_BYTES)) and not stopped():
                digest.update(block)
    except OSError as error:
        log.info("%s cannot be read: %s", path, error)
        return False
    return digest.hexdigest() == sha256


def _time(picture: VideoFrame) -> float:
    return 0.0 if picture.time is None else picture.time

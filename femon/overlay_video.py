"""OverlayVideo: an MP4 file of the frames as femon saw them, each at its own time."""

from __future__ import annotations

import logging
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from femon.errors import SessionError
from femon.overlay_picture import draw_readings
from femon.plain_files import OWNER_ONLY_FILE
from femon.types import Readings, SourceInfo

log = logging.getLogger(__name__)

# A multiple of the usual rates, 29.97 and 59.94 included, and below the 65536 that MPEG-4 allows.
TICKS_PER_S: Final = 60_000
_USUAL_RATE: Final = 30
_CODECS: Final = ("libx264", "mpeg4")  # the first that this build of FFmpeg has
_OPTIONS: Final = {
    "libx264": {"preset": "superfast", "crf": "20"},
    "mpeg4": {"flags": "qscale", "global_quality": "354"},  # 3 in FFmpeg's lambda units of 118
}
_BT709: Final = 1  # AVCOL_SPC_BT709, AVCOL_PRI_BT709 and AVCOL_TRC_BT709


class OverlayVideo:
    """Writes an MP4 file beside its final name and puts it there at close(); used by one thread.

    The first frame sets the size; frames of another size are letterboxed. Leaving a `with` block by an
    exception discards the file. Opening, writing and closing raise SessionError and leave nothing behind.
    """

    def __init__(self, path: Path, info: SourceInfo) -> None:
        self._path, self._rate = path, info.fps
        self._new = path.with_name(f"{path.name}.new")
        self._stream: VideoStream | None = None
        self._size = (0, 0)
        self._first_t = 0.0
        self._last_pts = -1
        self._container: OutputContainer | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._new.unlink(missing_ok=True)
            # FFmpeg would let others read it, and only notice an unwritable folder at the first frame.
            self._new.touch(OWNER_ONLY_FILE)
            self._container = av.open(str(self._new), "w", format="mp4")
        except (OSError, FFmpegError) as error:
            raise self._failed(error) from error

    def write(self, readings: Readings) -> None:
        """Append a copy of the frame with its readings drawn in, at the frame's time; raises SessionError."""
        if self._container is None:
            raise ValueError(f"{self._path} is closed")
        frame = readings.frame
        try:
            if self._stream is None:
                self._size = (frame.image_bgr.shape[1], frame.image_bgr.shape[0])
                self._stream = self._open_stream(self._container)
                self._first_t = frame.t
            self._encode(self._container, self._stream, draw_readings(readings, self._size), frame.t)
        except (OSError, FFmpegError) as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Finish the file and give it its name; without a frame no file is made. Safe to call twice."""
        container, self._container = self._container, None
        if container is None:
            return
        try:
            if self._stream is not None:
                container.mux(self._stream.encode(None))
            container.close()
            if self._stream is None:
                self._new.unlink()
            else:
                self._new.replace(self._path)
        except (OSError, FFmpegError) as error:
            raise self._failed(error) from error

    def discard(self) -> None:
        """Give the file up; nothing stays."""
        container, self._container = self._container, None
        try:
            if container is not None:
                container.close()
        except (OSError, FFmpegError) as error:  # it is thrown away in any case
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

    def _open_stream(self, container: OutputContainer) -> VideoStream:
        codec = next(name for name in _CODECS if name in av.codecs_available)
        rate = Fraction(self._rate or _USUAL_RATE).limit_denominator(1001)
        stream = container.add_stream(codec, rate=rate, options=dict(_OPTIONS[codec]))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = (side + side % 2 for side in self._size)
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, TICKS_PER_S)
        context = stream.codec_context
        context.time_base = Fraction(1, TICKS_PER_S)
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        return stream

    def _encode(
        self, container: OutputContainer, stream: VideoStream, image: NDArray[np.uint8], t: float
    ) -> None:
        height, width = image.shape[:2]
        if width % 2 or height % 2:  # yuv420p halves both sides
            image = np.asarray(
                cv2.copyMakeBorder(image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), np.uint8
            )
        picture = VideoFrame.from_ndarray(image, format="bgr24").reformat(
            format="yuv420p", dst_colorspace="itu709"
        )
        self._last_pts = max(self._last_pts + 1, round((t - self._first_t) * TICKS_PER_S))
        picture.pts, picture.time_base = self._last_pts, Fraction(1, TICKS_PER_S)
        container.mux(stream.encode(picture))

    def _failed(self, error: Exception) -> SessionError:
        self.discard()
        reason = getattr(error, "strerror", None) or error
        return SessionError(
            f"femon cannot write the overlay video {self._path} ({reason}). "
            "Choose another folder or free some space, then try again."
        )

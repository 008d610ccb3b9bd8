"""VideoFile: an MP4 file of pictures, each at its own time; the only place that encodes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from femon.overlay_picture import letterboxed
from femon.plain_files import OWNER_ONLY_FILE
from femon.recording.ticks import TICKS_PER_S

FAULTS: Final = (OSError, FFmpegError)  # what every step of a VideoFile may raise
_USUAL_RATE: Final = 30
_CODECS: Final = ("libx264", "mpeg4")  # the first that this build of FFmpeg has
_OPTIONS: Final = {
    "libx264": {"preset": "superfast", "crf": "20"},
    "mpeg4": {"flags": "qscale", "global_quality": "354"},  # 3 in FFmpeg's lambda units of 118
}
_LASTING: Final = {  # cheap to make, and no picture waits for later ones
    "libx264": {"preset": "superfast", "tune": "zerolatency", "crf": "23"},
    "mpeg4": _OPTIONS["mpeg4"],
}
# Whole pieces from key frame to key frame while it is written, and an ordinary file once it is closed.
_LASTING_FLAGS: Final = {"movflags": "hybrid_fragmented", "flush_packets": "1"}
_BT709: Final = 1  # AVCOL_SPC_BT709, AVCOL_PRI_BT709 and AVCOL_TRC_BT709


class VideoFile:
    """A new file in place of whatever bore its name; used by one thread. Every step raises one of FAULTS.

    The first picture sets the size; later ones of another size are letterboxed. A `lasting` file is made
    while a camera runs: it takes one processor at most, and plays up to its last second if nobody closes it.
    """

    def __init__(self, path: Path, rate: float | None, *, lasting: bool = False) -> None:
        self._rate, self._lasting = Fraction(rate or _USUAL_RATE).limit_denominator(1001), lasting
        self._stream: VideoStream | None = None
        self._reformatter = VideoReformatter()
        path.unlink(missing_ok=True)
        # FFmpeg would let others read it, and only notice an unwritable folder at the first picture.
        path.touch(OWNER_ONLY_FILE)
        self._container = av.open(str(path), "w", format="mp4", options=_LASTING_FLAGS if lasting else {})

    @property
    def empty(self) -> bool:
        """Whether no picture was written yet."""
        return self._stream is None

    def write(self, image: NDArray[np.uint8], ticks: int) -> None:
        """Append a picture, BGR (h, w, 3), at a time in 1 / TICKS_PER_S s, which rises."""
        if self._stream is None:
            self._size = image.shape[1], image.shape[0]
            self._stream = self._new_stream()
        image = letterboxed(image, self._size)
        height, width = image.shape[:2]
        if width % 2 or height % 2:  # yuv420p halves both sides
            image = np.asarray(
                cv2.copyMakeBorder(image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), np.uint8
            )
        picture = self._reformatter.reformat(
            VideoFrame.from_ndarray(image, format="bgr24"), format="yuv420p", dst_colorspace=Colorspace.ITU709
        )
        picture.pts, picture.time_base = ticks, Fraction(1, TICKS_PER_S)
        self._container.mux(self._stream.encode(picture))

    def close(self) -> None:
        """Finish the file, as well as it goes after a fault."""
        try:
            if self._stream is not None:
                self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()

    def abandon(self) -> None:
        """Let the file go without finishing it."""
        self._container.close()

    def _new_stream(self) -> VideoStream:
        codec = next(name for name in _CODECS if name in av.codecs_available)
        options = dict((_LASTING if self._lasting else _OPTIONS)[codec])
        stream = self._container.add_stream(codec, rate=self._rate, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = (side + side % 2 for side in self._size)
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, TICKS_PER_S)
        context = stream.codec_context
        context.time_base = Fraction(1, TICKS_PER_S)
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        if self._lasting:
            context.thread_count = 1  # the analysis needs the others
            context.gop_size = round(self._rate)  # a key frame each second, for review and for a crash
        return stream


def reason_of(error: Exception) -> str:
    """Why, in the system's words."""
    return str(getattr(error, "strerror", None) or error)

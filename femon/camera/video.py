"""VideoSource: every frame of a video file with the file's own timestamps."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from femon.camera.faults import EndsEarlyError, ends_early, missing_file, nothing_to_take, unreadable
from femon.camera.seeking import begun_before, decoded
from femon.camera.survey import reason, survey, video_stream
from femon.types import Excerpt, Frame, SourceInfo

log = logging.getLogger(__name__)

_RATE_OF_RAW_STREAMS: Final = 25.0  # FFmpeg's own assumption when a stream states none
_ODDEST_PIXEL: Final = 3.0  # a header that says more is taken for damaged
_TURNS: Final = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}


class VideoSource:
    """A video file, decoded completely, or as far as an excerpt needs it.

    `media_t` is the file's timestamp in s and `t` the same from the first frame on. A file whose timestamps
    are missing or do not increase is timed by frame number / nominal rate, and `info.media_clock` says "fps".
    Which of the two holds is found before the first frame by reading (not decoding) the whole file once.
    Raises CameraError when nothing can be decoded or taken, and EndsEarlyError after the last frame of a cut
    file.
    """

    def __init__(self, path: Path, excerpt: Excerpt | None = None) -> None:
        if not path.exists():
            raise missing_file(path)
        self._container: InputContainer | None = None
        self._path, self._index, self._given = path, 0, 0
        self._taken = excerpt or Excerpt()
        try:
            self._survey = survey(path)
            self._container = av.open(str(path), metadata_errors="replace")
            stream = video_stream(self._container, path)
            stream.thread_type = "AUTO"
            self._rate, self._aspect = _nominal_rate(stream), pixel_aspect(stream)
            pictures = decoded(self._container, stream, skip_corrupt=self._survey.cut)
            first = next(pictures, None)
            if first is None:
                raise unreadable(path, "no picture in it can be decoded")
            self._pictures: Iterator[VideoFrame] = chain([first], pictures)
            self._first_t = (first.time or 0.0) if self._survey.media_clock == "pts" else 0.0
            self._last_t = self._first_t - 1 / self._rate
            count = self._survey.pictures if excerpt is None else self._count(stream, excerpt)
            if excerpt is not None:
                self._jump(first, excerpt)
        except FFmpegError as error:
            self.close()
            raise unreadable(path, reason(error)) from error
        except BaseException:
            self.close()
            raise
        self._reformatter = VideoReformatter()
        turned, width = _quarter_turns(first) % 2 == 1, _shown_width(first, self._aspect)
        self.info = SourceInfo(
            kind="file",
            name=path.name,
            width=first.height if turned else width,
            height=width if turned else first.height,
            live=False,
            fps=self._rate / self._taken.every,
            frame_count=count,
            duration_s=self._survey.claimed_s or self._survey.seen_s,
            path=path,
            media_clock=self._survey.media_clock,
            excerpt=excerpt,
        )

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame]:
        """Every frame that decodes and is taken, in the order of display."""
        while self._container is not None and not stopped():
            picture = self._next()
            if picture is None:
                if self._survey.cut:
                    raise self._cut_error()
                break
            media_t = self._media_t(picture)
            t = media_t - self._first_t
            if self._taken.is_over(t):
                break
            index, self._index = self._index, self._index + 1
            if self._taken.takes(index, t):
                image = picture_bgr(picture, self._reformatter, self._aspect)
                self._given += 1
                yield Frame(self.info.name, index, t, None, media_t, image)
        else:
            return
        if not self._given:  # what the packets promise does not decode
            raise nothing_to_take(self.info.name, self._taken, f"{self.info.duration_s:.1f} s")

    def close(self) -> None:
        """Close the file; iteration ends."""
        container, self._container = self._container, None
        if container is not None:
            container.close()

    def _count(self, stream: VideoStream, excerpt: Excerpt) -> int:
        """How many frames are taken, as far as the packets tell; raises CameraError when none is."""
        times = np.arange(self._survey.pictures) / self._rate
        if self._survey.media_clock == "pts" and stream.time_base is not None:
            times = self._survey.stamps.astype(np.float64) * float(stream.time_base) - self._first_t
        count = sum(excerpt.takes(index, float(t)) for index, t in enumerate(times))
        if not count:
            raise nothing_to_take(self._path.name, excerpt, f"{times[-1] + 1 / self._rate:.1f} s")
        return count

    def _jump(self, first: VideoFrame, excerpt: Excerpt) -> None:
        """Leave out what lies well before the excerpt, where that gives the same frames."""
        begun = begun_before(self._path, self._survey, first, excerpt.start_s)
        if begun is not None:
            self.close()
            self._container, self._pictures, self._index = begun.container, begun.pictures, begun.index

    def _next(self) -> VideoFrame | None:
        try:
            return next(self._pictures, None)
        except FFmpegError as error:  # the disk, not the codec: decoded() deals with broken packets
            raise self._cut_error() from error

    def _cut_error(self) -> EndsEarlyError:
        claimed = self._survey.claimed_s
        end = self._last_t - self._first_t + 1 / self._rate
        of = f"{claimed:.1f} s" if claimed else "an unknown length"
        return ends_early(self.info.name, f"{end:.1f} s", of, self._given)

    def _media_t(self, picture: VideoFrame) -> float:
        if self.info.media_clock == "fps":
            self._last_t = self._index / self._rate
        elif picture.time is not None and picture.time > self._last_t:
            self._last_t = picture.time
        else:  # the packets were in order and the decoder broke it: time must still increase
            log.warning("%s: frame %d has no usable timestamp", self.info.name, self._index)
            self._last_t += 1 / self._rate
        return self._last_t


def _nominal_rate(stream: VideoStream) -> float:
    return float(stream.average_rate or stream.guessed_rate or _RATE_OF_RAW_STREAMS)


def pixel_aspect(stream: VideoStream) -> float:
    """How many times as wide as high a stored pixel is shown: 1 but for tapes, discs and some cameras."""
    aspect = float(stream.sample_aspect_ratio or 1.0)
    return aspect if 1 / _ODDEST_PIXEL <= aspect <= _ODDEST_PIXEL else 1.0


def picture_bgr(picture: VideoFrame, reformatter: VideoReformatter, aspect: float) -> NDArray[np.uint8]:
    """The picture as shown: BGR uint8 (h, w, 3), contiguous, turned as the file's display matrix says.

    `aspect` is the pixel_aspect of the stream.
    """
    width = _shown_width(picture, aspect)
    image = reformatter.reformat(picture, width=width, format="bgr24").to_ndarray()
    image = image[::-1] if _is_mirrored(picture) else image
    turns = _quarter_turns(picture)
    return np.ascontiguousarray(cv2.rotate(image, _TURNS[turns]) if turns else image)


def _shown_width(picture: VideoFrame, aspect: float) -> int:
    return max(round(picture.width * aspect), 1)


def _is_mirrored(picture: VideoFrame) -> bool:
    """Whether the stored picture is turned over top to bottom before the quarter turns, as selfies are."""
    matrix: Any = picture.side_data.get("DISPLAYMATRIX")  # PyAV's types know no such entry
    if matrix is None:
        return False
    across_x, across_y, _, down_x, down_y = np.frombuffer(matrix, np.int32)[:5].tolist()
    return bool(across_x * down_y < across_y * down_x)


def _quarter_turns(picture: VideoFrame) -> int:
    """Counter-clockwise quarter turns from the stored to the shown picture, 0 to 3."""
    return round(picture.rotation / 90) % 4

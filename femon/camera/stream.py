"""StreamSource: a live network stream (rtsp, http, https), with reconnection."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

import av
from av.container import InputContainer
from av.error import ExitError, FFmpegError, HTTPForbiddenError, HTTPUnauthorizedError
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from femon.address import shown
from femon.camera.live import FIRST_PAUSE_S, Clocks, Grab, LossReason, live_frames, now_utc
from femon.camera.seeking import decoded
from femon.camera.video import picture_bgr, pixel_aspect
from femon.errors import CameraError, CameraFault
from femon.settings import CameraSettings
from femon.types import Frame, Lost, SourceInfo

log = logging.getLogger(__name__)

READ_LIMIT_S: Final = 2.0  # longer silence is a loss; a stop request waits for a read no longer either
_LONGEST_PAUSE_S: Final = 2.0  # what comes back is found within 3 s

OpenContainer = Callable[[str, float], InputContainer]


def open_container(url: str, limit_s: float) -> InputContainer:
    """Connect within `limit_s`; every later read has READ_LIMIT_S. Raises FFmpegError."""
    options = {"rtsp_flags": "prefer_tcp"} if url.startswith("rtsp") else {}
    return av.open(url, options=options, timeout=(limit_s, READ_LIMIT_S), metadata_errors="replace")


class StreamSource:
    """A stream, stamped with `clock` and `utc` as each picture leaves the decoder.

    The address may hold a password, so `info.name` is the address without user, password and query.
    Attempts to reconnect get READ_LIMIT_S first and twice as long each time, up to settings.open_limit_s:
    stopping waits for a running attempt. Raises CameraError when the first connection fails, and for a web
    address of a recording: it would come as fast as the network is, and again and again.
    """

    def __init__(
        self,
        url: str,
        settings: CameraSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
        utc: Callable[[], datetime] = now_utc,
        wait: Callable[[float], None] = time.sleep,
        connect: OpenContainer = open_container,
    ) -> None:
        self._url, self._connect, self._settings = url, connect, settings
        self._clocks = Clocks(clock, utc, wait)
        self._container: InputContainer | None = None
        self._pictures: Iterator[VideoFrame] = iter(())
        self._reformatter = VideoReformatter()
        self._closed = False
        self._limit_s = READ_LIMIT_S
        name = shown(url)
        try:
            fps = self._open(settings.open_limit_s)
            self._ahead: Grab | None = self._read()
            self._refuse_recording()
        except (FFmpegError, _NoVideoError, _RecordingError) as error:
            self._release()
            raise _fault(name, error, settings.open_limit_s) from error
        height, width = self._ahead.image_bgr.shape[:2]
        self.info = SourceInfo(kind="url", name=name, width=width, height=height, live=True, fps=fps)

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame | Lost]:
        """Frames as they arrive; Lost items while the stream is away."""
        return live_frames(
            self,
            self.info.name,
            self._clocks,
            lambda: self._closed or stopped(),
            longest_pause_s=_LONGEST_PAUSE_S,
        )

    def close(self) -> None:
        """Disconnect; iteration ends."""
        self._closed = True
        self._release()

    def grab(self) -> Grab | None:
        """The next picture; None when the stream ended, broke or was silent for READ_LIMIT_S."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            return ahead
        try:
            return self._read()
        except (FFmpegError, _NoVideoError) as error:
            log.warning("%s stopped: %s", self.info.name, _reason(error))
            return None

    def reopen(self) -> Grab | None:
        """Connect once more; the first picture, or None."""
        self._release()
        if self._limit_s == READ_LIMIT_S:  # the first attempt, for which live_frames() does not wait
            self._clocks.wait(FIRST_PAUSE_S)  # else a server that sends little would be asked all the time
        try:
            self._open(min(self._limit_s, self._settings.open_limit_s))
            grab = self._read()
        except (FFmpegError, _NoVideoError) as error:
            log.info("%s is still away: %s", self.info.name, _reason(error))
            self._limit_s *= 2
            return None
        self._limit_s = READ_LIMIT_S
        return grab

    def loss(self) -> LossReason:
        """A stream is never seen unplugged."""
        return "stalled"

    def _open(self, limit_s: float) -> float | None:
        self._container = self._connect(self._url, limit_s)
        stream = self._container.streams.best("video")
        if not isinstance(stream, VideoStream) or stream.codec_context is None:  # None: no decoder for it
            raise _NoVideoError("it carries no video")
        self._pictures, self._aspect = decoded(self._container, stream), pixel_aspect(stream)
        return float(stream.average_rate) if stream.average_rate else None

    def _refuse_recording(self) -> None:
        """A live stream does not know how long it is; RTSP servers send recordings too at the right time."""
        if self._url.startswith("http") and self._container is not None and self._container.duration:
            raise _RecordingError

    def _read(self) -> Grab:
        picture = next(self._pictures, None)
        t, utc = self._clocks.now(), self._clocks.utc()
        if picture is None:
            raise _NoVideoError("it ended")
        return Grab(t, utc, picture_bgr(picture, self._reformatter, self._aspect))

    def _release(self) -> None:
        self._pictures = iter(())
        container, self._container = self._container, None
        if container is not None:
            container.close()


class _NoVideoError(Exception):
    """Connected, but no picture comes."""


class _RecordingError(Exception):
    """The address is that of a video with an end."""


def _reason(error: Exception) -> str:
    # FFmpegError's own text repeats the address, which may hold a password.
    text = error.strerror if isinstance(error, FFmpegError) else str(error)
    return (text or type(error).__name__).lower()


def _fault(name: str, error: Exception, limit_s: float) -> CameraError:
    why: CameraFault = "missing"
    text = f"'{name}' cannot be played ({_reason(error)}). Check the address and the network."
    if isinstance(error, ExitError | TimeoutError):  # ExitError is how PyAV reports its time limit
        why = "slow"
        text = f"'{name}' has not answered for {limit_s:g} s (tried: FFmpeg)."
    elif isinstance(error, HTTPUnauthorizedError | HTTPForbiddenError):
        why = "forbidden"
        text = f"'{name}' refuses access. Check the user name and password in the address."
    elif isinstance(error, _NoVideoError):
        why = "unreadable"
    elif isinstance(error, _RecordingError):
        why = "unreadable"
        text = f"'{name}' is a recording, not a live stream. Download it and open the file."
    return CameraError(text, why=why)

"""Reads the packets of a video file once, without decoding: its clock, its length, whether it is cut."""

from __future__ import annotations

import heapq
import logging
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import av
import numpy as np
from av.container import InputContainer
from av.error import DecoderNotFoundError, FFmpegError, InvalidDataError
from av.stream import Disposition
from av.video.stream import VideoStream
from numpy.typing import NDArray

from femon.camera.faults import unreadable

log = logging.getLogger(__name__)

# A decoder holds back at most 16 frames (H.264 A.3.1, HEVC A.4.2), each of which may be two packets (fields).
_REORDER_PACKETS: Final = 32
# Headers round their durations and encoders the last frame's: less than this is not a missing end.
_DURATION_SLACK_S: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What the packets tell without decoding; times in s, timestamps in the stream's own unit."""

    pictures: int
    media_clock: Literal["pts", "fps"]
    cut: bool
    claimed_s: float | None  # by the header
    seen_s: float
    stamps: NDArray[np.int64]  # (pictures,) rising; those without a timestamp are missing
    keys: NDArray[np.int64]  # rising, of the key frames; none when a packet is known to be damaged


class _Order:
    """Whether timestamps, sorted within the reach of a decoder's reordering, strictly increase."""

    def __init__(self) -> None:
        self.increases = True
        self._waiting: list[int] = []
        self._last: int | None = None

    def add(self, pts: int | None) -> None:
        if pts is None:
            self.increases = False
            return
        heapq.heappush(self._waiting, pts)
        if len(self._waiting) > _REORDER_PACKETS:
            self._take()

    def finish(self) -> bool:
        while self._waiting:
            self._take()
        return self.increases

    def _take(self) -> None:
        pts = heapq.heappop(self._waiting)
        if self._last is not None and pts <= self._last:
            self.increases = False
        self._last = pts


def survey(path: Path) -> Survey:
    """Read all packets; the length is judged on the video alone if the header states it, else on all streams.

    Raises FFmpegError when the file cannot be opened, CameraError when it has no video.
    """
    order, pictures, broken, damaged = _Order(), 0, False, False
    stamps, keys = array("q"), array("q")
    start, end = float("inf"), float("-inf")
    with av.open(str(path), metadata_errors="replace") as container:
        stream = video_stream(container, path)
        claimed_s = _claimed_s(container, stream)
        try:
            for packet in container.demux():
                if not packet.size:
                    continue
                broken = packet.is_corrupt  # of the last packet in the end
                damaged = damaged or broken
                ours = packet.stream_index == stream.index
                if ours and not packet.is_discard:
                    pictures += 1
                    order.add(packet.pts)
                    if packet.pts is not None:
                        stamps.append(packet.pts)
                        keys.extend([packet.pts] if packet.is_keyframe else [])
                if packet.pts is not None and (ours or stream.duration is None):
                    start = min(start, float(packet.pts * packet.time_base))
                    end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        except FFmpegError as error:
            log.warning("%s cannot be read to its end: %s", path.name, reason(error))
            broken = True
        increases = order.finish() and not _guesses_timestamps(container, stream)
        gif = container.format.name == "gif"
    seen_s = max(end - start, 0.0)
    short = claimed_s is not None and end > start and claimed_s - seen_s > _DURATION_SLACK_S
    cut = broken or short or (gif and _lacks_gif_trailer(path))
    return Survey(
        pictures, "pts" if increases else "fps", cut, None if gif else claimed_s, seen_s,
        np.sort(np.array(stamps, np.int64)), np.sort(np.array([] if damaged else keys, np.int64)),
    )  # fmt: skip


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The main video stream. Raises CameraError when there is none: the cover of an album is no video."""
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream) or Disposition.attached_pic in stream.disposition:
        raise unreadable(path, "it has no video stream")
    if stream.codec_context is None:  # PyAV's types do not tell
        raise unreadable(path, "its codec is not supported")
    return stream


def _claimed_s(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else container.duration / av.time_base


def _guesses_timestamps(container: InputContainer, stream: VideoStream) -> bool:
    """AVI stores no display times: those FFmpeg makes up for reordered frames decode out of order."""
    return container.format.name == "avi" and bool(stream.codec_context.has_b_frames)


def _lacks_gif_trailer(path: Path) -> bool:
    """A GIF states no length, but its last byte is 0x3B (GIF89a, section 27); some writers pad it."""
    with path.open("rb") as file:
        file.seek(-min(16, path.stat().st_size), 2)
        return not file.read().rstrip(b"\0\r\n").endswith(b"\x3b")


def reason(error: FFmpegError) -> str:
    """A few words for people; FFmpeg's own where there are no better ones."""
    if isinstance(error, InvalidDataError):
        return "it is not a video, or it is damaged"
    if isinstance(error, DecoderNotFoundError):
        return "its codec is not supported"
    return (error.strerror or type(error).__name__).lower()

"""Starts to read a video in its middle, where that is sure to give what reading all of it would."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError, InvalidDataError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from femon.camera.survey import Survey, reason, video_stream

log = logging.getLogger(__name__)

# Codecs with one picture to a packet whose key frames owe nothing to what lies before them. A GIF paints over
# its last picture, and VP8 has packets without a picture.
_RESTARTING: Final = frozenset({"h264", "hevc", "mpeg4", "mjpeg", "vp9", "av1"})
# Key frames between the one that is sought and the start: a stream with gradual refresh is whole only one
# refresh after such a frame, and in an open group the next pictures still refer to the group before.
_MARGIN: Final = 1


@dataclass(frozen=True, slots=True, eq=False)
class Begun:
    """A video that is read from its middle."""

    container: InputContainer
    pictures: Iterator[VideoFrame]
    index: int  # the number of the first of them in the whole file


def begun_before(path: Path, survey: Survey, first: VideoFrame, start_s: float) -> Begun | None:
    """The video a little before a time (s since `first`), or None where reading on from `first` is as well.

    The pictures and their numbers are those of reading the whole file, unless one of the packets that are
    jumped over does not decode.
    """
    sought = _key_before(survey, first, start_s)
    if sought is None:
        return None
    container = av.open(str(path), metadata_errors="replace")
    try:
        begun = _begun(container, path, survey, first, sought)
    except FFmpegError as error:
        log.info("%s cannot be sought in: %s", path.name, reason(error))
        begun = None
    if begun is None:
        container.close()
    return begun


def _key_before(survey: Survey, first: VideoFrame, start_s: float) -> int | None:
    """The timestamp of the key frame to seek, if one pays."""
    if survey.media_clock != "pts" or survey.cut or first.pts is None or first.time_base is None:
        return None
    keys = survey.keys[(survey.keys > first.pts) & (survey.keys <= first.pts + start_s / first.time_base)]
    return int(keys[-1 - _MARGIN]) if len(keys) > _MARGIN else None


def _begun(
    container: InputContainer, path: Path, survey: Survey, first: VideoFrame, sought: int
) -> Begun | None:
    stream = video_stream(container, path)
    if stream.codec_context.name not in _RESTARTING:
        return None
    stream.thread_type = "AUTO"
    container.seek(sought, stream=stream)
    pictures = decoded(container, stream)
    # What precedes the key frame in display may refer to pictures that were jumped over.
    picture = next((one for one in pictures if one.pts is not None and one.pts >= sought), None)
    if picture is None or picture.pts != sought or first.pts is None:
        return None
    index = np.searchsorted(survey.stamps, sought) - np.searchsorted(survey.stamps, first.pts)
    return Begun(container, chain([picture], pictures), int(index))


def decoded(
    container: InputContainer, stream: VideoStream, *, skip_corrupt: bool = False
) -> Iterator[VideoFrame]:
    """The pictures of a stream in display order; a packet that does not decode is logged and left out.

    `skip_corrupt` leaves out packets that the container marks as incomplete, which some decoders would fill
    up with invented pixels. Raises FFmpegError when reading fails.
    """
    for packet in container.demux(stream):
        if skip_corrupt and packet.is_corrupt:
            continue
        try:
            pictures = packet.decode()
        except InvalidDataError:
            log.warning("%s: the packet at %s does not decode", stream.name or "video", packet.pts)
            continue
        for picture in pictures:
            if isinstance(picture, VideoFrame):
                yield picture

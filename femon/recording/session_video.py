"""SessionVideo: the frames of a live session as video.mp4, encoded on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from femon.errors import SessionError
from femon.recording.disk import DISK_CHECK_S, LOW_BYTES, MB, free_on
from femon.recording.ticks import TICKS_PER_S, Ticks
from femon.stage import Closed, Mailbox, Stage
from femon.types import Frame, Notice, SourceInfo

if TYPE_CHECKING:
    from femon.recording.video_file import VideoFile

LONGEST_WAIT: Final = 16  # frames that may wait for the encoder: half a second, 44 MB at 1280x720
CLOSE_LIMIT_S: Final = 2.0  # less than a stopping pipeline gives its last stage


@dataclass(frozen=True, slots=True)
class VideoAccount:
    """What became of the frames that were to be filmed."""

    frames: int  # in the video
    left_out: int  # because the encoder was busy
    ended_early: str = ""  # why it ended before the session, in sentences

    @property
    def text(self) -> str:
        """For people: "300 frames, 12 left out because the encoder was busy"."""
        left_out = f", {self.left_out} left out because the encoder was busy" if self.left_out else ""
        return ". ".join(filter(None, (f"{self.frames} frames{left_out}", self.ended_early)))

    @property
    def entry(self) -> dict[str, Any]:
        """The table `video` of session.json."""
        return {
            "recorded": self.frames > 0,
            "faces_blurred": False,
            "frames": self.frames,
            "left_out": self.left_out,
            "ended_early": self.ended_early or None,
        }


class SessionVideo:
    """A running video; its time begins with the first frame that is filmed.

    Nobody waits for the encoder: it has its own thread and a short queue, and frames that find it full are
    left out and counted. What fails ends the video alone, with a notice "video_error".
    """

    def __init__(
        self,
        path: Path,
        info: SourceInfo,
        on_notice: Callable[[Notice], None],
        *,
        free_bytes: Callable[[Path], int] = free_on,
    ) -> None:
        self._path, self._rate = path, info.fps
        self._on_notice, self._free_bytes = on_notice, free_bytes
        self._ticks = Ticks()
        self._paused = False
        self._frames = self._left_out = 0
        self._newest = 0  # ticks of the last picture that the encoder took
        self._ended_early = ""
        self._waiting: Mailbox[tuple[NDArray[np.uint8], int]] = Mailbox(LONGEST_WAIT, newest_wins=False)
        self._stage = Stage("video", self._encode, on_failure=lambda _name, error: self._fail(error))
        self._stage.start()

    def film(self, frame: Frame) -> Frame:
        """The frame with its time in the video, or as it is if it is not in it; for one thread at a time."""
        if self._paused:
            return frame
        ticks = self._ticks.at(frame.t)
        try:
            if self._waiting.offer((frame.image_bgr, ticks)):
                return replace(frame, media_t=ticks / TICKS_PER_S)
        except Closed:  # it has ended early
            return frame
        self._left_out += 1
        return frame

    def pause(self, paused: bool) -> None:
        """Film nothing, or go on."""
        self._paused = paused

    def close(self) -> VideoAccount:
        """Finish the file with what still waits; a second call gives the same account."""
        self._waiting.close()
        if not self._stage.stop(CLOSE_LIMIT_S):
            self._ended_early = "The video was not finished in time; its end may be missing."
        return VideoAccount(self._frames, self._left_out, self._ended_early)

    def _encode(self) -> None:
        from femon.recording.video_file import VideoFile  # loads the encoder, which few sessions need

        file = VideoFile(self._path, self._rate, lasting=True)
        try:
            self._write_all(file)
        finally:
            file.close()

    def _write_all(self, file: VideoFile) -> None:
        check_at = DISK_CHECK_S
        while True:
            try:
                image, self._newest = self._waiting.get()
            except Closed:
                return
            if self._newest >= check_at * TICKS_PER_S:
                check_at += DISK_CHECK_S
                self._require_room()
            file.write(image, self._newest)
            self._frames += 1

    def _require_room(self) -> None:
        """The last room on the disk is for the rows."""
        if self._free_bytes(self._path.parent) < LOW_BYTES:
            raise SessionError(f"less than {LOW_BYTES // MB} MB are left on the disk")

    def _fail(self, error: BaseException) -> None:
        self._waiting.close()
        at, why = timedelta(seconds=self._newest // TICKS_PER_S), getattr(error, "strerror", None) or error
        self._ended_early = f"The video ended at {at} ({why}). The recording goes on without it."
        self._on_notice(Notice("video_error", self._ended_early))

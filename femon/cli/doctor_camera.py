"""What `femon doctor --camera` tells: one camera is opened and looked at for some seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final

from femon.camera.devices import CameraInfo
from femon.camera.frozen import FrozenWatch
from femon.camera.news import FROZEN
from femon.camera.webcam import WebcamSource
from femon.cli.doctor_check import Check, State
from femon.errors import FemonError
from femon.gui.messages import BLACK_PICTURE
from femon.gui.scene import BLACK_BELOW
from femon.monitors import Limits
from femon.settings import CameraSettings
from femon.stage import Stage
from femon.types import Frame, Source, SourceInfo

NAME: Final = "camera picture"
LOOK_S: float = 3.0  # long enough to notice a picture that stands still
SLACK_S: float = 2.0  # for a driver that takes longer than it was told to
STOP_LIMIT_S: float = 1.0
NO_CAMERA: Final = "No camera found. Connect one, or try: femon --source demo"

OpenCamera = Callable[[str, CameraSettings], Source]
_FPS_OF_BLINKS: Final = Limits().fps_blinks


@dataclass(frozen=True, slots=True)
class _Look:
    """What some seconds of a camera were like."""

    info: SourceInfo
    frames: int
    seconds: float  # from the first frame to the last
    brightness: float  # mean of all frames, 0..255
    frozen: bool
    lost: str  # why no more frames came; empty: they still did

    @property
    def fps(self) -> float:
        return (self.frames - 1) / self.seconds if self.seconds > 0 else 0.0


def camera_check(
    asked: str,
    settings: CameraSettings,
    *,
    cameras: Sequence[CameraInfo],
    open_camera: OpenCamera | None = None,
) -> Check:
    """Whether the camera that was asked for, else the first one, delivers pictures that can be used.

    It is opened on a thread of its own: some drivers never come back.
    """
    if not asked and not cameras:
        return Check(NAME, "fail", NO_CAMERA)
    spec = asked or str(cameras[0].index)
    open_camera = open_camera or WebcamSource
    answers: SimpleQueue[_Look | BaseException] = SimpleQueue()

    def look() -> None:
        with closing(open_camera(spec, settings)) as source:
            answers.put(_look(source, stage.stopped))

    stage = Stage("camera", look, on_failure=lambda _, error: answers.put(error))
    stage.start()
    limit_s = settings.open_limit_s + LOOK_S + SLACK_S
    try:
        answer = answers.get(timeout=limit_s)
    except Empty:
        text = f"'{spec}' has not answered for {limit_s:g} s. Connect it again, or choose another camera."
        return Check(NAME, "fail", text)
    finally:
        stage.stop(STOP_LIMIT_S)
    if isinstance(answer, FemonError):
        return Check(NAME, "fail", str(answer))
    if isinstance(answer, BaseException):
        raise answer
    return _judged(answer)


def _look(source: Source, stopped: Callable[[], bool]) -> _Look:
    """Watch an open camera for LOOK_S, by the time of its frames."""
    watch, levels, times = FrozenWatch(), [], []
    frozen, lost = False, "they ended"
    for item in source.frames(stopped):
        if not isinstance(item, Frame):
            lost = item.why
            break
        times.append(item.t)
        levels.append(float(item.image_bgr.mean()))
        frozen = watch.update(item)
        if item.t - times[0] >= LOOK_S:
            lost = ""
            break
    seconds = times[-1] - times[0] if times else 0.0
    return _Look(source.info, len(times), seconds, sum(levels) / max(1, len(levels)), frozen, lost)


def _judged(look: _Look) -> Check:
    name = look.info.name
    if look.lost:
        frames = f"{look.frames} frame{'s' * (look.frames != 1)}"
        advice = "Check its cable, or choose another camera."
        return Check(NAME, "fail", f"'{name}' stopped after {frames} ({look.lost}). {advice}")
    found = (
        f"{name} ({look.info.backend}): {look.info.width}x{look.info.height}, "
        f"{look.fps:.1f} frames per second, brightness {look.brightness:.0f} of 255"
    )
    if look.frozen:
        return Check(NAME, "fail", f"{found}. {FROZEN}")
    hints = [BLACK_PICTURE.text] if look.brightness < BLACK_BELOW else []
    if look.fps < _FPS_OF_BLINKS:
        hints.append(f"Blinks are not counted below {_FPS_OF_BLINKS:g}; more light makes a camera faster.")
    state: State = "warn" if hints else "ok"
    return Check(NAME, state, ". ".join([found, " ".join(hints)]) if hints else found)

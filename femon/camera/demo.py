"""The built-in demo: a scripted 20 s scene that needs no camera and knows what happens when."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from femon.camera.faults import nothing_to_take
from femon.camera.portrait import FACE_X, LEFT, TOP, ZOOM, Portrait
from femon.types import Excerpt, Frame, SourceInfo

WIDTH, HEIGHT, FPS = 640, 480, 30


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time in seconds, the end not included."""

    start: float
    end: float

    def holds(self, t: float) -> bool:
        """Whether t lies inside."""
        return self.start <= t < self.end

    def amount(self, t: float, ramp_s: float) -> float:
        """0 outside, 1 inside, along half a cosine during the first and the last ramp_s seconds."""
        return _ease(min(t - self.start, self.end - t) / ramp_s)


@dataclass(frozen=True, slots=True)
class Script:
    """What the demo shows, in seconds since its start: the ground truth for tests.

    Ramps lie inside the intervals.
    """

    duration_s: float = 20.0
    blinks: tuple[float, ...] = (1.0, 2.4, 5.7, 9.1, 12.0, 17.8, 19.0)  # middle of each
    blink_s: float = 0.28  # from the first movement to the last, fully shut for a third of it
    smile: Interval = Interval(3.0, 5.2)
    mouth_open: Interval = Interval(6.3, 8.7)
    roll: Interval = Interval(9.5, 11.6)
    roll_degrees: float = 15.0  # to the subject's right shoulder
    ramp_s: float = 0.4  # of smile, mouth and roll, and of each way into or out of the picture
    leaving: Interval = Interval(12.3, 13.0)
    absence: Interval = Interval(13.0, 15.0)  # nobody in the picture
    returning: Interval = Interval(15.0, 15.7)
    second_face: Interval = Interval(16.2, 19.4)  # with its coming and going of `second_ramp_s` each
    second_ramp_s: float = 0.6

    def faces_at(self, t: float) -> int | None:
        """How many faces are in full view; None while somebody comes or goes."""
        if self.absence.holds(t):
            return 0
        if self.leaving.holds(t) or self.returning.holds(t):
            return None
        if not self.second_face.holds(t):
            return 1
        return 2 if self.second_face.amount(t, self.second_ramp_s) >= 1 else None

    def closure(self, t: float) -> float:
        """How far the eyes are shut, 0..1."""
        nearest = min(abs(t - blink) for blink in self.blinks)
        return _ease((self.blink_s / 2 - nearest) / (self.blink_s / 3))


SCRIPT: Final = Script()

# Where people stand: frame x of the middle of the face. Frame px, chosen so that nobody hides a face.
CENTRE_X, ASIDE_X, GONE_X = 320.0, 195.0, -300.0
SECOND_X, SECOND_GONE_X = 515.0, 860.0
FACE_Y, SECOND_Y = 218.0, 252.0
SCALE, SECOND_SCALE = 1.7, 1.25  # frame px per photo px
PHOTO_FACE_Y, PHOTO_CHEST_Y = 122.0, 255.0  # people lean about the chest
UPRIGHT: Final = 3.0  # degrees; in the photo the head leans as much to the other side
SECOND_BRIGHTNESS: Final = 0.88
# Corners of the backdrop (two rows of three, BGR), close to the photo's own so that the hair has no rim.
BACKDROP: Final = (
    ((196, 198, 204), (214, 216, 220), (200, 202, 208)),
    ((160, 158, 160), (182, 182, 186), (164, 163, 166)),
)


class DemoSource:
    """Plays SCRIPT as fast as it is read; a frame's pixels depend on nothing but its index.

    With loop the scene starts over without end while index and t go on counting; an excerpt is of one round.
    Raises CameraError when that holds no frame.
    """

    def __init__(self, loop: bool = False, excerpt: Excerpt | None = None) -> None:
        self._count = round(SCRIPT.duration_s * FPS)
        part = excerpt or Excerpt()
        taken = [index for index in range(self._count) if part.takes(index, index / FPS)]
        self.info = SourceInfo(
            kind="demo", name="Built-in demo", width=WIDTH, height=HEIGHT, live=False, fps=FPS / part.every,
            frame_count=len(taken), duration_s=SCRIPT.duration_s, media_clock="fps", excerpt=excerpt,
        )  # fmt: skip
        if not taken:
            raise nothing_to_take(self.info.name, part, f"{SCRIPT.duration_s:g} s")
        self._taken = None if loop and excerpt is None else taken
        self._scene = _Scene()

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame]:
        """Yield the frames until the scene ends or stopped() is true."""
        for index in itertools.count() if self._taken is None else self._taken:
            if stopped():
                return
            yield self.frame(index)

    def frame(self, index: int) -> Frame:
        """The frame at any index from 0; past the end of the scene it is a frame of the next round."""
        t = index / FPS
        picture = self._scene.draw((index % self._count) / FPS)
        return Frame(source=self.info.name, index=index, t=t, utc=None, media_t=t, image_bgr=picture)

    def close(self) -> None:
        """Nothing to release."""


class _Scene:
    """Draws the script: a backdrop, the second person behind, the first in front."""

    def __init__(self) -> None:
        backdrop = cv2.resize(np.array(BACKDROP, np.uint8), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        self._backdrop = np.asarray(backdrop, np.uint8)
        self._portrait = Portrait()
        second = self._portrait.look(0.0, 1.0, 0.0).copy()
        second[..., :3] = cv2.convertScaleAbs(second[..., :3], alpha=SECOND_BRIGHTNESS)
        self._second = second
        # Drawn over again and again: fresh memory would cost more than the drawing.
        self._layer = np.zeros((HEIGHT, WIDTH, 4), np.uint8)

    def draw(self, t: float) -> NDArray[np.uint8]:
        """One frame, (480, 640, 3) BGR, at script time t in seconds."""
        picture = self._backdrop.copy()
        arrived = SCRIPT.second_face.amount(t, SCRIPT.second_ramp_s)
        if arrived > 0:
            x = SECOND_GONE_X + arrived * (SECOND_X - SECOND_GONE_X)
            self._put(picture, self._second, _placing(x, SECOND_Y, -SECOND_SCALE, 0.0))
        if not SCRIPT.absence.holds(t):
            look = self._portrait.look(
                SCRIPT.closure(t),
                SCRIPT.smile.amount(t, SCRIPT.ramp_s),
                SCRIPT.mouth_open.amount(t, SCRIPT.ramp_s),
            )
            roll = UPRIGHT + SCRIPT.roll_degrees * SCRIPT.roll.amount(t, SCRIPT.ramp_s)
            sway_x, sway_y = 3 * math.sin(math.tau * t / 5), 1.5 * math.sin(math.tau * t / 4)
            self._put(picture, look, _placing(_first_x(t) + sway_x, FACE_Y + sway_y, SCALE, roll))
        return picture

    def _put(
        self, picture: NDArray[np.uint8], person: NDArray[np.uint8], placing: NDArray[np.float64]
    ) -> None:
        """Lay a person over the picture; the person's colours are already weighted with its opacity."""
        layer = cv2.warpAffine(person, placing, (WIDTH, HEIGHT), dst=self._layer, flags=cv2.INTER_LINEAR)
        cover = cv2.cvtColor(cv2.bitwise_not(cv2.extractChannel(layer, 3)), cv2.COLOR_GRAY2BGR)
        cv2.multiply(picture, cover, dst=picture, scale=1 / 255)
        cv2.add(picture, cv2.cvtColor(layer, cv2.COLOR_BGRA2BGR, dst=cover), dst=picture)


def _first_x(t: float) -> float:
    """Where the first person stands: leaves to the left, comes back to the left half, ends in the centre."""
    if t < SCRIPT.absence.start:
        gone = _ease((t - SCRIPT.leaving.start) / (SCRIPT.leaving.end - SCRIPT.leaving.start))
        return CENTRE_X + gone * (GONE_X - CENTRE_X)
    back = _ease((t - SCRIPT.returning.start) / (SCRIPT.returning.end - SCRIPT.returning.start))
    to_centre = _ease((t - SCRIPT.second_face.end) / (SCRIPT.duration_s - SCRIPT.second_face.end))
    return GONE_X + back * (ASIDE_X - GONE_X) + to_centre * (CENTRE_X - ASIDE_X)


def _placing(x: float, y: float, scale: float, roll: float) -> NDArray[np.float64]:
    """Matrix (2, 3) from portrait to frame px: face at (x, y) when upright; a negative scale mirrors.

    Roll in degrees about the chest, positive to image left, which is the subject's right.
    """
    turn = math.radians(roll)
    cos, sin = math.cos(turn), math.sin(turn)
    across, down = scale / ZOOM, abs(scale) / ZOOM
    linear = np.array([[cos * across, sin * down], [-sin * across, cos * down]])
    chest = np.array([(FACE_X - LEFT) * ZOOM, (PHOTO_CHEST_Y - TOP) * ZOOM])
    target = np.array([x, y + abs(scale) * (PHOTO_CHEST_Y - PHOTO_FACE_Y)])
    return np.column_stack([linear, target - linear @ chest])


def _ease(share: float) -> float:
    """Half a cosine from 0 to 1."""
    return (1 - math.cos(math.pi * min(max(share, 0.0), 1.0))) / 2

"""What live sources share: stamped grabs become frames, a silence becomes Lost until reopening succeeds."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, Protocol, TypeGuard

import numpy as np
from numpy.typing import NDArray

from femon.types import Frame, Lost

LOST_EVERY_S = 1.0
FIRST_PAUSE_S = 0.25
TICK_S = 0.05  # how long a stop request may go unnoticed while nothing arrives

_AXES: Final = 3
_CHANNELS: Final = 3

LossReason = Literal["unplugged", "stalled"]


def now_utc() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The times a live source needs: `now` in s (monotonic), `utc` aware, `wait(seconds)` sleeps."""

    now: Callable[[], float]
    utc: Callable[[], datetime]
    wait: Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class Grab:
    """One picture (h, w, 3) with the times taken when it arrived, before its conversion where possible."""

    t: float
    utc: datetime
    image_bgr: NDArray[np.uint8]


def is_picture(image: object) -> TypeGuard[NDArray[np.uint8]]:
    """Whether a driver's answer can be used: uint8 (h, w, 3) with at least one pixel."""
    return (
        isinstance(image, np.ndarray)
        and image.dtype == np.uint8
        and image.ndim == _AXES
        and image.shape[-1] == _CHANNELS
        and image.size > 0
    )


class Device(Protocol):
    """A live device as live_frames() sees it."""

    def grab(self) -> Grab | None:
        """The next picture; None when none came in time."""

    def reopen(self) -> Grab | None:
        """Try once to open the device again; its first picture, or None."""

    def loss(self) -> LossReason:
        """Why no picture comes, as far as it can be known."""


def live_frames(
    device: Device, name: str, clocks: Clocks, stopped: Callable[[], bool], *, longest_pause_s: float
) -> Iterator[Frame | Lost]:
    """Frames numbered from 0, and Lost items while the device is silent, until stopped().

    Between attempts to reopen, the pause doubles up to `longest_pause_s`.
    """
    index = 0
    while not stopped():
        grab = device.grab() or (yield from _until_back(device, name, clocks, stopped, longest_pause_s))
        if grab is None:
            return
        yield Frame(name, index, grab.t, grab.utc, None, grab.image_bgr)
        index += 1


def _until_back(
    device: Device, name: str, clocks: Clocks, stopped: Callable[[], bool], longest_pause_s: float
) -> Generator[Lost, None, Grab | None]:
    due = attempt_at = clocks.now()
    pause_s, why = FIRST_PAUSE_S, device.loss()
    while not stopped():
        while due <= clocks.now():
            why = device.loss()
            yield _lost(name, clocks, due, why)
            due += LOST_EVERY_S
        if clocks.now() < attempt_at:
            clocks.wait(TICK_S)
            continue
        grab = device.reopen()
        if grab is not None:
            # Reopening may block for seconds: each second without a picture is still told, with its own time
            # and the reason of before: a device that is there again cannot tell it any more.
            while due <= grab.t:
                yield _lost(name, clocks, due, why)
                due += LOST_EVERY_S
            return grab
        attempt_at = clocks.now() + pause_s
        pause_s = min(2 * pause_s, longest_pause_s)
    return None


def _lost(name: str, clocks: Clocks, t: float, why: LossReason) -> Lost:
    return Lost(name, t, clocks.utc() - timedelta(seconds=clocks.now() - t), why)

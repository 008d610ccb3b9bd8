"""Whether the person and the place still are as the calibration found them: light, camera, glasses."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from statistics import median
from typing import Final

from femon.monitors.closed_watch import ClosedWatch
from femon.monitors.limits import Limits
from femon.monitors.profile import Profile
from femon.monitors.state import MonitorState

_LOOKS: Final = 60  # at the light, one each second (design choice)
_ENOUGH_LOOKS: Final = 20


@dataclass(frozen=True, slots=True)
class Present:
    """How it is now; luminance is the median grey value of the face, 0..255, None until it is known."""

    luminance: float | None
    camera_moved: bool
    glasses_changed: bool


class ProfileWatch:
    """Follows a session that uses a profile."""

    def __init__(self, profile: Profile, limits: Limits | None = None) -> None:
        self._closed = ClosedWatch(profile, limits)
        self._light: deque[float] = deque(maxlen=_LOOKS)
        self._second: int | None = None

    def update(self, state: MonitorState, luminance: float | None) -> Present | None:
        """Take a frame with the mean grey value of its face; answers once per second."""
        glasses_changed = self._closed.update(state.t, state.blinks.ended)
        second = math.floor(state.t)
        if second == self._second:
            return None
        self._second = second
        if luminance is not None:
            self._light.append(luminance)
        light = median(self._light) if len(self._light) >= _ENOUGH_LOOKS else None
        return Present(light, state.head.camera_moved, glasses_changed)

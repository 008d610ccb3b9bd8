"""Whether the eyes of a session still close as the profile says: glasses put on or taken off change that."""

from __future__ import annotations

from collections import deque
from typing import Final

from femon.monitors.blinks import Blink
from femon.monitors.clock import Clock, fast_enough
from femon.monitors.limits import Limits
from femon.monitors.profile import Profile
from femon.monitors.windows import percentile

WINDOW_S: Final = 300.0
DIFFERENCE: Final = 0.15  # of the open reference (design choice)


class ClosedWatch:
    """Holds the lowest EAR of the last blinks against the closed reference of a profile.

    A profile with glasses and no closed reference of its own gives nothing to compare with.
    """

    def __init__(self, profile: Profile, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._profile = profile
        self._clock = Clock(self._limits)
        self._lowest: deque[tuple[float, float, float]] = deque()  # t, right, left

    def update(self, t: float, blink: Blink | None) -> bool:
        """Take the blink that ended at t seconds, if any; whether to ask if the glasses changed."""
        limits, tick = self._limits, self._clock.update(t)
        fast = tick.fps is not None and fast_enough(tick.fps, limits.fps_closed_reference, limits)
        if blink is not None and blink.lowest and fast and not blink.glance and not blink.long(limits):
            self._lowest.append((tick.t, *blink.lowest))
        while self._lowest and self._lowest[0][0] <= tick.t - WINDOW_S:
            self._lowest.popleft()
        return len(self._lowest) >= limits.closed_blinks and max(self._differences()) > DIFFERENCE

    def _differences(self) -> list[float]:
        """Of each eye, as a share of its open reference."""
        profile, limits, differences = self._profile, self._limits, [0.0]
        for place, eye in ((1, profile.right), (2, profile.left)):
            closed_ear = eye.closed_ear
            if closed_ear is None and profile.glasses:
                continue
            if closed_ear is None:
                closed_ear = limits.closed_share * eye.open_ear
            lowest = percentile([row[place] for row in self._lowest], limits.closed_percentile)
            differences.append(abs(lowest - closed_ear) / eye.open_ear)
        return differences

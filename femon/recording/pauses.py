"""When a recording was paused: nothing that was seen then is stored."""

from __future__ import annotations

import math


class Pauses:
    """Each begins after one frame and ends with another; t is in s, in the clock of the frames."""

    def __init__(self, *, paused: bool = False) -> None:
        self._stretches: list[tuple[float, float]] = [(-math.inf, math.inf)] if paused else []

    @property
    def paused(self) -> bool:
        """Whether the session is paused now."""
        return bool(self._stretches) and self._stretches[-1][1] == math.inf

    def begin(self, t: float) -> None:
        """Pause after the frame at t s."""
        self._stretches.append((t, math.inf))

    def end(self, t: float) -> None:
        """Go on after the frame at t s."""
        self._stretches[-1] = (self._stretches[-1][0], t)

    def cover(self, t: float) -> bool:
        """Whether the session was paused at t s."""
        return any(after < t <= last for after, last in self._stretches)

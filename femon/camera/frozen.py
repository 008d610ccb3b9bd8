"""FrozenWatch: whether a live source only repeats one picture."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.types import Frame

# The noise of a sensor makes any two pictures differ; a stream of a still scene may repeat one for a moment.
FROZEN_AFTER_S: Final = 2.5
_SAMPLE: Final = 16  # every 16th pixel of every 16th row tells most pictures apart


class FrozenWatch:
    """Follows one live source by the time of its frames."""

    def __init__(self) -> None:
        self._picture: NDArray[np.uint8] | None = None
        self.since_t = 0.0  # of the first frame with the newest picture

    def update(self, frame: Frame) -> bool:
        """Take the next frame; whether its picture has come again and again for FROZEN_AFTER_S."""
        if self._picture is None or not _same(self._picture, frame.image_bgr):
            self._picture, self.since_t = frame.image_bgr, frame.t
        return frame.t - self.since_t >= FROZEN_AFTER_S

    def forget(self) -> None:
        """The source was away: its next picture is a new one."""
        self._picture = None


def _same(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    if one.shape != other.shape or not np.array_equal(one[::_SAMPLE, ::_SAMPLE], other[::_SAMPLE, ::_SAMPLE]):
        return False
    return np.array_equal(one, other)

"""What one face costs a loaded bundle on this machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.bundle.judge import Judge

_TIMED_CALLS: Final = 5


def ms_per_face(
    bundle: Judge, crop: NDArray[np.uint8], *, clock: Callable[[], float] = time.perf_counter
) -> float:
    """The median time in ms of a few calls with one crop (48, 48); `clock` gives s."""
    one = crop[None]
    bundle.judge(one)  # the first call with one face prepares the runtime and is no measure
    durations = []
    for _ in range(_TIMED_CALLS):
        start = clock()
        bundle.judge(one)
        durations.append(clock() - start)
    return 1000 * statistics.median(durations)

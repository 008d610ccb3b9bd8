"""As many faces are followed as there are: whoever may follow more looks for them in every frame.

That takes MediaPipe 15 to 20 % of its time (decision 0033). Here it may follow no more than are there, and
its face detector looks from time to time whether there are others.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from femon.landmarks import Landmarks, dark_image, detected

LOOK_EVERY_S: Final = 0.5
FEWER_AFTER_S: Final = 3.0  # so long a face may be hidden without being given up


class Following:
    """One landmarker for each number of faces, each made when it is first needed.

    `make` makes the landmarker of a stream for so many faces, `count` counts the faces of a picture; with
    at_least = at_most it is never asked. Made, used and closed on one thread.
    """

    def __init__(
        self, make: Callable[[int], Any], count: Callable[[Any], int], *, at_least: int, at_most: int
    ) -> None:
        self._make, self._count = make, count
        self._least, self._most = at_least, at_most
        self.faces = at_least  # that are followed now
        self._landmarkers = {at_least: make(at_least)}
        self._looked_t = self._needed_t = -math.inf
        self._seen = 0  # at most at once since the last look

    def detect(self, t: float, image: Any, at_ms: int | None) -> list[Landmarks]:
        """The faces of the picture at t seconds; at_ms rises by two or more each time; None: no stream."""
        if self._least < self._most and not self._looked_t <= t < self._looked_t + LOOK_EVERY_S:
            self._looked_t = t
            self._follow(self._wanted(t, self._count(image)), at_ms)
        found = detected(self._landmarkers[self.faces], image, at_ms)
        self._seen = max(self._seen, len(found))
        return found

    def close(self) -> None:
        """Release all landmarkers; safe to call twice."""
        while self._landmarkers:
            self._landmarkers.popitem()[1].close()

    def _wanted(self, t: float, people: int) -> int:
        """More at once, fewer only after a while; whom either sees is there, a turned head as well."""
        wanted = min(max(people, self._seen, self._least), self._most)
        self._seen = 0
        if wanted >= self.faces or not self._needed_t <= t:
            self._needed_t = t
        return wanted if wanted > self.faces or t - self._needed_t >= FEWER_AFTER_S else self.faces

    def _follow(self, faces: int, at_ms: int | None) -> None:
        if faces == self.faces:
            return
        self.faces = faces
        if faces not in self._landmarkers:
            self._landmarkers[faces] = self._make(faces)
        elif at_ms is not None:  # what it followed last is somewhere else by now: in the dark it is forgotten
            detected(self._landmarkers[faces], dark_image(), at_ms - 1)

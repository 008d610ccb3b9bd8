"""A background for tests whose work begins when the test says so."""

from __future__ import annotations

from collections.abc import Callable


class Later:
    """Keeps the work until it is told to go on."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, _name: str, work: Callable[[], None]) -> None:
        self.waiting.append(work)

    def go(self) -> None:
        self.waiting.pop(0)()

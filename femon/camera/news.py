"""CameraNews: what people and the log are told of a running source: clocks, losses, a frozen picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from femon.camera.frozen import FrozenWatch
from femon.camera.steady import ClockJump, steady
from femon.types import Frame, Lost, Notice

FROZEN: Final = (
    "The camera sends the same picture again and again, so nothing new can be seen. "
    "Connect it again, or choose another camera."
)
MOVING: Final = "The camera sends new pictures again."


@dataclass(frozen=True, slots=True)
class CameraEvent:
    """One row of type `camera` for events.csv; t: s in the clock of the frames."""

    name: Literal["clock", "frozen"]
    phase: Literal["point", "start", "end"]
    t: float
    details: dict[str, object] | None = None


class CameraNews:
    """Follows the items of one source on the thread that reads it."""

    def __init__(
        self, on_notice: Callable[[Notice], None], on_event: Callable[[CameraEvent], None], *, live: bool
    ) -> None:
        self._on_notice, self._on_event = on_notice, on_event
        self._watch = FrozenWatch() if live else None
        self._lost = self._frozen = False

    def followed(self, items: Iterable[Frame | Lost]) -> Iterator[Frame | Lost]:
        """The same items with a t that never falls; news is told before the item that brings it."""
        for item in steady(items, self._tell_jump):
            if isinstance(item, Lost) != self._lost:
                self._lost = not self._lost
                self._on_notice(_news_of(item))
            self._tell_frozen(item)
            yield item

    def _tell_frozen(self, item: Frame | Lost) -> None:
        if self._watch is None:
            return
        frozen = isinstance(item, Frame) and self._watch.update(item)
        if isinstance(item, Lost):
            self._watch.forget()
        if frozen == self._frozen:
            return
        self._frozen = frozen
        if frozen:
            self._on_notice(Notice("frozen", FROZEN))
            self._on_event(CameraEvent("frozen", "start", self._watch.since_t))
            return
        if not self._lost:  # else its loss has just been told
            self._on_notice(Notice("moving", MOVING))
        self._on_event(CameraEvent("frozen", "end", item.t))

    def _tell_jump(self, jump: ClockJump) -> None:
        self._on_notice(Notice("clock", jump.text))
        details: dict[str, object] = {"clock": jump.clock, "step_s": round(jump.step_s, 3)}
        self._on_event(CameraEvent("clock", "point", jump.t, details))


def _news_of(item: Frame | Lost) -> Notice:
    if isinstance(item, Lost):
        text = "Camera disconnected. femon reconnects by itself."
        return Notice("lost", text, {"lost": item})
    return Notice("back", "The camera is back.")

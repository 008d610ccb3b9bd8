"""Time that never falls: what a clock that jumps would do to the frames of a source, undone and told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from femon.types import Frame, Lost

WALL_STEP_S: Final = 1.0  # what drift and a busy system never reach from one frame to the next


@dataclass(frozen=True, slots=True)
class ClockJump:
    """A clock was set while a source ran; seconds, + forward."""

    clock: Literal["frames", "wall"]  # that of the frames, only ever back, or that of the computer
    step_s: float
    t: float  # of the frame that shows it, as it goes on

    @property
    def text(self) -> str:
        """One sentence for people."""
        if self.clock == "frames":
            return f"The camera's clock ran back by {-self.step_s:.1f} s; time goes on from where it was."
        way = "forward" if self.step_s > 0 else "back"
        return (
            f"The computer's clock was set {way} by {abs(self.step_s):.1f} s; "
            "a running session keeps counting from its start."
        )


def steady(items: Iterable[Frame | Lost], on_jump: Callable[[ClockJump], None]) -> Iterator[Frame | Lost]:
    """The same items with a t that never falls; whoever wants to know is told of every jump."""
    offset_s, last_t = 0.0, None
    lead_s: float | None = None  # of the wall clock before that of the frames
    for item in items:
        t = item.t + offset_s
        if last_t is not None and t < last_t:
            on_jump(ClockJump("frames", t - last_t, last_t))
            offset_s += last_t - t
            t = last_t
            lead_s = None  # which of the two jumped cannot be told again
        last_t = t
        if item.utc is not None:
            now_s = item.utc.timestamp() - t
            if lead_s is not None and abs(now_s - lead_s) > WALL_STEP_S:
                on_jump(ClockJump("wall", now_s - lead_s, t))
            lead_s = now_s
        yield replace(item, t=t) if offset_s else item

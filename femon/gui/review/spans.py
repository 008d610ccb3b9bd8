"""The events of a session as marks and spans on its timeline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from femon.gui.review.axis import time_text
from femon.gui.timeline_events import ALARM_WORDS
from femon.recording.amending import UNDO
from femon.review.session_log import Event

Lane = Literal["marks", "alarms", "gaps", "excluded"]
LANES: Final[tuple[Lane, ...]] = ("marks", "alarms", "gaps", "excluded")
LANE_TITLES: Final = {"marks": "Markers", "alarms": "Alarms", "gaps": "Gaps", "excluded": "Excluded"}
ANSWER_WORDS: Final = {"ack": "acknowledged", "false_alarm": "false alarm"}
_MOST_ROWS: Final = 3  # of one lane
_GAPS: Final = {"pause": "paused", "camera": "camera lost"}


@dataclass(frozen=True, slots=True)
class Span:
    """One mark (start = end) or stretch of a lane; times in s since session start."""

    lane: Lane
    start: float
    end: float
    text: str
    event_id: int
    answer: str = ""  # alarms: how people answered, in words

    @property
    def false(self) -> bool:
        """Whether people called the alarm false."""
        return ANSWER_WORDS["false_alarm"] in self.answer

    @property
    def tip(self) -> str:
        """Everything in one line."""
        length = f" for {self.end - self.start:.1f} s" if self.end > self.start else ""
        answer = f" ({self.answer})" if self.answer else ""
        text = self.text or "no reason given"
        return f"{LANE_TITLES[self.lane]}: {text}{answer}, at {time_text(self.start, 0.0)}{length}"


def spans_of(events: Sequence[Event], duration_s: float) -> tuple[Span, ...]:
    """What the lanes show, by start; a stretch that never ended lasts to the end of the session."""
    ends = {event.ref_id: event.t for event in events if event.phase == "end" and event.ref_id is not None}
    undone = {event.ref_id for event in events if event.name == UNDO and event.ref_id is not None}
    answers = _answers(events)
    found = []
    for event in events:
        if event.id in undone or event.phase == "end" or (event.name == UNDO and event.ref_id is not None):
            continue
        lane, text = _lane(event)
        if lane is None:
            continue
        end = ends.get(event.id, duration_s) if event.phase == "start" else event.t
        found.append(Span(lane, event.t, max(end, event.t), text, event.id, answers.get(event.id, "")))
    return tuple(sorted(found, key=lambda span: (span.start, span.event_id)))


def lane_rows(spans: Iterable[Span], lane: Lane) -> list[list[Span]]:
    """The spans of a lane in rows, so that those of a row do not overlap; no row where there are none.

    What finds no free row goes into the last one.
    """
    rows: list[list[Span]] = []
    for span in spans:
        if span.lane != lane:
            continue
        free = (row for row in rows if row[-1].end <= span.start or lane == "marks")
        row = next(free, None)
        if row is None and len(rows) < _MOST_ROWS:
            rows.append([span])
        else:
            (row or rows[-1]).append(span)
    return rows


def excluded_mask(t: NDArray[np.float64], spans: Iterable[Span], duration_s: float) -> NDArray[np.bool_]:
    """(n,) which of these times lie in an excluded stretch; its end belongs to what follows, if any."""
    mask = np.zeros(len(t), np.bool_)
    for span in spans:
        if span.lane == "excluded":
            mask |= (t >= span.start) & ((t < span.end) | (span.end >= duration_s))
    return mask


def _lane(event: Event) -> tuple[Lane | None, str]:
    match event.kind:
        case "marker":
            return "marks", event.name
        case "note":
            return "marks", str(event.details.get("text") or event.name)
        case "alarm" if event.phase == "start":
            return "alarms", ALARM_WORDS.get(event.name, event.name)
        case "pause" | "camera" if event.phase == "start":
            return "gaps", "camera frozen" if event.name == "frozen" else _GAPS[event.kind]
        case "exclude" if event.phase == "start":
            return "excluded", str(event.details.get("reason") or "")
        case _:
            return None, ""


def _answers(events: Iterable[Event]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for event in events:
        word = ANSWER_WORDS.get(event.name) if event.kind == "alarm" else None
        if word and event.ref_id is not None and word not in found.setdefault(event.ref_id, []):
            found[event.ref_id].append(word)
    return {number: ", ".join(words) for number, words in found.items()}

"""What happened when: a lane for each kind of event, below how well the face could be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.recording.columns import STATUSES
from femon.review.alarm_log import ALARM_KINDS, Alarm
from femon.review.axes import LEFT, RIGHT, TIMES, WIDTH, time_axis, x_at
from femon.review.blocks import Drawing, Key
from femon.review.closures import LIMITS
from femon.review.markup import text
from femon.review.part import Part
from femon.review.quantities import clock_text, visible
from femon.review.ribbon import blocks, ribbon_parts
from femon.review.runs import runs
from femon.review.session_log import Event
from femon.review.signs import block_key
from femon.review.stretches import Stretch, markers

_ROW_PX: Final = 20
_TOP: Final = 6
_LETTER_PX: Final = 6.5
_LONGEST_NAME: Final = 24  # characters beside a dot
_PICTURE_LOOKS: Final = {
    "ok": "pale", "low_quality": "amber", "no_face": "faint", "dropped": "red", "paused": "withheld",
    "camera_lost": "red",
}  # fmt: skip
_PICTURE_WORDS: Final = {
    "ok": "usable face", "low_quality": "picture too poor", "no_face": "no face", "dropped": "dropped",
    "paused": "paused", "camera_lost": "no camera",
}  # fmt: skip
_ALARM_LOOKS: Final = {"red": "red", "amber": "amber", "blue": "blue", "none": "faint"}
# Alarms of one line follow one another; those of several may hold at once.
_ALARM_TITLES: Final = {
    "event": "Eyes closed", "distraction": "Off target", "shared": "Off, in sum", "drowsiness": "Tiredness",
    "visibility": "Eyes hidden", "": "Alarms",
}  # fmt: skip
_ANSWER_WORDS: Final = {"ack": "acknowledged", "false_alarm": "false alarm", "snooze": "snoozed"}


@dataclass(frozen=True, slots=True)
class _Item:
    """A moment, or a stretch with a look."""

    start: float
    end: float | None
    look: str
    name: str


def lanes(
    part: Part, events: Sequence[Event], alarms: Sequence[Alarm], duration_s: float, name: str
) -> Drawing:
    """The lanes that hold something; in `events` each interval is one event, `part` is the whole session."""
    filled = [(title, items) for title, items in _lanes(part, events, alarms) if items]
    bottom = _TOP + _ROW_PX * (1 + len(filled))
    parts = [*time_axis(duration_s, _TOP, bottom), *_picture(part, duration_s)]
    for number, (title, items) in enumerate(filled, 1):
        top = _TOP + _ROW_PX * number
        parts.append(f'<path class="axis" d="M{LEFT} {top}H{RIGHT}"/>')
        parts.append(_title(title, top))
        parts += _items(items, duration_s, top)
    return Drawing("\n".join(parts), WIDTH, bottom + TIMES, "figure", name)


def picture_keys(part: Part) -> tuple[Key, ...]:
    """What the colours of the first lane mean, as far as they occur."""
    held = {int(place) for place in part.frames.rows.status}
    return tuple(
        block_key(_PICTURE_LOOKS[status], _PICTURE_WORDS[status])
        for place, status in enumerate(STATUSES)
        if place in held
    )


def _picture(part: Part, duration_s: float) -> Iterator[str]:
    rows = part.frames.rows
    found = blocks(rows.t, rows.status, duration_s, worst=False)
    looks = {_PICTURE_WORDS[status]: look for status, look in _PICTURE_LOOKS.items()}
    words = [_PICTURE_WORDS[status] for status in STATUSES]
    yield _title("Picture", _TOP)
    yield from ribbon_parts(found, words, looks, duration_s=duration_s, top=_TOP + 3, height=_ROW_PX - 6)


def _lanes(part: Part, events: Sequence[Event], alarms: Sequence[Alarm]) -> Iterator[tuple[str, list[_Item]]]:
    yield "Markers", [_Item(event.t, None, "", event.name) for event in markers(events)]
    yield "Notes", [_note(event) for event in events if event.kind == "note"]
    for line, title in _ALARM_TITLES.items():
        yield title, [_alarm(alarm, part.end) for alarm in alarms if _line(alarm) == line]
    yield (
        "Answers",
        [_answer(event) for event in events if event.kind == "alarm" and event.name in _ANSWER_WORDS],
    )
    yield "Yawns", list(_held(part.main, part.main.rows.yawn == 1, "yawn"))
    yield "Nods", list(_held(part.main, part.main.rows.nod == 1, "nod"))
    yield "Calibration", [_event(event, "first") for event in events if event.kind == "calibration"]
    yield "Pauses", [_event(event, "withheld") for event in events if event.kind == "pause"]
    yield "Camera", [_event(event, "red") for event in events if event.kind == "camera"]
    yield "Quality", [_event(event, "amber") for event in events if event.kind == "quality"]
    yield "Left out", [_stretch(stretch) for stretch in part.excluded]


def _held(main: Part, holds: NDArray[np.bool_], name: str) -> Iterator[_Item]:
    """The times in which something held."""
    t = main.rows.t
    for start, stop in zip(*runs(holds, t, LIMITS.gap_s), strict=True):
        yield _Item(float(t[start]), float(t[stop - 1]), "first", name)


def _note(event: Event) -> _Item:
    return _Item(event.t, None, "", str(event.details.get("text") or "note"))


def _line(alarm: Alarm) -> str:
    kind = ALARM_KINDS.get(alarm.name)
    return kind.line if kind else ""


def _alarm(alarm: Alarm, session_end: float) -> _Item:
    end = session_end if alarm.duration_s is None else alarm.t + alarm.duration_s
    kind = ALARM_KINDS.get(alarm.name)
    look = _ALARM_LOOKS[kind.colour] if kind else "faint"
    return _Item(alarm.t, end, look, alarm.name.replace("_", " "))


def _answer(event: Event) -> _Item:
    return _Item(event.t, None, "red" if event.name == "false_alarm" else "", _ANSWER_WORDS[event.name])


def _event(event: Event, look: str) -> _Item:
    end = None if event.duration_s is None else event.t + event.duration_s
    return _Item(event.t, end, look, event.name.replace("_", " "))


def _stretch(stretch: Stretch) -> _Item:
    return _Item(stretch.start, stretch.end, "excluded", stretch.name or "left out")


def _title(title: str, top: float) -> str:
    return f'<text class="title" x="{LEFT - 8}" y="{top + 14:g}" text-anchor="end">{title}</text>'


def _items(items: Sequence[_Item], duration_s: float, top: float) -> Iterator[str]:
    free = [float(x_at(min(item.start, duration_s), duration_s)) for item in items[1:]] + [float(RIGHT)]
    for item, room_end in zip(items, free, strict=True):
        x = float(x_at(min(item.start, duration_s), duration_s))
        title = f"<title>{text(item.name)}, {clock_text(item.start)}</title>"
        if item.end is None:
            yield f'<circle class="dot {item.look}" cx="{x:.1f}" cy="{top + 10:g}" r="4">{title}</circle>'
            start = x + 7
        else:
            right = float(x_at(min(item.end, duration_s), duration_s))
            fill = 'fill="url(#excluded)"' if item.look == "excluded" else f'class="block {item.look}"'
            width = max(right - x, 1.5)
            yield (
                f'<rect x="{x:.1f}" y="{top + 4:g}" width="{width:.1f}" height="{_ROW_PX - 8}" {fill}>'
                f"{title}</rect>"
            )
            start = x + width + 4
        name = visible(item.name)
        if len(name) <= _LONGEST_NAME and start + _LETTER_PX * len(name) < room_end:
            yield f'<text x="{start:.1f}" y="{top + 14:g}">{text(name)}</text>'

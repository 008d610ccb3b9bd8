"""The figures of one row in words, as they stand beside the picture."""

from __future__ import annotations

from typing import Final

from femon.emotions import UNCERTAIN
from femon.gui.drawing import percent
from femon.gui.review.axis import time_text
from femon.gui.review.record import SessionRecord
from femon.wording import QUALITY_WORDS, UNCERTAIN_WORDS

NOTHING: Final = "\N{EN DASH}"
STATUS_WORDS: Final = {
    "ok": "analysed",
    "low_quality": "picture too poor",
    "no_face": "no face in view",
    "dropped": "not analysed: a newer frame came first",
    "paused": "paused",
    "camera_lost": "camera lost",
}
_EYE_WORDS: Final = {
    "open": "open",
    "closing": "closing",
    "long_blink": "long blink",
    "pre": "closed",
    "microsleep": "microsleep",
    "sleep": "closed for long",
    "unresponsive": "closed, no reaction",
    "lost_closed": "face lost while closed",
}
_ATTENTION_WORDS: Final = {
    "on": "on target",
    "off": "off target",
    "long_distraction": "off target for long",
    "long_2": "off target for very long",
    "shared": "off target often",
}


def frame_words(record: SessionRecord, place: int, row: int | None) -> dict[str, str]:
    """Name and value of each figure; `row` is the chosen face's at this place, None while it is away."""
    some = row if row is not None else next(iter(record.rows_at(place)), None)
    if some is None:
        return {}
    number = record.number("frame", some)
    status = STATUS_WORDS.get(record.word("status", some), record.word("status", some))
    if row is None and record.number("face_id", some) is not None:
        status = "this face is not in view"
    clock = time_text(float(record.times[place]), 0.0)
    words = {"Time": clock if number is None else f"{clock}, frame {number:.0f}", "State": status}
    return words if row is None else words | _face(record, row) | _watched(record, row)


def _face(record: SessionRecord, row: int) -> dict[str, str]:
    label, prob = record.word("label", row), record.number("top_prob", row)
    words = {}
    if label:
        words["Label"] = label if prob is None or label == UNCERTAIN else f"{label}, {percent(prob)}"
        why = record.word("uncertain_why", row)
        words["Doubt"] = UNCERTAIN_WORDS.get(why, why) or "none"
    if (disagreement := record.number("disagreement", row)) is not None:
        words["Disagreement"] = f"{disagreement:.2f}"
    quality, reasons = record.number("quality", row), _reasons(record, row)
    words["Quality"] = ", ".join(filter(None, (NOTHING if quality is None else f"{quality:.2f}", reasons)))
    return words


def _reasons(record: SessionRecord, row: int) -> str:
    if record.word("status", row) != "low_quality":
        return ""
    return ", ".join(QUALITY_WORDS.get(why, why) for why in record.word("status_why", row).split("+") if why)


def _watched(record: SessionRecord, row: int) -> dict[str, str]:
    """Eyes and head, as far as they were watched in this session."""
    words: dict[str, str] = {}
    if record.has("openness", "perclos_60"):
        words["Eyes"] = _eyes(record, row)
        short, long = (_share(record, f"perclos_{window}", row) for window in (60, 180))
        words["PERCLOS"] = f"{short} in 60 s, {long} in 180 s"
        words["Fatigue"] = record.word("fatigue_level", row) or NOTHING
    if record.has("on_target", "attention_10"):
        state = record.word("attention_state", row)
        words["Attention"] = (
            f"{_share(record, 'attention_10', row)}, {_ATTENTION_WORDS.get(state, state or NOTHING)}"
        )
    if record.has("engagement"):
        value = record.number("engagement", row)
        level = record.word("engagement_level", row)
        words["Engagement"] = NOTHING if value is None else f"{value:.2f}, {level}".removesuffix(", ")
    return words


def _eyes(record: SessionRecord, row: int) -> str:
    openness, readable = record.number("openness", row), record.word("eyes", row)
    if openness is None:
        return readable or NOTHING
    state = record.word("eye_state", row)
    return f"{_EYE_WORDS.get(state, state)}, openness {openness:.2f}"


def _share(record: SessionRecord, column: str, row: int) -> str:
    value = record.number(column, row)
    return NOTHING if value is None else percent(value, 1 if column.startswith("perclos") else 0)

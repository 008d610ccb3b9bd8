"""The figures of sessions as one CSV table: a row for each session and each stretch between markers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from femon.recording.column import text_cell
from femon.recording.csv_file import csv_bytes
from femon.review.blocks import Withheld
from femon.review.frame_rows import LABELS
from femon.review.stretch_section import NamedTotals
from femon.review.summary import Summary
from femon.review.totals import Measured, Totals

_TEXTS: Final = ("session_id", "participant", "condition", "stretch")


def _number(value: Measured | None, decimals: int = 4) -> str:
    """Empty for what is missing or withheld."""
    return "" if value is None or isinstance(value, Withheld) else format(value, f"z.{decimals}f")


_NUMBERS: Final[dict[str, Callable[[Totals], str]]] = {
    "length_s": lambda totals: _number(totals.length_s, 3),
    "captured": lambda totals: str(totals.captured),
    "analysed": lambda totals: str(totals.analysed),
    "analysed_share": lambda totals: _number(totals.analysed_share),
    "usable_face_share": lambda totals: _number(totals.usable_share),
    "eye_coverage": lambda totals: _number(totals.eye_coverage),
    "perclos": lambda totals: _number(totals.perclos),
    "blinks": lambda totals: _count(totals.blinks, totals.eye_coverage),
    "blinks_per_min": lambda totals: _number(totals.blink_rate, 1),
    "yawns": lambda totals: _count(totals.yawns, totals.eye_coverage),
    "nods": lambda totals: _count(totals.nods, totals.eye_coverage),
    "fatigue_index_mean": lambda totals: _number(totals.fatigue_index, 1),
    "alarms": lambda totals: _count(totals.alarms, _any_coverage(totals)),
    "false_alarms": lambda totals: _count(totals.false_alarms, _any_coverage(totals)),
    "pose_coverage": lambda totals: _number(totals.pose_coverage),
    "on_target_share": lambda totals: _number(totals.on_target),
    "engagement_coverage": lambda totals: _number(totals.engagement_coverage),
    "engagement_mean": lambda totals: _number(totals.engagement),
    "valence_derived_mean": lambda totals: _number(totals.valence),
    "arousal_derived_mean": lambda totals: _number(totals.arousal),
    "face_rows": lambda totals: str(sum(totals.labels)),
}


def csv_summary(sessions: Iterable[tuple[Summary, Iterable[NamedTotals]]]) -> bytes:
    """The table; shares are 0..1, and what is withheld or was not watched is an empty cell."""
    shares = [f"{name}_{kind}" for kind in ("share", "share_labelled") for name in LABELS]
    rows = [[*_TEXTS, *_NUMBERS, *shares]]
    for summary, named in sessions:
        texts = [text_cell(text) for text in (summary.session_id, summary.participant, summary.condition)]
        for stretch, totals in named:
            numbers = [get(totals) for get in _NUMBERS.values()]
            rows.append([*texts, text_cell(stretch), *numbers, *_shares(totals)])
    return csv_bytes(rows)


def _count(number: int, coverage: float | None) -> str:
    """A count of what was watched for."""
    return "" if coverage is None else str(number)


def _any_coverage(totals: Totals) -> float | None:
    """Of whatever can raise an alarm."""
    return totals.pose_coverage if totals.eye_coverage is None else totals.eye_coverage


def _shares(totals: Totals) -> list[str]:
    uncertain = len(LABELS) - 1
    return [
        "" if labelled and place == uncertain else _number(totals.label_share(place, labelled=labelled))
        for labelled in (False, True)
        for place in range(len(LABELS))
    ]

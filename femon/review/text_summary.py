"""The figures of a session as a compact text for terminals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from femon.emotions import CODES, EMOTIONS
from femon.review.blocks import Withheld
from femon.review.face_summary import FaceSummary
from femon.review.quantities import fine_percent, length_text, percent, visible
from femon.review.summary import Summary
from femon.review.totals import Measured

_MOST_FACES: Final = 8


def text_summary(summary: Summary) -> str:
    """The summary as a compact table for a terminal; ends without a line break."""
    coverage = summary.coverage.share
    head = (summary.session_id, summary.source_name, summary.condition, _length(summary))
    lines = ["  ".join(visible(text) for text in head if text), summary.accounting]
    if coverage is not None:
        lines.append(f"A usable face in {percent(coverage)} of the analysed frames.")
    if summary.integrity != "ok":
        lines.append(f"Attention: {visible(summary.integrity)}")
    if summary.excluded_s:
        lines.append(f"Left out by a reviewer: {length_text(summary.excluded_s)}.")
    lines += _monitored(summary)
    labelled = [face for face in summary.faces if face.labelled]
    if labelled:
        codes = "".join(f"{code:>6}" for code in CODES.values())
        lines += ["", f"{'face':<16}{'in view':>9}{codes}  uncertain", *map(_face, _longest(labelled))]
    if len(labelled) > _MOST_FACES:
        lines.append(f"... and {len(labelled) - _MOST_FACES} more faces")
    return "\n".join(lines)


def _monitored(summary: Summary) -> list[str]:
    """A line for each kind of monitoring, with its coverage."""
    totals, lines = summary.totals, []
    if totals.eye_coverage is not None:
        lines.append(f"PERCLOS {_share(totals.perclos, fine_percent)}.")
        lines.append(f"Blinks {_plain(totals.blink_rate, '.0f', ' a minute')}.")
        lines.append(f"Eyes readable in {percent(totals.eye_coverage)} of the analysed time.")
    if totals.pose_coverage is not None:
        lines.append(f"On target {_share(totals.on_target)} (known {percent(totals.pose_coverage)}).")
    if totals.engagement_coverage is not None:
        lines.append(
            f"Engagement {_plain(totals.engagement, '.2f')} (known {percent(totals.engagement_coverage)})."
        )
    if totals.eye_coverage is not None or totals.pose_coverage is not None:
        marked = f", {totals.false_alarms} marked as false" if totals.false_alarms else ""
        lines.append(f"Alarms: {totals.alarms}{marked}.")
    return lines


def _share(value: Measured, form: Callable[[float], str] = percent) -> str:
    return f"withheld ({value.why})" if isinstance(value, Withheld) else form(value)


def _plain(value: Measured, form: str, unit: str = "") -> str:
    return f"withheld ({value.why})" if isinstance(value, Withheld) else format(value, form) + unit


def _length(summary: Summary) -> str:
    return "" if summary.length_s is None else length_text(summary.length_s)


def _longest(faces: list[FaceSummary]) -> list[FaceSummary]:
    kept = sorted(faces, key=lambda face: -face.rows)[:_MOST_FACES]
    return sorted(kept, key=lambda face: face.track)


def _face(face: FaceSummary) -> str:
    name = f"{face.track} {visible(face.code)}" if face.track else face.code
    view = f"{face.rows}" if face.seconds is None else length_text(face.seconds)
    shares = "".join(f"{100 * label.share:>4.0f} %" for label in face.labels[: len(EMOTIONS)])
    return f"{name[:15]:<16}{view:>9}{shares}{100 * face.uncertain_share:>9.0f} %"

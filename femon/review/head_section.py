"""The head of the report: what was recorded, and its most important figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from femon.review.blocks import Block, Definitions, Heading, Paragraph, Tiles, Withheld
from femon.review.measured import fine_cell, number_cell, share_cell
from femon.review.quantities import clock_text, length_text, percent
from femon.review.summary import Summary

SOURCES: Final = {
    "camera": "camera",
    "file": "video file",
    "url": "stream",
    "images": "folder of pictures",
    "demo": "built-in demo",
}


def head_section(summary: Summary) -> Iterator[Block]:
    """Title, what it is about, and tiles."""
    width, height = summary.size
    kind = SOURCES.get(summary.source_kind, summary.source_kind)
    rate = "" if summary.fps is None else f", {summary.fps:.4g} frames per second"
    yield Paragraph("femon session report", "over")
    yield Heading(1, summary.source_name or summary.session_id)
    yield Definitions(
        (
            ("Recorded", summary.started),
            ("Participant", summary.participant),
            ("Condition", summary.condition),
            ("Notes", summary.notes),
            ("Source", f"{kind}, {width} x {height} px{rate}"),
            ("Session", summary.session_id),
            ("Left out", f"{length_text(summary.excluded_s)}, by a reviewer" if summary.excluded_s else ""),
        )
    )
    yield Tiles(tuple(_tiles(summary)))
    if summary.account.state == "recovered":
        yield Paragraph("This recording was interrupted and recovered.", "warn")


def _tiles(summary: Summary) -> Iterator[tuple[str | Withheld, str]]:
    account, stills, totals = summary.account, summary.source_kind == "images", summary.totals
    face = max(summary.faces, key=lambda face: face.rows, default=None)
    yield (
        (str(account.captured), "pictures") if stills else (clock_text(account.duration_s), "min:s recorded")
    )
    yield f"{account.analysed}", "pictures analysed" if stills else "frames analysed"
    yield percent(summary.coverage.share), "of them with a usable face"
    if totals.eye_coverage is not None:
        yield fine_cell(totals.perclos), f"PERCLOS, eyes readable {percent(totals.eye_coverage)}"
    if totals.pose_coverage is not None:
        yield share_cell(totals.on_target), f"on target, known {percent(totals.pose_coverage)}"
        yield str(totals.alarms), "alarms"
    if totals.engagement_coverage is not None:
        yield number_cell(totals.engagement), f"engagement, known {percent(totals.engagement_coverage)}"
    if totals.eye_coverage is None:
        count = face.rows if stills and face else len(summary.faces)
        yield str(count), "face" if count == 1 else "faces"
    if face is not None and face.labelled:
        whose = "of the faces" if stills else f"of face {face.track}"
        yield percent(face.uncertain_share), f"{whose} without a certain label"

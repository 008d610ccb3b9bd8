"""The report of one session, as blocks and as a single HTML file for the screen and for paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from femon.review.alarm_section import alarm_section
from femon.review.attention_section import affect_section, attention_section, engagement_section
from femon.review.blocks import Block, Document, Figure, Heading
from femon.review.chart import Shade
from femon.review.dwell import dwell_of
from femon.review.dwell_section import dwell_section
from femon.review.event_section import event_section, folded
from femon.review.face_section import face_sections
from femon.review.fatigue_section import fatigue_section
from femon.review.head_section import head_section
from femon.review.lanes import lanes, picture_keys
from femon.review.markup import page
from femon.review.model_section import limits_section, model_section, models_of, settings_section
from femon.review.part import Part, whole
from femon.review.quality_section import quality_section
from femon.review.session_log import SessionLog, read_session
from femon.review.session_thresholds import session_thresholds
from femon.review.stretch_section import NamedTotals, stretch_section
from femon.review.stretches import marked_stretches
from femon.review.summary import Summary, summarise_log
from femon.review.totals import totals_of
from femon.review.written import write_whole

REPORT_FILE: Final = "report.html"


def write_report(
    session: Path, target: Path | None = None, *, models: Path | None = None, exclude: bool = True
) -> Path:
    """Write the report of a finished session folder, by default as report.html into it; returns its path.

    `models` is the folder of the bundles: their measured figures are quoted, and without it they are "not
    measured". `exclude`: stretches that reviewers left out do not count. Raises SessionError when the folder
    is no finished session or the report cannot be written.
    """
    document = report_document(read_session(session), models, exclude=exclude)
    return write_html(document, session / REPORT_FILE if target is None else target)


def write_html(document: Document, path: Path) -> Path:
    """Write a report as one HTML file; raises SessionError."""
    return write_whole(path, page(document).encode("utf-8", errors="replace"))


def report_document(log: SessionLog, models: Path | None = None, *, exclude: bool = True) -> Document:
    """The report of a session that has been read."""
    counted, every = whole(log, exclude=exclude), whole(log, exclude=False)
    summary = summarise_log(log, counted)
    figures = models_of(log, summary, models)
    labelled = any(face.labelled for face in summary.faces)
    monitored = summary.totals.eye_coverage is not None or summary.totals.pose_coverage is not None
    shades = [Shade(first, last, "excluded", "left out") for first, last in counted.left_out]
    blocks = [
        *head_section(summary),
        *_overview(log, summary, counted, every),
        *(() if log.stills else stretch_section(named_totals(log, summary, counted), counted.excluded)),
        *_monitored(log, summary, counted, every, shades),
        *face_sections(log, summary, shades),
        *(() if log.stills else dwell_section(dwell_of(counted))),
        *event_section(log.events),
        *quality_section(log, summary, every),
        *model_section(figures, summary),
        *settings_section(log),
        *limits_section(figures, labelled=labelled, monitored=monitored),
    ]
    return Document(f"femon report: {summary.session_id}", blocks)


def named_totals(log: SessionLog, summary: Summary, counted: Part) -> list[NamedTotals]:
    """The totals of the whole session, then of the stretches between its markers."""
    stretches = () if log.stills else marked_stretches(log)
    return [
        ("whole session", summary.totals),
        *((one.name, totals_of(counted.within(one.start, one.end), summary.alarms)) for one in stretches),
    ]


def _overview(log: SessionLog, summary: Summary, counted: Part, every: Part) -> Iterator[Block]:
    if log.stills or not len(log.rows):
        return
    drawing = lanes(
        replace(every, excluded=counted.excluded),
        folded(log.events),
        summary.alarms,
        log.account.duration_s,
        "What happened when",
    )
    yield Heading(2, "What happened when")
    yield Figure(drawing, "", picture_keys(every))


def _monitored(
    log: SessionLog, summary: Summary, counted: Part, every: Part, shades: list[Shade]
) -> Iterator[Block]:
    shown, main, totals = every.main, counted.main, summary.totals
    thresholds = session_thresholds(log.table("thresholds"))
    yield from alarm_section(summary.alarms, totals)
    yield from fatigue_section(shown, main, totals, thresholds, shades)
    yield from attention_section(shown, main, totals, thresholds, shades)
    yield from engagement_section(shown, main, totals, shades)
    yield from affect_section(shown, totals, shades)

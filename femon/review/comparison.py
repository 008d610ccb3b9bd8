"""The report that compares several sessions: by session, by condition, and curve beside curve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from femon.review.alarm_log import names_text
from femon.review.blocks import Block, Cell, Document, Figure, Heading, Paragraph, Table
from femon.review.chart import Limit, Scale
from femon.review.closures import LIMITS
from femon.review.curves import Curve, curve
from femon.review.face_summary import label_shares
from femon.review.figures import ModelFigures, accuracy_text
from femon.review.model_section import limits_section, models_of
from femon.review.part import whole
from femon.review.quantities import length_text, percent
from femon.review.report import named_totals
from femon.review.session_log import SessionLog
from femon.review.signs import label_stack
from femon.review.small_multiples import Named, small_multiples
from femon.review.stretch_section import NamedTotals, totals_tables
from femon.review.summary import Summary, summarise_log
from femon.review.totals import combined

_NO_CONDITION: Final = "no condition"
_PERCLOS_LIMITS: Final = (LIMITS.advisory_p60, LIMITS.drowsy_p60, LIMITS.severe_p60)  # femon's own
_SHARES: Final = Scale(0, 1, ((0, "0 %"), (1, "100 %")))
_PERCLOS: Final = Scale(0, 0.4, ((0, "0 %"), (0.2, "20 %"), (0.4, "40 %")))
_INDEX: Final = Scale(0, 100, ((0, "0"), (100, "100")))
_UNIT: Final = Scale(0, 1, ((0, "0"), (1, "1")))
_SIGNED: Final = Scale(-1, 1, ((-1, "-1"), (0, "0"), (1, "1")))


@dataclass(frozen=True, slots=True)
class _Measure:
    """A column of Rows that is compared curve by curve."""

    column: str
    title: str
    scale: Scale
    limits: tuple[Limit, ...] = ()
    caption: str = ""


_MEASURES: Final = (
    _Measure(
        "perclos_60",
        "PERCLOS over 60 s",
        _PERCLOS,
        tuple(Limit(v, "") for v in _PERCLOS_LIMITS),
        "Dotted: advisory, drowsy and severe, as femon sets them.",
    ),
    _Measure(
        "fatigue_index", "Fatigue index", _INDEX, (Limit(LIMITS.advisory_index, ""),), "Dotted: advisory."
    ),
    _Measure("attention_10", "Attention: share of the last 10 s on target", _SHARES),
    _Measure(
        "engagement",
        "Engagement",
        _UNIT,
        (Limit(LIMITS.engagement_low, ""), Limit(LIMITS.engagement_high, "")),
        "Dotted: low and high.",
    ),
    _Measure("valence", "Valence, derived", _SIGNED),
    _Measure("arousal", "Arousal, derived", _SIGNED),
)


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What a comparison keeps of a session: figures and curves with few points."""

    name: str
    summary: Summary
    totals: tuple[NamedTotals, ...]  # whole session first, then between markers
    curves: dict[str, Curve]
    labels: tuple[tuple[str, float], ...]  # shares of the main face
    models: tuple[ModelFigures, ...]


def compared(log: SessionLog, number: int, models: Path | None, *, exclude: bool) -> Compared:
    """What is compared of a session that has been read; `number` is its place among the sessions."""
    part = whole(log, exclude=exclude)
    summary = summarise_log(log, part)
    main = part.main
    curves = {
        measure.column: curve(main.rows.t, getattr(main.rows, measure.column), part.end)
        for measure in _MEASURES
        if not log.stills and np.isfinite(getattr(main.rows, measure.column)).any()
    }
    labels = label_shares(main) if (main.rows.label >= 0).any() else ()
    return Compared(
        name=_name(summary, number),
        summary=summary,
        totals=tuple(named_totals(log, summary, part)),
        curves=curves,
        labels=tuple((share.label, share.share) for share in labels if share.rows),
        models=tuple(models_of(log, summary, models)),
    )


def comparison_document(sessions: Sequence[Compared]) -> Document:
    """The report of several sessions."""
    blocks = [
        *_head(sessions),
        *_figures(sessions),
        *_conditions(sessions),
        *_labels(sessions),
        *_curves(sessions),
        *_quality(sessions),
        *_limits(sessions),
    ]
    return Document(f"femon comparison of {len(sessions)} sessions", blocks)


def _name(summary: Summary, number: int) -> str:
    parts = (str(number), summary.participant, summary.condition)
    return " \N{MIDDLE DOT} ".join(filter(None, parts))


def _head(sessions: Sequence[Compared]) -> Iterator[Block]:
    rows: list[tuple[Cell, ...]] = [
        (
            str(number),
            one.summary.participant,
            one.summary.condition or "-",
            one.summary.started,
            length_text(one.summary.length_s),
            one.summary.source_name,
            one.summary.session_id,
        )
        for number, one in enumerate(sessions, 1)
    ]
    yield Paragraph("femon session report", "over")
    yield Heading(1, f"Comparison of {len(sessions)} sessions")
    yield Table(("No.", "Participant", "Condition", "Recorded", "Length", "Source", "Session"), rows, (0, 4))
    if len({model.id for one in sessions for model in one.models}) > 1:
        yield Paragraph("The sessions were judged by different models: their labels do not compare.", "warn")
    if any(one.summary.integrity != "ok" for one in sessions):
        yield Paragraph("Not every recording is intact: see Data quality.", "warn")


def _figures(sessions: Sequence[Compared]) -> Iterator[Block]:
    yield Heading(2, "By session")
    yield from totals_tables("Session", [(one.name, one.summary.totals) for one in sessions])
    alarmed = [one for one in sessions if one.summary.alarms]
    if alarmed:
        yield Heading(3, "Alarms")
        rows = [(one.name, names_text(one.summary.alarms)) for one in alarmed]
        yield Table(("Session", "Alarms, each step of one that got worse"), rows)


def _conditions(sessions: Sequence[Compared]) -> Iterator[Block]:
    groups: dict[str, list[Compared]] = {}
    for one in sessions:
        groups.setdefault(one.summary.condition or _NO_CONDITION, []).append(one)
    named = [
        (f"{name} ({len(group)})", combined(one.summary.totals for one in group))
        for name, group in sorted(groups.items())
    ]
    yield Heading(2, "By condition")
    yield Paragraph(
        "All time of a condition together, so that longer sessions weigh more; in brackets: sessions."
    )
    yield from totals_tables("Condition", named)


def _labels(sessions: Sequence[Compared]) -> Iterator[Block]:
    rows: list[tuple[Cell, ...]] = []
    for one in sessions:
        if one.labels:
            told = "; ".join(f"{label} {percent(share)}" for label, share in one.labels)
            rows.append((one.name, label_stack(one.labels, told)))
    if rows:
        yield Heading(2, "Labels shown")
        yield Table(("Session", "Share of the frames with the main face"), rows)


def _curves(sessions: Sequence[Compared]) -> Iterator[Block]:
    duration_s = max((one.summary.length_s or 0.0 for one in sessions), default=0.0)
    if any(one.curves for one in sessions):
        yield Heading(2, "Curves")
        yield Paragraph("Each from the start of its session. A gap: withheld, no face in view, or left out.")
    for measure in _MEASURES:
        curves = [Named(one.name, one.curves.get(measure.column)) for one in sessions]
        if any(named.curve is not None for named in curves):
            drawing = small_multiples(
                curves, measure.scale, duration_s, name=measure.title, limits=measure.limits
            )
            yield Heading(3, measure.title)
            yield Figure(drawing, measure.caption)


def _quality(sessions: Sequence[Compared]) -> Iterator[Block]:
    head = (
        "Session", "Captured", "Analysed", "Dropped", "Paused", "Usable face", "Eyes readable", "No camera",
        "Latency p50, p95", "State",
    )  # fmt: skip
    yield Heading(2, "Data quality")
    yield Table(head, [_quality_row(one) for one in sessions], range(1, 9))
    for one in sessions:
        if one.summary.integrity != "ok":
            yield Paragraph(f"{one.name}: {one.summary.integrity}", "warn")


def _quality_row(one: Compared) -> tuple[Cell, ...]:
    account, latency = one.summary.account, "-"
    if account.latency_p50_ms is not None and account.latency_p95_ms is not None:
        latency = f"{account.latency_p50_ms:.0f}, {account.latency_p95_ms:.0f} ms"
    return (
        one.name,
        account.captured,
        account.analysed,
        account.dropped,
        account.paused,
        percent(one.summary.coverage.share),
        percent(one.summary.totals.eye_coverage),
        length_text(account.camera_lost_s) if account.camera_lost_s else "-",
        latency,
        account.state,
    )


def _models(figures: Iterable[ModelFigures]) -> Iterator[Block]:
    rows = [(model.id, accuracy_text(model, "private_test")) for model in figures]
    if rows:
        yield Heading(2, "Models")
        yield Table(("Model", "Accuracy, PrivateTest"), rows)


def _limits(sessions: Sequence[Compared]) -> Iterator[Block]:
    figures = {model.id: model for one in sessions for model in one.models}
    yield from _models(figures.values())
    yield from limits_section(
        list(figures.values()),
        labelled=any(one.labels for one in sessions),
        monitored=any(one.summary.totals.eye_coverage is not None for one in sessions),
    )

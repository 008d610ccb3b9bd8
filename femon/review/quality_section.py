"""The part of the report about the recording itself: frames, coverage, latency, drops and clocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from femon.review.alarm_log import number
from femon.review.blocks import Block, Definitions, Drawing, Figure, Heading, Pair, Paragraph, Table
from femon.review.chart import Line, Scale, chart
from femon.review.curves import Curve, curve
from femon.review.part import DROPPED, LOST, PAUSED, Part
from femon.review.quantities import length_text, percent
from femon.review.session_log import SessionLog
from femon.review.summary import Summary

_BINS: Final = 120


def quality_section(log: SessionLog, summary: Summary, every: Part) -> Iterator[Block]:
    """What became of every captured frame; `every` is the whole session, nothing left out."""
    account, coverage = summary.account, summary.coverage
    yield Heading(2, "Data quality")
    yield Paragraph(summary.accounting)
    if summary.integrity != "ok":
        yield Paragraph(f"Attention: {summary.integrity}", "warn")
    if account.state in ("recovered", "failed"):
        yield Paragraph(f"The recording was {_ending(account.state)}", "warn")
    facts = Definitions(tuple(_facts(log, summary)))
    if not account.captured:
        yield facts
        return
    parts = (
        ("usable face", coverage.ok),
        ("face, picture too poor", coverage.low_quality),
        ("no face", coverage.no_face),
        ("dropped", coverage.dropped),
        ("paused", coverage.paused),
    )
    rows = [(name, count, percent(count / account.captured)) for name, count in parts]
    shown = rows[:3] + [row for row in rows[3:] if row[1]]
    yield Pair((Table(("Frames with", "Frames", "Share"), shown, (1, 2)),), (facts,))
    yield from _over_time(every)


def _facts(log: SessionLog, summary: Summary) -> Iterator[tuple[str, str]]:
    account, clock = summary.account, log.table("clock")
    drift = number(clock, "utc_drift_s")
    yield "Usable face", percent(summary.coverage.share)
    yield (
        "Eyes readable",
        percent(summary.totals.eye_coverage) if summary.totals.eye_coverage is not None else "",
    )
    yield "Grab to result", _latency(account.latency_p50_ms, account.latency_p95_ms)
    yield "No camera for", length_text(account.camera_lost_s) if account.camera_lost_s else ""
    yield "Clock drift", "" if drift is None else f"{1000 * drift:+.1f} ms against UTC"
    yield (
        "Media time",
        {"pts": "of each frame, from the file", "fps": "from the frame rate"}.get(
            str(clock.get("media")), ""
        ),
    )
    yield "State", account.state
    yield "Files", "as they were written" if summary.integrity == "ok" else "see above"


def _over_time(every: Part) -> Iterator[Block]:
    rows, duration_s = every.rows, every.end
    if every.stills or duration_s <= 0:
        return
    dropped = rows.status == DROPPED
    if dropped.any():
        share = _dropped_share(every)
        yield Figure(
            _small_chart(share, duration_s, "Dropped frames"), "Share of the captured frames dropped."
        )
    if np.isfinite(rows.latency_ms).any():
        known = np.isfinite(rows.latency_ms)
        latency = curve(rows.t[known], rows.latency_ms[known], duration_s)
        top = max(float(np.percentile(rows.latency_ms[known], 99)), 10.0)
        scale = Scale(0, top, ((0, "0 ms"), (top, f"{top:.0f} ms")))
        drawn = chart(
            [Line("first", latency, spread=True)], scale, duration_s, name="Latency over time", height=60
        )
        yield Figure(
            drawn, "From the grab of a frame to its result; the top is what 99 of 100 frames stay under."
        )


def _dropped_share(every: Part) -> Curve:
    rows = every.frames.rows
    place = np.minimum((rows.t / every.end * _BINS).astype(np.int64), _BINS - 1)
    captured = np.bincount(place[~np.isin(rows.status, (PAUSED, LOST))], minlength=_BINS)
    dropped = np.bincount(place[rows.status == DROPPED], minlength=_BINS)
    share = np.where(captured > 0, dropped / np.maximum(captured, 1), np.nan)
    step = every.end / _BINS
    return Curve((np.arange(_BINS, dtype=np.float64) + 0.5) * step, share, share, share, step)


def _small_chart(share: Curve, duration_s: float, name: str) -> Drawing:
    scale = Scale(0, 1, ((0, "0 %"), (1, "100 %")))
    return chart([Line("first", share)], scale, duration_s, name=name, height=60)


def _ending(state: str) -> str:
    if state == "recovered":
        return "interrupted and recovered: the last second before the interruption may be missing."
    return "ended by an error: all rows up to then are here."


def _latency(p50: float | None, p95: float | None) -> str:
    if p50 is None or p95 is None:
        return ""
    return f"{p50:.0f} ms (median), {p95:.0f} ms (95 of 100 frames are faster)"

"""The part of the report about faces: labels, timeline, and reasons for doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from femon.emotions import EMOTIONS, UNCERTAIN
from femon.review.blocks import Block, Cell, Figure, Heading, Pair, Paragraph, Table
from femon.review.chart import Shade
from femon.review.event_section import folded
from femon.review.face_summary import ALL_FACES, FaceSummary
from femon.review.quantities import clock_text, length_text, percent
from femon.review.session_log import Event, SessionLog
from femon.review.signs import label_bar, label_key, label_stack, line_key
from femon.review.summary import Summary
from femon.review.timeline import raw_and_smooth, timeline
from femon.wording import QUALITY_WORDS, UNCERTAIN_WORDS

MOST_FACES: Final = 8  # shown one by one: those seen longest
_NUMBERING: Final = (
    "A face keeps its number while it stays in view; after more than a second away it returns with a new one."
)


def face_sections(log: SessionLog, summary: Summary, shades: Sequence[Shade]) -> Iterator[Block]:
    """A table of all faces when there are several, then one section for each with labels."""
    if not summary.faces:
        yield Heading(2, "Faces")
        yield Paragraph("No face was found in this session.")
        return
    longest = sorted(summary.faces, key=lambda face: -face.rows)[:MOST_FACES]
    if len(summary.faces) > 1:
        yield from _overview(summary, {face.track for face in longest})
    for face in sorted(longest, key=lambda face: face.track):
        if face.labelled:
            yield from _face(log, face, shades)


def _overview(summary: Summary, detailed: set[int]) -> Iterator[Block]:
    yield Heading(2, "Faces")
    yield Paragraph(_NUMBERING, "quiet")
    rows = [
        (
            str(face.track),
            face.code,
            length_text(face.seconds or 0.0),
            clock_text(face.first_t),
            clock_text(face.last_t),
            _most_frequent(face),
            percent(face.uncertain_share) if face.labelled else "-",
        )
        for face in summary.faces
        if face.track in detailed
    ]
    head = ("Face", "Code", "In view", "First", "Last", "Most frequent label", "Uncertain")
    yield Table(head, rows, (2, 3, 4, 6))
    left_out = len(summary.faces) - len(detailed)
    if left_out:
        yield Paragraph(f"{left_out} more, seen for a shorter time, are in frames.csv.", "quiet")


def _most_frequent(face: FaceSummary) -> str:
    best = max(face.labels[: len(EMOTIONS)], key=lambda share: share.rows)
    return f"{best.label}, {percent(best.share)}" if best.rows else "none"


def _face(log: SessionLog, face: FaceSummary, shades: Sequence[Shade]) -> Iterator[Block]:
    stills = face.track == ALL_FACES
    name = "All faces" if stills else f"Face {face.track}" + (f" ({face.code})" if face.code else "")
    stack = [(share.label, share.share) for share in face.labels if share.rows]
    yield Heading(2, name)
    yield Paragraph(_in_view(face))
    yield Heading(3, "Labels shown")
    told = "; ".join(f"{label} {percent(share)}" for label, share in stack)
    yield Figure(label_stack(stack, told))
    yield _label_table(face, stills=stills)
    if not stills:
        yield from _timelines(log, face, name, shades)
    yield Pair(tuple(_doubt(face)), tuple(_poor(face)))


def _in_view(face: FaceSummary) -> str:
    seen = (
        f"{face.rows} faces"
        if face.seconds is None
        else f"In view for {length_text(face.seconds)} ({face.rows} frames)"
    )
    if face.quality_median is not None and face.quality_p10 is not None:
        seen += f". Picture quality {face.quality_median:.2f} (median)"
        seen += f", {face.quality_p10:.2f} or better in 9 of 10"
    if face.mean_prob is not None:
        seen += f". The shown labels had a probability of {face.mean_prob:.2f} on average"
    return f"{seen}."


def _label_table(face: FaceSummary, *, stills: bool) -> Table:
    head = ["Label", "Faces" if stills else "Frames", "Share of all", "Without uncertain"]
    times = [] if stills else ["Times shown", "Mean length"]
    rows: list[list[Cell]] = [
        [
            label_key(share.label),
            share.rows,
            percent(share.share),
            percent(share.share_of_labelled),
            *([] if stills else [str(share.episodes or "-"), _seconds(share.mean_episode_s)]),
            label_bar(share.label, share.share),
        ]
        for share in face.labels
    ]
    return Table([*head, *times, "As a bar"], rows, range(1, 4 + len(times)))


def _seconds(value: float | None) -> str:
    return "-" if value is None else length_text(value)


def _timelines(log: SessionLog, face: FaceSummary, name: str, shades: Sequence[Shade]) -> Iterator[Block]:
    rows, duration_s = log.rows[log.rows.track == face.track], log.account.duration_s
    events = [event for event in folded(log.events) if _marked(event)]
    drawing, step = timeline(rows, duration_s, events, f"Timeline of {name}", shades)
    averaged = f" Each point is the mean of {step:.2g} s." if step else ""
    yield Heading(3, "Smoothed probabilities")
    yield Figure(
        drawing,
        "The strip below the lines is the shown label. Hatched: uncertain. A gap: the face was "
        f"not in view, or not analysed. Numbered marks: events.{averaged}",
        tuple(label_key(label) for label in (*EMOTIONS, UNCERTAIN)),
    )
    yield Heading(3, "Raw and smoothed, label by label")
    yield Figure(
        raw_and_smooth(rows, duration_s, f"Raw and smoothed probabilities of {name}"),
        f"From 0 to 100 % each.{averaged}",
        (line_key("raw", "raw"), line_key("first", "smoothed, in the label's colour")),
    )


def _marked(event: Event) -> bool:
    """Whether an event is marked in the timeline; alarms and what was left out have their own places."""
    return event.kind not in ("session", "alarm", "state", "exclude", "quality")


def _doubt(face: FaceSummary) -> Iterator[Block]:
    yield Heading(3, "Why the label was uncertain")
    if face.uncertain_reasons:
        rows = [(_words(s.name), s.count, percent(s.share)) for s in face.uncertain_reasons]
        yield Table(("Reason", "Frames", "Share of uncertain"), rows, (1, 2))
    else:
        yield Paragraph("It never was.", "quiet")


def _poor(face: FaceSummary) -> Iterator[Block]:
    yield Heading(3, "Why the picture was too poor")
    if face.quality_reasons:
        rows = [(QUALITY_WORDS[s.name], s.count, percent(s.share)) for s in face.quality_reasons]
        yield Table(("Reason (several may hold)", "Frames", "Share of poor"), rows, (1, 2))
    else:
        yield Paragraph("It never was.", "quiet")


def _words(reason: str) -> str:
    return UNCERTAIN_WORDS.get(reason, reason.replace("_", " "))

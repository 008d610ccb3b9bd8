"""The part of the report about faces: labels, timeline, and reasons for doubt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from femon.emotions import EMOTIONS, UNCERTAIN
from femon.review.event_section import folded
from femon.review.markup import Markup, label_bar, label_key, label_stack, markup, paragraph, table
from femon.review.session_log import SessionLog
from femon.review.summary import ALL_FACES, FaceSummary, Summary, clock_text, length_text, percent
from femon.review.timeline import reduced, timeline_svg
from femon.wording import QUALITY_WORDS, UNCERTAIN_WORDS

MOST_FACES: Final = 8  # shown one by one: those seen longest
_NUMBERING: Final = (
    "A face keeps its number while it stays in view; after more than a second away it returns with a new one."
)


def face_sections(log: SessionLog, summary: Summary) -> Iterator[str]:
    """A table of all faces when there are several, then one section for each."""
    if not summary.faces:
        yield "<h2>Faces</h2>"
        yield paragraph("No face was found in this session.")
        return
    longest = sorted(summary.faces, key=lambda face: -face.rows)[:MOST_FACES]
    if len(summary.faces) > 1:
        yield from _overview(summary, {face.track for face in longest})
    for face in sorted(longest, key=lambda face: face.track):
        yield from _face(log, face, summary.account.duration_s)


def _overview(summary: Summary, detailed: set[int]) -> Iterator[str]:
    yield "<h2>Faces</h2>"
    yield paragraph(_NUMBERING, "quiet")
    rows = [
        (
            face.track,
            face.code,
            length_text(face.seconds or 0.0),
            clock_text(face.first_t),
            clock_text(face.last_t),
            _most_frequent(face),
            percent(face.uncertain_share),
        )
        for face in summary.faces
        if face.track in detailed
    ]
    head = ("Face", "Code", "In view", "First", "Last", "Most frequent label", "Uncertain")
    yield table(head, rows, numbers=(2, 3, 4, 6))
    left_out = len(summary.faces) - len(detailed)
    if left_out:
        yield paragraph(f"{left_out} more, seen for a shorter time, are in frames.csv.", "quiet")


def _most_frequent(face: FaceSummary) -> str:
    best = max(face.labels[: len(EMOTIONS)], key=lambda share: share.rows)
    return f"{best.label}, {percent(best.share)}" if best.rows else "none"


def _face(log: SessionLog, face: FaceSummary, duration_s: float) -> Iterator[str]:
    stills = face.track == ALL_FACES
    name = "All faces" if stills else f"Face {face.track}" + (f" ({face.code})" if face.code else "")
    yield f"<h2>{markup(name)}</h2>"
    yield paragraph(_in_view(face))
    yield "<h3>Labels shown</h3>"
    stack = [(share.label, share.share) for share in face.labels if share.rows]
    yield label_stack(stack, "; ".join(f"{label} {percent(share)}" for label, share in stack))
    yield f'<div class="labels">{_label_table(face, stills=stills)}</div>'
    if not stills:
        yield from _timeline(log, face, name, duration_s)
    yield '<div class="pair">'
    yield from _reasons(face)
    yield "</div>"


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


def _label_table(face: FaceSummary, *, stills: bool) -> Markup:
    head = [
        "Label",
        "Faces" if stills else "Frames",
        "Share of all",
        "Without uncertain",
        "As a bar",
    ]
    times = [] if stills else ["Times shown", "Mean length"]
    rows = [
        (
            label_key(share.label),
            share.rows,
            percent(share.share),
            percent(share.share_of_labelled),
            *([] if stills else [share.episodes or "-", _seconds(share.mean_episode_s)]),
            label_bar(share.label, share.share),
        )
        for share in face.labels
    ]
    return table([*head[:4], *times, head[4]], rows, numbers=range(1, 4 + len(times)))


def _seconds(value: float | None) -> str:
    return "-" if value is None else length_text(value)


def _timeline(log: SessionLog, face: FaceSummary, name: str, duration_s: float) -> Iterator[str]:
    points = reduced(log.rows[log.rows.track == face.track], duration_s)
    events = [event for event in folded(log.events) if event.kind != "session"]
    averaged = f" Each point is the mean of {points.step:.2g} s." if points.step else ""
    yield "<h3>Smoothed probabilities</h3>"
    yield f"<figure>{timeline_svg(points, duration_s, events, f'Timeline of {name}')}"
    yield (
        "<figcaption>The strip below the lines is the shown label. Hatched: uncertain. A gap: the face was "
        f"not in view, or not analysed. Numbered marks: events.{averaged}</figcaption></figure>"
    )
    keys = "".join(label_key(label) for label in (*EMOTIONS, UNCERTAIN))
    yield f'<div class="keys">{keys}</div>'


def _reasons(face: FaceSummary) -> Iterator[str]:
    yield "<div><h3>Why the label was uncertain</h3>"
    if face.uncertain_reasons:
        rows = [(_words(s.name), s.count, percent(s.share)) for s in face.uncertain_reasons]
        yield table(("Reason", "Frames", "Share of uncertain"), rows, numbers=(1, 2))
    else:
        yield paragraph("It never was.", "quiet")
    yield "</div><div><h3>Why the picture was too poor</h3>"
    if face.quality_reasons:
        rows = [(QUALITY_WORDS[s.name], s.count, percent(s.share)) for s in face.quality_reasons]
        yield table(("Reason (several may hold)", "Frames", "Share of poor"), rows, numbers=(1, 2))
    else:
        yield paragraph("It never was.", "quiet")
    yield "</div>"


def _words(reason: str) -> str:
    return UNCERTAIN_WORDS.get(reason, reason.replace("_", " "))

"""The part of the report with totals: of the session, between its markers, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from femon.emotions import CODES, EMOTIONS
from femon.review.blocks import Block, Cell, Heading, Paragraph, Table
from femon.review.frame_rows import LABELS
from femon.review.measured import covered, fine_cell, number_cell, share_cell
from femon.review.quantities import clock_text, length_text, percent
from femon.review.stretches import Stretch
from femon.review.totals import Totals

MOST_STRETCHES: Final = 60
NamedTotals = tuple[str, Totals]


def stretch_section(named: Sequence[NamedTotals], left_out: Sequence[Stretch]) -> Iterator[Block]:
    """Totals of stretches; the first entry is the whole session."""
    yield Heading(2, "Totals")
    yield from totals_tables("Stretch", named[: MOST_STRETCHES + 1])
    if len(named) > MOST_STRETCHES + 1:
        yield Paragraph(f"{len(named) - MOST_STRETCHES - 1} more with --csv-summary.", "quiet")
    if left_out:
        yield Heading(3, "Left out by a reviewer")
        rows = [
            (clock_text(one.start), clock_text(one.end), length_text(one.end - one.start), one.name or "-")
            for one in left_out
        ]
        yield Table(("From", "To", "Length", "Reason"), rows, (0, 1, 2))


def totals_tables(first: str, named: Sequence[NamedTotals]) -> Iterator[Block]:
    """A table of figures and, where expressions were watched, one of labels; one row for each entry."""
    eyes, pose, engagement = (
        any(getattr(totals, name) is not None for _, totals in named)
        for name in ("eye_coverage", "pose_coverage", "engagement_coverage")
    )
    head = [first, "Length", "Analysed", "Usable face"]
    head += ["PERCLOS", "Blinks / min", "Eyes readable"] if eyes else []
    head += ["On target", "Known"] if pose else []
    head += ["Engagement"] if engagement else []
    head += ["Alarms"] if eyes or pose else []
    rows = [_row(name, totals, eyes=eyes, pose=pose, engagement=engagement) for name, totals in named]
    yield Table(head, rows, range(1, len(head)))
    if any(sum(totals.labels) for _, totals in named):
        yield Heading(3, "Labels: share of all frames with the face, in brackets without uncertain")
        yield Table(
            [first, *CODES.values(), "Uncertain", "Frames"], [_labels(*one) for one in named], range(1, 10)
        )


def _row(name: str, totals: Totals, *, eyes: bool, pose: bool, engagement: bool) -> list[Cell]:
    row: list[Cell] = [
        name,
        length_text(totals.length_s),
        percent(totals.analysed_share),
        percent(totals.usable_share),
    ]
    if eyes:
        row += [
            fine_cell(totals.perclos),
            number_cell(totals.blink_rate, ".0f"),
            percent(totals.eye_coverage),
        ]
    if pose:
        row += [share_cell(totals.on_target), percent(totals.pose_coverage)]
    if engagement:
        row.append(covered(number_cell(totals.engagement), totals.engagement_coverage))
    if eyes or pose:
        false = f" ({totals.false_alarms} false)" if totals.false_alarms else ""
        row.append(f"{totals.alarms}{false}")
    return row


def _labels(name: str, totals: Totals) -> list[Cell]:
    shares = [
        f"{percent(totals.label_share(place, labelled=False))}"
        f" ({percent(totals.label_share(place, labelled=True))})"
        for place in range(len(EMOTIONS))
    ]
    uncertain = percent(totals.label_share(len(LABELS) - 1, labelled=False))
    return [name, *shares, uncertain, sum(totals.labels)]

"""The part of the report about how long faces were turned to the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from femon.review.blocks import Block, Heading, Pair, Paragraph, Table
from femon.review.dwell import RULE, Dwell
from femon.review.quantities import length_text, percent
from femon.review.signs import bar

_MOST_FACES: Final = 8


def dwell_section(dwell: Dwell) -> Iterator[Block]:
    """Dwell time of each face, and how many faced the screen at once."""
    if not dwell.faces:
        return
    longest = sorted(
        sorted(dwell.faces, key=lambda face: -face.in_view_s)[:_MOST_FACES], key=lambda f: f.track
    )
    rows = [
        (
            str(face.track),
            length_text(face.in_view_s),
            length_text(face.facing_s),
            percent(face.share),
            percent(face.known_s / face.in_view_s if face.in_view_s else None),
            length_text(face.longest_s),
        )
        for face in longest
    ]
    head = ("Face", "In view", "Facing", "Share", "Known for", "Longest")
    at_once = [
        (f"at least {n}", percent(share), bar("first", share)) for n, share in enumerate(dwell.at_least, 1)
    ]
    yield Heading(2, "Facing the screen")
    yield Pair(
        (Heading(3, "Each face"), Table(head, rows, range(6))),
        (
            Heading(3, "Faces at once, of the analysed time"),
            Table(("Faces", "Share", ""), at_once, (1,)) if at_once else Paragraph("None.", "quiet"),
        ),
    )
    yield Paragraph(RULE, "quiet")

"""Scenery: what is drawn of a session for one face, computed away from the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from femon.gui.review.record import SessionRecord, read_record
from femon.gui.review.shares import ShareRow, share_table
from femon.gui.review.spans import Span, spans_of
from femon.gui.review.strips import Strip, strips_of


@dataclass(frozen=True, slots=True, eq=False)
class Scenery:
    """A session with its strips, events and shares."""

    record: SessionRecord
    track: int  # 0 for a session without faces, and for a folder of pictures
    strips: tuple[Strip, ...]
    spans: tuple[Span, ...]
    shares: tuple[ShareRow, ...]

    @property
    def excluded(self) -> tuple[Span, ...]:
        """The stretches that are left out."""
        return tuple(span for span in self.spans if span.lane == "excluded")


def open_scenery(folder: Path) -> Scenery:
    """Read a session folder, with the face that it begins with; raises SessionError."""
    record = read_record(folder)
    return scenery_of(record, 0 if record.stills else record.first)


def scenery_of(record: SessionRecord, track: int) -> Scenery:
    """The scenery for another face."""
    spans = spans_of(record.events, record.duration_s)
    strips = () if record.stills else strips_of(record, track)
    return Scenery(record, track, strips, spans, share_table(record, spans, track))

"""What can be done with a finished session, for background threads: exclusions, report, exports, deletion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from femon.errors import SessionError
from femon.export import ExportOptions, export_session, open_session
from femon.gui.report_pdf import write_pdf
from femon.gui.review.record import SessionRecord
from femon.gui.review.scenery import Scenery, scenery_of
from femon.gui.review.spans import Span
from femon.recording.amending import UNDO, Moment, exclude, undo_exclusion
from femon.recording.folder import COMPARISON_FILE
from femon.recording.rows import Phase
from femon.retention import StoredSession, comparisons_with, delete_session, find_sessions
from femon.review.comparison import compared, comparison_document
from femon.review.report import report_document, write_html, write_report
from femon.review.session_log import Event, read_session

PDF_FILE: Final = "report.pdf"


@dataclass(frozen=True, slots=True)
class Belongings:
    """A session with the names of everything in its folder, to be asked about before it is deleted."""

    session: StoredSession
    names: tuple[str, ...]


def write_web_page(folder: Path, models: Path) -> Path:
    """Write report.html into the session folder; raises SessionError."""
    return write_report(folder, models=models)


def write_paper(folder: Path, models: Path) -> Path:
    """Write report.pdf into the session folder; raises SessionError."""
    return write_pdf(report_document(read_session(folder), models), folder / PDF_FILE)


def write_comparison(folders: Sequence[Path], models: Path) -> Path:
    """Write comparison.html beside the first of several session folders; raises SessionError."""
    sessions = [  # one log at a time is held in memory
        compared(read_session(folder), number, models, exclude=True)
        for number, folder in enumerate(folders, 1)
    ]
    return write_html(comparison_document(sessions), folders[0].parent / COMPARISON_FILE)


def write_exports(
    folder: Path, formats: Sequence[str], values: str, progress: Callable[[int, int, str], None]
) -> Path:
    """Write some formats of FORMATS and return the folder that holds them.

    `progress` gets the formats done, their number and the name of the next. Raises SessionError and
    SettingsError; formats written before stay.
    """
    session = open_session(folder)
    options = ExportOptions(values=values)  # type: ignore[arg-type]  # one of the choices of the dialog
    for done, name in enumerate(formats):
        progress(done, len(formats), name)
        exported = export_session(session, name, options)
    progress(len(formats), len(formats), "")
    return exported.folder if len(formats) == 1 else exported.folder.parent


def belongings(folder: Path) -> Belongings:
    """What would be deleted with a session; raises SessionError where femon must not delete."""
    try:
        stored = find_sessions(folder.parent)
        session = next((one for one in stored.sessions if one.folder == folder), None)
        if session is None:
            raise SessionError(
                f"{folder} is not as femon recorded it, so femon does not delete it. Delete it by hand."
            )
        if session.running:
            raise SessionError(f"The session {folder.name} is still being recorded. Stop it first.")
        names = sorted(entry.name for entry in folder.iterdir())
        names += [f"../{path.name}" for path in comparisons_with(session)]
    except OSError as error:
        raise _failed(folder, error) from error
    return Belongings(session, tuple(names))


def delete(session: StoredSession) -> None:
    """Delete a session folder with everything in it; raises SessionError."""
    try:
        delete_session(session)
    except OSError as error:
        raise _failed(session.folder, error) from error


def _failed(folder: Path, error: OSError) -> SessionError:
    return SessionError(
        f"The session {folder.name} cannot be deleted ({error.strerror or error}). "
        "Close other programs that use it, then try again."
    )


def exclude_stretch(scenery: Scenery, start: float, end: float, reason: str) -> Scenery:
    """Leave a stretch (s) of a session out of its figures; raises SessionError."""
    record = scenery.record
    first = exclude(record.folder, _moment(record, start), _moment(record, end), reason)
    begun = _event(first, None, start, "start", details={"reason": reason})
    return _with_events(scenery, begun, _event(first + 1, first, end, "end"))


def count_again(scenery: Scenery, span: Span) -> Scenery:
    """Undo the exclusion of a stretch; raises SessionError."""
    record = scenery.record
    number = undo_exclusion(record.folder, span.event_id, _moment(record, span.start))
    return _with_events(scenery, _event(number, span.event_id, span.start, "point", name=UNDO))


def _with_events(scenery: Scenery, *events: Event) -> Scenery:
    """As if the session had been read again: that takes seconds for a long one."""
    record = replace(scenery.record, events=(*scenery.record.events, *events))
    return scenery_of(record, scenery.track)


def _event(
    number: int,
    ref: int | None,
    t: float,
    phase: Phase,
    *,
    name: str = "exclude",
    details: dict[str, str] | None = None,
) -> Event:
    return Event(
        id=number, ref_id=ref, t=t, kind="exclude", phase=phase, name=name, track=None, value=None, unit="",
        duration_s=None, details=details or {},
    )  # fmt: skip


def _moment(record: SessionRecord, t: float) -> Moment:
    row = record.row_of(record.place(t), 0)
    if row is None:
        return Moment(t)
    frame, media_t = record.number("frame", row), record.number("t_media_s", row)
    return Moment(t, None if frame is None else int(frame), media_t)

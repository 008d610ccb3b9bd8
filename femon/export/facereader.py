"""Logs as FaceReader writes them: <participant>_detailed.txt and <participant>_state.txt for each face.

The layout follows logs that FaceReader users have made public; it is not verified against the product.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, TextIO

from femon.emotions import UNCERTAIN
from femon.export.cells import Getter, file_code, plain_text, same
from femon.export.options import ExportOptions
from femon.export.session import Cells, ExportSession
from femon.export.staging import Staging

NAMES: Final = {
    "neutral": "Neutral", "happy": "Happy", "sad": "Sad", "angry": "Angry", "surprise": "Surprised",
    "fear": "Scared", "disgust": "Disgusted",
}  # fmt: skip
HEADER: Final = (
    "Video Time", *NAMES.values(), "Valence", "Arousal", "Y - Head Orientation", "X - Head Orientation",
    "Z - Head Orientation", "Quality", "Mouth", "Left Eye", "Right Eye", "Event Marker", "Participant Name",
    "Analysis Index",
)  # fmt: skip
STATE_HEADER: Final = ("Video Time", "Dominant Expression")
FIND_FAILED, FIT_FAILED, UNKNOWN = "FIND_FAILED", "FIT_FAILED", "Unknown"
ANALYSIS: Final = "Analysis 1"
OPEN_MOUTH: Final = 0.30  # jaw_open above it
CLOSED_EYE: Final = 0.30  # openness below it
_VALUE_COUNT: Final = HEADER.index("Event Marker") - 1
_ALL_FACES: Final = 0  # the "track" of a picture folder, where face numbers mean nothing


@dataclass(slots=True)
class _Span:
    """The frames between which a face appears, both included; None: to the end of the session."""

    first: int
    last: int | None


def write(session: ExportSession, options: ExportOptions, staging: Staging) -> None:
    """Write two files per face; raises OSError, and ValueError for a damaged cell.

    The files of the first face cover the whole session, those of the others the frames between their first
    and their last: so only the faces of the moment have open files.
    """
    spans = _spans(session)
    codes = _codes(session, list(spans))
    waiting = sorted(spans, key=lambda track: spans[track].first, reverse=True)
    logs: dict[int, _Log] = {}
    with ExitStack() as stack:
        for frame, rows, marker in _marked_frames(session):
            while waiting and spans[waiting[-1]].first <= frame:
                track = waiting.pop()
                logs[track] = stack.enter_context(_Log(session, options, staging, codes[track]))
            for track, log in list(logs.items()):
                own = [row for row in rows if track in (_ALL_FACES, _track(row))]
                log.add(own or [_absent(rows[0])], marker)
                if spans[track].last == frame:
                    logs.pop(track).close()


def notes(options: ExportOptions) -> str:
    """What a reader of the FaceReader style logs must know."""
    failed = "are empty" if options.blank else f"say {FIND_FAILED} and {FIT_FAILED}"
    return (
        "Layout and signs were not verified against the product. One pair of files per face: the first "
        "face's cover the whole session, the others' the time from the first to the last frame of that "
        "face. Cells without a face (or in a frame that was not analysed) and with a face too poor to "
        f"judge {failed}. Head orientation is in degrees in femon's signs: Y + to image right, X + chin "
        "up, Z + to the subject's right shoulder. Valence and arousal are computed from the smoothed "
        "classes with fixed weights; they are not measured. Unknown stands for femon's label uncertain; "
        "the dominant expression is empty where expressions were not watched. Columns that femon did not "
        "fill are empty. Text that reads as a missing value stands in single quotes. A marker stands at "
        "the next frame, or at the last frame if none follows. Start time is local; it is empty for files "
        "of unknown date. Equal times of two rows are 1 ms apart."
    )


class _Log:
    """The two open files of one face."""

    def __init__(
        self, session: ExportSession, options: ExportOptions, staging: Staging, code: tuple[str, str]
    ) -> None:
        self._options = options
        self._person, name = plain_text(code[0]), code[1]
        self._values = _value_getters(options)
        self._milliseconds = -1
        self._state: str | None = None
        with ExitStack() as stack:
            self._detailed = stack.enter_context(staging.open(f"{name}_detailed.txt"))
            self._states = stack.enter_context(staging.open(f"{name}_state.txt"))
            self._detailed.write(_preamble(session, code[0], "detailed"))
            self._states.write(_preamble(session, code[0], "state"))
            _write(self._detailed, HEADER)
            _write(self._states, STATE_HEADER)
            self._files = stack.pop_all()

    def __enter__(self) -> _Log:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close both files; safe to call twice."""
        self._files.close()

    def add(self, rows: list[Cells], marker: str) -> None:
        """The rows of this face in one frame; the first one carries the marker."""
        for row in rows:
            time = self._time(row)
            _write(self._detailed, (time, *self._cells(row), marker, self._person, ANALYSIS))
            state = self._dominant(row)
            if state != self._state:
                _write(self._states, (time, state))
                self._state = state
            marker = ""

    def _time(self, row: Cells) -> str:
        """HH:MM:SS.mmm, later than every earlier one."""
        self._milliseconds = max(round(float(row["t_mono_s"]) * 1000), self._milliseconds + 1)
        seconds, milliseconds = divmod(self._milliseconds, 1000)
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{milliseconds:03d}"

    def _cells(self, row: Cells) -> list[str]:
        if row["status"] == "ok":
            return [get(row) for get in self._values]
        failure = FIT_FAILED if row["status"] == "low_quality" else FIND_FAILED
        return ["" if self._options.blank else failure] * _VALUE_COUNT

    def _dominant(self, row: Cells) -> str:
        if row["status"] in ("ok", "low_quality"):
            return UNKNOWN if row["label"] == UNCERTAIN else NAMES.get(row["label"], "")
        return "" if self._options.blank else FIND_FAILED


def _value_getters(options: ExportOptions) -> list[Getter]:
    columns = [f"{options.values}_{name}" for name in NAMES]
    columns += ["valence_derived", "arousal_derived", "yaw_deg", "pitch_deg", "roll_deg", "quality"]
    return [
        *map(same, columns),
        lambda row: _choice(row["jaw_open"], "Open", "Closed", OPEN_MOUTH),
        lambda row: _eye(row["open_left"]),
        lambda row: _eye(row["open_right"]),
    ]


def _choice(cell: str, above: str, otherwise: str, limit: float) -> str:
    if not cell:
        return ""
    return above if float(cell) > limit else otherwise


def _eye(cell: str) -> str:
    if not cell:
        return ""
    return "Closed" if float(cell) < CLOSED_EYE else "Open"


def _preamble(session: ExportSession, code: str, kind: str) -> str:
    """The eight lines above the header."""
    calibration = session.table("calibration", code)
    rate = session.number("source", "fps_measured")
    lines = (
        (f"Video analysis {kind} log",),
        (),
        ("Face Model", f"femon {plain_text(session.model_id)} (softmax, sums to 1)"),
        ("Calibration", "Participant" if calibration.get("used") else "-"),
        ("Start time", _start_time(session)),
        ("Filename", plain_text(session.source_name)),
        ("Frame rate", f"{rate:.9f}" if rate else ""),
        (),
    )
    return "".join("\t".join(line) + "\n" for line in lines)


def _start_time(session: ExportSession) -> str:
    start, offset_min = session.table("clock").get("start_utc"), session.number("clock", "utc_offset_min")
    if not start or offset_min is None:
        return ""
    local = datetime.fromisoformat(str(start)) + timedelta(minutes=offset_min)
    milliseconds = local.microsecond // 1000
    return f"{local.month}/{local.day}/{local.year} {local:%H:%M:%S}.{milliseconds:03d}"


def _spans(session: ExportSession) -> dict[int, _Span]:
    """The frames of each face; face 1, or the lowest number there is, stands for the whole session."""
    spans: dict[int, _Span] = {}
    if not session.stills:
        for row in session.rows():
            if row["face_id"]:
                frame = int(row["frame"])
                spans.setdefault(int(row["face_id"]), _Span(frame, frame)).last = frame
    spans[min(spans, default=_ALL_FACES)] = _Span(0, None)
    return spans


def _codes(session: ExportSession, tracks: list[int]) -> dict[int, tuple[str, str]]:
    """Participant name and file name of each face; no two files share a name, whatever the system."""
    stored, codes, taken = session.table("faces"), dict[int, tuple[str, str]](), set[str]()
    for track in sorted(tracks):
        code = str(stored.get(str(track)) or (session.participant if track == min(tracks) else f"f{track}"))
        name = file_code(code) or f"f{track}"
        while name.lower() in taken:
            name = f"{name}-{track}"
        taken.add(name.lower())
        codes[track] = code, name
    return codes


def _marked_frames(session: ExportSession) -> Iterator[tuple[int, list[Cells], str]]:
    """The frames with their rows and the markers since the one before; the last also has those after it."""
    markers = session.markers()  # those that no row has named yet
    held: tuple[int, list[Cells], list[str]] | None = None  # a frame is the last when no other follows
    names: list[str] = []
    for frame, rows in _frames(session):
        names += [markers.pop(event) for event in _events(rows) if event in markers]
        if frame is None:
            continue
        if held is not None:
            yield _with_text(*held)
        held, names = (frame, rows, names), []
    if held is not None:
        frame, rows, its_own = held
        yield _with_text(frame, rows, [*its_own, *names, *markers.values()])


def _with_text(frame: int, rows: list[Cells], markers: list[str]) -> tuple[int, list[Cells], str]:
    # The format quotes nothing, and a reader that knows quotes would take rows for one text.
    return frame, rows, "; ".join(map(plain_text, markers)).replace('"', "'")


def _frames(session: ExportSession) -> Iterator[tuple[int | None, list[Cells]]]:
    """The rows of each frame together; without a number those of a lost camera."""
    for frame, rows in groupby(session.rows(), key=lambda row: row["frame"]):
        yield int(frame) if frame else None, list(rows)


def _track(row: Cells) -> int | None:
    return int(row["face_id"]) if row["face_id"] else None


def _events(rows: list[Cells]) -> list[str]:
    return [event for row in rows for event in row["event"].split("+")]


def _absent(row: Cells) -> Cells:
    """The row of a face that is not in this frame, whatever others are."""
    return Cells(t_mono_s=row["t_mono_s"], status="no_face")


def _write(file: TextIO, cells: tuple[str, ...]) -> None:
    file.write("\t".join(cells) + "\n")

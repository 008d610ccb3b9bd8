"""Evidence: the numbers of each frame around a transition, and the monitor's verdict on them once more."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

import numpy as np

from femon.monitors import EyeReference, Limits, Monitor, MonitorState, Profile, SessionKind, Transition
from femon.monitors import geometry as mesh
from femon.types import Face, Pose, Quality

BEFORE_S: Final = 10.0
AFTER_S: Final = 5.0
# A state that takes exactly BEFORE_S to build up needs the frames just before it too.
_MARGIN_S: Final = 0.5
_MOST_ROWS: Final = 4000  # 15 s at more frames per second than any camera gives
_MOST_OPEN: Final = 64
_DECIMALS: Final = 5
_SAME_S: Final = 0.1  # a transition reproduced this close is the same one
# Rules that look back further than an evidence window.
_LONG_RULES: Final = ("drowsiness", "shared")


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """The numbers of one frame, None where there is none; angles in degrees, right and left the subject's.

    The first block is what was seen, the second what it was held against.
    """

    t: float
    dt: float
    validity: str
    settling: str | None
    ear_right: float | None
    ear_left: float | None
    openness_right: float | None
    openness_left: float | None
    yaw: float | None
    pitch: float | None
    roll: float | None
    jaw_open: float | None
    eye_blink: float | None

    open_right: float
    open_left: float
    closed_right: float
    closed_left: float
    neutral_yaw: float | None
    neutral_pitch: float | None
    neutral_roll: float | None
    pose_calibrated: bool
    acknowledged: bool  # something was, since the frame before


HEADER: Final = tuple(field.name for field in fields(EvidenceRow))
_TEXTS: Final = ("validity", "settling")
_FLAGS: Final = ("pose_calibrated", "acknowledged")


@dataclass(frozen=True, slots=True)
class EvidenceWindow:
    """The frames around one transition."""

    id: str  # of its audit row; names the file
    transition: Transition
    rows: tuple[EvidenceRow, ...]
    whole: bool  # 10 s before and 5 s after were there

    def csv_text(self) -> str:
        """The rows as RFC 4180 text with a header; an empty cell is a missing value."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(HEADER)
        writer.writerows([_cell(value) for value in asdict(row).values()] for row in self.rows)
        return text.getvalue()


def rows_of(csv_text: str) -> tuple[EvidenceRow, ...]:
    """The rows of a file written from csv_text(); ValueError if it is none."""
    table = list(csv.reader(io.StringIO(csv_text, newline="")))
    if not table or tuple(table[0]) != HEADER:
        raise ValueError("this is no evidence file: its first line is not the expected header")
    return tuple(_row_of(cells) for cells in table[1:])


def _row_of(cells: list[str]) -> EvidenceRow:
    values: dict[str, Any] = {}
    for name, cell in zip(HEADER, cells, strict=True):
        if name in _FLAGS:
            values[name] = cell == "1"
        elif not cell:
            values[name] = None
        else:
            values[name] = cell if name in _TEXTS else float(cell)
    return EvidenceRow(**values)


def _cell(value: float | str | bool | None) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return str(int(value)) if isinstance(value, bool) else f"{value:.{_DECIMALS}f}"


class _Frame:
    """A frame whose row is made when a window asks for it, which is rare, and then once for all windows."""

    __slots__ = ("_answered", "_row", "_state", "t")

    def __init__(self, state: MonitorState, answered: bool) -> None:
        self.t, self._state, self._answered = state.t, state, answered
        self._row: EvidenceRow | None = None

    def row(self) -> EvidenceRow:
        if self._row is None:
            self._row = _row_at(self._state, self._answered)
        return self._row


class EvidenceKeeper:
    """Remembers the last seconds, and hands out the window of a transition 5 s after it.

    Windows may overlap; memory is bounded, since the frames of the last 16 s are kept once for all.
    """

    def __init__(self) -> None:
        self._frames: deque[_Frame] = deque(maxlen=_MOST_ROWS)
        self._open: deque[tuple[str, Transition]] = deque()
        self._acknowledged: tuple[float | None, ...] = ()

    def update(
        self, state: MonitorState, wanted: Iterable[tuple[str, Transition]] = ()
    ) -> tuple[EvidenceWindow, ...]:
        """Take a frame and the transitions whose evidence is wanted, by id; the windows that are complete."""
        self._frames.append(_Frame(state, self._answered(state)))
        finished = [self._window(*self._open.popleft()) for _ in range(self._due(state.t))]
        self._open.extend(wanted)
        while len(self._open) > _MOST_OPEN:
            finished.append(self._window(*self._open.popleft()))
        oldest_t = (self._open[0][1].t if self._open else state.t) - BEFORE_S - _MARGIN_S
        while self._frames[0].t < oldest_t:
            self._frames.popleft()
        return tuple(finished)

    def close(self) -> tuple[EvidenceWindow, ...]:
        """The session ends: every window that is still open, as far as it goes."""
        finished = tuple(self._window(*one) for one in self._open)
        self._open.clear()
        return finished

    def _due(self, t: float) -> int:
        return sum(transition.t + AFTER_S <= t for _, transition in self._open)

    def _window(self, name: str, transition: Transition) -> EvidenceWindow:
        first_t, last_t = transition.t - BEFORE_S - _MARGIN_S, transition.t + AFTER_S
        rows = tuple(frame.row() for frame in self._frames if first_t <= frame.t <= last_t)
        begins = bool(rows) and rows[0].t <= transition.t - BEFORE_S
        ends = self._frames[-1].t >= transition.t + AFTER_S
        return EvidenceWindow(name, transition, rows, begins and ends)

    def _answered(self, state: MonitorState) -> bool:
        """Whether something was acknowledged since the frame before."""
        answers = (
            state.closure.acknowledged_t,
            state.attention.acknowledged_t,
            state.drowsiness.acknowledged_t,
        )
        before, self._acknowledged = self._acknowledged or answers, answers
        return answers != before and any(
            now is not None and now != then for now, then in zip(answers, before, strict=True)
        )


def _row_at(state: MonitorState, answered: bool) -> EvidenceRow:
    eyes, head, references = state.eyes, state.head, state.references
    return EvidenceRow(
        t=state.t,
        dt=state.dt,
        validity=state.validity.validity,
        settling=state.validity.settling,
        ear_right=eyes.ear_right,
        ear_left=eyes.ear_left,
        openness_right=eyes.openness_right,
        openness_left=eyes.openness_left,
        yaw=head.raw.yaw if head.raw else None,
        pitch=head.raw.pitch if head.raw else None,
        roll=head.raw.roll if head.raw else None,
        jaw_open=state.mouth.jaw_open,
        eye_blink=state.eye_blink,
        open_right=references.open_right,
        open_left=references.open_left,
        closed_right=references.closed_right,
        closed_left=references.closed_left,
        neutral_yaw=head.neutral.yaw if head.neutral else None,
        neutral_pitch=head.neutral.pitch if head.neutral else None,
        neutral_roll=head.neutral.roll if head.neutral else None,
        pose_calibrated=head.calibrated,
        acknowledged=answered,
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the monitor says of an evidence window; reproduced is None where its rule looks back further."""

    reproduced: bool | None
    t: float | None  # s, when it happened in the replay
    text: str  # one sentence


def replayed(
    rows: Iterable[EvidenceRow],
    transition: Transition,
    *,
    limits: Limits | None = None,
    kind: SessionKind = "driver",
) -> Verdict:
    """Show the rows to a new monitor and say whether the transition comes out again at the same frame.

    The monitor gets the references of the first row. Levels of drowsiness and the sum of half a minute
    depend on more than 10 s and cannot be judged from a window, except a level that a closure has caused.
    """
    rows = tuple(rows)
    if not rows:
        return Verdict(False, None, "The window is empty.")
    long = transition.channel in _LONG_RULES or "shared" in (transition.after, transition.before)
    if long and transition.reason != "sleep_event":
        return Verdict(None, None, f"The rule {transition.reason} looks back further than the evidence does.")
    monitor = _monitor_for(rows[0], limits or Limits(), kind)
    for row, face in zip(rows, _faces_of(rows), strict=True):
        if row.acknowledged:
            monitor.acknowledge(row.t)
        for one in monitor.update(row.t, face).transitions:
            same = (one.channel, one.after) == (transition.channel, transition.after)
            if same and abs(one.t - transition.t) <= _SAME_S:
                return Verdict(True, one.t, f"The evidence leads to {one.after} again.")
    return Verdict(False, None, f"The evidence does not lead to {transition.after}.")


def _monitor_for(row: EvidenceRow, limits: Limits, kind: SessionKind) -> Monitor:
    """A monitor that begins where the recorded one stood at this row."""
    if not row.pose_calibrated:
        limits = replace(limits, off_yaw=limits.off_yaw_uncalibrated, off_pitch=limits.off_pitch_uncalibrated)
    profile = Profile(
        EyeReference(row.open_right, row.closed_right),
        EyeReference(row.open_left, row.closed_left),
        Pose(row.neutral_yaw or 0.0, row.neutral_pitch or 0.0, row.neutral_roll or 0.0),
        closed_source="guided",
    )
    return Monitor(limits, profile, kind)


def _faces_of(rows: Iterable[EvidenceRow]) -> Iterable[Face | None]:
    """For each row a face that shows its numbers; its nose jumps where the recorded one did."""
    nose_px, settling = 0.0, None
    for row in rows:
        if row.settling == "jumped" != settling:
            nose_px += _SPAN_PX * 3
        settling = row.settling
        yield None if row.validity == "no_face" and settling is None else _face_of(row, nose_px)


_SPAN_PX: Final = 240.0  # between the outer corners
_NEAR_PX: Final = 80.0
_FAR_PX: Final = 40.0
_UNREADABLE_PX: Final = 1.0
_QUALITY: Final = Quality(1.0, (), 100.0, 120.0, _SPAN_PX)
_CROP: Final = np.zeros((48, 48), np.uint8)


def _face_of(row: EvidenceRow, nose_px: float) -> Face:
    landmarks = np.zeros((478, 3), np.float32)
    for points, ear, sign in ((mesh.RIGHT_EYE, row.ear_right, -1), (mesh.LEFT_EYE, row.ear_left, 1)):
        readable = row.validity in ("ok", "partial")
        width = (_FAR_PX if ear is None else _NEAR_PX) if readable else _UNREADABLE_PX
        if row.validity == "partial" and ear is None and abs(row.yaw or 0.0) <= Limits().yaw_both_eyes:
            width = _UNREADABLE_PX
        landmarks[list(points), :2] = _eye(width, ear if ear is not None else 0.25, sign)
    landmarks[mesh.NOSE_TIP, :2] = nose_px, 60.0
    blendshapes = np.zeros(52, np.float32)
    blendshapes[mesh.JAW_OPEN] = row.jaw_open or 0.0
    blendshapes[list(mesh.BLINK)] = row.eye_blink or 0.0
    pose = Pose(row.yaw or 0.0, row.pitch or 0.0, row.roll or 0.0)
    return Face(1, (0.0, 0.0, 300.0, 300.0), landmarks, blendshapes, pose, _QUALITY, _CROP)


def _eye(width: float, ear: float, sign: int) -> list[tuple[float, float]]:
    """Six points (x, y) px whose eye aspect ratio is `ear`: corners level, lids ear * width apart."""
    half, x = ear * width / 2, sign * _SPAN_PX / 2
    inner = x - sign * width
    first, last = (x, inner) if sign < 0 else (inner, x)  # p1 is the corner on the image's left
    near, far = first + (last - first) / 3, first + (last - first) * 2 / 3
    return [(first, 0.0), (near, -half), (far, -half), (last, 0.0), (far, half), (near, half)]

"""Evidence: the numbers of each frame around a transition, enough for a monitor to come to it again."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Final

from femon.monitors import MonitorState, Transition

BEFORE_S: Final = 10.0
AFTER_S: Final = 5.0
# A state that takes exactly BEFORE_S to build up needs the frames just before it too.
_MARGIN_S: Final = 0.5
_MOST_ROWS: Final = 4000  # 15 s at more frames per second than any camera gives
_MOST_OPEN: Final = 64
_DECIMALS: Final = 6  # as the times in frames.csv


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """The numbers of one frame, None where there is none; angles in degrees, right and left the subject's.

    The first block says when it was, the second what was seen, the third what it was held against. Frame and
    time are those of the source; in a session's file they are those of the session: below 0 and without a
    number before its first frame.
    """

    frame: int | None  # as in frames.csv, where its row is
    t: float  # s
    t_utc: str | None  # ISO 8601, in a session of known date

    dt: float  # s
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


def _cell(value: float | str | bool | None) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return str(int(value)) if isinstance(value, int) else f"{value:.{_DECIMALS}f}"


class _Frame:
    """A frame whose row is made when a window asks for it, which is rare, and then once for all windows."""

    __slots__ = ("_answered", "_number", "_row", "_state", "t")

    def __init__(self, number: int | None, state: MonitorState, answered: bool) -> None:
        self.t, self._number, self._state, self._answered = state.t, number, state, answered
        self._row: EvidenceRow | None = None

    def row(self) -> EvidenceRow:
        if self._row is None:
            self._row = _row_at(self._number, self._state, self._answered)
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
        self,
        state: MonitorState,
        wanted: Iterable[tuple[str, Transition]] = (),
        *,
        frame: int | None = None,
    ) -> tuple[EvidenceWindow, ...]:
        """Take a frame, by its number in the source, and the transitions whose evidence is wanted, by id.

        Returns the windows that are complete.
        """
        self._frames.append(_Frame(frame, state, self._answered(state)))
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


def _row_at(number: int | None, state: MonitorState, answered: bool) -> EvidenceRow:
    eyes, head, references = state.eyes, state.head, state.references
    return EvidenceRow(
        frame=number,
        t=state.t,
        t_utc=None,
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

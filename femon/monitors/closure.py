"""The EVENT channel: how long the eyes have been shut without a break, from a blink to no reaction."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from femon.monitors.clock import Tick
from femon.monitors.lids import RANK, Closure, EventLevel, closure_begun, grow, judge, watch_head
from femon.monitors.limits import Limits
from femon.monitors.windows import RecentTimes, held, lasted
from femon.types import ROUNDING_S


@dataclass(frozen=True, slots=True)
class ClosureState:
    """The EVENT channel after one frame."""

    level: EventLevel
    reason: str  # the rule behind the level, mostly the name of a limit
    number: int  # of the closure in progress, from 1; 0 while the eyes are open
    closed_s: float
    deep_share: float | None  # of the closure in progress; so the next three
    pitch_change: float | None  # degrees, peak to peak around the onset
    onset_t: float | None
    glance_s: float | None  # its age if it counts as a glance
    flagged: bool  # the head moved at its onset
    excluded: bool  # PERCLOS leaves it out
    acknowledged_t: float | None  # of the level shown
    ended_s: float | None  # length of the closure that ended at this frame
    microsleeps_recent: int  # closures that reached microsleep or worse within 5 min
    microsleeps: int  # in the session; so sleeps and glances
    sleeps: int
    glances_recent: int
    glances: int


class ClosureMonitor:
    """Follows closures: worsening shows at once, easing waits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._closure: Closure | None = None
        self._number = 0
        self._before: float | None = None  # openness of the previous frame
        self._pitches: deque[tuple[float, float]] = deque()  # t, degrees
        self._lost_s: float | None = None
        self._rest: EventLevel = "open"  # the level without a closure
        self._reason = "start"
        self._shown: EventLevel = "open"
        self._shown_reason = "start"
        self._shown_s = 0.0
        self._acknowledged_t: float | None = None
        self._ended_s: float | None = None
        self._microsleeps = RecentTimes(limits.drowsy_events_window_s)
        self._glances = RecentTimes(limits.drowsy_events_window_s)
        self._sleeps = 0

    def update(
        self, tick: Tick, openness: float | None, pitch: float | None, *, alarms: bool = True
    ) -> ClosureState:
        """Take a frame: openness is None when no eye can be read, raw pitch (degrees) when there is no head.

        With alarms=False, which is for frame rates that are too low, nothing rises above a long blink.
        """
        self._ended_s = None
        self._shown_s += tick.dt
        if pitch is not None:
            self._watch_head(tick.t, pitch)
        if tick.step > self._limits.lost_s + ROUNDING_S:
            self._break_off()
        if openness is None:
            self._lose(tick, alarms=alarms)
        else:
            self._see(tick, openness, alarms=alarms)
        self._before = openness
        self._show()
        return self._state(tick.t)

    def acknowledge(self, t: float) -> None:
        """The person reacted at t seconds: quietens the level shown and ends what waits for a reaction.

        Timers go on. Closed eyes keep their closure; an unresponsive one then ends as sleep does.
        """
        self._acknowledged_t = t
        closure = self._closure
        if closure is None or closure.level not in ("lost_closed", "unresponsive"):
            return
        closure.acknowledged = True
        if closure.opening or self._before is None:
            self._end("acknowledged", rest="unknown" if self._before is None else "open")
            self._shown_s = self._limits.shortest_alarm_s

    def _watch_head(self, t: float, pitch: float) -> None:
        limits, pitches = self._limits, self._pitches
        pitches.append((t, pitch))
        while pitches[0][0] < t - limits.guard_within_s - limits.longest_interpolation_s - ROUNDING_S:
            pitches.popleft()
        if self._closure is not None:
            watch_head(self._closure, t, pitch, limits)

    def _see(self, tick: Tick, openness: float, *, alarms: bool) -> None:
        limits, closure = self._limits, self._closure
        if self._rest == "unknown":
            self._rest, self._reason = "open", "eyes_read"
        self._lost_s = None
        if closure is not None:
            grow(closure, tick, self._before, openness, limits)
        elif openness < limits.closure_enter:
            closure = self._begin(tick, openness)
        else:
            return
        self._judge(closure, tick.t, alarms=alarms)
        leave_s, reason = self._leave(closure)
        if closure.opening and closure.open_s >= leave_s - ROUNDING_S:
            self._end(reason, rest="open")

    def _begin(self, tick: Tick, openness: float) -> Closure:
        self._number += 1
        self._reason = "closure_enter"
        self._closure = closure_begun(
            tick, self._before, openness, limits=self._limits, number=self._number, pitches=self._pitches
        )
        return self._closure

    def _judge(self, closure: Closure, t: float, *, alarms: bool) -> None:
        was_glance = closure.glance
        level, reason = judge(closure, self._limits)
        if closure.glance and not was_glance:
            self._glances.add(t)
        if not alarms and RANK[level] > RANK["long_blink"]:
            level = "long_blink"
        if RANK[level] > RANK[closure.level]:
            self._raise(closure, level, reason, t)

    def _raise(self, closure: Closure, level: EventLevel, reason: str, t: float) -> None:
        before, after = RANK[closure.level], RANK[level]
        closure.level, self._reason = level, reason
        if before < RANK["microsleep"] <= after:
            self._microsleeps.add(t)
        if before < RANK["sleep"] <= after:
            self._sleeps += 1

    def _leave(self, closure: Closure) -> tuple[float, str]:
        """How long the eyes must be open to end a closure, and the name of that limit."""
        limits = self._limits
        if closure.level == "unresponsive" and not closure.acknowledged:
            return limits.leave_unresponsive_s, "leave_unresponsive_s"
        if RANK[closure.level] >= RANK["sleep"]:
            return limits.leave_sleep_s, "leave_sleep_s"
        return limits.leave_s, "leave_s"

    def _lose(self, tick: Tick, *, alarms: bool) -> None:
        """Nothing can be read: timers stand still, and after a second a closure is alarming or unknown."""
        limits, closure = self._limits, self._closure
        self._lost_s = held(self._lost_s, tick.dt, True)
        if not lasted(self._lost_s, limits.lost_s):
            return
        if closure is None:
            self._rest, self._reason = "unknown", "lost_s"
            return
        if closure.level in ("unresponsive", "lost_closed"):
            return
        alarming = RANK[closure.level] >= RANK["pre"] or (alarms and not closure.glance)
        if alarming and not closure.opening and closure.closed_s >= limits.lost_closed_s - ROUNDING_S:
            self._raise(closure, "lost_closed", "lost_s", tick.t)
        else:
            self._end("lost_s", rest="unknown")

    def _break_off(self) -> None:
        """No frame for as long as a face may be lost: only sleep and worse go on behind the break."""
        if self._closure is not None and RANK[self._closure.level] < RANK["sleep"]:
            self._end("lost_s", rest="unknown")

    def _end(self, reason: str, *, rest: EventLevel) -> None:
        if self._closure is not None:
            self._ended_s = self._closure.age_s - self._closure.open_s
        self._closure, self._rest, self._reason = None, rest, reason

    def _show(self) -> None:
        """Bring the level shown up to date; an alarm stays for a moment."""
        level = self._closure.level if self._closure else self._rest
        worse = RANK[level] - RANK[self._shown]
        alarm = RANK[self._shown] >= RANK["pre"]
        held = alarm and self._shown_s < self._limits.shortest_alarm_s - ROUNDING_S
        if level == self._shown or (worse < 0 and held):
            return
        if worse != 0:
            self._acknowledged_t = None
        self._shown, self._shown_reason, self._shown_s = level, self._reason, 0.0

    def _state(self, t: float) -> ClosureState:
        closure = self._closure
        change = closure.pitch_high - closure.pitch_low if closure else None
        return ClosureState(
            level=self._shown,
            reason=self._shown_reason,
            number=closure.number if closure else 0,
            closed_s=closure.closed_s if closure else 0.0,
            deep_share=closure.deep_share if closure else None,
            pitch_change=None if change is None else max(change, 0.0),
            onset_t=closure.onset_t if closure else None,
            glance_s=closure.age_s if closure and closure.glance else None,
            flagged=closure.flagged if closure else False,
            excluded=closure is not None and closure.flagged and RANK[closure.level] < RANK["sleep"],
            acknowledged_t=self._acknowledged_t,
            ended_s=self._ended_s,
            microsleeps_recent=self._microsleeps.count(t),
            microsleeps=self._microsleeps.total,
            sleeps=self._sleeps,
            glances_recent=self._glances.count(t),
            glances=self._glances.total,
        )

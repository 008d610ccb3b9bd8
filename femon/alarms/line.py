"""A line of alarms, of which one at most is active: since when, if answered, and when it sounds again."""

from __future__ import annotations

import math

from femon.alarms.policy import ALARMS, AlarmKind, AlarmName, AlarmPolicy, LineName
from femon.alarms.tones import TONES, SoundName, Tone


class AlarmLine:
    """Follows the alarm that a line of the monitor calls for; times in s."""

    def __init__(self, name: LineName, policy: AlarmPolicy) -> None:
        self.name = name
        self._policy = policy
        self.alarm: AlarmName | None = None
        self.row_id: str | None = None  # of the audit row that began the newest alarm
        self.acknowledged_t: float | None = None
        self._acknowledged_rank = 0
        self._since_t = -math.inf
        self._held: AlarmName | None = None  # over, but not seen for long enough
        self._held_until_t = -math.inf
        self._due_t = math.inf  # of the next sound that is not a loop
        self._sounded = 0  # times without an answer
        self.escalated = False

    @property
    def kind(self) -> AlarmKind | None:
        """The row of the active alarm in the table."""
        return None if self.alarm is None else ALARMS[self.alarm]

    def update(self, t: float, alarm: AlarmName | None) -> None:
        """Take what the monitor calls for at t."""
        if alarm != self.alarm:
            before, self._since_t = (self.alarm, self._since_t), t
            self.alarm = alarm
            if _rank(alarm) > _rank(before[0]):
                self._rise(t)
            else:
                self._fall(t, *before)
        quiet_until_t = self.quiet_until_t
        if quiet_until_t is not None and t >= quiet_until_t:
            self.acknowledged_t, self._acknowledged_rank = None, 0
            self._sound_from(t, sounded=0)

    def acknowledge(self, t: float) -> None:
        """The person answered the alarm that is visible: it is quiet until it gets worse."""
        self.acknowledged_t, self._acknowledged_rank = t, _rank(self.alarm)
        self.escalated, self._sounded = False, 0

    def visible(self, t: float) -> AlarmName | None:
        """What is to be seen: the alarm, or a worse one that has not been seen for long enough."""
        if t >= self._held_until_t:
            return self.alarm
        held = self._held
        return held if _rank(held) > _rank(self.alarm) else self.alarm

    @property
    def quiet_until_t(self) -> float | None:
        """When an acknowledged drowsiness alarm may sound again; None for all others."""
        if self.acknowledged_t is None or self.name != "drowsiness" or self.alarm is None:
            return None
        return self.acknowledged_t + self._policy.quiet_s

    @property
    def due_t(self) -> float:
        """When its sound is next to be started, if it is not a loop; infinite: not again."""
        return self._due_t

    @property
    def sound(self) -> SoundName | None:
        """The sound of the alarm, one step up after it was ignored for long."""
        if self.kind is None:
            return None
        return "severe" if self.escalated else self.kind.sound

    def start_sound(self, t: float) -> bool:
        """Note that the sound starts at t; whether it has just been escalated."""
        ignored = self.alarm == "drowsy" and self._sounded >= self._policy.escalation_repeats
        news = ignored and not self.escalated
        self.escalated = ignored
        self._sounded += 1
        tone = self._tone()
        again_s = tone.again_s if tone else None
        self._due_t = math.inf if again_s is None else t + again_s
        return news

    def _rise(self, t: float) -> None:
        self._held = None
        if _rank(self.alarm) > self._acknowledged_rank:
            self.acknowledged_t = None
        self._sound_from(t, sounded=0)

    def _fall(self, t: float, alarm: AlarmName | None, since_t: float) -> None:
        if alarm is not None:
            self._held, self._held_until_t = alarm, since_t + self._policy.shortest_visible_s
        self._acknowledged_rank = min(self._acknowledged_rank, _rank(self.alarm))
        if self.alarm is None:
            self.acknowledged_t = None
        tone = self._tone()  # what eases was announced when it was worse
        self._sound_from(t + (tone.again_s or 0.0) if tone else math.inf, sounded=1)

    def _sound_from(self, t: float, *, sounded: int) -> None:
        self._due_t, self._sounded, self.escalated = t, sounded, False

    def _tone(self) -> Tone | None:
        return None if self.sound is None else TONES[self.sound]


def _rank(alarm: AlarmName | None) -> int:
    return 0 if alarm is None else ALARMS[alarm].rank

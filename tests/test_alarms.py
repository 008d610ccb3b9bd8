"""What people see and hear of the monitor's states, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from femon.alarms import TONES, AlarmDesk, AlarmPolicy, Alarms, AuditRow, alarm_events
from femon.alarms.policy import ALARMS, settings_hash
from femon.monitors import Limits, Monitor, MonitorState, Profile
from femon.monitors.transitions import TransitionLog
from monitors.synthetic import Script, Timing, closure, faces, profile, steps

START = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)


@dataclass
class Story:
    """A desk that is told what the monitor would say, ten times a second."""

    desk: AlarmDesk = field(default_factory=AlarmDesk)
    t: float = 0.0
    told: list[Alarms] = field(default_factory=list)
    rows: list[AuditRow] = field(default_factory=list)
    now: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._log = TransitionLog()
        self._calm = Monitor().update(0.0, None)
        self.set()

    def set(
        self,
        *,
        event: Any = "open",
        closed_s: float = 0.0,
        drowsiness: Any = "alert",
        distraction: Any = "on",
        shared: bool = False,
        shown: Any = "visible",
        held: bool = False,
    ) -> None:
        """What the monitor says from now on; `held`: the closure is over, its level still shown."""
        calm = self._calm
        number = 0 if held or event == "open" else 1
        self.now = {
            "closure": replace(calm.closure, level=event, number=number, closed_s=closed_s, onset_t=self.t),
            "drowsiness": replace(calm.drowsiness, level=drowsiness),
            "attention": replace(calm.attention, distraction=distraction, shared=shared),
            "validity": replace(calm.validity, shown=shown),
        }

    def run(self, seconds: float, **changes: Any) -> Alarms:
        """Let time pass; the first of the frames brings the changes."""
        if changes:
            self.set(**changes)
        for _ in range(round(seconds * 10)):
            state = replace(self._calm, t=self.t, **self.now)
            utc = START + timedelta(seconds=self.t)
            self.take(self.desk.update(self._log.noted(state), utc=utc, media_t=self.t + 100))
            self.t = round(self.t + 0.1, 6)
        return self.told[-1]

    def take(self, alarms: Alarms) -> Alarms:
        self.told.append(alarms)
        self.rows += alarms.audit
        return alarms

    def acknowledge(self) -> Alarms:
        self._log.acknowledge(self.t)
        return self.take(self.desk.acknowledge(self.t))

    def starts(self, name: str) -> list[float]:
        """When a sound was started."""
        sounds = {one.sound for one in self.told if one.sound is not None}
        return sorted(sound.started_t for sound in sounds if sound.name == name)

    def after(self, name: str) -> list[AuditRow]:
        return [row for row in self.rows if row.after == name]


def test_nothing_is_shown_while_nothing_is_wrong() -> None:
    told = Story().run(2.0)
    assert (told.alarm, told.text, told.sound, told.active, told.audit) == (None, "", None, (), ())


@pytest.mark.parametrize(
    ("changes", "alarm", "colour", "sound", "period_s"),
    [
        ({"event": "pre"}, "pre", "amber", "pre", None),
        ({"event": "microsleep"}, "microsleep", "red", "microsleep", 1.5),
        ({"event": "sleep"}, "sleep", "red", "sleep", 0.3),
        ({"event": "lost_closed"}, "lost_closed", "red", "sleep", 0.3),
        ({"event": "unresponsive"}, "unresponsive", "red", "unresponsive", 0.5),
        ({"distraction": "long_distraction"}, "long_distraction", "blue", "long_distraction", None),
        ({"distraction": "long_2"}, "long_2", "blue", "long_2", 2.0),
        ({"shared": True}, "shared", "blue", "shared", None),
        ({"drowsiness": "advisory"}, "advisory", "none", None, None),
        ({"drowsiness": "drowsy"}, "drowsy", "amber", "drowsy", None),
        ({"drowsiness": "severe"}, "severe", "red", "severe", None),
        ({"shown": "eyes_unreadable"}, "eyes_unreadable", "amber", "eyes_unreadable", None),
    ],
)
def test_every_alarm_has_its_looks_and_its_sound(
    changes: dict[str, Any], alarm: str, colour: str, sound: str | None, period_s: float | None
) -> None:
    told = Story().run(0.1, **changes)
    assert (told.alarm, told.colour) == (alarm, colour)
    assert told.text
    assert told.sound is None if sound is None else (told.sound and told.sound.name) == sound
    if told.sound:
        assert told.sound.period_s == period_s


def test_the_worst_alarm_drives_banner_and_sound() -> None:
    story = Story()
    told = story.run(0.1, event="microsleep", drowsiness="drowsy", shared=True)
    assert told.active == ("microsleep", "shared", "drowsy")
    assert told.sound is not None
    assert told.sound.name == "microsleep"
    told = story.run(2.0, shared=True, drowsiness="drowsy")
    assert story.starts("shared")
    assert story.starts("drowsy")
    assert told.alarm == "shared"


def test_a_one_time_sound_is_heard_once_per_episode() -> None:
    story = Story()
    story.run(20.0, shared=True)
    assert story.starts("shared") == [0.0]
    story.run(5.0, shared=False)
    story.run(5.0, shared=True)
    assert story.starts("shared") == [0.0, 25.0]


def test_a_looped_sound_is_one_sound_for_as_long_as_the_eyes_are_closed() -> None:
    story = Story()
    story.run(3.0, event="microsleep", closed_s=2.0)
    assert story.starts("microsleep") == [0.0]
    assert story.told[-1].text == "Microsleep: eyes closed 2.0 s"
    told = story.run(0.5, event="microsleep", held=True)
    assert told.sound is None
    assert told.text == "Microsleep: eyes closed 2.0 s"


def test_a_short_alarm_stays_visible_for_a_second_and_a_half_in_silence() -> None:
    story = Story()
    story.run(0.5, distraction="long_2")
    assert story.run(0.9, distraction="on").alarm == "long_2"
    assert story.told[-1].sound is None
    assert story.run(0.2).alarm is None


def test_a_worse_alarm_replaces_a_short_one_at_once() -> None:
    story = Story()
    story.run(0.3, event="pre")
    assert story.run(0.1, event="microsleep").alarm == "microsleep"


def test_drowsiness_repeats_every_minute_and_the_third_repeat_sounds_as_severe() -> None:
    story = Story()
    story.run(245.0, drowsiness="drowsy")
    assert story.starts("drowsy") == pytest.approx([0.0, 60.0, 120.0])
    assert story.starts("severe") == pytest.approx([180.0, 210.0, 240.0])
    (escalated,) = story.after("escalated")
    (begun,) = story.after("drowsy")
    assert (escalated.channel, escalated.ref_id) == ("sound", begun.id)
    assert story.told[-1].alarm == "drowsy"


def test_severe_repeats_every_half_minute() -> None:
    story = Story()
    told = story.run(70.0, drowsiness="severe")
    assert story.starts("severe") == pytest.approx([0.0, 30.0, 60.0])
    assert told.next_sound_s == pytest.approx(20.1)
    assert not story.after("escalated")


def test_an_acknowledged_drowsiness_is_quiet_for_five_minutes_and_then_starts_over() -> None:
    story = Story()
    story.run(130.0, drowsiness="drowsy")
    told = story.acknowledge()
    assert (told.sound, told.acknowledged, told.quiet_s) == (None, True, 300.0)
    story.run(420.0)
    assert story.starts("drowsy") == pytest.approx([0.0, 60.0, 120.0, 430.0, 490.0])
    assert not story.after("escalated")


def test_an_acknowledged_drowsiness_sounds_again_when_the_level_rises() -> None:
    story = Story()
    story.run(1.0, drowsiness="drowsy")
    story.acknowledge()
    story.run(10.0)
    story.run(1.0, drowsiness="severe")
    assert story.starts("severe") == [11.0]


def test_a_level_that_eases_does_not_sound_until_its_repeat() -> None:
    story = Story()
    story.run(5.0, drowsiness="severe")
    story.run(70.0, drowsiness="drowsy")
    assert story.starts("severe") == [0.0]
    assert story.starts("drowsy") == pytest.approx([65.0])


def test_drowsiness_waits_with_its_sound_until_a_closure_is_over() -> None:
    story = Story()
    story.run(1.0, event="microsleep", drowsiness="drowsy")
    assert not story.starts("drowsy")
    story.run(1.0, drowsiness="drowsy")
    assert story.starts("drowsy") == [1.0]


def test_acknowledging_silences_a_closure_until_it_gets_worse() -> None:
    story = Story()
    story.run(1.0, event="microsleep")
    assert story.acknowledge().sound is None
    assert story.run(0.5, event="microsleep", closed_s=2.5).sound is None
    told = story.run(0.1, event="sleep", closed_s=3.0)
    assert told.sound is not None
    assert (told.sound.name, told.acknowledged) == ("sleep", False)


def test_the_next_closure_sounds_although_the_last_was_acknowledged() -> None:
    story = Story()
    story.run(1.0, event="microsleep")
    story.acknowledge()
    story.run(3.0, event="open")
    assert story.run(0.1, event="microsleep").sound is not None


def test_acknowledging_is_audited_once_for_each_visible_alarm() -> None:
    story = Story()
    story.run(1.0, event="microsleep", drowsiness="drowsy")
    story.acknowledge()
    story.acknowledge()
    answered = story.after("acknowledged")
    assert [row.before for row in answered] == ["microsleep", "drowsy"]
    assert [row.ref_id for row in answered] == [story.after(row.before)[0].id for row in answered]
    assert all(row.channel == "person" for row in answered)
    story.run(1.0)
    story.run(0.1, event="open", drowsiness="drowsy")
    (ended,) = story.after("open")
    assert ended.evidence is not None
    assert ended.evidence.acknowledged_t == 1.0


def test_a_false_alarm_marks_the_last_alarm_once_and_leaves_it_on() -> None:
    story = Story()
    assert not story.desk.false_alarm(0.0).audit
    story.run(1.0, event="microsleep")
    story.run(4.0, event="open")
    marked = story.take(story.desk.false_alarm(story.t))
    (row,) = marked.audit
    assert (row.before, row.after, row.ref_id) == (
        "microsleep",
        "false_alarm",
        story.after("microsleep")[0].id,
    )
    assert not story.desk.false_alarm(story.t).audit
    story.run(1.0, event="microsleep")
    assert story.take(story.desk.false_alarm(story.t)).sound is not None


def test_an_alarm_that_was_called_false_is_told_until_the_next_one_begins() -> None:
    story = Story()
    assert story.run(1.0, event="microsleep").false is None
    assert story.desk.false_alarm(story.t).false == "microsleep"
    assert story.run(1.0).false == "microsleep"
    assert story.run(4.0, event="open").false == "microsleep"
    assert story.run(1.0, event="microsleep").false is None


def test_a_snooze_silences_everything_but_sleep_and_is_counted_down_and_audited() -> None:
    story = Story()
    story.run(1.0, event="microsleep")
    told = story.take(story.desk.snooze(story.t, 60.0))
    assert (told.sound, told.snoozed_s, told.alarm) == (None, 60.0, "microsleep")
    (row,) = told.audit
    assert (row.after, row.seconds, row.ref_id) == ("snoozed", 60.0, story.after("microsleep")[0].id)
    assert story.run(1.0, event="sleep").sound is not None
    assert story.run(1.0, event="lost_closed").sound is not None
    assert story.run(1.0, event="unresponsive").sound is not None
    assert story.run(1.0, event="open", distraction="long_2").sound is None
    assert story.run(57.0).snoozed_s is None
    assert story.told[-1].sound is not None


def test_a_snooze_is_never_a_mute() -> None:
    desk = AlarmDesk()
    assert desk.snooze(0.0, 1e9).snoozed_s == AlarmPolicy().longest_snooze_s
    for seconds in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="snooze"):
            desk.snooze(0.0, seconds)


def test_volume_zero_and_a_missing_device_are_marked_and_audited() -> None:
    story = Story()
    story.run(1.0, event="sleep")
    told = story.take(story.desk.set_sound(story.t, volume=0.0))
    assert (told.sound, told.sound_off) == (None, "Sound is off: the volume is 0.")
    assert told.alarm == "sleep"
    told = story.take(story.desk.set_sound(story.t, volume=0.8, fault="No device."))
    assert told.sound_off == "No device."
    told = story.take(story.desk.set_sound(story.t, volume=0.8))
    assert told.sound_off is None
    assert told.sound is not None
    assert [row.after for row in story.rows if row.channel == "sound"] == ["off", "off", "on"]


def test_an_engagement_session_shows_attention_in_silence_and_nothing_else() -> None:
    story = Story(AlarmDesk(kind="engagement"))
    told = story.run(1.0, event="sleep", distraction="long_2", drowsiness="severe")
    assert (told.active, told.sound, told.sound_off) == (("long_2",), None, None)
    assert {row.after for row in story.rows} == {"sleep", "long_2", "severe"}
    assert not any(row.sounds for row in story.rows)


def test_a_free_session_shows_no_alarm() -> None:
    told = Story(AlarmDesk(kind="free")).run(1.0, event="sleep")
    assert (told.alarm, told.sound, told.sound_off) == (None, None, None)


def test_every_transition_has_an_audit_row_that_is_ready_for_json() -> None:
    wearer = Profile(*(profile(Script(1)).right,) * 2, profile(Script(1)).neutral, glasses=True)
    wearer = replace(wearer, measured_on=date(2026, 3, 1))
    story = Story(AlarmDesk(profile=wearer))
    story.run(0.5, event="closing")
    story.run(0.5, event="microsleep", closed_s=1.52)
    story.run(0.5, event="sleep", closed_s=3.1)
    story.run(0.5, event="open", shown="no_face")
    rows = story.rows
    assert [(row.before, row.after) for row in rows] == [
        ("open", "closing"),
        ("closing", "microsleep"),
        ("microsleep", "sleep"),
        ("sleep", "open"),
        ("visible", "no_face"),
    ]
    assert [row.routine for row in rows] == [True, False, False, False, False]
    assert len({row.id for row in rows}) == len(rows)
    assert [row.ref_id for row in rows] == [None, None, rows[1].id, rows[2].id, None]
    plain = json.loads(json.dumps(rows[1].as_json()))
    assert plain["utc"] == "2026-03-14T08:00:00.500000+00:00"
    assert plain["media_t"] == 100.5
    assert (plain["profile"], plain["calibrated_on"]) == ("glasses", "2026-03-01")
    assert plain["settings_hash"] == settings_hash(Limits(), AlarmPolicy())
    needed = {
        "id", "t", "utc", "media_t", "channel", "from", "to", "reason", "closed_s", "deep_share",
        "pitch_change_deg", "glance", "p60", "p180", "fatigue_index", "vats_s", "off_length_s", "coverage", "fps",
        "validity", "open_right", "open_left", "closed_right", "closed_left", "profile", "calibrated_on",
        "settings_hash", "acknowledged_t",
    }  # fmt: skip
    assert needed <= plain.keys()


def test_the_settings_hash_changes_with_a_limit_and_with_a_setting() -> None:
    usual = settings_hash(Limits(), AlarmPolicy())
    assert settings_hash(Limits(sleep_s=2.5), AlarmPolicy()) != usual
    assert settings_hash(Limits(), AlarmPolicy(volume=0.5)) != usual


def test_events_pair_the_start_of_an_alarm_with_its_end() -> None:
    story = Story()
    story.run(0.5, event="microsleep", closed_s=1.52)
    story.run(0.5, event="sleep", closed_s=3.1)
    story.acknowledge()
    story.run(0.5, event="open")
    story.take(story.desk.snooze(story.t, 30))
    events = [event for row in story.rows for event in alarm_events(row)]
    assert [(event.name, event.phase) for event in events] == [
        ("microsleep", "start"),
        ("microsleep", "end"),
        ("sleep", "start"),
        ("ack", "point"),
        ("sleep", "end"),
        ("snooze", "point"),
    ]
    first, ended, second, answer, _, snooze = events
    assert (first.value, first.unit) == (1.52, "s")
    assert first.details["sound"] is True
    assert (ended.ref_id, answer.ref_id) == (first.audit_id, second.audit_id)
    assert (snooze.value, snooze.unit) == (30, "s")


def test_a_value_that_is_not_known_has_no_unit() -> None:
    story = Story()
    story.run(0.5, drowsiness="severe")  # by a sleep, before 30 s have been seen
    (event,) = [event for row in story.rows for event in alarm_events(row)]
    assert (event.name, event.phase, event.value, event.unit) == ("severe", "start", None, "")


@dataclass
class Watched:
    """A scripted face before a real monitor and a desk."""

    told: list[Alarms]
    rows: list[AuditRow]
    states: list[MonitorState]


def watch(script: Script, timing: Timing | None = None) -> Watched:
    monitor, desk = Monitor(None, profile(script), "driver"), AlarmDesk()
    watched = Watched([], [], [])
    for t, face in faces(script, timing or Timing(30)):
        state = monitor.update(t, face)
        watched.told.append(desk.update(state))
        watched.rows += watched.told[-1].audit
        watched.states.append(state)
    return watched


def sounds(watched: Watched) -> Iterator[tuple[str, float]]:
    before = None
    for told in watched.told:
        if told.sound is not None and told.sound != before:
            yield told.sound.name, told.sound.started_t
        before = told.sound


@pytest.mark.parametrize("fps", [10, 30])
def test_alarms_of_a_real_closure_sound_in_time_and_carry_their_delay(fps: int) -> None:
    script = Script(10, openness=closure(2, 3.6))
    watched = watch(script, Timing(fps))
    heard = dict(sounds(watched))
    for name, after_s in (("pre", 1.0), ("microsleep", 1.5), ("sleep", 3.0)):
        assert -0.05 <= heard[name] - 2 - after_s <= 0.2
    for row in watched.rows:
        if row.starts in ("pre", "microsleep", "sleep"):
            assert row.threshold == {"pre": 1.0, "microsleep": 1.5, "sleep": 3.0}[row.starts]
            assert row.delay_s is not None
            assert 0 <= row.delay_s <= 0.2
    assert len(watched.rows) == sum(len(state.transitions) for state in watched.states)
    assert watched.told[-1].active == ("severe",)


def test_an_alarm_that_the_override_raised_claims_no_delay() -> None:
    watched = watch(Script(12, openness=closure(2, 8), pitch=[(0, 0), (1.9, 0), (2.1, -15)]))
    overridden = [row for row in watched.rows if row.reason == "override"]
    assert overridden
    assert {row.delay_s for row in overridden} == {None}


def test_looking_away_sounds_at_three_and_at_five_seconds() -> None:
    watched = watch(Script(9, yaw=steps((1, 35), (8, 0))))
    heard = dict(sounds(watched))
    assert 3.9 <= heard["long_distraction"] <= 4.3
    assert 5.9 <= heard["long_2"] <= 6.3


def test_the_same_frames_give_the_same_alarms() -> None:
    script = Script(8, openness=closure(2, 3.6), yaw=steps((6, 35)))
    assert watch(script).told == watch(script).told


def test_every_alarm_with_a_sound_has_a_tone() -> None:
    assert {kind.sound for kind in ALARMS.values()} - {None} == set(TONES)

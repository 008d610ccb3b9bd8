"""Alarms in the window: from the readings to banner, sound and tray, and the answers back to the pipeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QSystemTrayIcon

from femon.alarms import Alarms, Sound, limits_of
from femon.alarms.policy import ALARMS, AlarmName
from femon.gui import sounds
from femon.gui.dialogs.settings_dialog import SettingsDialog
from femon.gui.dialogs.sound_tests import SOUNDS, SoundTests
from femon.gui.monitor_figures import attention_section, fatigue_section
from femon.gui.sounds import Fill, SoundError
from femon.gui.tray import Tray, system_tray_icon
from femon.monitors import Limits, Monitor
from femon.settings import AlarmSettings, ModeSettings

DRIVER = ModeSettings(expression=False, fatigue=True, attention=True)
ATTENTION = ModeSettings(expression=False, attention=True)


def called(name: AlarmName, t: float = 1.0, **changes: Any) -> Alarms:
    kind = ALARMS[name]
    told = Alarms(t, alarm=name, text=kind.text.format(closed_s=1.6), colour=kind.colour, style=kind.style)
    sound = Sound(kind.sound, None, t) if kind.sound else None
    return replace(told, sound=sound, active=(name,), **changes)


class Speakers:
    """The audio device; `missing` is why there is none."""

    def __init__(self) -> None:
        self.missing = ""
        self.open = 0

    def __call__(self, _fill: Fill) -> Speakers:
        if self.missing:
            raise SoundError(self.missing)
        self.open += 1
        return self

    def close(self) -> None:
        self.open -= 1


@pytest.fixture
def speakers(monkeypatch: pytest.MonkeyPatch) -> Speakers:
    made = Speakers()
    monkeypatch.setattr(sounds, "open_miniaudio", made)
    return made


@pytest.fixture
def watching(studio: Any, speakers: Speakers) -> Callable[..., Any]:
    """Opens a clip in a mode."""

    def begin(modes: ModeSettings) -> Any:
        studio.controller.change_settings(replace(studio.controller.settings, modes=modes))
        studio.open_clip()
        studio.deliver()
        return studio

    return begin


def show(studio: Any, alarms: Alarms | None, t: float = 1.0) -> None:
    studio.pipeline.show(replace(studio.made_up(t), alarms=alarms))
    studio.deliver()


def test_an_alarm_is_seen_heard_and_silenced_when_the_source_ends(
    watching: Callable[..., Any], speakers: Speakers
) -> None:
    studio = watching(DRIVER)
    alarms = studio.window.alarms
    assert speakers.open == 1
    show(studio, called("sleep"))
    assert studio.window.parts.alarm_banner.strip.text == "WAKE UP"
    assert alarms.player._sound.name == "sleep"
    studio.say("ended", "talk.mp4 has ended.")
    assert studio.window.parts.alarm_banner.isHidden()
    assert (alarms.player._sound, speakers.open) == (None, 0)


def test_readings_without_alarms_are_silent(watching: Callable[..., Any]) -> None:
    studio = watching(DRIVER)
    show(studio, called("sleep"))
    show(studio, None)  # while somebody is being calibrated
    assert studio.window.parts.alarm_banner.isHidden()
    assert studio.window.alarms.player._sound is None


def test_attention_alone_opens_no_audio_device(watching: Callable[..., Any], speakers: Speakers) -> None:
    studio = watching(ATTENTION)
    show(studio, replace(called("long_2"), sound=None))
    assert studio.window.parts.alarm_banner.strip.text == "Look ahead"
    assert speakers.open == 0
    assert not [call for call in studio.pipeline.calls if call[0] == "sound"]


@pytest.mark.parametrize(("key", "answer"), [("A", "acknowledge"), ("X", "false_alarm"), ("Z", "snooze")])
def test_each_answer_has_a_key_and_a_button(
    watching: Callable[..., Any], qtbot: Any, key: str, answer: str
) -> None:
    studio = watching(DRIVER)
    command = studio.window.commands[answer]
    assert (command.shortcut().toString(), command.isEnabled()) == (key, True)
    show(studio, called("microsleep"))
    studio.window.parts.alarm_banner.findChild(QPushButton, answer).click()
    command.trigger()
    assert [call for call in studio.pipeline.calls if call == answer] == [answer] * 2


def test_space_stays_the_key_of_pause(watching: Callable[..., Any], qtbot: Any) -> None:
    studio = watching(DRIVER)
    show(studio, called("sleep"))
    qtbot.keyClick(studio.window, Qt.Key.Key_Space)
    assert "acknowledge" not in studio.pipeline.calls


def test_answers_are_no_commands_while_nobody_is_watched(watching: Callable[..., Any]) -> None:
    studio = watching(ModeSettings())
    assert not any(
        studio.window.commands[name].isEnabled() for name in ("acknowledge", "false_alarm", "snooze")
    )
    studio.window.alarms.answer("acknowledge")
    assert "acknowledge" not in studio.pipeline.calls


def test_an_answer_shows_without_waiting_for_the_next_frame(watching: Callable[..., Any]) -> None:
    studio = watching(DRIVER)
    show(studio, called("sleep"))
    studio.say("alarms", alarms=replace(called("sleep"), acknowledged=True, sound=None))
    assert studio.window.parts.alarm_banner.strip.note == "Acknowledged"
    assert studio.window.alarms.player._sound is None


def test_a_missing_device_reaches_the_desk_that_marks_it(
    watching: Callable[..., Any], speakers: Speakers
) -> None:
    speakers.missing = "Sound is off: no device."
    studio = watching(DRIVER)
    show(studio, Alarms(1.0))
    assert ("sound", 0.8, "Sound is off: no device.") in studio.pipeline.calls
    speakers.missing = ""
    for _ in range(5):
        studio.window.alarms.player.look()
    studio.deliver()
    assert studio.pipeline.calls[-1] == ("sound", 0.8, "")


def test_the_volume_changes_while_alarms_sound_and_limits_open_the_source_again(
    watching: Callable[..., Any],
) -> None:
    studio = watching(DRIVER)
    show(studio, called("sleep"))
    louder = replace(studio.controller.settings, alarms=AlarmSettings(volume=0.3))
    studio.window.preferences.take(louder)
    assert studio.pipeline.calls[-1] == ("sound", 0.3, "")
    assert len(studio.made.pipelines) == 1
    studio.window.preferences.take(replace(louder, alarms=AlarmSettings(volume=0.3, sleep_s=2.5)))
    studio.deliver()
    assert len(studio.made.pipelines) == 2
    assert studio.pipeline.settings.alarms.sleep_s == 2.5


# --- the test buttons ---


def test_every_sound_can_be_tried_and_the_device_is_let_go_again(
    studio: Any, speakers: Speakers, qtbot: Any
) -> None:
    alarms = studio.window.alarms
    dialog = SettingsDialog(studio.controller.settings, sounds=alarms)
    qtbot.addWidget(dialog)
    dialog.show()
    assert speakers.open == 0  # nobody has turned to the page
    dialog.show_page("Alarms")
    studio.deliver()
    assert speakers.open == 1
    dialog.editors["alarms.volume"].set_value(0.5)
    tests = dialog.findChild(SoundTests)
    for name in SOUNDS:
        tests.findChild(QPushButton, name).click()
        track = alarms.player._mixer.track
        assert (track is not None, track and track.loops) == (True, False)
    assert track is not None
    assert track.gain == 0.5
    dialog.reject()
    assert (speakers.open, alarms.player._volume) == (0, 0.8)


def test_trying_sounds_does_not_silence_a_running_session(
    watching: Callable[..., Any], speakers: Speakers, qtbot: Any
) -> None:
    studio = watching(DRIVER)
    show(studio, called("sleep"))
    studio.window.alarms.begin_test()
    studio.window.alarms.end_test()
    assert speakers.open == 1
    assert studio.window.alarms.player._sound.name == "sleep"


# --- the tray ---


class Icon(QObject):
    """A tray icon that notes what it is told."""

    activated = Signal(QSystemTrayIcon.ActivationReason)
    messageClicked = Signal()  # noqa: N815 - Qt's name

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.visible = False
        self.messages: list[str] = []
        self.tip = ""

    def setIcon(self, _icon: object) -> None:
        pass

    def setContextMenu(self, menu: QMenu) -> None:
        self.menu = menu

    def setToolTip(self, tip: str) -> None:
        self.tip = tip

    def showMessage(self, _title: str, text: str, *_: object) -> None:
        self.messages.append(text)

    def show(self) -> None:
        self.visible = True

    def hide(self) -> None:
        self.visible = False


@pytest.fixture
def tray(studio: Any) -> Tray:
    made: Tray = studio.window.alarms.tray
    made._make_icon = Icon  # type: ignore[assignment]
    return made


def test_the_tray_raises_each_alarm_once_while_the_window_is_minimised(
    watching: Callable[..., Any], tray: Tray
) -> None:
    studio = watching(DRIVER)
    icon: Any = tray._icon
    assert icon.visible
    studio.window.showMinimized()
    for alarms in (called("pre"), called("pre"), called("microsleep"), Alarms(1.0), called("advisory")):
        show(studio, alarms)
    assert icon.messages == ["Eyes closed", "Microsleep: eyes closed 1.6 s"]
    assert icon.tip == "femon"
    assert studio.window.alarms.player._sound is None
    show(studio, called("sleep"))
    assert studio.window.alarms.player._sound.name == "sleep"
    studio.say("ended")
    assert not icon.visible


def test_the_menu_of_the_tray_shows_the_window_acknowledges_and_quits(
    watching: Callable[..., Any], tray: Tray
) -> None:
    studio = watching(DRIVER)
    entries = {action.text(): action for action in tray.menu.actions() if action.text()}
    assert list(entries) == ["Show window", "Acknowledge alarm", "Quit"]
    assert not entries["Acknowledge alarm"].isEnabled()
    show(studio, called("microsleep"))
    entries["Acknowledge alarm"].trigger()
    assert "acknowledge" in studio.pipeline.calls
    studio.window.showMinimized()
    entries["Show window"].trigger()
    assert not studio.window.isMinimized()
    entries["Quit"].trigger()
    studio.deliver()
    assert studio.pipeline.calls[-1] == "stop"


def test_without_a_tray_everything_goes_on(watching: Callable[..., Any]) -> None:
    studio = watching(DRIVER)
    assert system_tray_icon(studio.window) is None
    show(studio, called("sleep"))
    assert studio.window.parts.alarm_banner.strip.text == "WAKE UP"


def test_expressions_alone_put_nothing_into_the_tray(watching: Callable[..., Any], tray: Tray) -> None:
    watching(ModeSettings())
    assert tray._icon is None


# --- the gauges ---


def test_the_gauges_mark_the_limits_in_use() -> None:
    state = Monitor().update(0.0, None)
    usual, moved = (
        {row.name: row for row in fatigue_section(state, limits).rows + attention_section(state, limits).rows}
        for limits in (Limits(), limits_of(AlarmSettings(sleep_s=2.5, drowsy_p60=0.2, shared_s=12.0)))
    )
    changed = {name for name in usual if usual[name].marks != moved[name].marks}
    assert changed == {"Closed now", "PERCLOS 60 s", "PERCLOS 180 s", "Away in 30 s"}
    assert "asleep from 2.5 s" in moved["Closed now"].help


def test_a_changed_limit_reaches_the_gauges(studio: Any) -> None:
    alarms = AlarmSettings(sleep_s=2.5)
    studio.controller.change_settings(replace(studio.controller.settings, alarms=alarms))
    assert studio.window.parts.monitor._limits.sleep_s == 2.5

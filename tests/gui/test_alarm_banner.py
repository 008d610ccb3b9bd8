"""The banner and the frame of alarms: words, looks, buttons, and nothing that blinks too fast."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from femon.alarms import Alarms
from femon.alarms.policy import ALARMS, AlarmName
from femon.gui.alarm_banner import FLASH_MS, LINGER_S, AlarmBanner, note_of, strip_of
from femon.gui.alarm_frame import EDGE_PX, WINDOW_PX, AlarmFrame
from femon.gui.alarm_looks import LOOKS
from femon.gui.theme import apply_theme, current_theme

SOUND_OFF = "Sound is off: no audio device was found."


def called(name: AlarmName, t: float = 5.0, **changes: Any) -> Alarms:
    kind = ALARMS[name]
    text = kind.text.format(closed_s=1.6)
    return replace(
        Alarms(t, alarm=name, text=text, colour=kind.colour, style=kind.style, active=(name,)), **changes
    )


@pytest.fixture
def banner(qtbot: Any) -> AlarmBanner:
    made = AlarmBanner()
    qtbot.addWidget(made)
    return made


def buttons(banner: AlarmBanner) -> dict[str, QPushButton]:
    return {one.objectName(): one for one in banner.findChildren(QPushButton) if one.isVisibleTo(banner)}


def test_nothing_to_say_takes_no_room(banner: AlarmBanner) -> None:
    for alarms in (None, Alarms(0.0)):
        banner.show_alarms(alarms)
        assert banner.isHidden()


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_is_shown_in_words_with_its_buttons(banner: AlarmBanner, name: AlarmName) -> None:
    banner.show_alarms(called(name))
    assert not banner.isHidden()
    assert banner.strip.text == ALARMS[name].text.format(closed_s=1.6)
    assert banner.accessibleDescription() == banner.strip.text
    assert set(buttons(banner)) == {"acknowledge", "false_alarm", "snooze"}
    assert all("(" in one.text() and one.accessibleDescription() for one in buttons(banner).values())


def test_the_buttons_answer_and_never_take_the_keys_of_the_session(banner: AlarmBanner) -> None:
    answers: list[str] = []
    banner.answered.connect(answers.append)
    banner.show_alarms(called("microsleep"))
    for button in buttons(banner).values():
        assert button.focusPolicy().value == 0  # Space pauses; it must not answer an alarm
        button.click()
    assert answers == ["acknowledge", "false_alarm", "snooze"]


def test_an_answered_alarm_says_so_and_for_how_long_it_is_quiet(banner: AlarmBanner) -> None:
    banner.show_alarms(called("microsleep", acknowledged=True))
    assert banner.strip.note == "Acknowledged"
    assert not buttons(banner)["acknowledge"].isEnabled()
    assert note_of(called("drowsy", acknowledged=True, quiet_s=250.2)) == "Acknowledged, quiet for 5 min"
    # Sleep is never quiet because a tiredness before it was acknowledged.
    assert note_of(called("sleep", acknowledged=True, quiet_s=250.2)) == "Acknowledged"


def test_an_alarm_that_was_called_false_says_so_and_is_not_asked_about_again(banner: AlarmBanner) -> None:
    banner.show_alarms(called("sleep", false="sleep"))
    assert banner.strip.note == "Marked as false"
    assert not buttons(banner)["false_alarm"].isEnabled()
    banner.show_alarms(called("sleep", false="sleep", acknowledged=True))
    assert banner.strip.note == "Marked as false; acknowledged"
    banner.show_alarms(Alarms(5.1, false="sleep"))
    assert (banner.strip.text, banner.strip.note) == ("Over: WAKE UP", "Marked as false")
    assert not buttons(banner)["false_alarm"].isEnabled()


def test_the_next_alarm_can_be_called_false_again(banner: AlarmBanner) -> None:
    banner.show_alarms(called("microsleep", false="microsleep"))
    banner.show_alarms(called("sleep"))
    assert banner.strip.note == ""
    assert buttons(banner)["false_alarm"].isEnabled()


def test_beside_another_alarm_the_note_says_that_the_last_one_was_false(banner: AlarmBanner) -> None:
    banner.show_alarms(called("severe", false="microsleep"))
    assert banner.strip.note == "Last alarm marked as false"
    banner.show_alarms(Alarms(20.0, false="microsleep"))
    assert banner.isHidden()


def test_a_snooze_is_counted_down_also_without_an_alarm(banner: AlarmBanner) -> None:
    assert note_of(called("pre", snoozed_s=41.2)) == "Snoozed for 42 s, except for sleep"
    banner.show_alarms(Alarms(5.0, snoozed_s=41.2))
    assert banner.strip.text == "Snoozed for 42 s, except for sleep"
    assert not buttons(banner)


def test_sound_that_is_off_is_marked_as_long_as_it_is_and_says_why(banner: AlarmBanner) -> None:
    banner.show_alarms(Alarms(5.0, sound_off=SOUND_OFF))
    assert banner.strip.text == SOUND_OFF
    banner.show_alarms(called("sleep", sound_off=SOUND_OFF))
    assert banner.strip.text == "WAKE UP"
    assert banner._silence.isVisibleTo(banner)
    assert banner._silence.accessibleDescription() == SOUND_OFF
    banner.show_alarms(Alarms(6.0))
    assert not banner._silence.isVisibleTo(banner)


def test_an_alarm_that_is_over_can_still_be_called_false_for_a_while(banner: AlarmBanner) -> None:
    banner.show_alarms(called("microsleep", t=5.0))
    banner.show_alarms(Alarms(5.1))
    assert banner.strip.text == "Over: Microsleep: eyes closed 1.6 s"
    assert set(buttons(banner)) == {"false_alarm"}
    banner.show_alarms(Alarms(5.0 + LINGER_S))
    assert banner.isHidden()
    banner.show_alarms(called("microsleep", t=20.0))
    banner.show_alarms(None)  # another source
    banner.show_alarms(Alarms(20.1))
    assert banner.isHidden()


def test_no_reaction_flashes_once_per_second_and_nothing_else_flashes(banner: AlarmBanner) -> None:
    halves: list[bool] = []
    banner.flashed.connect(halves.append)
    banner.show_alarms(called("sleep"))
    assert not banner._flash.isActive()
    banner.show_alarms(called("unresponsive"))
    assert banner._flash.isActive()
    assert 2 * FLASH_MS >= 500  # two halves, at most 2 Hz
    banner._turn()
    assert banner.property("look") == "red-dim"
    banner.show_alarms(called("sleep"))
    assert (halves, banner.property("look")) == ([True, False], "red")


def test_only_what_fills_the_window_changes_the_height(banner: AlarmBanner) -> None:
    heights = {}
    for name in ALARMS:
        banner.show_alarms(called(name))
        heights[name] = banner.minimumHeight()
    large = {name for name, height in heights.items() if height != heights["pre"]}
    assert large == {"sleep", "lost_closed", "unresponsive"}


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_alarm_fits_the_smallest_window_in_both_themes(
    banner: AlarmBanner, qapp: QApplication, theme: str
) -> None:
    apply_theme(qapp, theme)
    for name in ALARMS:
        banner.show_alarms(
            called(name, acknowledged=True, quiet_s=299.0, snoozed_s=60.0, sound_off=SOUND_OFF, false=name)
        )
        banner.ensurePolished()
        assert banner.minimumSizeHint().width() <= 1024, name


@pytest.mark.parametrize("name", LOOKS)
def test_the_text_of_an_alarm_stands_out_from_both_halves_of_its_flash(name: str) -> None:
    look = LOOKS[name]
    for fill in (look.fill, look.dim):
        assert _contrast(look.text, fill) >= 4.5


def test_a_strip_follows_the_theme(banner: AlarmBanner, qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    banner.show_alarms(called("pre"))
    light = banner.grab().toImage().pixelColor(banner.width() - 3, 3)
    apply_theme(qapp, "dark")
    dark = banner.grab().toImage().pixelColor(banner.width() - 3, 3)
    assert light != dark
    assert dark == QColor(current_theme().surface)


def test_nobody_watched_says_nothing() -> None:
    assert strip_of(None, None).text == ""


# --- the frame ---


@pytest.fixture
def framed(qtbot: Any) -> tuple[QWidget, QWidget, AlarmFrame]:
    window = QWidget()
    inside = QWidget(window, objectName="inside")
    picture = QWidget(inside)
    window.resize(400, 300)
    inside.setGeometry(0, 40, 400, 240)  # between the bars
    picture.setGeometry(20, 30, 200, 100)
    qtbot.addWidget(window)
    return window, picture, AlarmFrame(window, picture, inside)


def test_an_edge_frames_the_picture_and_a_danger_all_but_the_bars(
    framed: tuple[QWidget, QWidget, AlarmFrame],
) -> None:
    _, _, frame = framed
    frame.show_alarms(called("pre"))
    assert (frame.isHidden(), frame.geometry()) == (False, QRect(20, 70, 200, 100))
    frame.show_alarms(called("sleep"))
    assert frame.geometry() == QRect(0, 40, 400, 240)
    assert not frame.geometry().intersects(QRect(0, 0, 400, 40))
    for name in ("microsleep", "advisory"):
        frame.show_alarms(called(name))  # type: ignore[arg-type]
        assert frame.isHidden()


def test_the_frame_covers_nothing_but_its_edge_and_follows_the_picture(
    framed: tuple[QWidget, QWidget, AlarmFrame],
) -> None:
    window, picture, frame = framed
    window.show()
    frame.show_alarms(called("shared"))
    assert not frame.mask().contains(frame.rect().center())
    picture.setGeometry(0, 0, 300, 200)
    assert frame.geometry() == QRect(0, 40, 300, 200)
    assert EDGE_PX < WINDOW_PX < 8  # the margins around picture, panel and timeline


def test_the_frame_follows_the_inside_when_a_bar_grows(
    framed: tuple[QWidget, QWidget, AlarmFrame],
) -> None:
    window, _, frame = framed
    window.show()
    frame.show_alarms(called("sleep"))
    inside = window.findChild(QWidget, "inside")
    inside.setGeometry(0, 60, 400, 220)
    assert frame.geometry() == inside.geometry()


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[a:b], 16) / 255 for a, b in pairwise((1, 3, 5, 7))]
    linear = [part / 12.92 if part <= 0.04045 else math.pow((part + 0.055) / 1.055, 2.4) for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

"""The lane of the live timeline: which alarm was shown when, and words that never lie upon one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from femon.alarms import Alarms
from femon.alarms.policy import ALARMS, AlarmName
from femon.gui.alarm_looks import LOOKS
from femon.gui.theme import DARK, LIGHT, Theme
from femon.gui.timeline import Timeline
from femon.gui.timeline_events import ALARM_WORDS, Happening, Happenings
from femon.gui.timeline_lane import paint_lane
from femon.types import Frame, Reading, Readings

MakeFace = Callable[..., Reading]
IMAGE = np.zeros((4, 4, 3), np.uint8)
LANE = QRectF(0, 0, 600, 20)


def shown(t: float, name: AlarmName | None) -> Alarms:
    return Alarms(t, alarm=name)


def told(*names: AlarmName | None, step_s: float = 0.1) -> Happenings:
    happenings = Happenings()
    for number, name in enumerate(names):
        happenings.take(number * step_s, shown(number * step_s, name))
    return happenings


def painted(*happenings: Happening, theme: Theme = DARK) -> QImage:
    """A lane of 600 px for 60 s."""
    image = QImage(600, 20, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.surface))
    painter = QPainter(image)
    paint_lane(painter, happenings, QTransform(10, 0, 0, 1, 600, 0), LANE, theme)
    painter.end()
    return image


def columns(image: QImage, colour: str) -> list[int]:
    """The columns with any px of that colour."""
    wanted = QColor(colour)
    return [
        x
        for x in range(image.width())
        if any(image.pixelColor(x, y) == wanted for y in range(image.height()))
    ]


def test_every_alarm_has_short_words() -> None:
    assert set(ALARM_WORDS) == set(ALARMS)


def test_an_alarm_lasts_until_the_frame_that_no_longer_shows_it() -> None:
    happenings = told(None, "pre", "pre", "microsleep", "microsleep", None, None)
    assert happenings.last(60.0, 0.6) == (
        Happening(pytest.approx(-0.5), pytest.approx(-0.3), "eyes closed", "amber"),
        Happening(pytest.approx(-0.3), pytest.approx(-0.1), "microsleep", "red"),
    )


def test_the_same_alarm_after_a_pause_is_another_one() -> None:
    assert len(told("pre", None, "pre").last(60.0, 0.2)) == 2
    assert len(told("pre", "pre", step_s=5.0).last(60.0, 5.0)) == 2  # nobody knows what was in between


def test_only_what_reaches_into_the_last_seconds_is_given() -> None:
    happenings = told("sleep", "sleep", None)
    happenings.mark(0.0, "A")
    assert [one.text for one in happenings.last(10.0, 10.05)] == ["sleep"]
    assert happenings.last(10.0, 20.0) == ()


def test_a_marker_can_be_taken_back() -> None:
    happenings = Happenings()
    happenings.mark(1.0, "A")
    happenings.mark(2.0, "B")
    happenings.unmark(1.0, "A")
    happenings.unmark(1.0, "never set")
    assert [one.text for one in happenings.last(60.0, 2.0)] == ["B"]


def test_alarms_reach_the_timeline_with_the_readings(qtbot: Any, face: MakeFace) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    for t in (1.0, 1.5):
        seen = Readings(Frame("test", 0, t, None, None, IMAGE), (face(),))
        timeline.add(replace(seen, alarms=shown(t, "sleep")))
    timeline.redraw()
    assert timeline._plot.happenings == (Happening(-0.5, 0.0, "sleep", "red"),)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_an_alarm_is_a_box_of_its_colour_from_its_start_to_its_end(qapp: Any, theme: Theme) -> None:
    box = columns(painted(Happening(-40.0, -20.0, "", "red"), theme=theme), LOOKS["red"].fill)
    assert (box[0], box[-1]) == (200, 398)  # a px stays free before what follows


def test_even_the_shortest_alarm_can_be_seen(qapp: Any) -> None:
    assert len(columns(painted(Happening(-40.0, -40.0, "", "amber")), LOOKS["amber"].fill)) >= 3


def test_the_flag_of_a_marker_ends_where_the_next_one_begins(qapp: Any) -> None:
    first, second = Happening(-30.0, -30.0, "a very long name"), Happening(-27.0, -27.0, "B")
    alone, both = painted(first), painted(first, second)
    assert columns(alone, DARK.text)[-1] > 330
    gap = painted(replace(first, text=""), second)
    assert both.copy(300, 0, 30, 20) == painted(first, Happening(-27.0, -27.0, "")).copy(300, 0, 30, 20)
    assert both.copy(330, 0, 270, 20) == gap.copy(330, 0, 270, 20)


def test_words_of_an_alarm_without_room_stand_beside_its_box(qapp: Any) -> None:
    short = Happening(-30.0, -29.5, "microsleep", "red")
    assert columns(painted(short), DARK.text)[-1] > 340
    followed = painted(short, Happening(-29.0, -20.0, "", "red"))
    assert not [x for x in columns(followed, DARK.text) if x > 310]

"""What works less well is announced: each sentence is reached by what a camera may really show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtGui import QFontMetrics

from femon.gui.drawing import scaled_font
from femon.gui.layout import SIDE_PX
from femon.gui.monitor_modes import KINDS
from femon.gui.monitor_trust import trust
from femon.gui.scene import HINT_AFTER_S, SceneWatch
from femon.monitors import EyeReference, Monitor, MonitorState, Profile
from femon.settings import ModeSettings
from femon.types import Pose, Reading
from femon.wording import DEGRADED_WORDS
from monitors.synthetic import Script, Timing, closures, play, profile

DRIVER = KINDS["driver"].modes
_PANEL_MARGINS_PX = 44  # of the side panel, the card in it and a scroll bar


def glasses() -> MonitorState:
    """Behind glasses the mesh never closes; ten blinks teach that."""
    script = Script(
        32, openness=closures(*((1 + 3 * number, 0.2) for number in range(10))), closed_share=0.43
    )
    return play(script, Timing(30), Monitor(), every_s=99).last


def moved_camera() -> MonitorState:
    """Somebody who sits another way than they were calibrated."""
    calibrated = Profile(EyeReference(0.28), EyeReference(0.28), Pose(0.0, 0.0, 0.0))
    return play(Script(240, yaw=[(0, 14)]), Timing(16), Monitor(None, calibrated), every_s=999).last


def at(fps: float) -> MonitorState:
    return play(Script(4), Timing(fps)).last


REACHED: dict[str, Callable[[], MonitorState]] = {
    "no_face": lambda: play(Script(4, away=[(1, 4)])).last,
    "eyes_unreadable": lambda: play(Script(12, yaw=[(0, 50)]), Timing(15)).last,
    "no_alarms": lambda: at(3.0),
    "very_low_fps": lambda: at(8.0),
    "low_fps": lambda: at(12.0),
    "eyes_hidden": glasses,
    "camera_moved": moved_camera,
}


@pytest.mark.parametrize("name", REACHED)
def test_each_weakness_is_announced_when_it_is_there(name: str) -> None:
    assert trust(REACHED[name](), DRIVER).degraded == DEGRADED_WORDS[name]


def test_all_weaknesses_but_the_dark_come_from_the_monitor() -> None:
    assert {*REACHED, "dark"} == set(DEGRADED_WORDS)


def test_the_dark_is_announced_where_eyes_are_read() -> None:
    state = play(Script(4)).last
    assert trust(state, DRIVER, dark=True).degraded == DEGRADED_WORDS["dark"]
    assert trust(state, DRIVER).degraded == ""
    assert trust(state, ModeSettings(expression=False, attention=True), dark=True).degraded == ""


def test_a_dark_face_is_dark_after_a_moment_whatever_else_is_wrong(studio: Any, face: Any) -> None:
    watch = SceneWatch()
    dim: Reading = face(uncertain="low_quality", reasons=("small", "dark"))
    seen = [watch.update(studio.made_up(t / 10, dim)).dark for t in range(50)]
    assert seen.index(True) == round(HINT_AFTER_S * 10)
    assert not watch.update(studio.made_up(5.0, face())).dark


def test_the_dark_reaches_the_panel(studio: Any, face: Any) -> None:
    studio.open()
    studio.window.parts.set_modes(DRIVER)
    state = play(Script(1), Timing(30), Monitor(None, profile(Script(1)))).last
    for t in range(5):
        dim = studio.made_up(float(t), face(uncertain="low_quality", reasons=("dark",)))
        studio.pipeline.show(replace(dim, monitor=state))
        studio.deliver()
    assert DEGRADED_WORDS["dark"] in studio.window.parts.monitor.trust.accessibleDescription()


def test_every_sentence_fits_into_the_panel(qapp: Any) -> None:
    usual = qapp.font()
    usual.setPixelSize(13)
    metrics = QFontMetrics(scaled_font(usual, 1.0, bold=True))
    for words in DEGRADED_WORDS.values():
        assert metrics.horizontalAdvance(words) <= SIDE_PX - _PANEL_MARGINS_PX, words

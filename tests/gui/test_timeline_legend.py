"""The legend of the timeline: every key can be told from the others, and words give way to the samples."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from femon.gui.face_cards import FaceCards
from femon.gui.legend_key import SAMPLE_PX, LegendKey
from femon.gui.theme import apply_theme
from femon.gui.timeline_curves import EXPRESSIONS, strips_of
from femon.gui.timeline_legend import TimelineLegend
from femon.settings import ModeSettings

BOTH = strips_of(ModeSettings(expression=True, fatigue=True, attention=True))


@pytest.fixture
def legend(qtbot: Any, qapp: QApplication) -> TimelineLegend:
    apply_theme(qapp, "dark")
    made = TimelineLegend()
    qtbot.addWidget(made)
    made.show_title("Face 1")
    made.show_reach("last 60 s")
    made.show()
    return made


def test_a_sample_is_longer_than_the_longest_pattern() -> None:
    curves = {curve for strip in strips_of(ModeSettings(True, True, True, True)) for curve in strip}
    assert all(2 * sum(curve.dashes) <= SAMPLE_PX for curve in curves)
    assert 40 <= SAMPLE_PX <= 48


def test_lines_that_differ_in_their_dashes_differ_in_their_samples(qtbot: Any, monkeypatch: Any) -> None:
    """All drawn in one colour."""
    pictures = []
    for curve in EXPRESSIONS:
        key = LegendKey(curve)
        qtbot.addWidget(key)
        key.resize(key.sizeHint())
        monkeypatch.setattr(type(curve), "colour", lambda _curve, _theme: "#FF0000")
        pictures.append(key.grab().toImage().copy(0, 0, SAMPLE_PX, key.height()))
    assert all(one != other for place, one in enumerate(pictures) for other in pictures[:place])


def test_keys_in_full_carry_the_code_of_the_line_and_its_name(legend: TimelineLegend) -> None:
    legend.set_strips((EXPRESSIONS,))
    legend.resize(2000, 30)
    assert [key._words(full=True) for key in legend.keys.values()][:2] == ["An angry", "Di disgust"]
    assert legend.keys["angry"].sizeHint().width() == legend.keys["angry"].width_needed(full=True)


def test_the_words_fit_beside_the_default_side_panel(legend: TimelineLegend) -> None:
    legend.set_strips((EXPRESSIONS,))
    legend.resize(946, 30)
    key = legend.keys["surprise"]
    assert key.sizeHint().width() == key.width_needed(full=True)


@pytest.mark.parametrize("width", [2000, 946, 690, 530, 420])
def test_every_key_has_its_room_whatever_the_width(
    legend: TimelineLegend, qapp: QApplication, width: int
) -> None:
    legend.set_strips(BOTH)
    assert legend.minimumSizeHint().width() <= width
    legend.resize(width, legend.sizeHint().height())
    for _ in range(3):
        qapp.processEvents()
    keys = [*legend.keys.values()]
    assert all(key.width() >= key.width_needed(full=False) and key.isVisible() for key in keys)
    assert not any(
        one.geometry().intersects(other.geometry())
        for place, one in enumerate(keys)
        for other in keys[:place]
    )
    assert all(key.geometry().right() < width for key in keys)


def test_other_curves_replace_the_keys(legend: TimelineLegend) -> None:
    legend.set_strips(BOTH)
    legend.keys["sad"].click()
    assert "sad" not in legend.visible
    legend.set_strips((EXPRESSIONS,))
    assert legend.visible == tuple(curve.name for curve in EXPRESSIONS)


def test_choosing_the_primary_face_by_hand_pins_it(qtbot: Any, face: Any, studio: Any) -> None:
    cards = FaceCards()
    qtbot.addWidget(cards)
    told: list[tuple[int, bool]] = []
    cards.face_chosen.connect(lambda track: told.append((track, cards.pinned)))
    cards.show_readings(studio.made_up(0.0, face(1), face(2, primary=False)))
    cards.choose(1)
    cards.choose(1)
    cards.show_readings(studio.made_up(5.0, face(2)))
    assert told == [(1, False), (1, True), (2, False)]

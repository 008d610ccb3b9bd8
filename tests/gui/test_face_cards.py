from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any, get_args

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetrics

from femon.emotions import EMOTIONS, NOT_WATCHED, UNCERTAIN
from femon.gui.drawing import scaled_font
from femon.gui.face_card import FaceCard, width_of
from femon.gui.face_cards import FaceCards
from femon.types import Frame, Quality, Reading, Readings, UncertainReason
from femon.wording import QUALITY_WORDS, quality_word, uncertain_words

MakeFace = Callable[..., Reading]
IMAGE = np.zeros((4, 4, 3), np.uint8)


def readings(t: float, *faces: Reading) -> Readings:
    return Readings(Frame("test", round(t * 30), t, None, None, IMAGE), faces)


def tracks(cards: FaceCards) -> list[int]:
    return [card.track for card in cards._cards.values()]


@pytest.fixture
def cards(qtbot: Any) -> FaceCards:
    widget = FaceCards()
    qtbot.addWidget(widget)
    widget.resize(300, 900)
    widget.show()
    return widget


class Events(QObject):
    """Counts the events that mean a relayout."""

    def __init__(self) -> None:
        super().__init__()
        self.layouts = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.layouts += event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize)
        return False


def test_the_primary_face_comes_first(cards: FaceCards, face: MakeFace) -> None:
    cards.show_readings(readings(0.0, face(1, primary=False), face(2, primary=True), face(3, primary=False)))
    assert tracks(cards) == [2, 1, 3]


def test_new_values_change_no_layout(cards: FaceCards, face: MakeFace, qapp: Any) -> None:
    cards.show_readings(readings(0.0, face(1), face(2, primary=False)))
    qapp.processEvents()
    events = Events()
    cards.installEventFilter(events)
    shown = list(cards._cards.values())
    for index in range(1, 20):
        label = "happy" if index % 2 else "surprise"
        cards.show_readings(readings(index / 30, face(1, label=label), face(2, primary=False, label=label)))
        qapp.processEvents()
    assert events.layouts == 0
    assert list(cards._cards.values()) == shown


def test_a_face_that_blinks_out_keeps_its_card_for_a_second(cards: FaceCards, face: MakeFace) -> None:
    cards.show_readings(readings(0.0, face(1), face(2, primary=False)))
    cards.show_readings(readings(0.5, face(1)))
    assert tracks(cards) == [1, 2]
    assert "not in view" in cards._cards[2].accessibleDescription()
    cards.show_readings(readings(1.2, face(1)))
    assert tracks(cards) == [1]


def test_cards_are_used_again(cards: FaceCards, face: MakeFace) -> None:
    cards.show_readings(readings(0.0, face(1)))
    first = cards._cards[1]
    cards.clear()
    assert not first.isVisible()
    cards.show_readings(readings(10.0, face(8)))
    assert cards._cards[8] is first
    assert first.accessibleName() == "Face 8 \N{MIDDLE DOT} primary"


def test_the_primary_face_is_chosen_until_another_is_clicked(
    cards: FaceCards, face: MakeFace, qtbot: Any
) -> None:
    chosen: list[int] = []
    cards.face_chosen.connect(chosen.append)
    both = (face(1), face(2, primary=False))
    cards.show_readings(readings(0.0, *both))
    qtbot.mouseClick(cards._cards[2], Qt.MouseButton.LeftButton)
    cards.show_readings(readings(0.1, *both))
    assert chosen == [1, 2]
    assert cards.chosen == 2
    assert [card.isChecked() for card in cards._cards.values()] == [False, True]


def test_the_choice_falls_back_when_the_chosen_face_is_gone(cards: FaceCards, face: MakeFace) -> None:
    chosen: list[int] = []
    cards.show_readings(readings(0.0, face(1), face(2, primary=False)))
    cards.choose(2)
    cards.face_chosen.connect(chosen.append)
    cards.show_readings(readings(2.0, face(1)))
    cards.clear()
    assert chosen == [1, 0]


def test_a_card_can_be_chosen_by_keyboard(cards: FaceCards, face: MakeFace, qtbot: Any) -> None:
    cards.show_readings(readings(0.0, face(1), face(2, primary=False)))
    qtbot.keyClick(cards._cards[2], Qt.Key.Key_Space)
    assert cards.chosen == 2


def test_another_source_starts_with_new_cards(cards: FaceCards, face: MakeFace) -> None:
    cards.show_readings(readings(100.0, face(1)))
    cards.show_readings(readings(0.0, face(5)))
    assert tracks(cards) == [5]


def test_without_a_face_the_cards_say_so(cards: FaceCards, face: MakeFace) -> None:
    assert cards._empty.isVisible()
    cards.show_readings(readings(0.0, face(1)))
    assert not cards._empty.isVisible()
    cards.show_readings(readings(5.0))
    assert cards._empty.isVisible()


def test_a_card_tells_label_confidence_and_quality_in_words(face: MakeFace, qtbot: Any) -> None:
    card = FaceCard()
    qtbot.addWidget(card)
    card.show_reading(face(1, label="sad"))
    assert card.accessibleName() == "Face 1 \N{MIDDLE DOT} primary"
    assert card.accessibleDescription() == "Label sad. 70\N{NO-BREAK SPACE}% confidence. Quality good."


def test_a_card_tells_why_it_is_uncertain(face: MakeFace, qtbot: Any) -> None:
    card = FaceCard()
    qtbot.addWidget(card)
    card.show_reading(face(1, uncertain="low_quality", reasons=("turned", "dark")))
    assert card.accessibleDescription() == "Label uncertain. turned away, too dark. Quality poor."


def test_every_kind_of_reading_can_be_painted(face: MakeFace, qtbot: Any) -> None:
    card = FaceCard()
    qtbot.addWidget(card)
    card.resize(card.sizeHint())
    pictures = [card.grab().toImage()]
    readings_shown = (
        face(1),
        face(1, uncertain="warmup"),
        face(1, uncertain="low_quality", reasons=("small",)),
        replace(face(1), raw=np.zeros(7, np.float32), smooth=np.zeros(7, np.float32)),
    )
    for reading in readings_shown:
        card.show_reading(reading)
        pictures.append(card.grab().toImage())
    card.show_away()
    pictures.append(card.grab().toImage())
    assert all(one != other for one, other in pairwise(pictures))


def test_the_name_of_the_label_keeps_clear_of_its_bar(face: MakeFace, qtbot: Any) -> None:
    card = FaceCard()
    qtbot.addWidget(card)
    for name in EMOTIONS:
        bold = QFontMetrics(scaled_font(card.font(), 1.0, bold=True)).horizontalAdvance(name)
        assert width_of(EMOTIONS, card.font()) >= bold


@pytest.mark.parametrize("why", ["eyes_closed", "yawning"])
def test_a_card_says_that_closed_eyes_or_a_yawn_are_not_read(
    face: MakeFace, qtbot: Any, why: UncertainReason
) -> None:
    card = FaceCard()
    qtbot.addWidget(card)
    card.show_reading(face(1, uncertain=why))
    assert card.accessibleDescription() == f"Label uncertain. {why.replace('_', ' ')}. Quality good."


def test_the_crop_is_shown_as_the_model_gets_it(face: MakeFace, qtbot: Any) -> None:
    crop = np.random.default_rng(0).integers(0, 256, (48, 48)).astype(np.uint8)
    reading = face(1)
    card = FaceCard()
    qtbot.addWidget(card)
    card.show_reading(replace(reading, face=replace(reading.face, crop=crop)))
    assert card._crop.pixelColor(7, 11).red() == crop[11, 7]


@pytest.mark.parametrize(
    ("value", "reasons", "word"), [(0.9, (), "good"), (0.4, (), "fair"), (0.9, ("dark",), "poor")]
)
def test_quality_is_a_word_as_well_as_a_colour(value: float, reasons: tuple[str, ...], word: str) -> None:
    assert quality_word(Quality(value, reasons, 50.0, 120.0, 60.0)) == word


def test_every_reason_has_words(face: MakeFace) -> None:
    for reason in ("small", "dark", "bright", "blurred", "turned", "partial"):
        assert reason in QUALITY_WORDS
    for why in get_args(UncertainReason):
        assert uncertain_words(face(1, uncertain=why))
    assert uncertain_words(face(1)) == ""
    assert face(1, uncertain="low_prob").label == UNCERTAIN


def test_without_expressions_a_card_is_short_and_names_no_label(face: MakeFace, qtbot: Any) -> None:
    card = FaceCard()
    qtbot.addWidget(card)
    card.show_reading(face(1))
    high = card.sizeHint().height()
    card.show_reading(replace(face(1), raw=None, smooth=None, label=NOT_WATCHED))
    assert card.sizeHint().height() < high - 100
    assert card.accessibleDescription() == "expressions are not watched. Quality good."
    assert not card.grab().toImage().isNull()


def test_what_is_below_the_cards_stays_when_the_last_face_leaves(cards: FaceCards, face: MakeFace) -> None:
    cards.show_readings(readings(0.0, face(1)))
    high = cards.minimumSizeHint().height()
    cards.show_readings(readings(5.0))
    assert cards.minimumSizeHint().height() == high
    cards.clear()
    assert cards.minimumSizeHint().height() < high

"""The reliability curve of the model picker: painted from the bundle's own figures, also in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage

from femon.bundle.entries import check_entries
from femon.gui.reliability_view import Point, ReliabilityView, points_of
from femon.gui.theme import DARK, apply_theme

AFTER = [
    {"confidence": 0.3, "accuracy": 0.25, "n": 100},
    {"confidence": 0.9, "accuracy": 0.88, "n": 300},
]
BEFORE = [{"confidence": 0.5, "accuracy": 0.9, "n": 400}]


@pytest.fixture
def view(qtbot: Any, qapp: Any) -> ReliabilityView:
    apply_theme(qapp, "dark")
    made = ReliabilityView(points_of(AFTER), points_of(BEFORE))
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    return made


def inks(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_the_curve_is_drawn_in_the_accent_and_the_earlier_one_apart(
    view: ReliabilityView, qtbot: Any
) -> None:
    both = view.grab().toImage()
    assert DARK.accent.lower() in inks(both)
    alone = ReliabilityView(points_of(AFTER), ())
    qtbot.addWidget(alone)
    alone.resize(view.size())
    assert alone.grab().toImage() != both


def test_a_point_stands_where_its_figures_say(view: ReliabilityView) -> None:
    image = view.grab().toImage()
    place = view.place(Point(0.9, 0.88, 300))
    assert image.pixelColor(place.toPoint()) == QColor(DARK.accent)
    assert view.place(Point(0.0, 0.0, 1)).x() < place.x()
    assert view.place(Point(0.0, 0.0, 1)).y() > place.y()


def test_the_curve_is_told_in_words(view: ReliabilityView) -> None:
    said = view.accessibleDescription().replace("\N{NO-BREAK SPACE}", " ")
    assert said == "said 30 %, right 25 %; said 90 %, right 88 %"
    words = view.words_at(view.place(Point(0.9, 0.88, 300))).replace("\N{NO-BREAK SPACE}", " ")
    assert words == "300 pictures read with about 90 %: 88 % of them were read right"
    assert view.words_at(view.place(Point(0.05, 0.95, 1))) == ""


def test_a_larger_text_makes_a_larger_curve(view: ReliabilityView, qapp: Any) -> None:
    before = view.sizeHint()
    apply_theme(qapp, "dark", text_percent=150)
    assert view.sizeHint().height() > 1.3 * before.height()
    apply_theme(qapp, "dark")


@pytest.mark.parametrize(
    "damage",
    [[1, 2], "curve", [{"confidence": 0.5}], [{"confidence": 2, "accuracy": 0.5, "n": 3}], [[0.5, 0.5, 3]]],
)
def test_a_damaged_curve_is_refused_with_its_bundle(damage: Any) -> None:
    figures = {"accuracy": 0.7, "ci95": [0.6, 0.8], "reliability": damage}
    with pytest.raises(ValueError, match=r"metrics\.public_test\.reliability"):
        check_entries({"metrics": {"public_test": figures}})


def test_the_curve_of_every_shipped_bundle_can_be_drawn(models: Path) -> None:
    files = list(models.glob("*/bundle.json"))
    assert files
    for file in files:
        metrics = json.loads(file.read_text(encoding="utf-8"))["metrics"]
        assert metrics["public_test"]
        for figures in (metrics[split] for split in ("public_test", "private_test") if metrics.get(split)):
            assert len(points_of(figures["reliability"])) > 5

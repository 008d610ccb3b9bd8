"""The themes: readable colours, palette and style sheet."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from PySide6.QtGui import QColor

from femon.gui import theme
from femon.gui.icons import OUTLINES, pixmap
from femon.gui.theme import DARK, LIGHT, Theme


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    channels = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=lambda colours: colours.name)
@pytest.mark.parametrize("ink", ["text", "muted", "danger", "warn", "ok", "accent"])
@pytest.mark.parametrize("paper", ["background", "surface"])
def test_text_reaches_a_contrast_of_4_5(colours: Theme, ink: str, paper: str) -> None:
    assert contrast(getattr(colours, ink), getattr(colours, paper)) >= 4.5


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=lambda colours: colours.name)
def test_text_on_buttons_is_readable(colours: Theme) -> None:
    assert contrast(colours.on_accent, colours.accent) >= 4.5
    assert contrast(colours.text, colours.raised) >= 4.5


@pytest.mark.parametrize(
    ("name", "system_is_dark", "expected"),
    [
        ("dark", False, DARK),
        ("light", True, LIGHT),
        ("system", True, DARK),
        ("system", False, LIGHT),
        ("?", True, DARK),
    ],
)
def test_a_name_gives_a_theme(name: str, system_is_dark: bool, expected: Theme) -> None:
    assert theme.theme_named(name, system_is_dark=system_is_dark) is expected


def test_applying_a_theme_makes_it_current(qapp: Any) -> None:
    for name, expected in (("light", LIGHT), ("dark", DARK)):
        assert theme.apply_theme(qapp, name) is expected
        assert theme.current_theme() is expected


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=lambda colours: colours.name)
def test_the_style_sheet_has_no_open_place(colours: Theme) -> None:
    assert "$" not in theme.style_sheet(colours)


def test_every_colour_is_a_full_hexadecimal_one() -> None:
    names = [entry.name for entry in fields(Theme) if entry.name not in {"name", "emotions"}]
    for colours in (DARK, LIGHT):
        assert all(
            QColor(getattr(colours, name)).name().upper() == getattr(colours, name).upper() for name in names
        )
        assert len(colours.emotions) == 9


@pytest.mark.parametrize("name", sorted(OUTLINES))
def test_every_icon_draws_something_in_its_colour(qapp: Any, name: str) -> None:
    image = pixmap(name, "#FF0000", 32).toImage()
    inks = [image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha()]
    assert len(inks) > 20
    assert all(ink.green() == 0 for ink in inks)

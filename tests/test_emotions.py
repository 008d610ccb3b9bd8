"""The colours of the seven labels: readable on their background and distinct, also for colour-blind eyes."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from femon.emotions import CODES, DARK_COLOURS, EMOTIONS, LIGHT_COLOURS, UNCERTAIN, UNCERTAIN_COLOUR

Vector = NDArray[np.float64]

PALETTES = {"dark": (DARK_COLOURS, "#1E1E1E"), "light": (LIGHT_COLOURS, "#FFFFFF")}

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency",
# IEEE TVCG 15(6), 2009, table 1, severity 1.0; they act on linear RGB.
VISIONS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# IEC 61966-2-1: linear sRGB to XYZ, and its white.
XYZ_FROM_RGB = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]],
)
WHITE_XYZ = XYZ_FROM_RGB @ np.ones(3)


def linear_rgb(colour: str) -> Vector:
    encoded = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    """WCAG 2.2, contrast ratio."""
    dark, light = sorted(float(XYZ_FROM_RGB[1] @ linear_rgb(colour)) for colour in (first, second))
    return (light + 0.05) / (dark + 0.05)


def seen_as_lab(colour: str, vision: str) -> Vector:
    rgb = np.clip(VISIONS[vision] @ linear_rgb(colour), 0, 1)
    ratio = XYZ_FROM_RGB @ rgb / WHITE_XYZ
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(first: Vector, second: Vector) -> float:
    """Difference of two CIELAB colours: Sharma, Wu and Dalal, Color Res. Appl. 30(1), 2005, eqs. 2-22."""
    chroma = np.mean([np.hypot(*first[1:]), np.hypot(*second[1:])])
    g = 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))
    c1, h1 = _chroma_and_hue(first, g)
    c2, h2 = _chroma_and_hue(second, g)
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    hue = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    light, c = (first[0] + second[0]) / 2, (c1 + c2) / 2
    cosines = np.cos(np.radians([hue - 30, 2 * hue, 3 * hue + 6, 4 * hue - 63]))
    t = 1 + cosines @ [-0.17, 0.24, 0.32, -0.20]
    s_light = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    s_chroma, s_hue = 1 + 0.045 * c, 1 + 0.015 * c * t
    rotation = 2 * np.sqrt(c**7 / (c**7 + 25.0**7))
    rotation *= -np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    d_light = (second[0] - first[0]) / s_light
    d_chroma = (c2 - c1) / s_chroma
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2) / s_hue
    return float(np.sqrt(d_light**2 + d_chroma**2 + d_hue**2 + rotation * d_chroma * d_hue))


def _chroma_and_hue(lab: Vector, g: float) -> tuple[float, float]:
    a, b = (1 + g) * lab[1], lab[2]
    return float(np.hypot(a, b)), float(np.degrees(np.arctan2(b, a)) % 360)


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [  # rows 1, 7, 9, 10, 11, 13, 16, 17, 20, 25 and 34 of the table in Sharma et al.
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.49, -0.001), (50, -2.49, 0.001), 7.1792),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (58, 24, 15), 19.4535),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_colour_difference_matches_published_pairs(
    first: tuple[float, ...], second: tuple[float, ...], difference: float
) -> None:
    assert ciede2000(np.array(first), np.array(second)) == pytest.approx(difference, abs=6e-5)


def test_there_are_seven_labels_with_their_own_codes_and_colours() -> None:
    assert EMOTIONS == ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    assert list(CODES.values()) == ["An", "Di", "Fe", "Ha", "Sa", "Su", "Ne"]
    assert tuple(DARK_COLOURS) == tuple(LIGHT_COLOURS) == EMOTIONS
    assert UNCERTAIN not in EMOTIONS


@pytest.mark.parametrize("theme", PALETTES)
def test_every_colour_stands_out_from_its_background(theme: str) -> None:
    palette, background = PALETTES[theme]
    colours = [*palette.values(), UNCERTAIN_COLOUR]
    weak = {colour: round(contrast(colour, background), 2) for colour in colours}
    assert not {colour: value for colour, value in weak.items() if value < 3}


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", PALETTES)
def test_any_two_colours_stay_apart(theme: str, vision: str) -> None:
    palette, _ = PALETTES[theme]
    seen = {name: seen_as_lab(colour, vision) for name, colour in palette.items()}
    differences = {pair: ciede2000(seen[pair[0]], seen[pair[1]]) for pair in combinations(EMOTIONS, 2)}
    assert not {pair: round(value, 1) for pair, value in differences.items() if value < 15}

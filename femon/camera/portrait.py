"""The demo's moving portrait: one photo whose eyes and mouth are warped along its own facial curves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from femon.errors import CameraError

Floats = NDArray[np.floating[Any]]
Picture = NDArray[np.uint8]

ASSETS: Final = Path(__file__).with_name("assets")
ZOOM: Final = 2  # texture px per photo px: the face is shown larger than in the photo
LEFT, TOP, RIGHT, BOTTOM = 10, 0, 385, 350  # the part of the photo that can come into view, photo px
FACE_X: Final = 223.5  # the middle of the mouth and of the chin, photo px
LEVELS: Final = 32  # steps of each movement; finer ones cannot be seen

# How the movements look, in photo px (the face is 90 wide). Chosen by eye.
LASHES: Final = 2.0  # the rim of the upper lid, which moves without being stretched
LOWER_LID_LIFT: Final = 0.15  # share of the eye opening
HALF_MOUTH: Final = 21.0
CORNER_DROP: Final = 6.0  # the photo smiles; this and the next three numbers take the smile away
LIP_TOP_DROP, LIP_EDGE_DROP = 0.8, 2.0
NARROWER: Final = 0.28
ROUNDER, CORNER_DROP_OPEN = 0.3, 3.0  # added when the mouth opens
JAW_DROP: Final = 29.0
HALF_JAW: Final = 46.0
COLLAR_Y: Final = 218.0
MOUTH_BGRA: Final = (34.0, 24.0, 66.0, 255.0)


class Portrait:
    """Pictures of one person at any moment of a blink, a smile and an open mouth.

    Finished eye and mouth patches are kept and the picture is drawn over: a look seen before is cheap.
    """

    def __init__(self) -> None:
        curves = json.loads((ASSETS / "astronaut_curves.json").read_text(encoding="utf-8"))
        self._curves = {name: np.array(points, np.float32).T for name, points in curves.items()}
        photo = _texture("astronaut.jpg", cv2.IMREAD_COLOR)
        alpha = _texture("astronaut_matte.png", cv2.IMREAD_GRAYSCALE)
        weighted = cv2.multiply(photo, cv2.merge([alpha] * 3), scale=1 / 255)
        self._body = np.asarray(cv2.merge([*cv2.split(weighted), alpha]), np.uint8)
        self._picture = self._body.copy()
        self._eyes = _Area(186, 86, 264, 114)
        self._mouth = _Area(176, 124, 272, 220)
        self._patches: dict[tuple[str, int, int], Picture] = {}

    def look(self, closure: float, smile: float, mouth_open: float) -> Picture:
        """Draw the person, all amounts 0..1, as (700, 750, 4) BGRA.

        The colours are already weighted with the opacity. The picture is this object's own
        and holds until the next call.
        """
        eyes = ("eyes", round(closure * LEVELS), 0)
        mouth = ("mouth", round(smile * LEVELS), round(mouth_open * LEVELS))
        if eyes not in self._patches:
            self._patches[eyes] = self._draw_eyes(eyes[1] / LEVELS)
        if mouth not in self._patches:
            self._patches[mouth] = self._draw_mouth(mouth[1] / LEVELS, mouth[2] / LEVELS)
        self._picture[self._eyes.window] = self._patches[eyes]
        self._picture[self._mouth.window] = self._patches[mouth]
        return self._picture

    def _curve(self, name: str, x: Floats) -> Floats:
        """Height of a facial curve at each x, flat beyond its ends."""
        points = self._curves[name]
        return np.asarray(np.interp(x, points[0], points[1]), np.float32)

    def _draw_eyes(self, closure: float) -> Picture:
        """Pull the upper lid over the resting eyeball: the skin above stretches, the lashes do not."""
        x, y = self._eyes.x, self._eyes.y
        brow = self._curve("brow", x) + 1.0
        upper, lower = self._curve("upper_lid", x), self._curve("lower_lid", x)
        opening = lower - upper
        lower_now = lower - LOWER_LID_LIFT * closure * opening
        upper_now = upper + closure * (lower_now - upper)
        source_y = y.copy()
        _stretch(source_y, y, (brow, upper_now - LASHES, upper_now), (brow, upper - LASHES, upper))
        _stretch(source_y, y, (lower_now, lower + 6.0), (lower, lower + 6.0))
        return _sample(self._body, x, source_y)

    def _draw_mouth(self, smile: float, mouth_open: float) -> Picture:
        """Move lips and jaw over resting teeth; where the photo has no teeth to show, the mouth is dark."""
        calm = 1.0 - smile
        y = self._mouth.y
        x = _widen(self._mouth.x, y, NARROWER * calm + ROUNDER * mouth_open)
        side = (x - FACE_X) / HALF_MOUTH
        middle = np.clip(1.0 - side**2, 0.0, 1.0)
        corners = np.where(abs(side) < 1, side**2, np.exp(-(((abs(side) - 1) / 0.5) ** 2)))
        corners *= CORNER_DROP * calm + CORNER_DROP_OPEN * mouth_open
        jaw = mouth_open * JAW_DROP * np.cos(np.clip((x - FACE_X) / HALF_JAW, -1, 1) * np.pi / 2) ** 2
        gap = mouth_open * JAW_DROP * middle**0.6

        nose = np.full_like(x, self._curves["subnasale"][1, 0] + 1.0)
        names = ("lip_top", "upper_lip_edge", "lower_lip_edge", "lip_bottom", "jaw")
        lip_top, upper, lower, lip_bottom, chin = (self._curve(name, x) for name in names)
        upper_now = upper + corners + LIP_EDGE_DROP * calm * middle
        lower_now = upper_now + (lower - upper) * smile + gap
        lip_top_now = lip_top + corners + LIP_TOP_DROP * calm * middle
        lip_bottom_now = lower_now + lip_bottom - lower
        collar = np.full_like(x, COLLAR_Y)
        source_y = y.copy()
        _stretch(source_y, y, (nose, lip_top_now, upper_now), (nose, lip_top, upper))
        below = (lower_now, lip_bottom_now, chin + 0.85 * jaw, collar)
        _stretch(source_y, y, below, (lower, lip_bottom, chin, collar))
        patch = _sample(self._body, x, source_y)
        hollow = _ramp(y - lower) * _ramp(y - upper_now) * _ramp(lower_now - y) * np.clip(8 * middle, 0, 1)
        seam = 0.45 * calm * np.sqrt(middle) * np.exp(-(((y - upper_now) / 0.8) ** 2))
        patch = _blend(patch, hollow)
        return _blend(patch, seam)


class _Area:
    """A rectangle of the photo that moves: its window in the texture and the photo position of each pixel."""

    def __init__(self, left: int, top: int, right: int, bottom: int) -> None:
        first_x, first_y = (left - LEFT) * ZOOM, (top - TOP) * ZOOM
        columns, rows = (right - left) * ZOOM, (bottom - top) * ZOOM
        self.window = (slice(first_y, first_y + rows), slice(first_x, first_x + columns))
        x = left + (np.arange(columns, dtype=np.float32) + 0.5) / ZOOM - 0.5
        y = top + (np.arange(rows, dtype=np.float32) + 0.5) / ZOOM - 0.5
        self.x: Floats
        self.y: Floats
        self.x, self.y = np.meshgrid(x, y)


def _texture(name: str, flags: int) -> Picture:
    """The part of a picture file that can come into view, enlarged."""
    photo = cv2.imread(str(ASSETS / name), flags)
    if photo is None:
        raise CameraError(
            f"The demo's picture '{name}' is missing or damaged. Install femon again.", why="missing"
        )
    part = photo[TOP:BOTTOM, LEFT:RIGHT]
    return np.asarray(cv2.resize(part, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_CUBIC), np.uint8)


def _sample(texture: Picture, x: Floats, y: Floats) -> Picture:
    """Read the texture at photo positions."""
    map_x, map_y = (x + 0.5 - LEFT) * ZOOM - 0.5, (y + 0.5 - TOP) * ZOOM - 0.5
    maps = map_x.astype(np.float32), map_y.astype(np.float32)
    return np.asarray(cv2.remap(texture, *maps, cv2.INTER_LINEAR), np.uint8)


def _stretch(source_y: Floats, y: Floats, now: tuple[Floats, ...], before: tuple[Floats, ...]) -> None:
    """Between neighbouring curves, let each y look up the place it had before the curves moved."""
    for top, bottom, old_top, old_bottom in zip(now, now[1:], before, before[1:], strict=False):
        share = (y - top) / np.maximum(bottom - top, 1e-3)
        inside = (y >= top) & (y < bottom)
        source_y[inside] = (old_top + share * (old_bottom - old_top))[inside]


def _widen(x: Floats, y: Floats, amount: float) -> Floats:
    """Look further out around the mouth, which draws it narrower."""
    u, v = x - FACE_X, y - 146.0
    return np.asarray(FACE_X + u * (1 + amount * np.exp(-((u / 26) ** 2) - (v / 10) ** 2)))


def _ramp(distance: Floats) -> Floats:
    """0 outside, 1 inside, soft over one pixel of the photo."""
    return np.asarray(np.clip(distance + 0.5, 0.0, 1.0))


def _blend(patch: Picture, weight: Floats) -> Picture:
    """Darken towards the inside of the mouth."""
    mixed = patch + weight[..., None] * (np.array(MOUTH_BGRA, np.float32) - patch)
    return mixed.astype(np.uint8)

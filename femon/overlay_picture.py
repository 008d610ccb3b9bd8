"""Draws faces, tags and bars into a copy of a picture with cv2, as the window does in its dark looks."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from femon.emotions import CODES, DARK_COLOURS, UNCERTAIN_COLOUR
from femon.overlay import STRIPE_WIDTH, TAG_PADDING, Bar, Mark, Placement, Rect, lay_out, place_picture
from femon.types import Readings

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]  # BGR

# The layout is made for a picture of this many px on its shorter side, and scaled to the real one; below the
# smallest scale text would not be readable.
_LAYOUT_SIDE: Final = 640.0
_SMALLEST_SCALE: Final = 0.75
_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_FINER: Final = 4  # how much larger text is drawn before it is averaged
_WEIGHT: Final = 3  # thickness of the larger strokes, px
_TEXT_PX, _SMALL_PX = 11.0, 9.0  # height of capitals in layout px
_BOX_PX: Final = 2.0
_CORNER: Final = 8.0
_CORNER_POINTS: Final = 7
_DASH, _GAP = 9.0, 6.0
_CODE_WIDTH, _FIGURE_WIDTH = 26.0, 40.0
_TAG_SHADE, _PANEL_SHADE = 0.75, 0.65  # how black a plate is
_TRACK_COLOUR: Final = (82, 82, 82)
_WHITE: Final = np.float32(255)
_BLACK: Final = (0, 0, 0)


def draw_readings(readings: Readings, size: tuple[int, int]) -> Image:
    """A new picture uint8 (height, width, 3) BGR of size (width, height): the frame with its readings.

    A frame of another size is fitted whole and centred; the frame itself stays untouched.
    """
    source = readings.frame.image_bgr
    scale = max(min(size) / _LAYOUT_SIDE, _SMALLEST_SCALE)
    view = (size[0] / scale, size[1] / scale)
    place = place_picture((source.shape[1], source.shape[0]), view, mirrored=False)
    pen = _Pen(letterboxed(source, size).copy(), scale)
    for mark in lay_out(readings.readings, place, text_width=lambda text: pen.tag_text_width(text, place)):
        pen.box(mark)
        if mark.panel is not None:
            pen.bars(mark.panel, mark.bars)
        if mark.tag is not None:
            pen.tag(mark, mark.tag)
    return pen.image


def letterboxed(source: Image, size: tuple[int, int]) -> Image:
    """The picture itself if it has the size (width, height), else uint8 of that size with it fitted in."""
    height, width = source.shape[:2]
    if (width, height) == size:
        return source
    scale = min(size[0] / width, size[1] / height)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    image = np.zeros((size[1], size[0], 3), np.uint8)
    smoothing = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    image[top : top + inner[1], left : left + inner[0]] = cv2.resize(source, inner, interpolation=smoothing)
    return image


class _Pen:
    """Draws into one picture; all lengths and places are layout px, `scale` picture px each."""

    def __init__(self, image: Image, scale: float) -> None:
        self.image = image
        self._scale = scale

    def tag_text_width(self, text: str, place: Placement) -> float:
        """The width that a tag's text gets: a long one is cut so that its tag stays in the picture."""
        return min(self._text_width(text, _TEXT_PX), place.view.width - 2 * TAG_PADDING - STRIPE_WIDTH - 8)

    def box(self, mark: Mark) -> None:
        """The face's box with rounded corners and a black edge; grey and dashed when uncertain."""
        outline = self._outline(mark.box)
        width = max(2, round(_BOX_PX * self._scale))
        dash, gap = (_DASH * self._scale, _GAP * self._scale)
        pieces = _dashes(outline, dash, gap) if mark.uncertain else [np.vstack((outline, outline[:1]))]
        lines = [np.round(piece).astype(np.int32) for piece in pieces]
        cv2.polylines(self.image, lines, False, _BLACK, width + 2, cv2.LINE_AA)
        cv2.polylines(self.image, lines, False, _colour(mark), width, cv2.LINE_AA)

    def tag(self, mark: Mark, tag: Rect) -> None:
        """The dark plate with a stripe in the label's colour and the text in white."""
        self._shade(tag, _TAG_SHADE)
        self._fill(tag._replace(width=STRIPE_WIDTH), _colour(mark))
        room = tag.width - 2 * TAG_PADDING - STRIPE_WIDTH
        text = self._cut(mark.text, room)
        self._text(text, tag.x + STRIPE_WIDTH + TAG_PADDING, tag.y + tag.height / 2, _TEXT_PX)

    def bars(self, panel: Rect, bars: tuple[Bar, ...]) -> None:
        """One line for each bar: code, bar in the label's colour, per cent."""
        self._shade(panel, _PANEL_SHADE)
        for bar in bars:
            row, middle = bar.row, bar.row.y + bar.row.height / 2
            self._text(CODES[bar.emotion], row.x, middle, _SMALL_PX)
            figure = f"{100 * bar.share:.0f} %"
            self._text(figure, row.right - self._text_width(figure, _SMALL_PX), middle, _SMALL_PX)
            track = Rect(
                row.x + _CODE_WIDTH, row.y + 5, row.width - _CODE_WIDTH - _FIGURE_WIDTH, row.height - 10
            )
            self._fill(track, _TRACK_COLOUR)
            self._fill(track._replace(width=track.width * bar.share), _bgr(DARK_COLOURS[bar.emotion]))

    def _outline(self, box: Rect) -> NDArray[np.float64]:
        """The corners of a rounded rectangle, (n, 2) picture px, clockwise."""
        x, y, right, bottom = (value * self._scale for value in (box.x, box.y, box.right, box.bottom))
        radius = min(_CORNER * self._scale, (right - x) / 2, (bottom - y) / 2)
        centres = np.array(
            [
                (right - radius, y + radius),
                (right - radius, bottom - radius),
                (x + radius, bottom - radius),
                (x + radius, y + radius),
            ]
        )
        angles = np.radians(np.arange(-90, 270, 90)[:, None] + np.linspace(0, 90, _CORNER_POINTS))
        arcs = radius * np.stack((np.cos(angles), np.sin(angles)), axis=-1)
        return (centres[:, None] + arcs).reshape(-1, 2)

    def _pixels(self, rect: Rect) -> Image:
        """The part of the picture under a rectangle, cut at the edges."""
        left, right = (max(0, round(value * self._scale)) for value in (rect.x, rect.right))
        top, bottom = (max(0, round(value * self._scale)) for value in (rect.y, rect.bottom))
        return self.image[top:bottom, left:right]

    def _shade(self, rect: Rect, blackness: float) -> None:
        part = self._pixels(rect)
        part[:] = (part * (1 - blackness)).astype(np.uint8)

    def _fill(self, rect: Rect, colour: Colour) -> None:
        self._pixels(rect)[:] = colour

    def _text(self, text: str, x: float, middle: float, height: float) -> None:
        stencil = _stencil(text, round(height * self._scale))
        top = round(middle * self._scale - stencil.shape[0] / 2)
        left = round(x * self._scale)
        under = self.image[max(top, 0) : top + stencil.shape[0], max(left, 0) : left + stencil.shape[1]]
        ink = stencil[max(-top, 0) :, max(-left, 0) :][: under.shape[0], : under.shape[1], None]
        under[:] = under + (_WHITE - under) * ink

    def _cut(self, text: str, room: float) -> str:
        if self._text_width(text, _TEXT_PX) <= room + 1:
            return text
        while text and self._text_width(f"{text}...", _TEXT_PX) > room:
            text = text[:-1]
        return f"{text}..."

    def _text_width(self, text: str, height: float) -> float:
        return float(_stencil(text, round(height * self._scale)).shape[1] / self._scale)


@lru_cache(maxsize=1024)  # the same words and figures return in every frame
def _stencil(text: str, height: int) -> NDArray[np.float32]:
    """How much ink each px gets, 0..1, (3 * height, width); the capitals are `height` px and in the middle.

    Drawn larger and averaged: cv2 puts letters on whole px, which tears small words apart.
    """
    scale = cv2.getFontScaleFromHeight(_FONT, height * _FINER, _WEIGHT)
    (width, _), _ = cv2.getTextSize(text, _FONT, scale, _WEIGHT)
    size = -(-width // _FINER) + 1, 3 * height
    large = np.zeros((size[1] * _FINER, size[0] * _FINER), np.uint8)
    cv2.putText(large, text, (0, 2 * height * _FINER), _FONT, scale, 255, _WEIGHT, cv2.LINE_AA)
    return np.asarray(cv2.resize(large, size, interpolation=cv2.INTER_AREA) / 255, np.float32)


def _dashes(outline: NDArray[np.float64], dash: float, gap: float) -> list[NDArray[np.float64]]:
    """A closed outline (n, 2) cut into dashes, adjusted a little in length so that they close evenly."""
    closed = np.vstack((outline, outline[:1]))
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))))
    count = max(1, round(along[-1] / (dash + gap)))
    step = along[-1] / count
    pieces = []
    for start in np.arange(count) * step:
        end = start + step * dash / (dash + gap)
        inner = along[(along > start) & (along < end)]
        at = np.concatenate(([start], inner, [end]))
        pieces.append(np.stack((np.interp(at, along, closed[:, 0]), np.interp(at, along, closed[:, 1])), 1))
    return pieces


def _colour(mark: Mark) -> Colour:
    return _bgr(DARK_COLOURS.get(mark.label, UNCERTAIN_COLOUR))


def _bgr(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return blue, green, red

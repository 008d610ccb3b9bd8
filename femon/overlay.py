"""Where boxes, tags and bars go on the picture: pure geometry, for the window and for overlay videos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from femon.emotions import EMOTIONS, NOT_WATCHED
from femon.types import Reading
from femon.wording import uncertain_words

TAG_HEIGHT: Final = 26.0
TAG_PADDING: Final = 10.0  # left and right of the text
STRIPE_WIDTH: Final = 5.0
BAR_HEIGHT: Final = 19.0
BARS_PADDING: Final = 5.0
WIDE_BOX: Final = 220.0  # px: from here on all seven bars are shown
FEW_BARS: Final = 3
_GAP: Final = 4.0
_HIDDEN_SHARE: Final = 0.1  # of a face; a tag over more of it hides an eye or the mouth (ours)
_WIDEST_TAG: Final = 0.6  # of the view, which else is hidden by words (ours)
_BARS_WIDTH: Final = (132.0, 260.0)  # smallest, largest


class Rect(NamedTuple):
    """A rectangle in widget px."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y where it ends."""
        return self.y + self.height

    def overlaps(self, other: Rect) -> bool:
        """Whether the two share any area."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )

    def shared_area(self, other: Rect) -> float:
        """How much of the two lies over one another, px squared."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(width, 0.0) * max(height, 0.0)

    def kept_inside(self, area: Rect) -> Rect:
        """The same size, moved as little as possible so that it lies in the area (top left wins)."""
        x = max(area.x, min(self.x, area.right - self.width))
        y = max(area.y, min(self.y, area.bottom - self.height))
        return Rect(x, y, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Placement:
    """How a picture lies in the view: letterboxed in `picture`, scaled, perhaps mirrored."""

    view: Rect
    picture: Rect
    scale: float  # widget px per picture px
    mirrored: bool

    def box(self, box_xywh: tuple[float, float, float, float]) -> Rect:
        """A box in px of the unmirrored picture, as drawn."""
        x, y, width, height = (value * self.scale for value in box_xywh)
        left = self.picture.width - x - width if self.mirrored else x
        return Rect(self.picture.x + left, self.picture.y + y, width, height)


@dataclass(frozen=True, slots=True)
class Bar:
    """One probability bar: `row` is its line, code, bar and figure included."""

    emotion: str
    share: float
    row: Rect


@dataclass(frozen=True, slots=True)
class Mark:
    """Everything that is drawn for one face; a tag or bars without a free place are left out."""

    label: str  # one of EMOTIONS or UNCERTAIN: gives the colour
    uncertain: bool  # dashed
    text: str
    box: Rect
    tag: Rect | None
    bars: tuple[Bar, ...] = ()
    panel: Rect | None = None  # behind the bars


def place_picture(picture: tuple[int, int], view: tuple[float, float], *, mirrored: bool) -> Placement:
    """Fit a picture (width, height) whole and centred into a view (width, height)."""
    scale = min(view[0] / picture[0], view[1] / picture[1])
    width, height = picture[0] * scale, picture[1] * scale
    inner = Rect((view[0] - width) / 2, (view[1] - height) / 2, width, height)
    return Placement(Rect(0.0, 0.0, *view), inner, scale, mirrored)


def tag_text(reading: Reading) -> str:
    """What the tag says: `<id>  <label> <prob %>` or `<id>  uncertain - <reason in words>`."""
    if reading.uncertain is not None:
        return f"{reading.face.track}  uncertain - {uncertain_words(reading)}"
    if reading.label == NOT_WATCHED:
        return f"{reading.face.track}"
    share = "" if reading.confidence is None else f" {100 * reading.confidence:.0f} %"
    return f"{reading.face.track}  {reading.label}{share}"


def lay_out(
    readings: Sequence[Reading],
    placement: Placement,
    *,
    text_width: Callable[[str], float],
    bars: bool = True,
    signs: Sequence[Rect] = (),
) -> tuple[Mark, ...]:
    """Place the marks of all faces; tags never overlap: the primary face is placed first, others give way.

    Tags and bars keep clear of `signs`. A tag that would hide another face, or fill a small view, says less.
    """
    area = Rect(*(value + _GAP for value in placement.view[:2]), *(v - 2 * _GAP for v in placement.view[2:]))
    ordered = sorted(readings, key=lambda reading: (not reading.primary, reading.face.track))
    boxes = [placement.box(reading.face.box_xywh) for reading in ordered]
    taken = [*signs]
    tags: list[tuple[str, Rect | None]] = []
    for reading, box in zip(ordered, boxes, strict=True):
        wishes = _wished_tags(reading, box, area, text_width)
        places = [(text, _free_place(wish, taken, area)) for text, wish in wishes]
        clear = (one for one in places if one[1] and not _hides_any(one[1], box, boxes))
        tags.append(next(clear, places[-1]))
        taken += [tag for tag in (tags[-1][1],) if tag]
    marks = []
    for reading, box, (text, tag) in zip(ordered, boxes, tags, strict=True):
        others = [*taken, *(other for other in boxes if other is not box)]
        panel, rows = _bars(reading, box, area, taken=taken, others=others) if bars else (None, ())
        if panel:
            taken.append(panel)
        uncertain = reading.uncertain is not None
        marks.append(Mark(reading.label, uncertain, text, box, tag, rows, panel))
    return tuple(marks)


def _wished_tags(
    reading: Reading, box: Rect, area: Rect, text_width: Callable[[str], float]
) -> list[tuple[str, Rect]]:
    """The whole tag, one without figure and reason, and the number alone, where each would stand best."""
    wishes = []
    for text in (
        tag_text(reading),
        f"{reading.face.track}  {reading.label}".strip(),
        f"{reading.face.track}",
    ):
        width = text_width(text) + 2 * TAG_PADDING + STRIPE_WIDTH
        wish = Rect(box.x, box.y - TAG_HEIGHT - _GAP, width, TAG_HEIGHT)
        wishes.append((text, wish.kept_inside(area)))
    return [wish for wish in wishes[:-1] if wish[1].width <= _WIDEST_TAG * area.width] + wishes[-1:]


def _hides_any(tag: Rect, own: Rect, boxes: Sequence[Rect]) -> bool:
    """Whether a tag covers too much of a face that is not its own."""
    others = (box for box in boxes if box is not own)
    return any(tag.shared_area(box) > _HIDDEN_SHARE * box.width * box.height for box in others)


def _free_place(wish: Rect, taken: Sequence[Rect], area: Rect) -> Rect | None:
    below = sorted({wish.y, *(other.bottom + _GAP for other in taken)})
    # Down first; a tag that finds no room below its wish takes the highest free line.
    for y in [y for y in below if y >= wish.y] + [area.y] + below:
        place = wish._replace(y=y)
        if place.bottom <= area.bottom and not any(place.overlaps(other) for other in taken):
            return place
    return None


def _bars(
    reading: Reading, box: Rect, area: Rect, *, taken: Sequence[Rect], others: Sequence[Rect]
) -> tuple[Rect | None, tuple[Bar, ...]]:
    """Bars under the box, else beside it where no face is, else few of them over its lower end, else none."""
    if reading.smooth is None:
        return None, ()
    count = len(EMOTIONS) if box.width > WIDE_BOX else FEW_BARS
    under, right, left, over = _panels(box, area, count)
    for panel, obstacles in ((under, taken), (right, others), (left, others), (over, taken)):
        if panel == panel.kept_inside(area) and not any(panel.overlaps(other) for other in obstacles):
            shown = FEW_BARS if panel is over else count
            order = enumerate(_order(reading, shown))
            rows = (Bar(EMOTIONS[k], float(reading.smooth[k]), _row(panel, line)) for line, k in order)
            return panel, tuple(rows)
    return None, ()


def _panels(box: Rect, area: Rect, count: int) -> tuple[Rect, Rect, Rect, Rect]:
    """Where bars may go: under the box, right of it, left of it, over its lower end."""
    width = max(_BARS_WIDTH[0], min(box.width, _BARS_WIDTH[1]))
    height = count * BAR_HEIGHT + 2 * BARS_PADDING
    few = FEW_BARS * BAR_HEIGHT + 2 * BARS_PADDING
    middle = max(area.x, min(box.x + (box.width - width) / 2, area.right - width))
    side = min(box.bottom, area.bottom) - height
    return (
        Rect(middle, box.bottom + _GAP, width, height),
        Rect(box.right + _GAP, side, width, height),
        Rect(box.x - _GAP - width, side, width, height),
        Rect(middle, area.bottom - few, width, few),
    )


def _order(reading: Reading, count: int) -> list[int]:
    # Seven bars keep the fixed order, so that they do not jump about; three show the likeliest.
    if count == len(EMOTIONS) or reading.smooth is None:
        return list(range(count))
    return [int(index) for index in np.argsort(-reading.smooth, kind="stable")[:count]]


def _row(panel: Rect, line: int) -> Rect:
    return Rect(
        panel.x + BARS_PADDING,
        panel.y + BARS_PADDING + line * BAR_HEIGHT,
        panel.width - 2 * BARS_PADDING,
        BAR_HEIGHT,
    )

"""The icons, drawn from outlines in the colours of the theme: sharp at every scale, no files."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

_GRID: Final = 24.0  # outlines are given on a 24 x 24 grid
_LINE: Final = 1.8
_SIZES: Final = (20, 25, 30, 40, 60)  # px at scales of 1 to 3; QIcon scales down from the next larger one

# One outline each: M x y move, L x y line, C x1 y1 x2 y2 x y curve, Z close, O x y radius circle,
# R x y width height radius rounded rectangle. A leading "fill" paints the area as well.
OUTLINES: Final = MappingProxyType(
    {
        "camera": "R 2.5 6 13 12 2.5 M 15.5 10.5 L 21.5 7 L 21.5 17 L 15.5 13.5",
        "no_camera": "R 2.5 6 13 12 2.5 M 15.5 10.5 L 21.5 7 L 21.5 17 L 15.5 13.5 M 3 21 L 21 3",
        "folder": "M 3 19 L 3 5 L 9 5 L 11.5 8 L 21 8 L 21 19 Z",
        "record": "fill O 12 12 6.5",
        "stop": "fill R 6 6 12 12 2",
        "pause": "M 8.5 5.5 L 8.5 18.5 M 15.5 5.5 L 15.5 18.5",
        "play": "fill M 8 5 L 19 12 L 8 19 Z",
        "marker": "M 5.5 21.5 L 5.5 3 M 5.5 4 C 10 1.5 13 7 19 4 L 19 13 C 13 16 10 10.5 5.5 13",
        "calibrate": "O 12 12 8 O 12 12 2 M 12 1.5 L 12 6.5 M 12 17.5 L 12 22.5 M 1.5 12 L 6.5 12"
        " M 17.5 12 L 22.5 12",
        "mode": "M 2 12 C 6 4 18 4 22 12 C 18 20 6 20 2 12 Z O 12 12 3.2",
        "model": "M 12 3 L 21 8 L 12 13 L 3 8 Z M 3 12.5 L 12 17.5 L 21 12.5 M 3 17 L 12 22 L 21 17",
        "compare": "M 4 20.5 L 4 9 M 9 20.5 L 9 4 M 15 20.5 L 15 12 M 20 20.5 L 20 6.5",
        "review": "R 3 3.5 18 12 2 M 3 20 L 21 20 M 10 17.8 L 10 22.2 M 10 6.5 L 15 9.5 L 10 12.5 Z",
        "overlay": "M 3 8 L 3 3 L 8 3 M 16 3 L 21 3 L 21 8 M 21 16 L 21 21 L 16 21 M 8 21 L 3 21 L 3 16"
        " O 9 10 0.6 O 15 10 0.6 M 8 14.5 C 10 17 14 17 16 14.5",
        "mirror": "M 12 2.5 L 12 21.5 M 9 7 L 9 17 L 3 17 Z M 15 7 L 15 17 L 21 17 Z",
        "theme": "M 20.5 14.5 C 13 17.5 6.5 11 9.5 3.5 C 4.5 5 2 10 3.5 14.5 C 6 22 17.5 22.5 20.5 14.5 Z",
        "settings": "M 3 6.5 L 13 6.5 M 19 6.5 L 21 6.5 O 16 6.5 2.8 M 3 17.5 L 5 17.5 M 11 17.5 L 21 17.5"
        " O 8 17.5 2.8",
        "help": "O 12 12 9 M 9.2 9.6 C 9.2 5.6 14.8 5.6 14.8 9.4 C 14.8 11.6 12 11.6 12 14 M 12 16.8 L 12 17",
        "alarms": "M 4 17.5 L 20 17.5 L 18 14.5 C 18 9 18.5 4 12 4 C 5.5 4 6 9 6 14.5 Z M 10 20.5 L 14 20.5",
        "no_sound": "M 4 9.5 L 8 9.5 L 13 5 L 13 19 L 8 14.5 L 4 14.5 Z"
        " M 16.5 9.5 L 21.5 14.5 M 21.5 9.5 L 16.5 14.5",
        "information": "O 12 12 9 M 12 11 L 12 16.5 M 12 7.4 L 12 7.6",
        "hint": "M 9 17 C 9 14 5.5 13 5.5 9 C 5.5 1 18.5 1 18.5 9 C 18.5 13 15 14 15 17 Z"
        " M 9.5 20.5 L 14.5 20.5",
        "warning": "M 12 3.5 L 22 20.5 L 2 20.5 Z M 12 10 L 12 14.5 M 12 17.4 L 12 17.6",
        "error": "O 12 12 9 M 8.7 8.7 L 15.3 15.3 M 15.3 8.7 L 8.7 15.3",
        "done": "O 12 12 9 M 7.5 12.5 L 10.8 15.8 L 16.5 9",
        "close": "M 6.5 6.5 L 17.5 17.5 M 17.5 6.5 L 6.5 17.5",
    }
)
_NUMBERS: Final = MappingProxyType({"M": 2, "L": 2, "C": 6, "Z": 0, "O": 3, "R": 5})


def icon(name: str, colour: str, *, muted: str | None = None) -> QIcon:
    """An icon in a colour "#RRGGBB", with `muted` for its disabled state."""
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(pixmap(name, colour, size))
        if muted:
            made.addPixmap(pixmap(name, muted, size), QIcon.Mode.Disabled)
    return made


def app_icon() -> QIcon:
    """The icon of the program: a face in a frame."""
    return icon("overlay", "#5AA9FF")


def pixmap(name: str, colour: str, size_px: int) -> QPixmap:
    """An icon as a square of pixels."""
    filled, path = _outline(OUTLINES[name])
    picture = QPixmap(size_px, size_px)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size_px / _GRID, size_px / _GRID)
    round_end, round_join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(QColor(colour), _LINE, Qt.PenStyle.SolidLine, round_end, round_join))
    if filled:
        painter.setBrush(QColor(colour))
    painter.drawPath(path)
    painter.end()
    return picture


def _outline(text: str) -> tuple[bool, QPainterPath]:
    words = text.split()
    filled = words[0] == "fill"
    path = QPainterPath()
    position = int(filled)
    while position < len(words):
        command = words[position]
        end = position + 1 + _NUMBERS[command]
        _draw(path, command, [float(word) for word in words[position + 1 : end]])
        position = end
    return filled, path


def _draw(path: QPainterPath, command: str, numbers: list[float]) -> None:
    match command, numbers:
        case "M", [x, y]:
            path.moveTo(x, y)
        case "L", [x, y]:
            path.lineTo(x, y)
        case "C", [x1, y1, x2, y2, x, y]:
            path.cubicTo(x1, y1, x2, y2, x, y)
        case "O", [x, y, radius]:
            path.addEllipse(QPointF(x, y), radius, radius)
        case "R", [x, y, width, height, radius]:
            path.addRoundedRect(QRectF(x, y, width, height), radius, radius)
        case _:
            path.closeSubpath()

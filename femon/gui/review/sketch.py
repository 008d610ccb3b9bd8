"""A schematic face in place of a video: drawn from box, head angles, openness of the eyes and the jaw."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

_PAPER: Final = "#17191B"
_SKIN: Final = "#2B2F33"
_INK: Final = "#C9CED6"
_FAINT: Final = "#6E757D"
# Where things lie in half widths and half heights of the box, from its middle; depth in half widths.
_EYE: Final = (0.42, -0.18, 0.55)
_BROW_Y: Final = -0.42
_NOSE: Final = (0.0, 0.14, 0.85)
_MOUTH: Final = (0.0, 0.52, 0.55)


@dataclass(frozen=True, slots=True)
class FaceSketch:
    """One face of a frame; None where the log has no figure. Left and right are the subject's own."""

    box_xywh: tuple[float, float, float, float]  # px of the unmirrored picture
    yaw: float  # degrees, + to image right
    pitch: float  # + chin up
    roll: float  # + to the subject's right shoulder
    open_left: float | None
    open_right: float | None
    jaw: float | None


def sketch_picture(faces: tuple[FaceSketch, ...], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture of a size in px with these faces, BGR (h, w, 3)."""
    image = QImage(size[0], size[1], QImage.Format.Format_RGB32)
    image.fill(QColor(_PAPER))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for face in faces:
        _paint_face(painter, face)
    painter.end()
    width, height = size
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine() // 4, 4)
    return np.ascontiguousarray(pixels[:, :width, :3])  # RGB32 lies as B, G, R, unused


def _paint_face(painter: QPainter, face: FaceSketch) -> None:
    x, y, width, height = face.box_xywh
    painter.save()
    painter.translate(x + width / 2, y + height / 2)
    painter.rotate(-face.roll)
    half = QPointF(width / 2, height / 2)
    line = max(1.5, width / 90)
    painter.setPen(QPen(QColor(_INK), line))
    painter.setBrush(QColor(_SKIN))
    painter.drawEllipse(QPointF(0, 0), half.x() * 0.86, half.y() * 0.98)
    turned = _Turned(face, half)
    for side, openness in (
        (1, face.open_left),
        (-1, face.open_right),
    ):  # the subject's left is at image right
        _paint_eye(painter, turned, side, openness, line)
    _paint_nose(painter, turned, line)
    _paint_mouth(painter, turned, face.jaw, line)
    painter.restore()


@dataclass(frozen=True, slots=True)
class _Turned:
    """A turned head: places on it, in px from the middle of the box."""

    face: FaceSketch
    half: QPointF

    def at(self, x: float, y: float, depth: float) -> QPointF:
        yaw, pitch = math.radians(self.face.yaw), math.radians(self.face.pitch)
        return QPointF(
            (x * math.cos(yaw) + depth * math.sin(yaw)) * self.half.x(),
            (y * math.cos(pitch) - depth * math.sin(pitch)) * self.half.y(),
        )

    @property
    def narrow(self) -> float:
        """How much narrower things look from the side."""
        return max(0.25, math.cos(math.radians(self.face.yaw)))


def _paint_eye(painter: QPainter, turned: _Turned, side: int, openness: float | None, line: float) -> None:
    x, y, depth = _EYE
    middle = turned.at(side * x, y, depth)
    wide, high = 0.2 * turned.half.x() * turned.narrow, 0.11 * turned.half.y()
    pen = QPen(QColor(_INK if openness is not None else _FAINT), line)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if openness is None:  # not readable: a dash pattern instead of an invented eye
        pen.setDashPattern([2, 2])
        painter.setPen(pen)
        painter.drawEllipse(middle, wide, high * 0.7)
    elif openness < 0.1:
        painter.drawLine(QLineF(middle.x() - wide, middle.y(), middle.x() + wide, middle.y()))
    else:
        shown = high * min(openness, 1.2)
        painter.drawEllipse(middle, wide, shown)
        painter.setBrush(QColor(_INK))
        pupil = min(0.08 * turned.half.x(), shown * 0.75)
        painter.drawEllipse(middle, pupil * turned.narrow, pupil)
    painter.setPen(QPen(QColor(_FAINT), line))
    brow = turned.at(side * x, _BROW_Y, depth)
    painter.drawLine(QLineF(brow.x() - wide, brow.y(), brow.x() + wide, brow.y()))


def _paint_nose(painter: QPainter, turned: _Turned, line: float) -> None:
    painter.setPen(QPen(QColor(_FAINT), line))
    painter.drawLine(QLineF(turned.at(0, _EYE[1] + 0.06, 0.7), turned.at(*_NOSE)))


def _paint_mouth(painter: QPainter, turned: _Turned, jaw: float | None, line: float) -> None:
    middle = turned.at(*_MOUTH)
    wide = 0.3 * turned.half.x() * turned.narrow
    painter.setPen(QPen(QColor(_INK), line))
    painter.setBrush(QColor(_PAPER))
    if not jaw or jaw < 0.03:
        painter.drawLine(QLineF(middle.x() - wide, middle.y(), middle.x() + wide, middle.y()))
    else:
        high = 0.28 * turned.half.y() * min(jaw, 1.0)
        painter.drawEllipse(QRectF(middle.x() - wide, middle.y() - high / 3, 2 * wide, 2 * high))

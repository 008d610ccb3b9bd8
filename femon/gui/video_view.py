"""The live picture with its overlay, painted in the dark palette whatever the theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from femon.emotions import CODES
from femon.gui.signs import FILL, Sign, paint_sign
from femon.gui.theme import DARK, text_scale
from femon.overlay import STRIPE_WIDTH, TAG_PADDING, Bar, Mark, Placement, Rect, lay_out, place_picture
from femon.types import Frame, Reading, Readings

TEXT_PX: Final = 15
STALE_S: Final = 2.0  # readings that are older than the shown frame by more are not drawn
_SMALL_PX: Final = 12
_CORNER: Final = 8.0
_PANEL_FILL: Final = QColor(0, 0, 0, 166)
_TRACK_FILL: Final = QColor(255, 255, 255, 38)
_CODE_WIDTH: Final = 26.0
_FIGURE_WIDTH: Final = 40.0


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is drawn over the picture."""

    boxes: bool = True
    bars: bool = True
    mirror: bool = True


class VideoView(QWidget):
    """Paints the newest frame letterboxed, and for each face its box, tag and bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._readings: Readings | None = None
        self._overlay = Overlay()
        self._no_face = False
        self._frozen = False
        self._camera = ""  # what the camera dot says; empty: no device is open
        self._camera_colour = DARK.ok
        self.setAccessibleName("Video")
        self.setMinimumSize(320, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_frame(self, frame: Frame) -> None:
        """Show a frame ahead of its analysis, with what is known from earlier ones."""
        if not self._frozen:
            self._frame = frame
            self.update()

    def show_readings(self, readings: Readings, *, no_face: bool = False) -> None:
        """Show what is known about a frame, and the frame unless a newer one is shown already."""
        if self._frozen:
            return
        self._readings = readings
        if self._frame is None or not 0 < self._frame.t - readings.frame.t < STALE_S:
            self._frame = readings.frame
        self._no_face = no_face
        self.setAccessibleDescription(spoken(readings))
        self.update()

    def set_overlay(self, overlay: Overlay) -> None:
        """Choose what is drawn over the picture; only the drawing changes."""
        self._overlay = overlay
        self.update()

    def set_camera(self, text: str, *, lit: bool = True) -> None:
        """Show the camera dot with a text ("Camera on"), or put it out with an empty one."""
        self._camera = text
        self._camera_colour = DARK.ok if lit else DARK.warn
        self.update()

    def set_frozen(self, frozen: bool) -> None:
        """Keep the picture as it is while the analysis goes on; without one there is nothing to keep."""
        self._frozen = frozen and self.has_picture
        self.update()

    def clear(self) -> None:
        """Forget the picture."""
        self._frame = self._readings = None
        self._no_face = self._frozen = False
        self.setAccessibleDescription("")
        self.update()

    @property
    def frame(self) -> Frame | None:
        """The frame that is shown."""
        return self._frame

    @property
    def frozen(self) -> bool:
        """Whether the picture is kept as it is."""
        return self._frozen

    @property
    def has_picture(self) -> bool:
        """Whether a frame has been shown since the last clear()."""
        return self._frame is not None

    def sizeHint(self) -> QSize:
        """A size that leaves room for the panels in a window of the default size."""
        return QSize(900, 520)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture and its overlay."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#0E0F10"))
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        scale = text_scale()  # the overlay grows with all other text, the picture stays as large
        painter.scale(scale, scale)
        view = (self.width() / scale, self.height() / scale)
        if self._frame is not None:
            place = self._paint_picture(painter, self._frame, view)
            self._paint_overlay(painter, place, self._known(self._frame))
        self._paint_signs(painter, QPointF(view[0] / 2, view[1] / 2))
        painter.end()

    def _known(self, frame: Frame) -> tuple[Reading, ...]:
        """What may be drawn over a frame: a box that is too old would mark an empty place."""
        if self._readings is None or frame.t - self._readings.frame.t > STALE_S:
            return ()
        return self._readings.readings

    def _paint_picture(self, painter: QPainter, frame: Frame, view: tuple[float, float]) -> Placement:
        image = frame_image(frame)
        place = place_picture((image.width(), image.height()), view, mirrored=self._overlay.mirror)
        painter.save()
        if place.mirrored:
            painter.translate(view[0], 0)
            painter.scale(-1, 1)
        painter.drawImage(QRectF(*place.picture), image)
        painter.restore()
        return place

    def _paint_overlay(self, painter: QPainter, place: Placement, readings: tuple[Reading, ...]) -> None:
        if not (self._overlay.boxes or self._overlay.bars):
            return
        font = self._font(TEXT_PX, bold=True)
        measure = QFontMetricsF(font).horizontalAdvance
        small = QFontMetricsF(self._font(_SMALL_PX))
        places = [sign.place(small) for sign in self._corner_signs(place.view.width)]
        signs = [Rect(one.x(), one.y(), one.width(), one.height()) for one in places]
        marks = lay_out(readings, place, text_width=measure, bars=self._overlay.bars, signs=signs)
        for mark in marks:
            if self._overlay.boxes:
                _paint_box(painter, mark)
            if mark.panel is not None:
                self._paint_bars(painter, mark.panel, mark.bars)
        for mark in marks:
            if mark.tag is not None:
                painter.setFont(font)
                _paint_tag(painter, mark.tag, mark)

    def _paint_bars(self, painter: QPainter, panel: Rect, bars: tuple[Bar, ...]) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PANEL_FILL)
        painter.drawRoundedRect(QRectF(*panel), 6, 6)
        painter.setFont(self._font(_SMALL_PX))
        for bar in bars:
            _paint_bar(painter, bar)

    def _paint_signs(self, painter: QPainter, middle: QPointF) -> None:
        """The words that belong to the picture as a whole."""
        painter.setFont(self._font(TEXT_PX))
        if self._no_face:
            paint_sign(painter, Sign("No face in view.", middle))
        elif self._frame is not None and self._readings is None:
            paint_sign(painter, Sign("Starting the analysis...", middle))
        painter.setFont(self._font(_SMALL_PX))
        for sign in self._corner_signs(2 * middle.x()):
            paint_sign(painter, sign)

    def _corner_signs(self, width: float) -> list[Sign]:
        """What stands at the top of a picture so wide."""
        camera = Sign(self._camera, QPointF(width - 12, 12), 1.0, self._camera_colour)
        frozen = Sign("Picture frozen", QPointF(12, 12), 0.0, DARK.warn)
        return [sign for sign, shown in ((camera, bool(self._camera)), (frozen, self._frozen)) if shown]

    def _font(self, size_px: int, *, bold: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(size_px)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font


def frame_image(frame: Frame) -> QImage:
    """A frame as an image that shares its memory: use it only while the frame lives."""
    pixels = np.ascontiguousarray(frame.image_bgr)  # cut-outs have gaps between their rows
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_BGR888)
    return image if pixels is frame.image_bgr else image.copy()


def spoken(readings: Readings) -> str:
    """The picture in words, for screen readers."""
    if not readings.readings:
        return "No face in view"
    return "; ".join(f"Face {reading.face.track}: {reading.label}" for reading in readings.readings)


def _paint_box(painter: QPainter, mark: Mark) -> None:
    box = QRectF(*mark.box)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    edge = QPen(QColor(0, 0, 0, 200), 4)
    line = QPen(QColor(DARK.emotions[mark.label]), 2)
    if mark.uncertain:
        line.setDashPattern([5, 4])
        line.setCapStyle(Qt.PenCapStyle.FlatCap)
    for pen in (edge, line):
        painter.setPen(pen)
        painter.drawRoundedRect(box, _CORNER, _CORNER)


def _paint_tag(painter: QPainter, tag: Rect, mark: Mark) -> None:
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(*tag), 5, 5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillPath(shape, FILL)
    painter.setClipRect(QRectF(tag.x, tag.y, STRIPE_WIDTH, tag.height))
    painter.fillPath(shape, QColor(DARK.emotions[mark.label]))
    painter.setClipping(False)
    painter.setPen(QColor("#FFFFFF"))
    text = QRectF(*tag).adjusted(STRIPE_WIDTH + TAG_PADDING, 0, 0, 0)
    painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, mark.text)


def _paint_bar(painter: QPainter, bar: Bar) -> None:
    row = QRectF(*bar.row)
    painter.setPen(QColor("#FFFFFF"))
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(row, middle | Qt.AlignmentFlag.AlignLeft, CODES[bar.emotion])
    painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, f"{100 * bar.share:.0f} %")
    track = row.adjusted(_CODE_WIDTH, 5, -_FIGURE_WIDTH, -5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_TRACK_FILL)
    painter.drawRoundedRect(track, 3, 3)
    filled = QRectF(track)
    filled.setWidth(track.width() * min(1.0, max(0.0, bar.share)))
    painter.setBrush(QColor(DARK.emotions[bar.emotion]))
    painter.drawRoundedRect(filled, min(3.0, filled.width() / 2), 3)

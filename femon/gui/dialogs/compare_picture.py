"""The painted pictures of the comparison: the still with its numbered faces, and one crop enlarged."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from femon.gui.drawing import scaled_font
from femon.gui.theme import DARK, Theme, current_theme
from femon.gui.video_view import frame_image
from femon.types import Face, Frame

CROP_PX: Final = 240  # five times the model's 48
WIDTH_PX: Final = CROP_PX + 2  # with its frame
_HEIGHT_PX: Final = 180  # at most, of the still
_DROP: Final = "Drop a picture here"


class StillView(QWidget):
    """The whole picture with a numbered box per face; a click on a box chooses that face."""

    face_chosen = Signal(int)  # its position, from 0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._faces: tuple[Face, ...] = ()
        self._chosen = 0
        self.setAccessibleName("Picture")
        self.clear()

    def show_faces(self, frame: Frame, faces: tuple[Face, ...]) -> None:
        """Show a picture and the faces found in it."""
        self._frame, self._faces, self._chosen = frame, faces, 0
        height, width = frame.image_bgr.shape[:2]
        self.setFixedSize(WIDTH_PX, max(1, min(_HEIGHT_PX, round(WIDTH_PX * height / width))))
        self.setAccessibleDescription(f"Faces found: {len(faces)}")
        self.update()

    def choose(self, position: int) -> None:
        """Mark a face."""
        self._chosen = position
        self.update()

    def clear(self) -> None:
        """Show where a picture can be dropped."""
        self._frame, self._faces = None, ()
        self.setFixedSize(WIDTH_PX, _HEIGHT_PX)
        self.setAccessibleDescription(_DROP)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the face under the mouse; where boxes overlap, the one whose middle is nearer."""
        boxes = {position: self._box(face) for position, face in enumerate(self._faces)}
        hit = {position: box.center() for position, box in boxes.items() if box.contains(event.position())}
        if hit:
            away = {position: event.position() - centre for position, centre in hit.items()}
            self.face_chosen.emit(min(away, key=lambda position: away[position].manhattanLength()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture and its boxes, or the place for one."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self._frame is None:
            self._paint_place(painter, theme)
            return
        painter.drawImage(self._place(), frame_image(self._frame))
        if len(self._faces) > 1 or (self._faces and not self._is_whole(self._faces[0])):
            for position, face in enumerate(self._faces):
                self._paint_box(painter, face, chosen=position == self._chosen)

    def _paint_place(self, painter: QPainter, theme: Theme) -> None:
        painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _DROP)

    def _paint_box(self, painter: QPainter, face: Face, *, chosen: bool) -> None:
        box = self._box(face)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0), 4 if chosen else 3))
        painter.drawRoundedRect(box, 4, 4)
        pen = QPen(QColor(DARK.accent if chosen else "#FFFFFF"), 2 if chosen else 1)
        painter.setPen(pen)
        painter.drawRoundedRect(box, 4, 4)
        if len(self._faces) > 1:
            self._paint_number(painter, box, str(face.track), chosen=chosen)

    def _paint_number(self, painter: QPainter, box: QRectF, number: str, *, chosen: bool) -> None:
        font = scaled_font(self.font(), 1.0, bold=True)
        metrics = QFontMetricsF(font)
        width, height = metrics.horizontalAdvance(number) + 10, metrics.height() + 2
        top = max(box.top() - height, self._place().top())
        tag = QRectF(QPointF(box.left(), top), QPointF(box.left() + width, top + height))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DARK.accent) if chosen else QColor(0, 0, 0, 191))
        painter.drawRoundedRect(tag, 3, 3)
        painter.setFont(font)
        painter.setPen(QColor(DARK.on_accent if chosen else "#FFFFFF"))
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, number)

    def _place(self) -> QRectF:
        """Where the picture lies: whole, as large as fits, in the middle."""
        assert self._frame is not None
        height, width = self._frame.image_bgr.shape[:2]
        size = QSize(width, height).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(QRect(QPointF().toPoint(), size)).translated(
            (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        )

    def _box(self, face: Face) -> QRectF:
        assert self._frame is not None
        place = self._place()
        scale = place.width() / self._frame.image_bgr.shape[1]
        x, y, width, height = (value * scale for value in face.box_xywh)
        return QRectF(place.left() + x, place.top() + y, width, height).intersected(place)

    def _is_whole(self, face: Face) -> bool:
        assert self._frame is not None
        height, width = self._frame.image_bgr.shape[:2]
        return face.box_xywh == (0.0, 0.0, float(width), float(height))


class CropView(QWidget):
    """A crop (48, 48) enlarged without smoothing: the very pixels that the models get."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._crop = QImage()
        self.setFixedSize(WIDTH_PX, WIDTH_PX)
        self.setAccessibleName("The crop as the models see it")

    def show_crop(self, crop: NDArray[np.uint8]) -> None:
        """Show the pixels of a crop."""
        height, width = crop.shape
        pixels = np.ascontiguousarray(crop)
        # copy(): QImage does not keep the array alive.
        self._crop = QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The pixels in a thin frame."""
        painter = QPainter(self)
        painter.drawImage(QRect(1, 1, CROP_PX, CROP_PX), self._crop)
        painter.setPen(QColor(current_theme().border))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

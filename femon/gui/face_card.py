"""One painted card: a face's number, crop, label, quality and, while expressions are watched, seven bars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from femon.emotions import EMOTIONS, NOT_WATCHED, UNCERTAIN
from femon.gui.baseline_switch import BaselineSwitch
from femon.gui.drawing import percent, scaled_font
from femon.gui.theme import Theme, current_theme
from femon.types import Reading
from femon.wording import quality_word, uncertain_words

_CROP_PX = 96  # twice the model's 48
_PAD = 12
_GAP = 8
_EXPRESSIONS_OFF = "expressions are not watched"
_AWAY = "not in view"


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the card says in words."""

    number: str
    label: str
    detail: str
    quality: str


class FaceCard(QAbstractButton):
    """A card that is painted whole: new readings never move or resize anything.

    Clicking it, or pressing Space on it, chooses its face. Solid bars are smoothed probabilities, outlines
    are raw ones.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.track = 0
        self._shown = _Shown("", "", "", "")
        self._reading: Reading | None = None
        self._crop = QImage()
        self._away = False
        self._correctable = False
        self.switch = BaselineSwitch(self)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Show this face in the timeline")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_reading(self, reading: Reading) -> None:
        """Paint a new reading."""
        self.track = reading.face.track
        watched, self._reading = self._has_bars, reading
        if watched != self._has_bars:
            self.updateGeometry()
        self._crop = _image(reading.face.crop)
        self._away = False
        self._place_switch()
        self._say(_words(reading))

    def show_baseline(self, *, available: bool, on: bool) -> None:
        """Offer the switch between corrected and uncorrected expressions."""
        self._correctable = available
        self.switch.show_state(on)
        self._place_switch()

    def show_away(self) -> None:
        """Keep the last values, dimmed: the face has just left the picture."""
        if not self._away:
            self._away = True
            self._say(_Shown(self._shown.number, self._shown.label, _AWAY, self._shown.quality))

    def _say(self, shown: _Shown) -> None:
        if self._spoken(shown) != self._spoken(self._shown):
            self.setAccessibleName(shown.number)
            label = f"Label {shown.label}. " if shown.label else ""
            self.setAccessibleDescription(f"{label}{shown.detail}. Quality {shown.quality}.")
        self._shown = shown
        self.update()

    def _spoken(self, shown: _Shown) -> tuple[str, ...]:
        # A confidence that moves by a percent is not worth a word to a screen reader; a reason is.
        is_reason = shown.label == UNCERTAIN or shown.detail == _AWAY
        return shown.number, shown.label, shown.quality, shown.detail if is_reason else ""

    def sizeHint(self) -> QSize:
        """As high as its text needs at the current text size."""
        head = max(_CROP_PX, self._head_height())
        bars = _GAP + len(EMOTIONS) * self._row_height() if self._has_bars else 0
        switch = self.switch.sizeHint().height() + _GAP if not self.switch.isHidden() else 0
        return QSize(280, 2 * _PAD + head + bars + switch)

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for a 320 px panel at large text sizes."""
        return QSize(220, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the switch at the bottom."""
        super().resizeEvent(event)
        self._place_switch()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size and the theme."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame, the head and the bars."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter, theme)
        if self._reading is None:
            return
        if self._away:
            painter.setOpacity(0.45)
        inner = self.rect().adjusted(_PAD, _PAD, -_PAD, -_PAD)
        self._paint_crop(painter, theme, inner)
        left = inner.left() + _CROP_PX + _PAD
        head = QRect(left, inner.top(), inner.right() - left + 1, self._head_height())
        self._paint_head(painter, theme, head)
        bars = inner.adjusted(0, max(_CROP_PX, self._head_height()) + _GAP, 0, 0)
        if self._has_bars:
            self._paint_bars(painter, theme, bars, self._reading)

    @property
    def _has_bars(self) -> bool:
        return self._reading is None or self._reading.label != NOT_WATCHED

    @property
    def _is_primary(self) -> bool:
        return self._reading is not None and self._reading.primary and self._reading.raw is not None

    def _place_switch(self) -> None:
        shown = self._correctable and self._is_primary
        if shown == self.switch.isHidden():
            self.switch.setVisible(shown)
            self.updateGeometry()
        height = self.switch.sizeHint().height()
        self.switch.setGeometry(_PAD, self.height() - _PAD - height, self.width() - 2 * _PAD, height)

    def _paint_frame(self, painter: QPainter, theme: Theme) -> None:
        marked = self.isChecked() or self.hasFocus()
        painter.setPen(QPen(QColor(theme.accent if marked else theme.border), 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(theme.raised if self.underMouse() else theme.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _paint_crop(self, painter: QPainter, theme: Theme, inner: QRect) -> None:
        where = QRect(inner.left(), inner.top(), _CROP_PX, _CROP_PX)
        painter.drawImage(where, self._crop)  # no smoothing: the very pixels that the model gets
        painter.setPen(QColor(theme.border))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(where.adjusted(0, 0, -1, -1))

    def _paint_head(self, painter: QPainter, theme: Theme, head: QRect) -> None:
        shown = self._shown
        small = QFontMetrics(self.font())
        painter.setFont(self.font())
        painter.setPen(QColor(theme.muted))
        painter.drawText(
            head, Qt.AlignmentFlag.AlignTop, small.elidedText(shown.number, _RIGHT, head.width())
        )
        below = head.adjusted(0, small.height() + 2, 0, 0)
        if shown.label:
            self._paint_label(painter, theme, below)
        else:
            painter.drawText(below, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, shown.detail)
        self._paint_quality(painter, theme, head)

    def _paint_label(self, painter: QPainter, theme: Theme, area: QRect) -> None:
        large = scaled_font(self.font(), 1.4, bold=True)
        height = QFontMetrics(large).height()
        doubtful = self._shown.label == UNCERTAIN
        stripe = QPen(QColor(theme.emotions[self._shown.label]), 4)
        if doubtful:
            stripe.setDashPattern([1, 0.6])
        stripe.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(stripe)
        painter.drawLine(
            QPointF(area.left() + 2, area.top() + 3), QPointF(area.left() + 2, area.top() + height - 2)
        )
        text = area.adjusted(10, 0, 0, 0)
        painter.setPen(QColor(theme.muted if doubtful else theme.text))
        painter.setFont(large)
        painter.drawText(
            text,
            Qt.AlignmentFlag.AlignTop,
            QFontMetrics(large).elidedText(self._shown.label, _RIGHT, text.width()),
        )
        painter.setFont(self.font())
        painter.setPen(QColor(theme.text))
        below = QRect(area.left(), area.top() + height, area.width(), 2 * QFontMetrics(self.font()).height())
        painter.drawText(below, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, self._shown.detail)

    def _paint_quality(self, painter: QPainter, theme: Theme, head: QRect) -> None:
        colours = {"good": theme.ok, "fair": theme.warn, "poor": theme.danger}
        metrics = QFontMetrics(self.font())
        line = QRect(head.left(), head.bottom() + 1 - metrics.height(), head.width(), metrics.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours[self._shown.quality]))
        radius = metrics.height() * 0.27
        painter.drawEllipse(QPointF(line.left() + radius, line.center().y() + 1), radius, radius)
        painter.setPen(QColor(theme.text))
        words = line.adjusted(round(2 * radius) + 6, 0, 0, 0)
        text = metrics.elidedText(f"{self._shown.quality} quality", _RIGHT, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_bars(self, painter: QPainter, theme: Theme, area: QRect, reading: Reading) -> None:
        name_width = width_of(EMOTIONS, self.font()) + _GAP
        figure_width = width_of((percent(1.0),), self.font()) + _GAP
        for position, name in enumerate(EMOTIONS):
            row = QRect(
                area.left(), area.top() + position * self._row_height(), area.width(), self._row_height()
            )
            smooth = None if reading.smooth is None else float(reading.smooth[position])
            painter.setFont(scaled_font(self.font(), 1.0, bold=name == reading.label))
            painter.setPen(QColor(theme.text))
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, name)
            figure = "\N{EN DASH}" if smooth is None else percent(smooth)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, figure)
            track = QRectF(row.adjusted(name_width, 0, -figure_width, 0))
            track = track.adjusted(0.5, 0.5 + row.height() * 0.2, 0, -row.height() * 0.2)
            _paint_bar(painter, track, theme.raised, theme.emotions[name], smooth or 0.0)
            if reading.raw is not None:
                _paint_outline(painter, track, theme.text, float(reading.raw[position]))

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).height() + 4

    def _head_height(self) -> int:
        line = QFontMetrics(self.font()).height()
        return 4 * line + 6 + QFontMetrics(scaled_font(self.font(), 1.4, bold=True)).height()


_RIGHT = Qt.TextElideMode.ElideRight


def width_of(texts: Iterable[str], font: QFont) -> int:
    """Px of the widest in bold: any of them may be that of the label."""
    metrics = QFontMetrics(scaled_font(font, 1.0, bold=True))
    return max(metrics.horizontalAdvance(text) for text in texts)


def _paint_bar(painter: QPainter, track: QRectF, ground: str, colour: str, share: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(track, 3, 3)
    solid = QRectF(track.left(), track.top(), track.width() * share, track.height())
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(solid, min(3.0, solid.width() / 2), 3)


def _paint_outline(painter: QPainter, track: QRectF, colour: str, share: float) -> None:
    outline = QRectF(track.left(), track.top(), track.width() * share, track.height())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colour), 1))
    painter.drawRoundedRect(outline, min(3.0, outline.width() / 2), 3)


def _image(crop: NDArray[np.uint8]) -> QImage:
    height, width = crop.shape
    pixels = np.ascontiguousarray(crop)
    # copy(): QImage does not keep the array alive.
    return QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def _words(reading: Reading) -> _Shown:
    number = f"Face {reading.face.track}" + (" \N{MIDDLE DOT} primary" if reading.primary else "")
    detail = _EXPRESSIONS_OFF if reading.label == NOT_WATCHED else uncertain_words(reading)
    if not detail and reading.confidence is not None:
        detail = f"{percent(reading.confidence)} confidence"
    return _Shown(number, reading.label, detail, quality_word(reading.face.quality))

"""The painted gauges of the monitor panel: a headline with a large figure, rows of name, bar and figure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QWidget

from femon.gui.drawing import hatching, scaled_font
from femon.gui.monitor_figures import NO_FIGURE, Gauge, Tone
from femon.gui.painted_lines import PaintedLines
from femon.gui.theme import Theme, current_theme

_LARGE: Final = 28 / 13  # gauge figures are 28 px beside text of 13 px
_NAME_SHARE: Final = 0.36  # of a row
_REASON: Final = 12 / 13
_GAP: Final = 8
_BAR_PX: Final = 6
_RIGHT = Qt.TextElideMode.ElideRight
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class GaugeView(PaintedLines):
    """Shows one gauge."""

    def __init__(self, gauge: Gauge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gauge = gauge
        self.setAccessibleName(gauge.name)
        self.clear()

    @property
    def gauge(self) -> Gauge:
        """What is shown."""
        return self._gauge

    def show_gauge(self, gauge: Gauge, *, speak: bool = True) -> None:
        """Paint another value; `speak` tells it to screen readers too, not wanted at every frame."""
        if gauge != self._gauge:
            if gauge.help != self._gauge.help or gauge.withheld != self._gauge.withheld:
                reason = f"{gauge.name}: {gauge.text}.\n" if gauge.withheld else ""
                self.setToolTip(reason + gauge.help)
            self._gauge = gauge
            self.update()
        if speak:
            self.setAccessibleDescription(
                ", ".join(part for part in (gauge.text, " ".join(gauge.note.split()), gauge.state) if part)
            )

    def clear(self) -> None:
        """Show no value."""
        gauge = self._gauge
        share = None if gauge.share is None else 0.0
        tone: Tone = "unknown" if gauge.state else "plain"
        state = NO_FIGURE if gauge.state else ""
        self.show_gauge(
            replace(gauge, text=NO_FIGURE, withheld=True, share=share, tone=tone, state=state, note="")
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Name at the left, bar in the middle, figure or reason at the right."""
        theme, gauge, row = current_theme(), self._gauge, self.rect()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        name = QRect(row.left(), row.top(), round(row.width() * _NAME_SHARE), row.height())
        painter.setPen(QColor(theme.muted if gauge.withheld else theme.text))
        painter.drawText(name, _MIDDLE, metrics.elidedText(gauge.name, _RIGHT, name.width()))
        gap = _GAP
        if gauge.withheld:  # a reason is longer than a figure
            name.setWidth(min(name.width(), metrics.horizontalAdvance(gauge.name)))
            gap //= 2
        rest = row.adjusted(name.width() + gap, 0, 0, 0)
        font = scaled_font(
            self.font(), _REASON if gauge.withheld else 1.0, bold=gauge.tone in ("warn", "danger")
        )
        painter.setFont(font)
        text = QFontMetrics(font).elidedText(gauge.text, _RIGHT, rest.width())
        painter.drawText(rest, _MIDDLE | Qt.AlignmentFlag.AlignRight, text)
        if gauge.share is not None and not gauge.withheld:
            figures = QFontMetrics(scaled_font(self.font(), 1.0, bold=True)).horizontalAdvance("100.0 %")
            middle = rest.center().y() + 0.5
            paint_bar(
                painter,
                QRectF(rest.left(), middle - _BAR_PX / 2, rest.width() - figures - _GAP, _BAR_PX),
                gauge,
                theme,
            )


class HeadlineView(GaugeView):
    """A gauge with its state in words and a large figure."""

    lines, extra_px = 2, _BAR_PX + 8

    def __init__(self, gauge: Gauge, parent: QWidget | None = None) -> None:
        super().__init__(gauge, parent)
        self._beside: QWidget | None = None

    def put_beside_name(self, widget: QWidget) -> None:
        """Keep a small widget right of the name, whatever the text size."""
        widget.setParent(self)
        self._beside = widget
        self._place_beside()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The text size changes the height, and where the name ends."""
        super().resizeEvent(event)
        self._place_beside()

    def _place_beside(self) -> None:
        if self._beside is not None:
            name = QFontMetrics(scaled_font(self.font(), 1.0, bold=True)).horizontalAdvance(self.gauge.name)
            self._beside.resize(self._beside.sizeHint())
            self._beside.move(name + _GAP, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Name above state at the left, large figure or reason at the right, the bar below."""
        theme, gauge = current_theme(), self._gauge
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QFontMetrics(self.font()).height()
        above = QRect(0, 0, self.width(), 2 * line + 2)
        taken = self._paint_figure(painter, theme, above)
        left = above.adjusted(0, 0, -taken - _GAP, 0)
        painter.setFont(scaled_font(self.font(), 1.0, bold=True))
        painter.setPen(QColor(theme.text))
        painter.drawText(left, Qt.AlignmentFlag.AlignTop, gauge.name)
        painter.setFont(self.font())
        paint_state(painter, QRect(0, line + 1, left.width(), line), gauge.state, gauge.tone, theme)
        paint_bar(painter, QRectF(0, above.bottom() + 3, self.width(), _BAR_PX), gauge, theme)

    def _paint_figure(self, painter: QPainter, theme: Theme, area: QRect) -> int:
        """Paint it and return its width."""
        gauge, aside = self._gauge, _MIDDLE | Qt.AlignmentFlag.AlignRight
        if gauge.withheld and gauge.text != NO_FIGURE:
            place = area.adjusted(area.width() // 2, 0, 0, 0)
            painter.setPen(QColor(theme.muted))
            painter.drawText(place, aside | Qt.TextFlag.TextWordWrap, gauge.text)
            return place.width()
        font = scaled_font(self.font(), _LARGE, bold=True)
        painter.setFont(font)
        painter.setPen(QColor(theme.muted if gauge.withheld else theme.text))
        painter.drawText(area, aside, gauge.text)
        width = QFontMetrics(font).horizontalAdvance(gauge.text)
        if not gauge.note:
            return width
        painter.setFont(self.font())
        painter.setPen(QColor(theme.muted))
        painter.drawText(area.adjusted(0, 0, -width - _GAP, 0), aside, gauge.note)
        lines = gauge.note.splitlines()
        return width + _GAP + max(map(QFontMetrics(self.font()).horizontalAdvance, lines))


def paint_bar(painter: QPainter, track: QRectF, gauge: Gauge, theme: Theme) -> None:
    """The bar with its limits as strokes across; hatched while its figure is withheld."""
    colours = {"warn": theme.warn, "danger": theme.danger}
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(track, 3, 3)
    if gauge.withheld:
        painter.setBrush(hatching(theme.text))
        painter.drawRoundedRect(track, 3, 3)
    solid = QRectF(track)
    solid.setWidth(track.width() * min(max(gauge.share or 0.0, 0.0), 1.0))
    painter.setBrush(QColor(colours.get(gauge.tone, theme.accent)))
    painter.drawRoundedRect(solid, min(3.0, solid.width() / 2), 3)
    for mark in gauge.marks:
        x = round(track.left() + mark * track.width())
        painter.fillRect(QRectF(x - 2, track.top() - 2, 4, track.height() + 4), QColor(theme.surface))
        painter.fillRect(QRectF(x - 1, track.top() - 2, 2, track.height() + 4), QColor(theme.muted))


def paint_state(
    painter: QPainter, line: QRect, text: str, tone: Tone, theme: Theme, *, lines: int = 1
) -> None:
    """A word with its sign: disc good, triangle warning, square danger, ring unknown; more lines wrap."""
    colours = {"good": theme.ok, "warn": theme.warn, "danger": theme.danger, "unknown": theme.muted}
    size = line.height() * 0.6
    sign = QRectF(line.left(), line.center().y() + 0.5 - size / 2, size, size)
    colour = QColor(colours.get(tone, theme.accent))
    painter.setPen(colour if tone == "unknown" else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if tone == "unknown" else colour)
    if tone == "warn":
        top = QPointF(sign.center().x(), sign.top())
        painter.drawPolygon(QPolygonF([top, sign.bottomRight(), sign.bottomLeft()]))
    elif tone == "danger":
        painter.drawRect(sign)
    else:
        painter.drawEllipse(sign)
    painter.setPen(QColor(theme.muted if tone == "unknown" else theme.text))
    words = line.adjusted(round(size) + 6, 0, 0, 0)
    if lines > 1:
        words.setHeight(lines * line.height())
        painter.drawText(words, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, text)
    else:
        painter.drawText(words, _MIDDLE, painter.fontMetrics().elidedText(text, _RIGHT, words.width()))

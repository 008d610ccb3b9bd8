"""The "?" beside the engagement figure, and the formula that it opens."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QVBoxLayout, QWidget

from femon.gui.drawing import scaled_font
from femon.gui.labels import heading, plain
from femon.gui.theme import current_theme
from femon.monitors.limits import Limits

_COLUMNS: Final = 52  # letters in a line of the formula
_FORMULA: Final = """\
{attention:.2f} × attention + {alertness:.2f} × alertness + {steadiness:.2f} × steadiness, \
smoothed over {tau:g} s

attention: share of the last 10 s with the head turned ahead
alertness: 1 \N{MINUS SIGN} fatigue index / 100; while it is unknown, the rest is divided by {rest:.2f}
steadiness: 1 \N{MINUS SIGN} spread of yaw and pitch over 10 s / {spread:g}°, at least 0

While expressions are read, all of it × ({kept:.2f} + {share:.2f} × liveliness), where liveliness is \
0.5 + 0.5 × (1 \N{MINUS SIGN} neutral) × the largest probability. It tells a lively face from a still one, \
not a glad one from a sad one.

Low below {low:.2f}, high above {high:.2f}. It says how a person sits before the camera, not what they think \
or feel."""


def engagement_formula(limits: Limits) -> str:
    """How the figure is made, with the weights, times and bands in use."""
    return _FORMULA.format(
        attention=limits.weight_attention,
        alertness=limits.weight_alertness,
        steadiness=limits.weight_steadiness,
        rest=limits.weight_attention + limits.weight_steadiness,
        tau=limits.engagement_tau_s,
        spread=limits.unsteady_sd,
        kept=1 - limits.expression_share,
        share=limits.expression_share,
        low=limits.engagement_low,
        high=limits.engagement_high,
    )


class EngagementHelp(QAbstractButton):
    """A round "?" as high as a line of text; a click, or Space on it, opens the formula below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.popup = _Formula(self)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("How engagement is computed")
        self.setToolTip("Show the formula")
        self.clicked.connect(self._open)

    def set_limits(self, limits: Limits) -> None:
        """Name the weights and bands in use."""
        self.popup.text.setText(engagement_formula(limits))

    def sizeHint(self) -> QSize:
        """A square for one letter."""
        side = QFontMetrics(self.font()).height() + 2
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A ring with the letter in it, in the colour of links while it can be pressed."""
        theme = current_theme()
        marked = self.hasFocus() or self.underMouse()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent if marked else theme.muted), 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(theme.raised) if marked else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))
        painter.setFont(scaled_font(self.font(), 0.85, bold=True))
        painter.setPen(QColor(theme.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "?")

    def _open(self) -> None:
        self.popup.open_below(self)


class _Formula(QFrame):
    """Stays until a click beside it or Esc."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("look", "card")
        self.setAccessibleName("Engagement")
        self.text = plain(engagement_formula(Limits()))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.addWidget(heading("Engagement, 0 to 1"))
        column.addWidget(self.text)

    def open_below(self, button: QWidget) -> None:
        """Show all of it, within the screen that the button is on."""
        self.text.setFixedWidth(_COLUMNS * QFontMetrics(self.font()).averageCharWidth())
        self.adjustSize()
        place = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 4))
        screen = button.screen().availableGeometry()
        x = max(screen.left(), min(place.x(), screen.right() - self.width()))
        above = button.mapToGlobal(QPoint(0, 0)).y() - 4 - self.height()
        y = place.y() if place.y() + self.height() <= screen.bottom() else max(screen.top(), above)
        self.move(x, y)
        self.show()

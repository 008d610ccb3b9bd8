"""The columns of the comparison: a card per model, one for each that cannot be used, and their mean."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from femon.emotions import EMOTIONS, UNCERTAIN
from femon.gui.dialogs.frame import scrolling
from femon.gui.drawing import percent, scaled_font
from femon.gui.labels import ElidedLabel, muted, plain
from femon.gui.share_bars import ShareBars
from femon.gui.theme import current_theme
from femon.wording import uncertain_words

if TYPE_CHECKING:
    from femon.bundle import BrokenBundle
    from femon.comparison import Comparison, ModelReadings
    from femon.types import Reading

_CARD_LETTERS: Final = 29  # the width of a card in average letters of its text
_TOP: Final = Qt.AlignmentFlag.AlignTop
_GAP_PX: Final = 10
_IN_ONE_ROW: Final = 3  # more cards than that share two rows
_STRIPE_PX: Final = 10  # with the gap to the text
_MS_TIP: Final = "Median of a few calls with one face, on this computer and beside what else femon does now"


class CompareColumns(QWidget):
    """One card per model in one or two rows, scrolled sideways; the mean stays in view at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = scrolling(QWidget())
        self._cards.setAccessibleName("Models")
        self._mean = QHBoxLayout()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP_PX)
        row.addWidget(self._cards, 1)
        row.addLayout(self._mean)

    def show_face(self, comparison: Comparison, position: int) -> None:
        """Show what every model says about one face."""
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(_GAP_PX)
        cards = [_model_card(model, model.readings[position]) for model in comparison.models]
        cards += [_broken_card(bundle) for bundle in comparison.broken]
        across = len(cards) if len(cards) <= _IN_ONE_ROW else ceil(len(cards) / 2)
        for number, card in enumerate(cards):
            grid.addWidget(card, *divmod(number, across), _TOP)
        grid.setColumnStretch(across, 1)
        grid.setRowStretch(2, 1)
        self._cards.setWidget(body)
        self._show_mean(comparison, position)

    def _show_mean(self, comparison: Comparison, position: int) -> None:
        while (item := self._mean.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        mean, apart = comparison.mean(position), comparison.disagreement(position)
        if mean is not None and apart is not None:
            self._mean.addWidget(_mean_card(mean, apart, len(comparison.models)), 0, _TOP)


class _Large(QWidget):
    """Large text; a label has a stripe in its colour, "uncertain" is grey and its stripe dashed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        """One line of the larger text."""
        metrics = QFontMetrics(self._large())
        return QSize(_STRIPE_PX + metrics.horizontalAdvance(self._text), metrics.height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Stripe and text."""
        theme, doubtful = current_theme(), self._text == UNCERTAIN
        painter = QPainter(self)
        area = self.rect()
        if self._text in theme.emotions:
            stripe = QPen(QColor(theme.emotions[self._text]), 4)
            stripe.setCapStyle(Qt.PenCapStyle.FlatCap)
            if doubtful:
                stripe.setDashPattern([1, 0.6])
            painter.setPen(stripe)
            painter.drawLine(2, 2, 2, self.height() - 2)
            area.adjust(_STRIPE_PX, 0, 0, 0)
        painter.setFont(self._large())
        painter.setPen(QColor(theme.muted if doubtful else theme.text))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self._text)

    def _large(self) -> QFont:
        return scaled_font(self.font(), 1.4, bold=True)


def _model_card(model: ModelReadings, reading: Reading) -> QFrame:
    card, column = _card(model.id, model.name)
    why = uncertain_words(reading)
    column.addWidget(_Large(reading.label))
    from femon.comparison import probabilities_of

    raw = probabilities_of(reading)
    column.addWidget(_line(why or f"{percent(float(raw.max()))} confidence"))
    column.addWidget(_bars(raw, f"Probabilities of {model.id}"))
    cost = muted(f"{model.ms_per_face:.1f} ms per face")
    cost.setToolTip(_MS_TIP)
    column.addWidget(cost)
    said = f"{reading.label}, {why}" if why else reading.label
    card.setAccessibleDescription(f"{said}. {model.ms_per_face:.1f} ms per face")
    return card


def _broken_card(bundle: BrokenBundle) -> QFrame:
    card, column = _card(bundle.id, bundle.reason)
    column.addWidget(_Large("cannot be used"))
    column.addWidget(plain(bundle.reason))
    card.setAccessibleDescription(f"Cannot be used. {bundle.reason}")
    return card


def _mean_card(mean: NDArray[np.float32], apart: float, models: int) -> QFrame:
    card, column = _card(f"Mean of {models} models", "Every model counts the same")
    column.addWidget(_Large(f"{apart:.3f}"))
    line = _line("disagreement")
    line.setToolTip(
        "0: all models say the same, 1: they are as far apart as can be (Jensen-Shannon divergence)"
    )
    column.addWidget(line)
    column.addWidget(_bars(mean, "Mean probabilities"))
    column.addWidget(muted("0 the same, 1 opposite"))
    card.setAccessibleDescription(f"Disagreement {apart:.3f}, from 0 the same to 1 opposite")
    return card


def _card(title: str, tip: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("look", "card")
    card.setAccessibleName(title)
    card.setFixedWidth(_CARD_LETTERS * card.fontMetrics().averageCharWidth())
    column = QVBoxLayout(card)
    column.setContentsMargins(12, 10, 12, 10)
    column.setSpacing(6)
    name = ElidedLabel(title)
    name.setToolTip(f"{title}\n{tip}")
    column.addWidget(name)
    return card, column


def _line(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setAlignment(_TOP)
    label.setMinimumHeight(2 * label.fontMetrics().height())  # so that all bars stand at one height
    return label


def _bars(probabilities: NDArray[np.float32], name: str) -> ShareBars:
    shares = {label: float(share) for label, share in zip(EMOTIONS, probabilities, strict=True)}
    return ShareBars(shares, name)

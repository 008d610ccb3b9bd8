"""The result page of the calibration: references of both eyes and the relaxed face, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from femon.emotions import EMOTIONS
from femon.gui.dialogs.frame import card, scrolling
from femon.gui.drawing import percent
from femon.gui.labels import heading, muted, plain
from femon.gui.share_bars import ShareBars
from femon.monitors.calibration_run import CalibrationNews
from femon.monitors.calibration_state import AMBERS, CalibrationResult, Figures
from femon.types import Pose

_UNKNOWN: Final = "not known"
_DEGREES: Final = "\N{DEGREE SIGN}"
_FIGURES: Final = (
    "Eye opening, right",
    "Eye opening, left",
    "Closed, share of open, right",
    "Closed, share of open, left",
    "Head, straight ahead",
)
_ONLY_EYES: Final = "Expressions are not watched, so only eyes and head were measured."
_UNCLEAR: Final = "The face was not clear enough for expressions, so only eyes and head were measured."
_NO_REFERENCE: Final = (
    "This model does not say what it makes of neutral faces, so expressions cannot be corrected."
)


class CalibrationSummary(QWidget):
    """Shows one result."""

    def __init__(self, news: CalibrationNews, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        result = news.result
        assert result is not None  # shown for results only
        body = QWidget()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, 8, 0)
        inside.setSpacing(10)
        inside.addWidget(_verdict(result))
        inside.addWidget(card(_table(result)))
        inside.addWidget(card(_expressions(news, result)))
        inside.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading("Result"))
        column.addWidget(scrolling(body), 1)


def _verdict(result: CalibrationResult) -> QLabel:
    if not result.amber:
        return plain("The calibration can be used.")
    label = plain("\n".join(AMBERS[reason] for reason in result.amber))
    label.setProperty("look", "warn")
    return label


def _table(result: CalibrationResult) -> QWidget:
    table = QWidget()
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(24)
    grid.setColumnStretch(0, 1)
    for column, text in enumerate(("Before", "Now"), start=1):
        grid.addWidget(muted(text), 0, column, Qt.AlignmentFlag.AlignRight)
    rows = zip(_FIGURES, _texts(result.before), _texts(result.after), strict=True)
    for row, (name, before, after) in enumerate(rows, start=1):
        grid.addWidget(QLabel(name), row, 0)
        for column, text in enumerate((before, after), start=1):
            grid.addWidget(QLabel(text), row, column, Qt.AlignmentFlag.AlignRight)
    if result.profile.closed_source == "assumed":
        grid.addWidget(
            muted("The closed eyes were not measured: they are learned from blinks."),
            len(_FIGURES) + 1, 0, 1, 3,
        )  # fmt: skip
    return table


def _texts(figures: Figures) -> tuple[str, ...]:
    pose = figures.neutral
    return (
        f"{figures.open_right:.3f}",
        f"{figures.open_left:.3f}",
        percent(figures.closed_share_right),
        percent(figures.closed_share_left),
        _head(pose) if pose else _UNKNOWN,
    )


def _head(pose: Pose) -> str:
    """In the person's own words for directions."""
    aside = "left" if pose.yaw > 0 else "right"
    upright = "up" if pose.pitch > 0 else "down"
    return f"{abs(pose.yaw):.0f}{_DEGREES} to the {aside}, {abs(pose.pitch):.0f}{_DEGREES} {upright}"


def _expressions(news: CalibrationNews, result: CalibrationResult) -> QWidget:
    if result.neutral_probabilities is None:
        return muted(_UNCLEAR if news.model_id else _ONLY_EYES)
    if news.corrected is None:
        return muted(_NO_REFERENCE)
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(24)
    row.addLayout(_bars("Your relaxed face, as the model sees it", result.neutral_probabilities))
    row.addLayout(_bars("The same, corrected", news.corrected))
    return both


def _bars(title: str, shares: Sequence[float]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.addWidget(muted(title))
    column.addWidget(ShareBars(dict(zip(EMOTIONS, shares, strict=True)), title))
    column.addStretch(1)
    return column

"""Bars for the shares of labels keep clear of their names, however narrow the dialog."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QWidget

from femon.emotions import EMOTIONS
from femon.gui.share_bars import ShareBars


def test_bars_keep_room_for_names_and_percents_where_the_window_is_narrow(qtbot: Any) -> None:
    bars = ShareBars(dict.fromkeys(EMOTIONS, 1.0), "Recall of each label")
    window = QWidget()
    qtbot.addWidget(window)
    QHBoxLayout(window).addWidget(bars)
    window.resize(1, 1)
    window.show()
    metrics = QFontMetrics(bars.font())
    written = max(map(metrics.horizontalAdvance, EMOTIONS)) + metrics.horizontalAdvance("100 %")
    assert bars.width() >= written + 40

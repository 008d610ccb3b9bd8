"""The questions of the review screen: times as the timeline writes them, and what is shown when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QLabel, QTableWidget

from femon.gui.review.compare_dialog import CompareDialog
from femon.gui.review.dialogs import ExcludeDialog, ExportDialog
from femon.gui.review.tables import ExcludedTable
from femon.gui.review.time_box import TimeBox


@pytest.fixture
def box(qtbot: Any) -> TimeBox:
    made = TimeBox(83.456, 4000.0)
    qtbot.addWidget(made)
    return made


def test_a_time_is_written_as_the_timeline_writes_it(box: TimeBox) -> None:
    assert box.text() == "1:23.46"
    box.setValue(3723.5)
    assert box.text() == "1:02:03.50"
    box.setValue(59.999)
    assert box.text() == "1:00.00"


@pytest.mark.parametrize(
    ("text", "seconds"), [("1:23.5", 83.5), ("12", 12.0), ("0:05", 5.0), ("1:02:03", 3723.0), ("7.", 7.0)]
)
def test_minutes_or_seconds_alone_can_be_typed(box: TimeBox, text: str, seconds: float) -> None:
    assert box.validate(text, 0)[0] == QValidator.State.Acceptable
    assert box.valueFromText(text) == seconds


def test_half_a_time_may_become_one_and_words_may_not(box: TimeBox) -> None:
    for text in ("", "1:", "9999"):
        assert box.validate(text, 0)[0] == QValidator.State.Intermediate
    assert box.validate("soon", 0)[0] == QValidator.State.Invalid


def test_the_stretch_to_exclude_is_typed_in_minutes(qtbot: Any) -> None:
    dialog = ExcludeDialog((37.1, 65.6), 120.0)
    qtbot.addWidget(dialog)
    assert (dialog.start.text(), dialog.end.text()) == ("0:37.10", "1:05.60")
    dialog.end.lineEdit().setText("1:10")
    assert dialog.stretch == (37.1, 70.0)


def test_an_export_shows_progress_only_while_it_runs(qtbot: Any) -> None:
    dialog = ExportDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.bar.isVisible()
    dialog.show_progress(0, 2, "long")
    assert dialog.bar.isVisible()
    dialog.show_failure("The disk is full.")
    assert not dialog.bar.isVisible()


def test_without_other_sessions_the_comparison_says_so(qtbot: Any) -> None:
    dialog = CompareDialog(Path("one"), ())
    qtbot.addWidget(dialog)
    assert any(
        "There are no other sessions in this folder." in one.text() for one in dialog.findChildren(QLabel)
    )


def test_all_heads_of_a_table_stand_on_one_line(qtbot: Any) -> None:
    excluded = ExcludedTable()
    qtbot.addWidget(excluded)
    excluded.show_spans([])
    (table,) = excluded.findChildren(QTableWidget)
    heads = [table.horizontalHeaderItem(column) for column in range(table.columnCount())]
    assert [head.text() for head in heads if head] == ["From", "Length", "Reason"]
    vertical = Qt.AlignmentFlag.AlignVertical_Mask
    assert all(head.textAlignment() & vertical == Qt.AlignmentFlag.AlignVCenter for head in heads if head)

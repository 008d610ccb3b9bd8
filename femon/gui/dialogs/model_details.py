"""The details of one bundle: what its labels mean, its errors, its origin and its files."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from femon.bundle import BrokenBundle, Contract
from femon.emotions import EMOTIONS
from femon.gui.confusion_view import ConfusionView
from femon.gui.dialogs.frame import card
from femon.gui.dialogs.model_figures import facts
from femon.gui.drawing import NOT_MEASURED
from femon.gui.labels import ElidedLabel, heading, muted, plain
from femon.gui.reliability_view import ReliabilityView, points_of
from femon.gui.share_bars import ShareBars
from femon.limits import SPLITS, best_measured, labels_are_not_feelings


def details_of(bundle: Contract | BrokenBundle) -> QWidget:
    """A widget with everything known about a bundle, or why it cannot be used."""
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(4, 4, 12, 4)
    column.setSpacing(10)
    if isinstance(bundle, BrokenBundle):
        column.addWidget(heading(bundle.id))
        column.addWidget(plain(f"This model cannot be used. {bundle.reason}"))
    else:
        name = heading(bundle.name)
        name.setWordWrap(True)
        column.addWidget(name)
        column.addWidget(_limits(bundle))
        column.addLayout(_errors(bundle))
        column.addLayout(_facts(bundle))
    column.addStretch(1)
    return body


def _limits(contract: Contract) -> QFrame:
    title = QLabel("Labels are not feelings")
    title.setStyleSheet("font-weight: 600;")
    return card(title, plain(labels_are_not_feelings(contract.metrics)))


def _errors(contract: Contract) -> QHBoxLayout:
    split, figures = best_measured(contract.metrics)
    measured_on = f" on {SPLITS[split]}, %" if split else ""
    row = QHBoxLayout()
    row.setSpacing(28)
    matrix = _titled(f"Confusion{measured_on}")
    if figures.get("confusion"):
        view = ConfusionView()
        view.show_counts(figures["confusion"])
        matrix.addWidget(view, 0, Qt.AlignmentFlag.AlignLeft)
    else:
        matrix.addWidget(plain(NOT_MEASURED))
    matrix.addStretch(1)
    curve = _titled("Reliability: the dotted line is ideal")
    if figures.get("reliability"):
        after, before = (points_of(figures.get(name)) for name in ("reliability", "reliability_before"))
        curve.addWidget(ReliabilityView(after, before), 0, Qt.AlignmentFlag.AlignLeft)
    else:
        curve.addWidget(plain(NOT_MEASURED))
    curve.addStretch(1)
    recall = _titled("Recall: found of each label")
    if figures.get("recall"):
        shares = dict(zip(EMOTIONS, figures["recall"], strict=True))
        recall.addWidget(ShareBars(shares, "Recall of each label"))
    else:
        recall.addWidget(plain(NOT_MEASURED))
    recall.addStretch(1)
    row.addLayout(matrix)
    row.addLayout(curve)
    row.addLayout(recall, 1)
    return row


def _titled(text: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(6)
    column.addWidget(muted(text))
    return column


def _facts(contract: Contract) -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(18)
    form.setVerticalSpacing(4)
    for name, text in facts(contract).items():
        form.addRow(muted(name), plain(text))
    for name, digest in contract.checksums.items():
        label = ElidedLabel(digest)
        label.setToolTip(digest)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        form.addRow(muted(f"sha256 of {name}"), label)
    return form

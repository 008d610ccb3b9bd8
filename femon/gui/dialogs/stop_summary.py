"""What a session that has just ended holds."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFormLayout, QVBoxLayout, QWidget

from femon.emotions import EMOTIONS, UNCERTAIN
from femon.gui.dialogs.frame import add_button, close_only, resize_to_text, scrolling
from femon.gui.drawing import clock_text, counted, percent
from femon.gui.labels import ElidedLabel, Hint, heading, muted, plain
from femon.gui.share_bars import ShareBars
from femon.recording.ledger import SessionSummary


class StopSummary(QDialog):
    """Counts, the identity check, duration, coverage, alarms, disagreements and the share of each label."""

    review_requested = Signal(object)  # Path, the session's folder

    def __init__(self, summary: SessionSummary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Session closed")
        resize_to_text(self, 74, 36 if summary.label_shares else 22)
        self._summary = summary
        row = close_only(self)
        add_button(row, "Review", "Look at this session", self._review)
        add_button(row, "Open folder", "Show the session's files", self._open_folder)
        whole = QVBoxLayout(self)
        whole.addWidget(scrolling(self._body(summary)), 1)
        whole.addWidget(row)
        row.button(row.StandardButton.Close).setFocus()

    def _body(self, summary: SessionSummary) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading("Session closed"))
        folder = ElidedLabel(str(summary.folder))
        folder.setToolTip(str(summary.folder))
        column.addWidget(folder)
        column.addSpacing(4)
        column.addWidget(plain(identity_line(summary)))
        if summary.unaccounted or summary.integrity != "ok":
            column.addWidget(_warning(summary))
        column.addLayout(_facts(summary))
        column.addSpacing(4)
        column.addWidget(_label_part(summary.label_shares, faces=bool(summary.covered)))
        column.addStretch(1)
        return body

    def _review(self) -> None:
        self.accept()
        self.review_requested.emit(self._summary.folder)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._summary.folder)))


def identity_line(summary: SessionSummary) -> str:
    """What became of every captured frame: "28 410 frames: 28 102 analysed, 308 dropped, 0 unaccounted"."""
    parts = {"analysed": summary.analysed, "dropped": summary.dropped, "unaccounted": summary.unaccounted}
    if summary.paused:
        parts["paused"] = summary.paused
    told = (f"{counted(number)}\N{NO-BREAK SPACE}{what}" for what, number in parts.items())
    return f"{counted(summary.captured)}\N{NO-BREAK SPACE}frames: {', '.join(told)}"


def _warning(summary: SessionSummary) -> Hint:
    warning = Hint()
    text = summary.integrity if summary.integrity != "ok" else "Some captured frames have no row."
    warning.say(f"Check this session: {text}", "wrong")
    return warning


def _facts(summary: SessionSummary) -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(18)
    form.setVerticalSpacing(4)
    facts = {"Duration": clock_text(summary.duration_s), "Rows": counted(summary.rows)}
    if summary.captured:
        facts["Dropped"] = percent(summary.dropped / summary.captured, 1)
    if summary.covered is not None:
        facts["Coverage"] = f"{percent(summary.covered)} of the rows have a readable face"
    facts["Alarms"] = counted(summary.alarms)
    if summary.disagreements is not None:
        rows = f"in {counted(summary.disagreements)} rows the networks were too far apart"
        facts["Disagreements"] = rows if summary.disagreements else "none"
    if summary.video is not None:
        facts["Video"] = summary.video.text
    if summary.camera_lost_s > 0:
        facts["Camera away"] = f"{summary.camera_lost_s:.0f} s"
    if summary.latency_p50_ms is not None and summary.latency_p95_ms is not None:
        facts["Delay"] = f"{summary.latency_p50_ms:.0f} ms median, {summary.latency_p95_ms:.0f} ms at 95 %"
    for name, value in facts.items():
        form.addRow(muted(name), plain(value))
    return form


def _label_part(shares: Mapping[str, float], *, faces: bool) -> QWidget:
    if not shares:
        return muted("Expressions were not read." if faces else "No face was seen.")
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(muted("Labels, as shares of the rows with a face"))
    every = {name: shares.get(name, 0.0) for name in (*EMOTIONS, UNCERTAIN)}
    column.addWidget(ShareBars(every, "Share of each label"))
    return part

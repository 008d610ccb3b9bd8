"""The status bar: capture, analysis, latency, drops, device, model and free space as live figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from femon.gui.drawing import percent, size_text
from femon.gui.theme import set_look
from femon.types import SourceInfo

if TYPE_CHECKING:
    from femon.meter import Stats

# Product specification 5.1: beyond these a figure turns amber.
LATENCY_LIMIT_MS: Final = 150.0
DROPPED_LIMIT: Final = 0.20
FPS_LIMIT: Final = 15.0
DISK_LIMIT: Final = 200_000_000  # bytes
_RUNTIMES: Final = {"cpu": "CPU LiteRT", "gpu": "GPU TensorFlow"}

_CELLS: Final = {
    "source": ("Source", "What is open"),
    "capture": ("Capture", "Picture size and captured frames per second"),
    "analysed": ("Analysed", "Analysed frames per second"),
    "latency": ("Latency", "From capture to label over the last 10 s: median / 95 of 100 frames are faster"),
    "dropped": ("Dropped", "Share of captured frames of the last 60 s that a newer one replaced"),
    "network": ("Network", "Lab Streaming Layer: other programs can receive readings, alarms and markers"),
    "device": ("Device", "What computes the labels"),
    "model": ("Model", "The bundle in use"),
    "disk": ("Free space", "Room for sessions"),
}
# What goes first where there is no room for all: what changes least, and what a message tells in time.
_GIVES_WAY: Final = ("device", "model", "disk", "source", "capture", "dropped")
_BETWEEN_PX: Final = 6  # two cells, at the most


class StatusBar(QStatusBar):
    """Cells that stay empty until their figure is known; a figure beyond its limit is amber with a "!".

    Where they do not all fit, the less important ones are left out.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._cells = {name: self._add_cell(*words) for name, words in _CELLS.items()}
        self._info: SourceInfo | None = None

    def minimumSizeHint(self) -> QSize:
        """As narrow as anyone likes: the figures must not widen the window."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much as fits."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def text(self, cell: str) -> str:
        """What a cell shows."""
        return self._cells[cell].text()

    def show_source(self, info: SourceInfo | None, text: str = "") -> None:
        """Name what is open, or say what is going on instead."""
        self._info = info
        words = {"camera": "Camera on", "file": "File", "url": "Stream", "images": "Pictures", "demo": "Demo"}
        self._set("source", f"{words[info.kind]}: {info.name}" if info else text)
        if info is None:
            for cell in ("capture", "analysed", "latency", "dropped", "network"):
                self._set(cell, "")

    def show_stats(self, stats: Stats) -> None:
        """Show the figures of the running pipeline."""
        size = f"{self._info.width}x{self._info.height}" if self._info else ""
        self._set_rate("capture", f"{size} ", " fps", stats.capture_fps)
        self._set_rate("analysed", "analysed ", "", stats.analysed_fps)
        if stats.latency_p50_ms is not None and stats.latency_p95_ms is not None:
            text = f"{stats.latency_p50_ms:.0f}/{stats.latency_p95_ms:.0f} ms"
            self._set("latency", text, stats.latency_p95_ms > LATENCY_LIMIT_MS)
        share = stats.dropped_share
        self._set("dropped", f"dropped {percent(share, 1)}", share > DROPPED_LIMIT)
        self._set("device", _RUNTIMES.get(stats.device, stats.device))
        self._set("model", stats.model_id)

    def show_network(self, text: str, *, failed: bool = False) -> None:
        """Say that something is sent, until the source ends, or that it could not be."""
        self._set("network", text, failed)

    def show_free(self, size_bytes: int) -> None:
        """Show the free space where sessions are written."""
        self._set("disk", f"{size_text(size_bytes)} free", size_bytes < DISK_LIMIT)

    def _add_cell(self, name: str, tip: str) -> QLabel:
        label = QLabel()
        label.setAccessibleName(name)
        label.setToolTip(tip)
        label.setProperty("look", "muted")
        label.setContentsMargins(8, 2, 8, 2)
        label.hide()
        if name in {"Device", "Model", "Free space"}:
            self.addPermanentWidget(label)
        else:
            self.addWidget(label)
        return label

    def _set_rate(self, cell: str, before: str, after: str, fps: float | None) -> None:
        self._set(cell, "" if fps is None else f"{before}{fps:.1f}{after}", (fps or 0.0) < FPS_LIMIT)

    def _set(self, cell: str, text: str, amber: bool = False) -> None:
        label = self._cells[cell]
        shown = f"{text} !" if text and amber else text
        if label.text() == shown:
            return
        label.setText(shown)
        set_look(label, "warn" if amber else "muted")
        self._fit()

    def _fit(self) -> None:
        widths = {
            name: label.sizeHint().width() + _BETWEEN_PX
            for name, label in self._cells.items()
            if label.text()
        }
        for name in _GIVES_WAY:
            if sum(widths.values()) > self.width():
                widths.pop(name, None)
        for name, label in self._cells.items():
            label.setVisible(name in widths)

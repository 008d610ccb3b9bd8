"""The list of sessions: date and person in the first line, what and how long in the second, a badge."""

from __future__ import annotations

from typing import Final, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from femon.gui.drawing import scaled_font
from femon.gui.icons import pixmap
from femon.gui.review.axis import time_text
from femon.gui.review.shelf import ShelfEntry
from femon.gui.theme import current_theme

BADGE_WORDS: Final = {"ok": "intact", "check": "check", "unreadable": "damaged", "recording": "running"}
_ICONS: Final = {"ok": "done", "check": "warning", "unreadable": "error", "recording": "record"}
_PAD_PX: Final = 8
_ICON_PX: Final = 15
_ENTRY: Final = Qt.ItemDataRole.UserRole


class ShelfList(QListWidget):
    """One item per session."""

    entry_chosen = Signal(object)  # ShelfEntry

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Sessions")
        self.setItemDelegate(_Delegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.currentItemChanged.connect(self._choose)

    @property
    def entry(self) -> ShelfEntry | None:
        """The chosen session."""
        item = self.currentItem()
        return None if item is None else self.entry_of(item)

    @property
    def entries(self) -> tuple[ShelfEntry, ...]:
        """All sessions, in the order in which they are shown."""
        return tuple(self.entry_of(self.item(row)) for row in range(self.count()))

    def entry_of(self, item: QListWidgetItem) -> ShelfEntry:
        """The session of an item."""
        return cast(ShelfEntry, item.data(_ENTRY))

    def show_entries(self, entries: tuple[ShelfEntry, ...]) -> None:
        """Show other sessions; none is chosen."""
        self.blockSignals(True)
        self.clear()
        for entry in entries:
            item = QListWidgetItem(", ".join(filter(None, spoken(entry))))
            item.setData(_ENTRY, entry)
            item.setToolTip("\n".join(filter(None, (entry.folder.name, entry.modes, entry.problem))))
            self.addItem(item)
        self.setCurrentRow(-1)
        self.blockSignals(False)

    def choose(self, folder_name: str) -> bool:
        """Choose the session in the folder of this name; False when it is not here."""
        for row in range(self.count()):
            if self.item(row).data(_ENTRY).folder.name == folder_name:
                self.setCurrentRow(row)
                return True
        return False

    def _choose(self) -> None:
        if self.entry is not None:
            self.entry_chosen.emit(self.entry)


def spoken(entry: ShelfEntry) -> tuple[str, ...]:
    """Everything the list shows of a session: date, person, condition, kind, length, badge, recovered."""
    badge = "recovered" if entry.recovered and entry.badge == "ok" else BADGE_WORDS[entry.badge]
    also = "recovered" if entry.recovered and entry.badge != "ok" else ""
    return entry.started, entry.participant, entry.condition, entry.kind, length_words(entry), badge, also


def length_words(entry: ShelfEntry) -> str:
    """ "12:40" or "3 pictures"; "" where it is unknown."""
    if entry.pictures is not None:
        return f"{entry.pictures} picture{'' if entry.pictures == 1 else 's'}"
    return "" if entry.length_s is None else time_text(entry.length_s, 60.0)


class _Delegate(QStyledItemDelegate):
    """Paints the two lines."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines of text."""
        return QSize(120, 2 * option.fontMetrics.height() + 2 * _PAD_PX + 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Two lines and a badge."""
        entry, theme = index.data(_ENTRY), current_theme()
        state, box = option.state, option.rect
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent if chosen else theme.raised))
            painter.drawRoundedRect(box.adjusted(2, 1, -2, -1), 6, 6)
        ink, quiet = (theme.on_accent, theme.on_accent) if chosen else (theme.text, theme.muted)
        first, second = _lines(box, option.fontMetrics.height())
        started, participant, condition, kind, length, *_ = spoken(entry)
        date = _paint_right(painter, first, started, quiet)
        room = first.adjusted(0, 0, -date - 10, 0)
        _paint_left(painter, room, participant or entry.folder.name, ink, bold=True)
        badge = _paint_badge(painter, second, entry, ink if chosen else "")
        about = "  \N{MIDDLE DOT}  ".join(filter(None, (length, kind, condition)))
        _paint_left(painter, second.adjusted(0, 0, -badge - 10, 0), about, quiet)
        painter.restore()


def _lines(box: QRect, height: int) -> tuple[QRect, QRect]:
    inside = box.adjusted(_PAD_PX, _PAD_PX, -_PAD_PX, -_PAD_PX)
    first = QRect(inside.left(), inside.top(), inside.width(), height)
    return first, first.translated(0, height + 2)


def _paint_badge(painter: QPainter, line: QRect, entry: ShelfEntry, ink: str) -> int:
    """Icon and word at the right of a line, in the colour of its state unless told; returns the px used."""
    theme = current_theme()
    colours = {"ok": theme.warn if entry.recovered else theme.ok, "check": theme.warn}
    colour = ink or colours.get(entry.badge, theme.danger)
    width = _paint_right(painter, line, "  ".join(filter(None, spoken(entry)[-2:])), colour) + _ICON_PX + 5
    place = QRect(line.right() - width, line.center().y() - _ICON_PX // 2, _ICON_PX, _ICON_PX)
    painter.drawPixmap(place, pixmap(_ICONS[entry.badge], colour, 2 * _ICON_PX))
    return width


def _paint_right(painter: QPainter, line: QRect, text: str, ink: str) -> int:
    painter.setPen(QColor(ink))
    painter.drawText(line, Qt.AlignmentFlag.AlignRight, text)
    return painter.fontMetrics().horizontalAdvance(text)


def _paint_left(painter: QPainter, room: QRect, text: str, ink: str, *, bold: bool = False) -> None:
    plain = painter.font()
    painter.setFont(scaled_font(plain, 1.0, bold=bold))
    painter.setPen(QColor(ink))
    words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft, words)
    painter.setFont(plain)

"""The column of face cards: which face has which card, their order and the chosen one."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from femon.gui.face_card import FaceCard
from femon.types import Readings

# A face may vanish this long and keep its number, so its card stays as well instead of jumping.
_STAYS_S = 1.0
# Figures that change more often than ten times a second are not read, only painted.
_REFRESH_S = 0.09
_EMPTY_PX = 96


class FaceCards(QWidget):
    """One card per face, the primary face first.

    The chosen face is the primary one until the user clicks a card; `face_chosen` tells every change of it
    or of whether it is `pinned`.
    """

    face_chosen = Signal(int)
    baseline_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: dict[int, FaceCard] = {}  # by track, in the order shown
        self._free: list[FaceCard] = []
        self._seen: dict[int, float] = {}
        self._shown_t = -math.inf
        self._chosen = 0
        self._by_hand = False
        self._baseline = {"available": False, "on": False}
        self._empty = QLabel("No face in view.")
        self._empty.setProperty("look", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setMinimumHeight(_EMPTY_PX)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self.setAccessibleName("Faces")

    @property
    def chosen(self) -> int:
        """The track whose lines the timeline shows; 0 when there is no face."""
        return self._chosen

    @property
    def pinned(self) -> bool:
        """Whether somebody chose that face, primary or not."""
        return self._by_hand

    def show_readings(self, readings: Readings) -> None:
        """Show the faces of one frame: who is there at once, their figures ten times a second."""
        now = readings.frame.t
        by_track = {reading.face.track: reading for reading in readings.readings}
        self._seen.update(dict.fromkeys(by_track, now))
        # A clock that ran backwards belongs to another source.
        self._seen = {track: t for track, t in self._seen.items() if 0 <= now - t <= _STAYS_S}
        primary = {track for track, reading in by_track.items() if reading.primary}
        before = list(self._cards)
        self._arrange(sorted(self._seen, key=lambda track: (track not in primary, track)))
        if list(self._cards) == before and 0 <= now - self._shown_t < _REFRESH_S:
            return
        self._shown_t = now
        for track, card in self._cards.items():
            if track in by_track:
                card.show_reading(by_track[track])
            else:
                card.show_away()
        self._settle_choice(next(iter(self._cards), 0))

    def clear(self) -> None:
        """Forget all faces."""
        self._seen, self._shown_t = {}, -math.inf
        self._arrange([])
        self._empty.setMinimumHeight(_EMPTY_PX)
        self._settle_choice(0)

    def choose(self, track: int) -> None:
        """Choose a face as a click on its card would."""
        self._set_chosen(track, by_hand=True)

    def slots(self) -> dict[str, Callable[[], None]]:
        """What each command of the cards calls."""
        return {
            "previous_face": partial(self.choose_beside, -1),
            "next_face": partial(self.choose_beside, 1),
        }

    def choose_beside(self, steps: int) -> None:
        """Choose the face so many cards below (above 0) or above, going round at the ends."""
        tracks = list(self._cards)
        if tracks:
            here = tracks.index(self._chosen) if self._chosen in tracks else 0
            self.choose(tracks[(here + steps) % len(tracks)])

    def _arrange(self, tracks: list[int]) -> None:
        if tracks == list(self._cards):
            return
        if not tracks and self._cards:  # what is below must not jump when the last face leaves
            self._empty.setMinimumHeight(next(iter(self._cards.values())).sizeHint().height())
        for track in [track for track in self._cards if track not in tracks]:
            card = self._cards.pop(track)
            card.hide()
            self._free.append(card)
        self._cards = {track: self._cards.get(track) or self._spare(track) for track in tracks}
        for position, card in enumerate(self._cards.values()):
            self._column.insertWidget(position, card)
            card.show()
        self._empty.setVisible(not tracks)

    def _spare(self, track: int) -> FaceCard:
        card = self._free.pop() if self._free else self._new_card()
        card.track = track
        card.setChecked(track == self._chosen)
        return card

    def show_baseline(self, *, available: bool, on: bool) -> None:
        """Whether expressions can be corrected by a calibration, and are; the primary card has the switch."""
        self._baseline = {"available": available, "on": on}
        for card in (*self._cards.values(), *self._free):
            card.show_baseline(**self._baseline)

    def _new_card(self) -> FaceCard:
        card = FaceCard(self)
        card.show_baseline(**self._baseline)
        card.switch.wanted.connect(self.baseline_wanted)
        card.clicked.connect(lambda: self.choose(card.track))
        return card

    def _settle_choice(self, first: int) -> None:
        if self._by_hand and self._chosen in self._cards:
            return
        self._set_chosen(first, by_hand=False)

    def _set_chosen(self, track: int, *, by_hand: bool) -> None:
        changed = (track, by_hand) != (self._chosen, self._by_hand)
        self._chosen, self._by_hand = track, by_hand
        for own, card in self._cards.items():
            card.setChecked(own == track)
        if changed:
            self.face_chosen.emit(track)

"""Projector: fetches the pictures of a session's video on a thread of its own, the newest wish first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from femon.errors import CameraError
from femon.gui.review.film import BROKEN, Film, film_of
from femon.gui.review.record import SessionRecord
from femon.stage import Closed, Mailbox, Stage


class Projector(QObject):
    """Signals come from its thread and are delivered on the GUI thread; it has no parent for that reason."""

    opened = Signal(str)  # "" for a video, else the sentence why there is none
    shown = Signal(float, object)  # time in the file in s, BGR uint8 (h, w, 3)

    def __init__(self, record: SessionRecord) -> None:
        super().__init__()
        self._record = record
        self._wishes: Mailbox[float] = Mailbox(1, newest_wins=True)
        self._stage = Stage("review video", self._work, on_failure=lambda _name, _error: self._fail())

    def start(self) -> None:
        """Look for the video; `opened` follows."""
        self._stage.start()

    def ask(self, media_t: float) -> None:
        """Wish for the picture at a time of the file; an unanswered wish is given up for it."""
        if not self._stage.stopped():
            self._wishes.put(media_t)

    def close(self) -> None:
        """Let the thread end, without waiting for it."""
        self._stage.request_stop()
        self._wishes.close()

    def _work(self) -> None:
        film = film_of(self._record, self._stage.stopped)
        if isinstance(film, str):
            self.opened.emit(film)
            return
        try:
            self.opened.emit("")
            self._project(film)
        finally:
            film.close()

    def _project(self, film: Film) -> None:
        while not self._stage.stopped():
            try:
                media_t = self._wishes.get()
                picture: NDArray[np.uint8] | None = film.at(media_t)
            except Closed:
                return
            except CameraError:
                self.opened.emit(BROKEN)
                return
            if picture is not None and not self._stage.stopped():
                self.shown.emit(media_t, picture)

    def _fail(self) -> None:
        self.opened.emit(BROKEN)

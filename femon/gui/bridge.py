"""The one crossing from pipeline threads to the GUI thread: newest frame, newest readings, every notice."""

from __future__ import annotations

from threading import Lock

from PySide6.QtCore import QObject, Qt, Signal, Slot

from femon.types import Frame, Notice, Readings


class _Newest(QObject):
    """Holds the newest item until the GUI thread takes it, with at most one event on its way."""

    ready = Signal(object)
    _woken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._item: object = None
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def offer(self, item: object) -> None:
        with self._lock:
            waiting = self._item is not None
            self._item = item
        if not waiting:  # else the event that is on its way will find the newer item
            self._woken.emit()

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            item, self._item = self._item, None
        if item is not None:
            self.ready.emit(item)


class Bridge(QObject):
    """Hands frames, readings and notices over; made on the GUI thread, where its signals are emitted."""

    frame_ready = Signal(object)  # Frame
    readings_ready = Signal(object)  # Readings
    notice = Signal(object)  # Notice
    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._frames, self._readings = _Newest(), _Newest()
        self._frames.ready.connect(self.frame_ready)
        self._readings.ready.connect(self.readings_ready)
        self._posted.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    def preview(self, frame: Frame) -> None:
        """Offer a captured frame from any thread; older ones that were not shown yet are forgotten."""
        self._frames.offer(frame)

    def publish(self, readings: Readings) -> None:
        """Offer readings from any thread; older ones that were not shown yet are forgotten."""
        self._readings.offer(readings)

    def notify(self, notice: Notice) -> None:
        """Queue a notice from any thread; all arrive, in order."""
        self._posted.emit(notice)

    @Slot(object)
    def _pass_on(self, notice: Notice) -> None:
        self.notice.emit(notice)

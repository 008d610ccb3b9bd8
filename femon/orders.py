"""What a window asks of a running pipeline: done by its classify thread between two frames."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue

from femon.classifier import Classifier
from femon.monitors.calibration_corners import Screen
from femon.profiles import StoredProfile
from femon.recording import SessionRequest

SNOOZE_S = 60.0


class Orders:
    """Each returns at once; the classify thread calls `_obey_orders`, and notices tell what came of it."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._orders: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def use_bundle(self, model_id: str) -> None:
        """Switch models between two frames; notice "model" or "model_error" follows."""
        self._orders.put(lambda: self._classifier.switch(model_id))

    def record(self, request: SessionRequest) -> None:
        """Open a session with the next frame; notice "recording" or "recording_error" follows."""
        self._orders.put(lambda: self._classifier.record(request))

    def stop_recording(self) -> None:
        """Close the session; notice "recorded" follows."""
        self._orders.put(lambda: self._classifier.record(None))
        self._orders.put(lambda: self._classifier.close_session("user"))

    def pause_recording(self, paused: bool) -> None:
        """Log the coming frames as paused, or as usual again."""
        self._orders.put(lambda: self._classifier.desk.pause(paused))

    def undo(self, event_id: int) -> None:
        """Say in the running session that a marker or note does not count."""
        self._orders.put(lambda: self._classifier.desk.undo(event_id))

    def calibrate(self, *, glasses: bool, corners: bool, screen: Screen | None = None) -> None:
        """Guide the person in view, recording or not; a notice "calibration" follows for every frame."""
        self._orders.put(lambda: self._classifier.calibrate(glasses=glasses, corners=corners, screen=screen))

    def skip_calibration_step(self) -> None:
        """Leave out the closed eyes or the corners of the screen, whichever is asked for."""
        self._orders.put(self._classifier.skip_calibration_step)

    def stop_calibration(self) -> None:
        """Break the calibration off; nothing happens when none runs."""
        self._orders.put(self._classifier.stop_calibration)

    def use_profile(self, stored: StoredProfile | None) -> None:
        """Measure against a calibration, or against none; notice "baseline" follows. Also before start()."""
        self._orders.put(lambda: self._classifier.use_profile(stored))

    def set_baseline(self, on: bool) -> None:
        """Correct expressions by the calibration in use, or show them as they are."""
        self._orders.put(lambda: self._classifier.set_baseline(on))

    def acknowledge(self) -> None:
        """Silence the alarms shown until they get worse; notice "alarms" follows, as with the next three."""
        self._orders.put(self._classifier.acknowledge)

    def false_alarm(self) -> None:
        """Say in the log that the last alarm was false."""
        self._orders.put(self._classifier.false_alarm)

    def snooze(self) -> None:
        """No alarm sounds for a minute, sleep and no reaction excepted."""
        self._orders.put(lambda: self._classifier.snooze(SNOOZE_S))

    def set_sound(self, volume: float, fault: str = "") -> None:
        """How loud (0..1) alarms are, and in one sentence why none can be heard."""
        self._orders.put(lambda: self._classifier.set_sound(volume, fault))

    def _obey_orders(self) -> None:
        with suppress(Empty):
            while True:
                self._orders.get_nowait()()

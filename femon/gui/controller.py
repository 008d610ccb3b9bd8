"""The window's conversation with the pipeline: it opens, switches and stops sources without ever waiting."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal, Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from femon.gui.bridge import Bridge
from femon.settings import Settings, save_settings
from femon.stage import run_in_background
from femon.types import Frame, Notice, Readings

if TYPE_CHECKING:
    from femon.meter import Stats
    from femon.monitors.calibration_corners import Screen
    from femon.profiles import StoredProfile
    from femon.recording.session import SessionRequest

log = logging.getLogger(__name__)

RunInBackground = Callable[[str, Callable[[], None]], None]
# What an earlier pipeline may still say while its successor is already wanted.
_LAST_WORDS = ("recorded", "recording_error")


class PipelineLike(Protocol):
    """What the window needs of femon.pipeline.Pipeline; only stop() may take time."""

    def start(self) -> None:
        """Begin; returns at once."""

    def stop(self) -> None:
        """End everything, a recording too; may take seconds."""

    def use_bundle(self, model_id: str) -> None:
        """Switch; notice "model" or "model_error" follows."""

    def record(self, request: SessionRequest) -> None:
        """Start a session; notice "recording" or "recording_error" follows."""

    def stop_recording(self) -> None:
        """End the session; notice "recorded" follows."""

    def pause_recording(self, paused: bool) -> None:
        """Pause or resume the session."""

    def mark(self, kind: Literal["marker", "note"], text: str, *, key: str = "") -> None:
        """Write an event now; notice "noted" follows."""

    def undo(self, event_id: int) -> None:
        """Take a marker or note back by another event."""

    def calibrate(self, *, glasses: bool, corners: bool, screen: Screen | None = None) -> None:
        """Guide the person in view; notices "calibration" follow."""

    def skip_calibration_step(self) -> None:
        """Leave out the step that is asked for."""

    def stop_calibration(self) -> None:
        """Break the calibration off."""

    def use_profile(self, stored: StoredProfile | None) -> None:
        """Measure against a calibration or none; notice "baseline" follows."""

    def set_baseline(self, on: bool) -> None:
        """Correct expressions or not; notice "baseline" follows."""

    def acknowledge(self) -> None:
        """Silence the alarms that are shown; notice "alarms" follows, as with the next three."""

    def false_alarm(self) -> None:
        """Mark the last alarm as false."""

    def snooze(self) -> None:
        """Silence alarms for a minute."""

    def set_sound(self, volume: float, fault: str) -> None:
        """Tell the volume (0..1) and why nothing can be heard."""

    def stats(self) -> Stats:
        """The figures of the status bar."""
        ...


@dataclass(frozen=True, slots=True)
class _Opened:
    """The outcome of one switch, made on the background thread."""

    request: int
    pipeline: PipelineLike | None
    bridge: Bridge | None
    error: Exception | None = None


class Controller(QObject):
    """Owns the settings and the one pipeline. All signals are emitted on the GUI thread."""

    opening = Signal(str)  # the spec of the source
    frame_ready = Signal(object)  # Frame
    readings_ready = Signal(object)  # Readings
    notice = Signal(object)  # Notice
    settings_changed = Signal(object)  # Settings
    stopped = Signal()  # after close(): nothing runs any more
    _switched = Signal(object)

    def __init__(
        self,
        settings: Settings,
        *,
        settings_path: Path,
        models: Path,
        make_pipeline: Callable[..., PipelineLike] | None = None,
        background: RunInBackground = run_in_background,
        lsl: bool = False,
    ) -> None:
        """`lsl` sends lab streams whatever the settings say, and is not saved with them."""
        super().__init__()
        self.settings = settings
        self.settings_path = settings_path
        self.models = models
        self.source = ""  # the spec of what is open or opening
        self.pipeline: PipelineLike | None = None
        self.background = background
        self._make_pipeline, self._lsl = make_pipeline, lsl
        self._bridge: Bridge | None = None
        self._record: SessionRequest | None = None
        self._request = 0  # counts open() and close(); a switch that is overtaken is followed by another
        self._switching = False
        self._saving = Lock()
        self._switched.connect(self._finish_switch)

    @property
    def idle(self) -> bool:
        """Whether nothing runs, opens or stops."""
        return self.pipeline is None and not self._switching

    def open(self, source: str, *, record: SessionRequest | None = None) -> None:
        """Stop what runs and open another source, `record` it from its first frame.

        `opening` is emitted now, the notices "opened" or "error" come later.
        """
        self.source, self._record = source, record
        self.opening.emit(source)
        self._want_switch()

    def close(self) -> None:
        """Stop what runs; `stopped` follows."""
        self.source = ""
        self._want_switch()

    def use_model(self, model_id: str) -> None:
        """Switch the running pipeline to a bundle, or start again with it when nothing runs."""
        self.change_settings(replace(self.settings, model=model_id))
        if self.pipeline is not None:
            self.pipeline.use_bundle(model_id)
        elif self.source:
            self.open(self.source)

    def change_settings(self, settings: Settings) -> None:
        """Use other settings from now on and save them; a pipeline takes them when it is next opened."""
        if settings == self.settings:
            return
        self.settings = settings
        self.settings_changed.emit(settings)
        self.background("save settings", self._save)

    def _want_switch(self) -> None:
        self._request += 1
        self._bridge = None  # only last words from now on
        if not self._switching:
            self._switch()

    def _switch(self) -> None:
        """Stop the old pipeline and make the new one, both away from the GUI thread."""
        self._switching = True
        old, self.pipeline = self.pipeline, None
        request, source = self._request, self.source
        bridge = self._bridge = self._new_bridge() if source else None

        settings = replace(self.settings, lsl=self._lsl or self.settings.lsl)
        make = partial(self._made, source, settings, self._record)

        def work() -> None:
            pipeline, error = None, None
            try:
                if old is not None:
                    old.stop()
                if bridge is not None:
                    pipeline = make(bridge)
                    pipeline.start()
            except Exception as failure:  # a thread boundary: the window tells it
                log.exception("%s could not be opened", source)
                pipeline, error = None, failure
            self._switched.emit(_Opened(request, pipeline, bridge, error))

        self.background("open source", work)

    def _new_bridge(self) -> Bridge:
        bridge = Bridge()  # without a parent: it lives as long as a pipeline thread may call it
        bridge.frame_ready.connect(lambda frame: self._pass(bridge, self.frame_ready, frame))
        bridge.readings_ready.connect(lambda readings: self._pass(bridge, self.readings_ready, readings))
        bridge.notice.connect(lambda notice: self._take_notice(bridge, notice))
        return bridge

    def _made(
        self, source: str, settings: Settings, record: SessionRequest | None, bridge: Bridge
    ) -> PipelineLike:
        make = self._make_pipeline
        if make is None:
            from femon.pipeline import Pipeline  # heavy: it may only load behind the open window

            make = Pipeline
        pipeline = make(
            source,
            settings,
            models=self.models,
            on_readings=bridge.publish,
            on_notice=bridge.notify,
            on_frame=bridge.preview,
            record=record,
            paced=True,
            loop=source == "demo",
        )
        forget_cv2_plugins()
        return pipeline

    @Slot(object)
    def _finish_switch(self, opened: _Opened) -> None:
        self._switching = False
        self.pipeline = opened.pipeline
        if opened.request != self._request:
            self._switch()
        elif opened.error is not None:
            self.notice.emit(Notice("error", str(opened.error), {"error": opened.error}))
        elif not self.source:
            self.stopped.emit()

    def _pass(self, bridge: Bridge, signal: SignalInstance, item: Frame | Readings) -> None:
        if bridge is self._bridge:
            signal.emit(item)

    def _take_notice(self, bridge: Bridge, notice: Notice) -> None:
        if bridge is self._bridge or notice.kind in _LAST_WORDS:
            self.notice.emit(notice)

    def _save(self) -> None:
        with self._saving:  # whoever comes last writes the newest settings
            try:
                save_settings(self.settings, self.settings_path)
            except OSError as error:
                log.warning("settings were not saved to %s: %s", self.settings_path, error)


def forget_cv2_plugins() -> None:
    """Undo what importing cv2 may set: its own Qt plugins would break our Qt and programs we start."""
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        if "cv2" in os.environ.get(name, ""):
            del os.environ[name]

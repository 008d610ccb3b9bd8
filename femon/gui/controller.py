"""The window's conversation with the pipeline: it opens, switches and stops sources without ever waiting."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from femon.errors import SettingsError
from femon.gui.bridge import Bridge
from femon.gui.feeds import Feeds, make_group
from femon.gui.pipeline_like import GroupLike, PipelineLike
from femon.gui.stored_settings import StoredSettings
from femon.settings import Settings
from femon.stage import run_in_background
from femon.types import Frame, Notice, Readings

if TYPE_CHECKING:
    from femon.recording.session import SessionRequest

log = logging.getLogger(__name__)

RunInBackground = Callable[[str, Callable[[], None]], None]
# What an earlier pipeline may still say while its successor is already wanted.
_LAST_WORDS = ("recorded", "recording_error")


@dataclass(frozen=True, slots=True)
class _Opened:
    """The outcome of one switch, made on the background thread."""

    request: int
    pipeline: PipelineLike | None
    bridge: Bridge | None
    error: Exception | None = None


class Controller(QObject):
    """Owns the settings and the one pipeline, or group of pipelines. Signals are emitted on the GUI thread.

    Of several sources one is selected: frames and readings are those of that source.
    """

    opening = Signal(str)  # the spec of the source, the first of several
    together = Signal(object)  # Feeds, while several sources are about to open
    selected_changed = Signal(int)  # among several sources
    frame_ready = Signal(object)  # Frame
    readings_ready = Signal(object)  # Readings
    notice = Signal(object)  # Notice
    settings_changed = Signal(object)  # Settings
    not_saved = Signal(str)  # why the settings could not be written
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
        self.sources: tuple[str, ...] = ()  # the specs of what is open or opening
        self.selected = 0
        self.feeds: Feeds | None = None  # of several sources
        self.pipeline: PipelineLike | None = None
        self.background = background
        self._make_pipeline, self._lsl = make_pipeline, lsl
        self._bridge: Bridge | None = None
        self._failed = False  # the pipeline is one of an error: it takes no more orders
        self._model_in_use = settings.model
        self.wanted_session: SessionRequest | None = None  # until it is recorded or refused
        self._request = 0  # counts open() and close(); a switch that is overtaken is followed by another
        self._switching = False
        self._stored = StoredSettings(settings_path)
        self._switched.connect(self._finish_switch)

    @property
    def idle(self) -> bool:
        """Whether nothing runs, opens or stops."""
        return self.pipeline is None and not self._switching

    @property
    def source(self) -> str:
        """The spec of what is open or opening, of several the selected one; empty for nothing."""
        return self.sources[self.selected] if self.sources else ""

    @property
    def group(self) -> GroupLike | None:
        """What several sources understand beside the commands of one."""
        return None if self.feeds is None or self.pipeline is None else cast(GroupLike, self.pipeline)

    def open(self, source: str, *, record: SessionRequest | None = None, beside: Sequence[str] = ()) -> None:
        """Stop what runs and open another source, `record` it from its first frame, with others beside it.

        `opening` is emitted now, the notices "opened" or "error" come later.
        """
        self.sources, self.selected, self.wanted_session = (source, *beside), 0, record
        self._failed = False
        self.opening.emit(source)
        self._want_switch()

    def reopen(self, *, record: SessionRequest | None = None) -> None:
        """Open everything again that is or was open, with a session that still waits if none is given."""
        self.open(self.sources[0], record=record or self.wanted_session, beside=self.sources[1:])

    def select(self, number: int) -> None:
        """Give out what this one of several sources sees."""
        if number != self.selected and number < len(self.sources):
            self.selected = number
            if self.group is not None:
                self.group.select(number)
            self.selected_changed.emit(number)

    def close(self) -> None:
        """Stop what runs; `stopped` follows."""
        self.sources, self.selected = (), 0
        self._want_switch()

    def use_model(self, model_id: str) -> None:
        """Switch the running pipeline to a bundle, or start again with it when nothing runs."""
        self.change_settings(replace(self.settings, model=model_id))
        if self.pipeline is not None and not self._failed:
            self.pipeline.use_bundle(model_id)
        elif self.source:
            self.reopen()

    def change_settings(self, settings: Settings) -> None:
        """Use other settings from now on and save what changed; a pipeline takes them when next opened."""
        if settings == self.settings:
            return
        self._stored.note(self.settings, settings)
        self.settings = settings
        self.settings_changed.emit(settings)
        self.background("save settings", self._save)

    def _want_switch(self) -> None:
        self._request += 1
        self._bridge = None  # only last words from now on
        if self.feeds is not None:
            self.feeds.end()
            self.feeds = None
        if not self._switching:
            self._switch()

    def _switch(self) -> None:
        """Stop the old pipeline and make the new one, both away from the GUI thread."""
        self._switching = True
        old, self.pipeline = self.pipeline, None
        request, source = self._request, self.source
        bridge = self._bridge = self._new_bridge() if source else None
        if bridge is not None and len(self.sources) > 1:
            self.feeds = self._new_feeds(bridge)

        settings = replace(self.settings, lsl=self._lsl or self.settings.lsl)
        make = partial(self._made, self.sources, settings, self.wanted_session, self.feeds)

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

    def _new_feeds(self, bridge: Bridge) -> Feeds:
        feeds = Feeds(len(self.sources))

        def pass_selected(signal: SignalInstance, number: int, item: Frame | Readings) -> None:
            if number == self.selected:
                self._pass(bridge, signal, item)

        feeds.frame_ready.connect(partial(pass_selected, self.frame_ready))
        feeds.readings_ready.connect(partial(pass_selected, self.readings_ready))
        self.together.emit(feeds)
        return feeds

    def _made(
        self,
        sources: tuple[str, ...],
        settings: Settings,
        record: SessionRequest | None,
        feeds: Feeds | None,
        bridge: Bridge,
    ) -> PipelineLike:
        make = self._make_pipeline
        if make is None:
            from femon.pipeline import Pipeline  # heavy: it may only load behind the open window

            make = Pipeline
        if feeds is not None:
            group = make_group(make, sources, settings, feeds, bridge, models=self.models, record=record)
            forget_cv2_plugins()
            return group
        pipeline = make(
            sources[0],
            settings,
            models=self.models,
            on_readings=bridge.publish,
            on_notice=bridge.notify,
            on_frame=bridge.preview,
            record=record,
            paced=True,
            loop=sources[0] == "demo",
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
        elif not self.sources:
            self.stopped.emit()
        elif self.group is not None and self.selected > 0:
            self.group.select(self.selected)

    def _pass(self, bridge: Bridge, signal: SignalInstance, item: Frame | Readings) -> None:
        if bridge is self._bridge:
            signal.emit(item)

    def _take_notice(self, bridge: Bridge, notice: Notice) -> None:
        if bridge is self._bridge:
            self._note(notice)
        if bridge is self._bridge or notice.kind in _LAST_WORDS:
            self.notice.emit(notice)

    def _note(self, notice: Notice) -> None:
        match notice.kind:
            case "recording" | "recording_error":
                self.wanted_session = None
            case "model":
                self._model_in_use = str(notice.details["model_id"])
            case "model_error":  # the one before goes on, and is what the next start finds
                self.change_settings(replace(self.settings, model=self._model_in_use))
            case "error":
                self._failed = True

    def _save(self) -> None:
        try:
            self._stored.save()
        except SettingsError as error:
            log.warning("settings were not saved to %s: %s", self.settings_path, error)
            self.not_saved.emit(str(error))


def forget_cv2_plugins() -> None:
    """Undo what importing cv2 may set: its own Qt plugins would break our Qt and programs we start."""
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        if "cv2" in os.environ.get(name, ""):
            del os.environ[name]

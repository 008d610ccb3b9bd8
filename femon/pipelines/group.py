"""Several sources watched together: a pipeline each, one model for all, and every command given once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Final

from femon.meter import Stats
from femon.monitors.calibration_corners import Screen
from femon.pipeline import Parts, Pipeline
from femon.pipelines.news import GroupNews
from femon.pipelines.shared_model import SharedModel
from femon.profiles import StoredProfile
from femon.recording import SessionRequest
from femon.settings import Settings
from femon.stage import Stage
from femon.types import Frame, MarkKind, Moment, Notice, Readings, Source

STOP_LIMIT_S: Final = 8.0  # more than a pipeline takes to give up on stages that hang
MODEL_LIMIT_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where the pipeline of one source speaks to; called on its threads, must return quickly."""

    on_readings: Callable[[Readings], None] = lambda readings: None
    on_notice: Callable[[Notice], None] = lambda notice: None
    on_frame: Callable[[Frame], None] = lambda frame: None


class PipelineGroup:
    """Commands as those of Pipeline; each source records a session folder of its own.

    What concerns everybody goes to all sources. What concerns one person (the calibration, the baseline)
    goes to the selected one, and "false alarm" to the one whose alarm was shown last. `on_notice` hears what
    GroupNews makes of all notices, each outlet those of its source. Raises PurposeError as Pipeline does.
    """

    def __init__(
        self,
        sources: Sequence[str],
        settings: Settings,
        *,
        models: Path,
        outlets: Sequence[Outlet],
        on_notice: Callable[[Notice], None],
        record: SessionRequest | None = None,
        paced: bool = False,
        loop: bool = False,
        selected: int = 0,
        parts: Parts | None = None,
        make: Callable[..., Any] = Pipeline,
    ) -> None:
        self._sources, self._settings, self._models = tuple(sources), settings, models
        self._outlets, self._record, self._parts = tuple(outlets), record, parts or Parts()
        self._make = partial(make, paced=paced, loop=loop)
        self._news = GroupNews(len(sources), on_notice, selected=selected)
        self._selected = self._alarmed = selected
        self._model = SharedModel(self._parts.load_bundle)
        self._profiles: dict[int, StoredProfile | None] = {}
        self._baselines: dict[int, bool] = {}
        self._sound: tuple[float, str] | None = None
        self._changing = Lock()  # held while pipelines come and go, never on the caller of a command
        self._stopped = False
        self._pipelines: list[Pipeline] = [self._made(number) for number in range(len(sources))]

    def start(self) -> None:
        """Return at once; devices and models open on the threads that use them."""
        self._model.start()
        for pipeline in self._pipelines:
            pipeline.start()

    def stop(self) -> None:
        """End all at the same time, then the model that they share."""
        with self._changing:
            self._stopped = True
            ends = [
                Stage(f"stop {number}", pipeline.stop, on_failure=_logged)
                for number, pipeline in enumerate(self._pipelines)
            ]
            for end in ends:
                end.start()
            for end in ends:
                end.stop(STOP_LIMIT_S)
            self._model.stop(MODEL_LIMIT_S)

    def reopen(self, source: int) -> None:
        """Open a source again that failed or ended, with what was asked of the others since; takes time."""
        with self._changing:
            if self._stopped:
                return
            self._pipelines[source].stop()
            pipeline = self._made(source)
            if source in self._profiles:
                pipeline.use_profile(self._profiles[source])
            if source in self._baselines:
                pipeline.set_baseline(self._baselines[source])
            if self._sound is not None:
                pipeline.set_sound(*self._sound)
            self._pipelines[source] = pipeline
            pipeline.start()

    def select(self, source: int) -> None:
        """From now on calibrate, count and tell about this source."""
        self._selected = source
        self._news.select(source)

    def alarm_shown_of(self, source: int) -> None:
        """The alarm that people see is of this source: only it may be called false."""
        self._alarmed = source

    def stats(self) -> Stats:
        """Figures of the selected source."""
        return self.stats_of(self._selected)

    def stats_of(self, source: int) -> Stats:
        """Figures of one source."""
        return self._pipelines[source].stats()

    def use_bundle(self, model_id: str) -> None:
        """Switch the model of all; it is loaded once."""
        self._settings = replace(self._settings, model=model_id)
        self._tell_all(lambda pipeline: pipeline.use_bundle(model_id))

    def record(self, request: SessionRequest) -> None:
        """Open a session for each source with its next frame."""
        self._record = request
        self._tell_all(lambda pipeline: pipeline.record(request))

    def stop_recording(self) -> None:
        """Close the sessions of all."""
        self._record = None
        self._tell_all(lambda pipeline: pipeline.stop_recording())

    def pause_recording(self, paused: bool) -> None:
        """Pause or resume all sessions, those of sources that open again too."""
        if self._record is not None:
            self._record = replace(self._record, paused=paused)
        self._tell_all(lambda pipeline: pipeline.pause_recording(paused))

    def moment(self) -> Moment:
        """Now, for a marker whose text is typed later; each source has its own clock."""
        return tuple(t for pipeline in self._pipelines for t in pipeline.moment())

    def mark(self, kind: MarkKind, text: str, *, key: str = "", at: Moment | None = None) -> None:
        """Add a marker or note to every session, at an earlier moment or now; one notice "noted" follows."""
        self._news.mark()
        for number, pipeline in enumerate(self._pipelines):
            pipeline.mark(kind, text, key=key, at=None if at is None else at[number : number + 1])

    def undo(self, event_id: int) -> None:
        """Take back in every session what one "noted" told."""
        for source, event in self._news.events_of(event_id).items():
            self._pipelines[source].undo(event)

    def calibrate(self, *, glasses: bool, corners: bool, screen: Screen | None = None) -> None:
        """Guide the person in view of the selected source."""
        self._chosen.calibrate(glasses=glasses, corners=corners, screen=screen)

    def skip_calibration_step(self) -> None:
        """Leave out the step that is asked for."""
        self._chosen.skip_calibration_step()

    def stop_calibration(self) -> None:
        """Break the calibration off."""
        self._chosen.stop_calibration()

    def use_profile(self, stored: StoredProfile | None) -> None:
        """Measure the selected source against a calibration: it was made with one camera in one place."""
        self._profiles[self._selected] = stored
        self._chosen.use_profile(stored)

    def set_baseline(self, on: bool) -> None:
        """Correct the expressions of the selected source, or not."""
        self._baselines[self._selected] = on
        self._chosen.set_baseline(on)

    def acknowledge(self) -> None:
        """Silence the alarms of all."""
        self._tell_all(lambda pipeline: pipeline.acknowledge())

    def false_alarm(self) -> None:
        """Mark the alarm that was shown last as false."""
        self._pipelines[self._alarmed].false_alarm()

    def snooze(self) -> None:
        """Silence the alarms of all for a minute."""
        self._tell_all(lambda pipeline: pipeline.snooze())

    def set_sound(self, volume: float, fault: str = "") -> None:
        """Tell all how loud alarms are, and why none can be heard."""
        self._sound = volume, fault
        self._tell_all(lambda pipeline: pipeline.set_sound(volume, fault))

    @property
    def _chosen(self) -> Pipeline:
        return self._pipelines[self._selected]

    def _tell_all(self, command: Callable[[Pipeline], None]) -> None:
        for pipeline in self._pipelines:
            command(pipeline)

    def _made(self, number: int) -> Pipeline:
        outlet = self._outlets[number]

        def hear(notice: Notice) -> None:
            outlet.on_notice(notice)
            self._news.take(number, notice)
            if notice.kind in ("recorded", "recording_error") and not self._news.recording:
                self._record = None  # a source that opens again begins no session of its own

        opened = partial(_numbered, self._parts.open_source, number + 1)
        pipeline: Pipeline = self._make(
            self._sources[number],
            self._settings,
            models=self._models,
            on_readings=outlet.on_readings,
            on_notice=hear,
            on_frame=outlet.on_frame,
            record=self._record,
            parts=replace(self._parts, open_source=opened, load_bundle=self._model.load),
        )
        return pipeline


def _numbered(open_source: Callable[..., Source], number: int, *given: Any, **options: Any) -> Source:
    """An open source that knows its number in the group."""
    source = open_source(*given, **options)
    source.info = replace(source.info, number=number)
    return source


def _logged(_stage: str, _error: BaseException) -> None:
    """The stage has logged it: the others are stopped all the same."""

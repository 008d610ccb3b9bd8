"""capture -> faces -> classify: three threads for one source, and everything that crosses between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from femon.bundle import LANDMARKER_FILE, Bundle, read_contract
from femon.bundle.judge import Judge
from femon.camera import EndsEarlyError, open_source
from femon.camera.news import CameraEvent, CameraNews
from femon.classifier import Classifier
from femon.crop import FER_SPEC
from femon.errors import FemonError
from femon.faces import Detected, FaceFinder
from femon.heap import give_back_idle_memory, share_one_heap
from femon.landmarks import import_mediapipe
from femon.meter import Meter, Stats
from femon.orders import Orders
from femon.purpose import require_allowed
from femon.recording import SessionRequest
from femon.recording.recorder import CloseReason
from femon.settings import Settings
from femon.stage import Mailbox, Stage
from femon.types import (
    Dropped,
    DropReason,
    Excerpt,
    Frame,
    Lost,
    MarkKind,
    Moment,
    Notice,
    Readings,
    Source,
    SourceInfo,
)

FILE_BACKLOG = 8  # frames of a file that may wait between two stages, for throughput ...
FEWEST_WAITING = 2  # ... fewer of large ones, of which so many bytes may wait
MOST_WAITING_BYTES = 64_000_000
PACED_BACKLOG = 1  # and while it is played for people, for a short delay
TIDIED_EVERY = 1800  # frames: a minute of a camera
IDLE_S = 0.1  # how long an order may wait while no frame comes
STOP_LIMIT_S = 3.0
CLOSE_LIMIT_S = 3.0  # for the last stage, which has the files to close


def file_backlog(info: SourceInfo) -> int:
    """How many frames of a file may wait between two stages: eight, of 4K two."""
    room = MOST_WAITING_BYTES // max(1, 3 * info.width * info.height)
    return min(FILE_BACKLOG, max(FEWEST_WAITING, room))


@dataclass(frozen=True, slots=True)
class Parts:
    """What a pipeline is made of; tests put smaller pieces in their place."""

    open_source: Callable[..., Source] = open_source
    make_finder: Callable[..., FaceFinder] = FaceFinder
    load_bundle: Callable[..., Judge] = Bundle.load
    clock: Callable[[], float] = time.monotonic


class Pipeline(Orders):
    """One source being watched. The callbacks run on pipeline threads and must return quickly.

    A live source drops frames when the analysis is late, and every drop is counted; the others lose none.
    `paced` plays files at their own speed, `loop` repeats the demo, `excerpt` takes a part of a file, and
    `record` opens a session with the first frame. `on_frame` sees every captured frame before it is analysed.
    Raises PurposeError when the modes are not allowed for the purpose.
    """

    def __init__(
        self,
        source: str,
        settings: Settings,
        *,
        models: Path,
        on_readings: Callable[[Readings], None],
        on_notice: Callable[[Notice], None],
        on_frame: Callable[[Frame], None] = lambda frame: None,
        record: SessionRequest | None = None,
        paced: bool = False,
        loop: bool = False,
        excerpt: Excerpt | None = None,
        parts: Parts = Parts(),
    ) -> None:
        require_allowed(settings.purpose, settings.modes)  # however the settings came about
        self._source, self._settings, self._models = source, settings, models
        self._on_readings, self._on_notice, self._on_frame = on_readings, on_notice, on_frame
        self._paced, self._parts, self._clock = paced, parts, parts.clock
        self._loop, self._excerpt = loop, excerpt
        self._frames: Mailbox[tuple[Frame, Any]] = Mailbox(PACED_BACKLOG, newest_wins=False)
        self._faces: Mailbox[Detected] = Mailbox(PACED_BACKLOG, newest_wins=False)
        self._finder: FaceFinder | None = None  # set before the first faces are
        self._left_out: SimpleQueue[Dropped | Lost] = SimpleQueue()
        self._meter = Meter(parts.clock)
        super().__init__(
            Classifier(settings, models, on_notice, left_out=self._left_out, load_bundle=parts.load_bundle)
        )
        self._classifier.record(record)
        self._info: SourceInfo | None = None  # set before the first frame
        self._due_offset: float | None = None  # clock() minus Frame.t when a frame is due; None: no real time
        self._failure: tuple[str, BaseException] | None = None
        self._stages = [  # the faces stage is the slowest: the others give way to it
            Stage("capture", self._capture, on_failure=self._fail, on_end=self._frames.close, gives_way=True),
            Stage("faces", self._find_faces, on_failure=self._fail, on_end=self._close_boxes),
            Stage("classify", self._classify, on_failure=self._fail, on_end=self._finish, gives_way=True),
        ]

    def start(self) -> None:
        """Return at once; the device and the models open on the threads that use them."""
        share_one_heap()
        for stage in self._stages:
            stage.start()

    def stop(self) -> None:
        """End all stages and close a running recording; a stage that hangs is logged and left behind."""
        for stage in self._stages:
            stage.request_stop()
        self._frames.close()
        deadline = self._clock() + STOP_LIMIT_S
        *before, classify = self._stages
        for stage in before:
            stage.stop(max(0.0, deadline - self._clock()))
        self._faces.close()  # a stage that hangs before it must not keep the session open
        if not classify.stop(CLOSE_LIMIT_S):
            self._classifier.desk.tell_left_open()

    def stats(self) -> Stats:
        """Totals and rates of this moment."""
        bundle, rows = self._classifier.bundle, self._classifier.desk.rows
        stats = self._meter.stats(bundle.device if bundle else "", bundle.id if bundle else "")
        return replace(stats, rows=rows)

    def moment(self) -> Moment:
        """Now, for a marker whose text is typed later."""
        offset = self._due_offset
        return (None if offset is None else self._clock() - offset,)

    def mark(self, kind: MarkKind, text: str, *, key: str = "", at: Moment | None = None) -> None:
        """Add a marker (of a named key, if any) or a note to the running session; notice "noted" follows.

        `at`: the moment() at which it was called for, if that is past.
        """
        (t,), past = at or self.moment(), at is not None
        self._orders.put(lambda: self._classifier.mark(kind, text, key, t, past=past))

    def _capture(self) -> None:
        with self._meter.working("capture"):
            source = self._parts.open_source(
                self._source, self._settings.camera, loop=self._loop, excerpt=self._excerpt
            )
        with closing(source):
            if self._stages[0].stopped():
                return
            self._info = source.info
            if source.info.live:
                self._due_offset = 0.0
                self._frames.keep_newest()
                self._faces.keep_newest()
            elif not self._paced:
                self._frames.hold(file_backlog(source.info))
                self._faces.hold(file_backlog(source.info))
            self._on_notice(Notice("opened", f"{source.info.name} is open.", {"info": source.info}))
            news = CameraNews(self._on_notice, self._log_event, live=source.info.live)
            items = self._meter.awaited("capture", source.frames(self._stages[0].stopped))
            for item in news.followed(items):
                if isinstance(item, Frame):
                    self._take(self._classifier.desk.filmed(item))
                else:
                    self._left_out.put(item)

    def _log_event(self, event: CameraEvent) -> None:
        self._orders.put(lambda: self._classifier.note_camera(event))

    def _take(self, frame: Frame) -> None:
        if self._paced and self._info is not None and not self._info.live:
            self._wait_until_due(frame)
        self._meter.count("captured")
        self._on_frame(frame)
        # The faces stage is the slowest, so what can be done for it here and behind it is not done there.
        image = self._finder.image(frame) if self._finder else None
        displaced = self._frames.put((frame, image))
        if displaced is not None:
            self._drop(displaced[0], "busy_faces")

    def _wait_until_due(self, frame: Frame) -> None:
        """Play a file at its own speed; a late analysis slows the clip down instead of losing frames."""
        now = self._clock()
        if self._due_offset is None or now > self._due_offset + frame.t:
            self._due_offset = now - frame.t
        self._stages[0].wait(self._due_offset + frame.t - now)

    def _find_faces(self) -> None:
        import_mediapipe()  # slow, so beside the opening of the device
        modes, settings = self._settings.modes, self._settings.analysis
        spec = read_contract(self._models / self._settings.model).crop if modes.expression else FER_SPEC
        if modes.monitored:
            settings = replace(settings, max_faces=1)  # MediaPipe steadies landmarks only of one face
        (frame, image), asked = self._frames.get(), self._classifier.is_calibrating
        info = self._info
        assert info is not None  # known before the first frame
        with self._parts.make_finder(
            self._models / LANDMARKER_FILE,
            settings=settings,
            spec=spec,
            stills=info.stills,
            away_s=info.away_s,
            others_wanted=asked,
        ) as finder:
            self._finder = finder
            while True:
                with self._meter.working("faces"):
                    seen = finder.detect(frame, finder.image(frame) if image is None else image)
                displaced = self._faces.put(seen)
                if displaced is not None:
                    self._drop(displaced.frame, "busy_classify")
                frame, image = self._frames.get()

    def _drop(self, frame: Frame, why: DropReason) -> None:
        self._meter.count("dropped")
        self._left_out.put(Dropped(frame.index, frame.t, frame.utc, why, frame.media_t))

    def _classify(self) -> None:
        self._classifier.load(self._settings.model)
        while True:
            try:
                seen = self._faces.get(IDLE_S)
            except TimeoutError:
                seen = None
            self._obey_orders()
            self._classifier.desk.write_lines()
            if seen is not None:
                with self._meter.working("classify"):
                    self._publish(seen)

    def _publish(self, seen: Detected) -> None:
        assert self._info is not None  # known before the first frame is put
        assert self._finder is not None
        if self._classifier.bundle is not None:
            self._finder.spec = self._classifier.bundle.contract.crop
        faces = self._finder.align(seen)
        readings = self._classifier.read(faces, self._info)
        if self._due_offset is not None:
            readings = replace(readings, latency_s=self._clock() - self._due_offset - faces.frame.t)
        self._meter.count("analysed", readings.latency_s)
        self._classifier.desk.write(readings)
        self._classifier.streams.send(readings, self._info)
        self._on_readings(readings)
        if readings.frame.index % TIDIED_EVERY == 0:
            give_back_idle_memory()

    def _fail(self, stage: str, error: BaseException) -> None:
        self._failure = self._failure or (stage, error)

    def _close_boxes(self) -> None:
        self._frames.close()
        self._faces.close()

    def _finish(self) -> None:
        """The last act of the last stage: whatever ended the flow, close the session and tell the end."""
        self._close_boxes()
        with ExitStack() as acts:  # each is done even when one before it fails
            acts.callback(self._tell_end)
            acts.callback(self._close_session)
            acts.callback(self._classifier.streams.close)
            self._obey_orders()

    def _close_session(self) -> None:
        asked = self._stages[0].stopped()
        whole: CloseReason = "source_cut" if self._failure else "source_end"
        reason: CloseReason = "error" if self._broken else "user" if asked else whole
        self._classifier.close_session(reason)

    def _tell_end(self) -> None:
        stage, error = self._failure or ("", None)
        if self._broken:
            text = str(error) if isinstance(error, FemonError) else f"The {stage} stage stopped: {error}."
            self._on_notice(Notice("error", text, {"error": error, "stage": stage}))
            return
        text = str(error or f"{self._info.name if self._info else self._source} has ended.")
        self._on_notice(Notice("ended", text, {"error": error, "asked": self._stages[0].stopped()}))

    @property
    def _broken(self) -> bool:
        return self._failure is not None and not isinstance(self._failure[1], EndsEarlyError)

"""capture -> faces -> classify: three threads for one source, and everything that crosses between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Literal

import numpy as np

from femon.analysis import Analysis
from femon.bundle import LANDMARKER_FILE, Bundle, read_contract
from femon.camera import EndsEarlyError, open_source
from femon.faces import FaceFinder, import_mediapipe
from femon.meter import Meter, Stats
from femon.recording import SessionRequest
from femon.recording.desk import RecordingDesk, session_context
from femon.settings import Settings
from femon.stage import Mailbox, Stage
from femon.types import (
    Dropped,
    DropReason,
    Faces,
    FemonError,
    Frame,
    Lost,
    ModelError,
    Notice,
    Readings,
    Source,
    SourceInfo,
)

FILE_BACKLOG = 8  # frames of a file that may wait between two stages
IDLE_S = 0.1  # how long an order may wait while no frame comes
STOP_LIMIT_S = 3.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What a pipeline is made of; tests put smaller pieces in their place."""

    open_source: Callable[..., Source] = open_source
    make_finder: Callable[..., FaceFinder] = FaceFinder
    load_bundle: Callable[..., Bundle] = Bundle.load
    clock: Callable[[], float] = time.monotonic


class Pipeline:
    """One source being watched. The callbacks run on pipeline threads and must return quickly.

    A live source drops frames when the analysis is late, and every drop is counted; the others lose none.
    `paced` plays files at their own speed, `loop` repeats the demo, `record` opens a session before the first
    frame. `on_frame` sees every captured frame before it is analysed.
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
        parts: Parts = Parts(),
    ) -> None:
        self._source, self._settings, self._models = source, settings, models
        self._on_readings, self._on_notice, self._on_frame = on_readings, on_notice, on_frame
        self._record, self._paced, self._loop = record, paced, loop
        self._parts, self._clock = parts, parts.clock
        self._frames: Mailbox[Frame] = Mailbox(FILE_BACKLOG, newest_wins=False)
        self._faces: Mailbox[Faces] = Mailbox(FILE_BACKLOG, newest_wins=False)
        self._left_out: SimpleQueue[Dropped | Lost] = SimpleQueue()
        self._orders: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._desk = RecordingDesk(self._left_out, on_notice)
        self._meter = Meter(parts.clock)
        self._due_offset: float | None = (
            None  # clock() minus Frame.t when a frame is due; None: not in real time
        )
        self._failure: tuple[str, BaseException] | None = None
        self._info: SourceInfo | None = None  # set before the first frame
        self._bundle: Bundle | None = None
        self._analysis: Analysis | None = None
        self._stages = [
            Stage("capture", self._capture, on_failure=self._fail, on_end=self._frames.close),
            Stage("faces", self._find_faces, on_failure=self._fail, on_end=self._close_boxes),
            Stage("classify", self._classify, on_failure=self._fail, on_end=self._finish),
        ]

    def start(self) -> None:
        """Return at once; the device and the models open on the threads that use them."""
        for stage in self._stages:
            stage.start()

    def stop(self) -> None:
        """End all stages and close a running recording; a stage that hangs is logged and left behind."""
        for stage in self._stages:
            stage.request_stop()
        self._frames.close()
        deadline = self._clock() + STOP_LIMIT_S
        for stage in self._stages:
            stage.stop(max(0.0, deadline - self._clock()))

    def stats(self) -> Stats:
        """Totals and rates of this moment."""
        bundle = self._bundle
        return self._meter.stats(bundle.device if bundle else "", bundle.id if bundle else "")

    def use_bundle(self, model_id: str) -> None:
        """Switch models between two frames; notice "model" or "model_error" follows."""
        self._orders.put(lambda: self._switch_bundle(model_id))

    def record(self, request: SessionRequest) -> None:
        """Open a session at the next frame; notice "recording" or "recording_error" follows."""
        self._orders.put(lambda: setattr(self, "_record", request))

    def stop_recording(self) -> None:
        """Close the session; notice "recorded" follows."""
        self._orders.put(lambda: self._desk.close("user"))

    def pause_recording(self, paused: bool) -> None:
        """Log the coming frames as paused, or as usual again."""
        self._orders.put(lambda: self._desk.pause(paused))

    def mark(self, kind: Literal["marker", "note"], text: str) -> None:
        """Add a marker or a note to the running session."""
        self._orders.put(lambda: self._desk.mark(kind, text))

    def _capture(self) -> None:
        with closing(self._parts.open_source(self._source, self._settings.camera, loop=self._loop)) as source:
            self._info = source.info
            if source.info.live:
                self._due_offset = 0.0
                self._frames.keep_newest()
                self._faces.keep_newest()
            self._on_notice(Notice("opened", f"{source.info.name} is open.", {"info": source.info}))
            before: Frame | Lost | None = None
            for item in source.frames(self._stages[0].stopped):
                if isinstance(item, Frame):
                    self._take(item, after_loss=isinstance(before, Lost))
                else:
                    self._note_loss(item, first=not isinstance(before, Lost))
                before = item

    def _take(self, frame: Frame, *, after_loss: bool) -> None:
        if after_loss:
            self._on_notice(Notice("back", "The camera is back."))
        if self._paced and self._info is not None and not self._info.live:
            self._wait_until_due(frame)
        self._meter.count("captured")
        self._on_frame(frame)
        displaced = self._frames.put(frame)
        if displaced is not None:
            self._drop(displaced, "busy_faces")

    def _wait_until_due(self, frame: Frame) -> None:
        """Play a file at its own speed; a late analysis slows the clip down instead of losing frames."""
        now = self._clock()
        if self._due_offset is None or now > self._due_offset + frame.t:
            self._due_offset = now - frame.t
        self._stages[0].wait(self._due_offset + frame.t - now)

    def _note_loss(self, lost: Lost, *, first: bool) -> None:
        self._left_out.put(lost)
        if first:
            text = "Camera disconnected. Recording goes on and marks the gap; femon reconnects by itself."
            self._on_notice(Notice("lost", text, {"lost": lost}))

    def _find_faces(self) -> None:
        import_mediapipe()  # slow, so beside the opening of the device
        spec = read_contract(self._models / self._settings.model).crop
        frame = self._frames.get()
        stills = self._info is not None and self._info.stills
        landmarker = self._models / LANDMARKER_FILE
        make, settings = self._parts.make_finder, self._settings.analysis
        with make(landmarker, settings=settings, spec=spec, stills=stills) as finder:
            while True:
                displaced = self._faces.put(finder.find(frame))
                if displaced is not None:
                    self._drop(displaced.frame, "busy_classify")
                frame = self._frames.get()

    def _drop(self, frame: Frame, why: DropReason) -> None:
        self._meter.count("dropped")
        self._left_out.put(Dropped(frame.index, frame.t, frame.utc, why))

    def _classify(self) -> None:
        self._load(self._settings.model)
        while True:
            try:
                faces = self._faces.get(IDLE_S)
            except TimeoutError:
                faces = None
            self._obey_orders()
            self._desk.write_lines()
            if faces is not None:
                self._publish(faces)

    def _load(self, model_id: str) -> None:
        threads, device = self._settings.analysis.threads, self._settings.device
        self._bundle = self._parts.load_bundle(self._models / model_id, device=device, threads=threads)
        self._analysis = None
        details: dict[str, object] = {"model_id": model_id, "fallback": self._bundle.fallback}
        self._on_notice(Notice("model", f"The model '{model_id}' is in use.", details))

    def _switch_bundle(self, model_id: str) -> None:
        before = self._bundle.id if self._bundle else None
        try:
            self._load(model_id)
        except ModelError as error:
            self._on_notice(Notice("model_error", str(error), {"error": error, "model_id": model_id}))
        else:
            self._desk.event("model", model_id, details={"from": before})

    def _publish(self, faces: Faces) -> None:
        bundle, info, frame = self._bundle, self._info, faces.frame
        assert bundle is not None  # loaded before the first faces are taken
        assert info is not None  # known before the first frame is put
        if self._analysis is None:
            self._analysis = Analysis(
                bundle.contract.uncertain_below,
                self._settings.analysis,
                stills=info.stills,
                model_id=bundle.id,
            )
        if self._record is not None:  # before the work, so that every frame from now on has its row
            request, self._record = self._record, None
            self._desk.start(request, session_context(info, bundle, self._settings), frame)
        crops = np.array([face.crop for face in faces.faces], np.uint8)
        readings = self._analysis.update(faces, bundle.predict(crops))
        if self._due_offset is not None:
            readings = replace(readings, latency_s=self._clock() - self._due_offset - frame.t)
        self._meter.count("analysed", readings.latency_s)
        self._desk.write(readings)
        self._on_readings(readings)

    def _obey_orders(self) -> None:
        with suppress(Empty):
            while True:
                self._orders.get_nowait()()

    def _fail(self, stage: str, error: BaseException) -> None:
        self._failure = self._failure or (stage, error)

    def _close_boxes(self) -> None:
        self._frames.close()
        self._faces.close()

    def _finish(self) -> None:
        """The last act of the last stage: whatever ended the flow, close the session and tell the end."""
        self._close_boxes()
        self._obey_orders()
        stage, error = self._failure or ("", None)
        asked = self._stages[0].stopped()
        if error is None or isinstance(error, EndsEarlyError):
            self._desk.close("user" if asked else "source_end")
            text = str(error) if error else f"{self._source} has ended."
            self._on_notice(Notice("ended", text, {"error": error, "asked": asked}))
        else:
            self._desk.close("error")
            text = str(error) if isinstance(error, FemonError) else f"The {stage} stage stopped: {error}."
            self._on_notice(Notice("error", text, {"error": error, "stage": stage}))

"""What femon adds to the Face Landmarker: in its real threads, and all work in turn on one thread."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import count, takewhile
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure, Seconds, milliseconds, spread, take_turns, timed
from femon.analysis import Analysis
from femon.bundle import LANDMARKER_FILE, Bundle
from femon.camera.demo import FPS, SCRIPT, DemoSource
from femon.faces import FaceFinder
from femon.landmarks import create_landmarker, import_mediapipe, verified_content
from femon.native_messages import native_messages_logged
from femon.pipeline import Parts, Pipeline
from femon.recording import SessionRecorder, SessionRequest
from femon.recording.context import session_context
from femon.settings import Settings
from femon.shipped import models_folder
from femon.types import Frame, Notice, Readings

COST_BUDGETS = {1: 1.10, 2: 1.15, 4: 1.25}  # by the number of faces in view
BLOCK = 30  # frames: both ways take turns every second of the clip
PAIRS, QUICK_PAIRS = 24, 6
THREADED_PAIRS, QUICK_THREADED_PAIRS = 5, 2
THREADED_FRAMES = 240
WARM_UP_FRAMES = 30
STAGES = ("find", "predict", "update", "write")
# The stretch at the start of the clip in which exactly one person is in view.
ONE_FACE = tuple(takewhile(lambda index: SCRIPT.faces_at(index / FPS) == 1, count()))
CLIP_FRAMES = round(SCRIPT.duration_s * FPS)


def measure(*, quick: bool = False) -> list[Figure]:
    """The real pipeline with one, two and four faces in view; then where the time of one goes."""
    figures = []
    for count_in_view in COST_BUDGETS:
        figures += _measure_threads(count_in_view, QUICK_THREADED_PAIRS if quick else THREADED_PAIRS)
    for most in (Settings().analysis.max_faces, 1):
        figures += _measure_cost(_settings(most), QUICK_PAIRS if quick else PAIRS)
    return figures


def block(number: int) -> list[Frame]:
    """Consecutive frames with one face, 640x480; the next block follows on, and starts over at the end."""
    per_round = len(ONE_FACE) // BLOCK
    rounds, place = divmod(number, per_round)
    demo = DemoSource()
    first = rounds * CLIP_FRAMES + place * BLOCK  # the demo counts on when it starts over: time never falls
    return [demo.frame(first + index) for index in range(BLOCK)]


class Landmarker:
    """MediaPipe's Face Landmarker with femon's options and nothing else."""

    def __init__(self, settings: Settings) -> None:
        self._mediapipe = import_mediapipe()
        content = verified_content(models_folder() / LANDMARKER_FILE)
        with native_messages_logged():
            self._landmarker = create_landmarker(content, settings.analysis, stills=False)

    def image(self, frame: Frame) -> Any:
        """The frame as MediaPipe wants it."""
        rgb = cv2.cvtColor(frame.image_bgr, cv2.COLOR_BGR2RGB)
        return self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=rgb)

    def times(self, images: list[tuple[Any, int]]) -> Seconds:
        """Seconds for each prepared image; with it comes its time in ms."""
        return [timed(partial(self._landmarker.detect_for_video, image, at_ms)) for image, at_ms in images]

    def find(self, frame: Frame) -> list[NDArray[np.float64]]:
        """Of each face in a frame, its landmarks (478, 2) in px."""
        found = self._landmarker.detect_for_video(self.image(frame), round(frame.t * 1000))
        height, width = frame.image_bgr.shape[:2]
        return [np.array([(one.x * width, one.y * height) for one in face]) for face in found.face_landmarks]

    def close(self) -> None:
        """Release the landmarker."""
        self._landmarker.close()


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything femon does with a frame between the camera and the window, on one thread."""

    finder: FaceFinder
    bundle: Bundle
    analysis: Analysis
    recorder: SessionRecorder
    parts: dict[str, list[float]]  # seconds of each stage, frame by frame

    def times(self, frames: list[Frame]) -> Seconds:
        """Seconds for each frame."""
        return [self._time(frame) for frame in frames]

    def _time(self, frame: Frame) -> float:
        moments = [time.perf_counter()]
        faces = self.finder.find(frame)
        moments.append(time.perf_counter())
        judgement = self.bundle.judge(np.array([face.crop for face in faces.faces], np.uint8))
        moments.append(time.perf_counter())
        readings = self.analysis.update(faces, judgement)
        moments.append(time.perf_counter())
        self.recorder.write(readings)
        moments.append(time.perf_counter())
        if len(readings.readings) != 1:
            raise RuntimeError(f"frame {frame.index} of the demo has {len(readings.readings)} faces, not one")
        for stage, seconds in zip(STAGES, np.diff(moments), strict=True):
            self.parts[stage].append(float(seconds))
        return moments[-1] - moments[0]


def _settings(most_faces: int) -> Settings:
    settings = Settings()
    return replace(settings, analysis=replace(settings.analysis, max_faces=most_faces))


def several(frame: Frame, faces: int) -> Frame:
    """A frame of the same size with the one face of the demo once, twice or four times in it."""
    if faces == 1:
        return frame
    height, width = frame.image_bgr.shape[:2]
    small = cv2.resize(frame.image_bgr, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    rows = 2 if faces == 4 else 1
    tiles = np.tile(small, (rows, 2, 1))
    room = (height - tiles.shape[0]) // 2
    image = np.zeros_like(frame.image_bgr)
    image[room : room + tiles.shape[0]] = tiles
    return replace(frame, image_bgr=image)


def _measure_threads(faces: int, pairs: int) -> list[Figure]:
    """Time per frame of the pipeline as users run it, recording, beside the landmarker in turns with it."""
    name = f"{faces} face{'s' if faces > 1 else ''} in view"
    settings = _settings(faces)
    landmarker = Landmarker(settings)
    rates: list[float] = []

    def prepare(number: int) -> tuple[Callable[[], Seconds], Callable[[], Seconds]]:
        frames = [several(frame, faces) for part in range(4) for frame in block(4 * number + part)]
        images = [(landmarker.image(frame), round(frame.t * 1000)) for frame in frames]

        def run() -> Seconds:
            rates.append(frames_per_second(settings, faces, THREADED_FRAMES))
            return [1 / rates[-1]]

        return partial(landmarker.times, images), run

    costs = [pair.cost for pair in take_turns(pairs, prepare)]
    landmarker.close()
    return [
        spread(f"pipeline per frame / landmarker alone, {name}", costs, "x", at_most=COST_BUDGETS[faces]),
        spread(f"  pipeline, three threads, recording, {name}", rates, "fps"),
    ]


def _measure_cost(settings: Settings, pairs: int) -> list[Figure]:
    name = f"max_faces {settings.analysis.max_faces}"
    models = models_folder()
    bundle = Bundle.load(models / settings.model, device="cpu", threads=settings.analysis.threads)
    landmarker = Landmarker(settings)
    with (
        tempfile.TemporaryDirectory() as folder,
        FaceFinder(models / LANDMARKER_FILE, settings=settings.analysis, spec=bundle.contract.crop) as finder,
    ):
        context = session_context(DemoSource().info, bundle, settings)
        recorder = SessionRecorder(SessionRequest(Path(folder)), context, started_utc=datetime.now(UTC))
        analysis = Analysis(
            bundle.contract.uncertain_below,
            settings.analysis,
            disagree_above=bundle.contract.disagree_above,
            model_id=bundle.id,
        )
        whole = Whole(finder, bundle, analysis, recorder, {stage: [] for stage in STAGES})

        def prepare(number: int) -> tuple[Callable[[], Seconds], Callable[[], Seconds]]:
            frames = block(number)
            images = [(landmarker.image(frame), round(frame.t * 1000)) for frame in frames]
            return partial(landmarker.times, images), partial(whole.times, frames)

        measured = take_turns(pairs + 1, prepare)[1:]  # the first pair warms up
        recorder.close()
    landmarker.close()
    costs = [pair.cost for pair in measured]
    return [
        spread(f"all work on one thread / landmarker alone, {name}", costs, "x"),
        milliseconds(f"  landmarker alone, {name}", [one for pair in measured for one in pair.plain]),
        milliseconds(f"  all work on one thread, {name}", [one for pair in measured for one in pair.ours]),
        *(milliseconds(f"    {stage}, {name}", whole.parts[stage][BLOCK:]) for stage in STAGES),
    ]


class Clip:
    """A source that plays frames drawn beforehand again and again, as fast as they are taken."""

    def __init__(self, frames: list[Frame], total: int) -> None:
        self.info = DemoSource().info
        self._frames, self._total = frames, total

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame]:
        """Yield `total` frames whose index and time go on rising."""
        for index in range(self._total):
            if stopped():
                return
            frame = self._frames[index % len(self._frames)]
            yield replace(frame, index=index, t=index / FPS, media_t=index / FPS)

    def close(self) -> None:
        """Nothing to release."""


def frames_per_second(settings: Settings, faces: int, total: int) -> float:
    """The rate of the real pipeline with a recording, once it is warm."""
    frames = [several(frame, faces) for frame in block(0) + block(1)]
    moments: list[float] = []
    notices: SimpleQueue[Notice] = SimpleQueue()

    def take(_: Readings) -> None:
        moments.append(time.perf_counter())

    with tempfile.TemporaryDirectory() as folder:
        pipeline = Pipeline(
            "demo",
            settings,
            models=models_folder(),
            on_readings=take,
            on_notice=notices.put,
            record=SessionRequest(Path(folder)),
            parts=Parts(open_source=lambda *_, **__: Clip(frames, total + WARM_UP_FRAMES)),
        )
        pipeline.start()
        while (notice := notices.get()).kind not in ("ended", "error"):
            pass
        pipeline.stop()
    if notice.kind == "error":
        raise RuntimeError(notice.text)
    warm = moments[WARM_UP_FRAMES - 1 :]
    return (len(warm) - 1) / (warm[-1] - warm[0])

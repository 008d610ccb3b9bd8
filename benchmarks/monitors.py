"""What watching a person adds to a frame: all monitors, alarms and evidence, as the app runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from statistics import median

import numpy as np

from benchmarks.figures import Figure, Seconds, milliseconds, spread, take_turns, timed
from benchmarks.pipeline import BLOCK, ONE_FACE, Landmarker, block
from femon.analysis import Analysis
from femon.bundle import LANDMARKER_FILE
from femon.camera.demo import FPS
from femon.crop import FER_SPEC
from femon.emotions import EMOTIONS
from femon.faces import FaceFinder
from femon.settings import AnalysisSettings, ModeSettings, Settings
from femon.shipped import models_folder
from femon.types import Judgement, Readings
from femon.watch import Watch

BUDGET_MS = 0.3
PAIRS, QUICK_PAIRS = 24, 6
FULL_S = 200.0  # after that every window of the monitors is full, and each frame costs what all later ones do
ALL_MODES = ModeSettings(expression=True, fatigue=True, attention=True, engagement=True)
SETTINGS = Settings(modes=ALL_MODES, analysis=AnalysisSettings(max_faces=1))


def measure(*, quick: bool = False) -> list[Figure]:
    """Time per frame on the faces of the demo clip, in turns with the landmarker that found them."""
    landmarker = Landmarker(SETTINGS)
    watch = Watch(ALL_MODES)
    readings = played(found())
    for one in islice(readings, round(FULL_S * FPS)):
        watch.update(one)

    def prepare(number: int) -> tuple[Callable[[], Seconds], Callable[[], Seconds]]:
        images = [(landmarker.image(frame), round(frame.t * 1000)) for frame in block(number)]
        shown = list(islice(readings, BLOCK))
        return partial(landmarker.times, images), partial(times, watch, shown)

    measured = take_turns((QUICK_PAIRS if quick else PAIRS) + 1, prepare)[1:]  # the first pair warms up
    landmarker.close()
    name = "monitors, alarms and evidence"
    return [
        spread(f"{name} per frame", [1000 * median(pair.ours) for pair in measured], "ms", at_most=BUDGET_MS),
        spread(f"  {name} / landmarker alone", [100 * pair.cost for pair in measured], "%"),
        milliseconds("  every frame of them", [one for pair in measured for one in pair.ours]),
    ]


def found() -> list[Readings]:
    """What the app finds in the stretch of the clip with one person in view, with an even judgement."""
    analysis = Analysis(0.0, SETTINGS.analysis, disagree_above=1.0, model_id="")
    even = np.full((1, len(EMOTIONS)), 1 / len(EMOTIONS), np.float32)
    frames = [frame for number in range(len(ONE_FACE) // BLOCK) for frame in block(number)]
    with FaceFinder(models_folder() / LANDMARKER_FILE, settings=SETTINGS.analysis, spec=FER_SPEC) as finder:
        faces = [finder.find(frame) for frame in frames]
    return [analysis.update(one, Judgement(even[: len(one.faces)])) for one in faces]


def played(readings: list[Readings]) -> Iterator[Readings]:
    """The same again and again, with times that go on rising."""
    for index, one in enumerate(cycle(readings)):
        yield replace(one, frame=replace(one.frame, index=index, t=index / FPS))


def times(watch: Watch, readings: list[Readings]) -> Seconds:
    """Seconds for each frame."""
    return [timed(partial(watch.update, one)) for one in readings]

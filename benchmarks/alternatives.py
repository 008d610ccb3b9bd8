"""What users would write with the same parts, and the package `fer`, beside femon: same frames, in turns."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.figures import Figure, Pair, Seconds, milliseconds, spread, take_turns, timed
from benchmarks.pipeline import Landmarker, block, frames_per_second
from femon.bundle import KERAS_FILE
from femon.native_messages import native_messages_logged
from femon.settings import Settings
from femon.shipped import models_folder
from femon.types import Frame

PAIRS, QUICK_PAIRS = 4, 2
THREADED_FRAMES = 240
LOOP = "plain loop of OpenCV, MediaPipe and keras.predict / femon"
FER = "package fer / femon"
# `fer` names none of these limits itself: newer ones lack what it imports.
FER_NEEDS = ("fer==25.10.3", "opencv-contrib-python<5", "setuptools<81", "tensorflow>=2.20,<2.22")
FER_LIMIT_S = 900.0  # its installation included


def measure(*, quick: bool = False) -> list[Figure]:
    """How many times femon's time per frame the alternatives take; skipped where they cannot be installed."""
    pairs = QUICK_PAIRS if quick else PAIRS
    return [*_measure_loop(pairs), *_measure_fer(pairs)]


class PlainLoop:
    """The program of a tutorial: find the landmarks, cut the box around them, call predict()."""

    def __init__(self, settings: Settings) -> None:
        with native_messages_logged():
            import keras

        self._landmarker = Landmarker(settings)
        self._model = keras.models.load_model(models_folder() / settings.model / KERAS_FILE, compile=False)

    def times(self, frames: list[Frame]) -> Seconds:
        """Seconds for each frame."""
        return [timed(partial(self._see, frame)) for frame in frames]

    def _see(self, frame: Frame) -> None:
        marks = self._landmarker.find(frame)
        grey = cv2.cvtColor(frame.image_bgr, cv2.COLOR_BGR2GRAY)
        for face in marks:
            left, top = np.maximum(face.min(axis=0), 0).astype(int)
            right, bottom = face.max(axis=0).astype(int)
            crop = cv2.resize(grey[top:bottom, left:right], (48, 48))
            self._model.predict(crop[None, :, :, None], verbose=0)

    def close(self) -> None:
        """Release the landmarker."""
        self._landmarker.close()


def _measure_loop(pairs: int) -> list[Figure]:
    if any(importlib.util.find_spec(name) is None for name in ("tensorflow", "keras")):
        note = "TensorFlow is not installed: pip install 'femon[train]'"
        return [Figure(LOOP, None, "x", note=note)]
    loop = PlainLoop(Settings())
    loop.times(block(0))  # the first prediction compiles the network

    def prepare(number: int) -> tuple[Callable[[], Seconds], Callable[[], Seconds]]:
        return _femon, partial(loop.times, block(number + 1))

    measured = take_turns(pairs, prepare)
    loop.close()
    return _figures(LOOP, measured)


def _measure_fer(pairs: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        frames = Path(folder) / "frames.npy"
        np.save(frames, np.stack([frame.image_bgr for frame in block(0)]))
        try:
            python = _environment(Path(folder) / "environment", FER_NEEDS)
            command = [python, Path(__file__).with_name("fer_child.py"), frames]
            return _figures(FER, take_turns(pairs, lambda _: (_femon, partial(_other_process, command))))
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            return [Figure(FER, None, "x", note=f"fer could not be run: {type(error).__name__}")]


def _environment(folder: Path, needs: Sequence[str]) -> Path:
    """The interpreter of a new environment with these packages, which are not for ours."""
    run = partial(subprocess.run, check=True, capture_output=True, timeout=FER_LIMIT_S)
    run([sys.executable, "-m", "venv", folder])
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run([python, "-m", "pip", "install", "--quiet", *needs])
    return python


def _other_process(command: list[Any]) -> Seconds:
    """Seconds per frame, printed by a process of its own."""
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=FER_LIMIT_S)
    return [float(line) for line in done.stdout.split()]


def _femon() -> Seconds:
    """The pipeline as users run it, recording."""
    return [1 / frames_per_second(Settings(), 1, THREADED_FRAMES)]


def _figures(name: str, measured: list[Pair]) -> list[Figure]:
    return [
        spread(name, [pair.cost for pair in measured], "x"),
        milliseconds("  per frame", [one for pair in measured for one in pair.ours]),
    ]

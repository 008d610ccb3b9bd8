"""One still picture read by every installed bundle: the answers side by side, their mean and disagreement."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from femon.analysis import Analysis
from femon.bundle import LANDMARKER_FILE, BrokenBundle, Bundle, disagreement, list_bundles
from femon.bundle.speed import ms_per_face
from femon.camera.faults import unreadable
from femon.camera.pictures import PictureSource
from femon.crop import FER_SPEC, CropSpec, crop_from_fer
from femon.emotions import EMOTIONS
from femon.errors import ModelError, SessionError
from femon.faces import FaceFinder
from femon.recording.csv_file import csv_bytes
from femon.settings import Settings
from femon.types import Face, Faces, Frame, Pose, Quality, Reading
from femon.wording import uncertain_words

NO_FACE: Final = "No face found in this picture."
TAKEN_AS_CROP: Final = "No face was found, but the picture is small and square: it is taken as a crop itself."
COLUMNS: Final = ("picture", "face", "model", *EMOTIONS, "label", "note", "ms_per_face", "disagreement")
MEAN: Final = "mean"
_CROP_SIDES_PX: Final = range(24, 97)  # ours: half to twice the 48 px of FER-2013, too small for face finders


@dataclass(frozen=True, slots=True, eq=False)
class ModelReadings:
    """The answer of one bundle: a reading per face, and what one face costs it."""

    id: str
    name: str
    readings: tuple[Reading, ...]
    ms_per_face: float  # median of a few calls with one face


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What every bundle says about every face of one picture; without faces no bundle is asked."""

    frame: Frame
    faces: tuple[Face, ...]  # from left to right
    taken_as_crop: bool  # the whole picture is the one face's crop
    models: tuple[ModelReadings, ...]  # in order of their ids
    broken: tuple[BrokenBundle, ...]

    def probabilities(self, face: int) -> NDArray[np.float32]:
        """(m, 7): one row per model for the face of this number, counted from 0."""
        rows = [probabilities_of(model.readings[face]) for model in self.models]
        return np.array(rows, np.float32).reshape(-1, len(EMOTIONS))

    def mean(self, face: int) -> NDArray[np.float32] | None:
        """The mean (7,) over the models; None with fewer than two."""
        rows = self.probabilities(face)
        return np.asarray(rows.mean(axis=0), np.float32) if len(rows) > 1 else None

    def disagreement(self, face: int) -> float | None:
        """How far the models lie apart on a face: 0 the same, 1 the opposite; None with fewer than two."""
        rows = self.probabilities(face)
        return float(disagreement(rows[:, None])[0]) if len(rows) > 1 else None


def read_picture(path: Path) -> NDArray[np.uint8]:
    """One picture file as BGR (h, w, 3) uint8; raises CameraError when it cannot be read as a picture."""
    if path.is_dir():
        raise unreadable(path, "it is a folder")
    (frame,) = PictureSource(path).frames(lambda: False)
    return frame.image_bgr


def compare(
    image_bgr: NDArray[np.uint8],
    *,
    models: Path,
    settings: Settings,
    make_finder: Callable[..., FaceFinder] = FaceFinder,
    load_bundle: Callable[..., Bundle] = Bundle.load,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    stopped: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.perf_counter,
) -> Comparison:
    """Find the faces of a picture (h, w, 3) as the app does and ask every bundle of `models` about them.

    A small square picture without a face is taken as a crop. `on_progress` hears how many bundles are done
    and how many there are; once `stopped()` is true the rest is left out. `clock` gives s. Raises ModelError
    when the folder has no bundle or faces cannot be searched; a bundle that fails is listed with its reason.
    """
    entries = list_bundles(models)
    if not entries:
        raise ModelError(f"No model is installed in {models}. Run: python -m training")
    search = _Search(Frame("picture", 0, 0.0, None, None, image_bgr), models, settings, make_finder)
    faces = search.faces(FER_SPEC).faces
    answers: list[ModelReadings] = []
    broken: list[BrokenBundle] = []
    for done, entry in enumerate(entries if faces else ()):
        on_progress(done, len(entries))
        if stopped():
            break
        if isinstance(entry, BrokenBundle):
            broken.append(entry)
            continue
        try:
            device, threads = settings.device, settings.analysis.threads
            bundle = load_bundle(models / entry.id, device=device, threads=threads)
            answers.append(_ask(bundle, search.faces(entry.crop), settings, clock))
        except ModelError as error:
            broken.append(BrokenBundle(entry.id, models / entry.id, str(error)))
    return Comparison(search.frame, faces, search.taken_as_crop, tuple(answers), tuple(broken))


def table(comparison: Comparison, picture: str) -> list[list[str]]:
    """COLUMNS, then a row per face and bundle and one for their mean; what is missing is empty.

    The disagreement in the row of an ensemble is that of its members, in that of the mean between all models.
    """
    rows = [list(COLUMNS)]
    for position, face in enumerate(comparison.faces):
        start = [picture, str(face.track)]
        rows += [start + cells for cells in _face_rows(comparison, position)]
    return rows


def write_csv(rows: list[list[str]], path: Path) -> None:
    """Write a table whole or not at all; raises SessionError."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_bytes(csv_bytes(rows))
        new.replace(path)
    except OSError as error:
        with suppress(OSError):  # where nothing could be made, nothing can be removed
            new.unlink(missing_ok=True)
        raise SessionError(
            f"femon cannot write the table {path} ({error.strerror or error}). Choose another place for it."
        ) from error


class _Search:
    """The faces of one frame, searched once for each crop geometry that a bundle asks for."""

    def __init__(
        self, frame: Frame, models: Path, settings: Settings, make_finder: Callable[..., FaceFinder]
    ) -> None:
        self.frame = frame
        self.taken_as_crop = False
        self._models, self._settings, self._make_finder = models, settings.analysis, make_finder
        self._known: dict[CropSpec, Faces] = {}

    def faces(self, spec: CropSpec) -> Faces:
        if spec not in self._known:
            landmarker, settings = self._models / LANDMARKER_FILE, self._settings
            with self._make_finder(landmarker, settings=settings, spec=spec, stills=True) as finder:
                self._known[spec] = self._or_crop(finder.find(self.frame))
        return self._known[spec]

    def _or_crop(self, found: Faces) -> Faces:
        height, width = self.frame.image_bgr.shape[:2]
        if found.faces or height != width or width not in _CROP_SIDES_PX:
            return found
        self.taken_as_crop = True
        return Faces(self.frame, (_face_of_crop(self.frame.image_bgr),))


def _face_of_crop(image_bgr: NDArray[np.uint8]) -> Face:
    """A face that is the whole picture: its quality cannot be judged and is not held against it."""
    side = FER_SPEC.size
    gray = cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY)
    if gray.shape != (side, side):
        gray = cv2.resize(gray, (side, side), interpolation=cv2.INTER_AREA)
    crop = crop_from_fer(np.asarray(gray, np.uint8))
    quality = Quality(1.0, (), float(cv2.Laplacian(crop, cv2.CV_64F).var()), float(crop.mean()), 0.0)
    height, width = image_bgr.shape[:2]
    return Face(
        track=1,
        box_xywh=(0.0, 0.0, float(width), float(height)),
        landmarks=np.zeros((478, 3), np.float32),
        blendshapes=np.zeros(52, np.float32),
        pose=Pose(0.0, 0.0, 0.0),
        quality=quality,
        crop=crop,
    )


def _ask(bundle: Bundle, faces: Faces, settings: Settings, clock: Callable[[], float]) -> ModelReadings:
    crops = np.array([face.crop for face in faces.faces], np.uint8)
    contract = bundle.contract
    analysis = Analysis(
        contract.uncertain_below,
        settings.analysis,
        disagree_above=contract.disagree_above,
        stills=True,
        model_id=contract.id,
    )
    readings = analysis.update(faces, bundle.judge(crops)).readings
    return ModelReadings(contract.id, contract.name, readings, ms_per_face(bundle, crops[0], clock=clock))


def _face_rows(comparison: Comparison, position: int) -> Iterator[list[str]]:
    for model in comparison.models:
        reading = model.readings[position]
        apart = "" if reading.disagreement is None else f"{reading.disagreement:.4f}"
        end = [reading.label, uncertain_words(reading), f"{model.ms_per_face:.2f}", apart]
        yield [model.id, *_figures(probabilities_of(reading)), *end]
    for bundle in comparison.broken:
        yield [bundle.id, *[""] * len(EMOTIONS), "", bundle.reason, "", ""]
    mean, between = comparison.mean(position), comparison.disagreement(position)
    if mean is not None and between is not None:
        yield [MEAN, *_figures(mean), "", "", "", f"{between:.4f}"]


def probabilities_of(reading: Reading) -> NDArray[np.float32]:
    """The probabilities of a reading by a bundle, which always has some."""
    assert reading.raw is not None
    return reading.raw


def _figures(probabilities: NDArray[np.float32]) -> list[str]:
    return [f"{value:.4f}" for value in probabilities]

"""The command `compare`: what every bundle says about pictures, as tables in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from femon.bundle import Bundle
from femon.comparison import MEAN, NO_FACE, TAKEN_AS_CROP, Comparison, probabilities_of, read_picture
from femon.comparison import compare as compare_models
from femon.emotions import EMOTIONS
from femon.errors import CameraError, ModelError
from femon.faces import FaceFinder
from femon.settings import Settings
from femon.wording import quality_word, uncertain_words
from training.errors import TrainingError

_LABEL_WIDTH = max(map(len, (*EMOTIONS, "uncertain")))


def compare(
    pictures: list[Path],
    models: Path,
    *,
    make_finder: Callable[..., FaceFinder] = FaceFinder,
    load_bundle: Callable[..., Bundle] = Bundle.load,
) -> int:
    """Print a table for each face of each picture: a row per bundle, what it says and its ms per face.

    Returns 0, also where no face was found. Raises TrainingError for a picture that cannot be read, and when
    no bundle is installed.
    """
    load_once = cache(load_bundle)
    for picture in pictures:
        try:
            comparison = compare_models(
                read_picture(picture),
                models=models,
                settings=Settings(),
                make_finder=make_finder,
                load_bundle=load_once,
            )
        except (CameraError, ModelError) as error:
            raise TrainingError(str(error)) from error
        print("\n".join(lines(comparison, str(picture))) + "\n")
    return 0


def lines(comparison: Comparison, picture: str) -> list[str]:
    """The tables of one picture."""
    if not comparison.faces:
        return [f"{picture}: {NO_FACE}"]
    told = [f"{picture}: {TAKEN_AS_CROP}"] if comparison.taken_as_crop else []
    width = max(len(name) for name in ("model", MEAN, *(model.id for model in comparison.models)))
    for position, face in enumerate(comparison.faces):
        if not comparison.taken_as_crop:
            quality = quality_word(face.quality)
            told.append(f"{picture}, face {face.track} of {len(comparison.faces)}, {quality} quality")
        told += _rows(comparison, position, width)
    return told + [f"{bundle.id} cannot be used: {bundle.reason}" for bundle in comparison.broken]


def _rows(comparison: Comparison, position: int, width: int) -> list[str]:
    names = " ".join(f"{name:>8}" for name in EMOTIONS)
    rows = [f"{'model':{width}} {names}  {'label':{_LABEL_WIDTH}} {'ms':>7}"]
    for model in comparison.models:
        reading = model.readings[position]
        why = uncertain_words(reading)
        end = f"  {reading.label:{_LABEL_WIDTH}} {model.ms_per_face:>7.2f}" + (f"  {why}" if why else "")
        rows.append(f"{model.id:{width}} {_figures(probabilities_of(reading).tolist())}{end}")
    mean, apart = comparison.mean(position), comparison.disagreement(position)
    if mean is not None and apart is not None:
        rows.append(f"{MEAN:{width}} {_figures(mean.tolist())}  disagreement {apart:.3f}")
    return rows


def _figures(probabilities: list[float]) -> str:
    return " ".join(f"{value:8.3f}" for value in probabilities)

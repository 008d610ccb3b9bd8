"""Where the eyes lie in FER-2013: the measurement behind femon.crop.FER_SPEC."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from femon.bundle import LANDMARKER_FILE
from femon.crop import FER_SPEC
from femon.faces import LEFT_EYE, RIGHT_EYE, FaceFinder
from femon.settings import AnalysisSettings
from femon.shipped import models_folder
from femon.types import Frame
from training.fer2013 import Fer2013

PADDING_PX, ENLARGEMENT = 16, 4  # so that the detector sees a face with some room around it


def measure(data: Fer2013, *, every: int = 1) -> dict[str, Any]:
    """Medians and quartiles of both eye centres in px of the 48x48 picture, over each Nth Training row."""
    images = data.training("official").images[::every]
    settings = AnalysisSettings(max_faces=1)
    landmarker: Path = models_folder() / LANDMARKER_FILE
    found = []
    with FaceFinder(landmarker, settings=settings, spec=FER_SPEC, stills=True) as finder:
        for index, image in enumerate(tqdm(images, "pictures", mininterval=10.0)):
            padded = np.pad(image, PADDING_PX, mode="edge")
            large = cv2.resize(padded, None, fx=ENLARGEMENT, fy=ENLARGEMENT, interpolation=cv2.INTER_CUBIC)
            colour = np.asarray(cv2.cvtColor(large, cv2.COLOR_GRAY2BGR), np.uint8)
            frame = Frame("fer2013", index, float(index), None, None, colour)
            found += [
                np.concatenate([face.landmarks[list(eye), :2].mean(axis=0) for eye in (LEFT_EYE, RIGHT_EYE)])
                for face in finder.find(frame).faces[:1]
            ]
    # The middle of an enlarged pixel lies between samples: undo the half-pixel shift of the resizing.
    points = (np.array(found) + 0.5) / ENLARGEMENT - 0.5 - PADDING_PX
    low, middle, high = np.percentile(points, (25, 50, 75), axis=0)
    names = ("left_x", "left_y", "right_x", "right_y")
    return {
        "pictures": len(images),
        "faces": len(found),
        **{
            name: {"median": round(m, 2), "quartiles": [round(a, 2), round(b, 2)]}
            for name, a, m, b in zip(names, low, middle, high, strict=True)
        },
        "in_use": FER_SPEC.to_dict(),
    }

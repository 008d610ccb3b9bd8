from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from femon.bundle import LANDMARKER_FILE
from femon.camera.demo import SCRIPT, DemoSource
from femon.landmarks import create_landmarker, detected, import_mediapipe
from femon.settings import AnalysisSettings
from femon.shipped import models_folder


@pytest.mark.parametrize("stills", [True, False])
def test_the_arrays_hold_what_mediapipe_says_by_its_own_methods(stills: bool) -> None:
    mediapipe = import_mediapipe()
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=(models_folder() / LANDMARKER_FILE).read_bytes()),
        running_mode=vision.RunningMode.IMAGE if stills else vision.RunningMode.VIDEO,
        num_faces=2,
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
    )
    demo = DemoSource()
    times = (1.0, (SCRIPT.absence.start + SCRIPT.absence.end) / 2, 18.0)
    counts = []
    with (
        vision.FaceLandmarker.create_from_options(options) as ours,
        vision.FaceLandmarker.create_from_options(options) as theirs,
    ):
        for t in times:
            rgb = np.ascontiguousarray(demo.frame(round(30 * t)).image_bgr[..., ::-1])
            image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb)
            at_ms = round(1000 * t)
            faces = detected(ours, image, None if stills else at_ms)
            said = theirs.detect(image) if stills else theirs.detect_for_video(image, at_ms)
            counts.append(len(faces))
            assert len(said.face_landmarks) == len(faces)
            for face, points, shapes, matrix in zip(
                faces,
                said.face_landmarks,
                said.face_blendshapes,
                said.facial_transformation_matrixes,
                strict=True,
            ):
                assert face.points.tolist() == [[point.x, point.y, point.z] for point in points]
                assert face.blendshapes.tolist() == [shape.score for shape in shapes]
                np.testing.assert_array_equal(face.matrix, matrix)
    demo.close()
    assert counts == [1, 0, 2]


def test_nobody_gets_mediapipe_while_it_is_half_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    half = ModuleType("mediapipe")
    got: list[bool] = []
    second = threading.Thread(target=lambda: got.append(hasattr(import_mediapipe(), "Image")))

    def load(name: str) -> None:
        monkeypatch.setitem(sys.modules, name, half)
        second.start()
        second.join(0.05)  # it has to wait; if it does not, this is long enough
        monkeypatch.setattr(half, "Image", object, raising=False)

    monkeypatch.delitem(sys.modules, "mediapipe", raising=False)
    monkeypatch.setattr("importlib.import_module", load)
    import_mediapipe()
    second.join()
    assert got == [True]


def driver_libraries() -> set[str]:
    """The graphics drivers that this process has loaded, in a new process after a landmarker was made."""
    create_landmarker(
        (models_folder() / LANDMARKER_FILE).read_bytes(), AnalysisSettings(), stills=True
    ).close()
    libraries = {Path(line.split()[-1]).name for line in Path("/proc/self/maps").read_text().splitlines()}
    return {name for name in libraries if name.startswith(("libEGL_", "libGLX_", "libLLVM", "libgallium"))}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_no_graphics_driver_is_loaded_whose_llvm_would_meet_that_of_tensorflow() -> None:
    code = "import os, test_landmarks as t; print(t.driver_libraries(), '__EGL_VENDOR_LIBRARY_FILENAMES' in os.environ)"
    paths = os.pathsep.join(str(folder) for folder in (Path(__file__).parent, Path(__file__).parents[1]))
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n")[0] == "set() False"

"""MediaPipe's Face Landmarker: loaded, started, and its results copied from its memory as arrays."""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import io
import os
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from types import ModuleType, SimpleNamespace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from femon.errors import ModelError
from femon.native_messages import native_messages_logged
from femon.settings import AnalysisSettings

# Google's face_landmarker.task, float16, version 1.
LANDMARKER_SHA256: Final = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"

_DETECTOR_FILE: Final = "face_detector.tflite"  # inside face_landmarker.task
_EGL_DRIVERS: Final = "__EGL_VENDOR_LIBRARY_FILENAMES"  # read by libglvnd when EGL is first used

_one_import = Lock()
_one_at_a_time = Lock()  # the environment is one for the whole process


class Landmarks(NamedTuple):
    """One face: points (478, 3) in shares of width, height and width, blendshapes (52,), matrix (4, 4)."""

    points: NDArray[np.float32]
    blendshapes: NDArray[np.float32]
    matrix: NDArray[np.float32]


def import_mediapipe() -> ModuleType:
    """MediaPipe, without what it imports on the side and femon never uses.

    Its marker for undocumented functions pulls in TensorFlow when that is installed (more than 5 s), its
    drawing module matplotlib (1 to 2 s), its audio module the sound system. Stand-ins take their place
    while MediaPipe is imported, and only then: afterwards all of them can be imported as usual. Whoever else
    wants it waits meanwhile: several sources start at the same time.
    """
    with _one_import:
        return _imported()


def _imported() -> ModuleType:
    if "mediapipe" not in sys.modules:
        names = ("mediapipe.tasks.python.core.optional_dependencies", "mediapipe.tasks.python.audio")
        stand_ins = {name: ModuleType(name) for name in (*names, "matplotlib", "matplotlib.pyplot")}
        stand_ins[names[0]].__dict__["doc_controls"] = SimpleNamespace(do_not_generate_docs=lambda item: item)
        stand_ins["matplotlib"].__dict__["pyplot"] = stand_ins["matplotlib.pyplot"]
        stand_ins = {name: module for name, module in stand_ins.items() if name not in sys.modules}
        sys.modules.update(stand_ins)
        try:
            importlib.import_module("mediapipe")
        finally:
            for name in stand_ins:
                del sys.modules[name]
    return sys.modules["mediapipe"]


def create_landmarker(content: bytes, settings: AnalysisSettings, *, stills: bool) -> Any:
    """MediaPipe's Face Landmarker for a stream, or with `stills` for pictures that stand alone."""
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=content, delegate=BaseOptions.Delegate.CPU),
        running_mode=vision.RunningMode.IMAGE if stills else vision.RunningMode.VIDEO,
        num_faces=settings.max_faces,
        min_face_detection_confidence=settings.detection_confidence,
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
    )
    with _without_graphics_drivers():
        return vision.FaceLandmarker.create_from_options(options)


class FaceCounter:
    """MediaPipe's Face Detector on single pictures: the first half of its Face Landmarker, and as sure.

    `content` is that of face_landmarker.task. Made when it is first needed, used and closed on one thread.
    """

    def __init__(self, content: bytes, settings: AnalysisSettings) -> None:
        self._content, self._settings = content, settings
        self._detector: Any = None

    def count(self, image: Any) -> int:
        """How many faces there are in a picture."""
        if self._detector is None:
            with native_messages_logged():
                self._detector = self._made()
        return len(self._detector.detect(image).detections)

    def close(self) -> None:
        """Release the detector, if there is one; the next count makes another."""
        detector, self._detector = self._detector, None
        if detector is not None:
            detector.close()

    def _made(self) -> Any:
        from mediapipe.tasks.python import BaseOptions, vision

        with zipfile.ZipFile(io.BytesIO(self._content)) as parts:
            model = parts.read(_DETECTOR_FILE)
        options = vision.FaceDetectorOptions(
            base_options=BaseOptions(model_asset_buffer=model, delegate=BaseOptions.Delegate.CPU),
            running_mode=vision.RunningMode.IMAGE,
            min_detection_confidence=self._settings.detection_confidence,
        )
        return vision.FaceDetector.create_from_options(options)


@contextmanager
def _without_graphics_drivers() -> Iterator[None]:
    """MediaPipe opens the graphics card even when it computes on the processor; here it finds no driver.

    Mesa's driver brings LLVM, and TensorFlow, which exports an LLVM of its own, crashes when it is imported
    after that. The driver also takes memory and time.
    """
    with _one_at_a_time:
        before = os.environ.get(_EGL_DRIVERS)
        os.environ[_EGL_DRIVERS] = os.devnull
        try:
            yield
        finally:
            if before is None:
                del os.environ[_EGL_DRIVERS]
            else:
                os.environ[_EGL_DRIVERS] = before


def verified_content(model: Path) -> bytes:
    """The bytes of face_landmarker.task; raises ModelError when it is missing or another file."""
    try:
        content = model.read_bytes()
    except OSError as error:
        raise ModelError(
            f"{model.name} is missing. Faces cannot be found without it. Run femon doctor for details."
        ) from error
    if hashlib.sha256(content).hexdigest() != LANDMARKER_SHA256:
        raise ModelError(
            f"{model.name} does not match its checksum and was not loaded. Run femon doctor for details."
        )
    return content


def detected(landmarker: Any, image: Any, at_ms: int | None) -> list[Landmarks]:
    """The faces of a picture at a time that always rises, or of a picture by itself.

    MediaPipe's own methods pass each call to a thread of theirs and make Python objects of 530 numbers, which
    takes more than a millisecond per face. This calls the functions of its library from the thread that asks;
    pyproject.toml pins the version they belong to. Only one thread may ask at a time.
    """
    from mediapipe.tasks.python.core.mediapipe_c_utils import handle_status
    from mediapipe.tasks.python.vision.face_landmarker import FaceLandmarkerResultC

    library = landmarker._lib._lib
    result, message = FaceLandmarkerResultC(), ctypes.c_char_p()
    given = landmarker._handle, image._image_ptr, None
    filled = ctypes.byref(result), ctypes.byref(message)
    if at_ms is None:
        status = library.MpFaceLandmarkerDetectImage(*given, *filled)
    else:
        status = library.MpFaceLandmarkerDetectForVideo(*given, at_ms, *filled)
    try:
        handle_status(status, message)
        return [_face(result, index) for index in range(result.face_landmarks_count)]
    finally:
        if message.value is not None:
            library.MpErrorFree(message)
        library.MpFaceLandmarkerCloseResult(ctypes.byref(result))


def _face(result: Any, index: int) -> Landmarks:
    mesh, shapes = result.face_landmarks[index], result.face_blendshapes[index]
    matrix = result.facial_transformation_matrixes[index].to_numpy()
    return Landmarks(
        _copied(mesh.landmarks, mesh.landmarks_count, "x", (3,)),  # and y and z, which follow
        _copied(shapes.categories, shapes.categories_count, "score"),
        np.asarray(matrix, np.float32),
    )


def _copied(pointer: Any, count: int, field: str, shape: tuple[int, ...] = ()) -> NDArray[np.float32]:
    """A copy (count, *shape) of the floats that start at a field of each structure of an array."""
    item = pointer._type_
    array = ctypes.cast(pointer, ctypes.POINTER(item * count)).contents
    return np.frombuffer(array, _layout(item, field, shape))[field].copy()


@cache
def _layout(item: Any, field: str, shape: tuple[int, ...]) -> np.dtype[np.void]:
    offset = getattr(item, field).offset
    return np.dtype(
        {
            "names": [field],
            "formats": [("f4", shape)],
            "offsets": [offset],
            "itemsize": ctypes.sizeof(item),
        }
    )

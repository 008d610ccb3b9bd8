"""What MediaPipe's Face Landmarker finds, copied from its memory as arrays."""

from __future__ import annotations

import ctypes
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

_POINT: Final = ("x", "y", "z")


class Landmarks(NamedTuple):
    """One face: points (478, 3) in shares of width, height and width, blendshapes (52,), matrix (4, 4)."""

    points: NDArray[np.float32]
    blendshapes: NDArray[np.float32]
    matrix: NDArray[np.float32]


def detected(landmarker: Any, image: Any, at_ms: int | None) -> list[Landmarks]:
    """The faces of a picture at a time that always rises, or of a picture by itself.

    MediaPipe's own methods make Python objects of 530 numbers, which takes more than a millisecond per face.
    This calls the same functions of its library; pyproject.toml pins the version they belong to.
    """
    from mediapipe.tasks.python.vision.face_landmarker import FaceLandmarkerResultC

    library, result = landmarker._lib, FaceLandmarkerResultC()
    given = landmarker._handle, image._image_ptr, None
    if at_ms is None:
        library.MpFaceLandmarkerDetectImage(*given, ctypes.byref(result))
    else:
        library.MpFaceLandmarkerDetectForVideo(*given, at_ms, ctypes.byref(result))
    try:
        return [_face(result, index) for index in range(result.face_landmarks_count)]
    finally:
        library.MpFaceLandmarkerCloseResult(ctypes.byref(result))


def _face(result: Any, index: int) -> Landmarks:
    mesh, shapes = result.face_landmarks[index], result.face_blendshapes[index]
    points = _columns(mesh.landmarks, mesh.landmarks_count, _POINT)
    scores = _columns(shapes.categories, shapes.categories_count, ("score",))[:, 0]
    matrix = result.facial_transformation_matrixes[index].to_numpy()
    return Landmarks(points, scores, np.asarray(matrix, np.float32))


def _columns(pointer: Any, count: int, names: tuple[str, ...]) -> NDArray[np.float32]:
    """A copy (count, names) of some float fields of an array of structures."""
    item = pointer._type_
    offsets = [getattr(item, name).offset for name in names]
    layout = np.dtype(
        {"names": names, "formats": ["f4"] * len(names), "offsets": offsets, "itemsize": ctypes.sizeof(item)}
    )
    rows = np.frombuffer(ctypes.cast(pointer, ctypes.POINTER(item * count)).contents, layout)
    return np.stack([rows[name] for name in names], axis=1)

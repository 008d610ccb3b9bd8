"""Faces in a frame, numbered, aligned and judged: the only place that sets MediaPipe to work."""

from __future__ import annotations

import hashlib
import importlib
import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from femon.crop import CropSpec, Point, crop_face
from femon.errors import ModelError
from femon.landmarks import Landmarks, detected
from femon.native_messages import native_messages_logged
from femon.quality import Box, judge
from femon.settings import AnalysisSettings
from femon.tracking import Tracker, number_left_to_right
from femon.types import Face, Faces, Frame, Pose

# Google's face_landmarker.task, float16, version 1.
LANDMARKER_SHA256: Final = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"

# Outer and inner eye corners in MediaPipe's mesh; left and right of the picture.
LEFT_EYE: Final = (33, 133)
RIGHT_EYE: Final = (263, 362)
OTHERS_EVERY_S: Final = 0.5  # a look at a single picture costs as much as following a face


class FaceFinder:
    """Finds the faces of one source, frame by frame; made, used and closed on one thread.

    `model` is face_landmarker.task, `spec` says where the eyes land in a crop. With `stills` every frame
    stands alone: nothing is tracked and faces are numbered from left to right. Whoever follows one face is
    blind to others: they are counted while `others_wanted()` is true. Raises ModelError when the file is
    missing or damaged, or MediaPipe does not start.
    """

    def __init__(
        self,
        model: Path,
        *,
        settings: AnalysisSettings,
        spec: CropSpec,
        stills: bool = False,
        others_wanted: Callable[[], bool] = lambda: False,
    ) -> None:
        self._settings = settings
        self._spec = spec
        self._tracker = None if stills else Tracker()
        self._last_ms = -1
        content = _verified_content(model)
        several = replace(settings, max_faces=2)
        make = partial(_create_landmarker, content, several, stills=True)
        self._others = _Others(make, others_wanted if settings.max_faces == 1 else lambda: False)
        try:
            self._mediapipe = import_mediapipe()
            with native_messages_logged():
                self._landmarker = _create_landmarker(content, settings, stills=stills)
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            raise ModelError(
                f"The face landmarker could not be started ({error}). Run femon doctor for details."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the landmarker; safe to call twice."""
        self._others.close()
        self._landmarker.close()

    def find(self, frame: Frame) -> Faces:
        """The faces of a frame, ascending by track."""
        height, width = frame.image_bgr.shape[:2]
        image = self._rgb(frame)
        found = _found(self._detect(frame, image), width, height)
        boxes = [one.box_xywh for one in found]
        tracks = self._tracker.update(frame.t, boxes) if self._tracker else number_left_to_right(boxes)
        faces = [
            self._face(track, one, frame.image_bgr)
            for track, one in zip(tracks, found, strict=True)
            if track is not None  # None: a second result for the same face
        ]
        others = self._others.beside(len(faces), frame.t, image)
        return Faces(frame, tuple(sorted(faces, key=lambda face: face.track)), others)

    def _rgb(self, frame: Frame) -> Any:
        rgb = cv2.cvtColor(frame.image_bgr, cv2.COLOR_BGR2RGB)
        return self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=rgb)

    def _detect(self, frame: Frame, image: Any) -> list[Landmarks]:
        if self._tracker is None:
            return detected(self._landmarker, image, None)
        # MediaPipe wants whole milliseconds that always rise; sources may repeat one or start again.
        self._last_ms = max(self._last_ms + 1, round(frame.t * 1000))
        return detected(self._landmarker, image, self._last_ms)

    def _face(self, track: int, found: _Found, image_bgr: NDArray[np.uint8]) -> Face:
        crop = self._crop(found.eyes, image_bgr)
        height, width = image_bgr.shape[:2]
        quality = judge(
            crop,
            eye_distance_px=math.dist(found.landmarks[LEFT_EYE[0], :2], found.landmarks[RIGHT_EYE[0], :2]),
            pose=found.pose,
            box_xywh=found.box_xywh,
            frame_size=(width, height),
            minimum=self._settings.quality_minimum,
        )
        return Face(track, found.box_xywh, found.landmarks, found.blendshapes, found.pose, quality, crop)

    def _crop(self, eyes: tuple[Point, Point], image_bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The crop, cut from a grey copy of no more of the picture than it needs: the whole costs more."""
        margin = self._settings.crop_margin
        reach = self._spec.reach * margin * math.dist(*eyes) + 3  # and the support of the interpolation
        starts, ends = [], []
        for one, other, length in zip(*eyes, reversed(image_bgr.shape[:2]), strict=True):
            starts.append(min(max(int((one + other) / 2 - reach), 0), length - 1))
            ends.append(max(int((one + other) / 2 + reach), starts[-1] + 1))
        part = image_bgr[starts[1] : ends[1], starts[0] : ends[0]]
        left, right = ((x - starts[0], y - starts[1]) for x, y in eyes)
        gray = np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), np.uint8)
        return crop_face(gray, (left, right), self._spec, margin=margin)


class _Others:
    """Counts the people beside the one who is followed, on single pictures, by a landmarker of its own."""

    def __init__(self, make: Callable[[], Any], wanted: Callable[[], bool]) -> None:
        self._make, self._wanted = make, wanted
        self._landmarker: Any = None  # made when it is first needed: it takes some tenths of a second
        self._counted_t = -math.inf
        self._people = 0

    def beside(self, followed: int, t: float, image: Any) -> int:
        """How many there are at t seconds, beside those that are followed."""
        if not self._wanted():
            self.close()
            return 0
        if self._landmarker is None:
            with native_messages_logged():
                self._landmarker = self._make()
        if not self._counted_t <= t < self._counted_t + OTHERS_EVERY_S:
            self._counted_t = t
            self._people = len(self._landmarker.detect(image).face_landmarks)
        return max(0, self._people - followed)

    def close(self) -> None:
        """Release the landmarker, if there is one."""
        landmarker, self._landmarker = self._landmarker, None
        self._counted_t = -math.inf
        if landmarker is not None:
            landmarker.close()


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """One face as MediaPipe gives it, in px of the picture."""

    landmarks: NDArray[np.float32]
    blendshapes: NDArray[np.float32]
    pose: Pose
    box_xywh: Box
    eyes: tuple[Point, Point]  # image-left, image-right


def _found(faces: Iterable[Landmarks], width: int, height: int) -> list[_Found]:
    """The faces as found, in px, without those whose eyes fall on one point."""
    found = []
    for face in faces:
        mesh = _landmarks_px(face.points, width, height)
        eyes = _middle(mesh, LEFT_EYE), _middle(mesh, RIGHT_EYE)
        if math.dist(*eyes) >= 1:
            found.append(_Found(mesh, face.blendshapes, pose_of(face.matrix), _bounds(mesh), eyes))
    return found


def pose_of(matrix: NDArray[np.float32]) -> Pose:
    """Head angles from MediaPipe's 4x4 facial transformation matrix (x image right, y up, z to the camera).

    The rotation is read as yaw after pitch after roll; the third column is where the face points.
    """
    yaw = math.atan2(matrix[0, 2], matrix[2, 2])
    pitch = math.asin(min(max(float(matrix[1, 2]), -1.0), 1.0))
    roll = math.atan2(matrix[1, 0], matrix[1, 1])
    return Pose(*(math.degrees(angle) for angle in (yaw, pitch, roll)))


def import_mediapipe() -> ModuleType:
    """MediaPipe, without what it imports on the side and femon never uses.

    Its marker for undocumented functions pulls in TensorFlow when that is installed (more than 5 s), its
    drawing module matplotlib (1 to 2 s), its audio module the sound system. Stand-ins take their place
    while MediaPipe is imported, and only then: afterwards all of them can be imported as usual.
    """
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


def _create_landmarker(content: bytes, settings: AnalysisSettings, *, stills: bool) -> Any:
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=content, delegate=BaseOptions.Delegate.CPU),
        running_mode=vision.RunningMode.IMAGE if stills else vision.RunningMode.VIDEO,
        num_faces=settings.max_faces,
        min_face_detection_confidence=settings.detection_confidence,
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
    )
    return vision.FaceLandmarker.create_from_options(options)


def _verified_content(model: Path) -> bytes:
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


def _landmarks_px(points: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """(478, 3) px with pixel centres at integers; MediaPipe counts from the corner of the first pixel."""
    mesh = points * np.array((width, height, width), np.float32)
    mesh[:, :2] -= 0.5
    return mesh


def _bounds(mesh: NDArray[np.float32]) -> Box:
    (left, top), (right, bottom) = mesh[:, :2].min(axis=0).tolist(), mesh[:, :2].max(axis=0).tolist()
    return left, top, right - left, bottom - top


def _middle(mesh: NDArray[np.float32], corners: tuple[int, int]) -> Point:
    x, y = mesh[corners, :2].mean(axis=0).tolist()
    return x, y

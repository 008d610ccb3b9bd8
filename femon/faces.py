"""Faces in a frame: found by MediaPipe, numbered, aligned and judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from femon.crop import CropSpec, Point, crop_face
from femon.errors import ModelError
from femon.landmarks import (
    FaceCounter,
    Landmarks,
    create_landmarker,
    detected,
    import_mediapipe,
    verified_content,
)
from femon.native_messages import native_messages_logged
from femon.quality import Box, judge
from femon.settings import AnalysisSettings
from femon.tracking import Tracker, number_left_to_right
from femon.types import AWAY_S, Face, Faces, Frame, Pose

# Outer and inner eye corners in MediaPipe's mesh; left and right of the picture.
LEFT_EYE: Final = (33, 133)
RIGHT_EYE: Final = (263, 362)
OTHERS_EVERY_S: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Detected:
    """What MediaPipe saw in a frame; `people` is 0 where nobody counted them."""

    frame: Frame
    landmarks: tuple[Landmarks, ...]
    people: int


class FaceFinder:
    """Finds the faces of one source, frame by frame; made, asked to detect and closed on one thread.

    `model` is face_landmarker.task, `spec` says where the eyes land in a crop. With `stills` every frame
    stands alone: nothing is tracked and faces are numbered from left to right; else a face keeps its number
    for `away_s` out of sight. Whoever follows one face is blind to others: they are counted while
    `others_wanted()` is true. Raises ModelError when the file is missing or damaged, or MediaPipe does not
    start.
    """

    def __init__(
        self,
        model: Path,
        *,
        settings: AnalysisSettings,
        spec: CropSpec,
        stills: bool = False,
        away_s: float = AWAY_S,
        others_wanted: Callable[[], bool] = lambda: False,
    ) -> None:
        self._settings = settings
        self.spec = spec  # of the next align(): another model may want other crops
        self._tracker = None if stills else Tracker(away_s)
        self._last_ms = -1
        content = verified_content(model)
        self._counter = FaceCounter(content, settings)
        self._others = _Others(self._counter, others_wanted if settings.max_faces == 1 else lambda: False)
        try:
            self._mediapipe = import_mediapipe()
            with native_messages_logged():
                self._landmarker = create_landmarker(content, settings, stills=stills)
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            raise ModelError(
                f"The face landmarker could not be started ({error}). Run femon doctor for details."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release what MediaPipe holds; safe to call twice."""
        self._counter.close()
        self._landmarker.close()

    def find(self, frame: Frame) -> Faces:
        """The faces of a frame, ascending by track: the next three in turn."""
        return self.align(self.detect(frame, self.image(frame)))

    def image(self, frame: Frame) -> Any:
        """A copy of the frame as MediaPipe takes it; for any thread."""
        rgb = cv2.cvtColor(frame.image_bgr, cv2.COLOR_BGR2RGB)
        return self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=rgb)

    def detect(self, frame: Frame, image: Any) -> Detected:
        """What MediaPipe sees in a frame; in the order of the frames, on the thread that made the finder."""
        landmarks = detected(self._landmarker, image, self._next_ms(frame.t))
        return Detected(frame, tuple(landmarks), self._others.counted(frame.t, image))

    def align(self, seen: Detected) -> Faces:
        """The faces of a frame, ascending by track; in the order of the frames, on one thread of any kind."""
        frame = seen.frame
        height, width = frame.image_bgr.shape[:2]
        found = _found(seen.landmarks, width, height)
        boxes = [one.box_xywh for one in found]
        tracks = self._tracker.update(frame.t, boxes) if self._tracker else number_left_to_right(boxes)
        faces = [
            self._face(track, one, frame.image_bgr)
            for track, one in zip(tracks, found, strict=True)
            if track is not None  # None: a second result for the same face
        ]
        others = max(0, seen.people - len(faces))
        return Faces(frame, tuple(sorted(faces, key=lambda face: face.track)), others)

    def _next_ms(self, t: float) -> int | None:
        """MediaPipe wants whole milliseconds that always rise; sources may repeat one or start again."""
        if self._tracker is None:
            return None
        self._last_ms = max(self._last_ms + 1, round(t * 1000))
        return self._last_ms

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
        reach = self.spec.reach * margin * math.dist(*eyes) + 3  # and the support of the interpolation
        starts, ends = [], []
        for one, other, length in zip(*eyes, reversed(image_bgr.shape[:2]), strict=True):
            starts.append(min(max(int((one + other) / 2 - reach), 0), length - 1))
            ends.append(max(int((one + other) / 2 + reach), starts[-1] + 1))
        part = image_bgr[starts[1] : ends[1], starts[0] : ends[0]]
        left, right = ((x - starts[0], y - starts[1]) for x, y in eyes)
        gray = np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), np.uint8)
        return crop_face(gray, (left, right), self.spec, margin=margin)


class _Others:
    """Counts the people beside the one who is followed, on single pictures."""

    def __init__(self, counter: FaceCounter, wanted: Callable[[], bool]) -> None:
        self._counter, self._wanted = counter, wanted
        self._counted_t = -math.inf
        self._people = 0

    def counted(self, t: float, image: Any) -> int:
        """How many people there are at t seconds, the followed one too; 0 while nobody asks."""
        if not self._wanted():
            self._counted_t = -math.inf
            return 0
        if not self._counted_t <= t < self._counted_t + OTHERS_EVERY_S:
            self._counted_t, self._people = t, self._counter.count(image)
        return self._people


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

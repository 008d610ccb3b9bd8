"""The face finder on real clips: who is found, where, at which angle, under which number."""

import importlib.util
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from femon.crop import FER_SPEC, crop_face
from femon.errors import ModelError
from femon.faces import FaceFinder
from femon.settings import AnalysisSettings
from femon.types import Face, Faces, Frame

LANDMARKER = Path(__file__).resolve().parent.parent / "models" / "face_landmarker.task"

Finding = Callable[..., list[Faces]]


def frame_of(image: NDArray[np.uint8], t: float = 0.0, index: int = 0) -> Frame:
    return Frame("test", index, t, None, t, image)


def decoded(clip: Path) -> Iterator[Frame]:
    with av.open(str(clip)) as container:
        for index, picture in enumerate(container.decode(video=0)):
            image = np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)
            yield frame_of(image, float(picture.time or 0.0), index)


def finder(*, stills: bool = False, settings: AnalysisSettings | None = None) -> FaceFinder:
    return FaceFinder(LANDMARKER, settings=settings or AnalysisSettings(), spec=FER_SPEC, stills=stills)


@pytest.fixture(scope="module")
def find_all(clips: Path) -> Finding:
    """The faces of every frame of a clip, found once."""
    known: dict[str, list[Faces]] = {}

    def run(name: str, settings: AnalysisSettings | None = None) -> list[Faces]:
        if name not in known:
            with finder(settings=settings) as faces:
                known[name] = [faces.find(frame) for frame in decoded(clips / name)]
        return known[name]

    return run


@pytest.fixture(scope="module")
def still(clips: Path) -> NDArray[np.uint8]:
    """One face that looks straight into the camera."""
    return next(decoded(clips / "single_face.mp4")).image_bgr


def tracks(found: list[Faces]) -> Counter[int]:
    return Counter(face.track for faces in found for face in faces.faces)


def only_face(image: NDArray[np.uint8]) -> Face:
    with finder(stills=True) as faces:
        (face,) = faces.find(frame_of(image)).faces
    return face


def rotated(image: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    """The picture turned counter-clockwise about its centre."""
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC), np.uint8)


def test_one_person_is_one_number_in_every_frame(find_all: Finding) -> None:
    assert tracks(find_all("single_face.mp4")) == {1: 72}


def test_two_people_who_turn_their_heads_are_two_numbers_in_every_frame(find_all: Finding) -> None:
    found = find_all("two_people_head_turn.gif")
    assert tracks(found) == {1: 56, 2: 56}
    assert all([face.track for face in faces.faces] == [1, 2] for faces in found)
    lefts = {track: {faces.faces[track - 1].box_xywh[0] < 240 for faces in found} for track in (1, 2)}
    assert sorted(map(tuple, lefts.values())) == [(False,), (True,)]  # each on one side throughout


def test_a_film_without_faces_gives_no_face(find_all: Finding) -> None:
    found = find_all("no_face.mp4")
    assert (len(found), tracks(found)) == (95, {})


def test_a_face_that_leaves_is_gone(find_all: Finding) -> None:
    # A cloud in the later part passes for a face at the default confidence of 0.5, for one frame.
    found = find_all("face_noface.mov", AnalysisSettings(detection_confidence=0.6))
    assert tracks(found) == {1: 72}
    assert [bool(faces.faces) for faces in found] == [True] * 72 + [False] * 97


def test_yaw_is_negative_when_the_head_turns_to_image_left(find_all: Finding) -> None:
    found = find_all("incluit_video3.mp4")
    assert tracks(found) == {1: 101}
    turned = [faces.faces[0].pose.yaw for faces in found if 0.9 <= faces.frame.t <= 3.6]
    straight = [faces.faces[0].pose.yaw for faces in found if faces.frame.t > 4.3]
    assert np.median(turned) == pytest.approx(-39, abs=3)
    assert np.abs(straight).max() < 6


def test_pitch_is_positive_when_the_chin_is_up(clips: Path) -> None:
    wanted = {5.2: (20, 45), 7.5: (-45, -20), 15.5: (-8, 8)}
    pictures = [frame for frame in decoded(clips / "incluit_video1.mp4") if frame.t < 16]
    with finder(stills=True) as faces:
        for t, (low, high) in wanted.items():
            (face,) = faces.find(min(pictures, key=lambda frame: abs(frame.t - t))).faces
            assert low < face.pose.pitch < high


@pytest.mark.parametrize("degrees", [-20.0, 20.0])
def test_roll_is_positive_towards_the_subjects_right_and_the_crop_stays_upright(
    still: NDArray[np.uint8], degrees: float
) -> None:
    # Counter-clockwise in the picture the head tilts to image left, the subject's right shoulder.
    upright, tilted = only_face(still), only_face(rotated(still, degrees))
    assert tilted.pose.roll - upright.pose.roll == pytest.approx(degrees, abs=2)
    assert np.abs(tilted.crop.astype(float) - upright.crop).mean() < 8


def test_a_face_carries_landmarks_box_blendshapes_crop_and_quality(still: NDArray[np.uint8]) -> None:
    face = only_face(still)
    x, y, width, height = face.box_xywh
    assert (face.landmarks.shape, face.landmarks.dtype) == ((478, 3), np.float32)
    assert face.landmarks[:, 0].min() == pytest.approx(x)
    assert face.landmarks[:, 1].max() == pytest.approx(y + height, abs=1e-3)
    assert np.abs(face.landmarks[:, 2]).max() < width  # depth has the scale of x
    assert face.landmarks[33, 0] < face.landmarks[133, 0] < face.landmarks[362, 0] < face.landmarks[263, 0]
    assert (face.blendshapes.shape, face.blendshapes.dtype) == ((52,), np.float32)
    assert (face.blendshapes.min() >= 0, face.blendshapes.max() <= 1) == (True, True)
    assert (face.crop.shape, face.crop.dtype) == ((48, 48), np.uint8)
    assert (face.quality.value, face.quality.reasons) == (1.0, ())
    assert face.quality.eye_distance_px == pytest.approx(0.65 * width, rel=0.1)


@pytest.mark.parametrize("margin", [0.8, 1.0, 1.3])
def test_the_crop_is_that_of_the_whole_grey_picture(still: NDArray[np.uint8], margin: float) -> None:
    image = still[:, 180:]  # the face lies near the edge
    with finder(stills=True, settings=AnalysisSettings(crop_margin=margin)) as faces:
        (face,) = faces.find(frame_of(image)).faces
    eyes = [tuple(face.landmarks[corners, :2].mean(axis=0).tolist()) for corners in ([33, 133], [263, 362])]
    gray = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    whole = crop_face(gray, (eyes[0], eyes[1]), FER_SPEC, margin=margin)
    assert np.abs(face.crop.astype(int) - whole).max() <= 1


def test_landmarks_do_not_depend_on_the_size_of_the_picture(still: NDArray[np.uint8]) -> None:
    double = np.asarray(cv2.resize(still, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR), np.uint8)
    small, large = only_face(still).landmarks, only_face(double).landmarks
    # A pixel's centre lies at (i + 0.5) of its picture, so the coordinates relate by 2 x + 0.5.
    assert np.abs(large[:, :2] - (2 * small[:, :2] + 0.5)).mean() < 1.0


def test_pictures_are_numbered_afresh_and_from_left_to_right(find_all: Finding) -> None:
    frame = find_all("two_people_head_turn.gif")[30].frame
    other = frame_of(np.ascontiguousarray(frame.image_bgr[:, ::-1]), 0.0, 1)
    with finder(stills=True) as faces:
        for picture in (frame, other, frame):
            left, right = faces.find(picture).faces
            assert (left.track, right.track) == (1, 2)
            assert left.box_xywh[0] < right.box_xywh[0]


def test_at_most_the_asked_number_of_faces_is_found(find_all: Finding) -> None:
    frame = find_all("two_people_head_turn.gif")[0].frame
    with finder(stills=True, settings=AnalysisSettings(max_faces=1)) as faces:
        assert len(faces.find(frame).faces) == 1


def test_times_that_repeat_or_start_again_are_no_error(still: NDArray[np.uint8]) -> None:
    with finder() as faces:
        counts = [len(faces.find(frame_of(still, t)).faces) for t in (0.0, 0.0, 0.0004, 5.0, 0.033, 0.067)]
    assert counts == [1] * 6


def test_a_tiny_or_empty_picture_has_no_face() -> None:
    with finder() as faces:
        for index, shape in enumerate([(24, 32, 3), (480, 640, 3), (1, 1, 3)]):
            assert faces.find(frame_of(np.zeros(shape, np.uint8), float(index))).faces == ()


def test_closing_twice_is_harmless() -> None:
    faces = finder()
    faces.close()
    faces.close()


def test_a_missing_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"^face_landmarker\.task is missing\. Faces cannot be found without it\."
    ):
        FaceFinder(tmp_path / "face_landmarker.task", settings=AnalysisSettings(), spec=FER_SPEC)


def test_a_damaged_model_is_not_loaded(tmp_path: Path) -> None:
    damaged = bytearray(LANDMARKER.read_bytes())
    damaged[1000] ^= 1
    (tmp_path / "face_landmarker.task").write_bytes(damaged)
    with pytest.raises(ModelError, match="does not match its checksum"):
        FaceFinder(tmp_path / "face_landmarker.task", settings=AnalysisSettings(), spec=FER_SPEC)


PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from femon.crop import FER_SPEC, crop_face
from femon.faces import FaceFinder
from femon.settings import AnalysisSettings
from femon.types import (Frame)
with FaceFinder(Path(sys.argv[1]), settings=AnalysisSettings(), spec=FER_SPEC) as finder:
    finder.find(Frame("test", 0, 0.0, None, 0.0, np.zeros((480, 640, 3), np.uint8)))
unwanted = "tensorflow", "matplotlib", "sounddevice", "mediapipe.tasks.python.audio"
print([name for name in unwanted if name in sys.modules])
"""


def test_mediapipe_brings_no_tensorflow_and_says_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(LANDMARKER)],
        capture_output=True, text=True, timeout=60, check=True, cwd=LANDMARKER.parent.parent,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_the_installed_mediapipe_cannot_reach_the_network() -> None:
    # From 0.10.35 on its library reports use to Google once a minute, and nothing switches that off.
    package = importlib.util.find_spec("mediapipe")
    assert package is not None
    assert package.submodule_search_locations is not None
    (folder,) = package.submodule_search_locations
    (library,) = (path for path in Path(folder, "tasks", "c").iterdir() if "libmediapipe" in path.name)
    content = library.read_bytes()
    assert [word for word in (b"CurlClient", b"clearcut", b"getaddrinfo") if word in content] == []


# --- people beside the one who is followed ---


@pytest.fixture(scope="module")
def pair(clips: Path) -> NDArray[np.uint8]:
    """Two people who look into the camera."""
    return next(decoded(clips / "two_people_head_turn.gif")).image_bgr


def others_at(images: list[NDArray[np.uint8]], wanted: Callable[[int], bool], fps: float = 10.0) -> list[int]:
    """How many others are counted in each picture, by a finder that follows one face."""
    now = 0
    alone = AnalysisSettings(max_faces=1)
    counts = []
    with FaceFinder(LANDMARKER, settings=alone, spec=FER_SPEC, others_wanted=lambda: wanted(now)) as one_face:
        for now, image in enumerate(images):
            counts.append(one_face.find(frame_of(image, now / fps, now)).others)
    return counts


def test_whoever_follows_one_face_counts_the_others_only_while_that_is_wanted(
    pair: NDArray[np.uint8],
) -> None:
    assert others_at([pair] * 6, lambda now: 2 <= now < 4) == [0, 0, 1, 1, 0, 0]


def test_the_others_are_counted_twice_a_second(pair: NDArray[np.uint8], still: NDArray[np.uint8]) -> None:
    counts = others_at([pair, still, still, still, still, still, still], lambda _: True)
    assert [count > 0 for count in counts] == [True] * 5 + [False] * 2


def test_somebody_alone_has_nobody_beside(still: NDArray[np.uint8]) -> None:
    assert others_at([still] * 2, lambda _: True) == [0, 0]


def test_whoever_follows_several_faces_sees_the_others_anyway(pair: NDArray[np.uint8]) -> None:
    with FaceFinder(
        LANDMARKER, settings=AnalysisSettings(), spec=FER_SPEC, others_wanted=lambda: True
    ) as several:
        found = several.find(frame_of(pair))
    assert (len(found.faces), found.others) == (2, 0)

"""The overlay video: every frame at its time, with its readings drawn into a copy."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from femon.cli import main
from femon.cli.overlays import OVERLAY_FILE
from femon.emotions import EMOTIONS, UNCERTAIN
from femon.errors import SessionError
from femon.overlay_picture import draw_readings
from femon.overlay_video import OverlayVideo
from femon.recording.video_file import VideoFile
from femon.types import Face, Frame, Pose, Quality, Reading, Readings, SourceInfo, UncertainReason

GREY = 90
Picture = NDArray[np.uint8]


def info(*, stills: bool = False) -> SourceInfo:
    kind = "images" if stills else "file"
    return SourceInfo(kind, "clip.mp4", 320, 240, live=False, fps=None if stills else 25.0, stills=stills)


def picture(width: int = 320, height: int = 240) -> Picture:
    return np.full((height, width, 3), GREY, np.uint8)


def face_reading(
    box: tuple[float, float, float, float] = (100, 80, 90, 90),
    *,
    track: int = 1,
    uncertain: UncertainReason | None = None,
    reasons: tuple[str, ...] = (),
) -> Reading:
    empty = np.zeros((478, 3), np.float32)
    quality = Quality(0.1 if reasons else 0.9, reasons, 90.0, 120.0, 60.0)
    crop = np.zeros((48, 48), np.uint8)
    face = Face(track, box, empty, np.zeros(52, np.float32), Pose(0, 0, 0), quality, crop)
    shares = np.array([0.02, 0.03, 0.05, 0.7, 0.1, 0.06, 0.04], np.float32)
    smooth = None if uncertain == "low_quality" else shares
    label = UNCERTAIN if uncertain else EMOTIONS[3]
    return Reading(face, track == 1, shares, smooth, label, uncertain)


def readings(t: float, image: Picture, *faces: Reading) -> Readings:
    return Readings(Frame("clip.mp4", 0, t, None, t, image), faces)


def decoded(path: Path) -> tuple[list[float], list[Picture]]:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    return [float(f.time or 0.0) for f in frames], [f.to_ndarray(format="bgr24") for f in frames]


def written(path: Path, times: list[float], image: Picture) -> tuple[list[float], list[Picture]]:
    with OverlayVideo(path, info()) as video:
        for t in times:
            video.write(readings(t, image, face_reading()))
    return decoded(path)


def test_every_frame_comes_back_at_its_own_time(tmp_path: Path) -> None:
    times = [2.0, 2.04, 2.08, 2.2, 2.21, 3.0, 3.0333]
    seen, _ = written(tmp_path / "overlay.mp4", times, picture())
    assert seen == pytest.approx([t - times[0] for t in times], abs=1e-4)


def test_a_build_without_x264_writes_mpeg4(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(av, "codecs_available", av.codecs_available - {"libx264"})
    seen, images = written(tmp_path / "overlay.mp4", [0.0, 0.1, 0.15], picture())
    assert seen == pytest.approx([0.0, 0.1, 0.15], abs=1e-4)
    assert abs(int(images[0][20, 20, 0]) - GREY) < 8


def test_frames_of_equal_time_are_kept_in_order(tmp_path: Path) -> None:
    seen, _ = written(tmp_path / "overlay.mp4", [0.0, 0.04, 0.04, 0.08], picture())
    assert len(seen) == 4
    assert all(later > earlier for earlier, later in pairwise(seen))


@pytest.mark.parametrize(("width", "height"), [(321, 241), (320, 241), (321, 240), (320, 240)])
def test_odd_sizes_grow_by_one_px(tmp_path: Path, width: int, height: int) -> None:
    _, images = written(tmp_path / "overlay.mp4", [0.0, 0.04], picture(width, height))
    assert images[0].shape == (height + height % 2, width + width % 2, 3)


def test_colours_survive_the_encoding(tmp_path: Path) -> None:
    image = picture()
    image[:, 160:] = (40, 180, 220)
    _, images = written(tmp_path / "overlay.mp4", [0.0], image)
    assert np.abs(images[0][20, 300].astype(int) - image[20, 300]).max() <= 8


def test_a_picture_of_another_size_is_letterboxed(tmp_path: Path) -> None:
    with OverlayVideo(tmp_path / "overlay.mp4", info(stills=True)) as video:
        video.write(readings(0.0, picture(320, 240)))
        video.write(readings(1.0, picture(100, 300)))
    times, images = decoded(tmp_path / "overlay.mp4")
    assert times == pytest.approx([0.0, 1.0])
    assert images[1].shape == (240, 320, 3)
    assert images[1][120, 20].max() < 24
    assert abs(int(images[1][120, 160, 0]) - GREY) < 8


def test_drawing_leaves_the_frame_as_it_is() -> None:
    image = picture()
    image.flags.writeable = False
    drawn = draw_readings(readings(0.0, image, face_reading()), (320, 240))
    assert (image == GREY).all()
    assert not (drawn == image).all()


def test_a_label_has_its_colour_and_doubt_is_grey() -> None:
    happy = draw_readings(readings(0.0, picture(), face_reading()), (320, 240))
    doubt = face_reading(uncertain="low_quality", reasons=("dark",))
    grey = draw_readings(readings(0.0, picture(), doubt), (320, 240))
    assert happy[125, 98:103].tolist().count([0, 209, 224]) >= 1  # "#E0D100" as BGR
    saturation = grey.max(axis=2).astype(int) - grey.min(axis=2)
    assert saturation.max() == 0


@pytest.mark.parametrize("size", [(480, 270), (1920, 1080), (120, 90), (200, 900)])
def test_tags_and_bars_stay_in_the_picture_at_every_size(size: tuple[int, int]) -> None:
    width, height = size
    long = face_reading(
        (-0.2 * width, -0.1 * height, 0.5 * width, 0.4 * height),
        uncertain="low_quality",
        reasons=("small", "dark", "bright", "blurred", "turned", "partial"),
    )
    other = face_reading((0.9 * width, 0.8 * height, 0.4 * width, 0.4 * height), track=2)
    drawn = draw_readings(readings(0.0, picture(width, height), long, other), size)
    assert drawn.shape == (height, width, 3)
    white = (drawn == 255).all(axis=2)
    assert white.any()
    assert not white[:, :2].any()
    assert not white[:, -2:].any()


def test_a_picture_without_faces_is_drawn_unchanged() -> None:
    assert (draw_readings(readings(0.0, picture()), (320, 240)) == GREY).all()


def test_no_frame_makes_no_file(tmp_path: Path) -> None:
    assert not OverlayVideo(tmp_path / "overlay.mp4", info()).close()
    assert list(tmp_path.iterdir()) == []


def test_the_final_name_appears_only_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "overlay.mp4"
    video = OverlayVideo(path, info())
    video.write(readings(0.0, picture()))
    assert not path.exists()
    assert video.close()
    assert not video.close()
    assert [file.name for file in path.parent.iterdir()] == ["overlay.mp4"]


def test_an_exception_in_the_block_leaves_nothing(tmp_path: Path) -> None:
    with suppress(ZeroDivisionError), OverlayVideo(tmp_path / "overlay.mp4", info()) as video:
        video.write(readings(0.0, picture()))
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_told_to_the_user(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(SessionError, match="femon cannot write the overlay video"):
        OverlayVideo(tmp_path / "taken" / "overlay.mp4", info())


def test_a_target_that_cannot_be_replaced_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "overlay.mp4").mkdir()
    video = OverlayVideo(tmp_path / "overlay.mp4", info())
    video.write(readings(0.0, picture()))
    with pytest.raises(SessionError, match="Choose another folder"):
        video.close()
    assert [file.name for file in tmp_path.iterdir()] == ["overlay.mp4"]


def test_a_frame_that_cannot_be_encoded_ends_the_file(tmp_path: Path) -> None:
    video = OverlayVideo(tmp_path / "overlay.mp4", info())
    with pytest.raises(SessionError, match="femon cannot write the overlay video"):
        video.write(readings(0.0, picture(40_000, 2)))  # wider than H.264 allows
    assert not video.close()
    assert list(tmp_path.iterdir()) == []


# femon analyze --video-overlay


class FullDisk:
    """In place of a step of VideoFile: the disk is full at the first file's nth call of it."""

    def __init__(self, step: Any, calls: int) -> None:
        self.step, self.left = step, calls

    def __get__(self, file: VideoFile | None, owner: type) -> Any:
        def call(*arguments: object) -> object:
            self.left -= 1
            if self.left == 0:
                if self.step is CLOSE:
                    file.abandon()  # type: ignore[union-attr]
                raise OSError(28, "No space left on device")
            return self.step(file, *arguments)

        return call


CLOSE = VideoFile.close


@pytest.mark.parametrize("fault", [("write", 3, 3), ("close", 1, 23)])
def test_a_full_disk_costs_the_overlay_but_neither_the_session_nor_the_next_input(
    clips: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fault: tuple[str, int, int],
) -> None:
    step, calls, rows = fault
    monkeypatch.setattr(VideoFile, step, FullDisk(getattr(VideoFile, step), calls))
    inputs = [str(clips / name) for name in ("woman_turns_head.gif", "no_face.mp4")]
    out = tmp_path / "out"
    assert main(["analyze", *inputs, "--out", str(out), "--video-overlay", "--quiet"]) == 7
    told = capsys.readouterr()
    assert "femon cannot write the overlay video" in told.err
    assert "No space left on device" in told.err
    assert "Traceback" not in told.err
    first, second = (line.rpartition(" -> ")[2] for line in told.out.splitlines())
    assert {path.name for path in out.iterdir()} == {Path(first).name, Path(second).name}
    assert not (Path(first) / "overlay.mp4").exists()
    assert (Path(second) / "overlay.mp4").exists()
    assert len((Path(first) / "frames.csv").read_text().splitlines()) == rows + 1


def test_an_overlay_that_cannot_move_to_its_session_is_told_and_thrown_away(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    replace = Path.replace

    def refused(path: Path, target: Path) -> Path:
        if path.name.endswith(f".{OVERLAY_FILE}"):
            raise PermissionError(13, "Permission denied")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refused)
    clip = str(clips / "no_face.mp4")
    assert main(["analyze", clip, "--out", str(tmp_path), "--video-overlay", "--quiet"]) == 6
    assert "(Permission denied)" in capsys.readouterr().err
    (session,) = tmp_path.iterdir()
    assert "overlay.mp4" not in {path.name for path in session.iterdir()}

"""Folders of pictures and single pictures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from femon.camera.faults import EndsEarlyError
from femon.camera.pictures import PictureSource
from femon.errors import CameraError

# An EXIF block (JPEG marker APP1) with the one entry Orientation = 6: turn 90 degrees clockwise to show.
EXIF_TURNED = (
    b"\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08"
    b"\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
)


def never() -> bool:
    return False


def write(path: Path, grey: int, size: tuple[int, int] = (30, 40)) -> None:
    assert cv2.imwrite(str(path), np.full((*size, 3), grey, np.uint8))


def test_pictures_come_in_the_natural_order_of_their_names(tmp_path: Path) -> None:
    for name, grey in (("img10.png", 100), ("img2.png", 20), ("IMG1.png", 10), ("cover.png", 1)):
        write(tmp_path / name, grey)
    (tmp_path / "notes.txt").write_text("not a picture")
    source = PictureSource(tmp_path)
    frames = list(source.frames(never))
    assert [int(frame.image_bgr[0, 0, 0]) for frame in frames] == [1, 10, 20, 100]
    assert [frame.t for frame in frames] == [0.0, 1.0, 2.0, 3.0]
    assert {frame.media_t for frame in frames} == {None}
    assert source.info.kind == "images"
    assert source.info.stills
    assert source.info.frame_count == 4


def test_pictures_may_differ_in_size(tmp_path: Path) -> None:
    write(tmp_path / "a.png", 1, (30, 40))
    write(tmp_path / "b.jpg", 1, (20, 10))
    write(tmp_path / "c.bmp", 1, (5, 7))
    write(tmp_path / "d.webp", 1, (9, 8))
    source = PictureSource(tmp_path)
    shapes = [frame.image_bgr.shape for frame in source.frames(never)]
    assert shapes == [(30, 40, 3), (20, 10, 3), (5, 7, 3), (9, 8, 3)]
    assert (source.info.width, source.info.height) == (40, 30)


@pytest.mark.parametrize(
    "stored",
    [
        np.full((6, 8), 120, np.uint8),
        np.full((6, 8), 120 * 257, np.uint16),
        np.full((6, 8, 3), 120 * 257, np.uint16),
        np.dstack([np.full((6, 8, 3), 120, np.uint8), np.zeros((6, 8), np.uint8)]),
    ],
    ids=["grey", "grey 16 bit", "colour 16 bit", "transparent"],
)
def test_every_kind_of_pixel_becomes_bgr_bytes(tmp_path: Path, stored: np.ndarray) -> None:
    path = tmp_path / "a.png"
    assert cv2.imwrite(str(path), stored)
    (frame,) = PictureSource(path).frames(never)
    assert frame.image_bgr.dtype == np.uint8
    assert frame.image_bgr.shape == (6, 8, 3)
    assert np.abs(frame.image_bgr.astype(int) - 120).max() <= 1


def test_the_orientation_mark_of_a_photograph_is_applied(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    write(path, 50, (16, 32))
    stored = path.read_bytes()
    path.write_bytes(stored[:2] + EXIF_TURNED + stored[2:])
    source = PictureSource(path)
    assert (source.info.width, source.info.height) == (16, 32)


def test_a_single_picture_is_a_source_of_one_frame(tmp_path: Path) -> None:
    write(tmp_path / "face.png", 9)
    source = PictureSource(tmp_path / "face.png")
    assert len(list(source.frames(never))) == 1
    assert source.info.name == "face.png"
    assert source.info.stills


def test_a_folder_of_videos_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "talk.mp4").write_bytes(b"")
    with pytest.raises(CameraError, match=r"has no pictures .* It has videos: open one of them\."):
        PictureSource(tmp_path)


def test_a_folder_without_pictures_says_what_it_looked_for(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("words")
    with pytest.raises(CameraError, match=r"has no pictures femon can read \(png, jpg, jpeg, bmp, webp\)"):
        PictureSource(tmp_path)


def test_a_file_that_is_no_picture_is_named_before_anything_is_read(tmp_path: Path) -> None:
    write(tmp_path / "a.png", 1)
    (tmp_path / "b.png").write_text("words")
    with pytest.raises(CameraError) as caught:
        PictureSource(tmp_path)
    sentence = "'b.png' cannot be read as video or picture (it is not a picture). Nothing was written for it."
    assert str(caught.value) == sentence


def test_a_damaged_first_picture_is_refused_on_opening(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG and then nothing")
    with pytest.raises(CameraError, match="the picture is damaged"):
        PictureSource(tmp_path)


def test_a_damaged_later_picture_ends_the_run_and_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a.png", 1)
    (tmp_path / "b.png").write_bytes(b"\x89PNG and then nothing")
    write(tmp_path / "c.png", 1)
    frames = PictureSource(tmp_path).frames(never)
    assert next(frames).index == 0
    with pytest.raises(EndsEarlyError) as caught:
        next(frames)
    sentence = f"'{tmp_path.name}' ended at picture 2 (b.png is damaged) of 3. "
    assert str(caught.value) == sentence + "The 1 frames before that are complete."


def test_a_folder_that_may_not_be_read_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", forbidden)
    with pytest.raises(CameraError, match=r"cannot be read as video or picture \(Permission denied\)"):
        PictureSource(tmp_path)

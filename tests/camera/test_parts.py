"""Excerpts: the very frames that reading the whole source gives, with the same numbers, times and pixels."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from femon.camera import open_source
from femon.camera.seeking import begun_before
from femon.camera.survey import survey
from femon.errors import CameraError, SettingsError
from femon.settings import CameraSettings
from femon.types import Excerpt, Frame, SourceInfo

WriteClip = Callable[..., Path]
LENGTH = 100  # frames at 25 per second, a key frame at every twelfth


def read(spec: Path | str, excerpt: Excerpt | None = None) -> tuple[list[Frame], SourceInfo]:
    with closing(open_source(str(spec), CameraSettings(), excerpt=excerpt)) as source:
        return [item for item in source.frames(lambda: False) if isinstance(item, Frame)], source.info


def same(one: list[Frame], other: list[Frame]) -> bool:
    times = [[(frame.index, frame.t, frame.media_t) for frame in frames] for frames in (one, other)]
    pixels = zip(one, other, strict=True)
    return times[0] == times[1] and all(np.array_equal(a.image_bgr, b.image_bgr) for a, b in pixels)


@pytest.mark.parametrize(
    ("name", "codec", "b_frames"),
    [
        ("a.mp4", "libx264", 2),
        ("a.mp4", "mpeg4", 0),
        ("a.mov", "mjpeg", 0),
        ("a.mkv", "libx264", 2),
        ("a.webm", "libvpx", 0),
        ("a.avi", "mpeg4", 0),
        ("a.gif", "gif", 0),
        ("a.ts", "libx264", 2),
        ("raw.h264", "libx264", 2),
    ],
)
def test_an_excerpt_of_a_video_is_what_the_whole_gives(
    write_clip: WriteClip, name: str, codec: str, b_frames: int
) -> None:
    path = write_clip(name, codec=codec, b_frames=b_frames, pts=range(LENGTH))
    whole, _ = read(path)
    for excerpt in (Excerpt(every=7), Excerpt(start_s=2.62), Excerpt(3, 1.0, 3.5), Excerpt(end_s=0.5)):
        found, info = read(path, excerpt)
        expected = [frame for frame in whole if excerpt.takes(frame.index, frame.t)]
        assert len(expected) > 5
        assert same(found, expected)
        assert info.excerpt == excerpt
        assert info.frame_count == len(expected)
        assert info.fps == pytest.approx(25 / excerpt.every)


def test_an_excerpt_of_a_real_clip_is_what_the_whole_gives(clips: Path) -> None:
    for name in ("single_face.mp4", "face_noface.mov", "woman_turns_head.gif"):
        whole, _ = read(clips / name)
        excerpt = Excerpt(every=2, start_s=whole[-1].t / 2, end_s=whole[-1].t)
        found, _ = read(clips / name, excerpt)
        assert same(found, [frame for frame in whole if excerpt.takes(frame.index, frame.t)])


def test_times_that_vary_decide_what_is_taken_and_not_the_frame_rate(write_clip: WriteClip) -> None:
    stamps = [0, 2, 3, 30, 31, 90, 91, 92, 200, 201]
    path = write_clip("a.mkv", pts=stamps)
    assert [frame.index for frame in read(path, Excerpt(start_s=1.2, end_s=3.68))[0]] == [3, 4, 5, 6]
    assert [frame.index for frame in read(path, Excerpt(start_s=1.24, end_s=3.69))[0]] == [4, 5, 6, 7]


def test_parts_that_follow_each_other_make_up_the_whole(write_clip: WriteClip) -> None:
    path = write_clip("a.ts", codec="libx264", b_frames=2, pts=range(LENGTH))
    parts = [(0.0, 0.56), (0.56, 2.0), (2.0, None)]
    numbers = [frame.index for start, end in parts for frame in read(path, Excerpt(3, start, end))[0]]
    assert numbers == list(range(0, LENGTH, 3))


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "libx264"), ("a.mkv", "mpeg4"), ("a.ts", "libx264")])
def test_what_lies_before_a_late_start_is_not_decoded(write_clip: WriteClip, name: str, codec: str) -> None:
    path = write_clip(name, codec=codec, pts=range(LENGTH))
    with av.open(str(path)) as container:
        first = next(container.decode(video=0))
    begun = begun_before(path, survey(path), first, 3.0)
    assert begun is not None
    assert 40 <= begun.index <= 75
    begun.container.close()


@pytest.mark.parametrize(("name", "codec"), [("a.gif", "gif"), ("raw.h264", "libx264"), ("a.webm", "libvpx")])
def test_a_file_whose_middle_is_not_sure_to_be_the_same_is_read_from_its_start(
    write_clip: WriteClip, name: str, codec: str
) -> None:
    path = write_clip(name, codec=codec, pts=range(LENGTH))
    with av.open(str(path)) as container:
        first = next(container.decode(video=0))
    assert begun_before(path, survey(path), first, 3.0) is None


def test_a_cut_file_gives_the_same_frames_and_the_same_end(write_clip: WriteClip) -> None:
    path = write_clip("cut.mp4", codec="mjpeg", pts=range(60), options={"movflags": "faststart"})
    stored = path.read_bytes()
    path.write_bytes(stored[: int(0.6 * len(stored))])
    with closing(open_source(str(path), CameraSettings(), excerpt=Excerpt(every=2))) as source:
        frames = source.frames(lambda: False)
        numbers = []
        with pytest.raises(CameraError, match=r"ended at 1\.\d s of 2\.4 s. The \d+ frames before"):
            numbers.extend(frame.index for frame in frames)
    assert len(numbers) > 10
    assert numbers == list(range(0, 2 * len(numbers), 2))
    inside = read(path, Excerpt(end_s=0.4))[0]
    assert len(inside) == 10  # the missing end does not matter to it


@pytest.mark.parametrize("name", ["a.mp4", "a.gif"])
@pytest.mark.parametrize("excerpt", [Excerpt(start_s=60.0), Excerpt(start_s=1.01, end_s=1.02)])
def test_an_excerpt_without_a_frame_is_refused_on_opening(
    write_clip: WriteClip, name: str, excerpt: Excerpt
) -> None:
    path = write_clip(name, codec="gif" if name.endswith("gif") else "mpeg4", pts=range(LENGTH))
    with pytest.raises(CameraError, match=f"'{name}' has no frame to take from .* 4.0 s long"):
        open_source(str(path), CameraSettings(), excerpt=excerpt)


def test_a_promised_frame_that_does_not_decode_is_no_silent_success(write_clip: WriteClip) -> None:
    path = write_clip("scratch.mp4", codec="mjpeg")
    with av.open(str(path)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    stored = bytearray(path.read_bytes())
    for at, size in places[10:12]:
        assert at is not None
        stored[at : at + size] = bytes(size)
    path.write_bytes(stored)
    with pytest.raises(CameraError, match=r"has no frame to take from 0\.4 s to 0\.44 s"):
        read(path, Excerpt(start_s=0.4, end_s=0.44))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "faces"
    folder.mkdir()
    for number in range(10):
        cv2.imwrite(str(folder / f"{number}.png"), np.full((4, 4, 3), number, np.uint8))
    return folder


def test_pictures_are_a_second_apart_and_the_others_are_not_even_looked_at(pictures: Path) -> None:
    (pictures / "4.png").write_bytes(b"damaged")
    frames, info = read(pictures, Excerpt(every=3, start_s=1.0, end_s=9.0))
    assert [(frame.index, frame.t, frame.image_bgr[0, 0, 0]) for frame in frames] == [
        (3, 3.0, 3),
        (6, 6.0, 6),
    ]
    assert info.frame_count == 2


def test_a_folder_with_fewer_pictures_is_told(pictures: Path) -> None:
    with pytest.raises(CameraError, match=r"'faces' has no frame to take from 10 s on.*10 pictures"):
        read(pictures, Excerpt(start_s=10.0))


def test_pictures_have_no_time_of_day(pictures: Path) -> None:
    with pytest.raises(SettingsError, match="--start-utc"):
        read(pictures, Excerpt(start_utc=datetime(2026, 3, 14, tzinfo=UTC)))


def test_the_demo_has_excerpts_too() -> None:
    frames, info = read("demo", Excerpt(every=50, start_s=5.0, end_s=10.0))
    assert [frame.index for frame in frames] == [150, 200, 250]
    assert (info.frame_count, info.fps) == (3, 0.6)
    with pytest.raises(CameraError, match="has no frame to take from 21 s on"):
        read("demo", Excerpt(start_s=21.0))


@pytest.mark.parametrize("spec", ["0", "rtsp://cam/live", "Logi C920"])
def test_what_runs_live_has_no_excerpt(spec: str) -> None:
    with pytest.raises(SettingsError, match="is not a file"):
        open_source(spec, CameraSettings(), excerpt=Excerpt(every=2))

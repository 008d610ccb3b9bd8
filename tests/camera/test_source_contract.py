"""The contract of every source that needs no camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from femon.camera import open_source
from femon.settings import CameraSettings
from femon.types import Frame, Source

FRAMES = 12  # how many are looked at; the demo has 600


@pytest.fixture(params=["video", "gif", "pictures", "picture", "demo"])
def spec(request: pytest.FixtureRequest, tmp_path: Path, write_clip: Callable[..., Path]) -> str:
    if request.param == "video":
        return str(write_clip("talk.mp4", pts=range(FRAMES)))
    if request.param == "gif":
        return str(write_clip("talk.gif", codec="gif", pts=range(FRAMES)))
    if request.param == "demo":
        return "demo"
    for number in range(FRAMES):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((8, 8), number, np.uint16))
    return str(tmp_path / "3.png" if request.param == "picture" else tmp_path)


@pytest.fixture
def source(spec: str) -> Iterator[Source]:
    source = open_source(spec, CameraSettings())
    yield source
    source.close()


def frames_of(source: Source, count: int = FRAMES) -> list[Frame]:
    frames = list(islice(source.frames(lambda: False), count))
    assert all(isinstance(frame, Frame) for frame in frames)
    return [frame for frame in frames if isinstance(frame, Frame)]


def test_frames_count_from_zero_without_gaps(source: Source) -> None:
    frames = frames_of(source)
    assert [frame.index for frame in frames] == list(range(len(frames)))
    assert len(frames) == min(FRAMES, source.info.frame_count or FRAMES)


def test_time_starts_at_zero_and_increases(source: Source) -> None:
    times = [frame.t for frame in frames_of(source)]
    assert times[0] == 0.0
    assert all(later > earlier for earlier, later in pairwise(times))


def test_images_are_contiguous_bgr_bytes_of_the_stated_size(source: Source) -> None:
    for frame in frames_of(source):
        assert frame.image_bgr.dtype == np.uint8
        assert frame.image_bgr.shape == (source.info.height, source.info.width, 3)
        assert frame.image_bgr.flags.c_contiguous


def test_frames_keep_their_pixels_while_the_next_ones_are_read(source: Source) -> None:
    frames = source.frames(lambda: False)
    first = next(frames)
    assert isinstance(first, Frame)
    copy = first.image_bgr.copy()
    list(islice(frames, FRAMES))
    assert np.array_equal(first.image_bgr, copy)


def test_frames_name_their_source_and_files_have_no_wall_clock(source: Source) -> None:
    for frame in frames_of(source):
        assert frame.source
        assert frame.utc is None
    assert not source.info.live


def test_a_stop_request_ends_the_iteration(source: Source) -> None:
    seen: list[object] = []
    for frame in source.frames(lambda: len(seen) >= 1):
        seen.append(frame)
    assert len(seen) == 1


def test_closing_twice_is_safe_even_in_the_middle(source: Source) -> None:
    next(source.frames(lambda: False))
    source.close()
    source.close()

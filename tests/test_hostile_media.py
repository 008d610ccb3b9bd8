"""Video files, pictures and settings that somebody damaged: each ends in frames or in a sentence."""

from __future__ import annotations

import io
import json
import struct
import sys
import zlib
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

import femon
import hostile
from femon.camera import open_source
from femon.cli import main
from femon.errors import CameraError
from femon.settings import CameraSettings, Settings, load_settings, save_settings

PORTRAIT = Path(femon.__file__).parent / "camera" / "assets" / "astronaut.jpg"
VIDEOS = {
    "talk.mp4": ("mpeg4", {"movflags": "faststart"}),
    "talk.mkv": ("mpeg4", {}),
    "talk.avi": ("mjpeg", {}),
    "talk.webm": ("libvpx", {}),
    "talk.ts": ("mpeg2video", {}),
}
PICTURES = (".jpg", ".png", ".webp", ".bmp")
CASES = 5  # for each kind of file in the suite
needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")


def video(path: Path) -> Path:
    codec, options = VIDEOS[path.name]
    image = cv2.resize(cv2.imread(str(PORTRAIT)), (160, 120))
    with av.open(str(path), "w", options=options) as container:
        stream: Any = container.add_stream(codec, rate=25)
        stream.width, stream.height = 160, 120
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for shift in range(20):
            picture = av.VideoFrame.from_ndarray(np.roll(image, shift * 2, axis=1), format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def picture(path: Path) -> Path:
    image = cv2.resize(cv2.imread(str(PORTRAIT)), (160, 120))
    path.write_bytes(cv2.imencode(path.suffix, image)[1].tobytes())
    return path


def survived(found: list[hostile.Fate]) -> Counter[str]:
    bad = [fate for fate in found if fate.outcome not in ("fine", "refused")]
    assert not bad
    return Counter(fate.outcome for fate in found)


@needs_fork
def test_a_damaged_video_ends_in_frames_or_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "tries").mkdir()
    bases = [video(tmp_path / name) for name in VIDEOS]
    number = hostile.count(CASES, share=0.05 / len(bases))
    assert survived(hostile.fates("source", bases, tmp_path / "tries", number))


@needs_fork
def test_a_damaged_picture_ends_in_pixels_or_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "tries").mkdir()
    bases = [picture(tmp_path / f"face{suffix}") for suffix in PICTURES]
    number = hostile.count(CASES, share=0.05 / len(bases))
    assert survived(hostile.fates("source", bases, tmp_path / "tries", number))


@needs_fork
def test_a_clip_of_the_test_data_survives_accidents_too(clips: Path, tmp_path: Path) -> None:
    number = hostile.count(2, share=0.02)
    assert survived(hostile.fates("source", [clips / "blinking_4.mp4"], tmp_path, number))


def test_a_video_of_an_unknown_codec_is_a_sentence(tmp_path: Path) -> None:
    path = video(tmp_path / "talk.avi")
    path.write_bytes(path.read_bytes().replace(b"MJPG", b"ZZZZ"))
    with pytest.raises(CameraError, match="its codec is not supported"):
        open_source(str(path), CameraSettings())


def test_a_video_with_names_in_another_encoding_plays(tmp_path: Path) -> None:
    path = video(tmp_path / "talk.webm")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Lavf", b"La\xfcf"))
    assert b"Lavf" in content
    source = open_source(str(path), CameraSettings())
    assert sum(1 for _ in source.frames(lambda: False)) == 20
    source.close()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (0, 0)])
def test_a_picture_that_claims_too_many_pixels_is_a_sentence(tmp_path: Path, size: tuple[int, int]) -> None:
    header = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    bomb = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(1000))) + _chunk(b"IEND", b"")
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bomb)
    with pytest.raises(CameraError, match="the picture is damaged"):
        open_source(str(tmp_path / "bomb.png"), CameraSettings())


def test_damaged_settings_always_give_settings_in_their_ranges(tmp_path: Path) -> None:
    whole = {
        "model": "femon-small",
        "sessions": str(tmp_path),
        "camera": {"width": 640, "fps": 15.0},
        "analysis": {"max_faces": 2, "half_life_s": 0.5, "low_prob": None},
        "modes": {"fatigue": True},
        "display": {"theme": "dark", "mirror": False},
    }
    path = tmp_path / "settings.json"
    for chance in hostile.cases(150, share=0.18):
        path.write_bytes(hostile.table_bytes(whole, chance))
        settings, _ = load_settings(path)
        assert isinstance(settings, Settings)
        assert 1 <= settings.analysis.max_faces <= 4
        assert 0 <= settings.analysis.half_life_s <= 2
        again = tmp_path / "again.json"
        save_settings(settings, again)
        assert load_settings(again) == (settings, ())


@pytest.mark.parametrize(
    "content", [b"", b"\xff" * 100, b"[" * 100_000, b'{"model": "\\ud800"}', json.dumps([]).encode()]
)
def test_damaged_settings_never_stop_a_command(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as errors:
        assert main(["models", "--settings", str(path)]) == 0
    assert "settings.json" in errors.getvalue()

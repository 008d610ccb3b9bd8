"""What the camera tests share: small clips written on the spot, and clocks that move only when asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

WIDTH, HEIGHT = 64, 48
WriteClip = Callable[..., Path]


@dataclass
class FakeClocks:
    """A monotonic clock and a wall clock that move together, by wait() or by hand."""

    t: float = 100.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.t

    def utc(self) -> datetime:
        return datetime(2026, 3, 14, tzinfo=UTC) + timedelta(seconds=self.t)

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.t += seconds


@pytest.fixture
def clocks() -> FakeClocks:
    return FakeClocks()


def picture(number: int) -> np.ndarray:
    """A marked picture: white top left corner, grey level by number on the right, noise below."""
    image = np.random.default_rng(number).integers(0, 80, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    image[: HEIGHT // 3, : WIDTH // 3] = 255
    image[:, -8:] = min(10 * number, 250)
    return image


@pytest.fixture
def write_clip(tmp_path: Path) -> WriteClip:
    """write(name, codec=..., pts=[...], ...) -> path; pts count `unit` seconds."""

    def write(
        name: str,
        *,
        codec: str = "mpeg4",
        pts: Sequence[int] = range(20),
        unit: Fraction = Fraction(1, 25),
        rotation: int | None = None,
        mirrored: bool = False,
        aspect: Fraction | None = None,
        b_frames: int = 0,
        options: dict[str, str] | None = None,
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w", options=options or {}) as container:
            stream = container.add_stream(codec, rate=25)
            assert isinstance(stream, av.VideoStream)
            stream.width, stream.height = WIDTH, HEIGHT
            stream.pix_fmt = {"mjpeg": "yuvj420p", "gif": "rgb8"}.get(codec, "yuv420p")
            stream.codec_context.time_base, stream.bit_rate = unit, 4_000_000
            stream.codec_context.max_b_frames = b_frames
            if aspect is not None:
                stream.codec_context.sample_aspect_ratio = aspect
            if rotation is not None:
                stream.set_display_rotation(rotation, hflip=mirrored)
            for number, stamp in enumerate(pts):
                frame = av.VideoFrame.from_ndarray(picture(number), format="bgr24")
                frame.pts, frame.time_base = stamp, unit
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return write

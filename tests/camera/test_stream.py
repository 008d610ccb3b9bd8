"""Network streams, played here from small files: losses, reconnection and what people are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import pytest
from av.container import InputContainer
from av.error import ConnectionRefusedError as Refused
from av.error import ExitError, FFmpegError, HTTPUnauthorizedError

from femon.camera.stream import StreamSource
from femon.errors import CameraError
from femon.settings import CameraSettings
from femon.types import Frame, Lost

URL = "rtsp://user:secret@cam.local:554/live?token=abc"


class Network:
    """Serves a file as a stream; while `down`, connecting raises the given error after `takes_s`."""

    def __init__(self, path: Path, clocks) -> None:
        self.path, self.clocks = path, clocks
        self.down: FFmpegError | None = None
        self.takes_s = 0.0
        self.limits: list[float] = []

    def connect(self, url: str, limit_s: float) -> InputContainer:
        self.limits.append(limit_s)
        self.clocks.t += self.takes_s
        if self.down is not None:
            raise self.down
        return av.open(str(self.path))


@pytest.fixture
def network(write_clip: Callable[..., Path], clocks) -> Network:
    return Network(write_clip("live.mkv", pts=range(5)), clocks)


def play(network: Network, url: str = URL) -> StreamSource:
    clocks = network.clocks
    return StreamSource(
        url, CameraSettings(), clock=clocks.now, utc=clocks.utc, wait=clocks.wait, connect=network.connect
    )


def test_frames_carry_the_time_of_the_grab(network: Network) -> None:
    source = play(network)
    frame = next(source.frames(lambda: False))
    source.close()
    assert isinstance(frame, Frame)
    assert (frame.index, frame.t, frame.media_t) == (0, 100.0, None)
    assert frame.utc == network.clocks.utc()
    assert source.info.live
    assert source.info.kind == "url"
    assert (source.info.width, source.info.height) == (64, 48)


def test_user_password_and_query_of_the_address_are_never_shown(network: Network) -> None:
    source = play(network)
    source.close()
    assert source.info.name == "rtsp://cam.local:554/live"
    network.down = HTTPUnauthorizedError(401, "Unauthorized", URL)
    with pytest.raises(CameraError) as caught:
        play(network)
    assert "secret" not in str(caught.value)
    assert caught.value.why == "forbidden"


def test_a_stream_that_ends_is_lost_and_reconnected(network: Network) -> None:
    source = play(network)
    stream = source.frames(lambda: network.clocks.t > 120)
    first = [next(stream) for _ in range(5)]
    network.down = Refused(111, "Connection refused", URL)
    lost = [next(stream) for _ in range(3)]
    assert all(isinstance(item, Lost) and item.why == "stalled" for item in lost)
    assert [item.t for item in lost] == pytest.approx([100.0, 101.0, 102.0])
    network.down = None
    back = next(item for item in stream if isinstance(item, Frame))
    assert [item.index for item in first if isinstance(item, Frame)] == list(range(5))
    assert back.index == 5
    assert back.t > lost[-1].t
    source.close()


def test_attempts_to_reconnect_get_more_time_each_up_to_the_setting(network: Network) -> None:
    source = play(network)
    network.down, network.takes_s = ExitError(1, "Immediate exit requested", URL), 2.0
    list(source.frames(lambda: network.clocks.t > 150))
    assert network.limits[:5] == [10.0, 2.0, 4.0, 8.0, 10.0]
    source.close()


def test_a_stream_that_comes_back_after_minutes_is_played_again_within_three_seconds(
    network: Network,
) -> None:
    source = play(network)
    stream = source.frames(lambda: False)
    network.down = Refused(111, "Connection refused", URL)
    while network.clocks.t < 400.0:
        last = next(stream)
    assert isinstance(last, Lost)
    network.down = None
    back = next(item for item in stream if isinstance(item, Frame))
    assert back.t <= network.clocks.t <= last.t + 3.0
    source.close()


def test_closing_ends_the_iteration_without_another_connection(network: Network) -> None:
    source = play(network)
    stream = source.frames(lambda: False)
    next(stream)
    source.close()
    source.close()
    assert list(stream) == []
    assert len(network.limits) == 1


@pytest.mark.parametrize(
    ("error", "why", "text"),
    [
        (
            ExitError(1, "Immediate exit requested", URL),
            "slow",
            "'rtsp://cam.local:554/live' has not answered for 10 s (tried: FFmpeg).",
        ),
        (
            Refused(111, "Connection refused", URL),
            "missing",
            "'rtsp://cam.local:554/live' cannot be played (connection refused). "
            "Check the address and the network.",
        ),
    ],
)
def test_a_failed_first_connection_says_what_to_check(
    network: Network, error: FFmpegError, why: str, text: str
) -> None:
    network.down = error
    with pytest.raises(CameraError) as caught:
        play(network)
    assert (caught.value.why, str(caught.value)) == (why, text)


@pytest.mark.parametrize("address", ["http://u:secret@host/talk.mp4", "https://host/vod.m3u8?key=secret"])
def test_the_web_address_of_a_recording_is_refused(network: Network, address: str) -> None:
    with pytest.raises(CameraError, match="is a recording, not a live stream") as caught:
        play(network, address)
    assert "secret" not in str(caught.value)
    assert caught.value.why == "unreadable"


def test_an_address_without_video_is_refused(network: Network, tmp_path: Path) -> None:
    network.path = tmp_path / "words.lrc"
    network.path.write_text("[00:01.00]sung\n[00:02.00]words\n")
    with pytest.raises(CameraError, match="it carries no video") as caught:
        play(network)
    assert caught.value.why == "unreadable"

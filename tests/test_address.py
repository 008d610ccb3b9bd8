"""How sources are named in what is printed: no password of an address, however it is written."""

from __future__ import annotations

import pytest

from femon.address import shown, shown_name
from femon.camera import open_source
from femon.errors import SettingsError
from femon.settings import CameraSettings
from femon.types import Excerpt


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("rtsp://user:secret@cam.local:554/live?token=secret", "rtsp://cam.local:554/live"),
        ("rtsp://user:secret@cam", "rtsp://cam"),
        ("http://[::1]:8080/video.mjpg#secret", "http://[::1]:8080/video.mjpg"),
        ("https://host/@name/live", "https://host/@name/live"),
        ("rtsp://user:se/cret@cam/live", "rtsp://..."),
        ("rtsp://user:se#cret@cam/live", "rtsp://..."),
        ("rtsp://user:se?cret@cam/live", "rtsp://..."),
        ("rtsp://user:secret@[cam/live", "rtsp://..."),
    ],
)
def test_an_address_is_shown_without_user_password_and_query(address: str, public: str) -> None:
    assert shown(address) == shown_name(address) == public


def test_whatever_is_no_address_is_shown_as_it_is_and_named_by_its_last_part() -> None:
    assert shown("day2/talk.mp4") == "day2/talk.mp4"
    assert shown_name("day2/talk.mp4") == "talk.mp4"
    assert [shown_name(spec) for spec in ("0", "Logi C920", "/")] == ["Camera 0", "Logi C920", "/"]


def test_a_part_of_a_stream_is_refused_without_telling_its_password() -> None:
    with pytest.raises(SettingsError, match="'rtsp://cam/live' is not a file"):
        open_source("rtsp://user:secret@cam/live?token=secret", CameraSettings(), excerpt=Excerpt(5))

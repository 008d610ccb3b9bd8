"""Which sources can be watched together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from femon.address import device_number
from femon.errors import SettingsError

MOST_SOURCES: Final = 4  # each has a landmarker of its own: about half a core at 30 frames per second


def check_sources(sources: Sequence[str]) -> None:
    """Raise SettingsError for more sources than can be watched, or a camera that is named twice.

    A file may be given twice: nobody holds it alone.
    """
    if len(sources) > MOST_SOURCES:
        raise SettingsError(
            f"At most {MOST_SOURCES} sources can be watched together, not {len(sources)}. Leave some out."
        )
    numbers = [camera_number(source) for source in sources] if len(sources) > 1 else []
    known = [number for number in numbers if number is not None]
    twice = next((number for number in known if known.count(number) > 1), None)
    if twice is not None:
        raise SettingsError(f"Camera {twice} is named twice. A camera can be opened once: name another one.")


def camera_number(source: str) -> int | None:
    """The number of the camera that a spec names; None for what is no camera or not known by now."""
    number = device_number(source)
    if number is not None:
        return number
    from femon.camera.devices import known_cameras  # its package loads cv2

    return next((camera.index for camera in known_cameras() if camera.name == source), None)

"""PictureSource: a folder of unrelated pictures, or a single one, as frames."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from femon.camera.faults import ends_early, missing_file, nothing_to_take, unreadable
from femon.errors import CameraError
from femon.source_content import files_of, videos_in
from femon.types import Excerpt, Frame, SourceInfo

# The first bytes of PNG (RFC 2083), JPEG (ITU-T T.81), BMP and RIFF (the container of WebP) files.
_SIGNATURES: Final = (b"\x89PNG", b"\xff\xd8", b"BM", b"RIFF")


class PictureSource:
    """The pictures of `path` in natural order of their names (img2 before img10), as BGR uint8 of any size.

    Grey, 16-bit and transparent pictures are converted and a camera's orientation mark is applied. The
    signature of every file that is taken is checked on opening. Raises CameraError: nothing there, no picture
    in the folder, none that is taken, a file that is not a picture; and EndsEarlyError from frames() at a
    picture that is damaged further inside.
    """

    def __init__(self, path: Path, excerpt: Excerpt | None = None) -> None:
        if not path.exists():
            raise missing_file(path)
        self._paths = _taken(path, excerpt or Excerpt())
        for picture in self._paths.values():
            _check_signature(picture)
        one = next(iter(self._paths.values()))
        first = _read(one)
        if first is None:
            raise unreadable(one, "the picture is damaged")
        self._closed = False
        self.info = SourceInfo(
            kind="images",
            name=path.name or str(path),
            width=first.shape[1],
            height=first.shape[0],
            live=False,
            frame_count=len(self._paths),
            path=path,
            stills=True,
            excerpt=excerpt,
        )

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame]:
        """One frame per picture; its time is its number."""
        for count, (index, path) in enumerate(self._paths.items()):
            if self._closed or stopped():
                return
            image = _read(path)
            if image is None:
                place = f"picture {index + 1} ({path.name} is damaged)"
                raise ends_early(self.info.name, place, str(len(self._paths)), count)
            yield Frame(self.info.name, index, float(index), None, None, image)

    def close(self) -> None:
        """Nothing stays open between pictures; iteration ends."""
        self._closed = True


def _taken(path: Path, excerpt: Excerpt) -> dict[int, Path]:
    """The pictures of an excerpt by their numbers; raises CameraError when there is none."""
    pictures = _pictures_of(path)
    taken = {index: one for index, one in enumerate(pictures) if excerpt.takes(index, float(index))}
    if not taken:
        raise nothing_to_take(path.name, excerpt, f"{len(pictures)} pictures, a second each,")
    return taken


def _pictures_of(path: Path) -> list[Path]:
    try:
        found = files_of(path)
    except OSError as error:
        raise unreadable(path, error.strerror or "it cannot be opened") from error
    if not found:
        formats = "png, jpg, jpeg, bmp, webp"
        hint = " It has videos: open one of them." if videos_in(path) else ""
        raise CameraError(
            f"The folder '{path.name or path}' has no pictures femon can read ({formats}).{hint}"
        )
    return sorted(found, key=_natural)


def _natural(path: Path) -> tuple[list[str | int], str]:
    parts = re.split(r"(\d+)", path.name.casefold())
    return [int(part) if number % 2 else part for number, part in enumerate(parts)], path.name


def _check_signature(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise unreadable(path, error.strerror or "it cannot be opened") from error
    if not start.startswith(_SIGNATURES):
        raise unreadable(path, "it is not a picture")


def _read(path: Path) -> NDArray[np.uint8] | None:
    # cv2.imread cannot open every path on Windows, so the bytes are read here.
    try:
        stored = np.fromfile(path, dtype=np.uint8)
    except OSError:
        return None
    try:
        image = cv2.imdecode(stored, cv2.IMREAD_COLOR) if stored.size else None
    except cv2.error:  # more pixels than OpenCV lets a picture have, by its own header
        return None
    return None if image is None else np.ascontiguousarray(image, dtype=np.uint8)

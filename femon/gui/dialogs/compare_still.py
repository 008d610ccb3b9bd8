"""Where a still picture can come from: a file, the clipboard, a drop, a frame of the video."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from femon.gui.dialogs.compare_work import Still
from femon.types import Frame

PICTURES: Final = "Pictures (*.png *.jpg *.jpeg *.bmp *.webp);;All files (*)"


def still_from_path(path: Path) -> Still:
    """A picture file; it is read when the comparison starts."""

    def read() -> NDArray[np.uint8]:
        from femon.comparison import read_picture  # loads cv2, so not on the GUI thread

        return read_picture(path)

    return Still(path.name or str(path), read)


def still_from_frame(frame: Frame) -> Still:
    """A frame of the video, unmirrored as it was captured."""
    return Still(f"{frame.source}, frame {frame.index}", lambda: frame.image_bgr)


def still_from_mime(data: QMimeData) -> Still | None:
    """What was pasted or dropped: a picture, or the first of some files; None for anything else."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if paths:
        return still_from_path(paths[0])
    image = data.imageData() if data.hasImage() else None
    if not isinstance(image, QImage) or image.isNull():
        return None
    return Still("pasted picture", lambda: pixels_of(image))


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """An image as BGR (h, w, 3) uint8; what is transparent becomes black."""
    plain = image.convertToFormat(QImage.Format.Format_BGR888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return np.ascontiguousarray(rows[:, : 3 * plain.width()]).reshape(plain.height(), plain.width(), 3)

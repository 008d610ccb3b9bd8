"""The review screen with the video of a live session: each row shows its own picture, gaps the one before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from femon.gui.controller import Controller
from femon.gui.review.window import ReviewWindow
from femon.recording.ticks import TICKS_PER_S
from femon.recording.video_file import VideoFile
from finished import face_row, write_session

FPS = 10
# The rows at 0.2 and 0.3 s are not in the video; nor is the second from 1 s on, paused.
FILMED = [k for k in range(30) if k not in (2, 3) and not 10 <= k < 20]


@pytest.fixture
def window(qtbot: Any, controller: Controller) -> Iterator[ReviewWindow]:
    root = controller.settings.sessions_folder
    root.mkdir(parents=True)
    rows = [face_row(k, k / FPS, t_media_s=f"{k / FPS:.6f}" if k in FILMED else "") for k in range(30)]
    source = {"kind": "camera", "path": None, "sha256": None, "width": 64, "height": 48}
    folder = write_session(root, rows, source=source)
    write_video(folder / "video.mp4")
    window = ReviewWindow(controller)
    qtbot.addWidget(window)
    window.reload()
    window.show()
    yield window
    window.close()


def write_video(path: Path) -> None:
    file = VideoFile(path, FPS, lasting=True)
    for k in FILMED:
        file.write(np.full((48, 64, 3), 50 + 5 * k, np.uint8), k * TICKS_PER_S // FPS)
    file.close()


def seen(window: ReviewWindow) -> float | None:
    """The grey level of the picture; None for a drawn one."""
    frame = window.view.picture.frame
    if frame is None or np.ptp(frame.image_bgr) > 20:
        return None
    return float(frame.image_bgr.mean())


@pytest.mark.parametrize(
    ("row", "shown"),
    [(0, 0), (1, 1), (2, 1), (3, 1), (4, 4), (9, 9), (12, 9), (20, 20), (29, 29)],
)
def test_each_row_shows_its_picture_or_the_one_before(
    window: ReviewWindow, qtbot: Any, row: int, shown: int
) -> None:
    qtbot.waitUntil(lambda: window.view._filmed)
    window.view.playhead.go(row / FPS)
    qtbot.waitUntil(lambda: seen(window) == pytest.approx(50 + 5 * shown, abs=3))
    assert not window.view.picture_note.isVisible()


def test_a_pause_is_no_picture_that_stands_still(window: ReviewWindow, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: window.view._filmed)
    window.view.playhead.go(0.9)
    qtbot.waitUntil(lambda: seen(window) == pytest.approx(95, abs=3))
    window.view.playhead.go(1.8)
    assert seen(window) is None

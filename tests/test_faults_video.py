"""Pictures that change under way: black ones and other sizes, through the real landmarker, model and log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from queue import SimpleQueue

import av
import cv2
import numpy as np
import pandas as pd
import pytest

from fakes import LIMIT_S
from femon.camera.demo import DemoSource
from femon.overlay_video import OverlayVideo
from femon.pipeline import Parts, Pipeline
from femon.recording import SessionRequest, SessionSummary
from femon.settings import ModeSettings, Settings
from femon.types import Frame, Notice, Readings

BLOCK = 20  # frames
LOOKS: tuple[tuple[int, int] | None, ...] = (
    (640, 480),
    None,
    (320, 240),
    (1280, 960),
    (480, 640),
    (640, 480),
)
ALL_MODES = ModeSettings(expression=True, fatigue=True, attention=True, engagement=True)


class Changing:
    """The demo in one size after the other; None is black."""

    def __init__(self) -> None:
        self.demo = DemoSource()
        self.info = self.demo.info

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame]:
        for index, size in enumerate(chain.from_iterable([look] * BLOCK for look in LOOKS)):
            frame = self.demo.frame(index)
            if size is None:
                image = np.zeros_like(frame.image_bgr)
            else:
                image = np.asarray(cv2.resize(frame.image_bgr, size), np.uint8)
            yield replace(frame, image_bgr=image)

    def close(self) -> None:
        self.demo.close()


@pytest.fixture(scope="module")
def played(models: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[SessionSummary, Path]:
    notices: SimpleQueue[Notice] = SimpleQueue()
    root = tmp_path_factory.mktemp("changing")
    film, source = root / "overlay.mp4", Changing()
    with OverlayVideo(film, source.info) as overlay:

        def take(readings: Readings) -> None:
            overlay.write(readings)

        pipeline = Pipeline(
            "demo", Settings(modes=ALL_MODES), models=models, on_readings=take, on_notice=notices.put,
            record=SessionRequest(root), parts=Parts(open_source=lambda *_, **__: source),
        )  # fmt: skip
        pipeline.start()
        told = []
        while not told or told[-1].kind not in ("ended", "error"):
            told.append(notices.get(timeout=LIMIT_S))
        pipeline.stop()
    assert told[-1].kind == "ended", told[-1].text
    summary = next(notice.details["summary"] for notice in told if notice.kind == "recorded")
    assert isinstance(summary, SessionSummary)
    return summary, film


@pytest.fixture(scope="module")
def blocks(played: tuple[SessionSummary, Path]) -> list[pd.DataFrame]:
    rows = pd.read_csv(played[0].folder / "frames.csv")
    return [rows[(rows.frame // BLOCK) == number] for number in range(len(LOOKS))]


def test_every_frame_of_a_camera_that_changes_its_resolution_is_accounted_for(
    played: tuple[SessionSummary, Path],
) -> None:
    summary, _ = played
    assert (summary.captured, summary.unaccounted, summary.integrity) == (BLOCK * len(LOOKS), 0, "ok")


def test_black_pictures_show_nobody_and_no_closed_eyes(
    played: tuple[SessionSummary, Path], blocks: list[pd.DataFrame]
) -> None:
    assert set(blocks[LOOKS.index(None)].status) == {"no_face"}
    events = pd.read_csv(played[0].folder / "events.csv")
    assert "start" not in set(events[events.type == "alarm"].phase)
    assert pd.concat(blocks).closure_s.max() < 0.5


@pytest.mark.parametrize("number", [place for place, look in enumerate(LOOKS) if look is not None])
def test_the_face_is_found_in_every_size_where_it_is(blocks: list[pd.DataFrame], number: int) -> None:
    rows, look = blocks[number], LOOKS[number]
    assert look is not None
    last = rows.iloc[-1]
    assert last.status == "ok"
    first = blocks[0].iloc[-1]
    assert (last.box_x + last.box_w / 2) / look[0] == pytest.approx(
        (first.box_x + first.box_w / 2) / 640, abs=0.05
    )


def test_the_overlay_video_keeps_the_size_it_began_with(played: tuple[SessionSummary, Path]) -> None:
    with av.open(str(played[1])) as container:
        sizes = {(frame.width, frame.height) for frame in container.decode(video=0)}
    assert sizes == {(640, 480)}

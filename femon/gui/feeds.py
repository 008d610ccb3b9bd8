"""The crossings of several sources that are watched together: a bridge for each, and their group."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from femon.gui.bridge import Bridge

if TYPE_CHECKING:
    from femon.gui.pipeline_like import PipelineLike
    from femon.recording.session import SessionRequest
    from femon.settings import Settings


class Feeds(QObject):
    """What each of several sources says, with its number; made and heard on the GUI thread."""

    frame_ready = Signal(int, object)  # Frame
    readings_ready = Signal(int, object)  # Readings
    notice = Signal(int, object)  # Notice

    def __init__(self, count: int) -> None:
        super().__init__()
        self._open = True
        self.bridges = tuple(Bridge() for _ in range(count))
        for number, bridge in enumerate(self.bridges):
            for name in ("frame_ready", "readings_ready", "notice"):
                getattr(bridge, name).connect(
                    lambda item, name=name, number=number: self._pass(name, number, item)
                )

    def end(self) -> None:
        """Say nothing any more: other sources are wanted, and the pipelines still have to stop."""
        self._open = False

    def _pass(self, name: str, number: int, item: object) -> None:
        if self._open:
            getattr(self, name).emit(number, item)


def make_group(
    make: Callable[..., PipelineLike],
    sources: tuple[str, ...],
    settings: Settings,
    feeds: Feeds,
    bridge: Bridge,
    *,
    models: Path,
    record: SessionRequest | None,
) -> PipelineLike:
    """A pipeline for each source; what concerns all goes over `bridge`. Slow: for a background thread."""
    from femon.pipelines.group import Outlet, PipelineGroup

    return PipelineGroup(
        sources,
        settings,
        models=models,
        outlets=[Outlet(one.publish, one.notify, one.preview) for one in feeds.bridges],
        on_notice=bridge.notify,
        record=record,
        paced=True,
        loop=True,
        make=make,
    )

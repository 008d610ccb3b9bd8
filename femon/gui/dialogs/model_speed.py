"""What one face costs each model on this machine, measured away from the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from femon.bundle import Bundle
from femon.bundle.speed import ms_per_face
from femon.errors import ModelError

if TYPE_CHECKING:
    from femon.gui.controller import RunInBackground
    from femon.settings import Settings

log = logging.getLogger(__name__)

_GREY = np.full((48, 48), 128, np.uint8)  # what a face shows does not change what it costs


class ModelSpeed(QObject):
    """Measures with the device and the threads of the settings, beside whatever else runs.

    It has no parent, since a thread may hold it to its end.
    """

    measured = Signal(str, float)  # id, ms per face; on the GUI thread

    def __init__(
        self,
        models: Path,
        settings: Settings,
        background: RunInBackground,
        *,
        load_bundle: Callable[..., Bundle] = Bundle.load,
        measure: Callable[..., float] = ms_per_face,
    ) -> None:
        super().__init__()
        self._background, self._closed = background, False
        self._load = partial(load_bundle, device=settings.device, threads=settings.analysis.threads)
        self._models, self._measure = models, measure

    def ask(self, ids: Sequence[str]) -> None:
        """Measure these models one after the other; one that fails is left out."""

        def work() -> None:
            for model_id in ids:
                if self._closed:
                    return
                try:
                    self.measured.emit(model_id, self._measure(self._load(self._models / model_id), _GREY))
                except ModelError as error:
                    log.info("%s could not be measured: %s", model_id, error)

        if ids:
            self._background("measure models", work)

    def close(self) -> None:
        """Leave out what is not measured yet."""
        self._closed = True

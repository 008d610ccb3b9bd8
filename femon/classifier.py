"""The work of the last stage: faces in, readings out, and both written down while a session is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from femon.analysis import Analysis
from femon.bundle import Bundle
from femon.errors import ModelError
from femon.recording import SessionRequest
from femon.recording.desk import RecordingDesk, session_context
from femon.recording.recorder import CloseReason
from femon.settings import Settings
from femon.types import Dropped, Faces, Lost, Notice, Readings, SourceInfo
from femon.watch import Watch


class Classifier:
    """The bundle in use, the memory of its analysis and the recording desk; for one thread."""

    def __init__(
        self,
        settings: Settings,
        models: Path,
        on_notice: Callable[[Notice], None],
        *,
        left_out: SimpleQueue[Dropped | Lost],
        load_bundle: Callable[..., Bundle],
    ) -> None:
        self.desk = RecordingDesk(left_out, on_notice)
        self.bundle: Bundle | None = None
        self._settings, self._models, self._on_notice = settings, models, on_notice
        self._load_bundle = load_bundle
        self._analysis: Analysis | None = None
        self._request: SessionRequest | None = None
        self._watch = Watch(settings.modes) if settings.modes.monitored else None

    def load(self, model_id: str) -> None:
        """Use a bundle from now on; notice "model" follows. Raises ModelError.

        While expressions are not watched no bundle is loaded at all.
        """
        if not self._settings.modes.expression:
            return
        threads, device = self._settings.analysis.threads, self._settings.device
        self.bundle = self._load_bundle(self._models / model_id, device=device, threads=threads)
        self._analysis = None
        details: dict[str, object] = {"model_id": model_id, "fallback": self.bundle.fallback}
        self._on_notice(Notice("model", f"The model '{model_id}' is in use.", details))

    def switch(self, model_id: str) -> None:
        """Use another bundle, or keep the present one and say why: notice "model_error"."""
        before = self.bundle.id if self.bundle else None
        try:
            self.load(model_id)
        except ModelError as error:
            self._on_notice(Notice("model_error", str(error), {"error": error, "model_id": model_id}))
        else:
            self.desk.event("model", model_id, details={"from": before})

    def record(self, request: SessionRequest | None) -> None:
        """Open a session with the next frame; None takes the wish back."""
        self._request = request

    def read(self, faces: Faces, info: SourceInfo) -> Readings:
        """The readings of one frame, from one call for all its faces; load() comes first."""
        bundle = self.bundle
        if self._request is not None:  # before the work, so that every frame from now on has its row
            request, self._request = self._request, None
            self.desk.start(request, session_context(info, bundle, self._settings), faces.frame)
        if self._analysis is None:
            self._analysis = Analysis(
                bundle.contract.uncertain_below if bundle else 0.0,
                self._settings.analysis,
                disagree_above=bundle.contract.disagree_above if bundle else 1.0,
                stills=info.stills,
                model_id=bundle.id if bundle else "",
            )
        if bundle is None:
            return self._watched(self._analysis.update(faces, None))
        crops = np.array([face.crop for face in faces.faces], np.uint8)
        return self._watched(self._analysis.update(faces, bundle.judge(crops)))

    def close_session(self, reason: CloseReason) -> None:
        """Close the session, if one is open, with the evidence that still waited."""
        if self._watch is not None and self.desk.recording:
            self.desk.keep(self._watch.rest())
        self.desk.close(reason)

    def acknowledge(self, t: float) -> None:
        """The person reacted at t seconds; so with the next two."""
        self._answer(lambda watch: watch.acknowledge(t))

    def false_alarm(self, t: float) -> None:
        """The last alarm was false."""
        self._answer(lambda watch: watch.false_alarm(t))

    def snooze(self, t: float, seconds: float) -> None:
        """No sound for some seconds."""
        self._answer(lambda watch: watch.snooze(t, seconds))

    def _answer(self, answer: Callable[[Watch], object]) -> None:
        if self._watch is not None:
            answer(self._watch)
            self.desk.alarms(self._watch.events)

    def _watched(self, readings: Readings) -> Readings:
        """The same with what is known of the one person in view, alarms logged before the frame's row."""
        if self._watch is None:
            return readings
        watched = self._watch.update(readings)
        self.desk.alarms(self._watch.events)
        self.desk.keep(self._watch.windows)
        return watched

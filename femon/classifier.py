"""The work of the last stage: faces in, readings out, and both written down while a session is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from queue import SimpleQueue
from typing import Final

import numpy as np

from femon.alarms import Alarms
from femon.analysis import Analysis, doubted
from femon.bundle.judge import Judge
from femon.camera.news import CameraEvent
from femon.correction import Correction
from femon.errors import ModelError
from femon.lsl import StreamDesk
from femon.monitors.calibration import Calibration
from femon.monitors.calibration_corners import Screen
from femon.monitors.calibration_run import Broken, CalibrationNews, CalibrationRun
from femon.profiles import Prompt, StoredProfile
from femon.recording import SessionRequest
from femon.recording.calibration_entry import Calibrated, profile_details
from femon.recording.context import session_context
from femon.recording.desk import RecordingDesk
from femon.recording.recorder import CloseReason
from femon.settings import Settings
from femon.types import Dropped, Faces, Lost, MarkKind, Notice, Readings, SourceInfo
from femon.watch import Watch

_BROKEN_BY: Final[Mapping[CloseReason, Broken]] = {
    "user": "session_end",
    "source_end": "source_end",
    "source_cut": "source_end",
    "error": "error",
}


class Classifier:
    """The bundle in use, the memory of its analysis and the recording desk; for one thread."""

    def __init__(
        self,
        settings: Settings,
        models: Path,
        on_notice: Callable[[Notice], None],
        *,
        left_out: SimpleQueue[Dropped | Lost],
        load_bundle: Callable[..., Judge],
    ) -> None:
        self.desk = RecordingDesk(left_out, on_notice)
        self.streams = StreamDesk(on_notice, wanted=settings.lsl, modes=settings.modes)
        self.bundle: Judge | None = None
        self._settings, self._models, self._on_notice = settings, models, on_notice
        self._load_bundle = load_bundle
        self._analysis: Analysis | None = None
        self._request: SessionRequest | None = None
        self._watch = Watch(settings.modes, settings.alarms) if settings.modes.monitored else None
        self._t, self._others = 0.0, 0  # of the newest frame
        self._correction = Correction()
        self._calibration: CalibrationRun | None = None
        self._rested = False  # the person of this session says so
        self._frozen = False  # the camera repeats one picture
        self._alarms: Alarms | None = None  # as last shown

    def load(self, model_id: str) -> None:
        """Use a bundle from now on; notice "model" follows. Raises ModelError.

        While expressions are not watched no bundle is loaded at all.
        """
        if not self._settings.modes.expression:
            return
        threads, device = self._settings.analysis.threads, self._settings.device
        self.bundle = self._load_bundle(self._models / model_id, device=device, threads=threads)
        self._analysis = None
        if self._calibration is not None:
            self._calibration.forget_model()
        details: dict[str, object] = {"model_id": model_id, "fallback": self.bundle.fallback}
        self._on_notice(Notice("model", f"The model '{model_id}' is in use.", details))
        self._correction.contract = self.bundle.contract
        if self._correction.person is not None:
            self._tell_baseline()

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
        bundle, self._t, self._others = self.bundle, faces.frame.t, faces.others
        if info.stills:  # nobody is watched over unrelated pictures
            self._watch = None
        if self._request is not None:  # before the work, so that every frame from now on has its row
            request, self._request = self._request, None
            self._begin_rested(request.rested)
            first = self.desk.start(request, session_context(info, bundle, self._settings), faces.frame)
            faces = replace(faces, frame=first)
        self.desk.expect(faces.frame)
        if self._analysis is None:
            self._analysis = Analysis(
                bundle.contract.uncertain_below if bundle else 0.0,
                self._settings.analysis,
                disagree_above=bundle.contract.disagree_above if bundle else 1.0,
                stills=info.stills,
                away_s=info.away_s,
                model_id=bundle.id if bundle else "",
            )
            self._analysis.use_baseline(self._correction.baseline)
        if bundle is None:
            return self._watched(self._analysis.update(faces, None))
        crops = np.array([face.crop for face in faces.faces], np.uint8)
        return self._watched(self._analysis.update(faces, bundle.judge(crops)))

    def mark(self, kind: MarkKind, text: str, key: str, t: float | None, *, past: bool = False) -> None:
        """Log a marker or a note, at t if that is `past`; a marker is sent too, as set at t (s of frames)."""
        self.desk.mark(kind, text, key, t if past else None)
        if kind == "marker":
            self.streams.mark(text, t)

    def close_session(self, reason: CloseReason) -> None:
        """Close the session, if one is open, with the evidence that still waited."""
        try:
            if self._watch is not None and self.desk.recording:
                self.desk.keep(self._watch.rest())
                self._tell_blinks(self._watch)
            if self._calibration is not None:
                self.desk.calibration(self._calibration.broken_off(self._t, _BROKEN_BY[reason]))
        finally:  # what broke the watch may break it here again
            self.desk.close(reason)

    def note_camera(self, event: CameraEvent) -> None:
        """Log what happened to the camera; nobody is watched in a picture that stands still."""
        self.desk.event("camera", event.name, phase=event.phase, details=event.details, t=event.t)
        if event.name == "frozen":
            self._frozen = event.phase == "start"

    def calibrate(self, *, glasses: bool, corners: bool, screen: Screen | None = None) -> None:
        """Guide the person in view from the next frame on; notices "calibration" follow.

        Until it ends nobody is watched: closing the eyes on request is no sign of sleep.
        """
        self.stop_calibration()
        contract, person = self.bundle.contract if self.bundle else None, self._correction.person
        calibration = Calibration(
            glasses=glasses,
            corners=corners,
            screen=screen,
            before=person.profile if person else None,
            today=date.today(),
        )
        self._calibration = CalibrationRun(
            calibration,
            glasses=glasses,
            model_id=contract.id if contract else None,
            model_sha256=contract.weights_sha256 if contract else None,
            reference=contract.neutral_reference if contract else (),
        )

    def is_calibrating(self) -> bool:
        """Whether somebody is guided just now; for any thread."""
        return self._calibration is not None

    def skip_calibration_step(self) -> None:
        """Leave out the closed eyes or the corners of the screen."""
        if self._calibration is not None:
            self._tell_calibration(self._calibration.skip(self._t))

    def stop_calibration(self) -> None:
        """Break a running calibration off; what was used before stays."""
        if self._calibration is not None:
            self.desk.calibration(self._calibration.broken_off(self._t, "stopped"))
            self._end_calibration()

    def use_profile(self, stored: StoredProfile | None) -> None:
        """Use a person's own references from now on, or none; notice "baseline" follows."""
        self._correction.person = stored
        self.desk.event("calibration", "used" if stored else "unused", details=profile_details(stored))
        self._watch_anew()
        self._tell_baseline()

    def set_baseline(self, on: bool) -> None:
        """Correct expressions by the person's relaxed face, or show them as they are."""
        if on != self._correction.wanted:
            self._correction.wanted = on
            self.desk.event("settings", "baseline", details={"from": not on, "to": on})
            self._tell_baseline()

    def _end_calibration(self) -> None:
        """Watch anew: the figures from before it do not go on over minutes in which nobody was watched."""
        self._calibration = None
        self._watch_anew()

    def _begin_rested(self, rested: bool) -> None:
        """A session of a rested person begins with new figures: its first blinks are learned from."""
        if rested or self._rested:
            self._rested = rested
            self._watch_anew()

    def _tell_blinks(self, watch: Watch) -> None:
        """What a rested person's session has taught; notice "rested" follows."""
        learned = watch.blink_baseline if self._rested else None
        if learned is not None:
            self.desk.event("calibration", "rested", details=asdict(learned))
            text = "The blinks of this session are kept as those of a rested person."
            self._on_notice(Notice("rested", text, {"blinks": learned}))
        self._rested = False

    def _watch_anew(self) -> None:
        if self._watch is not None:
            person = self._correction.person
            self._watch.use_profile(self._t, person, date.today(), rested=self._rested)
            self._alarms = None
            self._tell_alarms(self._watch)
            self.desk.keep(self._watch.windows)

    def _tell_baseline(self) -> None:
        correction = self._correction
        baseline = correction.baseline
        if self._analysis is not None:
            self._analysis.use_baseline(baseline)
        person, on = correction.person, baseline is not None
        self.desk.calibrate(Calibrated(person, on) if person else None)
        text = f"Expressions are {'corrected by' if on else 'not corrected by'} the calibration."
        self._on_notice(Notice("baseline", text, {"available": correction.available, "on": on}))
        if correction.prompt is not None:
            self._tell_prompt(correction.prompt)

    def _tell_prompt(self, prompt: Prompt) -> None:
        self._on_notice(Notice("recalibrate", prompt.text, {"reason": prompt.reason}))

    def _tell_calibration(self, news: CalibrationNews) -> None:
        assert self._calibration is not None  # it has just spoken
        self.desk.calibration(self._calibration.events)
        if news.state.finished:
            self._end_calibration()
        self._on_notice(Notice("calibration", news.state.instruction, {"news": news}))

    def acknowledge(self) -> None:
        """The person reacted to what is shown; notice "alarms" follows, as with the next three."""
        self._answer(lambda watch: watch.acknowledge(self._t))

    def false_alarm(self) -> None:
        """The last alarm was false."""
        self._answer(lambda watch: watch.false_alarm(self._t))

    def snooze(self, seconds: float) -> None:
        """No sound for some seconds."""
        self._answer(lambda watch: watch.snooze(self._t, seconds))

    def set_sound(self, volume: float, fault: str) -> None:
        """How loud alarms are, and why they cannot be heard."""
        self._answer(lambda watch: watch.set_sound(self._t, volume=volume, fault=fault))

    def _tell_alarms(self, watch: Watch) -> None:
        self.desk.alarms(watch.events)
        self.streams.alarms(watch.events)

    def _answer(self, answer: Callable[[Watch], Alarms]) -> None:
        if self._watch is not None:
            alarms = self._alarms = answer(self._watch)
            self._tell_alarms(self._watch)
            self._on_notice(Notice("alarms", alarms.text, {"alarms": alarms}))

    def _watched(self, readings: Readings) -> Readings:
        """The same with what is known of the one person in view, alarms logged before the frame's row."""
        if self._calibration is not None:
            if not self._frozen:  # one picture, again and again, is no measurement
                self._tell_calibration(self._calibration.update(readings, self._others))
            return readings
        if self._watch is None:
            return readings
        if self._frozen:  # timers stand still, and an alarm that is on stays
            return replace(readings, alarms=self._alarms)
        watched = self._watch.update(readings)
        self._alarms = watched.alarms
        for prompt in self._watch.prompts:
            self._tell_prompt(prompt)
        self._tell_alarms(self._watch)
        self.desk.keep(self._watch.windows)
        return doubted(watched) if self._settings.modes.eyes else watched

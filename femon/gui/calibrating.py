"""The window's calibrations: whose is in use, asked for, made, stored and loaded again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from femon.alarms import SoundName
from femon.errors import SettingsError
from femon.gui.calibration_words import NO_SOUND, NO_SOURCE, NO_STILLS, days_since, in_use_text
from femon.gui.controller import Controller
from femon.gui.dialogs.calibration_wishes import CalibrationWishes
from femon.gui.dialogs.frame import answered
from femon.gui.messages import Button, Message
from femon.monitors import BlinkBaseline
from femon.monitors.calibration_run import CalibrationNews
from femon.monitors.calibration_state import Tone
from femon.monitors.limits import Limits
from femon.profiles import (
    PARTICIPANT,
    PROFILES_FOLDER,
    StoredProfile,
    load_profile,
    prompts,
    save_profile,
)
from femon.recording.session import SessionRequest
from femon.types import Notice, SourceInfo

if TYPE_CHECKING:
    from femon.gui.alarms import AlarmControls

_AGAIN: Final = Button("Calibrate", "calibrate")
_WITHOUT: Final = Button("Do without", "no_calibration")
# One tone to close the eyes, two to open them: sounds that are no alarm of their own here.
_TONES: Final[dict[Tone, SoundName]] = {"close": "shared", "open": "long_distraction"}


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What the folder holds for one participant."""

    participant: str
    stored: StoredProfile | None
    trouble: str = ""


class CalibrationControls(QObject):
    """Follows source and session; the calibration of their participant is loaded and put to use."""

    changed = Signal()  # what is in use, or whether expressions are corrected
    message = Signal(object)  # Message
    _loaded = Signal(object)  # _Loaded, from the background
    _failed = Signal(str)

    def __init__(self, controller: Controller, window: QWidget) -> None:
        super().__init__(window)
        self.given = ""  # the participant named on the command line, until another one is
        self.sounds: AlarmControls | None = None  # who plays the tones
        self.in_use: StoredProfile | None = None
        self.baseline_available = self.baseline_on = False
        self._baseline_wanted = True
        self._controller, self._window = controller, window
        self._info: SourceInfo | None = None
        self._session: SessionRequest | None = None
        controller.notice.connect(self.take_notice)
        controller.opening.connect(self._forget_source)
        self._loaded.connect(self._take_loaded)
        self._failed.connect(lambda text: self.message.emit(Message("disk", text)))

    @property
    def folder(self) -> Path:
        """Where calibrations are kept."""
        return self._controller.settings_path.parent / PROFILES_FOLDER

    @property
    def participant(self) -> str:
        """Whose calibration is wanted; empty when nobody is named."""
        if self._session is not None:
            return self._session.participant
        known = self._controller.settings.recording.participants
        return self.given or (known[0] if known else "")

    @property
    def possible(self) -> bool:
        """Whether somebody may be in view."""
        return self._info is not None and not self._info.stills

    def start(self) -> None:
        """Show the dialog and use what comes of it."""
        info = self._info
        if info is None or not self.possible:
            self.message.emit(NO_SOURCE if info is None else NO_STILLS)
            return
        from femon.gui.dialogs.calibration import CalibrationDialog
        from femon.gui.dialogs.calibration_wishes import CalibrationStart

        page = CalibrationStart(
            CalibrationWishes(self.participant, self._glasses()),
            fixed=bool(self._session and self._session.participant),
            screen=self._controller.settings.modes.engagement,
        )
        mirrored = info.kind == "camera" and self._controller.settings.display.mirror
        dialog = CalibrationDialog(
            self._controller,
            page,
            self._play,
            self._window,
            mirrored=mirrored,
            calibrated=self.in_use is not None,
        )
        if self.sounds is not None:
            self.sounds.begin_test()
        answered(dialog)
        if self.sounds is not None:
            self.sounds.end_test()
        if dialog.news is not None:
            self.take(dialog.news, dialog.wishes)

    def take(self, news: CalibrationNews, wishes: CalibrationWishes) -> None:
        """Use a result from now on, and store it if it has an owner."""
        result, info = news.result, self._info
        if result is None or info is None:
            return
        profile, before = result.profile, self.in_use
        if before is None or before.participant != wishes.participant:
            profile = replace(profile, blinks=None)  # they are somebody else's
        stored = StoredProfile(
            participant=wishes.participant,
            camera=info.name,
            frame_size=result.frame_size,
            made_at=datetime.now(UTC),
            profile=profile,
            luminance=result.luminance,
            neutral_probabilities=result.neutral_probabilities,
            model_id=news.model_id,
            model_sha256=news.model_sha256,
        )
        self._baseline_wanted = True
        self._use(stored, announced=False)
        if stored.participant:
            self._controller.background("save calibration", lambda: self._save(stored))

    def show_source(self, info: SourceInfo | None, in_use: StoredProfile | None) -> None:
        """Go on with another one of several sources, and with what it is measured against."""
        self._info, self.in_use = info, in_use
        self.changed.emit()

    def forget(self) -> None:
        """Measure against no calibration."""
        self._use(None)

    def set_baseline(self, on: bool) -> None:
        """Correct expressions or not."""
        self._baseline_wanted = on
        if self._controller.pipeline is not None:
            self._controller.pipeline.set_baseline(on)

    @Slot(object)
    def take_notice(self, notice: Notice) -> None:
        """Follow the pipeline."""
        details = notice.details
        match notice.kind:
            case "opened":
                info = details.get("info")
                self._info = info if isinstance(info, SourceInfo) else None
                self._begin_source()
            case "recording":
                request = details.get("request")
                self._session = request if isinstance(request, SessionRequest) else None
                if self.participant != self.given:
                    self.given = ""
                self._begin_session()
            case "recorded" | "recording_error":
                self._session = None
            case "ended" | "error":
                self._forget_source()
            case "baseline":
                self.baseline_available = bool(details.get("available"))
                self.baseline_on = bool(details.get("on"))
                self.changed.emit()
            case "rested":
                self._keep_blinks(details["blinks"], notice.text)
            case "recalibrate":
                self.message.emit(Message("information", notice.text, (_AGAIN,)))

    @Slot()
    def _forget_source(self) -> None:
        self._info = self._session = None
        self.baseline_available = self.baseline_on = False
        self.changed.emit()

    def _begin_source(self) -> None:
        """A new pipeline knows of no calibration: give it the one in use, or the participant's."""
        self.changed.emit()
        if not self.possible:
            return
        wanted = self.participant
        if self.in_use is not None and self.in_use.participant in ("", wanted):
            self._use(self.in_use)
        elif wanted and (self.given or self._controller.settings.modes.monitored):
            self._load(wanted, None)

    def _begin_session(self) -> None:
        session, used = self._session, self.in_use
        if session is None or not self.possible:
            return
        same = used is not None and used.participant in ("", session.participant)
        if same and used is not None and session.glasses in (None, used.profile.glasses):
            return
        if session.participant:
            self._load(session.participant, session.glasses)
        elif used is not None:
            self.forget()  # nobody is named: it may be anyone

    def _load(self, participant: str, glasses: bool | None) -> None:
        def work() -> None:
            kinds = (False, True) if glasses is None else (glasses,)
            try:
                found = [load_profile(self.folder, participant, glasses=kind) for kind in kinds]
            except SettingsError as error:
                self._loaded.emit(_Loaded(participant, None, str(error)))
                return
            known = [one for one in found if one is not None]
            newest = max(known, key=lambda one: one.made_at) if known else None
            self._loaded.emit(_Loaded(participant, newest))

        if PARTICIPANT.fullmatch(participant):
            self._controller.background("load calibration", work)

    @Slot(object)
    def _take_loaded(self, loaded: _Loaded) -> None:
        if loaded.participant != self.participant or not self.possible:
            return  # overtaken by another source or session
        if loaded.trouble:
            self.message.emit(Message("information", loaded.trouble, (_AGAIN,)))
        if loaded.stored is not None or self.in_use is not None:
            self._use(loaded.stored)

    def _use(self, stored: StoredProfile | None, *, announced: bool = True) -> None:
        self.in_use = stored
        pipeline = self._controller.pipeline
        if pipeline is not None:
            pipeline.use_profile(stored)
            expired = stored is not None and days_since(stored) > Limits().calibration_days
            pipeline.set_baseline(self._baseline_wanted and not expired)
        if stored is not None and announced:
            self._announce(stored)
        self.changed.emit()

    def _announce(self, stored: StoredProfile) -> None:
        info = self._info
        assert info is not None  # a source is open
        reasons = prompts(
            stored,
            datetime.now(UTC),
            participant=stored.participant,
            camera=info.name,
            frame_size=(info.width, info.height),
        )
        text = " ".join([in_use_text(stored, days_since(stored)), *(one.text for one in reasons)])
        self.message.emit(Message("information", text, (_AGAIN, _WITHOUT) if reasons else (_WITHOUT,)))

    def _keep_blinks(self, blinks: object, text: str) -> None:
        """Store a rested person's blinks with the calibration, for the sessions to come."""
        used = self.in_use
        if used is not None and used.participant and isinstance(blinks, BlinkBaseline):
            stored = self.in_use = replace(used, profile=replace(used.profile, blinks=blinks))
            self._controller.background("save calibration", lambda: self._save(stored))
            self.message.emit(Message("information", text))

    def _save(self, stored: StoredProfile) -> None:
        try:
            save_profile(self.folder, stored)
        except SettingsError as error:
            self._failed.emit(str(error))

    def _glasses(self) -> bool:
        if self._session is not None and self._session.glasses is not None:
            return self._session.glasses
        if self.in_use is not None:
            return self.in_use.profile.glasses
        return self._controller.settings.recording.glasses == "yes"

    def _play(self, tone: Tone) -> str:
        """Sound a tone; why it cannot be heard, if so."""
        if self.sounds is None or self.sounds.player.fault:
            QApplication.beep()
            return NO_SOUND
        self.sounds.player.test(_TONES[tone])
        return ""

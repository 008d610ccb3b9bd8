"""The calibration dialog: wishes, live guidance, and a result that is used, repeated or discarded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QStackedWidget, QVBoxLayout, QWidget

from femon.gui.controller import Controller
from femon.gui.dialogs.calibration_guide import CalibrationGuide
from femon.gui.dialogs.calibration_result import CalibrationSummary
from femon.gui.dialogs.calibration_targets import CalibrationTargets, screen_size
from femon.gui.dialogs.calibration_wishes import CalibrationStart, CalibrationWishes
from femon.gui.dialogs.frame import accept_and_cancel, add_button, resize_to_text
from femon.gui.icons import pixmap
from femon.gui.labels import heading, muted, plain
from femon.gui.theme import current_theme
from femon.monitors.calibration_run import CalibrationNews
from femon.monitors.calibration_state import HINTS, CalibrationState, Tone
from femon.types import Notice, Readings

LOST: Final = "The camera delivers no pictures. The calibration goes on when it is back."
ENDED: Final = (
    "{source} The calibration was broken off, and nothing was changed. Open a source and calibrate again."
)
UNCALIBRATED: Final = "Continue uncalibrated"
KEEP: Final = "Keep the earlier one"
_SIGN_PX: Final = 48


class CalibrationDialog(QDialog):
    """After exec() `news` holds the result to be used, with the `wishes` it was made for; None otherwise.

    `play` sounds a tone and says why it cannot be heard, if so. Closing the dialog breaks off what runs.
    """

    def __init__(
        self,
        controller: Controller,
        start: CalibrationStart,
        play: Callable[[Tone], str],
        parent: QWidget | None = None,
        *,
        mirrored: bool = False,
        calibrated: bool = False,
    ) -> None:
        """`calibrated`: an earlier calibration stays in use when this one comes to nothing."""
        super().__init__(parent)
        self.setWindowTitle("Calibrate")
        resize_to_text(self, 112, 38)
        self.news: CalibrationNews | None = None
        self._controller, self._play = controller, play
        self._running = False
        self._without = KEEP if calibrated else UNCALIBRATED
        self._start, self._guide = start, CalibrationGuide(mirrored=mirrored)
        self._targets: CalibrationTargets | None = None
        self._ending: QWidget | None = None  # result or refusal
        self._pages = QStackedWidget()
        self._pages.addWidget(self._start)
        self._pages.addWidget(self._guide)
        self._build()
        self._start.changed.connect(lambda: self._go.setEnabled(self._start.usable))
        controller.notice.connect(self._take_notice)
        controller.readings_ready.connect(self._take_readings)
        self._offer(go="Start", leave="Cancel")
        self._go.setEnabled(self._start.usable)

    @property
    def wishes(self) -> CalibrationWishes:
        """Who is calibrated, and how."""
        return self._start.wishes

    def accept(self) -> None:
        """Use the result; without one begin, also once more."""
        if self.news is not None:
            super().accept()
        else:
            self.begin()

    def done(self, result: int) -> None:
        """Leave nothing running behind."""
        self._break_off()
        if result != QDialog.DialogCode.Accepted:
            self.news = None
        self._controller.notice.disconnect(self._take_notice)
        self._controller.readings_ready.disconnect(self._take_readings)
        super().done(result)

    # --- flow ---

    def begin(self) -> None:
        """Start the guidance, also once more."""
        pipeline, wishes = self._controller.pipeline, self.wishes
        if pipeline is None:
            self._end_early("Nothing is open.")
            return
        self.news, self._running = None, True
        screen = screen_size(self.screen()) if wishes.corners else None
        pipeline.calibrate(glasses=wishes.glasses, corners=wishes.corners, screen=screen)
        self._guide.show_state(CalibrationState("position", (), 0.0, 0.0))
        self._pages.setCurrentWidget(self._guide)
        self._offer(leave="Cancel")

    def _break_off(self) -> None:
        self._hide_targets()
        if self._running and self._controller.pipeline is not None:
            self._controller.pipeline.stop_calibration()
        self._running = False

    @Slot(object)
    def _take_readings(self, readings: Readings) -> None:
        if self._running:
            self._guide.show_readings(readings)

    @Slot(object)
    def _take_notice(self, notice: Notice) -> None:
        news = notice.details.get("news")
        if notice.kind in ("ended", "error"):
            self._end_early(notice.text)
        elif not self._running:
            return
        elif notice.kind == "lost":
            self._guide.say_trouble(LOST)
        elif isinstance(news, CalibrationNews):
            self._take_news(news)

    def _take_news(self, news: CalibrationNews) -> None:
        state = news.state
        if state.tone is not None:
            self._guide.say_silence(self._play(state.tone))
        if state.target is None:
            self._hide_targets()
        else:
            self._show_target(state.target)
        if not state.finished:
            self._guide.show_state(state)
            self._skip.setVisible(state.step in ("closed", "corners"))
            return
        self._running = False
        if news.result is not None:
            self.news = news
            self._show_ending(CalibrationSummary(news))
            self._offer(go="Use", again=True, leave="Discard")
        else:
            self._show_ending(_refused(state))
            self._offer(go="Repeat", leave=self._without)

    def _end_early(self, text: str) -> None:
        """The source is gone: nothing can be measured any more, but a result that is shown can be used."""
        self._hide_targets()
        if self.news is not None:
            self._again.setEnabled(False)
            return
        self._running = False
        self._show_ending(_page("The calibration ended early", ENDED.format(source=text)))
        self._offer(leave="Close")

    # --- parts ---

    def _build(self) -> None:
        row, self._go = accept_and_cancel(self, "Start")
        self._leave = row.button(QDialogButtonBox.StandardButton.Cancel)
        self._again = add_button(row, "Repeat", "Measure once more", self.begin)
        self._skip = add_button(row, "Leave out this step", "Go on without it", self._skip_step)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(self._pages, 1)
        column.addWidget(row)

    def _offer(self, *, go: str = "", again: bool = False, leave: str) -> None:
        self._go.setText(go)
        self._go.setVisible(bool(go))
        self._go.setEnabled(True)
        self._again.setVisible(again)
        self._skip.hide()
        self._leave.setText(leave)
        (self._go if go else self._leave).setFocus()

    def _skip_step(self) -> None:
        if self._running and self._controller.pipeline is not None:
            self._controller.pipeline.skip_calibration_step()

    def _show_ending(self, page: QWidget) -> None:
        if self._ending is not None:
            self._pages.removeWidget(self._ending)
            self._ending.deleteLater()
        self._ending = page
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)

    def _show_target(self, target: tuple[float, float]) -> None:
        if self._targets is None:
            self._targets = CalibrationTargets(self.screen(), self)
            self._targets.skipped.connect(self._skip_step)
        self._targets.show_target(target)

    def _hide_targets(self) -> None:
        if self._targets is not None:
            self._targets.close()


def _refused(state: CalibrationState) -> QWidget:
    return _page(
        "The calibration cannot be used", state.instruction, *(HINTS[reason] for reason in state.refused)
    )


def _page(title: str, text: str, *hints: str) -> QWidget:
    """What went wrong, in the middle of the dialog."""
    sign, page = QLabel(), QWidget()
    sign.setPixmap(pixmap("warning", current_theme().warn, _SIGN_PX))
    column = QVBoxLayout(page)
    column.setSpacing(10)
    column.addStretch(1)
    for label in (sign, heading(title), plain(text), *(muted(hint) for hint in hints)):
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(label)
    column.addStretch(2)
    return page

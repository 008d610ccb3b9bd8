"""How the comparison of all models is opened from the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from femon.gui.dialogs.compare import CompareDialog
from femon.gui.dialogs.compare_work import CompareWork, compare_with
from femon.gui.dialogs.frame import answered

if TYPE_CHECKING:
    from femon.gui.controller import Controller
    from femon.gui.video_view import VideoView


def compare_models(controller: Controller, video: VideoView, window: QWidget) -> None:
    """Compare all models, on the picture that is shown if there is one, until the dialog is closed."""
    work = CompareWork(compare_with(controller.models, controller.settings), controller.background)
    dialog = CompareDialog(work, lambda: video.frame, window)
    if video.has_picture:
        dialog.compare_frame()
    answered(dialog)

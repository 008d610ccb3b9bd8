"""The video of a session in the window: asked for by a tick, told while it is made and when it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel

from femon.gui.app import _request
from femon.gui.dialogs.session_start import SessionStartDialog
from femon.gui.dialogs.settings_fields import PAGES
from femon.gui.dialogs.stop_summary import StopSummary
from femon.recording.ledger import SessionSummary
from femon.recording.session_video import VideoAccount
from femon.settings import Settings
from femon.types import Reading

Answer = Callable[[Callable[[Any], object]], None]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Answers the next dialog by a function of it instead of showing it."""

    def answered(by: Callable[[Any], object]) -> None:
        monkeypatch.setattr(QDialog, "exec", lambda self: (by(self), self.result())[1])

    return answered


def summary(**changes: Any) -> SessionSummary:
    made = SessionSummary(
        folder=Path("sessions/2026-03-14_09-26-53_p01"), state="complete", captured=100, analysed=100,
        dropped=0, paused=0, unaccounted=0, rows=100, duration_s=10.0, camera_lost_s=0.0,
        latency_p50_ms=None, latency_p95_ms=None, integrity="ok", label_shares={},
    )  # fmt: skip
    return replace(made, **changes)


def told(dialog: QDialog) -> str:
    return " | ".join(label.text() for label in dialog.findChildren(QLabel))


def dialog_for(qtbot: Any, settings: Settings, *, live: bool = True) -> SessionStartDialog:
    dialog = SessionStartDialog(settings, live=live)
    qtbot.addWidget(dialog)
    return dialog


@pytest.mark.parametrize("ticked", [False, True])
def test_only_a_tick_asks_for_a_video(qtbot: Any, tmp_path: Path, ticked: bool) -> None:
    dialog = dialog_for(qtbot, Settings(sessions=str(tmp_path)))
    assert not dialog.video.tick.isChecked()
    dialog.video.tick.setChecked(ticked)
    dialog.accept()
    assert dialog.request is not None
    assert dialog.request.video is ticked


def test_the_tick_begins_as_the_settings_say_and_leaves_them_alone(
    studio: Any, answer: Answer, tmp_path: Path
) -> None:
    studio.controller.change_settings(replace(studio.controller.settings, video=True))
    studio.open()
    answer(lambda dialog: (dialog.video.tick.setChecked(False), dialog.accept()))
    studio.window.commands["record"].trigger()
    assert studio.pipeline.calls[-1][1].video is False
    assert studio.controller.settings.video
    answer(SessionStartDialog.accept)
    studio.window.commands["record"].trigger()
    assert studio.pipeline.calls[-1][1].video is True


def test_of_a_file_no_video_is_offered(studio: Any, answer: Answer) -> None:
    studio.controller.change_settings(replace(studio.controller.settings, video=True))
    studio.open_clip()
    seen: list[bool] = []
    answer(lambda dialog: (seen.append(dialog.video.isVisibleTo(dialog)), dialog.accept()))
    studio.window.commands["record"].trigger()
    assert seen == [False]
    assert studio.pipeline.calls[-1][1].video is False


def test_the_settings_offer_it_on_the_page_of_storage() -> None:
    (field,) = (field for field in PAGES["Storage"] if field.path == "video")
    assert (field.kind, Settings().video) == ("tick", False)


@pytest.mark.parametrize("video", [False, True])
def test_a_session_of_the_command_line_follows_the_settings(tmp_path: Path, video: bool) -> None:
    request = _request(Settings(sessions=str(tmp_path), video=video), "p01", "A", consent=False)
    assert request.video is video


def test_people_in_view_are_told_while_they_are_filmed(studio: Any, tmp_path: Path) -> None:
    studio.open()
    studio.show(0.0)
    before = studio.window.parts.video._camera
    studio.say("recording", folder=tmp_path, video=True)
    assert "Video is being stored" in studio.window.parts.video._camera
    studio.say("video_error", "The video ended at 0:00:12 (disk). The recording goes on without it.")
    assert studio.window.parts.video._camera == before
    assert studio.window.sessions.recording
    assert studio.message() == "The video ended at 0:00:12 (disk). The recording goes on without it."


def test_nothing_is_said_of_a_video_where_none_is_made(
    studio: Any, face: Callable[..., Reading], tmp_path: Path
) -> None:
    studio.open()
    studio.say("recording", folder=tmp_path, video=False)
    assert "Video" not in studio.window.parts.video._camera


def test_the_summary_counts_what_was_filmed(qtbot: Any) -> None:
    dialog = StopSummary(summary(video=VideoAccount(28_102, 0)))
    qtbot.addWidget(dialog)
    assert "28102 frames" in told(dialog)
    assert "left out" not in told(dialog)
    dialog = StopSummary(summary(video=VideoAccount(300, 12)))
    qtbot.addWidget(dialog)
    assert "300 frames, 12 left out because the encoder was busy" in told(dialog)


def test_the_summary_repeats_why_the_video_ended_early(qtbot: Any) -> None:
    dialog = StopSummary(summary(video=VideoAccount(300, 0, "The video ended at 0:00:10 (disk).")))
    qtbot.addWidget(dialog)
    assert "The video ended at 0:00:10 (disk)." in told(dialog)


def test_without_a_video_the_summary_says_nothing_of_it(qtbot: Any) -> None:
    dialog = StopSummary(summary())
    qtbot.addWidget(dialog)
    assert "Video" not in told(dialog)
    assert not dialog.findChildren(QCheckBox)


@pytest.mark.parametrize(
    ("count", "words"), [(0, "none"), (31, "in 31 rows the networks were too far apart")]
)
def test_the_summary_counts_disagreements_of_an_ensemble(qtbot: Any, count: int, words: str) -> None:
    dialog = StopSummary(summary(disagreements=count))
    qtbot.addWidget(dialog)
    assert f"Disagreements | {words}" in told(dialog)


def test_a_single_network_has_nobody_to_disagree_with(qtbot: Any) -> None:
    dialog = StopSummary(summary(disagreements=None))
    qtbot.addWidget(dialog)
    assert "Disagreements" not in told(dialog)

"""The review screen: choosing, moving in time, excluding, reporting, exporting and deleting sessions."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QPushButton

from femon.errors import SessionError
from femon.gui.controller import Controller
from femon.gui.dialogs.stop_summary import StopSummary
from femon.gui.review.dialogs import ExcludeDialog, ExportDialog
from femon.gui.review.playhead import Playhead
from femon.gui.review.window import EMPTY, ReviewWindow
from femon.gui.review.work import ReviewWork
from femon.recording.ledger import SessionSummary
from femon.review.session_log import read_session
from finished import event, face_row, face_rows, write_session
from later import Later

KEY = Qt.Key
pytestmark = pytest.mark.usefixtures("shown_files")


@pytest.fixture
def sessions(controller: Controller) -> Path:
    folder = controller.settings.sessions_folder
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def make(qtbot: Any, controller: Controller) -> Iterator[Callable[[], ReviewWindow]]:
    made: list[ReviewWindow] = []

    def window() -> ReviewWindow:
        made.append(ReviewWindow(controller))
        qtbot.addWidget(made[-1])
        made[-1].reload()
        made[-1].show()
        return made[-1]

    yield window
    for one in made:
        one.close()


@pytest.fixture
def review(sessions: Path, make: Callable[[], ReviewWindow]) -> ReviewWindow:
    """One session of 10 s with 100 frames."""
    write_session(sessions, face_rows(100), [event("marker", "A", 2.0)])
    return make()


def press(window: ReviewWindow, key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.view.panel.timeline, key, modifier)


def drag(window: ReviewWindow, start: float, end: float) -> None:
    timeline = window.view.panel.timeline
    left, right = (QPoint(round(timeline.axis.x(t)), 30) for t in (start, end))
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=left)
    QTest.mouseMove(timeline, (left + right) / 2)
    QTest.mouseMove(timeline, right)
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=right)


def answer(monkeypatch: pytest.MonkeyPatch, reason: str | None) -> list[tuple[float, float]]:
    """Answer every question about a stretch; None cancels. Returns what was asked about."""
    asked = []

    def ask(dialog: ExcludeDialog) -> int:
        asked.append(dialog.stretch)
        if reason is None:
            return QDialog.DialogCode.Rejected
        dialog.reason.setText(reason)
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(ExcludeDialog, "exec", ask)
    return asked


# --- choosing ---


def test_a_click_on_a_button_leaves_the_keys_to_the_timeline(review: ReviewWindow) -> None:
    assert {one.focusPolicy() for one in review.buttons.values()} == {Qt.FocusPolicy.TabFocus}


def test_without_sessions_the_screen_says_how_to_begin(make: Callable[[], ReviewWindow]) -> None:
    window = make()

    assert window.message.text() == EMPTY == "No sessions yet. Start one with Ctrl+R or open a video."
    assert window.message.isVisible()
    assert not any(button.isEnabled() for button in window.buttons.values())


def test_the_newest_session_is_shown_first(sessions: Path, make: Callable[[], ReviewWindow]) -> None:
    for day in ("14", "15"):
        write_session(sessions, face_rows(20), name=f"2026-03-{day}_09-26-53_p01")

    window = make()

    assert window.view.isVisible()
    assert window.view.record is not None
    assert window.view.record.folder.name.startswith("2026-03-15")
    assert window.list.item(0).text() == "2026-03-15 09:26, p01, A, Free, 0:02, intact"


def test_a_damaged_session_is_shown_as_its_sentence(review: ReviewWindow, sessions: Path) -> None:
    folder = write_session(sessions, face_rows(5), name="2026-03-13_09-26-53_p02")
    (folder / "frames.csv").write_text("nonsense")

    review.choose(folder)

    assert "frames.csv" in review.message.text()
    assert "is damaged" in review.message.text()
    assert review.message.isVisible()
    assert [name for name, button in review.buttons.items() if button.isEnabled()] == ["folder", "delete"]


def test_a_session_that_changed_is_shown_with_a_warning(
    sessions: Path, make: Callable[[], ReviewWindow]
) -> None:
    folder = write_session(sessions, face_rows(5))
    path = folder / "frames.csv"
    path.write_text(path.read_text().replace("0.7,", "0.8,", 1))  # of the same length

    assert make().hint.text() == "frames.csv changed after the recording was closed."


def test_one_session_of_another_folder_can_be_opened(
    review: ReviewWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write_session(tmp_path / "stick", face_rows(7), name="2026-01-01_10-00-00_x")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(other))

    review.findChild(QPushButton, "other_folder").click()

    assert review.view.record is not None
    assert review.view.record.folder == other


def test_another_folder_without_sessions_says_so(
    review: ReviewWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bare").mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "bare"))

    review.findChild(QPushButton, "other_folder").click()

    assert (review.list.count(), review.message.text(), review.view.record) == (0, EMPTY, None)


def test_the_session_chosen_last_wins_though_an_earlier_one_is_still_read(
    qtbot: Any, controller: Controller, sessions: Path
) -> None:
    for day in ("14", "15"):
        write_session(sessions, face_rows(5), name=f"2026-03-{day}_09-26-53_p01")
    controller.background = later = Later()
    window = ReviewWindow(controller)
    qtbot.addWidget(window)
    window.reload()
    later.go()  # the list; the first session is wanted
    window.list.setCurrentRow(1)
    late, early = later.waiting.pop(), later.waiting.pop()
    late()
    early()

    assert window.view.record is not None
    assert "03-14" in window.view.record.folder.name
    window.close()


def test_what_ends_after_the_screen_is_closed_is_not_told(
    qtbot: Any, controller: Controller, sessions: Path
) -> None:
    write_session(sessions, face_rows(5))
    controller.background = later = Later()
    window = ReviewWindow(controller)
    qtbot.addWidget(window)
    window.reload()
    window.close()
    later.go()

    assert window.list.count() == 0


# --- moving in time ---


def test_the_keys_step_by_frames_and_seconds(review: ReviewWindow) -> None:
    head = review.view.playhead
    press(review, KEY.Key_Right)
    press(review, KEY.Key_Right)
    assert head.t == pytest.approx(0.2)
    press(review, KEY.Key_Left)
    assert head.t == pytest.approx(0.1)
    press(review, KEY.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert head.t == pytest.approx(1.1)
    press(review, KEY.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert head.t == pytest.approx(0.1)
    press(review, KEY.Key_End)
    assert head.t == pytest.approx(9.9)
    press(review, KEY.Key_Right)
    assert head.t == pytest.approx(9.9)
    press(review, KEY.Key_Home)
    assert head.t == 0.0


def test_picture_figures_bar_and_timeline_show_the_same_moment(review: ReviewWindow) -> None:
    review.view.playhead.go(4.5)

    frame = review.view.picture.frame
    assert frame is not None
    assert frame.t == pytest.approx(4.5)
    assert review.view.figures.words["Time"] == "0:04.5, frame 45"
    assert review.view.transport.slider.value() == 450
    assert review.view.transport.time.text() == "0:04.5 / 0:09.9"


def test_stepping_back_shows_the_earlier_picture(review: ReviewWindow) -> None:
    review.view.playhead.go(4.5)
    press(review, KEY.Key_Left)

    frame = review.view.picture.frame
    assert frame is not None
    assert frame.t == pytest.approx(4.4)


def test_the_scrub_bar_moves(review: ReviewWindow) -> None:
    review.view.transport.slider.setValue(720)

    assert review.view.playhead.t == pytest.approx(7.2)


@pytest.mark.parametrize("speed", [0.25, 1.0, 8.0])
def test_playing_moves_by_the_time_that_passed_at_the_chosen_speed(
    review: ReviewWindow, speed: float
) -> None:
    choice = review.view.transport.speed
    choice.setCurrentIndex(choice.findData(speed))
    press(review, KEY.Key_Space)
    assert review.view.playhead.playing

    review.view.playhead.go(1.0)
    review.view.playhead.advance(0.4)

    assert review.view.playhead.t == pytest.approx(1.0 + 0.4 * speed)
    press(review, KEY.Key_Space)
    assert not review.view.playhead.playing


def test_playing_stops_at_the_end_and_begins_anew_from_the_start(qapp: Any) -> None:
    head = Playhead()
    head.set_duration(5.0)
    head.go(4.9)
    head.toggle()
    head.advance(1.0)
    assert (head.t, head.playing) == (5.0, False)

    head.toggle()

    assert (head.t, head.playing) == (0.0, True)
    head.pause()


def test_a_click_moves_and_a_click_on_an_event_goes_to_its_begin(review: ReviewWindow) -> None:
    timeline = review.view.panel.timeline
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(round(timeline.axis.x(6.0)), 30))
    assert review.view.playhead.t == pytest.approx(6.0, abs=0.05)

    lane = round(timeline.height() - 1.9 * timeline.fontMetrics().height() - 8)
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(round(timeline.axis.x(2.0)) + 3, lane))

    assert review.view.playhead.t == 2.0


def test_the_wheel_and_the_keys_zoom_and_the_bar_scrolls(review: ReviewWindow) -> None:
    timeline = review.view.panel.timeline
    place = QPointF(timeline.axis.x(5.0), 30.0)
    wheel = QWheelEvent(
        place, place, QPoint(), QPoint(0, 600), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(timeline, wheel)
    assert timeline.axis.span == pytest.approx(9.9 / 1.25**5)
    assert timeline.axis.x(5.0) == pytest.approx(place.x())

    timeline.scroll_to(0.0)
    assert timeline.axis.start == 0.0
    press(review, KEY.Key_Minus)
    press(review, KEY.Key_Minus)
    assert not timeline.axis.zoomed


def test_the_view_follows_the_playhead(review: ReviewWindow) -> None:
    timeline = review.view.panel.timeline
    timeline.zoom(6, 1.0)

    review.view.playhead.go(8.0)

    assert timeline.axis.start <= 8.0 <= timeline.axis.end


def test_another_face_brings_its_own_lines_and_shares(
    sessions: Path, make: Callable[[], ReviewWindow]
) -> None:
    second = {"face_id": 2, "primary": 0}
    rows = [row for k in range(20) for row in (face_row(k, k / 10), face_row(k, k / 10, "sad", **second))]
    write_session(sessions, rows)
    window = make()
    faces = window.view.panel.faces
    assert [faces.itemText(place) for place in range(faces.count())] == ["Face 1 p01", "Face 2"]

    faces.setCurrentIndex(1)

    assert window.view.figures.words["Label"].startswith("sad")
    scenery = window.view.scenery
    assert scenery is not None
    assert {row.name: row.whole.share for row in scenery.shares}["sad"] == 1.0


def test_lines_can_be_hidden_and_the_timeline_painted_in_any_size(review: ReviewWindow) -> None:
    timeline = review.view.panel.timeline
    before = timeline.grab().toImage()
    for key in review.view.panel.keys:
        key.click()

    assert timeline.grab().toImage() != before
    for size in ((960, 600), (1600, 1000)):
        review.resize(*size)
        assert not timeline.grab().isNull()


def test_a_session_of_pictures_can_be_looked_through(
    sessions: Path, make: Callable[[], ReviewWindow]
) -> None:
    source = {"kind": "images", "name": "portraits", "width": 64, "height": 48}
    write_session(sessions, [face_row(k, float(k), face_id=k + 1) for k in range(3)], source=source)
    window = make()

    press(window, KEY.Key_Right)

    assert window.view.playhead.t == 1.0
    assert window.view.figures.words["Label"].startswith("happy")
    assert window.list.item(0).text().split(", ")[4] == "10 pictures"


def test_a_session_without_rows_is_shown_empty(sessions: Path, make: Callable[[], ReviewWindow]) -> None:
    write_session(sessions, [])
    window = make()
    press(window, KEY.Key_End)
    press(window, KEY.Key_Right)

    assert window.view.isVisible()
    assert window.view.playhead.t == 0.0


def test_the_video_comes_from_its_own_thread(
    sessions: Path, make: Callable[[], ReviewWindow], clips: Path, qtbot: Any
) -> None:
    clip = clips / "two_people_head_turn.gif"
    digest = hashlib.sha256(clip.read_bytes()).hexdigest()
    source = {"kind": "file", "path": str(clip), "sha256": digest, "width": 480, "height": 270}
    rows = [face_row(k, k / 10, t_media_s=f"{k / 10:.6f}") for k in range(20)]
    write_session(sessions, rows, source=source, clock={"start_utc": None, "media": "pts"})
    window = make()

    def filmed() -> None:
        frame = window.view.picture.frame
        assert frame is not None
        assert frame.image_bgr.shape == (270, 480, 3)
        assert np.ptp(frame.image_bgr) > 100

    qtbot.waitUntil(lambda: window.view.picture.frame is not None and window.view._filmed)
    qtbot.waitUntil(filmed)


def test_without_a_video_the_screen_says_why_the_face_is_drawn(review: ReviewWindow, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: review.view.picture_note.isVisible())

    assert "No video was stored" in review.view.picture_note.text()


# --- excluding ---


def test_dragging_asks_for_a_reason_and_excludes(
    review: ReviewWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, "talking to the operator")

    drag(review, 3.0, 5.0)

    assert asked == [(pytest.approx(3.0, abs=0.05), pytest.approx(5.0, abs=0.05))]
    scenery = review.view.scenery
    assert scenery is not None
    (span,) = scenery.excluded
    assert (span.text, review.hint.text()) == ("talking to the operator", "The stretch is excluded.")
    logged = read_session(scenery.record.folder)
    assert [one.kind for one in logged.events] == ["marker", "exclude", "exclude"]
    assert logged.changed == ()
    assert review.view.excluded.table.rowCount() == 1
    heads = [review.view.shares.table.horizontalHeaderItem(column).text() for column in range(3)]
    assert heads == ["", "Everything", "Kept"]


def test_what_is_shown_after_an_exclusion_is_what_is_read_again(
    review: ReviewWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, '  breaks, with "quotes"  ')
    drag(review, 3.0, 5.0)
    drag(review, 6.0, 7.0)
    first = review.view.scenery
    assert first is not None
    review.view.undo_requested.emit(first.excluded[0])
    shown = review.view.scenery

    review.choose(first.record.folder)
    review._forget("")
    review.reload()

    again = review.view.scenery
    assert shown is not None
    assert again is not None
    assert shown.spans == again.spans
    assert shown.shares == again.shares


def test_the_key_e_offers_the_stretch_at_the_playhead(
    review: ReviewWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, None)
    review.view.playhead.go(2.0)
    review.view.ask_to_exclude()
    review.view.playhead.go(9.9)
    review.view.ask_to_exclude()

    assert asked == [(2.0, 7.0), (4.9, 9.9)]


def test_a_cancelled_exclusion_changes_nothing(review: ReviewWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, None)
    record = review.view.record
    assert record is not None
    before = (record.folder / "events.csv").read_bytes()

    drag(review, 3.0, 5.0)

    assert (record.folder / "events.csv").read_bytes() == before


def test_an_exclusion_can_be_undone_from_the_table(
    review: ReviewWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "x")
    drag(review, 3.0, 5.0)
    excluded = review.view.excluded
    review.view.tabs.setCurrentWidget(excluded)

    excluded.table.selectRow(0)
    assert review.view.playhead.t == pytest.approx(3.0, abs=0.05)
    excluded.undo.click()

    assert review.view.scenery is not None
    assert review.view.scenery.excluded == ()
    assert review.hint.text() == "The stretch is counted again."
    with (review.view.scenery.record.folder / "events.csv").open(newline="") as file:
        assert [row["name"] for row in csv.DictReader(file)] == ["A", "exclude", "exclude", "undo"]


def test_a_session_that_others_changed_is_not_amended(
    review: ReviewWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "x")
    assert review.view.record is not None
    path = review.view.record.folder / "events.csv"
    path.write_bytes(path.read_bytes().replace(b"marker", b"Marker"))

    drag(review, 3.0, 5.0)

    assert "changed after the recording was closed" in review.hint.text()
    assert review.view.scenery is not None
    assert review.view.scenery.excluded == ()


def test_a_stretch_that_ends_before_it_begins_cannot_be_asked_for(qtbot: Any) -> None:
    dialog = ExcludeDialog((2.0, 4.0), 10.0)
    qtbot.addWidget(dialog)
    exclude = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Exclude")
    assert exclude.isEnabled()

    dialog.end.setValue(1.0)

    assert not exclude.isEnabled()


# --- report, export, folder, deletion ---


def test_the_report_is_saved_in_the_session_and_opened(review: ReviewWindow, shown_files: list[str]) -> None:
    review.buttons["report"].click()

    assert review.view.record is not None
    assert shown_files == [str(review.view.record.folder / "report.html")]
    assert review.hint.text() == "Saved as report.html in the session folder."


def test_the_report_is_saved_as_pdf(review: ReviewWindow, shown_files: list[str]) -> None:
    review.buttons["pdf"].click()

    assert Path(shown_files[0]).read_bytes().startswith(b"%PDF")


def test_an_export_tells_how_far_it_is_and_where_it_went(
    review: ReviewWindow, monkeypatch: pytest.MonkeyPatch, shown_files: list[str]
) -> None:
    seen: list[str] = []

    def drive(dialog: ExportDialog) -> int:
        seen.append(dialog.export.isEnabled())  # nothing is ticked yet
        for name in ("openface", "long"):
            dialog.formats[name].setChecked(True)
        dialog.export.click()
        seen.extend([dialog.hint.text(), dialog.bar.value()])
        dialog.open_folder.click()
        return 0

    monkeypatch.setattr(ExportDialog, "exec", drive)
    review.buttons["export"].click()

    assert review.view.record is not None
    export = review.view.record.folder / "export"
    assert seen == [False, "Saved in the folder export of the session.", 100]
    assert shown_files == [str(export)]
    assert sorted(path.name for path in export.iterdir()) == ["long", "openface"]


def test_while_something_is_written_excluding_says_why_it_waits(
    review: ReviewWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review.acts._work, "_background", lambda name, work: None)
    review.buttons["pdf"].click()
    review.buttons["exclude"].click()
    assert review.hint.text() == "Something is still being written. Try again in a moment."


def test_an_export_is_not_begun_twice_nor_lost_when_its_dialog_is_closed(
    review: ReviewWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    later: list[Callable[[], None]] = []
    monkeypatch.setattr(review.acts._work, "_background", lambda name, work: later.append(work))
    enabled: list[bool] = []

    def drive(dialog: ExportDialog) -> int:
        dialog.formats["openface"].setChecked(True)
        dialog.export.click()
        dialog.formats["long"].setChecked(True)
        enabled.append(dialog.export.isEnabled())
        return 0

    monkeypatch.setattr(ExportDialog, "exec", drive)
    review.buttons["export"].click()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    (work,) = later
    work()
    assert enabled == [False]
    assert review.hint.text() == "Saved in the folder openface of the session."


def test_a_failed_export_is_a_sentence_in_the_dialog(
    review: ReviewWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert review.view.record is not None
    (review.view.record.folder / "export").write_text("in the way")
    seen: list[str] = []

    def drive(dialog: ExportDialog) -> int:
        dialog.formats["long"].setChecked(True)
        dialog.export.click()
        seen.append(dialog.hint.text())
        return 0

    monkeypatch.setattr(ExportDialog, "exec", drive)
    review.buttons["export"].click()

    assert "cannot write the export" in seen[0]


def test_deleting_names_what_goes_and_deletes_when_asked_to(
    review: ReviewWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert review.view.record is not None
    folder = review.view.record.folder
    questions: list[str] = []

    def confirm(box: QMessageBox) -> int:
        questions.extend([box.text(), box.informativeText()])
        next(button for button in box.buttons() if button.text() == "Delete").click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", confirm)
    review.buttons["delete"].click()

    assert questions[0] == f"Delete the session {folder.name}?"
    assert "frames.csv" in questions[1]
    assert "p01" in questions[1]
    assert not folder.exists()
    assert (review.message.text(), review.list.count()) == (EMPTY, 0)


def test_deleting_can_be_refused(review: ReviewWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    assert review.view.record is not None
    monkeypatch.setattr(QMessageBox, "exec", lambda box: box.defaultButton().click())

    review.buttons["delete"].click()

    assert review.view.record.folder.exists()


def test_a_folder_that_femon_did_not_name_is_not_deleted(
    review: ReviewWindow, sessions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert review.view.record is not None
    renamed = review.view.record.folder.rename(sessions / "my best session")
    review.choose(renamed)

    review.buttons["delete"].click()

    assert renamed.exists()
    assert "Delete it by hand" in review.hint.text()


def test_the_folder_of_the_session_is_shown(review: ReviewWindow, shown_files: list[str]) -> None:
    review.buttons["folder"].click()

    assert review.view.record is not None
    assert shown_files == [str(review.view.record.folder)]


def test_a_session_folder_that_vanished_is_a_sentence(review: ReviewWindow) -> None:
    assert review.view.record is not None
    record = review.view.record
    for path in sorted(record.folder.iterdir()):
        path.unlink()
    record.folder.rmdir()

    review.buttons["report"].click()
    assert "is no femon session" in review.hint.text()
    review.reload()

    assert review.message.text() == EMPTY


def test_unexpected_trouble_in_the_background_is_told(qapp: Any) -> None:
    work = ReviewWork(lambda _name, job: job())
    told: list[str] = []
    work.failed.connect(told.append)

    def broken() -> None:
        raise ZeroDivisionError("division by zero")

    def refused() -> None:
        raise SessionError("The disk is full.")

    work.run("Writing the report", broken, lambda _: None)
    work.run("Writing the report", refused, lambda _: None)

    assert told == ["Writing the report failed (division by zero). The log says more.", "The disk is full."]
    assert not work.busy


# --- ways in ---


def test_the_live_window_opens_one_review_screen(studio: Any, sessions: Path) -> None:
    write_session(sessions, face_rows(5))
    studio.window.commands["review"].trigger()
    studio.deliver()
    first = studio.window.review.review
    studio.window.commands["review"].trigger()
    studio.deliver()

    assert first.isVisible()
    assert studio.window.review.review is first
    assert first.list.count() == 1
    studio.window.review.close()


def test_the_summary_of_a_session_leads_to_its_review(
    studio: Any, sessions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_session(sessions, face_rows(5), name="2026-03-15_09-26-53_p01")
    folder = write_session(sessions, face_rows(5))
    monkeypatch.setattr(
        StopSummary, "exec",
        lambda dialog: next(one for one in dialog.findChildren(QPushButton) if one.text() == "Review").click(),
    )  # fmt: skip
    studio.open()
    studio.record(folder)
    studio.say(
        "recorded",
        summary=SessionSummary(folder, "complete", 5, 5, 0, 0, 0, 5, 0.4, 0.0, None, None, "ok", {}),
    )

    review = studio.window.review.review
    assert review.view.record.folder == folder
    studio.window.review.close()


def test_the_review_screen_closes_with_the_live_window(studio: Any, sessions: Path) -> None:
    studio.window.commands["review"].trigger()
    studio.deliver()
    assert studio.window.review.review.isVisible()

    studio.window.close()
    studio.deliver()

    assert studio.window.review.review is None

"""The comparison of models: where a picture comes from, what is shown of it, what can be taken away."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QPushButton, QToolButton

from answering import Answers, install, sure_of
from fakes import FakeFinder, make_frame
from femon.comparison import Comparison, compare
from femon.gui.dialogs.compare import CompareDialog
from femon.gui.dialogs.compare_columns import CompareColumns
from femon.gui.dialogs.compare_picture import CropView, StillView
from femon.gui.dialogs.compare_still import pixels_of, still_from_mime
from femon.gui.dialogs.compare_work import CompareWork, Still
from femon.gui.share_bars import ShareBars
from femon.settings import Settings
from femon.stage import run_in_background
from femon.types import Frame
from later import Later

GREY = np.full((120, 160, 3), 90, np.uint8)
Made = Callable[..., CompareDialog]


class Models:
    """Compares with made-up models and faces; `pictures` are those it was given."""

    def __init__(self, folder: Path, *tracks: int, **answers: list[float]) -> None:
        self.folder, self.tracks = folder, tracks
        self.answers = Answers(**answers)
        self.pictures: list[Any] = []
        self.threads: set[str] = set()
        for model_id in answers:
            install(folder, model_id)

    def __call__(self, image_bgr: Any, **options: Any) -> Comparison:
        self.pictures.append(image_bgr)
        self.threads.add(threading.current_thread().name)
        return compare(
            image_bgr,
            models=self.folder,
            settings=Settings(),
            make_finder=FakeFinder(*self.tracks),
            load_bundle=self.answers,
            **options,
        )


def at_once(_name: str, work: Callable[[], None]) -> None:
    work()


@pytest.fixture
def models(tmp_path: Path) -> Models:
    return Models(tmp_path / "models", 1, 2, one=sure_of("happy"), two=sure_of("sad", 0.4))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "a picture.png"
    cv2.imwrite(str(path), GREY)
    return path


@pytest.fixture
def make(qtbot: Any) -> Made:
    def made(models: Any, background: Any = at_once, frame: Frame | None = None) -> CompareDialog:
        dialog = CompareDialog(CompareWork(models, background), lambda: frame)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        settle()
        return dialog

    return made


def settle() -> None:
    """What a layout shows appears with the next events; so do shortcuts of a new window."""
    QGuiApplication.processEvents()


def told(dialog: CompareDialog) -> str:
    shown = " | ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())
    return shown.replace("\N{NO-BREAK SPACE}", " ")


def button(dialog: CompareDialog, text: str) -> QPushButton:
    return next(one for one in dialog.findChildren(QPushButton) if one.text() == text)


def cards(dialog: CompareDialog) -> dict[str, str]:
    """What a screen reader says of each column."""
    settle()
    return {
        one.accessibleName(): one.accessibleDescription()
        for one in dialog.findChildren(object)
        if getattr(one, "property", None) and one.property("look") == "card" and one.isVisible()
    }


def bars(dialog: CompareDialog, name: str) -> str:
    found = [
        one for one in dialog.findChildren(ShareBars) if one.isVisible() and one.accessibleName() == name
    ]
    return found[-1].accessibleDescription().replace("\N{NO-BREAK SPACE}", " ")


def faces(dialog: CompareDialog) -> list[QToolButton]:
    settle()
    return [
        one for one in dialog.findChildren(QToolButton) if one.text().startswith("Face") and one.isVisible()
    ]


# --- what is shown ---


def test_it_begins_with_the_ways_to_a_picture(make: Made, models: Models) -> None:
    dialog = make(models)
    assert "Open a picture, paste one, drop one here" in told(dialog)
    assert not button(dialog, "Copy table").isEnabled()
    assert not button(dialog, "Save CSV...").isEnabled()


def test_every_model_has_a_column_and_the_mean_the_last(make: Made, models: Models, picture: Path) -> None:
    dialog = make(models)
    dialog.compare_file(picture)
    said = cards(dialog)
    assert list(said) == ["one", "two", "Mean of 2 models"]
    assert said["one"].startswith("happy. ")
    assert said["one"].endswith(" ms per face")
    assert said["two"].startswith("uncertain, no label likely enough. ")
    assert said["Mean of 2 models"].startswith("Disagreement 0.")
    assert bars(dialog, "Probabilities of one").startswith("angry 2 %, disgust 2 %, fear 2 %, happy 88 %")
    assert bars(dialog, "Mean probabilities").startswith("angry 6 %, disgust 6 %, fear 6 %, happy 49 %")
    assert "a picture.png" in told(dialog)
    assert "What the models see, 48 x 48 px\ngood quality" in told(dialog)


def test_a_model_that_cannot_be_used_says_why_in_its_column(
    make: Made, models: Models, picture: Path
) -> None:
    install(models.folder, "zero")
    dialog = make(models)
    dialog.compare_file(picture)
    assert cards(dialog)["zero"] == (
        "Cannot be used. The files of 'zero' do not match their checksum and were not loaded."
    )


def test_a_single_model_has_no_mean_and_is_said_to_be_the_only_one(
    make: Made, tmp_path: Path, picture: Path
) -> None:
    dialog = make(Models(tmp_path / "models", 1, one=sure_of("happy")))
    dialog.compare_file(picture)
    assert list(cards(dialog)) == ["one"]
    assert "Only one model is installed" in told(dialog)


def test_many_models_share_two_rows(make: Made, tmp_path: Path, picture: Path) -> None:
    answers = {f"net{number}": sure_of("happy") for number in range(5)}
    dialog = make(Models(tmp_path / "models", 1, **answers))
    dialog.compare_file(picture)
    assert list(cards(dialog)) == [*answers, "Mean of 5 models"]
    shown = dialog.findChild(CompareColumns)
    places = [
        one.pos() for one in shown.findChildren(object) if getattr(one, "accessibleName", str)() in answers
    ]
    assert len({place.y() for place in places}) == 2
    assert len({place.x() for place in places}) == 3


def test_one_of_several_faces_is_chosen_by_button_key_and_click(
    make: Made, models: Models, picture: Path, qtbot: Any
) -> None:
    dialog = make(models)
    dialog.compare_file(picture)
    assert [one.isChecked() for one in faces(dialog)] == [True, False]
    faces(dialog)[1].click()
    assert dialog.findChild(CropView)._crop.pixelColor(0, 0).red() == 2  # the crop of the fake face 2
    assert [one.isChecked() for one in faces(dialog)] == [False, True]
    qtbot.keyClick(dialog, Qt.Key.Key_BracketLeft)
    assert [one.isChecked() for one in faces(dialog)] == [True, False]
    still = dialog.findChild(StillView)
    middle = still._box(dialog.comparison.faces[1]).center().toPoint()
    qtbot.mouseClick(still, Qt.MouseButton.LeftButton, pos=middle)
    assert [one.isChecked() for one in faces(dialog)] == [False, True]


def test_a_single_face_needs_no_choice(make: Made, tmp_path: Path, picture: Path) -> None:
    dialog = make(Models(tmp_path / "models", 1, one=sure_of("happy")))
    dialog.compare_file(picture)
    assert faces(dialog) == []


def test_a_picture_without_a_face_is_shown_and_says_so(make: Made, tmp_path: Path, picture: Path) -> None:
    dialog = make(Models(tmp_path / "models", one=sure_of("happy")))
    dialog.compare_file(picture)
    assert "No face found in this picture." in told(dialog)
    assert dialog.findChild(StillView).accessibleDescription() == "Faces found: 0"
    assert not button(dialog, "Copy table").isEnabled()


def test_a_picture_that_is_taken_as_a_crop_says_so(make: Made, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "small.png"), np.zeros((48, 48, 3), np.uint8))
    dialog = make(Models(tmp_path / "models", one=sure_of("happy")))
    dialog.compare_file(tmp_path / "small.png")
    assert "it is taken as a crop itself" in told(dialog)
    assert "quality" not in told(dialog)  # it was not judged
    assert list(cards(dialog)) == ["one"]


def test_what_is_no_picture_is_said_and_forgets_the_one_before(
    make: Made, models: Models, picture: Path, tmp_path: Path
) -> None:
    dialog = make(models)
    dialog.compare_file(picture)
    (tmp_path / "text.png").write_text("hello")
    dialog.compare_file(tmp_path / "text.png")
    assert "'text.png' cannot be read as video or picture (it is not a picture)" in told(dialog)
    assert cards(dialog) == {}


def test_what_nobody_foresaw_is_a_sentence_too(
    make: Made, picture: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(image_bgr: Any, **_options: Any) -> Comparison:
        raise ValueError("boom")

    dialog = make(broken)
    dialog.compare_file(picture)
    assert "The picture could not be compared: boom." in told(dialog)
    assert "could not be compared" in caplog.text


# --- where a picture comes from ---


def test_the_current_frame_is_compared_as_it_was_captured(make: Made, models: Models) -> None:
    frame = make_frame(7)
    dialog = make(models, frame=frame)
    button(dialog, "Current frame").click()
    assert models.pictures[0] is frame.image_bgr
    assert "fake, frame 7" in told(dialog)


def test_without_a_video_there_is_no_current_frame(make: Made, models: Models, qtbot: Any) -> None:
    dialog = make(models)
    qtbot.keyClick(dialog, Qt.Key.Key_F)
    assert "No video is open." in told(dialog)


def test_a_copied_picture_is_pasted(make: Made, models: Models, qtbot: Any) -> None:
    image = QImage(31, 20, QImage.Format.Format_RGB32)  # rows that are padded
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    dialog = make(models)
    qtbot.keyClick(dialog, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    (pasted,) = models.pictures
    assert pasted.shape == (20, 31, 3)
    assert pasted[5, 30].tolist() == [0, 0, 255]
    assert "pasted picture" in told(dialog)


def test_pasting_anything_else_says_so(make: Made, models: Models) -> None:
    QGuiApplication.clipboard().setText("hello")
    dialog = make(models)
    button(dialog, "Paste").click()
    assert "There is no picture to paste." in told(dialog)
    assert models.pictures == []


def test_a_file_can_be_dropped(make: Made, models: Models, picture: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture))])
    dialog = make(models)
    buttons, keys, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    entering = QDragEnterEvent(QPoint(9, 9), copy, data, buttons, keys)
    dialog.dragEnterEvent(entering)
    assert entering.isAccepted()
    dialog.dropEvent(QDropEvent(QPointF(9, 9), copy, data, buttons, keys))
    assert "a picture.png" in told(dialog)
    assert len(models.pictures) == 1


def test_an_address_is_never_fetched() -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.png")])
    assert still_from_mime(data) is None


def test_a_file_is_asked_for(
    make: Made, models: Models, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(picture), ""))
    dialog = make(models)
    button(dialog, "Open picture...").click()
    assert list(cards(dialog)) == ["one", "two", "Mean of 2 models"]


def test_the_pixels_of_an_image_lose_nothing() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    image = QImage(pixels.tobytes(), 7, 5, 21, QImage.Format.Format_BGR888)
    np.testing.assert_array_equal(pixels_of(image), pixels)


# --- the work behind it ---


def still(name: str) -> Still:
    return Still(name, lambda: GREY)


def test_progress_is_shown_and_the_window_goes_on(make: Made, models: Models, picture: Path) -> None:
    later = Later()
    dialog = make(models, later)
    dialog.compare_file(picture)
    assert "Looking for faces in a picture.png..." in told(dialog)
    dialog._work.progressed.emit(1, 2)
    assert "Model 2 of 2..." in told(dialog)
    assert dialog._progress.isVisible()
    later.go()
    assert not dialog._progress.isVisible()
    assert len(cards(dialog)) == 3


def test_the_newest_picture_wins(models: Models, qapp: Any) -> None:
    later, shown = Later(), []
    work = CompareWork(models, later)
    work.done.connect(lambda name, _comparison: shown.append(name))
    for name in ("first", "second", "third"):
        work.ask(still(name))
    later.go()
    assert models.answers.loaded == []  # given up before its first model
    later.go()
    assert shown == ["third"]
    assert later.waiting == []


def test_a_closed_dialog_gives_up_what_runs(make: Made, models: Models, picture: Path) -> None:
    later = Later()
    dialog = make(models, later)
    dialog.compare_file(picture)
    dialog.reject()
    later.go()
    assert models.answers.loaded == []
    assert dialog.comparison is None


def test_models_are_asked_on_another_thread(make: Made, models: Models, picture: Path, qtbot: Any) -> None:
    dialog = make(models, run_in_background)
    dialog.compare_file(picture)
    qtbot.waitUntil(lambda: dialog.comparison is not None)
    assert models.threads == {"femon-compare models"}


# --- what can be taken away ---


def test_the_table_is_copied_for_a_spreadsheet(make: Made, models: Models, picture: Path) -> None:
    dialog = make(models)
    dialog.compare_file(picture)
    button(dialog, "Copy table").click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 1 + 2 * 3  # two faces, two models and their mean
    assert lines[0].split("\t")[:3] == ["picture", "face", "model"]
    assert lines[1].split("\t")[:3] == ["a picture.png", "1", "one"]
    assert "The table is in the clipboard." in told(dialog)


def test_the_table_is_saved_as_csv(
    make: Made, models: Models, picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "table.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    dialog = make(models)
    dialog.compare_file(picture)
    button(dialog, "Save CSV...").click()
    assert f"Saved as {target}." in told(dialog)
    with target.open(newline="", encoding="utf-8") as file:
        assert [row["model"] for row in csv.DictReader(file)] == ["one", "two", "mean"] * 2


def test_a_place_that_cannot_be_written_is_said(
    make: Made, models: Models, picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "absent" / "table.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    dialog = make(models)
    dialog.compare_file(picture)
    button(dialog, "Save CSV...").click()
    assert "femon cannot write the table" in told(dialog)


# --- access ---


def test_it_closes_by_escape_and_names_its_controls(
    make: Made, models: Models, picture: Path, qtbot: Any
) -> None:
    dialog = make(models)
    dialog.compare_file(picture)
    controls = [*dialog.findChildren(QPushButton), *faces(dialog)]
    assert all(one.text() for one in controls)
    assert all(one.focusPolicy() & Qt.FocusPolicy.TabFocus for one in controls)
    assert [one.text() for one in dialog.findChildren(QPushButton) if one.isDefault()] == ["Close"]
    assert dialog.findChild(CropView).accessibleName() == "The crop as the models see it"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_command_opens_it_on_the_picture_that_is_shown(
    studio: Any, face: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QDialog] = []
    monkeypatch.setattr(QDialog, "exec", lambda self: opened.append(self) or 0)
    studio.open()
    studio.show(0.0, face())
    studio.window.commands["compare"].trigger()
    assert [type(one).__name__ for one in opened] == ["CompareDialog"]
    assert studio.window.commands["compare"].shortcut().toString() == "Ctrl+Shift+M"
    assert "No model is installed in" in told_in(opened[0])  # the frame was asked about at once


def told_in(dialog: QDialog) -> str:
    return " | ".join(label.text() for label in dialog.findChildren(QLabel))

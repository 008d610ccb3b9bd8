import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QTextBrowser

from femon.bundle import Contract, Member
from femon.camera import CameraInfo
from femon.crop import FER_SPEC
from femon.emotions import EMOTIONS
from femon.gui.confusion_view import ConfusionView
from femon.gui.controls import controls_sheet
from femon.gui.dialogs.about import AboutDialog
from femon.gui.dialogs.camera_picker import CameraPicker
from femon.gui.dialogs.marker_names import MarkerNames
from femon.gui.dialogs.model_figures import COLUMNS, accuracy_text, facts, published_text, table_row
from femon.gui.dialogs.model_picker import ModelPicker
from femon.gui.dialogs.old_sessions import OldSessions
from femon.gui.dialogs.open_source import OpenSourceDialog
from femon.gui.dialogs.purpose import PurposeDialog
from femon.gui.dialogs.session_start import SessionStartDialog
from femon.gui.dialogs.settings_dialog import SettingsDialog
from femon.gui.dialogs.settings_fields import PAGES, value_of
from femon.gui.dialogs.stop_summary import StopSummary, identity_line
from femon.gui.theme import DARK, LIGHT
from femon.limits import labels_are_not_feelings
from femon.recording.ledger import SessionSummary
from femon.settings import AnalysisSettings, CameraSettings, DisplaySettings, Settings

CAMERAS = [CameraInfo(0, "Integrated Camera", "V4L2"), CameraInfo(2, "Second Camera", "V4L2")]
CONFUSION = [[90 if row == column else 2 for column in range(7)] for row in range(7)]
MEASURED = {
    "n": 3589,
    "accuracy": 0.7312,
    "ci95": [0.7164, 0.7455],
    "dedup_accuracy": 0.7206,
    "dedup_n": 3309,
    "macro_f1": 0.7185,
    "recall": [0.64, 0.71, 0.55, 0.89, 0.61, 0.84, 0.77],
    "confusion": CONFUSION,
    "ece_before": 0.082,
    "ece_after": 0.026,
}
SUMMARY = SessionSummary(
    folder=Path("sessions/2026-03-14_09-26-53_p01"),
    state="complete",
    captured=28410,
    analysed=28102,
    dropped=308,
    paused=0,
    unaccounted=0,
    rows=56512,
    duration_s=947.2,
    camera_lost_s=0.0,
    latency_p50_ms=58.1,
    latency_p95_ms=96.4,
    integrity="ok",
    label_shares={"happy": 0.6, "uncertain": 0.4},
)
Show = Callable[[QDialog], QDialog]


@pytest.fixture
def show(qtbot: Any) -> Show:
    def shown(dialog: QDialog) -> QDialog:
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return shown


def button(dialog: QDialog, text: str) -> QPushButton:
    return next(one for one in dialog.findChildren(QPushButton) if one.text() == text)


def told(dialog: QDialog) -> str:
    shown = " | ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())
    return shown.replace("\N{NO-BREAK SPACE}", " ")


def contract(**changes: Any) -> Contract:
    made = Contract(
        id="net",
        name="A network",
        labels=EMOTIONS,
        input_shape=(None, 48, 48),
        crop=FER_SPEC,
        sha256={"model.tflite": "ab" * 32},
        temperature=1.2,
        params=2_030_887,
        metrics={"public_test": MEASURED},
        size_bytes=4_072_108,
    )
    return replace(made, **changes)


def write_bundle(models: Path, model_id: str, text: str = "") -> None:
    folder = models / model_id
    folder.mkdir(parents=True)
    (folder / "model.tflite").write_bytes(b"weights")
    entries = {
        "id": model_id,
        "name": f"Network {model_id}",
        "labels": list(EMOTIONS),
        "input_shape": [None, 48, 48],
        "crop": FER_SPEC.to_dict(),
        "sha256": {"model.tflite": "ab" * 32},
        "temperature": 1.2,
        "metrics": {"public_test": MEASURED},
    }
    (folder / "bundle.json").write_text(text or json.dumps(entries), encoding="utf-8")


# --- camera picker ---


def test_the_current_camera_is_selected(show: Show) -> None:
    for current, row in (("2", 1), ("Second Camera", 1), ("demo", 2), ("", 0), ("gone", 0)):
        assert show(CameraPicker(CAMERAS, current))._list.currentRow() == row


def test_the_chosen_camera_is_named_by_its_number(show: Show) -> None:
    picker = show(CameraPicker(CAMERAS, "2"))
    button(picker, "Use this camera").click()
    assert picker.choice == "2"


def test_the_built_in_clip_can_be_chosen_without_a_camera(show: Show) -> None:
    picker = show(CameraPicker([], ""))
    assert "No camera found." in told(picker)
    button(picker, "Use the clip").click()
    assert picker.choice == "demo"


def test_the_camera_picker_says_how_to_look_again(show: Show) -> None:
    assert "No camera found. Connect one and press Refresh" in told(show(CameraPicker([], "", refresh=list)))
    another = show(CameraPicker([], "", another=True))
    assert another.windowTitle() == "Add camera"
    assert "No other camera found. Connect one and open this list again" in told(another)


def test_cancelling_the_camera_picker_chooses_nothing(show: Show) -> None:
    picker = show(CameraPicker(CAMERAS, "0"))
    button(picker, "Cancel").click()
    assert picker.choice is None


def test_refresh_finds_a_new_camera_and_keeps_the_selection(show: Show) -> None:
    picker = show(CameraPicker(CAMERAS[1:], "2", refresh=lambda: CAMERAS))
    button(picker, "Refresh").click()
    assert picker._list.count() == 3
    assert picker._selected() == "2"


# --- open ---


def test_a_file_and_a_folder_can_be_opened(show: Show, tmp_path: Path) -> None:
    clip = tmp_path / "talk.mp4"
    clip.write_bytes(bytes(1200))
    for path, words in ((clip, "A file of 1.2 kB."), (tmp_path, "A folder")):
        dialog = show(OpenSourceDialog())
        dialog.set_text(f" {path} ")
        assert words in told(dialog)
        button(dialog, "Open").click()
        assert dialog.choice == str(path)


@pytest.mark.parametrize("address", ["rtsp://10.0.0.2/one", "http://cam.local:8080/v", "https://a.b/c.m3u8"])
def test_an_address_says_that_femon_will_connect(show: Show, address: str) -> None:
    dialog = show(OpenSourceDialog())
    dialog.set_text(address)
    assert "femon will connect to this address." in told(dialog)
    dialog.accept()
    assert dialog.choice == address


@pytest.mark.parametrize("text", ["", "   ", "no/such/file.mp4", "ftp://a/b", "http://", "rtsp://[", "a\0b"])
def test_what_cannot_be_opened_is_not_accepted(show: Show, text: str) -> None:
    dialog = show(OpenSourceDialog())
    dialog.set_text(text)
    assert not button(dialog, "Open").isEnabled()
    dialog.accept()
    assert dialog.choice is None


# --- stop summary ---


def test_the_identity_line_accounts_for_every_frame() -> None:
    line = identity_line(SUMMARY).replace("\N{NO-BREAK SPACE}", " ")
    assert line == "28 410 frames: 28 102 analysed, 308 dropped, 0 unaccounted"


def test_paused_frames_are_accounted_for() -> None:
    assert "120\N{NO-BREAK SPACE}paused" in identity_line(replace(SUMMARY, paused=120))


def test_the_summary_shows_duration_and_delay(show: Show) -> None:
    text = told(show(StopSummary(SUMMARY)))
    assert "00:15:47" in text
    assert "58 ms median, 96 ms at 95 %" in text
    assert "Check this session" not in text


def test_a_session_with_holes_is_said_to_be_checked(show: Show) -> None:
    for broken in (replace(SUMMARY, unaccounted=3), replace(SUMMARY, integrity="frame 7 is missing")):
        assert "Check this session" in told(show(StopSummary(broken)))


def test_the_summary_tells_coverage_and_alarms(show: Show) -> None:
    text = told(show(StopSummary(replace(SUMMARY, covered=0.934, alarms=2))))
    assert "93 % of the rows have a readable face" in text
    assert "Alarms | 2" in text


def test_a_session_without_expressions_is_not_said_to_have_no_faces(show: Show) -> None:
    text = told(show(StopSummary(replace(SUMMARY, label_shares={}, covered=0.9))))
    assert "Expressions were not read." in text


def test_a_session_without_faces_has_no_shares(show: Show) -> None:
    dialog = show(StopSummary(replace(SUMMARY, label_shares={}, latency_p50_ms=None, captured=0)))
    assert "No face was seen." in told(dialog)


# --- model picker ---


@pytest.fixture
def models_here(tmp_path: Path) -> Path:
    write_bundle(tmp_path, "large")
    write_bundle(tmp_path, "small")
    write_bundle(tmp_path, "torn", text='{"id": ')
    return tmp_path


def test_the_picker_lists_every_bundle_and_selects_the_one_in_use(show: Show, models_here: Path) -> None:
    picker = show(ModelPicker(models_here, "small"))
    names = [picker._table.item(row, 0).text() for row in range(picker._table.rowCount())]
    assert names == ["large", "small", "torn"]
    assert "This model is in use." in told(picker)
    picker.select("large")
    button(picker, "Use this model").click()
    assert picker.choice == "large"


def test_a_broken_bundle_shows_its_reason_and_cannot_be_chosen(show: Show, models_here: Path) -> None:
    picker = show(ModelPicker(models_here, "small"))
    picker.select("torn")
    assert "This model cannot be used." in told(picker)
    assert not button(picker, "Use this model").isEnabled()
    picker.accept()
    assert picker.choice is None


def test_refresh_finds_a_new_bundle(show: Show, models_here: Path) -> None:
    picker = show(ModelPicker(models_here, "small"))
    write_bundle(models_here, "fresh")
    button(picker, "Refresh").click()
    assert picker._table.rowCount() == 4


def test_without_bundles_the_picker_says_how_to_make_one(show: Show, tmp_path: Path) -> None:
    assert "python -m training" in told(show(ModelPicker(tmp_path, "small")))


def test_the_picker_says_that_labels_are_not_feelings(show: Show, models_here: Path) -> None:
    text = told(show(ModelPicker(models_here, "small")))
    assert "wrong in 27 of 100 cases, most often for fear, sad and angry." in text


def test_the_private_test_is_shown_before_the_public_one() -> None:
    private = {**MEASURED, "accuracy": 0.7444}
    both = contract(metrics={"public_test": MEASURED, "private_test": private})
    assert accuracy_text(both).startswith("74.4")
    assert "PrivateTest" in table_row(both)
    assert "PublicTest" in table_row(contract())


def test_accuracy_comes_with_its_interval_and_number() -> None:
    text = accuracy_text(contract()).replace("\N{NO-BREAK SPACE}", " ")
    assert text == "73.1 % (71.6 to 74.6 %), n 3 589"


def test_a_missing_figure_is_not_measured(show: Show, qtbot: Any) -> None:
    bare = contract(metrics={}, params=None)
    assert len(table_row(bare)) == len(COLUMNS)
    assert table_row(bare)[3:7] == ("not measured",) * 4
    assert facts(bare)["Calibration error"] == "not measured"
    assert "was not measured" in labels_are_not_feelings(bare.metrics)


def test_a_published_figure_that_cannot_be_compared_says_why() -> None:
    published = {"paper": "A paper", "accuracy": 0.7328, "comparable": False, "reason": "other split"}
    made = contract(published=published)
    assert published_text(made).endswith("not comparable")
    assert facts(made)["Published"].endswith("A paper; not comparable: other split")
    assert "Published" not in facts(contract())


def test_an_ensemble_names_its_networks_and_their_files() -> None:
    members = tuple(Member(name, {"model.tflite": name * 32}, 1.0, (1.0,) * 7) for name in ("aa", "bb"))
    made = contract(kind="ensemble", members=members, sha256={}, disagree_above=0.15)
    assert facts(made)["Networks"] == "aa, bb"
    assert facts(made)["Disagreement above"] == "0.15 is uncertain"
    assert list(made.checksums) == ["aa/model.tflite", "bb/model.tflite"]
    assert facts(contract()).keys().isdisjoint({"Networks", "Disagreement above"})


def test_the_confusion_matrix_tells_its_cells_in_words(qtbot: Any) -> None:
    view = ConfusionView()
    qtbot.addWidget(view)
    empty = view.grab().toImage()
    view.show_counts(CONFUSION)
    assert view.grab().toImage() != empty
    size = view.sizeHint()
    assert (
        view.words_at(QPointF(size.width() - 5, size.height() - 5))
        == "90 of 102 neutral pictures were read as neutral"
    )
    assert view.words_at(QPointF(0, 0)) == ""
    assert "happy read right 88" in view.accessibleDescription()


# --- settings ---


def test_untouched_settings_come_back_as_they_were(show: Show) -> None:
    odd = Settings(
        model="mine",
        last_camera="Cam",
        camera=CameraSettings(fps=29.97),
        analysis=AnalysisSettings(threads=16, half_life_s=0.333, low_prob=0.4),
        display=DisplaySettings(theme="light", mirror=False),
    )
    for settings in (Settings(), odd):
        assert show(SettingsDialog(settings)).settings == settings


def test_a_changed_value_is_the_only_difference(show: Show) -> None:
    dialog = show(SettingsDialog(Settings()))
    dialog.editors["analysis.half_life_s"].set_value(0.5)
    dialog.editors["analysis.low_prob"].set_value(0.0)
    dialog.editors["display.theme"].set_value("dark")
    expected = Settings(
        analysis=AnalysisSettings(half_life_s=0.5, low_prob=0.0), display=DisplaySettings(theme="dark")
    )
    assert dialog.settings == expected


def test_reset_leads_back_to_the_default(show: Show) -> None:
    dialog = show(SettingsDialog(Settings(analysis=AnalysisSettings(lead=0.2, low_prob=0.6))))
    lead = dialog.editors["analysis.lead"]
    assert lead._reset.isEnabled()
    lead._reset.click()
    assert not lead._reset.isEnabled()
    assert dialog.settings.analysis == AnalysisSettings(low_prob=0.6)
    dialog.reset_all()
    assert dialog.settings == Settings()


def test_values_stay_within_their_range(show: Show) -> None:
    dialog = show(SettingsDialog(Settings()))
    dialog.editors["analysis.max_faces"].set_value(99)
    assert dialog.settings.analysis.max_faces == 4


def test_every_default_is_within_its_range_and_every_field_has_one_editor() -> None:
    fields = [field for page in PAGES.values() for field in page]
    assert len({field.path for field in fields}) == len(fields)
    for field in fields:
        default = value_of(Settings(), field.path)
        if field.kind in ("whole", "number"):
            assert field.low <= default <= field.high, field.path
        if field.kind == "choice":
            assert default in dict(field.choices), field.path


def test_the_tables_of_the_settings_are_complete() -> None:
    paths = {field.path for page in PAGES.values() for field in page}
    for table in ("camera", "analysis", "display", "alarms"):
        names = {f"{table}.{name}" for name in type(getattr(Settings(), table)).__slots__}
        assert names <= paths


def test_every_settings_page_can_be_painted(show: Show) -> None:
    dialog = show(SettingsDialog(Settings()))
    pictures = []
    for name in PAGES:
        dialog.show_page(name)
        pictures.append(dialog.grab().toImage())
    assert all(one != other for one in pictures for other in pictures if one is not other)


# --- about ---


def test_about_tells_version_keys_licences_and_limits(show: Show, models_here: Path) -> None:
    dialog = show(AboutDialog(models_here))
    text = " ".join(page.toPlainText() for page in dialog.findChildren(QTextBrowser))
    for part in ("Ctrl+R", "Apache-2.0", "mediapipe", "Labels are not feelings: Network small", "Never for"):
        assert part in text
    assert "femon 0." in told(dialog)
    assert "a socket only for a stream address that you typed, and for Lab Streaming Layer while you" in text


# --- all ---


def test_every_dialog_closes_by_escape_and_names_its_controls(
    show: Show, models_here: Path, qtbot: Any
) -> None:
    dialogs = (
        CameraPicker(CAMERAS, "0"),
        OpenSourceDialog(),
        SessionStartDialog(Settings(sessions=str(models_here))),
        PurposeDialog(""),
        MarkerNames(()),
        OldSessions((), 90),
        StopSummary(SUMMARY),
        ModelPicker(models_here, "small"),
        SettingsDialog(Settings()),
        AboutDialog(models_here),
    )
    for dialog in dialogs:
        show(dialog)
        assert dialog.windowTitle()
        assert all(one.text() or one.accessibleName() for one in dialog.findChildren(QPushButton))
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()


def test_return_presses_the_button_that_goes_on(show: Show, models_here: Path) -> None:
    dialogs = {
        "Use this camera": CameraPicker(CAMERAS, "0", refresh=lambda: CAMERAS),
        "Start recording": SessionStartDialog(Settings(sessions=str(models_here))),
        "Close": StopSummary(SUMMARY),
        "Use this model": ModelPicker(models_here, "small"),
        "Save": SettingsDialog(Settings()),
    }
    for text, dialog in dialogs.items():
        show(dialog)
        assert [one.text() for one in dialog.findChildren(QPushButton) if one.isDefault()] == [text]


def test_the_pictures_of_the_controls_exist() -> None:
    for theme in (DARK, LIGHT):
        sheet = controls_sheet(theme)
        pictures = [part.split('"')[0] for part in sheet.split('url("')[1:]]
        assert pictures
        assert all(Path(picture).is_file() for picture in pictures)

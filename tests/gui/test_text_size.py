"""The text size: it reaches every text at once, and the window keeps room for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QLabel

from femon.gui import messages
from femon.gui.app import Looks
from femon.gui.dialogs.settings_dialog import SettingsDialog
from femon.gui.empty_state import EmptyState
from femon.gui.labels import heading
from femon.gui.layout import SIDE_PX
from femon.gui.status import StatusBar
from femon.gui.theme import BASE_TEXT_PX, apply_theme, text_scale
from femon.gui.video_view import VideoView
from femon.meter import Stats
from femon.settings import DisplaySettings, Settings, load_settings
from femon.types import SourceInfo


@pytest.fixture(autouse=True)
def _usual_size_again(qapp: Any) -> Iterator[None]:
    yield
    apply_theme(qapp, "dark")


def test_the_message_in_place_of_the_picture_keeps_room_for_its_text(qapp: Any, qtbot: Any) -> None:
    apply_theme(qapp, "dark")
    empty = EmptyState()
    qtbot.addWidget(empty)
    empty.resize(800, 600)
    empty.show()
    empty.show_message(messages.NO_CAMERA)
    apply_theme(qapp, "dark", text_percent=200)
    qapp.processEvents()
    (text,) = (label for label in empty.findChildren(QLabel) if label.text() == messages.NO_CAMERA.text)
    assert text.height() >= text.heightForWidth(text.width()) > 60


@pytest.mark.parametrize("percent", [80, 100, 150, 200])
def test_plain_text_and_titles_grow_alike(qapp: Any, qtbot: Any, percent: int) -> None:
    apply_theme(qapp, "dark", text_percent=percent)
    plain, title = QLabel("a"), heading("b")
    for label in (plain, title):
        qtbot.addWidget(label)
        label.ensurePolished()
    assert text_scale() == pytest.approx(percent / 100, abs=0.04)
    assert QFontInfo(plain.font()).pixelSize() == round(BASE_TEXT_PX * percent / 100)
    assert QFontInfo(title.font()).pixelSize() == round(17 * percent / 100)


def test_the_setting_is_used_at_once(studio: Any, qapp: Any) -> None:
    Looks(qapp, studio.controller, studio.window)
    studio.window.preferences.change_display(text_percent=150)
    studio.deliver()
    assert QFontInfo(studio.window.status.font()).pixelSize() == round(BASE_TEXT_PX * 1.5)


def test_the_side_panel_is_wider_for_larger_text(studio: Any, qapp: Any) -> None:
    studio.window.resize(1280, 800)
    studio.window.show()
    studio.deliver()
    sides = []
    for percent in (100, 150, 100):
        apply_theme(qapp, "dark", text_percent=percent)
        studio.deliver()
        sides.append(studio.window.parts.side.minimumWidth())
    assert sides == [SIDE_PX, pytest.approx(1.5 * SIDE_PX, abs=15), SIDE_PX]


def test_the_toolbar_hides_its_text_where_large_text_has_no_room(studio: Any, qapp: Any) -> None:
    studio.window.resize(1280, 800)
    studio.window.show()
    for percent, style in ((100, "ToolButtonTextBesideIcon"), (150, "ToolButtonIconOnly")):
        apply_theme(qapp, "dark", text_percent=percent)
        studio.deliver()
        assert studio.window.toolbar.toolButtonStyle() == Qt.ToolButtonStyle[style]


@pytest.mark.parametrize(("percent", "size"), [(125, (1024, 640)), (150, (1280, 800)), (200, (1024, 640))])
def test_the_window_does_not_grow_with_its_text(
    studio: Any, qapp: Any, percent: int, size: tuple[int, int]
) -> None:
    apply_theme(qapp, "dark", text_percent=percent)
    studio.open()
    studio.window.parts.add_timeline()
    studio.window.status.show_source(studio.window.live.info)
    studio.window.status.show_stats(studio.pipeline.stats())
    studio.window.status.show_free(64_000_000_000)
    studio.window.show()
    studio.deliver()
    smallest = studio.window.layout().minimumSize()
    assert smallest.width() <= size[0]
    assert smallest.height() <= size[1]


@pytest.mark.parametrize(
    ("width", "left_out"), [(1280, set()), (700, {"device", "model", "disk", "source"}), (0, None)]
)
def test_the_status_bar_leaves_out_what_has_no_room(
    qtbot: Any, qapp: Any, width: int, left_out: set[str] | None
) -> None:
    apply_theme(qapp, "dark")
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(width, 28)
    bar.show_source(SourceInfo("camera", "Integrated Camera", 1280, 720, live=True, fps=30.0, index=0))
    bar.show_stats(Stats(100, 90, 10, 0.1, 30.0, 28.6, 58.0, 96.0, "cpu", "femon-small"))
    bar.show_free(64_000_000_000)
    named = {"Device": "device", "Model": "model", "Free space": "disk", "Source": "source"}
    hidden = {
        label.accessibleName() for label in bar.findChildren(QLabel) if label.text() and label.isHidden()
    }
    assert "Latency" not in hidden
    if left_out is not None:
        assert {named.get(name, name) for name in hidden} <= left_out
        assert bool(hidden) == bool(left_out)


def test_the_settings_dialog_changes_it(qtbot: Any) -> None:
    dialog = SettingsDialog(Settings())
    qtbot.addWidget(dialog)
    dialog.editors["display.text_percent"].set_value(500)
    assert dialog.settings == Settings(display=DisplaySettings(text_percent=200))


@pytest.mark.parametrize("stored", ["79", "201", "1.5", '"large"', "true"])
def test_a_size_that_cannot_be_is_put_right(tmp_path: Path, stored: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(f'{{"display": {{"text_percent": {stored}}}}}', encoding="utf-8")
    assert load_settings(path) == (Settings(), ("display.text_percent",))


@pytest.mark.parametrize("percent", [100, 200])
def test_the_words_over_the_picture_grow_and_the_picture_does_not(
    studio: Any, qapp: Any, qtbot: Any, percent: int
) -> None:
    apply_theme(qapp, "dark", text_percent=percent)
    video = VideoView()
    qtbot.addWidget(video)
    video.resize(640, 480)
    video.set_camera("Camera on")
    assert dark_part(video) == pytest.approx(percent / 100 * 24, abs=4)
    video.show_frame(studio.made_up(0.0).frame)
    picture = video.grab().toImage()
    assert picture.pixelColor(1, 1).value() == picture.pixelColor(638, 478).value() == 120


def dark_part(video: VideoView) -> int:
    """The height in px of the sign at the top right, which is drawn over a dark ground."""
    image = video.grab().toImage()
    ground = image.pixelColor(0, 479)
    rows = [y for y in range(480) if any(image.pixelColor(x, y) != ground for x in range(320, 640))]
    return rows[-1] - rows[0]

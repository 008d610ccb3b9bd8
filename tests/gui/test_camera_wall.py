"""Several sources in one window: tiles, the selected one, what goes wrong in one of them, and their alarms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMessageBox

from femon.alarms import Alarms, Sound
from femon.alarms.policy import ALARMS, AlarmName
from femon.errors import CameraError
from femon.gui.group_alarms import GroupAlarms
from femon.gui.timeline_events import Happening
from femon.gui.video_view import Overlay
from femon.meter import Stats
from femon.settings import ModeSettings
from femon.types import Notice, Reading, SourceInfo

LEFT = SourceInfo("camera", "Left camera", 64, 48, live=True, fps=30.0, index=0)
RIGHT = SourceInfo("camera", "Right camera", 64, 48, live=True, fps=30.0, index=2, number=2)
DRIVER = ModeSettings(expression=False, fatigue=True, attention=True)


class Wall:
    """A studio whose window watches several sources; every method delivers what it caused."""

    def __init__(self, studio: Any) -> None:
        self.studio, self.window, self.controller = studio, studio.window, studio.controller

    def open(self, *sources: str) -> Wall:
        first, *others = sources or ("0", "2")
        self.controller.open(first, beside=others)
        self.studio.deliver()
        return self

    def opened(self) -> Wall:
        self.say(0, "opened", info=LEFT)
        return self.say(1, "opened", info=RIGHT)

    @property
    def pipelines(self) -> list[Any]:
        return self.studio.made.pipelines[-len(self.controller.sources) :]

    @property
    def tiles(self) -> Any:
        return self.window.wall.grid.tiles

    def say(self, number: int, kind: str, text: str = "", **details: object) -> Wall:
        self.pipelines[number].say(kind, text, **details)
        self.studio.deliver()
        return self

    def show(self, number: int, t: float, *readings: Reading, alarms: Alarms | None = None) -> Wall:
        self.pipelines[number].show(replace(self.studio.made_up(t, *readings), alarms=alarms))
        self.studio.deliver()
        return self

    def select(self, number: int) -> Wall:
        self.controller.select(number)
        self.studio.deliver()
        return self

    @property
    def chosen(self) -> list[bool]:
        return [tile.property("look") == "chosen" for tile in self.tiles]


@pytest.fixture
def wall(studio: Any) -> Wall:
    return Wall(studio)


def called(name: AlarmName, t: float = 1.0, **changes: Any) -> Alarms:
    kind = ALARMS[name]
    told = Alarms(t, alarm=name, text=kind.text.format(closed_s=1.6), colour=kind.colour, style=kind.style)
    sound = Sound(kind.sound, None, t) if kind.sound else None
    return replace(told, sound=sound, active=(name,), **changes)


def test_one_source_has_no_wall(studio: Any, face: Callable[..., Reading]) -> None:
    studio.open()
    studio.show(0.0, face())
    assert studio.window.wall.grid is None
    assert studio.window.parts.picture.currentWidget() is studio.window.parts.video
    assert studio.controller.group is None
    assert not studio.window.wall._timer.isActive()
    assert not studio.window.commands["close_source"].isVisible()


def test_each_source_has_a_tile_and_the_first_is_in_the_panels(
    wall: Wall, face: Callable[..., Reading]
) -> None:
    wall.open().opened()
    wall.show(0, 1.0, face(1)).show(1, 1.0, face(4))
    assert [tile.name for tile in wall.tiles] == ["Left camera", "Right camera"]
    assert [tile.words for tile in wall.tiles] == ["", ""]
    assert [tile.view.frame.t for tile in wall.tiles] == [1.0, 1.0]
    assert wall.window.parts.cards.chosen == 1
    assert wall.window.windowTitle() == "Left camera - femon"
    assert wall.chosen == [True, False]


def test_a_click_chooses_the_tile_that_the_panels_show(
    wall: Wall, face: Callable[..., Reading], qtbot: Any
) -> None:
    wall.window.parts.add_timeline()
    wall.open().opened()
    wall.show(0, 1.0, face(1)).show(1, 1.0, face(4))
    first = wall.window.parts.timeline
    qtbot.mouseClick(wall.tiles[1], Qt.MouseButton.LeftButton)
    wall.studio.deliver()
    wall.show(1, 1.1, face(4))
    assert wall.chosen == [False, True]
    assert wall.window.parts.cards.chosen == 4
    assert wall.window.windowTitle() == "Right camera - femon"
    assert wall.window.parts.timeline is not first
    assert wall.window.parts.timeline._latest == 1.1
    assert first._latest == 1.0


def test_a_source_that_is_closed_leaves_no_lines_in_the_timeline_of_the_next(
    wall: Wall, face: Callable[..., Reading]
) -> None:
    wall.window.parts.add_timeline()
    wall.open().opened()
    wall.show(0, 1.0, face(1)).select(1)
    wall.show(1, 2.0, face(4))
    wall.window.sources.close_one(0)
    wall.studio.deliver()
    assert wall.window.parts.timeline._latest is None


def test_the_recording_time_goes_on_in_the_clock_of_another_source(
    wall: Wall, face: Callable[..., Reading], tmp_path: Path
) -> None:
    wall.open("0", "talk.mp4").opened().select(1)
    wall.say(0, "recording", folder=tmp_path).say(1, "recording", folder=tmp_path)
    wall.show(1, 1.0, face(1)).show(1, 4.0, face(1))
    wall.select(0)
    wall.show(0, 123_456.0, face(1)).show(0, 123_457.0, face(1))
    assert wall.window.sessions.elapsed_s == pytest.approx(4.0)


def test_a_selected_camera_that_fails_is_not_shown_as_on(wall: Wall, face: Callable[..., Reading]) -> None:
    wall.open().opened()
    wall.show(0, 1.0, face(1))
    wall.say(0, "error", "Left camera was unplugged.")
    assert wall.window.windowTitle() == "Right camera - femon"
    wall.say(1, "error", "Right camera was unplugged.")
    assert wall.window.live.info is None
    assert wall.window.windowTitle() == "femon"
    assert not wall.window.calibrations.possible


def test_keys_go_through_the_sources(wall: Wall, qtbot: Any) -> None:
    wall.open().opened()
    wall.window.commands["next_source"].trigger()
    assert wall.chosen == [False, True]
    wall.window.commands["next_source"].trigger()
    assert wall.chosen == [True, False]
    qtbot.keyClick(wall.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert wall.chosen == [False, True]
    qtbot.keyClick(wall.tiles[0], Qt.Key.Key_Return)
    assert wall.chosen == [True, False]


def test_a_source_that_fails_says_so_in_its_tile_and_is_tried_again(
    wall: Wall, face: Callable[..., Reading]
) -> None:
    wall.open().say(0, "opened", info=LEFT).show(0, 1.0, face())
    error = CameraError("No such camera.", why="missing")
    wall.say(1, "error", "No such camera.", error=error, stage="capture")
    assert wall.tiles[1].words == "No such camera."
    assert wall.tiles[0].words == ""
    assert wall.studio.message() == ""
    wall.tiles[1].retry_wanted.emit()
    wall.studio.deliver()
    assert wall.tiles[1].words == "Opening..."
    assert [one.source for one in wall.studio.made.pipelines] == ["0", "2", "2"]
    wall.studio.made.last.say("opened", info=RIGHT)
    wall.studio.made.last.show(wall.studio.made_up(2.0))
    wall.studio.deliver()
    assert wall.tiles[1].words == ""


def test_a_group_that_cannot_be_made_says_so_in_every_tile(wall: Wall) -> None:
    wall.studio.made.refuse = CameraError("Nothing can be opened.")
    wall.open()
    assert [tile.words for tile in wall.tiles] == ["Nothing can be opened."] * 2
    assert wall.controller.idle


def test_a_source_that_hangs_is_named_in_its_tile(
    wall: Wall, face: Callable[..., Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    wall.open().opened().show(0, 1.0, face()).show(1, 1.0, face())
    monkeypatch.setattr(wall.pipelines[1], "stats", lambda: replace(Stats(), hanging="capture"))
    wall.window.wall._show_figures()
    assert [tile.accessibleDescription() for tile in wall.tiles] == ["29 fps", "Does not respond"]


def test_when_the_first_cannot_be_opened_the_panels_show_the_next(wall: Wall) -> None:
    wall.open().say(0, "error", "It is busy.").say(1, "opened", info=RIGHT)
    assert wall.chosen == [False, True]
    assert wall.window.windowTitle() == "Right camera - femon"
    assert wall.window.live.info == RIGHT


def test_a_lost_camera_is_told_in_its_tile_alone(wall: Wall, face: Callable[..., Reading]) -> None:
    wall.open().opened().show(0, 1.0, face()).show(1, 1.0, face())
    wall.say(1, "lost")
    figures = [tile.accessibleDescription() for tile in wall.tiles]
    assert figures[1] == "Camera lost"
    assert wall.studio.message() == ""
    wall.say(1, "back")
    assert wall.tiles[1].accessibleDescription() == "29 fps"


def test_a_hint_about_the_selected_picture_ends_with_it(wall: Wall, face: Callable[..., Reading]) -> None:
    wall.open().opened()
    for t in range(5):
        wall.show(0, float(t), face(uncertain="low_quality", reasons=("small",)))
    assert wall.studio.message() == "Move closer"
    wall.say(1, "ended", "It has ended.")
    assert wall.studio.message() == "Move closer"
    wall.say(0, "ended", "It has ended.")
    assert wall.studio.message() != "Move closer"


def test_a_session_is_of_all_and_its_end_is_told_once(
    wall: Wall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall.open().opened()
    for number in range(2):
        wall.say(number, "recording", folder=tmp_path / str(number))
    assert wall.window.sessions.folder == tmp_path / "0"
    assert not wall.window.commands["add_camera"].isEnabled()
    assert [tile._recording.isVisibleTo(tile) for tile in wall.tiles] == [True, True]
    wall.window.commands["record"].trigger()
    assert [one.calls[-1] for one in wall.pipelines] == ["stop_recording"] * 2
    monkeypatch.setattr("femon.gui.sessions.SessionControls._show_summary", lambda *_: None)
    summaries = [SimpleNamespace(folder=tmp_path / str(number)) for number in range(2)]
    wall.say(0, "recorded", summary=summaries[0])
    assert wall.window.sessions.recording
    wall.say(1, "recorded", summary=summaries[1])
    assert not wall.window.sessions.recording
    assert wall.studio.message() == "2 sessions were saved, one for each source."


def test_a_marker_is_drawn_in_every_timeline_and_taken_out_again(
    wall: Wall, face: Callable[..., Reading], tmp_path: Path
) -> None:
    wall.window.parts.add_timeline()
    wall.open().opened().show(0, 1.0, face()).show(1, 5.0, face())
    wall.say(0, "recording", folder=tmp_path)
    wall.window.sessions.marked.emit(1.0, "A")
    timelines = wall.window.wall._timelines._all

    def flags() -> list[tuple[Happening, ...]]:
        return [timelines[number]._happenings.last(60.0, 0.0) for number in (0, 1)]

    assert flags() == [(Happening(1.0, 1.0, "A"),), (Happening(5.0, 5.0, "A"),)]
    wall.select(1)
    wall.window.sessions.unmarked.emit(1.0, "A")
    assert flags() == [(), ()]


def test_the_alarm_of_any_source_is_shown_with_its_name_and_answered_for_all(wall: Wall) -> None:
    settings = wall.controller.settings
    wall.controller.change_settings(replace(settings, modes=DRIVER))
    wall.open().opened()
    wall.show(0, 1.0, alarms=Alarms(1.0))
    wall.show(1, 1.0, alarms=called("microsleep"))
    banner = wall.window.parts.alarm_banner
    assert banner.strip.text == "Right camera: Microsleep: eyes closed 1.6 s"
    assert [tile.property("alarm") for tile in wall.tiles] == ["none", "red"]
    wall.show(0, 1.1, alarms=Alarms(1.1))
    assert banner.strip.text.startswith("Right camera")
    wall.window.alarms.answer("acknowledge")
    assert [one.calls[-1] for one in wall.pipelines] == ["acknowledge"] * 2
    wall.show(1, 1.2, alarms=called("pre"))
    assert not wall.window.alarms._frame.isVisibleTo(wall.window)  # the tile has the edge
    wall.window.alarms.answer("false_alarm")
    assert [one.calls[-1] for one in wall.pipelines] == ["acknowledge", "false_alarm"]
    wall.say(1, "ended")
    assert banner.strip.text == ""


def test_the_worst_unanswered_alarm_is_shown_and_the_worst_that_sounds_is_heard() -> None:
    group = GroupAlarms()
    assert group.shown(["A", "B"]) is None
    group.take(0, called("sleep", acknowledged=True))
    group.take(1, called("drowsy"))
    shown = group.shown(["A", "B"])
    assert shown is not None
    assert (shown.text, shown.sound) == ("B: Signs of tiredness. Take a break.", called("drowsy").sound)
    assert group.source == 1
    group.take(1, Alarms(2.0))
    group.take(0, replace(called("sleep"), sound=None, acknowledged=True))
    shown = group.shown(["A", "B"])
    assert shown is not None
    assert (shown.alarm, shown.sound) == ("sleep", None)
    group.forget(0)
    assert group.shown(["A", "B"]) == Alarms(2.0)


def test_another_camera_joins_and_one_leaves(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    cameras = [SimpleNamespace(index=number, name=f"Camera {number}", backend="V4L2") for number in (0, 2)]
    offered: list[str] = []

    def accept(dialog: Any) -> int:
        offered.extend(dialog._list.item(row).text() for row in range(dialog._list.count()))
        dialog.choice = "2"
        return 1

    wall.studio.open("0", LEFT)
    wall.window.sources._list_cameras = lambda: cameras
    monkeypatch.setattr(QDialog, "exec", accept)
    wall.window.commands["add_camera"].trigger()
    wall.studio.deliver()
    assert wall.controller.sources == ("0", "2")
    assert [text.partition("\n")[0] for text in offered] == ["Camera 2", "Built-in clip"]
    wall.opened()
    wall.select(1)
    wall.window.commands["close_source"].trigger()
    wall.studio.deliver()
    assert wall.controller.sources == ("0",)
    assert wall.window.wall.grid is None
    assert wall.window.parts.picture.currentWidget() is wall.window.parts.empty


def test_no_more_than_four_can_be_watched(wall: Wall) -> None:
    wall.open("demo", "demo", "demo", "demo")
    assert [tile.name for tile in wall.tiles] == ["demo", "demo (2)", "demo (3)", "demo (4)"]
    assert not wall.window.commands["add_camera"].isEnabled()


def test_a_tile_does_not_show_the_password_of_an_address(wall: Wall) -> None:
    wall.open("rtsp://user:secret@cam/live?token=secret", "1")
    assert [tile.name for tile in wall.tiles] == ["rtsp://cam/live", "Camera 1"]


def test_the_grid_is_side_by_side_or_two_by_two(wall: Wall) -> None:
    wall.open("demo", "demo", "demo")
    wall.window.show()
    wall.studio.deliver()
    places = [tile.geometry() for tile in wall.tiles]
    assert places[0].top() == places[1].top()
    assert places[0].left() == places[2].left()
    assert places[2].top() > places[0].bottom()


def test_the_overlay_is_drawn_over_every_picture_and_only_cameras_are_mirrored(wall: Wall) -> None:
    wall.open("0", "talk.mp4").say(0, "opened", info=LEFT)
    wall.say(1, "opened", info=replace(RIGHT, kind="file", live=False, name="talk.mp4"))
    wall.window.resize(1280, 800)
    wall.window.show()
    wall.studio.deliver()
    assert [tile.view._overlay for tile in wall.tiles] == [
        Overlay(True, True, True),
        Overlay(True, True, False),
    ]
    wall.window.commands["boxes"].trigger()
    assert [tile.view._overlay.boxes for tile in wall.tiles] == [False, False]
    wall.tiles[0].resize(300, 120)
    assert not wall.tiles[0].view._overlay.bars


def test_freezing_holds_all_pictures(wall: Wall, face: Callable[..., Reading]) -> None:
    wall.open().opened().show(0, 1.0, face()).show(1, 1.0, face())
    wall.window.commands["freeze"].trigger()
    wall.show(0, 2.0, face()).show(1, 2.0, face())
    assert [tile.view.frame.t for tile in wall.tiles] == [1.0, 1.0]


def test_settings_that_are_read_at_opening_open_all_again(wall: Wall) -> None:
    wall.open().opened()
    settings = wall.controller.settings
    wall.window.preferences.take(replace(settings, analysis=replace(settings.analysis, max_faces=1)))
    assert [one.source for one in wall.studio.made.pipelines] == ["0", "2", "0", "2"]


def test_a_source_chosen_instead_ends_the_wall_and_late_words_are_not_heard(
    wall: Wall, face: Callable[..., Reading]
) -> None:
    heard: list[Notice] = []
    wall.controller.notice.connect(heard.append)
    wall.open().opened()
    old = wall.pipelines
    wall.studio.open_clip()
    for pipeline in old:
        pipeline.show(wall.studio.made_up(9.0, face()))
        pipeline.say("ended")
    wall.studio.deliver()
    assert wall.window.wall.grid is None
    assert [notice.kind for notice in heard] == ["opened", "opened"]
    assert all("stop" in pipeline.calls for pipeline in old)


def test_closing_stops_every_pipeline(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    wall.open().opened()
    pipelines = wall.pipelines
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    wall.window.show()
    wall.window.close()
    wall.studio.deliver()
    assert [one.calls[-1] for one in pipelines] == ["stop", "stop"]
    assert wall.controller.idle

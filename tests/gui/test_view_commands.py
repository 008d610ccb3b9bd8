"""The commands about how the picture is shown: they do what their ticks say."""

from __future__ import annotations

from typing import Any

from femon.gui.window import MainWindow


def test_a_frozen_picture_runs_again_with_another_source(studio: Any) -> None:
    freeze, video = studio.window.commands["freeze"], studio.window.parts.video
    studio.open()
    studio.show(0.0)
    freeze.trigger()
    studio.show(0.1)
    assert (freeze.isChecked(), video.frame.t) == (True, 0.0)
    studio.open_clip()
    assert not freeze.isChecked()
    studio.show(0.0)
    freeze.trigger()
    studio.show(0.1)
    assert (freeze.isChecked(), video.frame.t) == (True, 0.0)


def test_nothing_freezes_before_the_first_picture(studio: Any) -> None:
    freeze, video = studio.window.commands["freeze"], studio.window.parts.video
    studio.open()
    freeze.trigger()
    assert not freeze.isChecked()
    studio.show(0.0)
    assert video.has_picture


def test_the_pictures_of_all_sources_run_again_when_another_is_selected(studio: Any) -> None:
    studio.controller.open("0", beside=("2",))
    freeze, tiles = studio.window.commands["freeze"], studio.window.wall.grid.tiles

    def show(t: float) -> None:
        for pipeline in studio.made.pipelines:
            pipeline.show(studio.made_up(t))
        studio.deliver()

    show(0.0)
    freeze.trigger()
    show(0.1)
    assert (freeze.isChecked(), [tile.view.frame.t for tile in tiles]) == (True, [0.0, 0.0])
    studio.controller.select(1)
    show(0.2)
    assert (freeze.isChecked(), [tile.view.frame.t for tile in tiles]) == (False, [0.2, 0.2])
    freeze.trigger()
    studio.controller.open("talk.mp4")
    assert not freeze.isChecked()


def test_full_screen_is_remembered_with_its_tick(studio: Any, qtbot: Any) -> None:
    studio.open()
    studio.window.show()
    studio.window.commands["full_screen"].trigger()
    studio.deliver()
    studio.window.close()
    studio.deliver()
    again = MainWindow(studio.controller)
    qtbot.addWidget(again)
    assert again.isFullScreen()
    assert again.commands["full_screen"].isChecked()
    again.commands["full_screen"].trigger()
    assert not again.isFullScreen()


def test_a_maximised_window_is_so_again_after_full_screen(studio: Any) -> None:
    studio.window.showMaximized()
    for _ in range(2):
        studio.window.commands["full_screen"].trigger()
        studio.deliver()
    assert studio.window.isMaximized()
    assert not studio.window.isFullScreen()


def test_the_tick_follows_a_desktop_that_ends_full_screen(studio: Any) -> None:
    full_screen = studio.window.commands["full_screen"]
    studio.window.show()
    full_screen.trigger()
    studio.deliver()
    assert full_screen.isChecked()
    studio.window.showNormal()
    studio.deliver()
    assert not full_screen.isChecked()

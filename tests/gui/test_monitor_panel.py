"""The gauges of the monitors: what they show, what they withhold and why, and the menu of modes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetrics

from femon.gui.drawing import scaled_font
from femon.gui.engagement_help import engagement_formula
from femon.gui.monitor_figures import (
    NO_FIGURE,
    attention_section,
    engagement_section,
    fatigue_section,
)
from femon.gui.monitor_gauges import GaugeView, HeadlineView
from femon.gui.monitor_modes import KINDS, ModeMenu, kind_of
from femon.gui.monitor_panel import MonitorPanel
from femon.gui.monitor_trust import trust
from femon.gui.timeline_curves import EXPRESSIONS, strips_of
from femon.monitors import Limits, Monitor, MonitorState
from femon.monitors.attention import AttentionLevel
from femon.monitors.badge import Badge, BadgeReason
from femon.monitors.drowsiness import DrowsinessLevel, DrowsinessState
from femon.monitors.lids import EventLevel
from femon.settings import ModeSettings, Settings
from femon.types import Reading
from femon.wording import BADGE_WORDS, WARMING_UP_WORDS, withheld_words

ALL = ModeSettings(expression=True, fatigue=True, attention=True, engagement=True)
ENGAGEMENT = KINDS["engagement"].modes
DRIVER = KINDS["driver"].modes


def watched(t: float = 0.0) -> MonitorState:
    """A person with open eyes of whom everything is known."""
    state = Monitor().update(t, None)
    return replace(
        state,
        fps=30.0,
        validity=replace(state.validity, validity="ok", eyes="both", shown="visible", coverage_60=0.97),
        eyes=replace(state.eyes, openness=0.98),
        blinks=replace(state.blinks, rate=14.2, rate_why=None, mean_s=0.183, why=None, slow=False),
        perclos=replace(state.perclos, p60=0.021, p180=0.034, why_60=None, why_180=None),
        attention=replace(state.attention, share=0.92, frozen=False, why=None),
        fatigue=replace(state.fatigue, index=12.4, partial=False, why=None),
        drowsiness=DrowsinessState("alert", "start", False, None),
        engagement=replace(state.engagement, value=0.74, band="high", why=None),
        badge=Badge("green", ()),
    )


def texts(section: Any) -> dict[str, str]:
    return {gauge.name: gauge.text.replace("\N{NO-BREAK SPACE}", " ") for gauge in section.rows}


@pytest.fixture
def panel(qtbot: Any) -> MonitorPanel:
    widget = MonitorPanel()
    qtbot.addWidget(widget)
    widget.resize(300, 600)
    widget.set_modes(ALL)
    widget.show()
    return widget


class Layouts(QObject):
    """Counts the events that mean a relayout."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize)
        return False


def test_known_figures_are_shown_with_their_units() -> None:
    section = fatigue_section(watched())
    assert (section.headline.text, section.headline.state) == ("12", "alert")
    assert texts(section) == {
        "Closed now": "0.0 s",
        "PERCLOS 60 s": "2.1 %",
        "PERCLOS 180 s": "3.4 %",
        "Blinks": "14 per min",
        "Blink length": "mean 183 ms",
        "Yawns, 10 min": "0",
        "Eyes readable": "97 %",
    }
    assert attention_section(watched()).headline.text == "92\N{NO-BREAK SPACE}%"
    engagement = engagement_section(watched()).headline
    assert (engagement.text, engagement.state) == ("0.74", "high")


def test_nobody_in_view_withholds_every_figure_with_its_reason_and_no_bar() -> None:
    section = fatigue_section(Monitor().update(0.0, None))
    shown = texts(section)
    assert shown["Closed now"] == "no face in view"
    assert shown["PERCLOS 60 s"] == "needs 30 s of readable eyes"
    assert shown["PERCLOS 180 s"] == "needs 90 s of readable eyes"
    assert shown["Blink length"] == "needs 10 blinks in 3 min"
    withheld = [gauge for gauge in section.rows if gauge.withheld]
    assert len(withheld) == 6
    assert all(not gauge.share and gauge.tone == "plain" for gauge in withheld)
    assert section.headline.state == "not judged"


def test_a_figure_that_needs_more_frames_says_so() -> None:
    state = watched()
    slow = replace(state, blinks=replace(state.blinks, rate=None, rate_why="low_fps"))
    assert texts(fatigue_section(slow))["Blinks"] == "too few frames per second"


def test_away_times_are_withheld_where_frames_are_too_few_to_time_anything() -> None:
    state = watched()
    slow = replace(state, attention=replace(state.attention, frozen=False, why="low_fps"))
    rows = attention_section(slow).rows
    assert {row.text for row in rows} == {"too few frames per second"}
    assert all(row.withheld for row in rows)


def test_a_head_that_is_not_seen_is_neither_attentive_nor_away() -> None:
    state = watched()
    section = attention_section(replace(state, attention=replace(state.attention, frozen=True)))
    assert section.headline.state == "not judged"
    assert set(texts(section).values()) == {"no face in view"}


def test_the_closure_keeps_its_time_while_the_eyes_are_lost() -> None:
    state = watched()
    closure = replace(state.closure, number=1, closed_s=1.7, level="microsleep")
    lost = replace(state, closure=closure, eyes=replace(state.eyes, openness=None))
    closed = fatigue_section(lost).rows[0]
    assert (closed.text, closed.tone) == ("1.7\N{NO-BREAK SPACE}s", "danger")


@pytest.mark.parametrize(
    ("p60", "tone"), [(0.079, "plain"), (0.08, "warn"), (0.16, "warn"), (0.30, "danger"), (0.9, "danger")]
)
def test_perclos_changes_its_tone_at_the_limits_that_are_marked(p60: float, tone: str) -> None:
    state = watched()
    gauge = fatigue_section(replace(state, perclos=replace(state.perclos, p60=p60))).rows[1]
    assert gauge.tone == tone
    assert gauge.share is not None
    passed = sum(gauge.share >= mark - 1e-9 for mark in gauge.marks)
    assert passed == sum(p60 >= limit for limit in (0.08, 0.15, 0.30))


def test_every_level_has_words() -> None:
    state = watched()
    for level in get_args(EventLevel):
        assert fatigue_section(replace(state, closure=replace(state.closure, level=level))).headline.state
    for drowsiness in get_args(DrowsinessLevel):
        shown = replace(state, drowsiness=DrowsinessState(drowsiness, "start", False, None))
        assert fatigue_section(shown).headline.state == (
            "first signs" if drowsiness == "advisory" else drowsiness
        )
    for attention in get_args(AttentionLevel):
        off = attention in ("off", "shared")
        distraction = attention if attention.startswith("long") else "on"
        level = replace(state.attention, distraction=distraction, off=off, shared=attention == "shared")
        assert level.level == attention
        assert attention_section(replace(state, attention=level)).headline.state


def test_a_level_that_comes_from_an_event_names_it_and_a_frozen_one_is_held() -> None:
    state = replace(watched(), drowsiness=DrowsinessState("severe", "sleep_event", True, None))
    assert fatigue_section(state).headline.state == "severe: long closure, held"


def test_a_partial_index_says_so() -> None:
    state = watched()
    gauge = fatigue_section(replace(state, fatigue=replace(state.fatigue, partial=True))).headline
    assert gauge.note.split() == ["index,", "incomplete"]
    assert fatigue_section(state).headline.note == "index"


def test_no_index_is_shown_before_perclos_is_known() -> None:
    state = watched()
    early = replace(state, perclos=replace(state.perclos, p60=None, why_60="warming_up"))
    gauge = fatigue_section(early).headline
    assert (gauge.text, gauge.share, gauge.note) == ("\N{EN DASH}", 0.0, "")


def test_every_reason_to_withhold_and_every_badge_has_words() -> None:
    state = watched()
    parts = ("perclos", "blinks", "mouth", "nods", "head", "attention", "fatigue", "engagement", "affect")
    for part in parts:
        hints = get_type_hints(type(getattr(state, part)))
        for name in (name for name in hints if "why" in name):
            for literal in get_args(hints[name]):
                for why in get_args(literal):
                    assert withheld_words(part, why)
    assert withheld_words("openness", "eyes_unreadable") == "eyes unreadable"
    assert set(BADGE_WORDS) == set(get_args(BadgeReason))


def test_the_words_name_the_limits_in_use() -> None:
    limits = Limits()
    short, long = limits.perclos_valid_s
    assert f"{short:.0f} s" in WARMING_UP_WORDS["perclos_60"]
    assert f"{long:.0f} s" in WARMING_UP_WORDS["perclos_180"]
    assert f"{limits.blink_rate_valid_s:.0f} s" in WARMING_UP_WORDS["blink_rate"]
    assert f"{limits.attention_judged_s:.0f} s" in WARMING_UP_WORDS["attention_share"]
    assert f"{limits.blink_minimum_count} blinks" in withheld_words("blink_durations", "few_blinks")
    assert f"{limits.coverage:.0%}".replace("%", " %") in BADGE_WORDS["very_low_coverage"]
    assert f"{limits.coverage_good:.0%}".replace("%", " %") in BADGE_WORDS["low_coverage"]
    assert f"{limits.calibration_days} days" in BADGE_WORDS["old_calibration"]


def test_the_badge_tells_its_reasons_and_the_worst_trouble_in_one_line() -> None:
    state = replace(watched(), fps=3.0, badge=Badge("red", ("very_low_fps", "uncalibrated")))
    shown = trust(state, ALL)
    assert (shown.word, shown.tone) == ("unreliable", "danger")
    assert shown.reasons == "far too few frames per second, not calibrated"
    assert shown.degraded == "Under 5 frames/s: no warning"
    assert trust(watched(), ALL).degraded == ""


def test_attention_alone_does_not_need_eyes() -> None:
    state = watched()
    blind = replace(state, validity=replace(state.validity, shown="eyes_unreadable"))
    assert trust(blind, DRIVER).degraded == "Eyes unreadable: no fatigue warning"
    assert trust(blind, ModeSettings(expression=False, attention=True)).degraded == ""


@pytest.mark.parametrize(
    ("modes", "shown"),
    [
        (ModeSettings(), []),
        (DRIVER, ["fatigue", "attention"]),
        (ModeSettings(attention=True), ["attention"]),
        (ALL, ["fatigue", "attention", "engagement"]),
    ],
)
def test_only_what_is_watched_is_shown(panel: MonitorPanel, modes: ModeSettings, shown: list[str]) -> None:
    panel.set_modes(modes)
    assert panel.isVisible() == modes.monitored
    sections = {name: getattr(panel, name) for name in ("fatigue", "attention", "engagement")}
    assert [name for name, section in sections.items() if section.isVisibleTo(panel)] == shown


def test_new_figures_change_no_layout(panel: MonitorPanel, qapp: Any) -> None:
    panel.show_state(watched())
    qapp.processEvents()
    layouts = Layouts()
    panel.installEventFilter(layouts)
    nobody = Monitor().update(0.0, None)
    for index in range(20):
        state = watched(index / 30) if index % 2 else replace(nobody, badge=Badge("red", ("low_fps",)))
        panel.show_state(state)
        qapp.processEvents()
    assert layouts.count == 0


def test_equal_figures_are_not_painted_again(qtbot: Any, monkeypatch: Any) -> None:
    gauge = fatigue_section(watched()).rows[0]
    view = GaugeView(gauge)
    qtbot.addWidget(view)
    view.show_gauge(gauge)
    painted: list[int] = []
    monkeypatch.setattr(view, "update", lambda: painted.append(1))
    view.show_gauge(replace(gauge))
    assert painted == []


def test_gauges_have_a_name_and_a_value_that_is_spoken_once_a_second(panel: MonitorPanel) -> None:
    for t, p60 in ((0.0, 0.021), (0.5, 0.1), (1.0, 0.2)):
        state = watched(t)
        panel.show_state(replace(state, perclos=replace(state.perclos, p60=p60)))
        row = panel.fatigue.rows[1]
        spoken = row.accessibleDescription().replace("\N{NO-BREAK SPACE}", " ")
        assert spoken == ("20.0 %" if t == 1.0 else "2.1 %")
    assert row.accessibleName() == "PERCLOS 60 s"
    assert panel.fatigue.headline.accessibleDescription() == "12, index, alert"
    assert panel.trust.accessibleDescription() == "Reliable: calibrated, all is readable. "


def test_another_source_starts_without_figures(panel: MonitorPanel) -> None:
    panel.show_state(watched(100.0))
    panel.clear()
    assert panel.fatigue.headline.gauge.text == NO_FIGURE
    assert {row.gauge.text for row in panel.fatigue.rows} == {NO_FIGURE}
    assert panel.trust.accessibleDescription() == "not known yet"
    panel.show_state(watched(0.0))
    assert panel.fatigue.headline.accessibleDescription() == "12, index, alert"


def test_every_kind_of_gauge_can_be_painted(qtbot: Any) -> None:
    headline = fatigue_section(watched()).headline
    gauges = [
        headline,
        replace(headline, tone="warn"),
        replace(headline, tone="danger", note="index,\nincomplete"),
        replace(headline, text="settling", withheld=True, share=0.0, tone="unknown"),
        replace(headline, share=math.inf),
    ]
    for kind in (GaugeView, HeadlineView):
        view = kind(headline)
        qtbot.addWidget(view)
        view.resize(280, 60)
        pictures = []
        for gauge in gauges:
            view.show_gauge(gauge)
            pictures.append(view.grab().toImage())
        assert all(one != other for one, other in pairwise(pictures))


def test_the_badge_is_a_word_and_not_the_name_of_a_colour() -> None:
    state = watched()
    words = []
    for colour in get_args(get_type_hints(Badge)["colour"]):
        shown = trust(replace(state, badge=Badge(colour, ("uncalibrated",))), ALL)
        words.append(shown.word)
        assert colour not in shown.word
    assert len(set(words)) == 3


def test_the_formula_of_engagement_names_the_weights_and_bands_in_use() -> None:
    text = engagement_formula(replace(Limits(), weight_attention=0.6, engagement_low=0.33))
    assert "0.60 × attention + 0.25 × alertness + 0.10 × steadiness" in text
    assert "Low below 0.33, high above 0.70" in text


def test_the_question_mark_beside_engagement_opens_its_formula(panel: MonitorPanel, qtbot: Any) -> None:
    panel.set_limits(replace(Limits(), engagement_high=0.8))
    qtbot.keyClick(panel.formula, Qt.Key.Key_Space)
    assert panel.formula.popup.isVisible()
    assert "high above 0.80" in panel.formula.popup.text.text()
    qtbot.keyClick(panel.formula.popup, Qt.Key.Key_Escape)
    assert not panel.formula.popup.isVisible()


def test_the_question_mark_stands_right_of_the_name(panel: MonitorPanel) -> None:
    headline = panel.engagement.headline
    name = QFontMetrics(scaled_font(headline.font(), 1.0, bold=True)).horizontalAdvance("Engagement")
    assert name < panel.formula.x() < name + 20
    assert panel.formula.geometry().bottom() <= headline.height()


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_known_with_and_without_expressions(name: str) -> None:
    modes = KINDS[name].modes
    assert kind_of(modes) == name
    assert kind_of(replace(modes, expression=not modes.expression)) == name


def test_a_mixture_from_the_command_line_ticks_no_kind(qtbot: Any) -> None:
    menu = ModeMenu()
    qtbot.addWidget(menu)
    menu.show_modes(ModeSettings(expression=False, attention=True))
    assert [action.text() for action in menu.actions() if action.isChecked()] == []
    menu.show_modes(ENGAGEMENT)
    assert [action.text() for action in menu.actions() if action.isChecked()] == [
        "Engagement",
        "Read expressions too",
    ]


def pick(studio: Any, text: str) -> None:
    next(action for action in studio.window.modes.actions() if action.text() == text).trigger()
    studio.deliver()


def test_a_chosen_mode_is_kept_and_opens_the_source_again(studio: Any) -> None:
    studio.open()
    pick(studio, "Driver fatigue")
    assert studio.controller.settings.modes == DRIVER
    assert studio.pipeline.settings.modes == DRIVER
    assert len(studio.made.pipelines) == 2
    assert studio.window.parts.monitor.isVisibleTo(studio.window.parts)
    pick(studio, "Read expressions too")
    assert studio.pipeline.settings.modes == replace(DRIVER, expression=True)
    pick(studio, "Free")
    assert studio.controller.settings.modes == Settings().modes
    assert not studio.window.parts.monitor.isVisibleTo(studio.window.parts)


def test_a_mode_chosen_after_a_file_has_ended_waits_for_the_next_source(studio: Any) -> None:
    studio.open_clip()
    studio.say("ended", "talk.mp4 has ended.")
    pick(studio, "Engagement")
    assert studio.controller.settings.modes == ENGAGEMENT
    assert len(studio.made.pipelines) == 1


def test_the_mode_is_fixed_while_a_session_runs(studio: Any, tmp_path: Path) -> None:
    studio.open()
    button = studio.window.toolbar._menus["mode"]
    assert button.isEnabled()
    studio.record(tmp_path)
    assert not button.isEnabled()
    assert button.toolTip() == "Stop the session to choose another mode"
    pick(studio, "Driver fatigue")
    assert studio.controller.settings.modes == ModeSettings()
    assert kind_of(studio.window.modes._modes) == "free"
    studio.say("recording_error", "full")
    assert button.isEnabled()


def test_figures_reach_the_panel_with_the_frames(studio: Any, face: Callable[..., Reading]) -> None:
    studio.open()
    pick(studio, "Engagement")
    studio.pipeline.show(replace(studio.made_up(0.0, face()), monitor=watched()))
    studio.deliver()
    assert studio.window.parts.monitor.engagement.headline.gauge.text == "0.74"


def test_the_timeline_shows_what_is_watched(studio: Any, face: Callable[..., Reading]) -> None:
    studio.window.parts.add_timeline()
    studio.open()
    timeline = studio.window.parts.timeline
    assert list(timeline.legend.keys) == [curve.name for curve in EXPRESSIONS]
    pick(studio, "Driver fatigue")
    assert list(timeline.legend.keys) == ["eyes open", "fatigue", "attention"]
    timeline.resize(600, 190)
    for t, faces in ((0.0, (face(),)), (0.1, ())):  # the lines stay when the face leaves
        studio.pipeline.show(replace(studio.made_up(t, *faces), monitor=watched(t)))
        studio.deliver()
    timeline.redraw()
    shown = timeline._plot.pictures[0]
    assert shown.values.tolist() == [pytest.approx([0.98, 0.124, 0.92])] * 2
    assert not timeline.grab().toImage().isNull()


def test_curves_of_one_strip_differ_in_code_colour_and_dashes() -> None:
    for modes in (ALL, replace(ALL, expression=False), DRIVER):
        for curves in strips_of(modes):
            for part in ("name", "code", "like", "dashes"):
                assert len({getattr(curve, part) for curve in curves}) == len(curves)
        keys = [curve for curves in strips_of(modes) for curve in curves]  # side by side in the legend
        assert len({key.code for key in keys}) == len({(key.like, key.dashes) for key in keys}) == len(keys)


def test_expressions_and_what_is_watched_have_a_strip_each(studio: Any, face: Callable[..., Reading]) -> None:
    studio.window.parts.add_timeline()
    studio.open()
    pick(studio, "Driver fatigue")
    pick(studio, "Read expressions too")
    timeline = studio.window.parts.timeline
    for t in (0.0, 0.1):
        studio.pipeline.show(replace(studio.made_up(t, face()), monitor=watched(t)))
        studio.deliver()
    timeline.redraw()
    faces, person = timeline._plot.pictures
    assert faces.values.shape == (2, 7)
    assert person.values.tolist() == [pytest.approx([0.98, 0.124, 0.92])] * 2
    assert person.codes


@pytest.mark.parametrize(
    ("modes", "first"),
    [(ModeSettings(), "cards"), (ENGAGEMENT, "cards"), (DRIVER, "monitor"), (ALL, "monitor")],
)
def test_the_gauges_of_fatigue_stand_above_the_faces(studio: Any, modes: ModeSettings, first: str) -> None:
    parts = studio.window.parts
    parts.set_modes(DRIVER)
    parts.set_modes(modes)
    assert parts._watched.itemAt(0).widget() is getattr(parts, first)
    assert {parts._watched.itemAt(place).widget() for place in (0, 1)} == {parts.cards, parts.monitor}

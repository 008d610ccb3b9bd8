"""The report of a monitored session: curves, alarms, totals, and grey where nothing can be said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from femon.recording.amending import Moment, exclude
from femon.review import write_report

Make = Callable[..., Any]
FIGURES = (
    "Openness of the eyes",
    "Length of the current closure",
    "PERCLOS over 60 and 180 s",
    "Fatigue index and level",
    "Blinks per minute",
    "Attention: share of the last 10 s on target, and states",
    "Time off target within the last 30 s",
    "Engagement index and band",
    "Derived valence and arousal",
    "What happened when",
)


class Text(HTMLParser):
    """The visible text, pieces joined by blanks."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.styled = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.styled = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.styled and data.strip():
            self.pieces.append(data.strip())


def text_of(path: Path) -> str:
    text = Text()
    text.feed(path.read_text(encoding="utf-8"))
    return " ".join(text.pieces)


@pytest.fixture
def drive(monitored: Make, cells: Make, event_adder: Make) -> Path:
    """80 s of a person who gets tired, with all kinds of events."""

    def at(frame: int, t: float) -> dict[str, object]:
        tired = t > 40
        return cells(
            closed=tired and frame % 30 < 6,
            perclos_60=f"{0.2 if tired else 0.02:.3f}" if t > 30 else "",
            fatigue_index=60 if tired else 5,
            fatigue_level="drowsy" if tired else "alert",
            attention_10="0.90" if t > 5 else "",
            engagement="0.75" if t > 5 else "",
            engagement_level="high" if t > 5 else "",
            valence_derived="-0.40",
            arousal_derived="0.20",
            yawn=int(50 < t < 54),
        )

    session: Path = monitored(80, at, condition="night")
    event_adder(
        session,
        {"t_mono_s": 20, "type": "marker", "name": "<i>bend</i>"},
        {"t_mono_s": 45, "type": "alarm", "phase": "start", "name": "drowsy", "value": 0.17, "unit": "share",
         "details": {"threshold": 0.15, "coverage": 0.98, "sound": True}},
        {"t_mono_s": 50, "type": "alarm", "name": "false_alarm", "ref_id": 4},
        {"t_mono_s": 60, "type": "calibration", "phase": "start", "name": "eyes"},
        {"t_mono_s": 62, "type": "pause", "phase": "start", "name": "pause"},
    )  # fmt: skip
    return session


def test_every_monitor_has_its_curves(drive: Path) -> None:
    html = write_report(drive).read_text(encoding="utf-8")
    assert ">Yawns</text>" in html
    for name in FIGURES:
        assert f'aria-label="{name}"' in html
    assert 'class="line limit"' in html
    for limit in ("advisory 8 %", "drowsy 15 %", "severe 30 %", "microsleep 1.5 s", "limit 10 s"):
        assert limit in html


def test_figures_come_with_their_coverage(drive: Path) -> None:
    text = text_of(write_report(drive))
    assert re.search(r"PERCLOS of the whole session 9\.[78] % eyes readable 100 %, 80\.0 s", text)
    assert re.search(r"On target 100 % known for 100 % of the analysed time", text)
    assert re.search(r"Engagement, mean 0\.75 known for 9\d % of the analysed time", text)
    assert "focused-negative 100 %" in text
    assert "Yawns, nods 1, 0" in text


def test_alarms_stand_with_evidence_and_answer(drive: Path) -> None:
    text = text_of(write_report(drive))
    assert "1 alarm (1 drowsy); one that gets worse counts once. 1 marked as false." in text
    assert "0:45.0 drowsy 17 % 15 % - - - 98 % to the end false alarm" in text


def test_an_alarm_that_the_session_cut_off_lasted_to_the_end(drive: Path, event_adder: Make) -> None:
    event_adder(
        drive,
        {"t_mono_s": 79, "type": "alarm", "phase": "end", "name": "drowsy", "ref_id": 4, "duration_s": 34,
         "details": {"to": "session_end"}},
    )  # fmt: skip
    assert "98 % 34.0 s, to the end false alarm" in text_of(write_report(drive))


def test_an_alarm_that_was_on_before_the_session_says_so(drive: Path, event_adder: Make) -> None:
    event_adder(
        drive,
        {"t_mono_s": 0, "type": "alarm", "phase": "start", "name": "microsleep", "value": 1.52, "unit": "s",
         "details": {"t": -0.7}},
        {"t_mono_s": 2, "type": "alarm", "phase": "end", "name": "microsleep", "ref_id": 8, "duration_s": 2,
         "details": {"to": "open"}},
    )  # fmt: skip
    assert "2.0 s, on at the start" in text_of(write_report(drive))


def test_totals_are_given_between_markers(drive: Path) -> None:
    text = text_of(write_report(drive))
    assert "whole session 79.9 s" in text
    assert "start → <i>bend</i> 20.0 s 100 % 100 % needs 30 s of readable eyes" in text
    assert "<i>bend</i> → end 59.9 s 100 % 100 % 13.0 %" in text


def test_what_was_left_out_is_told_and_shaded(drive: Path) -> None:
    exclude(drive, Moment(50.0), Moment(60.0), "talking & <laughing>")
    path = write_report(drive)
    text = text_of(path)
    assert "Left out 10.0 s, by a reviewer" in text
    assert "0:50.0 1:00.0 10.0 s talking & <laughing>" in text
    assert 'fill="url(#excluded)"' in path.read_text(encoding="utf-8")
    assert "Left out by a reviewer" not in text_of(write_report(drive, exclude=False))


def test_too_little_to_go_by_is_grey_with_the_reason(monitored: Make, cells: Make) -> None:
    path = write_report(monitored(10, lambda frame, t: cells()))
    html = path.read_text(encoding="utf-8")
    assert '<span class="withheld">needs 30 s of readable eyes</span>' in html
    assert 'class="block withheld"' in html
    assert "Lengths of blinks are withheld" in text_of(path)


def test_lengths_of_blinks_need_the_frame_rate_that_the_monitor_needs(monitored: Make, cells: Make) -> None:
    session = monitored(40, lambda frame, t: cells(blink_ms=200) if frame % 40 == 20 else cells(), rate=14.0)
    assert "Lengths of blinks are withheld: under 15 frames per second." in text_of(write_report(session))


def test_bands_of_engagement_are_withheld_together_with_the_mean(monitored: Make, cells: Make) -> None:
    def at(frame: int, t: float) -> dict[str, object]:
        known = t >= 10
        return cells(
            engagement="0.60" if known else "",
            engagement_level="medium" if known else "",
            valence_derived="0.50",
        )

    text = text_of(write_report(monitored(20, at)))
    why = "known for under 70 % of the time"
    assert f"Engagement, mean {why}" in text
    for band in ("low", "medium", "high"):
        assert f"Band {band} {why}" in text
    assert "focused-positive" not in text


def test_a_session_without_labels_speaks_of_monitors_only(desk: Make, face: Make, cells: Make) -> None:
    writer = desk()
    silent = replace(face(), raw=None, smooth=None, label="")
    writer.frames(20, silent)
    text = text_of(write_report(writer.close()))
    assert "Labels shown" not in text
    assert "Face 1" not in text


def test_the_limits_of_monitoring_are_told(drive: Path) -> None:
    text = text_of(write_report(drive))
    assert "femon is not a certified safety system." in text
    assert "Never for: hiring" in text
    assert "Valence and arousal are derived" in text
    assert "none: average eyes were assumed" not in text  # no monitor was switched on in this session's table


def test_the_same_session_gives_the_same_bytes(drive: Path, tmp_path: Path) -> None:
    one, other = (write_report(drive, tmp_path / name).read_bytes() for name in ("1.html", "2.html"))
    assert one == other


def test_drops_latency_and_clock_stand_in_the_data_quality(session: Path) -> None:
    path = write_report(session)
    text, html = text_of(path), path.read_text(encoding="utf-8")
    assert "Data quality 100 frames: 80 analysed, 10 dropped, 10 paused, 0 unaccounted." in text
    assert "Grab to result 50 ms (median), 50 ms" in text
    assert re.search(r"Clock drift [+-]\d+\.\d ms against UTC", text)
    assert 'aria-label="Dropped frames"' in html
    assert 'aria-label="Latency over time"' in html


def test_a_recovered_session_is_marked_so(session: Path) -> None:
    file = session / "session.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"complete"', '"recovered"'), encoding="utf-8")
    text = text_of(write_report(session))
    assert "This recording was interrupted and recovered." in text
    assert "the last second before the interruption may be missing" in text


def test_text_that_turns_the_order_of_letters_is_made_visible(session: Path, event_adder: Make) -> None:
    event_adder(
        session, {"t_mono_s": 3, "type": "note", "name": "note", "details": {"text": "a\u202eb\x1b[2J"}}
    )
    html = write_report(session).read_text(encoding="utf-8")
    assert "a\ufffdb\ufffd[2J" in html
    assert "\u202e" not in html
    assert "\x1b" not in html


def test_the_thresholds_of_the_session_are_drawn(drive: Path) -> None:
    file = drive / "session.json"
    about = json.loads(file.read_text(encoding="utf-8"))
    about["thresholds"] |= {"perclos": [0.05, 0.1, 0.25], "off_30s": 12, "off_s": [2.5, 4], "closure_s": "x"}
    file.write_text(json.dumps(about), encoding="utf-8")
    html = write_report(drive).read_text(encoding="utf-8")
    for words in ("advisory 5 %", "severe 25 %", "limit 12 s", "off for 2.5 s and longer", "pre-alarm 1.0 s"):
        assert words in html

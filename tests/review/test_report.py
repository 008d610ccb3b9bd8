"""The report: complete, escaped, and without anything from outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from femon.emotions import CODES, DARK_COLOURS, EMOTIONS, LIGHT_COLOURS
from femon.errors import SessionError
from femon.review import write_report
from femon.review.event_section import MOST_EVENTS
from femon.review.face_section import MOST_FACES

Make = Callable[..., Any]
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """Collects the visible text and the tags, and complains about tags that do not close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data.strip())


def read(path: Path) -> tuple[str, Reader]:
    html = path.read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return " ".join(filter(None, reader.text)), reader


def test_the_report_lies_in_the_session_folder(session: Path) -> None:
    assert write_report(session) == session / "report.html"
    assert not list(session.glob("*.new"))


def test_the_report_goes_where_it_is_asked(session: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "mine.html"
    assert write_report(session, path) == path
    assert path.is_file()
    assert not (session / "report.html").exists()


def test_the_report_tells_the_whole_story(session: Path) -> None:
    text, _ = read(write_report(session))
    for words in (
        "Desk <camera>",
        "p01",
        "A & B",
        "2026-03-14",
        "100 frames: 80 analysed, 10 dropped, 10 paused, 0 unaccounted.",
        "Face 1 (p01)",
        "Face 2 (f2)",
        "Without uncertain",
        "settling",
        "too dark",
        "marker: 3",
        "pause",
        "Labels are not feelings",
        "Everything stayed on this machine",
        "half-life 0.3 s",
        "not measured",
    ):
        assert words in text
    assert "of the session" not in text


def test_an_ensemble_is_told_with_its_networks_and_its_limit(session: Path) -> None:
    text, _ = read(write_report(session))
    assert "networks disagree" not in text
    path = session / "session.json"
    about = json.loads(path.read_text(encoding="utf-8"))
    about["model"]["members"] = ["levels", "residual"]
    about["filters"]["uncertain"]["disagreement"] = 0.15
    path.write_text(json.dumps(about), encoding="utf-8")
    text, _ = read(write_report(session))
    assert "levels, residual" in text
    assert "Or the networks disagree by more than 0.15" in text


def test_what_people_typed_stays_text(session: Path) -> None:
    text, reader = read(write_report(session))
    assert "script" not in {tag for tag, _ in reader.tags}
    assert (
        text.count('<script>alert("&")</script>') == 3
    )  # the notes of the session, the note event and its mark


def test_nothing_comes_from_outside(session: Path) -> None:
    path = write_report(session)
    html = path.read_text(encoding="utf-8")
    _, reader = read(path)
    assert "default-src 'none'" in html
    assert "http:" not in html.replace("http-equiv", "")
    assert "https:" not in html
    assert not any({"src", "href"} & attributes.keys() for _, attributes in reader.tags)
    assert "@import" not in html
    assert all(piece.startswith(("#hatch)", "#excluded)")) for piece in html.split("url(")[1:])


def test_colour_is_never_the_only_sign(session: Path) -> None:
    html = write_report(session).read_text(encoding="utf-8")
    for name in EMOTIONS:
        assert LIGHT_COLOURS[name] in html
        assert DARK_COLOURS[name] in html
        assert f">{CODES[name]}</text>" in html
    assert html.count("stroke-dasharray") >= len(EMOTIONS) - 1
    assert 'fill="url(#hatch)"' in html


def test_an_interval_is_one_event_with_its_length(session: Path) -> None:
    text, _ = read(write_report(session))
    assert text.count("pause 1.0 s") == 1
    assert "reason: user" in text


def test_the_figures_of_the_model_are_quoted(session: Path, tmp_path: Path, bundle: Make) -> None:
    bundle(tmp_path / "models")
    text, _ = read(write_report(session, models=tmp_path / "models"))
    assert "71.0 % (95 % interval 69.5 to 72.5 %, 3589 pictures)" in text
    assert "70.0 % (95 % interval" in text
    assert (
        "On the test pictures this model is wrong in 29 of 100 cases, most often for fear, disgust and angry."
        in text
    )


def test_figures_of_the_tuning_pictures_are_named_so(session: Path, tmp_path: Path, bundle: Make) -> None:
    bundle(tmp_path / "models", private=False)
    text, _ = read(write_report(session, models=tmp_path / "models"))
    assert "Accuracy, PrivateTest not measured" in text
    assert "On the tuning pictures this model is wrong in 30 of 100 cases" in text


def test_figures_of_other_weights_are_not_quoted(session: Path, tmp_path: Path, bundle: Make) -> None:
    bundle(tmp_path / "models", weights="00" * 32)
    text, _ = read(write_report(session, models=tmp_path / "models"))
    assert "71.0 %" not in text
    assert "has other weights than this session" in text


def test_a_model_that_is_gone_is_told(session: Path, tmp_path: Path) -> None:
    text, _ = read(write_report(session, models=tmp_path))
    assert "The bundle 'tiny' is not at hand" in text
    assert "How often this model is wrong was not measured." in text


def test_pictures_have_no_timeline(stills: Path) -> None:
    path = write_report(stills)
    text, _ = read(path)
    assert "All faces" in text
    assert "3 pictures: 3 analysed" in text
    assert 'aria-label="Timeline of' not in path.read_text(encoding="utf-8")


def test_a_session_without_a_frame_has_a_report(desk: Make) -> None:
    text, _ = read(write_report(desk().close()))
    assert "No face was found in this session." in text


def test_many_faces_and_events_are_cut_and_counted(desk: Make, face: Make) -> None:
    writer = desk()
    for track in range(1, MOST_FACES + 4):
        writer.frames(2 if track > 3 else 1, face(track))
    for _ in range(MOST_EVENTS):
        writer.recorder.event("marker", "1", details={"key": "1"})
    path = write_report(writer.close())
    text, _ = read(path)
    assert "3 more, seen for a shorter time, are in frames.csv." in text
    assert path.read_text(encoding="utf-8").count('aria-label="Timeline of') == MOST_FACES
    assert "1 more in events.csv." in text


def test_a_long_session_stays_a_small_file(desk: Make, face: Make) -> None:
    writer = desk()
    for number in range(40):
        writer.frames(100, face(top=EMOTIONS[number % 7]))
    path = write_report(writer.close())
    assert path.stat().st_size < 150_000


def test_a_report_that_cannot_be_written_leaves_nothing(session: Path) -> None:
    (session / "report.html").mkdir()
    with pytest.raises(SessionError, match="femon cannot write the report"):
        write_report(session)
    assert not list(session.glob("*.new"))


def test_a_folder_that_is_no_session_is_told(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="is no femon session"):
        write_report(tmp_path)

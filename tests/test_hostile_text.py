"""Text that people type, or that stands in files, as hypothesis thinks it up: it stays text."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("hypothesis", reason="in the dev group")
from hypothesis import given, settings
from hypothesis import strategies as st

from femon.bundle.entries import PLAIN_NAME, check_entries
from femon.errors import SessionError
from femon.recording.columns import EVENT_HEADER, event_cells
from femon.recording.csv_file import csv_bytes
from femon.recording.rows import EventRow
from femon.recording.session import SessionRequest, participant_from, participant_of
from femon.review.markup import definitions, paragraph, table
from femon.settings import load_settings
from femon.types import SourceInfo

SHARE = 0.02  # of FEMON_FUZZ, for each test
settings.register_profile(
    "femon",
    max_examples=max(40, round(int(os.environ.get("FEMON_FUZZ", "0")) * SHARE)),
    deadline=None,
    derandomize=True,
    database=None,
)
settings.load_profile("femon")

CODE = re.compile(r"[A-Za-z0-9_-]{1,32}")
TEXT = st.one_of(
    st.text(), st.text("=+-@\t\r\n '\",;|＝<>&/\\.\0"), st.sampled_from(["NA", " =1", "..", "CON"])
)
TABLES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
CAMERA = SourceInfo("camera", "c", 64, 48, live=True)


@given(TEXT)
def test_a_participant_is_a_code_or_refused(text: str) -> None:
    try:
        code = participant_of(SessionRequest(Path("x"), text), CAMERA)
    except SessionError:
        assert not CODE.fullmatch(text)
    else:
        assert CODE.fullmatch(code)


@given(TEXT)
def test_the_name_of_a_file_becomes_a_code(text: str) -> None:
    assert CODE.fullmatch(participant_from(Path(text.replace("\0", ""))))


@given(TEXT, TEXT)
def test_a_marker_and_a_note_come_back_as_one_row_that_computes_nothing(name: str, note: str) -> None:
    data = csv_bytes([EVENT_HEADER, event_cells(EventRow("marker", name, details={"text": note}))])
    header, row = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
    cell = dict(zip(header, row, strict=True))
    shown = name.encode("utf-8", errors="replace").decode("utf-8")
    assert cell["name"] in (shown, f"'{shown}", f"'{shown}'")
    assert not cell["name"].lstrip().startswith(tuple("=+-@＝＋－＠"))
    assert not cell["name"].startswith(("\t", "\r", "\n"))
    assert json.loads(cell["details"])["text"] == note.encode("utf-8", errors="replace").decode("utf-8")


class Reader(HTMLParser):
    """Collects the text and the tags of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert all(name in ("class", "scope") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(TEXT)
def test_text_in_the_report_is_text(text: str) -> None:
    reader = Reader()
    reader.feed(paragraph(text) + definitions([("Name", text)]) + table(["a"], [[text]]))
    reader.close()
    assert reader.tags <= {"p", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"}


@given(TABLES)
def test_any_json_is_settings_or_the_defaults(stored: Any) -> None:
    class File:
        name = "settings.json"

        def exists(self) -> bool:
            return True

        def is_file(self) -> bool:
            return True

        def open(self, mode: str) -> io.BytesIO:
            return io.BytesIO(json.dumps({"analysis": stored, "display": stored, "x": stored}).encode())

    found, rejected = load_settings(File())  # type: ignore[arg-type]
    assert rejected
    assert 1 <= found.analysis.threads <= 8


@given(
    st.dictionaries(
        st.sampled_from(["id", "sha256", "metrics", "labels", "crop", "data", "seeds", "name"]), TABLES
    )
)
def test_the_entries_of_a_bundle_are_right_or_a_value_error(entries: dict[str, Any]) -> None:
    try:
        check_entries(entries)
    except ValueError:
        return
    assert entries.get("id") is None or PLAIN_NAME.fullmatch(entries["id"])
    assert all(PLAIN_NAME.fullmatch(name) for name in entries.get("sha256") or ())

"""What holds for every format: the explanation, whole files or none, and little memory."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from femon.errors import SessionError, UnreadableSessionError
from femon.export import (
    FORMATS,
    ExportOptions,
    ExportSession,
    export_session,
    open_session,
)
from femon.export.cells import plain_text
from femon.export.session import Cells

Make = Callable[..., Path]
Face = Callable[..., dict[str, str]]
TEXT_FORMATS = ("openface", "pyfeat", "facereader", "long")


@pytest.mark.parametrize("name", TEXT_FORMATS)
def test_every_export_explains_itself(make_session: Make, name: str) -> None:
    done = export_session(open_session(make_session()), name)
    text = (done.folder / "README.txt").read_text(encoding="utf-8")
    assert "Session: 2026-03-14_09-26-53_p01" in text
    assert "Bundle: tiny" in text
    assert "Probabilities come from a seven-class network and sum to 1; they are not intensities" in text
    assert set(done.files) == set(done.folder.iterdir())


@pytest.mark.parametrize("name", TEXT_FORMATS)
def test_a_failed_export_leaves_the_earlier_one_as_it_was(make_session: Make, face: Face, name: str) -> None:
    session = make_session()
    folder = export_session(open_session(session), name).folder
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with (session / "frames.csv").open("ab") as file:
        file.write(b"half a row,7\r\n")
    with pytest.raises(UnreadableSessionError, match="has 2 instead of"):
        export_session(open_session(session), name)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("name", TEXT_FORMATS)
def test_a_failed_first_export_leaves_nothing(make_session: Make, face: Face, name: str) -> None:
    session = make_session([face(0, 0.0), face(1, 0.1, status_why='a"b')])
    with (session / "frames.csv").open("ab") as file:
        file.write(b'"never closed')
    with pytest.raises(UnreadableSessionError, match="is damaged"):
        export_session(open_session(session), name)
    assert not (session / "export").exists()


def test_a_full_or_forbidden_folder_is_one_sentence(make_session: Make, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"")
    with pytest.raises(SessionError, match=r"femon cannot write the export .* --out"):
        export_session(open_session(make_session()), "long", out=blocked)


def test_an_older_session_without_some_columns_is_exported(make_session: Make, face: Face) -> None:
    columns = ["frame", "t_mono_s", "status", "face_id", "label", "smooth_happy"]
    rows = [{name: cell for name, cell in face(0, 0.0).items() if name in columns}]
    session = make_session(rows, columns=columns)
    for name in TEXT_FORMATS:
        export_session(open_session(session), name, ExportOptions(full_header=True, vocabulary="v2"))


@pytest.mark.parametrize("name", TEXT_FORMATS)
def test_only_the_rows_of_a_moment_are_in_memory(
    make_session: Make, face: Face, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    read, alive, most = ExportSession.rows, set[int](), 0

    def watched(session: ExportSession) -> Iterator[Cells]:
        nonlocal most
        for number, row in enumerate(read(session)):
            alive.add(number)
            weakref.finalize(row, alive.discard, number)
            most = max(most, len(alive))
            yield row

    monkeypatch.setattr(ExportSession, "rows", watched)
    export_session(open_session(make_session([face(frame, frame / 30) for frame in range(100)])), name)
    assert 0 < most < 6


def test_every_format_has_a_title_and_a_reason_for_its_package() -> None:
    assert list(FORMATS) == ["openface", "pyfeat", "facereader", "long", "parquet"]
    assert {name for name, kind in FORMATS.items() if kind.package} == {"parquet"}


@pytest.mark.parametrize(
    ("typed", "cell"),
    [
        ("p01", "p01"),
        ("=1+1", "'=1+1"),
        ("\t@x", "' @x"),
        ("-2", "'-2"),
        ("＝1", "'＝1"),
        ("a\tb\r\nc", "a b c"),
    ],
)
def test_typed_text_is_one_cell_and_no_formula(typed: str, cell: str) -> None:
    assert plain_text(typed) == cell


def test_a_session_nested_without_end_is_refused(make_session: Make) -> None:
    session = make_session()
    (session / "session.json").write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(UnreadableSessionError, match=r"session\.json"):
        open_session(session)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_place_of_the_rows_is_refused_instead_of_waited_for(make_session: Make) -> None:
    session = make_session()
    (session / "frames.csv").unlink()
    os.mkfifo(session / "frames.csv")
    with pytest.raises(UnreadableSessionError, match=r"frames\.csv"):
        export_session(open_session(session), "long")


@pytest.mark.parametrize("linked", ["export", "export/long"])
def test_an_export_never_leaves_the_session_through_a_link(
    make_session: Make, tmp_path: Path, linked: str
) -> None:
    session, elsewhere = make_session(), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (session / linked).parent.mkdir(exist_ok=True)
    (session / linked).symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(SessionError, match="is a link"):
        export_session(open_session(session), "long")
    assert not list(elsewhere.iterdir())


def test_a_link_laid_out_for_a_file_under_way_is_not_followed(make_session: Make, tmp_path: Path) -> None:
    session, precious = make_session(), tmp_path / "precious.txt"
    precious.write_text("mine", encoding="utf-8")
    (session / "export" / "long").mkdir(parents=True)
    (session / "export" / "long" / "long.csv.new").symlink_to(precious)
    export_session(open_session(session), "long")
    assert precious.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")
def test_what_is_exported_can_be_read_by_its_owner_alone(make_session: Make, tmp_path: Path) -> None:
    done = export_session(open_session(make_session()), "long", out=tmp_path / "out")
    assert {path.stat().st_mode & 0o777 for path in done.files} == {0o600}

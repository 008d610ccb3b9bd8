"""What is stored of one participant, and how all of it goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from femon.recording.folder import lock_folder
from femon.retention import Belongings, delete_belongings, participants_in
from old_sessions import old_session

Recorded = Callable[..., Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    folder = tmp_path / "profiles"
    folder.mkdir()
    return folder


@pytest.fixture
def recorded(root: Path) -> Recorded:
    def make(participant: str, days: float = 3) -> Path:
        return old_session(root, participant, days)

    return make


def codes(found: tuple[Belongings, ...]) -> list[str]:
    return [one.participant for one in found]


def test_sessions_and_calibrations_belong_to_their_code(
    root: Path, profiles: Path, recorded: Recorded
) -> None:
    folders = [recorded("p01"), recorded("p01", days=-2), recorded("p02")]
    damaged = profiles / "p01_bare.json"
    damaged.write_text("{")
    (profiles / "p03_glasses.json").write_text("{")
    (profiles / "notes.txt").write_text("not femon's")
    found = participants_in(root, profiles)
    assert codes(found) == ["p01", "p02", "p03"]
    first, second, third = found
    assert {one.folder for one in first.sessions} == set(folders[:2])  # also one that a clock dates tomorrow
    assert first.calibrations == (damaged,)
    assert (len(second.sessions), second.calibrations) == (1, ())
    assert (third.sessions, len(third.calibrations)) == ((), 1)


def test_where_nothing_is_stored_nobody_is_known(tmp_path: Path) -> None:
    assert participants_in(tmp_path / "none", tmp_path / "neither") == ()
    (known,) = participants_in(tmp_path / "none", tmp_path / "neither", ("p09",))
    assert known == Belongings("p09", (), ())


def test_everything_of_one_participant_goes_and_nothing_else(
    root: Path, profiles: Path, recorded: Recorded
) -> None:
    gone, kept = recorded("p01"), recorded("p02")
    for name in ("p01_bare.json", "p01_glasses.json", "p02_bare.json", "p01_bare.new"):
        (profiles / name).write_text("{")
    (one, _) = participants_in(root, profiles)
    assert delete_belongings(one, profiles) == ()
    assert not gone.exists()
    assert kept.exists()
    assert [file.name for file in profiles.iterdir()] == ["p02_bare.json"]
    assert codes(participants_in(root, profiles)) == ["p02"]


def test_a_session_that_is_being_recorded_stays_and_is_told(
    root: Path, profiles: Path, recorded: Recorded
) -> None:
    folder = recorded("p01")
    (profiles / "p01_bare.json").write_text("{")
    lock = lock_folder(folder)
    assert lock is not None
    with lock:
        (one,) = participants_in(root, profiles)
        (sentence,) = delete_belongings(one, profiles)
    assert sentence == f"{folder.name} is being recorded. Stop the session and delete again."
    assert folder.exists()
    assert list(profiles.iterdir()) == []


def test_what_cannot_be_deleted_is_told_and_the_rest_goes(
    root: Path, profiles: Path, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = recorded("p01", days=2), recorded("p01", days=1)
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.parent in (first, profiles):
            raise PermissionError(13, "Permission denied")
        unlink(path, missing_ok)

    (profiles / "p01_bare.json").write_text("{")
    (one,) = participants_in(root, profiles)
    monkeypatch.setattr(Path, "unlink", refuse)
    sentences = delete_belongings(one, profiles)
    assert len(sentences) == 2
    assert all("could not be deleted (Permission denied)" in sentence for sentence in sentences)
    assert first.exists()
    assert not second.exists()

"""What `femon analyze` takes for done: a whole session of the same file, made in the same way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from femon.bundle import read_contract
from femon.cli import finished
from femon.cli.baseline import Seconds
from femon.cli.finished import done_before, done_sessions, made_with
from femon.cli.job import Job
from femon.recording import SessionRequest
from femon.settings import AlarmSettings, ModeSettings, Settings
from femon.types import Excerpt

DIGEST = "ab" * 32
CONTENT = b"a film"
WHOLE = {
    "state": "complete",
    "ended": "source_end",
    "made_with": DIGEST,
    "source": {"bytes": len(CONTENT), "sha256": hashlib.sha256(CONTENT).hexdigest()},
}


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def write(out: Path, name: str = "one", **changes: object) -> Path:
    folder = out / name
    folder.mkdir(parents=True)
    (folder / "session.json").write_text(json.dumps(WHOLE | changes))
    return folder


def job(**changes: Any) -> Job:
    modes = ModeSettings(expression=True, fatigue=True, attention=True)
    whole = Job(Settings(modes=modes), Path("models"), SessionRequest(Path("out")), None, False, True)
    return replace(whole, **changes)


def settings(part: str, **changes: object) -> Settings:
    before = job().settings
    return replace(before, **{part: replace(getattr(before, part), **changes)})


def test_a_whole_session_of_the_same_file_is_done(film: Path, out: Path) -> None:
    folder = write(out)
    done = done_before(str(film), done_sessions(out, DIGEST, overlay=False), quiet=True)
    assert done is not None
    assert (done.folder, done.cut) == (folder, False)


def test_a_folder_of_pictures_is_done_until_one_of_them_changes(tmp_path: Path, out: Path) -> None:
    shots = tmp_path / "shots"
    shots.mkdir()
    for name in ("b.png", "a.JPG", "notes.txt"):
        (shots / name).write_text(name)
    sha256 = hashlib.sha256(b"a.JPG\x005\x00a.JPGb.png\x005\x00b.png").hexdigest()
    write(out, source={"bytes": 10, "sha256": sha256})
    done = done_sessions(out, DIGEST, overlay=False)
    assert done_before(str(shots), done, quiet=True) is not None
    (shots / "notes.txt").write_text("more")
    assert done_before(str(shots), done, quiet=True) is not None
    (shots / "b.png").rename(shots / "c.png")
    assert done_before(str(shots), done, quiet=True) is None


def test_a_file_that_was_cut_is_done_as_far_as_it_goes(film: Path, out: Path) -> None:
    write(out, ended="source_cut")
    done = done_before(str(film), done_sessions(out, DIGEST, overlay=False), quiet=True)
    assert done is not None
    assert done.cut


@pytest.mark.parametrize(
    "changes",
    [
        {"ended": "user"},
        {"ended": None},
        {"ended": "error", "state": "failed"},
        {"state": "recovered"},
        {"state": "recording", "ended": None},
        {"made_with": "cd" * 32},
        {"made_with": None},
        {"source": {"bytes": len(CONTENT), "sha256": None}},
        {"source": {"bytes": None, "sha256": None}},
        {"source": {"bytes": 7, "sha256": hashlib.sha256(CONTENT).hexdigest()}},
        {"source": {"bytes": len(CONTENT), "sha256": DIGEST}},
        {"source": []},
    ],
)
def test_anything_less_is_done_again(film: Path, out: Path, changes: dict[str, object]) -> None:
    write(out, **changes)
    assert done_before(str(film), done_sessions(out, DIGEST, overlay=False), quiet=True) is None


def test_the_sessions_of_older_versions_are_done_again(out: Path) -> None:
    folder = write(out)
    table = {name: value for name, value in WHOLE.items() if name not in ("ended", "made_with")}
    (folder / "session.json").write_text(json.dumps(table))
    assert done_sessions(out, DIGEST, overlay=False) == []


def test_an_overlay_that_is_asked_for_must_be_there(out: Path) -> None:
    folder = write(out)
    assert done_sessions(out, DIGEST, overlay=True) == []
    (folder / "overlay.mp4").touch()
    assert len(done_sessions(out, DIGEST, overlay=True)) == 1


def test_the_newest_of_several_counts(film: Path, out: Path) -> None:
    write(out, "2026-01-01")
    newest = write(out, "2026-02-01")
    done = done_before(str(film), done_sessions(out, DIGEST, overlay=False), quiet=True)
    assert done is not None
    assert done.folder == newest


def test_a_file_is_read_only_when_one_of_its_size_is_done(
    film: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(out, source={"bytes": 7, "sha256": DIGEST})
    monkeypatch.setattr(finished, "_checksum", lambda *_, **__: pytest.fail("it was read"))
    assert done_before(str(film), done_sessions(out, DIGEST, overlay=False), quiet=True) is None


def test_a_file_that_cannot_be_read_is_left_to_the_analysis(
    film: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> str:
        raise OSError(5, "Input/output error")

    write(out)
    monkeypatch.setattr(finished, "_checksum", broken)
    assert done_before(str(film), done_sessions(out, DIGEST, overlay=False), quiet=True) is None


@pytest.mark.parametrize("source", ["rtsp://camera/1", "demo", "0", "absent.mp4", "."])
def test_what_is_no_file_is_never_done(out: Path, source: str) -> None:
    write(out)
    assert done_before(source, done_sessions(out, DIGEST, overlay=False), quiet=True) is None


FELT: dict[str, Callable[[], Job]] = {
    "half-life": lambda: job(settings=settings("analysis", half_life_s=0.5)),
    "faces": lambda: job(settings=settings("analysis", max_faces=1)),
    "low_prob": lambda: job(settings=settings("analysis", low_prob=0.6)),
    "quality minimum": lambda: job(settings=settings("analysis", quality_minimum=0.2)),
    "crop margin": lambda: job(settings=settings("analysis", crop_margin=1.1)),
    "modes": lambda: job(settings=settings("modes", engagement=True)),
    "thresholds": lambda: job(settings=replace(job().settings, alarms=AlarmSettings(pre_s=0.9))),
    "device": lambda: job(settings=replace(job().settings, device="gpu")),
    "baseline": lambda: job(baseline=Seconds(0, 2)),
    "excerpt": lambda: job(excerpt=Excerpt(every=2)),
    "participant": lambda: job(request=SessionRequest(Path("out"), "p01")),
    "condition": lambda: job(request=SessionRequest(Path("out"), condition="A")),
    "purpose": lambda: job(request=SessionRequest(Path("out"), purpose="driver_safety")),
    "consent": lambda: job(request=SessionRequest(Path("out"), consent=True)),
}
UNFELT: dict[str, Callable[[], Job]] = {
    "threads": lambda: job(settings=settings("analysis", threads=1)),
    "theme": lambda: job(settings=settings("display", theme="dark")),
    "loudness": lambda: job(settings=replace(job().settings, alarms=AlarmSettings(volume=0.1))),
    "folders": lambda: job(request=SessionRequest(Path("elsewhere")), models=Path("others")),
    "overlay and progress": lambda: job(overlay=True, quiet=False),
}


@pytest.mark.parametrize("name", FELT)
def test_what_changes_a_result_is_part_of_its_checksum(name: str) -> None:
    assert made_with(FELT[name](), None) != made_with(job(), None)


@pytest.mark.parametrize("name", UNFELT)
def test_what_changes_nothing_is_not(name: str) -> None:
    assert made_with(UNFELT[name](), None) == made_with(job(), None)


def test_the_model_is_part_of_the_checksum_but_its_figures_are_not(models: Path) -> None:
    contract = read_contract(models / "femon-small")
    checksums = {
        made_with(job(), None),
        made_with(job(), contract),
        made_with(job(), replace(contract, temperature=2.0)),
        made_with(job(), replace(contract, sha256={"model.tflite": DIGEST})),
        made_with(job(), replace(contract, uncertain_below=0.9)),
    }
    assert len(checksums) == 5
    assert made_with(job(), replace(contract, metrics={}, private_reads=99)) in checksums


def test_the_version_of_femon_is_part_of_the_checksum(monkeypatch: pytest.MonkeyPatch) -> None:
    before = made_with(job(), None)
    monkeypatch.setattr("femon.__version__", "99.0")
    assert made_with(job(), None) != before

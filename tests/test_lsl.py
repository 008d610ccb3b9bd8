"""Lab Streaming Layer: the layout and the clock on a fake library, and a real inlet where the library is there."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

import numpy as np
import pytest

from femon.emotions import EMOTIONS, UNCERTAIN
from femon.lsl import LabStreams, StreamError
from femon.lsl.channels import (
    ATTENTION_LEVELS,
    CHANNELS,
    CODES,
    DROWSINESS_LEVELS,
    EVENT_LEVELS,
    sample_of,
)
from femon.monitors import Monitor, MonitorState
from femon.monitors.attention import AttentionLevel
from femon.monitors.drowsiness import DrowsinessLevel
from femon.monitors.lids import EventLevel
from femon.recording.monitor_cells import cell
from femon.recording.rows import FaceCells
from femon.settings import ModeSettings
from femon.types import Face, Frame, Pose, Quality, Reading, Readings
from femon.watch import Watch
from lab import FakeOutlet, fake_library
from monitors.synthetic import Script, Timing, closure, faces

REPOSITORY = Path(__file__).resolve().parent.parent
NAMES = [channel.name for channel in CHANNELS]
ALL: Final = ModeSettings(fatigue=True, attention=True, engagement=True)
DRIVER: Final = ModeSettings(expression=False, fatigue=True, attention=True)
ATTENTION: Final = ModeSettings(expression=False, attention=True)
EYES: Final = {
    "openness": "openness", "closure": "closure_s", "eye_state": "eye_state", "perclos_60": "perclos_60",
    "perclos_180": "perclos_180", "coverage_60": "eye_coverage_60",
}  # fmt: skip
FATIGUE: Final = {"fatigue_index": "fatigue_index", "fatigue_level": "fatigue_level"}
TARGETS: Final = {
    "off_target": "off_s", "off_target_30": "off_30s", "attention_state": "attention_state",
    "attention_10": "attention_10",
}  # fmt: skip
COLUMNS: Final = EYES | FATIGUE | TARGETS | {"engagement": "engagement"}  # of frames.csv, by channel


def reading(label: str = "happy", *, watched: bool = True) -> Reading:
    probabilities = np.linspace(0.02, 0.26, 7, dtype=np.float32)
    quality = Quality(0.75, (), 90.0, 120.0, 60.0)
    face = Face(
        1,
        (0.0, 0.0, 10.0, 10.0),
        np.zeros((478, 3), np.float32),
        np.zeros(52, np.float32),
        Pose(-4.0, 2.5, 1.0),
        quality,
        np.zeros((48, 48), np.uint8),
    )
    smooth = probabilities if watched else None
    return Reading(face, True, probabilities, smooth, label, None)


def sample(
    reading: Reading | None, state: MonitorState | None, modes: ModeSettings = ALL
) -> dict[str, float]:
    return dict(zip(NAMES, sample_of(reading, state, modes), strict=True))


def unknown(values: dict[str, float]) -> set[str]:
    """The channels of the monitors that hold no number."""
    return {name for name in COLUMNS if math.isnan(values[name])}


def watched(
    script: Script, modes: ModeSettings, fps: float = 10.0
) -> Iterator[tuple[Reading | None, MonitorState]]:
    """What a watch makes of a scripted person."""
    watch = Watch(modes)
    for index, (t, face) in enumerate(faces(script, Timing(fps))):
        person = None if face is None else replace(reading(""), face=face, raw=None, smooth=None)
        frame = Frame("script", index, t, None, t, np.zeros((48, 64, 3), np.uint8))
        state = watch.update(Readings(frame, () if person is None else (person,))).monitor
        assert state is not None
        yield person, state


def test_the_layout_is_fixed_and_begins_with_the_seven_probabilities() -> None:
    assert NAMES[:12] == [
        *(f"smooth_{name}" for name in EMOTIONS), "label", "quality", "yaw", "pitch", "roll",
    ]  # fmt: skip
    assert len(set(NAMES)) == len(NAMES) == 25
    assert all(channel.unit and channel.kind for channel in CHANNELS)


def test_the_codes_are_those_of_the_monitors() -> None:
    assert get_args(EventLevel) == EVENT_LEVELS
    assert get_args(DrowsinessLevel) == DROWSINESS_LEVELS
    assert get_args(AttentionLevel) == ATTENTION_LEVELS
    assert CODES.keys() <= set(NAMES)


def test_a_sample_holds_the_face_and_what_the_monitor_knows() -> None:
    *_, (_, state) = watched(Script(15.0, openness=closure(14.5, 5.0)), DRIVER)
    values = sample(reading(), state, DRIVER)
    assert values["smooth_neutral"] == pytest.approx(0.26)
    assert values["label"] == EMOTIONS.index("happy")
    assert (values["quality"], values["yaw"], values["pitch"], values["roll"]) == (0.75, -4.0, 2.5, 1.0)
    assert EVENT_LEVELS[int(values["eye_state"])] == state.closure.level != "open"
    assert values["closure"] == state.closure.closed_s > 0
    assert (values["fatigue_level"], values["attention_state"]) == (0.0, 0.0)
    assert math.isnan(values["perclos_60"])


def test_somebody_who_has_left_is_neither_awake_nor_looking_ahead() -> None:
    states = list(watched(Script(90.0, away=((20.0, 91.0),)), DRIVER))
    assert unknown(sample(*states[195], DRIVER)) == {"perclos_60", "perclos_180", "engagement"}
    gone = sample(*states[-1], DRIVER)
    assert states[-1][1].drowsiness.frozen
    assert unknown(gone) == COLUMNS.keys() - {"eye_state", "coverage_60"}
    assert EVENT_LEVELS[int(gone["eye_state"])] == "unknown"
    assert gone["coverage_60"] == pytest.approx(0.0, abs=0.01)


def test_nobody_in_view_is_not_looking_ahead_and_has_no_closure_from_the_first_frame_on() -> None:
    states = list(watched(Script(21.0, away=((20.0, 22.0),)), DRIVER))
    first = next(one for one in states if one[0] is None)
    assert unknown(sample(*first, DRIVER)) >= TARGETS.keys() | {"openness", "closure"}


def test_a_first_frame_says_nothing_about_fatigue_or_attention() -> None:
    state = Monitor().update(0.0, reading().face)
    assert unknown(sample(reading(), state)) >= FATIGUE.keys() | TARGETS.keys()


def test_a_head_that_is_not_judged_is_not_looking_ahead() -> None:
    states = list(watched(Script(3.0), DRIVER))
    frozen = [one for one in states if one[1].attention.frozen]
    assert frozen
    assert all(unknown(sample(*one, DRIVER)) >= TARGETS.keys() for one in frozen)


@pytest.mark.parametrize(
    ("modes", "off"),
    [
        (ATTENTION, EYES.keys() | FATIGUE.keys() | {"engagement"}),
        (DRIVER, {"engagement"}),
        (ModeSettings(engagement=True), FATIGUE.keys()),
        (ModeSettings(), COLUMNS.keys()),
    ],
)
def test_what_is_switched_off_is_not_sent(modes: ModeSettings, off: set[str]) -> None:
    *_, last = watched(Script(70.0), replace(modes, attention=True))
    assert off <= unknown(sample(*last, modes)) <= off | {"perclos_180"}
    assert sample(*last, modes)["quality"] > 0


@pytest.mark.parametrize("fps", [10.0, 0.4])
@pytest.mark.parametrize(
    "modes",
    [ALL, DRIVER, ATTENTION, ModeSettings(engagement=True), ModeSettings(fatigue=True), ModeSettings()],
)
def test_a_sample_is_empty_exactly_where_the_log_is(modes: ModeSettings, fps: float) -> None:
    script = Script(80.0, openness=closure(30.0, 2.0), yaw=((40, 0), (45, 80), (50, 0)), away=((55, 70),))
    compared = 0
    for person, state in watched(script, modes, fps):
        values = unknown(sample(person, state, modes))
        if person is None:
            continue
        row = FaceCells(person, None, None, None, modes, state)
        # The log keeps what attention was while the head is not judged, and says so in on_target.
        judged = COLUMNS if not state.attention.frozen else COLUMNS.keys() - TARGETS.keys()
        empty = {channel for channel in judged if cell(COLUMNS[channel])(row) is None}
        assert values & set(judged) == empty
        compared += 1
    assert compared > 60 * fps


def test_what_is_not_known_is_not_a_number_and_never_zero() -> None:
    assert all(math.isnan(value) for value in sample(None, None).values())
    assert math.isnan(sample(reading(UNCERTAIN), None)["label"])
    unwatched = sample(reading("", watched=False), None)
    assert all(math.isnan(unwatched[f"smooth_{name}"]) for name in EMOTIONS)
    assert math.isnan(unwatched["label"])
    assert unwatched["quality"] == 0.75


@pytest.fixture
def outlets(monkeypatch: pytest.MonkeyPatch) -> list[FakeOutlet]:
    return fake_library(monkeypatch)


def test_both_streams_are_described(outlets: list[FakeOutlet]) -> None:
    LabStreams("session-1", live=True, modes=ALL, model_id="femon-small")
    readings, markers = (outlet.info for outlet in outlets)
    assert (readings.name, readings.count, readings.rate, readings.form) == ("femon", 25, 0.0, "float32")
    assert (markers.name, markers.kind, markers.count, markers.form) == (
        "femon markers",
        "Markers",
        1,
        "string",
    )
    assert readings.source_id != markers.source_id
    ((name, channels),) = readings.description.children
    assert name == "channels"
    assert [one.values["label"] for _, one in channels.children] == NAMES
    units = {one.values["label"]: one.values["unit"] for _, one in channels.children}
    assert (units["yaw"], units["closure"], units["smooth_sad"]) == ("degrees", "seconds", "normalized")
    assert readings.description.values["model"] == "femon-small"


def test_live_samples_carry_the_time_of_their_frame_in_the_clock_of_the_streams(
    outlets: list[FakeOutlet],
) -> None:
    streams = LabStreams("session-1", live=True, modes=ALL, clock=lambda: 100.0)
    streams.push(99.5, None, None)
    streams.mark(100.25, "stimulus")
    assert outlets[0].pushed[0][1] == 4999.5
    assert outlets[1].pushed == [(["stimulus"], 5000.25)]


def test_a_file_starts_at_the_moment_of_its_first_sample_and_keeps_its_own_pace(
    outlets: list[FakeOutlet],
) -> None:
    streams = LabStreams("clip", live=False, modes=ALL)
    for t in (0.0, 0.04, 0.08):
        streams.push(t, None, None)
    assert [timestamp for _, timestamp in outlets[0].pushed] == pytest.approx([5000.0, 5000.04, 5000.08])


def test_a_missing_library_is_a_sentence_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    with pytest.raises(StreamError, match=r"pip install femon\[lsl\]"):
        LabStreams("session-1", live=True, modes=ALL)


def test_nothing_is_loaded_before_streams_are_asked_for() -> None:
    code = "import sys, femon.lsl; sys.exit('pylsl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode == 0


# In a process of its own: the native library reads its settings once, and brings its own threads.
LISTENER = """
    import time
    import pylsl
    from femon.lsl import LabStreams
    from femon.lsl.channels import CHANNELS
    from femon.settings import ModeSettings

    streams = LabStreams("test-of-femon", live=True, modes=ModeSettings(), model_id="femon-small")
    inlets = []
    for source_id in ("test-of-femon", "test-of-femon-markers"):
        (info,) = pylsl.resolve_byprop("source_id", source_id, timeout=20.0)
        inlets.append(pylsl.StreamInlet(info))
        inlets[-1].open_stream(timeout=20.0)
    assert inlets[0].info().get_channel_labels() == [channel.name for channel in CHANNELS]
    assert inlets[0].info().get_channel_units() == [channel.unit for channel in CHANNELS]
    t = time.monotonic()
    streams.push(t, None, None)
    streams.mark(t + 0.5, "stimulus, zweiter Versuch \\u00e4")
    values, sampled = inlets[0].pull_sample(timeout=20.0)
    texts, marked = inlets[1].pull_sample(timeout=20.0)
    assert len(values) == len(CHANNELS) and all(value != value for value in values)
    assert texts == ["stimulus, zweiter Versuch \\u00e4"]
    assert abs(marked - sampled - 0.5) < 1e-6
    apart = [abs(sampled - pylsl.local_clock() - (t - time.monotonic())) for _ in range(50)]
    assert min(apart) < 0.02
    streams.close()
    print("heard")
"""


# The same through the pipeline: a camera that waits until somebody listens.
PIPELINE = """
    import platform, sys, threading, time
    from datetime import datetime, UTC
    from pathlib import Path
    sys.path.insert(0, "tests")
    import pylsl
    from fakes import FakeFinder, FakeSource, make_frame
    from femon import pipeline
    from femon.pipeline import Parts, Pipeline
    from femon.settings import ModeSettings, Settings
    from femon.types import Frame

    pipeline.import_mediapipe = lambda: None
    listens, shown = threading.Event(), threading.Event()

    class Camera(FakeSource):
        def frames(self, stopped):
            for index in range(2):
                now = time.monotonic()
                yield Frame("fake", index, now, datetime.now(UTC), None, make_frame(0).image_bgr)
                (listens if index == 0 else marked).wait(60)

    marked = threading.Event()
    notices = []
    running = Pipeline(
        "0",
        Settings(modes=ModeSettings(expression=False, fatigue=True), lsl=True),
        models=Path("none"),
        on_readings=lambda readings: shown.set(),
        on_notice=lambda notice: notices.append(notice.kind),
        parts=Parts(open_source=lambda *_, **__: Camera([], live=True), make_finder=FakeFinder(1)),
    )
    running.start()
    assert shown.wait(60)
    inlets = []
    for end in ("", "-markers"):
        (info,) = pylsl.resolve_byprop("source_id", f"femon-{platform.node()}-camera{end}", timeout=20.0)
        inlets.append(pylsl.StreamInlet(info))
        inlets[-1].open_stream(timeout=20.0)
    listens.set()
    values, sampled = inlets[0].pull_sample(timeout=20.0)
    assert len(values) == 25
    assert abs(sampled - pylsl.local_clock()) < 20
    pressed = pylsl.local_clock()
    running.mark("marker", "stimulus")
    texts, heard = inlets[1].pull_sample(timeout=20.0)
    assert texts == ["stimulus"] and abs(heard - pressed) < 0.02, (texts, heard - pressed)
    marked.set()
    running.stop()
    assert "streaming" in notices and "error" not in notices, notices
    print("heard")
"""


@pytest.mark.parametrize("program", [LISTENER, PIPELINE], ids=["streams", "pipeline"])
def test_a_real_inlet_on_this_machine_hears_samples_and_markers(program: str, tmp_path: Path) -> None:
    pytest.importorskip("pylsl")
    settings = tmp_path / "lsl_api.cfg"
    settings.write_text(
        "[multicast]\nResolveScope = machine\nListenAddress = 127.0.0.1\n[ports]\nIPv6 = disable\n"
    )
    heard = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=REPOSITORY,
        env=os.environ | {"LSLAPICFG": str(settings)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert heard.stdout == "heard\n", heard.stderr

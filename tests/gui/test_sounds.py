"""Alarm sounds: the samples themselves, and a player that survives whatever its device does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from femon.alarms import TONES, Sound, SoundName
from femon.gui.sounds import (
    DEVICE_GONE,
    NO_DEVICE,
    RATE,
    Fill,
    Mixer,
    SoundError,
    SoundPlayer,
    open_miniaudio,
    samples_of,
)

SLEEP = Sound("sleep", 0.3, 1.0)
PRE = Sound("pre", None, 2.0)


def strongest(samples: Any) -> float:
    """Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 4 * RATE))
    return float(np.argmax(spectrum)) / 4


@pytest.mark.parametrize("name", TONES)
def test_every_pattern_is_sixteen_bit_mono_of_its_length(name: SoundName) -> None:
    tone, samples = TONES[name], samples_of(TONES[name])
    assert samples.dtype == np.int16
    assert samples.ndim == 1
    assert len(samples) == pytest.approx((tone.period_s or tone.seconds) * RATE, abs=2)
    peak = np.abs(samples).max() / 32767
    assert peak == pytest.approx(tone.loudness, rel=0.05)


@pytest.mark.parametrize("name", TONES)
def test_patterns_begin_and_end_at_zero_so_that_loops_do_not_click(name: SoundName) -> None:
    samples = samples_of(TONES[name]).astype(int)
    assert abs(samples[0]) <= 1
    assert abs(samples[-1]) <= 1
    twice = np.concatenate([samples, samples])
    steepest = 2 * np.pi * 1800 / RATE * 32767
    assert np.abs(np.diff(twice)).max() <= steepest


@pytest.mark.parametrize(
    ("name", "from_s", "to_s", "hertz"),
    [
        ("pre", 0.0, 0.15, 660),
        ("microsleep", 0.0, 0.12, 880),
        ("microsleep", 0.2, 0.32, 880),
        ("microsleep", 0.4, 0.52, 880),
        ("sleep", 0.0, 0.15, 988),
        ("sleep", 0.15, 0.30, 1319),
        ("long_distraction", 0.23, 0.38, 523),
        ("long_2", 0.46, 0.61, 587),
        ("shared", 0.0, 0.15, 440),
        ("drowsy", 0.0, 0.3, 392),
        ("drowsy", 0.3, 0.6, 523),
        ("severe", 0.9, 1.2, 523),
        ("unresponsive", 0.0, 0.05, 1325),
        ("unresponsive", 0.45, 0.5, 1775),
    ],
)
def test_notes_have_their_pitch(name: SoundName, from_s: float, to_s: float, hertz: float) -> None:
    part = samples_of(TONES[name])[round(from_s * RATE) : round(to_s * RATE)]
    assert strongest(part) == pytest.approx(hertz, rel=0.015)


def test_gaps_and_rests_are_silent() -> None:
    samples = samples_of(TONES["microsleep"])
    for from_s, to_s in ((0.125, 0.195), (0.325, 0.395), (0.53, 1.5)):
        assert not samples[round(from_s * RATE) : round(to_s * RATE)].any()


def test_no_two_patterns_are_alike() -> None:
    for one, other in combinations([samples_of(tone) for tone in TONES.values()], 2):
        length = min(len(one), len(other))
        assert not np.array_equal(one[:length], other[:length]) or len(one) != len(other)


@dataclass
class FakeDevice:
    """Asks for samples when told to; `gone` lets it die without a word."""

    fill: Fill
    closed: bool = False
    gone: bool = False

    def hear(self, seconds: float = 0.05) -> Any:
        assert not self.closed
        return np.frombuffer(self.fill(round(seconds * RATE)), np.int16).astype(int)

    def close(self) -> None:
        self.closed = True


@dataclass
class Jobs:
    """Background work that is done when told to."""

    waiting: list[Callable[[], None]] = field(default_factory=list)

    def __call__(self, _name: str, work: Callable[[], None]) -> None:
        self.waiting.append(work)

    def run(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


@dataclass
class Desk:
    """A player with its fakes."""

    player: SoundPlayer
    jobs: Jobs
    devices: list[FakeDevice]
    faults: list[str]
    missing: list[bool]  # one truth: whether there is no device

    @property
    def device(self) -> FakeDevice:
        return self.devices[-1]

    def open(self) -> None:
        self.player.open()
        self.jobs.run()

    def look(self, times: int = 1) -> None:
        for _ in range(times):
            if self.devices and not self.device.closed and not self.device.gone:
                self.device.hear()
            self.player.look()
            self.jobs.run()


@pytest.fixture
def desk(qapp: Any) -> Any:
    jobs, missing = Jobs(), [False]
    devices: list[FakeDevice] = []
    faults: list[str] = []

    def opens(fill: Fill) -> FakeDevice:
        if missing[0]:
            raise SoundError(NO_DEVICE)
        devices.append(FakeDevice(fill))
        return devices[-1]

    player = SoundPlayer(open_output=opens, background=jobs, volume=0.5)
    player.fault_changed.connect(faults.append)
    yield Desk(player, jobs, devices, faults, missing)
    player.close()
    jobs.run()


def test_nothing_waits_for_the_device_to_open(desk: Desk) -> None:
    desk.player.open()
    desk.player.play(SLEEP)
    assert not desk.devices
    desk.jobs.run()
    assert desk.device.hear().any()


def test_a_loop_goes_on_until_it_is_stopped_and_then_is_silent_at_once(desk: Desk) -> None:
    desk.open()
    desk.player.play(SLEEP)
    assert all(desk.device.hear(0.3).any() for _ in range(20))
    desk.player.play(None)
    assert not desk.device.hear(0.05)[round(0.01 * RATE) :].any()
    assert not desk.device.hear(0.3).any()


def test_a_sound_that_is_to_be_heard_once_ends_by_itself(desk: Desk) -> None:
    desk.open()
    desk.player.play(PRE)
    assert desk.device.hear(0.1).any()
    desk.device.hear(0.05)
    assert not desk.device.hear(0.3).any()


def test_the_same_sound_is_not_started_again_but_a_newer_one_is(desk: Desk) -> None:
    desk.open()
    desk.player.play(PRE)
    desk.device.hear(0.2)
    desk.player.play(PRE)
    assert not desk.device.hear(0.2).any()
    desk.player.play(Sound("pre", None, 5.0))
    assert desk.device.hear(0.1).any()


def test_one_sound_replaces_another(desk: Desk) -> None:
    desk.open()
    desk.player.play(SLEEP)
    desk.device.hear(0.1)
    desk.player.play(Sound("shared", None, 2.0))
    desk.device.hear(0.02)
    assert strongest(desk.device.hear(0.1)) == pytest.approx(440, rel=0.03)


def test_the_volume_holds_for_the_sound_that_is_on(desk: Desk) -> None:
    desk.open()
    desk.player.play(SLEEP)
    half = np.abs(desk.device.hear(0.3)).max()
    desk.player.set_volume(1.0)
    full = np.abs(desk.device.hear(0.3)).max()
    assert full == pytest.approx(2 * half, rel=0.05)
    desk.player.set_volume(0.0)
    assert not desk.device.hear(0.3).any()


def test_no_reaction_is_alarmed_at_full_volume_unless_sound_is_off(desk: Desk) -> None:
    desk.open()
    desk.player.set_volume(0.2)
    desk.player.play(Sound("unresponsive", 0.5, 1.0))
    assert np.abs(desk.device.hear(0.5)).max() > 32000
    desk.player.set_volume(0.0)
    assert not desk.device.hear(0.5).any()


def test_a_missing_device_is_a_reason_and_is_looked_for_again(desk: Desk) -> None:
    desk.missing[0] = True
    desk.open()
    assert desk.player.fault == NO_DEVICE
    desk.player.play(SLEEP)
    desk.look(12)
    assert desk.faults == [NO_DEVICE]
    desk.missing[0] = False
    desk.look(5)
    assert desk.faults == [NO_DEVICE, ""]
    assert desk.device.hear().any()


def test_a_device_that_vanishes_is_noticed_and_replaced(desk: Desk) -> None:
    desk.open()
    desk.player.play(SLEEP)
    desk.look(3)
    assert desk.player.fault == ""
    desk.device.gone = True
    desk.look(2)
    assert desk.player.fault == DEVICE_GONE
    assert desk.device.closed
    desk.look(5)
    assert len(desk.devices) == 2
    assert desk.player.fault == ""
    assert desk.device.hear().any()


def test_closing_lets_go_of_the_device_even_while_it_opens(desk: Desk) -> None:
    desk.player.open()
    desk.player.close()
    desk.jobs.run()
    assert desk.device.closed
    desk.open()
    desk.player.close()
    desk.jobs.run()
    assert desk.device.closed
    assert len(desk.devices) == 2
    assert desk.faults == []


def test_the_test_button_plays_a_sound_once_but_never_over_an_alarm(desk: Desk) -> None:
    desk.open()
    desk.player.test("drowsy")
    assert desk.device.hear(0.3).any()
    desk.player.play(SLEEP)
    desk.device.hear(0.02)
    desk.player.test("shared")
    assert strongest(desk.device.hear(0.1)) > 900


def test_odd_amounts_of_samples_join_without_a_seam() -> None:
    whole = samples_of(TONES["sleep"])
    mixer = Mixer()
    player = SoundPlayer(open_output=FakeDevice, background=Jobs(), volume=1.0)
    player._mixer = mixer
    player.play(SLEEP)
    heard = np.concatenate(
        [np.frombuffer(mixer.fill(count), np.int16) for count in (1, 777, 4000, 13, 20000)]
    )
    expected = np.resize(whole, len(heard))
    assert np.abs(heard.astype(int) - expected).max() <= 1


def test_a_machine_without_the_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "miniaudio", None)
    with pytest.raises(SoundError, match="pip install miniaudio"):
        open_miniaudio(lambda count: bytes(2 * count))


def test_a_machine_without_any_sound_is_not_taken_for_one_with_a_silent_device(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    miniaudio = pytest.importorskip("miniaudio")
    real = miniaudio.PlaybackDevice
    monkeypatch.setattr(
        miniaudio, "PlaybackDevice", lambda **options: real(**options, backends=[miniaudio.Backend.NULL])
    )
    with pytest.raises(SoundError, match="no audio device"):
        open_miniaudio(lambda count: bytes(2 * count))

"""What webcams and streams share: losses are told at once and every second, and frame numbers go on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from femon.camera.live import Clocks, Grab, LossReason, live_frames
from femon.types import Frame, Lost


class ScriptedDevice:
    """Delivers while the time is outside `away`; reopening takes `reopen_s`."""

    def __init__(self, clocks, away: tuple[float, float], reopen_s: float = 0.0) -> None:
        self.clocks, self.away, self.reopen_s = clocks, away, reopen_s
        self.attempts: list[float] = []

    def grab(self) -> Grab | None:
        self.clocks.t += 0.1
        if self.away[0] <= self.clocks.t < self.away[1]:
            return None
        return Grab(self.clocks.t, self.clocks.utc(), np.zeros((2, 2, 3), np.uint8))

    def reopen(self) -> Grab | None:
        self.attempts.append(self.clocks.t)
        self.clocks.t += self.reopen_s
        return None if self.clocks.t < self.away[1] else self.grab()

    def loss(self) -> LossReason:
        return "stalled"


def run(
    device: ScriptedDevice, until: Callable[[], bool], longest_pause_s: float = 1.0
) -> list[Frame | Lost]:
    clocks = Clocks(device.clocks.now, device.clocks.utc, device.clocks.wait)
    return list(live_frames(device, "cam", clocks, until, longest_pause_s=longest_pause_s))


def test_a_loss_is_told_at_once_and_then_once_per_second(clocks) -> None:
    device = ScriptedDevice(clocks, away=(101.0, 104.5))
    items = run(device, lambda: clocks.t > 106)
    lost = [item for item in items if isinstance(item, Lost)]
    assert np.allclose([item.t for item in lost[:4]], [101.0, 102.0, 103.0, 104.0], atol=0.11)
    assert np.allclose(np.diff([item.t for item in lost]), 1.0)
    told = [(clocks.utc() - item.utc).total_seconds() for item in lost if item.utc]
    assert np.allclose(told, [clocks.t - item.t for item in lost], atol=1e-5)


def test_frame_numbers_go_on_after_a_loss_and_time_increases(clocks) -> None:
    items = run(ScriptedDevice(clocks, away=(101.0, 103.0)), lambda: clocks.t > 105)
    frames = [item for item in items if isinstance(item, Frame)]
    assert [frame.index for frame in frames] == list(range(len(frames)))
    assert (np.diff([item.t for item in items]) > 0).all()


def test_seconds_that_pass_while_reopening_blocks_are_still_told(clocks) -> None:
    items = run(ScriptedDevice(clocks, away=(101.0, 106.0), reopen_s=3.3), lambda: clocks.t > 109)
    lost = [item.t for item in items if isinstance(item, Lost)]
    assert np.allclose(np.diff(lost), 1.0)
    assert len(lost) >= 5
    assert (np.diff([item.t for item in items]) > 0).all()


def test_attempts_to_reopen_become_rarer_up_to_a_limit(clocks) -> None:
    device = ScriptedDevice(clocks, away=(101.0, 200.0))
    run(device, lambda: clocks.t > 130, longest_pause_s=4.0)
    pauses = np.diff(device.attempts)
    assert (np.diff(pauses) > -0.1).all()
    assert pauses[0] < 0.4
    assert 4.0 <= pauses[-1] < 4.2


def test_a_stop_request_ends_a_loss_without_waiting(clocks) -> None:
    device = ScriptedDevice(clocks, away=(101.0, 1000.0))
    run(device, lambda: clocks.t > 103.0)
    assert clocks.t < 103.2
    assert max(clocks.waits) <= 0.1

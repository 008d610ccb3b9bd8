"""A face that does what a script says: deterministic landmarks, blendshapes and poses at any frame times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from femon.monitors import EyeReference, Limits, Monitor, MonitorState, Profile, Transition
from femon.types import Face, Pose, Quality

# MediaPipe's canonical face, cm: x to the image's right, y up, z towards the camera.
RIGHT_EYE = {
    33: (-4.45, 2.66, 3.17),
    160: (-3.67, 2.93, 3.72),
    158: (-2.72, 2.96, 3.87),
    133: (-1.86, 2.59, 3.76),
    153: (-2.72, 2.32, 3.78),
    144: (-3.67, 2.36, 3.64),
}
LEFT_OF_RIGHT = {33: 263, 160: 387, 158: 385, 133: 362, 153: 380, 144: 373, 78: 308}
OTHERS = {13: (0, -3.99, 5.22), 14: (0, -4.54, 5.40), 78: (-2.15, -4.28, 4.04), 1: (0, -1.13, 7.48)}
PLACES = {**RIGHT_EYE, **OTHERS}
PLACES |= {left: (-PLACES[right][0], *PLACES[right][1:]) for right, left in LEFT_OF_RIGHT.items()}
ORDER = list(PLACES)
CANONICAL = np.array([PLACES[index] for index in ORDER], np.float64)
LIDS = ((160, 144), (158, 153))  # upper, lower, right eye
CANONICAL_EAR = sum(np.linalg.norm(np.subtract(PLACES[a], PLACES[b])) for a, b in LIDS) / (
    2 * np.linalg.norm(np.subtract(PLACES[33], PLACES[133]))
)
PX_PER_CM = 20.0
CENTRE = (320.0, 240.0)
LID_DOWN_S, LID_UP_S = 0.08, 0.12  # from fully open to fully closed and back
LANDMARK_NOISE_PX, POSE_NOISE = 0.5, 0.26

Points = Sequence[tuple[float, float]]  # t in s, value; linear between, constant outside


@dataclass(frozen=True)
class Script:
    """What the face does, as lines over time."""

    length_s: float
    openness: Points = ((0, 1),)
    yaw: Points = ((0, 0),)
    pitch: Points = ((0, 0),)
    jaw_open: Points = ((0, 0.03),)
    scale: Points = ((0, 1),)  # of both eye aspect ratios, for slow drifts
    away: Sequence[tuple[float, float]] = ()  # no face from, to
    holes: Sequence[tuple[float, float]] = ()  # no frames from, to
    shift_cm: Points = ((0, 0),)
    open_ear: tuple[float, float] = (0.28, 0.28)  # right, left
    closed_share: float = 0.20
    mirrored: bool = False


@dataclass(frozen=True)
class Timing:
    """How the frames fall: every script is played at many of them."""

    fps: float = 30.0
    jitter: bool = False
    phase: int = 0  # of three
    later_fps: tuple[float, float] | None = None  # from t on, another rate
    dropped: float = 0.0  # share of frames that never arrive
    noise: bool = True

    def times(self, length_s: float) -> NDArray[np.float64]:
        random = np.random.default_rng(int(self.fps) * 10 + self.phase)
        start = self.phase / 3 / self.fps
        times = self._stretch(start, length_s, self.fps, random)
        if self.later_fps is not None:
            at, fps = self.later_fps
            times = np.concatenate([times[times < at], self._stretch(at, length_s, fps, random)])
        if self.dropped:
            times = times[random.random(len(times)) >= self.dropped]
        return times

    def _stretch(
        self, start: float, end: float, fps: float, random: np.random.Generator
    ) -> NDArray[np.float64]:
        count = int((end - start) * fps) + 1
        if not self.jitter:
            return start + np.arange(count) / fps
        steps = random.uniform(0.5, 1.5, 2 * count + 2) / fps
        times = start + np.concatenate([[0.0], np.cumsum(steps)])
        return times[times <= end]


def closure(t: float, length_s: float, depth: float = 0.0) -> list[tuple[float, float]]:
    """Lids that fall through 0.30 at t and rise through 0.50 length_s later."""
    return [
        (t - 0.70 * LID_DOWN_S, 1.0),
        (t + (0.30 - depth) * LID_DOWN_S, depth),
        (t + length_s - (0.50 - depth) * LID_UP_S, depth),
        (t + length_s + 0.50 * LID_UP_S, 1.0),
    ]


def closures(*times_and_lengths: tuple[float, float], depth: float = 0.0) -> list[tuple[float, float]]:
    return [point for t, length_s in times_and_lengths for point in closure(t, length_s, depth)]


def steps(*turns: tuple[float, float], ramp_s: float = 0.1) -> list[tuple[float, float]]:
    """A line that goes to each value around its time."""
    points = [(0.0, 0.0)]
    for t, value in turns:
        points += [(t - ramp_s / 2, points[-1][1]), (t + ramp_s / 2, value)]
    return points


def profile(script: Script, **changes: Any) -> Profile:
    """A perfect calibration of the face of a script."""
    right, left = (EyeReference(ear, ear * script.closed_share) for ear in script.open_ear)
    return replace(Profile(right, left, Pose(0.0, 0.0, 0.0), "guided"), **changes)


def faces(script: Script, timing: Timing) -> Iterator[tuple[float, Face | None]]:
    """The frames of a script. The arrays of a face are valid until the next one is asked for."""
    times = timing.times(script.length_s)
    for start, end in script.holes:
        times = times[(times < start) | (times >= end)]
    random = np.random.default_rng(round(timing.fps) * 1000 + timing.jitter * 100 + timing.phase)
    noise = 1.0 if timing.noise else 0.0
    yaw, pitch = (_along(line, times) for line in (script.yaw, script.pitch))
    mesh = _mesh(script, times, yaw, pitch)
    mesh += noise * random.normal(0, LANDMARK_NOISE_PX, mesh.shape)
    poses = np.stack([yaw, pitch, np.zeros_like(yaw)], axis=1)
    poses += noise * random.normal(0, POSE_NOISE, poses.shape)
    order = ORDER
    if script.mirrored:
        swap = LEFT_OF_RIGHT | {left: right for right, left in LEFT_OF_RIGHT.items()}
        order = [swap.get(index, index) for index in ORDER]
        mesh[:, :, 0] = 2 * CENTRE[0] - mesh[:, :, 0]
        poses[:, (0, 2)] *= -1
    shapes = _blendshapes(script, times)
    for t, face in _as_faces(times, mesh.astype(np.float32), poses, shapes, order=order):
        yield t, None if any(start <= t < end for start, end in script.away) else face


def _along(line: Points, times: NDArray[np.float64]) -> NDArray[np.float64]:
    points = np.array(line, np.float64)
    return np.interp(times, points[:, 0], points[:, 1])


def _mesh(
    script: Script, times: NDArray[np.float64], yaw: NDArray[np.float64], pitch: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(n, points, 3) px."""
    mesh = np.repeat(CANONICAL[None], len(times), axis=0)
    openness, scale = _along(script.openness, times), _along(script.scale, times)
    for (upper, lower), side in ((lids, side) for lids in LIDS for side in (0, 1)):
        ear = script.open_ear[side]
        shut = ear * script.closed_share
        factor = scale * (shut + openness * (ear - shut)) / CANONICAL_EAR
        up, down = (ORDER.index(LEFT_OF_RIGHT[index] if side else index) for index in (upper, lower))
        mesh[:, up] = mesh[:, down] + factor[:, None] * (mesh[:, up] - mesh[:, down])
    turned = np.einsum("nij,npj->npi", _rotations(np.radians(yaw), np.radians(pitch)), mesh)
    turned[:, :, 0] += _along(script.shift_cm, times)[:, None]
    turned *= (PX_PER_CM, -PX_PER_CM, -PX_PER_CM)
    turned[:, :, :2] += CENTRE
    return turned


def _rotations(yaw: NDArray[np.float64], pitch: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3, 3): the face looks along the third column."""
    sy, cy, sp, cp, zero = np.sin(yaw), np.cos(yaw), np.sin(pitch), np.cos(pitch), np.zeros_like(yaw)
    rows = [[cy, -sy * sp, sy * cp], [zero, cp, sp], [-sy, -cy * sp, cy * cp]]
    return np.moveaxis(np.array(rows), 2, 0)


def _blendshapes(script: Script, times: NDArray[np.float64]) -> NDArray[np.float32]:
    shapes = np.zeros((len(times), 52), np.float32)
    shapes[:, (9, 10)] = np.clip(0.66 - 0.48 * _along(script.openness, times), 0, 1)[:, None]
    shapes[:, 25] = _along(script.jaw_open, times)
    return shapes


def _as_faces(
    times: NDArray[np.float64],
    mesh: NDArray[np.float32],
    poses: NDArray[np.float64],
    shapes: NDArray[np.float32],
    *,
    order: list[int],
) -> Iterator[tuple[float, Face]]:
    landmarks = np.zeros((478, 3), np.float32)
    rows = np.array(order)
    quality, crop = Quality(1.0, (), 100.0, 120.0, 178.0), np.zeros((48, 48), np.uint8)
    angles = poses.tolist()
    for index, t in enumerate(times.tolist()):
        landmarks[rows] = mesh[index]
        yield t, Face(1, (160, 60, 320, 360), landmarks, shapes[index], Pose(*angles[index]), quality, crop)


@dataclass
class Played:
    """What the monitor said of a script."""

    transitions: list[Transition] = field(default_factory=list)
    states: list[MonitorState] = field(default_factory=list)  # thinned out to one for each `every_s`

    @property
    def last(self) -> MonitorState:
        return self.states[-1]

    def times(self, after: str, channel: str | None = None) -> list[float]:
        """When a state was entered."""
        return [
            one.t
            for one in self.transitions
            if one.after == after and (channel is None or one.channel == channel)
        ]

    def entered(self, channel: str) -> list[str]:
        return [one.after for one in self.transitions if one.channel == channel]


def play(
    script: Script,
    timing: Timing | None = None,
    monitor: Monitor | None = None,
    *,
    every_s: float = 0.0,
    limits: Limits | None = None,
) -> Played:
    """Show a script to a monitor, by default one that is calibrated to this face."""
    monitor = monitor or Monitor(limits, profile(script))
    played, kept_t = Played(), -np.inf
    state = None
    for t, face in faces(script, timing or Timing()):
        state = monitor.update(t, face)
        played.transitions += state.transitions
        if t - kept_t >= every_s:
            played.states.append(state)
            kept_t = t
    if state is not None and played.states[-1] is not state:
        played.states.append(state)
    return played

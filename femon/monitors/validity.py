"""Which eyes of a frame can be used, and how much of the recent time could be read."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final, Literal

from femon.monitors.clock import Tick, fast_enough
from femon.monitors.geometry import Eye, Shape
from femon.monitors.limits import Limits
from femon.monitors.windows import RollingSum, held, lasted
from femon.types import ROUNDING_S

Validity = Literal["ok", "partial", "unreadable", "no_face"]
Eyes = Literal["both", "right", "left", "none"]  # the subject's
Announcement = Literal["visible", "no_face", "eyes_unreadable"]


@dataclass(frozen=True, slots=True)
class ValidityState:
    """How far the frame can be read."""

    validity: Validity
    eyes: Eyes  # that are used
    settling: Literal["reappeared", "jumped"] | None  # a face is there, but not yet believed
    shown: Announcement  # what people are told
    coverage_60: float | None  # share of time with readable eyes; None at the first frame, < 0.5 fps
    coverage_180: float | None

    @property
    def head_known(self) -> bool:
        """Whether the pose of the head can be used."""
        return self.validity != "no_face"


_COVERED: Final = ("ok", "partial")


class ValidityMonitor:
    """Judges frames one by one; a face that has just come or jumped is not believed for a moment."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._noses: deque[tuple[float, float, float]] = deque()  # t, x, y while the face stays
        self._face_before = True  # the face at the start of a session is believed at once
        self._settled_t = -math.inf
        self._settling: Literal["reappeared", "jumped"] | None = None
        self._shown: Announcement = "visible"
        self._no_face_s: float | None = None
        self._unreadable_s: float | None = None  # with lost faces and readable eyes in between, if short
        self._readable_s: float | None = None
        self._readable = RollingSum(limits.coverage_windows_s)

    def update(self, tick: Tick, shape: Shape | None, yaw: float) -> ValidityState:
        """Judge the frame; `shape` is None without a face, yaw is raw, in degrees."""
        self._settle(tick, shape)
        eyes: Eyes = "none"
        if shape is None or self._settling is not None:
            validity: Validity = "no_face"
        else:
            eyes = self._eyes(shape, yaw)
            validity = {"both": "ok", "none": "unreadable"}.get(eyes, "partial")  # type: ignore[assignment]
        self._announce(tick.span, validity)
        self._readable.add(tick.t, tick.span if validity in _COVERED else 0.0)
        return ValidityState(
            validity, eyes, self._settling, self._shown, self._coverage(tick, 0), self._coverage(tick, 1)
        )

    def _settle(self, tick: Tick, shape: Shape | None) -> None:
        limits = self._limits
        if shape is None:
            self._noses.clear()
            self._settling, self._face_before = None, False
            return
        if not self._face_before:
            self._settling, self._settled_t = "reappeared", tick.t + limits.reappearance_s
        elif self._jumped(tick.t, shape):
            self._settling, self._settled_t = "jumped", tick.t + limits.reappearance_s
            self._noses.clear()
        self._face_before = True
        self._noses.append((tick.t, *shape.nose_px))
        if tick.t >= self._settled_t - ROUNDING_S:
            self._settling = None

    def _jumped(self, t: float, shape: Shape) -> bool:
        noses, limit_px = self._noses, self._limits.jump_spans * shape.outer_span_px
        while noses and noses[0][0] < t - self._limits.jump_within_s - ROUNDING_S:
            noses.popleft()
        x, y = shape.nose_px
        for _, old_x, old_y in noses:  # noqa: SIM110 - a generator costs more than all of this
            if math.hypot(x - old_x, y - old_y) > limit_px:
                return True
        return False

    def _eyes(self, shape: Shape, yaw: float) -> Eyes:
        right, left = self._usable(shape.right), self._usable(shape.left)
        if abs(yaw) > self._limits.yaw_one_eye:
            return "none"
        if abs(yaw) > self._limits.yaw_both_eyes:
            near_is_left = shape.left.width_px > shape.right.width_px
            right, left = right and not near_is_left, left and near_is_left
        if right and left:
            return "both"
        return "right" if right else "left" if left else "none"

    def _usable(self, eye: Eye) -> bool:
        return eye.width_px >= self._limits.eye_width_px and math.isfinite(eye.ear)

    def _announce(self, dt: float, validity: Validity) -> None:
        self._no_face_s = held(self._no_face_s, dt, validity == "no_face")
        self._readable_s = held(self._readable_s, dt, validity in _COVERED)
        gone = lasted(self._no_face_s, self._limits.no_face_shown_s)
        back = lasted(self._readable_s, self._limits.readable_again_s)
        began = self._unreadable_s is not None or validity == "unreadable"
        self._unreadable_s = held(self._unreadable_s, dt, began and not gone and not back)
        if gone:
            self._shown = "no_face"
        elif back or (self._shown == "no_face" and validity != "no_face"):
            self._shown = "visible"
        elif validity == "unreadable" and lasted(self._unreadable_s, self._limits.unreadable_announced_s):
            self._shown = "eyes_unreadable"

    def _coverage(self, tick: Tick, window: int) -> float | None:
        limits = self._limits
        elapsed = min(limits.coverage_windows_s[window], tick.since_start)
        if elapsed <= 0 or not fast_enough(tick.fps, limits.fps_head, limits):
            return None
        return min(max(self._readable.sum(window) / elapsed, 0.0), 1.0)

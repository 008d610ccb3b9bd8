"""Notices when a channel changes its state, and keeps the figures behind the change."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from femon.monitors.state import Channel, Evidence, MonitorState, Transition


@dataclass(slots=True)
class _Shown:
    """What one channel shows, and since when."""

    channel: Channel
    name: str
    since_t: float = -math.inf


class TransitionLog:
    """Compares each state with the one before it."""

    def __init__(self) -> None:
        self._shown = (
            _Shown("event", "open"),
            _Shown("drowsiness", "alert"),
            _Shown("attention", "on"),
            _Shown("attention", "on"),  # the sum of half a minute has its own state in that channel
            _Shown("visibility", "visible"),
        )
        self._names = tuple(shown.name for shown in self._shown)
        self._acknowledged_t = -math.inf

    def acknowledge(self, t: float) -> None:
        """The person reacted at t seconds to everything that is shown."""
        self._acknowledged_t = t

    def noted(self, state: MonitorState) -> MonitorState:
        """The state with the transitions that led to it."""
        attention = state.attention
        names = (
            state.closure.level,
            state.drowsiness.level,
            attention.distraction,
            "shared" if attention.shared else "on",
            state.validity.shown,
        )
        if names == self._names:
            return state
        self._names = names
        changed = [
            (shown, name) for shown, name in zip(self._shown, names, strict=True) if shown.name != name
        ]
        return replace(state, transitions=tuple(self._changed(state, shown, name) for shown, name in changed))

    def _changed(self, state: MonitorState, shown: _Shown, name: str) -> Transition:
        event = shown.channel == "event"
        acknowledged_t = self._acknowledged_t if self._acknowledged_t >= shown.since_t else None
        transition = Transition(
            t=state.t,
            channel=shown.channel,
            before=shown.name,
            after=name,
            reason=_reason(state, shown, name),
            since_t=state.closure.onset_t if event else None,
            evidence=_evidence(state, acknowledged_t if math.isfinite(self._acknowledged_t) else None),
        )
        shown.name, shown.since_t = name, state.t
        return transition


def _reason(state: MonitorState, shown: _Shown, name: str) -> str:
    if shown.channel == "event":
        return state.closure.reason
    if shown.channel == "drowsiness":
        return state.drowsiness.reason
    if shown.channel == "attention":
        left = "shared_cleared_s" if shown.name == "shared" else "long_cleared_s"
        rules = {
            "shared": "shared_s",
            "long_distraction": "long_distraction_s",
            "long_2": "long_distraction_2_s",
        }
        return rules.get(name, left)
    rules = {"no_face": "no_face_shown_s", "eyes_unreadable": "unreadable_announced_s"}
    return rules.get(name, "eyes_read")


def _evidence(state: MonitorState, acknowledged_t: float | None) -> Evidence:
    closure, attention = state.closure, state.attention
    return Evidence(
        closed_s=closure.closed_s,
        deep_share=closure.deep_share,
        pitch_change=closure.pitch_change,
        glance=closure.flagged or closure.glance_s is not None,
        p60=state.perclos.p60,
        p180=state.perclos.p180,
        fatigue_index=state.fatigue.index,
        vats_s=attention.vats_s,
        off_s=attention.off_s,
        coverage_60=state.validity.coverage_60,
        fps=state.fps,
        validity=state.validity.validity,
        references=state.references,
        acknowledged_t=acknowledged_t,
    )

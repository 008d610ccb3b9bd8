"""What the window asks of a pipeline, and of several that run together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from femon.meter import Stats
    from femon.monitors.calibration_corners import Screen
    from femon.profiles import StoredProfile
    from femon.recording.session import SessionRequest
    from femon.types import MarkKind, Moment


class PipelineLike(Protocol):
    """What the window needs of femon.pipeline.Pipeline; only stop() may take time."""

    def start(self) -> None:
        """Begin; returns at once."""

    def stop(self) -> None:
        """End everything, a recording too; may take seconds."""

    def use_bundle(self, model_id: str) -> None:
        """Switch; notice "model" or "model_error" follows."""

    def record(self, request: SessionRequest) -> None:
        """Start a session; notice "recording" or "recording_error" follows."""

    def stop_recording(self) -> None:
        """End the session; notice "recorded" follows."""

    def pause_recording(self, paused: bool) -> None:
        """Pause or resume the session."""

    def moment(self) -> Moment:
        """Now, for a marker whose text is typed later."""
        ...

    def mark(self, kind: MarkKind, text: str, *, key: str = "", at: Moment | None = None) -> None:
        """Write an event, at an earlier moment or now; notice "noted" follows."""

    def undo(self, event_id: int) -> None:
        """Take a marker or note back by another event."""

    def calibrate(self, *, glasses: bool, corners: bool, screen: Screen | None = None) -> None:
        """Guide the person in view; notices "calibration" follow."""

    def skip_calibration_step(self) -> None:
        """Leave out the step that is asked for."""

    def stop_calibration(self) -> None:
        """Break the calibration off."""

    def use_profile(self, stored: StoredProfile | None) -> None:
        """Measure against a calibration or none; notice "baseline" follows."""

    def set_baseline(self, on: bool) -> None:
        """Correct expressions or not; notice "baseline" follows."""

    def acknowledge(self) -> None:
        """Silence the alarms that are shown; notice "alarms" follows, as with the next three."""

    def false_alarm(self) -> None:
        """Mark the last alarm as false."""

    def snooze(self) -> None:
        """Silence alarms for a minute."""

    def set_sound(self, volume: float, fault: str) -> None:
        """Tell the volume (0..1) and why nothing can be heard."""

    def stats(self) -> Stats:
        """The figures of the status bar."""
        ...


class GroupLike(Protocol):
    """What the window needs of a femon.pipelines.group.PipelineGroup beside what any pipeline does."""

    def select(self, source: int) -> None:
        """Calibrate and tell about this source."""

    def reopen(self, source: int) -> None:
        """Open a source again; may take seconds."""

    def alarm_shown_of(self, source: int) -> None:
        """The alarm that people see is of this source."""

    def stats_of(self, source: int) -> Stats:
        """The figures of one source."""
        ...

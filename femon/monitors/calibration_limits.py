"""The limits of the guided calibration, with their units; lengths of steps are design choices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CalibrationLimits:
    """s, degrees, px, frames per second, or shares 0..1; without a source a value is a design choice.

    The steps up to the closed eyes take 15 s at best and longest_s at worst; the corners come on top.
    """

    longest_s: float = 60.0
    reason_share: float = 0.25  # of the lost time that makes a reason worth telling
    reason_least_s: float = 0.1

    # Live checks: frames that fail one are not counted
    face_span_px: float = 90.0  # between the outer eye corners
    roll: float = 15.0
    yaw: float = 15.0
    pitch: float = 10.0  # from the median
    jaw_open: float = 0.3  # blendshape
    fps: float = 15.0

    # Position and countdown
    position_hold_s: float = 2.0  # all checks hold for this long
    position_longest_s: float = 15.0
    countdown_s: float = 3.0

    # Looking at the lens
    open_s: float = 10.0  # of counted frames
    open_longest_s: float = 30.0  # that it may take
    open_ear_range: tuple[float, float] = (0.15, 0.45)
    eye_blink: float = 0.35  # median blendshape; from here on the eyes are not really open
    unsteady: float = 0.15  # SD over mean of the eye aspect ratio, without blinks
    blink_share: float = 0.75  # of the median; frames below are left out of that
    lowered_s: float = 0.5  # lids that stay down longer spoil the window
    eyes_differ: float = 0.30  # of their mean

    # Closing the eyes
    closed_rounds: int = 3  # one person's single readings spread by a factor of two (clips)
    closed_retries: int = 2
    closed_lead_s: float = 2.0  # before the first tone
    closed_pause_s: float = 1.5  # between two rounds
    closed_s: float = 1.5  # from tone to tone
    closed_used_s: float = 0.7  # its middle
    closed_seen_s: float = 0.35  # of counted frames, for a round to count
    not_shut: float = 0.5  # of the open reference

    # Screen corners
    corner_move_s: float = 1.0  # for the eyes to get there
    corner_s: float = 2.0
    corner_seen_s: float = 1.0
    zone_margin: float = 8.0
    yaw_per_unit_range: tuple[float, float] = (10.0, 120.0)  # fits outside are no fits
    pitch_per_unit_range: tuple[float, float] = (10.0, 150.0)

"""What the alarm settings of a user make of the monitors' limits, and how a session tells them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from femon.monitors import Limits
from femon.settings import AlarmSettings


def limits_of(settings: AlarmSettings) -> Limits:
    """The limits with a user's thresholds in their places.

    What belongs to a threshold keeps its proportion to it: the share below which a level is left, the share
    of three minutes that drowsiness needs as well, and the wider zone until the neutral pose is known.
    """
    usual = Limits()
    advisory = settings.advisory_p60 / usual.advisory_p60
    drowsy = settings.drowsy_p60 / usual.drowsy_p60
    severe = settings.severe_p60 / usual.severe_p60
    chosen = {name: value for name, value in asdict(settings).items() if name != "volume"}
    return replace(
        usual,
        **chosen,
        advisory_exit_p60=usual.advisory_exit_p60 * advisory,
        drowsy_p180=usual.drowsy_p180 * drowsy,
        drowsy_exit_p60=usual.drowsy_exit_p60 * drowsy,
        drowsy_exit_p180=usual.drowsy_exit_p180 * drowsy,
        severe_exit_p60=usual.severe_exit_p60 * severe,
        off_yaw_uncalibrated=usual.off_yaw_uncalibrated * settings.off_yaw / usual.off_yaw,
        off_pitch_uncalibrated=usual.off_pitch_uncalibrated * settings.off_pitch / usual.off_pitch,
    )


def thresholds_of(limits: Limits) -> dict[str, Any]:
    """The entry `thresholds` of session.json; s, degrees, and shares 0..1."""
    return {
        "closure_s": [limits.pre_s, limits.microsleep_s, limits.sleep_s, limits.unresponsive_s],
        "perclos": [limits.advisory_p60, limits.drowsy_p60, limits.severe_p60],
        "yaw_off_deg": limits.off_yaw,
        "pitch_off_deg": -limits.off_pitch,
        "off_s": [limits.long_distraction_s, limits.long_distraction_2_s],
        "off_30s": limits.shared_s,
        "blink": [limits.blink_enter, limits.blink_leave],
        "closure": [limits.closure_enter, limits.closure_leave],
        "deep": limits.p80_level,
    }

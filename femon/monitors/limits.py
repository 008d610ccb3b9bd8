"""Every limit of the monitors, with its unit and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of all monitors: s, degrees, px, frames per second, or shares 0..1.

    Without a source a value is a design choice; "clips" means measured on public clips; "Euro NCAP", "Johns",
    "NHTSA" and other works marked (2nd) are known through texts that quote them.
    """

    # Time
    longest_dt_s: float = 0.2  # what one frame may count for
    longest_span_s: float = 3.0  # the same of a slow source, for head and face
    gap_s: float = 0.5  # a longer step breaks what is in progress
    stall_s: float = 2.0  # a longer step starts the frame rate anew
    longest_interpolation_s: float = 0.2  # how far before a frame a crossing may lie
    fps_window_s: float = 10.0
    fps_settled_s: float = 1.0  # no rate is given from less
    fps_slack: float = 0.9  # a camera sold as 10 frames per second may give 9
    fps_head: float = 0.5  # below it not even the head is timed
    fps_alarms: float = 5.0  # clips; a source below it is slow
    usual_steps: int = 9  # the last ones, whose median is the usual step of a source
    usual_steps_least: int = 3
    pause_steps: float = 2.0  # usual ones; longer than one dropped frame is a pause
    fps_perclos: float = 10.0  # clips
    fps_blinks: float = 15.0  # clips; exact, without slack
    fps_blinks_back: float = 16.0
    fps_nods: float = 15.0
    fps_closed_reference: float = 24.0  # blinks under-sampled below it read too open

    # Validity
    eye_width_px: float = 15.0
    yaw_both_eyes: float = 25.0  # beyond it the far eye misreads
    yaw_one_eye: float = 45.0
    reappearance_s: float = 0.3  # rejects one-frame false faces
    jump_spans: float = 1.5  # outer eye spans; fast head turns reach 0.8 (clips)
    jump_within_s: float = 0.2
    no_face_shown_s: float = 2.0
    unreadable_announced_s: float = 10.0  # Euro NCAP (2nd)
    readable_again_s: float = 1.0  # shorter, eyes that cannot be read go on
    coverage_windows_s: tuple[float, float] = (60.0, 180.0)

    # Openness
    open_ear: float = 0.28  # until calibrated
    closed_share: float = 0.20  # of the open reference, until learned
    closed_share_range: tuple[float, float] = (0.08, 0.45)  # bare eyes 0.08-0.20, glasses 0.43-0.45 (clips)
    closed_share_hidden: float = 0.25  # above it sleep detection is weaker
    highest_openness: float = 1.3
    # The reference rises with the eyes but does not follow sleepy ones down (Friedrichs & Yang 2010, 2nd).
    reference_range: tuple[float, float] = (0.9, 1.25)  # of the calibrated one
    reference_window_s: float = 30.0
    reference_tau_s: float = 120.0
    reference_openness: float = 0.7  # frames that may move it: this open ...
    reference_yaw: float = 15.0  # ... and looking ahead
    reference_pitch: float = 10.0
    closed_blinks: int = 10  # that teach the closed reference
    closed_percentile: float = 10.0  # of their lowest ratios

    # Blinks, on EAR / open reference
    blink_enter: float = 0.65  # chosen on three recordings, confirmed on four others
    blink_leave: float = 0.78
    blink_long_s: float = 0.5  # Johns; Wilkinson (2nd)
    blink_longest_s: float = 3.0
    blink_two_frames_fps: float = 50.0  # from here on one frame is no blink
    blink_window_s: float = 180.0
    blink_window_count: int = 30
    blink_minimum_count: int = 10
    blink_rate_window_s: float = 60.0
    blink_rate_valid_s: float = 30.0
    baseline_within_s: float = 600.0
    baseline_p90_s: tuple[float, float] = (0.10, 0.40)
    slow_blink_sds: float = 2.0

    # Closures, on openness
    closure_enter: float = 0.30  # US11144756B2 (2nd)
    closure_leave: float = 0.50
    long_blink_s: float = 0.5  # Johns; Wilkinson (2nd)
    pre_s: float = 1.0  # Bosch patent (2nd)
    microsleep_s: float = 1.5  # Seeing Machines Guardian; Euro NCAP 1-2 s (2nd)
    sleep_s: float = 3.0  # Euro NCAP (2nd)
    unresponsive_s: float = 6.0  # Euro NCAP: no reaction 3 s after the warning (2nd)
    deep_share: float = 0.60  # closures 0.93-0.98, look-downs 0.00-0.07 (clips)
    guard_pitch: float = 5.0  # US11144756B2 (2nd); blinks: median 0.6, p90 2.8 (clips)
    guard_within_s: float = 0.5  # of the onset, both sides
    override_bridge_s: float = 0.15
    leave_s: float = 0.3
    leave_sleep_s: float = 1.0
    leave_unresponsive_s: float = 3.0
    shortest_alarm_s: float = 1.5
    lost_s: float = 1.0
    lost_closed_s: float = 0.5

    # PERCLOS P80 (Wierwille 1994), short closures excluded (Abe 2023, 2nd)
    p80_level: float = 0.20
    p80_run_s: float = 0.25
    p70_level: float = 0.30
    perclos_windows_s: tuple[float, float] = (60.0, 180.0)
    perclos_valid_s: tuple[float, float] = (30.0, 90.0)
    coverage: float = 0.70  # below it figures are withheld
    coverage_good: float = 0.90

    # Mouth, on the jawOpen blendshape: speech stays below 0.44, acted yawns reach 0.70-0.97 (clips)
    yawn_enter: float = 0.50
    yawn_peak: float = 0.60
    yawn_leave: float = 0.30
    yawn_shortest_s: float = 1.5
    yawn_longest_s: float = 12.0
    yawn_window_s: float = 600.0

    # Head
    pose_tau_s: float = 0.15
    neutral_first_s: float = 3.0
    neutral_memory_s: float = 360.0  # openpilot
    neutral_calibrated_s: float = 60.0  # openpilot
    neutral_yaw: float = 15.0  # frames further off do not move it
    neutral_pitch: float = 12.0
    neutral_openness: float = 0.5
    neutral_reach_guided: float = 10.0  # from the calibrated pose
    neutral_reach: float = 25.0  # from the camera axis, without one
    camera_moved_s: float = 60.0  # at the end of that reach
    dispersion_window_s: float = 60.0
    steadiness_window_s: float = 10.0
    nod_fall: float = 15.0
    nod_fall_within_s: float = 1.0
    nod_openness: float = 0.30
    nod_closed_s: float = 0.3
    nod_rise: float = 10.0
    nod_rise_within_s: float = 3.0
    nod_window_s: float = 600.0

    # Attention
    off_yaw: float = 23.0  # openpilot, 0.402 rad
    off_pitch: float = 18.0  # openpilot, 0.313 rad; downward only
    off_yaw_uncalibrated: float = 28.0
    off_pitch_uncalibrated: float = 25.7  # openpilot
    on_share: float = 0.8  # back on below this share of both
    gaze_openness: float = 0.5  # gaze is not read below it
    off_tau_s: float = 0.25  # openpilot
    off_accepted: float = 0.63  # openpilot
    on_accepted: float = 0.37  # openpilot
    off_lost_s: float = 2.0
    long_distraction_s: float = 3.0  # Euro NCAP (2nd)
    long_distraction_2_s: float = 5.0  # openpilot
    long_cleared_s: float = 0.5
    shared_s: float = 10.0  # Euro NCAP (2nd), within ...
    shared_window_s: float = 30.0
    shared_cleared_s: float = 2.0
    attend_s: float = 2.0  # the buffer of AttenD (Kircher & Ahlstrom)
    attention_window_s: float = 10.0
    attention_judged_s: float = 5.0

    # Drowsiness
    advisory_p60: float = 0.08  # NHTSA DOT HS 811 117 (2nd)
    advisory_for_s: float = 20.0
    advisory_index: float = 35.0
    drowsy_p60: float = 0.15  # Wierwille 1994; NSTSCE (2nd)
    drowsy_p180: float = 0.10  # VSS 2012
    drowsy_events: int = 2
    drowsy_events_window_s: float = 300.0
    drowsy_index: float = 60.0
    drowsy_index_for_s: float = 30.0
    severe_p60: float = 0.30  # PMC11055081 (2nd)
    advisory_exit_p60: float = 0.06
    advisory_exit_index: float = 30.0
    drowsy_exit_p60: float = 0.12
    drowsy_exit_p180: float = 0.08
    drowsy_exit_index: float = 50.0
    severe_exit_p60: float = 0.25
    exit_for_s: float = 60.0
    severe_event_held_s: float = 120.0

    # Fatigue index: weights, and the inputs at which a term is full
    weight_perclos: float = 0.40
    weight_duration: float = 0.30
    weight_long_blinks: float = 0.15
    weight_yawns: float = 0.10
    weight_nods: float = 0.05
    full_perclos: float = 0.30
    full_long_share: float = 0.30
    full_yawns: float = 4.0
    full_nods: float = 3.0
    index_rising_tau_s: float = 5.0
    index_falling_tau_s: float = 30.0

    # Engagement
    weight_attention: float = 0.65
    weight_alertness: float = 0.25
    weight_steadiness: float = 0.10
    unsteady_sd: float = 15.0
    expression_share: float = 0.15  # the most that expression can take away
    engagement_tau_s: float = 5.0
    engagement_low: float = 0.40
    engagement_high: float = 0.70
    engagement_hysteresis: float = 0.05

    # Affect
    affect_tau_s: float = 2.0
    affect_kept_s: float = 2.0
    affect_jaw_open: float = 0.5  # a yawn reads as surprise or fear,
    affect_openness: float = 0.4  # closed eyes as sadness,
    affect_yaw: float = 30.0  # and turned faces as anything

    # Badge
    calibration_days: int = 30

"""The contract of the two tables: names, order, units, meanings and the form of every cell."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from femon.monitors import Limits
from femon.recording.columns import EVENT_HEADER, FRAME_COLUMNS, FRAME_HEADER, columns_json
from femon.types import UncertainReason

FRAMES_CONTRACT = """
session_id frame t_mono_s t_utc t_media_s status status_why n_faces face_id primary
box_x box_y box_w box_h eye_dist_px quality blur brightness yaw_deg pitch_deg
roll_deg gaze_yaw_deg gaze_pitch_deg
raw_angry raw_disgust raw_fear raw_happy raw_sad raw_surprise raw_neutral
adj_angry adj_disgust adj_fear adj_happy adj_sad adj_surprise adj_neutral
smooth_angry smooth_disgust smooth_fear smooth_happy smooth_sad smooth_surprise smooth_neutral
top_label top_prob label uncertain_why disagreement valence_derived arousal_derived
ear_left ear_right open_left open_right openness eyes closure_s eye_state blink_ms blink_rate_60
perclos_60 perclos_180 eye_coverage_60 jaw_open yawn nod fatigue_index fatigue_level
on_target off_s off_30s attention_state attention_10 engagement engagement_level
event latency_ms fps model_id
"""
EVENTS_CONTRACT = """
session_id event_id ref_id t_mono_s t_utc t_media_s frame face_id type phase name
value unit duration_s details
"""


def test_the_frames_header_is_the_contract() -> None:
    assert len(FRAME_HEADER) == 80
    assert FRAMES_CONTRACT.split() == FRAME_HEADER


def test_the_events_header_is_the_contract() -> None:
    assert EVENTS_CONTRACT.split() == EVENT_HEADER


def test_every_column_of_both_files_is_explained_in_order() -> None:
    entries: list[dict[str, Any]] = json.loads(columns_json())
    names = [(entry["file"], entry["name"]) for entry in entries]
    assert names == [("frames.csv", name) for name in FRAMES_CONTRACT.split()] + [
        ("events.csv", name) for name in EVENTS_CONTRACT.split()
    ]
    for entry in entries:
        assert list(entry) == ["file", "name", "type", "unit", "range", "empty_when", "meaning", "since"]
        assert entry["unit"]
        assert entry["meaning"]
        assert entry["empty_when"]
        assert entry["range"], entry["name"]
        assert entry["type"] in ("text", "int", "float", "0/1")
        if entry["type"] != "text":
            assert len(entry["range"]) == 2


def test_a_blink_is_as_long_as_the_monitor_says() -> None:
    blink = {column.name: column for column in FRAME_COLUMNS}["blink_ms"]
    assert blink.range == (0, 1000 * Limits().blink_longest_s)


def test_every_reason_of_doubt_is_a_word_of_its_column() -> None:
    why = {column.name: column for column in FRAME_COLUMNS}["uncertain_why"]
    assert why.range == get_args(UncertainReason)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_none_is_an_empty_cell(value: float) -> None:
    write = {column.name: column for column in FRAME_COLUMNS}["yaw_deg"].write
    assert write(value) == ""


def test_numbers_have_fixed_decimals_without_exponent_or_negative_zero() -> None:
    write = {column.name: column for column in FRAME_COLUMNS}["t_mono_s"].write
    assert [write(x) for x in (1e-9, -1e-9, 123456789.0)] == ["0.000000", "0.000000", "123456789.000000"]

"""The rows of a session as arrays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from femon.errors import SessionError
from femon.recording.columns import ATTENTION_STATES, EYE_STATES
from femon.review.frame_rows import ENGAGEMENT_LEVELS, EYES, FATIGUE_LEVELS
from femon.review.session_log import read_session

Make = Callable[..., Any]


def test_what_the_monitors_wrote_comes_back_as_arrays(monitored: Make, cells: Make) -> None:
    extra = {
        "blink_ms": 180,
        "perclos_60": "0.125",
        "fatigue_level": "drowsy",
        "engagement_level": "high",
        "yawn": 1,
        "eye_state": "microsleep",
        "attention_state": "long_2",
        "yaw_deg": "-12.50",
    }
    rows = read_session(monitored(1, lambda frame, t: cells(**extra))).rows
    assert rows.blink_ms[0] == 180
    assert rows.perclos_60[0] == pytest.approx(0.125)
    assert FATIGUE_LEVELS[rows.fatigue_level[0]] == "drowsy"
    assert ENGAGEMENT_LEVELS[rows.engagement_level[0]] == "high"
    assert EYE_STATES[rows.eye_state[0]] == "microsleep"
    assert ATTENTION_STATES[rows.attention_state[0]] == "long_2"
    assert EYES[rows.eyes[0]] == "ok"
    assert (rows.yawn[0], rows.on_target[0], rows.primary[0]) == (1, 1, 1)
    assert rows.yaw[0] == pytest.approx(-12.5)
    assert rows.box[0].tolist() == [10, 10, 20, 24]
    assert rows.raw.shape == rows.adj.shape == rows.smooth.shape == (10, 7)


def test_an_empty_cell_is_never_zero(session: Path) -> None:
    rows = read_session(session).rows
    words = (
        rows.eyes,
        rows.eye_state,
        rows.fatigue_level,
        rows.on_target,
        rows.attention_state,
        rows.blink_ms,
    )
    assert all((places == -1).all() for places in words)
    assert np.isnan(rows.perclos_60).all()
    assert np.isnan(rows.adj).all()


def test_more_rows_than_are_read_at_once_are_all_there(desk: Make, face: Make) -> None:
    writer = desk()
    writer.frames(1300, face())
    rows = read_session(writer.close()).rows
    assert rows.frame.tolist() == list(range(1300))
    assert len(rows[100:200]) == 100


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("perclos_60", "inf"),
        ("openness", "1e300"),
        ("eye_state", "shut"),
        ("on_target", "2"),
        ("blink_ms", "9" * 30),
        ("fatigue_index", "x"),
    ],
)
def test_a_cell_of_a_monitor_that_makes_no_sense_is_told(
    monitored: Make, cells: Make, column: str, cell: str
) -> None:
    session = monitored(1, lambda frame, t: cells(**{column: cell}))
    with pytest.raises(SessionError, match=r"frames\.csv of the session .* is damaged"):
        read_session(session)

"""Cells of a log file as numbers; a cell that cannot be one raises ValueError."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeVar

MOST: Final = 1e9  # s, px or frames per second; some thirty years are more than any session lasts
Value = TypeVar("Value", int, float)


def optional(convert: Callable[[str], Value], cell: str) -> Value | None:
    """None for an empty cell."""
    return convert(cell) if cell else None


def finite(cell: str) -> float:
    """A number, neither NaN nor infinite."""
    number = float(cell)
    if not math.isfinite(number):
        raise ValueError(f"{cell} is no number")
    return number


def seconds(cell: str) -> float:
    """A time or a length of time in a session."""
    number = float(cell)
    if not 0 <= number <= MOST:
        raise ValueError(f"{cell} s is no time in a session")
    return number

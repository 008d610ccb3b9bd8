"""Numbers of the command line that have a range."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def number_in(low: float, high: float) -> Callable[[str], float]:
    """An argparse type: a number from low to high, both included."""

    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:  # nor is NaN
            raise argparse.ArgumentTypeError(f"give a number from {low:g} to {high:g}")
        return value

    return number

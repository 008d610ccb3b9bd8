"""Figures that may be withheld, as they stand in tables."""

from __future__ import annotations

from femon.review.blocks import Withheld
from femon.review.quantities import fine_percent, percent
from femon.review.totals import Measured


def share_cell(value: Measured) -> str | Withheld:
    """A share, or why it is withheld."""
    return value if isinstance(value, Withheld) else percent(value)


def fine_cell(value: Measured) -> str | Withheld:
    """A share with one decimal, or why it is withheld."""
    return value if isinstance(value, Withheld) else fine_percent(value)


def number_cell(value: Measured, form: str = ".2f", unit: str = "") -> str | Withheld:
    """A number with its unit, or why it is withheld."""
    return value if isinstance(value, Withheld) else f"{value:{form}}{unit}"


def covered(value: str | Withheld, coverage: float | None) -> str | Withheld:
    """A figure with the share of the time that it rests on."""
    return value if isinstance(value, Withheld) or coverage is None else f"{value} (of {percent(coverage)})"

"""Cells of one program turned into cells of another, and text that no reader takes for something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import radians
from typing import Final

from femon.recording.column import text_cell

Getter = Callable[[Mapping[str, str]], str]  # a cell of the export from a row of frames.csv

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_NOT_IN_A_NAME: Final = re.compile(r"[^A-Za-z0-9_-]")
NAME_LENGTH: Final = 32


def plain_text(text: str) -> str:
    """Text typed by people as one cell, without tabs or line breaks; quoted as the cells of the logs are."""
    return text_cell(_CONTROL.sub(" ", text))


def file_code(text: str) -> str:
    """A participant code that is safe in a file name on every system; empty stays empty."""
    return _NOT_IN_A_NAME.sub("-", text)[:NAME_LENGTH]


def same(name: str) -> Getter:
    """The getter that hands on the cell of a column as it is."""
    return lambda row: row[name]


def radians_of(cell: str, sign: int = 1) -> str:
    """Degrees as radians with four decimals; empty stays empty."""
    return format(sign * radians(float(cell)), "z.4f") if cell else ""


def plus(cell: str, step: int) -> str:
    """A whole number moved by a step; empty stays empty."""
    return str(int(cell) + step) if cell else ""

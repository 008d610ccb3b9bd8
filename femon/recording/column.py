"""What a column of a log file is, and how its values become cells."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final, Generic, Literal, TypeVar

from femon.recording.rows import EventRow, FaceCells, Row

Value = str | float | bool | Mapping[str, object] | None
RowT = TypeVar("RowT", Row, EventRow)
Range = tuple[float | None, float | None] | tuple[str, ...]  # lowest and highest (None: open), or every word

SINCE: Final = "1.0"  # the schema that introduced all columns so far
# Words that pandas.read_csv or R take for a missing value; no text cell may be one of them.
MISSING_WORDS: Final = frozenset({
    "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A",
    "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
})  # fmt: skip

# A spreadsheet computes a cell that begins so, in narrow or wide letters, and may skip blanks before it.
FORMULA: Final = tuple("=+-@＝＋－＠")
BLANKS: Final = ("\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """One column: a value of the row, or of the face that the row is about."""

    name: str
    type: Literal["text", "int", "float", "0/1"]
    unit: str
    range: Range
    empty_when: str
    meaning: str
    of_row: Callable[[RowT], Value] | None = None
    of_face: Callable[[FaceCells], Value] | None = None
    decimals: int = 0

    def description(self, file: str) -> dict[str, object]:
        """The entry of this column in columns.json."""
        return {
            "file": file,
            "name": self.name,
            "type": self.type,
            "unit": self.unit,
            "range": list(self.range),
            "empty_when": self.empty_when,
            "meaning": self.meaning,
            "since": SINCE,
        }

    @property
    def write(self) -> Callable[[Any], str]:
        """The function that turns a value of this column into its cell."""
        if self.type == "float":
            return _decimals(self.decimals)
        return text_cell if self.type == "text" else _integer


def _decimals(places: int) -> Callable[[float], str]:
    form = f"z.{places}f"  # z: never "-0.00"

    return lambda value: format(value, form) if isfinite(value) else ""


def _integer(value: float) -> str:
    return str(int(value))


def text_cell(value: str) -> str:
    """Text as a cell that no reader takes for a missing value and no spreadsheet for a formula."""
    if value.strip() in MISSING_WORDS:
        return f"'{value}'"
    return f"'{value}" if value.startswith(BLANKS) or value.lstrip().startswith(FORMULA) else value


def json_text(details: Mapping[str, object] | None) -> str:
    """One JSON object in one cell; empty without details."""
    return "" if not details else json.dumps(details, ensure_ascii=False, separators=(",", ":"))

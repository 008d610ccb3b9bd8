"""How shares, times, lengths and names from elsewhere are written for people."""

from __future__ import annotations

import unicodedata
from typing import Final

# Letters, marks, numbers, signs and blanks show themselves; the others steer terminals and the order of text.
_INVISIBLE: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_STANDS_FOR: Final = "\N{REPLACEMENT CHARACTER}"
_JOINERS: Final = "\u200c\u200d"  # hold the letters of some scripts together


def percent(share: float | None) -> str:
    """A share as a percentage for people: never 0 % or 100 % for what is not exactly that."""
    if share is None:
        return "-"
    value = 100 * share
    if 0 < value < 1:
        return "< 0.1 %" if value < 0.05 else f"{value:.1f} %"
    return f"{min(value, 99.9):.1f} %" if 99 < value < 100 else f"{value:.0f} %"


def fine_percent(share: float) -> str:
    """A share as a percentage with one decimal, for figures that are held against fine limits."""
    return f"{100 * share:.1f} %"


def clock_text(seconds: float) -> str:
    """A time for people: "0:07.3", "12:40.0", "1:02:03"."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    if minutes >= 60:
        return f"{minutes // 60}:{minutes % 60:02d}:{rest // 10:02d}"
    return f"{minutes}:{rest // 10:02d}.{rest % 10}"


def length_text(seconds: float | None) -> str:
    """A length of time for people: "83.0 s", from 100 s on as a clock shows it."""
    if seconds is None:
        return "-"
    return f"{seconds:.1f} s" if seconds < 100 else clock_text(seconds)


def visible(text: object, *, lines: bool = False) -> str:
    """Text without what could steer a terminal or turn the order of letters; `lines` keeps line breaks."""
    return "".join(_visible(letter, lines) for letter in str(text))


def _visible(letter: str, lines: bool) -> str:
    if letter in _JOINERS or (lines and letter == "\n"):
        return letter
    if letter in "\t\r\n":
        return " "
    return _STANDS_FOR if unicodedata.category(letter) in _INVISIBLE else letter

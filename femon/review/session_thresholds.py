"""The thresholds that held in a session, as session.json tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from femon.alarms import thresholds_of
from femon.monitors import Limits

_USUAL: Final = thresholds_of(Limits())
_MOST: Final = 3600.0


@dataclass(frozen=True, slots=True)
class SessionThresholds:
    """Lengths in s, shares 0..1."""

    closure_s: tuple[float, ...]  # pre-alarm, microsleep, sleep, unresponsive
    perclos: tuple[float, ...]  # advisory, drowsy, severe
    off_s: tuple[float, ...]  # long distraction and its second stage
    off_30s: float


def session_thresholds(table: Mapping[str, Any]) -> SessionThresholds:
    """From the table `thresholds` of session.json; femon's own where it has none that can be used."""
    (off_30s,) = _numbers({"off_30s": [table.get("off_30s")]}, "off_30s")
    return SessionThresholds(
        _numbers(table, "closure_s"), _numbers(table, "perclos"), _numbers(table, "off_s"), off_30s
    )


def _numbers(table: Mapping[str, Any], name: str) -> tuple[float, ...]:
    given, known = table.get(name), _USUAL[name]
    usual = tuple(known) if isinstance(known, list) else (known,)
    if not isinstance(given, list) or len(given) != len(usual):
        return usual
    if not all(type(value) in (int, float) and 0 < value < _MOST for value in given):
        return usual
    return tuple(float(value) for value in given)

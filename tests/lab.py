"""A stand-in for the library behind the lab streams, which notes what it is given."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest


@dataclass
class FakeElement:
    """A node of the description."""

    values: dict[str, str] = field(default_factory=dict)
    children: list[tuple[str, FakeElement]] = field(default_factory=list)

    def append_child_value(self, name: str, value: str) -> FakeElement:
        self.values[name] = value
        return self

    def append_child(self, name: str) -> FakeElement:
        self.children.append((name, FakeElement()))
        return self.children[-1][1]


@dataclass
class FakeInfo:
    """Notes what a stream is."""

    name: str
    kind: str
    count: int
    rate: float
    form: str
    source_id: str
    description: FakeElement = field(default_factory=FakeElement)

    def desc(self) -> FakeElement:
        return self.description


@dataclass
class FakeOutlet:
    """Notes what is pushed."""

    info: FakeInfo
    pushed: list[tuple[list[Any], float]] = field(default_factory=list)

    def push_sample(self, values: list[Any], timestamp: float) -> None:
        self.pushed.append((values, timestamp))


def fake_library(monkeypatch: pytest.MonkeyPatch) -> list[FakeOutlet]:
    """Put it in place of the real one; its clock stands at 5000 s. The outlets as they are opened."""
    made: list[FakeOutlet] = []

    def outlet(info: FakeInfo) -> FakeOutlet:
        made.append(FakeOutlet(info))
        return made[-1]

    fake = SimpleNamespace(
        StreamInfo=FakeInfo, StreamOutlet=outlet, IRREGULAR_RATE=0.0, local_clock=lambda: 5000.0
    )
    monkeypatch.setitem(sys.modules, "pylsl", fake)
    return made

"""Damaged input for the tests, the same from run to run: mutated bytes, tables and cells."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SEED = 20260314
CASE_LIMIT_S = 5  # of processor time
MEMORY_LIMIT_BYTES = 4_000_000_000
TEXTS = (
    "", " ", "a", "NaN", "inf", "-inf", "1e400", "-1", "0", "9" * 400, "9" * 5000, "true", "null", "\0", "\r\n", '"',
    "'", ",", "=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "../..", "../../etc/passwd", "/etc/passwd",
    "/dev/zero", "C:\\Windows", "CON", "a\0b", "\ud800", "\u202egnp", "é" * 300, "x" * 100_000, "{}", "%s%n", "{0}",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "camera", "images",
    "complete", "recording", "1.0", "2.0",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 7, 2**31, 2**63, -(2**64), 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"),
    float("-inf"), [], {}, [None], [[]], [1, 2], ["a"], {"": None}, {"a": {"a": {}}}, [0.1] * 7, [1e308] * 50,
    {"model.tflite": "../.."}, {"../../x": "00"}, {"/dev/zero": "00"}, {"frames.csv": 1}, {"/dev/zero": {"sha256": ""}},
)  # fmt: skip
_WORDS = (
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\0\0\0\x80",
    b"\x01\0\0\0",
    b"\0\0\0\x01",
    b"\x7f\xff\xff\xff",
)


def cases(few: int, *, share: float) -> Iterator[random.Random]:
    """One source of chance for each case: `few` of them, or this share of FEMON_FUZZ in the long run."""
    total = os.environ.get("FEMON_FUZZ")
    for number in range(round(int(total) * share) if total else few):
        yield random.Random(SEED + number)


def count(few: int, *, share: float) -> int:
    """How many cases that is."""
    return sum(1 for _ in cases(few, share=share))


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Some bytes after one to eight accidents: flipped bits, cuts, repeats, foreign words."""
    broken = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        if not broken:
            return bytes(broken)
        place = _place(len(broken), chance)
        length = chance.choice((1, 4, 16, 256, 4096))
        kind = chance.randrange(7)
        if kind == 0:
            broken[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            broken[place] = chance.choice((0, 1, 0x22, 0x2C, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        elif kind == 2:
            del broken[place : place + length]
        elif kind == 3:
            broken[place:place] = broken[place : place + length]
        elif kind == 4:
            broken[place : place + 4] = chance.choice(_WORDS)
        elif kind == 5:
            broken[place : place + length] = chance.randbytes(length)
        elif chance.random() < 0.3:
            del broken[place:]
    return bytes(broken)


def _place(length: int, chance: random.Random) -> int:
    """Headers and ends matter most."""
    near = chance.randrange(min(length, 512))
    return chance.choice((near, length - 1 - near, chance.randrange(length)))


def mutated_table(table: Any, chance: random.Random) -> Any:
    """A copy of JSON values with one to three entries replaced, removed, renamed or nested."""
    copy = json.loads(json.dumps(table))
    for _ in range(chance.choice((1, 1, 2, 3))):
        places = list(_places(copy))
        if not places:
            return copy
        holder, key = chance.choice(places)
        kind = chance.randrange(6)
        if kind <= 2:
            holder[key] = chance.choice(VALUES)
        elif kind == 3:
            holder[key] = chance.choice(TEXTS)
        elif kind == 4:
            del holder[key]
        elif isinstance(holder, dict):
            holder[chance.choice(TEXTS)] = holder.pop(key)
        else:
            holder[key] = [holder[key]]
    return copy


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def table_bytes(table: Any, chance: random.Random) -> bytes:
    """A mutated table as a file; one in four has broken bytes too, a few are far too deep or not a table."""
    kind = chance.randrange(40)
    if kind == 0:
        return b"[" * 100_000
    if kind == 1:
        return b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    if kind == 2:
        return json.dumps(chance.choice(VALUES + TEXTS)).encode()
    text = json.dumps(mutated_table(table, chance)).encode()
    return mutated(text, chance) if kind % 4 == 0 else text


def mutated_csv(data: bytes, chance: random.Random) -> bytes:
    """A CSV file with broken cells or lines, or with broken bytes."""
    if chance.random() < 0.3:
        return mutated(data, chance)
    lines = [line.split(b",") for line in data.split(b"\r\n")]
    for _ in range(chance.choice((1, 1, 2, 5))):
        cells = chance.choice(lines[chance.choice((0, 1)) :] or lines)
        kind = chance.randrange(6)
        if kind <= 2:
            cells[chance.randrange(len(cells))] = chance.choice(TEXTS).encode(errors="replace")
        elif kind == 3:
            del cells[chance.randrange(len(cells)) :]
            cells.append(b"")
        elif kind == 4:
            cells.insert(chance.randrange(len(cells)), b"1")
        else:
            lines.remove(cells) if len(lines) > 1 else None
    return b"\r\n".join(b",".join(cells) for cells in lines)


@dataclass(frozen=True)
class Fate:
    """What became of one case in a process of its own."""

    base: str
    seed: int
    outcome: str  # fine, refused, error, crash, hang
    detail: str


def fates(kind: str, bases: list[Path], scratch: Path, number: int) -> list[Fate]:
    """Let a child process make and try `number` mutations of each file or bundle, each in a fork of its own."""
    child = Path(__file__).with_name("hostile_child.py")
    done = subprocess.run(
        [sys.executable, str(child), kind, str(scratch), str(number), *map(str, bases)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [Fate(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith('{"base"')]

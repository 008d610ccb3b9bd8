"""Files from elsewhere are read within limits; files with personal data are made for their owner alone."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import stat
import tempfile
import types
import typing
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

OWNER_ONLY_FOLDER: Final = 0o700
OWNER_ONLY_FILE: Final = 0o600
MOST_TABLE_BYTES: Final = 16_000_000  # the largest bundle.json or session.json is a hundredth of this


def is_plain_file(path: Path) -> bool:
    """Whether the path is a file itself: no link, device, pipe or folder."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def read_table(path: Path) -> dict[str, Any]:
    """A JSON table; raises OSError, and ValueError for anything else, however large or deep it may be."""
    if path.exists() and not path.is_file():
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        content = file.read(MOST_TABLE_BYTES + 1)
    if len(content) > MOST_TABLE_BYTES:
        raise ValueError(f"it is larger than {MOST_TABLE_BYTES // 1_000_000} MB")
    try:
        table = json.loads(content.decode("utf-8"))
        json.dumps(table, ensure_ascii=False).encode("utf-8")  # half a surrogate pair could not be printed
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(table, dict):
        raise ValueError("it holds no table")
    return table


def read_as(kind: Any, value: Any) -> Any:
    """A value of the annotated kind from its JSON form; raises ValueError or TypeError when it is another."""
    if dataclasses.is_dataclass(kind):
        return _read_table(kind, value)
    if isinstance(kind, types.UnionType):
        first, *_ = (one for one in typing.get_args(kind) if one is not types.NoneType)
        return None if value is None else read_as(first, value)
    if typing.get_origin(kind) is Literal:
        return _expected(value in typing.get_args(kind), kind, value)
    if typing.get_origin(kind) is tuple:
        return _read_row(typing.get_args(kind), value)
    return _read_plain(kind, value)


def owner_only(path: str, flags: int) -> int:
    """An opener for open(): a new file can be read by its owner alone, and a link is not followed."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), OWNER_ONLY_FILE)


def create_owner_only(path: Path) -> BinaryIO:
    """A new file in place of whatever bore its name; raises OSError."""
    path.unlink(missing_ok=True)
    return open(path, "xb", opener=owner_only)


def replace_owner_only(path: Path, content: bytes) -> None:
    """A whole file in place of the old one, though others write it at the same time; raises OSError."""
    descriptor, name = tempfile.mkstemp(".new", f"{path.name}.", path.parent)  # readable by its owner alone
    os.close(descriptor)
    new = Path(name)
    try:
        new.write_bytes(content)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _read_plain(kind: Any, value: Any) -> Any:
    if kind in (datetime, date):
        return _read_time(kind, value)
    if kind is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return float(_expected(number and math.isfinite(value), kind, value))
    return _expected(type(value) is kind, kind, value)


def _read_table(kind: Any, value: Any) -> Any:
    hints = typing.get_type_hints(kind)
    if not isinstance(value, dict) or set(value) != set(hints):
        raise ValueError(f"{kind.__name__} has other entries")
    return kind(**{name: read_as(hint, value[name]) for name, hint in hints.items()})


def _read_row(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    _expected(isinstance(value, list), "a list", value)
    if kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(value)
    return tuple(read_as(kind, one) for kind, one in zip(kinds, value, strict=True))


def _read_time(kind: Any, value: Any) -> Any:
    time = kind.fromisoformat(value)
    aware = kind is date or time.tzinfo is not None
    return _expected(aware, kind, time)


def _expected(right: bool, kind: object, value: Any) -> Any:
    if not right:
        raise ValueError(f"{value!r:.40} is not {getattr(kind, '__name__', kind)}")
    return value

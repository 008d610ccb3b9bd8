"""What the word for a source names, and how it is printed or stored: without the password of its address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit


def shown(spec: str) -> str:
    """`spec` as it was given, but a stream's address without user, password and query."""
    if "://" not in spec:
        return spec
    try:
        parts = urlsplit(spec)
        _ = parts.port  # raises ValueError for what is no number: a password with a "/", "?" or "#" in it
    except ValueError:
        return _hidden(spec)
    if not parts.scheme:
        return _hidden(spec)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def shown_name(spec: str) -> str:
    """The same in short: of a path only its last part, of a camera's number a name."""
    if "://" in spec:
        return shown(spec)
    return f"Camera {spec}" if spec.isdecimal() else Path(spec).name or spec


def distinct(names: Sequence[str]) -> list[str]:
    """The names, of which a second equal one is numbered."""
    return [
        name if (before := list(names[:place]).count(name)) == 0 else f"{name} ({before + 1})"
        for place, name in enumerate(names)
    ]


def _hidden(spec: str) -> str:
    """What cannot be taken apart cannot be played either, and any part of it may be the password."""
    return f"{spec.partition('://')[0]}://..."


def device_number(spec: str) -> int | None:
    """The number that "0", "Camera 0", "/dev/video0" or a link to it names; None for anything else."""
    device = str(Path(spec).resolve()) if spec.startswith("/dev/") else spec  # by-id names are links
    number = re.fullmatch(r"(?:/dev/video|Camera )?(\d+)", device)
    return int(number[1]) if number else None

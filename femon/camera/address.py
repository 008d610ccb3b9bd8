"""How a source is named in everything that is printed or stored: without the password of its address."""

from __future__ import annotations

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
    """The same in short: of a path only its last part."""
    return shown(spec) if "://" in spec else Path(spec).name or spec


def _hidden(spec: str) -> str:
    """What cannot be taken apart cannot be played either, and any part of it may be the password."""
    return f"{spec.partition('://')[0]}://..."

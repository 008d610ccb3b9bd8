"""The settings file of the window: what is changed in the window is kept, what was asked for once is not."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from femon.settings import Settings, load_settings, save_settings


class StoredSettings:
    """What the settings file holds or will hold; for any thread.

    A start with --mode, --purpose, --device, --model or --out has other settings than these.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, Lock()
        self._settings, _ = load_settings(path)

    def note(self, before: Settings, after: Settings) -> None:
        """What the window has changed just now."""
        with self._lock:
            self._settings = carried(self._settings, before, after)

    def save(self) -> None:
        """Write the newest; raises SettingsError."""
        with self._lock:
            save_settings(self._settings, self._path)


def carried(stored: Any, before: Any, after: Any) -> Any:
    """A table of settings with what differs between two others."""
    changes = {}
    for field in fields(stored):
        kept, old, new = (getattr(table, field.name) for table in (stored, before, after))
        if is_dataclass(old):
            changes[field.name] = carried(kept, old, new)
        elif new != old:
            changes[field.name] = new
    return replace(stored, **changes)

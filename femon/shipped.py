"""Where the files lie that ship with femon."""

from __future__ import annotations

from pathlib import Path

_FEMON = Path(__file__).parent


def models_folder() -> Path:
    """Where the shipped models lie: inside an installed femon, or at the top of the project."""
    installed = _FEMON / "models"
    return installed if installed.is_dir() else _FEMON.parent / "models"

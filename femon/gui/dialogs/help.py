"""Which keys do what, for the pages that list them."""

from __future__ import annotations

from femon.gui.actions import COMMANDS

_MORE_KEYS = (
    ("Space", "Pause or resume the session"),
    ("1 to 9", "Set a marker with that name"),
    ("Tab, Shift+Tab", "Move between the controls"),
    ("+ and -, mouse wheel", "Zoom the timeline"),
)


def command_keys() -> list[tuple[str, str]]:
    """(key, what it does) of all commands and of the keys that belong to no command."""
    return [(command.key, command.tip) for command in COMMANDS.values() if command.key] + list(_MORE_KEYS)

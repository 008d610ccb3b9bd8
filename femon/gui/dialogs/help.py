"""Which keys do what, for the pages that list them."""

from __future__ import annotations

from femon.gui.actions import COMMANDS

_MORE_KEYS = (
    ("Space", "Pause or resume the session"),
    ("1 to 9", "Set a marker with that name"),
    ("Ctrl+1 to Ctrl+4", "Show the figures of that source"),
    ("Tab, Shift+Tab", "Move between the controls"),
    ("+ and -, mouse wheel", "Zoom the timeline"),
    ("In Review: Left, Right", "One frame back or on; with Shift one second"),
    ("In Review: Home, End", "To the start or the end of the session"),
    ("In Review: Space", "Play or pause"),
    ("In Review: E", "Exclude the stretch at the playhead"),
)


def command_keys() -> list[tuple[str, str]]:
    """(key, what it does) of all commands and of the keys that belong to no command."""
    return [(command.key, command.tip) for command in COMMANDS.values() if command.key] + list(_MORE_KEYS)

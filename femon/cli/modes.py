"""The option --mode: what is watched, as a list of words."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace

from femon.settings import ModeSettings

MODES = tuple(entry.name for entry in fields(ModeSettings))
HELP = (
    f"what is watched, joined by commas: {', '.join(MODES)}; all but expression watch one person, "
    "and fatigue and engagement include attention"
)


def modes(text: str) -> ModeSettings:
    """The modes named in a list; raises argparse.ArgumentTypeError for an unknown or empty one."""
    words = {word.strip() for word in text.split(",")}
    if not words <= set(MODES):
        raise argparse.ArgumentTypeError(f"choose from {', '.join(MODES)}, joined by commas")
    chosen = ModeSettings(**{name: name in words for name in MODES})
    return replace(chosen, attention=chosen.monitored)

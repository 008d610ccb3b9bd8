"""The files of one export: written under temporary names, and given their real ones all together."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Self, TextIO

from femon.plain_files import create_owner_only


class Staging:
    """New files in one folder; leaving it without `replace` takes back everything that was made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: list[Path] = []
        self._new: dict[Path, Path] = {}

    def __enter__(self) -> Self:
        self._made = [folder for folder in (self.folder, *self.folder.parents) if not folder.exists()]
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # what cannot be taken back on a broken disk stays
            for new in self._new:
                new.unlink(missing_ok=True)
            for folder in self._made:
                folder.rmdir()

    def path(self, name: str) -> Path:
        """Where to write the file that will have this name, readable by its owner alone; raises OSError."""
        new = self.folder / f"{name}.new"
        create_owner_only(new).close()  # anew, so that no link lies in wait
        self._new[new] = self.folder / name
        return new

    def open(self, name: str) -> TextIO:
        """Open the file that will have this name for text; raises OSError."""
        return self.path(name).open("w", encoding="utf-8", newline="", errors="replace")

    def replace(self) -> tuple[Path, ...]:
        """Give the files their names, replacing earlier ones; returns their paths. Raises OSError."""
        done = tuple(self._new.values())
        self._made = []
        while self._new:
            new = next(iter(self._new))
            new.replace(self._new[new])
            del self._new[new]
        return done

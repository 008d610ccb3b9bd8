"""The formats by name, and one export from its temporary files to the finished folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from textwrap import fill
from typing import Final

import femon
from femon.errors import SessionError, SettingsError
from femon.export import facereader, long, openface, parquet, pyfeat
from femon.export.cells import plain_text
from femon.export.options import ExportOptions
from femon.export.session import ExportSession
from femon.export.staging import Staging
from femon.recording.reading import damage
from femon.recording.session import FRAMES_FILE

README_FILE: Final = "README.txt"
README_WIDTH: Final = 100
PROBABILITIES: Final = "Probabilities come from a seven-class network and sum to 1; they are not intensities."
_VALUES: Final = {
    "smooth": "after the time filter",
    "adj": "corrected by the neutral baseline, before the time filter; empty without one",
    "raw": "as the network gives them",
}


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is written and explained."""

    title: str
    write: Callable[[ExportSession, ExportOptions, Staging], None]
    notes: Callable[[ExportOptions], str]
    one_kind: bool = True  # whether it holds the values of one kind only
    package: str = ""  # what must be installed for it beyond femon itself


FORMATS: Final[Mapping[str, Format]] = {
    "openface": Format("OpenFace 2.2 style", openface.write, openface.notes),
    "pyfeat": Format("Py-feat Fex style", pyfeat.write, pyfeat.notes),
    "facereader": Format("FaceReader style", facereader.write, facereader.notes),
    "long": Format("Long table", long.write, long.notes, one_kind=False),
    "parquet": Format("Parquet", parquet.write, parquet.notes, one_kind=False, package="pyarrow"),
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished export."""

    folder: Path
    files: tuple[Path, ...]


def require_installed(name: str) -> None:
    """Raise SettingsError when a format needs a package that is not there."""
    package = FORMATS[name].package
    if package and find_spec(package) is None:
        raise SettingsError(f"The format {name} needs {package}. Install it with: pip install femon[{name}]")


def export_session(
    session: ExportSession,
    name: str,
    options: ExportOptions | None = None,
    *,
    out: Path | None = None,
) -> Exported:
    """Write one session in one format (a key of FORMATS) and tell where.

    The folder is export/<name> in the session folder, or <session folder's name>/<name> in `out`; an earlier
    export there is replaced only by a whole new one. Raises UnreadableSessionError for a damaged session,
    SettingsError for a missing package and SessionError when the files cannot be written.
    """
    require_installed(name)
    options = options or ExportOptions()
    root = session.folder / "export" if out is None else out.absolute() / session.folder.name
    folder = root / name
    for place in (root, folder):
        if place.is_symlink():
            raise SessionError(f"{place} is a link; femon exports into real folders only. Remove it first.")
    try:
        with Staging(folder) as staging:
            with damage(session.folder, FRAMES_FILE):
                FORMATS[name].write(session, options, staging)
            with staging.open(README_FILE) as file:
                file.write(_readme(session, FORMATS[name], options))
            return Exported(folder, staging.replace())
    except OSError as error:
        raise SessionError(
            f"femon cannot write the export {folder} ({error.strerror or error}). "
            "Choose another folder with --out."
        ) from error


def _readme(session: ExportSession, kind: Format, options: ExportOptions) -> str:
    values = f"{options.values}, {_VALUES[options.values]}" if kind.one_kind else "raw, adj and smooth"
    facts = {
        "Format": kind.title,
        "Session": session.id,
        "Recording": str(session.about.get("state") or ""),
        "Source": session.source_name,
        "Bundle": session.model_id or "none",
        "Weights, sha256": str(session.table("model").get("sha256") or "unknown"),
        "Values": values,
        "Written by": f"femon {femon.__version__}",
    }
    lines = [f"{name}: {plain_text(text)}" for name, text in facts.items()]
    return "\n".join([*lines, "", PROBABILITIES, "", fill(kind.notes(options), README_WIDTH), ""])

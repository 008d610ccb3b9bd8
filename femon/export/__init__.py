"""Finished sessions in the formats of other programs, each in a folder of its own with a README.txt."""

from femon.export.formats import FORMATS, Exported, export_session, require_installed
from femon.export.options import ExportOptions
from femon.export.session import ExportSession, open_session

__all__ = [
    "FORMATS",
    "ExportOptions",
    "ExportSession",
    "Exported",
    "export_session",
    "open_session",
    "require_installed",
]

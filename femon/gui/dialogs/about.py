"""What femon is: its version, its keys, the limits of its labels, and the licences of all its parts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import metadata
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QDialog, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

import femon
from femon.bundle import Contract, list_bundles
from femon.gui.dialogs.frame import close_only, resize_to_text
from femon.gui.dialogs.help import command_keys
from femon.gui.labels import heading, muted
from femon.limits import NEVER_FOR, labels_are_not_feelings

_LIBRARIES: Final = (
    "ai-edge-litert",
    "av",
    "mediapipe",
    "numpy",
    "opencv-contrib-python",
    "platformdirs",
    "psutil",
    "PySide6-Essentials",
    "tqdm",
)
_PRIVACY: Final = (
    "Nothing leaves this computer unasked: no telemetry, no update check, no account. femon opens a socket"
    " only for a stream address that you typed, and for Lab Streaming Layer while you have it on: then"
    " readings and markers go out on the local network. It stores no pictures unless you ask for it, and"
    " recognises nobody."
)
_UNCERTAIN: Final = (
    "Grey and dashed means uncertain: the picture is too poor, or no label is likely enough; where the eyes"
    " are watched, also closed eyes, which read as sadness, and yawns. The reason stands beside it."
    " Uncertainty is an answer too."
)


class AboutDialog(QDialog):
    """Pages of text; every one can be reached and read by keyboard."""

    def __init__(self, models: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About femon")
        resize_to_text(self, 100, 40)
        bundles = [bundle for bundle in list_bundles(models) if isinstance(bundle, Contract)]
        self.pages = QTabWidget()
        self.pages.addTab(_page(_limits(bundles)), "What a label says")
        self.pages.addTab(_page(_keys(command_keys())), "Keys")
        self.pages.addTab(_page(_licences(bundles)), "Licences")
        column = QVBoxLayout(self)
        column.addWidget(heading(f"femon {femon.__version__}"))
        column.addWidget(muted("A monitor of facial expression that runs wholly on this computer."))
        column.addWidget(self.pages, 1)
        column.addWidget(close_only(self))


def _page(html: str) -> QTextBrowser:
    text = QTextBrowser()
    text.setStyleSheet("QTextBrowser { border: none; padding: 6px; }")
    text.setHtml(html)
    return text


def _limits(bundles: Sequence[Contract]) -> str:
    told = [(bundle.name, bundle.metrics) for bundle in bundles] or [("no model is installed", {})]
    parts = [
        f"<h4>Labels are not feelings: {escape(name)}</h4>{_paragraph(labels_are_not_feelings(metrics))}"
        for name, metrics in told
    ]
    return "".join(parts) + "".join(_paragraph(text) for text in (_UNCERTAIN, NEVER_FOR, _PRIVACY))


def _keys(keys: Sequence[tuple[str, str]]) -> str:
    return _table(("Key", "What it does"), keys)


def _licences(bundles: Sequence[Contract]) -> str:
    own = [
        ("femon", femon.__version__, "MIT"),
        ("MediaPipe Face Landmarker", "float16/1", "Apache-2.0, Google"),
    ]
    own += [(f"Model {bundle.id}", bundle.commit, bundle.licence or "not stated") for bundle in bundles]
    found = [_library(name) for name in _LIBRARIES]
    return _table(("Part", "Version", "Licence"), own + [library for library in found if library is not None])


def _library(name: str) -> tuple[str, str, str] | None:
    try:
        about = metadata.metadata(name).json
    except metadata.PackageNotFoundError:
        return None
    licence = (
        about.get("license_expression") or about.get("license") or _classified(about.get("classifier", []))
    )
    return name, str(about["version"]), str(licence).strip().splitlines()[0]


def _classified(classifiers: str | Sequence[str]) -> str:
    licences = [line.rsplit("::", 1)[-1].strip() for line in classifiers if line.startswith("License ::")]
    return ", ".join(licences) or "not stated"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = "".join(f"<th align='left'>{escape(text)}&nbsp;&nbsp;&nbsp;</th>" for text in head)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(text)}&nbsp;&nbsp;&nbsp;</td>" for text in row) + "</tr>"
        for row in rows
    )
    return f"<table cellpadding='3'><tr>{cells}</tr>{lines}</table>"

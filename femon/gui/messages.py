"""The sentences of every state the window can be in, with the buttons that lead on: one table."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from femon.errors import CameraError, ModelError, SessionError
from femon.meter import StageName, hang_text
from femon.types import Lost, Notice

# From the most to the least urgent: the banner shows the first level that has something to say.
# Those of a source go when another one opens; those of the start stay, or nobody would see them.
OF_A_SOURCE: Final = ("alarm", "error", "camera", "disk", "hint", "information")
OF_THE_START: Final = ("recovery", "settings")
LEVELS: Final = (*OF_A_SOURCE, *OF_THE_START)
Level = Literal["alarm", "error", "camera", "disk", "hint", "information", "recovery", "settings"]
Action = Literal[
    "retry", "refresh", "demo", "choose_camera", "open_file", "choose_model", "choose_folder", "open_folder",
    "details", "calibrate", "no_calibration", "show_old", "delete_old", "later",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Button:
    """One way on."""

    text: str
    action: Action


@dataclass(frozen=True, slots=True)
class Message:
    """One state in words, with at most three buttons; `details` is what [Details] or [Open folder] needs."""

    level: Level
    text: str
    buttons: tuple[Button, ...] = ()
    details: str = ""


_AGAIN: Final = Button("Try again", "retry")
_CAMERA: Final = Button("Choose camera", "choose_camera")
_FILE: Final = Button("Choose file", "open_file")
_MODEL: Final = Button("Choose model", "choose_model")
_DETAILS: Final = Button("Details", "details")

NO_CAMERA: Final = Message(
    "camera",
    "No camera found. Connect one and press Refresh, or try femon with the built-in clip.",
    (Button("Refresh", "refresh"), Button("Use demo clip", "demo"), Button("Open file", "open_file")),
)
NO_CHOICE: Final = Message(
    "camera",
    "Nothing is open. Choose a camera, a file, or the built-in clip.",
    (_CAMERA, Button("Use demo clip", "demo"), Button("Open file", "open_file")),
)
SETTINGS_LATER: Final = Message(
    "information", "The changed settings are used when this session has ended and a source is opened."
)
CONSENT_MISSING: Final = Message(
    "information",
    "Nothing is recorded: it needs the consent of the person in view. Start the session with Ctrl+R.",
)
BLACK_PICTURE: Final = Message(
    "camera", "The camera delivers a black picture. Is the lens cover closed?", (_CAMERA,)
)

# A camera fault says in its own sentence what happened; the ways on depend on why.
CAMERA_BUTTONS: Final = MappingProxyType(
    {
        "missing": (Button("Refresh", "refresh"), Button("Use demo clip", "demo"), _FILE),
        "busy": (_AGAIN, _CAMERA),
        "forbidden": (_AGAIN,),
        "slow": (Button("Keep waiting", "retry"), _CAMERA),
        "unreadable": (_AGAIN, _CAMERA),
    }
)


def failure(
    error: object, *, text: str, of_file: bool = False, stage: str = "", rows: int | None = None
) -> Message:
    """The message for what ended (or never began) the pipeline; `rows` of a session it closed with that."""
    safe = "" if rows is None else f" The recording was closed; its {rows} rows are safe."
    if isinstance(error, CameraError):
        buttons = (_FILE, _CAMERA) if of_file else CAMERA_BUTTONS[error.why]
        return Message("camera" if error.why != "unreadable" else "error", str(error) or text, buttons)
    if isinstance(error, ModelError):
        if stage == "faces":  # the landmarker is part of femon: no other one can be chosen
            return Message("error", str(error), (_AGAIN, _DETAILS), details_of(error))
        return Message("error", str(error), (_MODEL, _AGAIN))
    return Message("error", text + safe, (Button("Retry", "retry"), _DETAILS), details_of(error))


def from_notice(
    notice: Notice, *, folder: Path | None = None, of_file: bool = False, rows: int | None = None
) -> Message | None:
    """The message of a notice, or None when it is no news.

    `folder` is that of the running session, `rows` the count of one that was closed just before.
    """
    match notice.kind:
        case "error":
            stage = str(notice.details.get("stage", ""))
            error = notice.details.get("error")
            return failure(error, text=notice.text, of_file=of_file, stage=stage, rows=rows)
        case "lost":
            return camera_lost(notice, recording=folder is not None)
        case "model_error":
            return Message("error", notice.text, (_MODEL,))
        case "recording_error":
            return recording_failure(notice, folder)
        case "streaming" | "stream_error" | "clock" | "video_error":
            return Message("disk" if notice.kind == "video_error" else "information", notice.text)
        case _:
            return _information(notice)


def _information(notice: Notice) -> Message | None:
    if notice.kind == "ended":
        level: Level = "error" if notice.details.get("error") else "information"
        return Message(level, notice.text, (Button("Play again", "retry"), _FILE))
    if notice.kind == "frozen":
        return Message("camera", notice.text, (_AGAIN, _CAMERA))
    reason = notice.details.get("fallback")
    if notice.kind == "model" and reason:
        text = f"The graphics card could not be used ({reason}). femon continues on the CPU."
        return Message("information", text)
    return None


def hanging(stage: StageName) -> Message:
    """A part of the pipeline does not come back; to stop it and start again takes some seconds."""
    return Message("error", hang_text(stage), (_AGAIN, _CAMERA) if stage == "capture" else (_AGAIN,))


def camera_lost(notice: Notice, *, recording: bool) -> Message:
    """The camera delivers nothing; femon keeps trying."""
    lost = notice.details.get("lost")
    at = f" at {lost.utc.astimezone():%H:%M:%S}" if isinstance(lost, Lost) and lost.utc else ""
    goes_on = "Recording goes on and marks the gap; " if recording else ""
    return Message("camera", f"Camera disconnected{at}. {goes_on}femon reconnects by itself.", (_CAMERA,))


def recording_failure(notice: Notice, folder: Path | None) -> Message:
    """A session that could not be opened asks for another folder; one that broke off shows where it is."""
    error = notice.details.get("error")
    text = str(error) if isinstance(error, SessionError) else notice.text
    if folder is None:
        return Message("disk", text, (Button("Choose folder", "choose_folder"),))
    return Message("disk", text, (Button("Open folder", "open_folder"),), str(folder))


def settings_damaged(rejected: Sequence[str]) -> Message:
    """Some entries of the settings file fell back to their defaults."""
    return Message("settings", f"Some settings were not valid and were reset: {', '.join(rejected)}.")


def sessions_counted(number: int) -> str:
    """1 -> "1 session", 3 -> "3 sessions"."""
    return f"{number} session{'' if number == 1 else 's'}"


def old_sessions(number: int, days: int) -> Message:
    """Sessions are older than they should be kept."""
    are, them = ("is", "it") if number == 1 else ("are", "them")
    text = f"{sessions_counted(number)} {are} older than {days} days. Delete {them}?"
    buttons = (Button("Show", "show_old"), Button("Delete", "delete_old"), Button("Later", "later"))
    return Message("disk", text, buttons)


def sessions_deleted(number: int, stayed: Sequence[str]) -> Message:
    """What became of old sessions."""
    text = f"{sessions_counted(number)} deleted."
    if not stayed:
        return Message("information", text)
    return Message("disk", f"{text} {len(stayed)} could not be.", (_DETAILS,), "\n".join(stayed))


def disk_low(disk: str) -> Message:
    """Less than 200 MB are free."""
    return Message("disk", f"Less than 200 MB left on {disk}.", (Button("Open folder", "open_folder"),))


def recovered(folders: Sequence[Path], rows: int) -> Message:
    """Sessions that a crash had left open were repaired; `rows` of all of them."""
    last = max(folders, key=lambda folder: folder.name)
    date = last.name[:10]  # of its start: the name begins with it
    if len(folders) == 1:
        text, shown = f"A recording was interrupted on {date}.", last
    else:
        text = f"{len(folders)} recordings were interrupted, the last on {date}."
        shown = last.parent
    return Message(
        "recovery", f"{text} {rows} rows were recovered.", (Button("Open", "open_folder"),), str(shown)
    )


def unexpected(error: BaseException) -> Message:
    """An exception that nobody caught: femon keeps running."""
    text = f"Something unexpected went wrong ({type(error).__name__}: {error}). femon goes on."
    return Message("error", text, (_DETAILS,), details_of(error))


def details_of(error: object) -> str:
    """The whole story of an exception, for people who report it."""
    return "".join(traceback.format_exception(error)) if isinstance(error, BaseException) else str(error)

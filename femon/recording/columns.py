"""The two column tables: they generate the headers, the cells and columns.json."""

from __future__ import annotations

import json
from collections.abc import Callable
from operator import mul
from typing import Final, get_args

from femon.emotions import EMOTIONS, UNCERTAIN
from femon.monitors import Limits
from femon.monitors.affect import AROUSALS, VALENCES
from femon.monitors.geometry import JAW_OPEN
from femon.recording.column import Column, Value, json_text
from femon.recording.monitor_cells import MS, cell
from femon.recording.rows import EventKind, EventRow, FaceCells, Phase, Row, Status
from femon.types import UncertainReason


def _projection(smooth: list[float] | None, prototype: tuple[float, ...]) -> float | None:
    return None if smooth is None else sum(map(mul, smooth, prototype))


def _top_label(face: FaceCells) -> str | None:
    return None if face.smooth is None else EMOTIONS[face.smooth.index(max(face.smooth))]


def _top_prob(face: FaceCells) -> float | None:
    return None if face.smooth is None else max(face.smooth)


def _raw(place: int) -> Callable[[FaceCells], Value]:
    return lambda face: None if face.raw is None else face.raw[place]


def _adj(place: int) -> Callable[[FaceCells], Value]:
    return lambda face: None if face.adj is None else face.adj[place]


def _smooth(place: int) -> Callable[[FaceCells], Value]:
    return lambda face: None if face.smooth is None else face.smooth[place]


def _per_emotion(
    prefix: str, empty_when: str, meaning: str, getter: Callable[[int], Callable[[FaceCells], Value]]
) -> list[Column[Row]]:
    return [
        Column(
            f"{prefix}_{name}", "float", "probability", (0, 1), empty_when, meaning.format(name),
            of_face=getter(place), decimals=4,
        )
        for place, name in enumerate(EMOTIONS)
    ]  # fmt: skip


STATUSES: Final = get_args(Status)
WHY: Final = (
    "small", "dark", "bright", "blurred", "turned", "partial", "busy_faces", "busy_classify", "user",
    "unplugged", "stalled",
)  # fmt: skip
UNCERTAIN_WHY: Final = get_args(UncertainReason)
EYE_STATES: Final = (
    "open", "closing", "long_blink", "pre", "microsleep", "sleep", "unresponsive", "lost_closed", "unknown",
)  # fmt: skip
EVENT_TYPES: Final = get_args(EventKind)
ATTENTION_STATES: Final = ("on", "off", "long_distraction", "long_2", "shared")
ANY_TEXT: Final = ("any text",)
OPEN: Final = (None, None)
NO_FACE: Final = "no face"
NO_SMOOTH: Final = "smooth empty"
NO_EYES: Final = "no face, eyes off"
NO_ATTENTION: Final = "no face, attention off"
LONGEST_BLINK_MS: Final = round(MS * Limits().blink_longest_s)

# In the order of the file; the schema promises this order and these names.
# fmt: off
FRAME_COLUMNS: Final[tuple[Column[Row], ...]] = (
    Column("session_id", "text", "text", ANY_TEXT, "never",
        "name of the session folder", lambda r: r.session_id),
    Column("frame", "int", "number", (0, None), "camera_lost",
        "captured frame, from 0 in the session; of a part of a file its number in the whole",
        lambda r: r.frame),
    Column("t_mono_s", "float", "s", (0, None), "never",
        "time since session start on a monotonic clock, at the grab; "
        "files: media time minus first media time; picture folders: picture number",
        lambda r: r.t, decimals=6),
    Column("t_utc", "text", "ISO 8601", ANY_TEXT, "file of unknown date",
        "one wall-clock anchor at session start plus t_mono_s", lambda r: r.t_utc),
    Column("t_media_s", "float", "s", OPEN, "live without video",
        "timestamp of the frame in the file; live with video: its time in video.mp4",
        lambda r: r.t_media, decimals=6),
    Column("status", "text", "text", STATUSES, "never",
        "what became of the frame or face", lambda r: r.status),
    Column("status_why", "text", "text", WHY, "ok, no_face",
        "reasons for the status, joined by +", lambda r: r.why),
    Column("n_faces", "int", "count", (0, None), "not analysed",
        "faces found in this frame", lambda r: r.n_faces),
    Column("face_id", "int", "number", (1, None), "no face row",
        "track number, stable in the session and never used again", of_face=lambda f: f.reading.face.track),
    Column("primary", "0/1", "flag", (0, 1), NO_FACE,
        "1: the face that drives gauges and alarms", of_face=lambda f: f.reading.primary),
    Column("box_x", "float", "px", OPEN, NO_FACE,
        "left edge of the face box in the unmirrored picture", of_face=lambda f: f.reading.face.box_xywh[0],
        decimals=1),
    Column("box_y", "float", "px", OPEN, NO_FACE,
        "top edge of the face box, from the top of the picture", of_face=lambda f: f.reading.face.box_xywh[1],
        decimals=1),
    Column("box_w", "float", "px", (0, None), NO_FACE,
        "width of the face box", of_face=lambda f: f.reading.face.box_xywh[2], decimals=1),
    Column("box_h", "float", "px", (0, None), NO_FACE,
        "height of the face box", of_face=lambda f: f.reading.face.box_xywh[3], decimals=1),
    Column("eye_dist_px", "float", "px", (0, None), NO_FACE,
        "distance between the outer eye corners", of_face=lambda f: f.reading.face.quality.eye_distance_px,
        decimals=1),
    Column("quality", "float", "share", (0, 1), NO_FACE,
        "smallest of the scores for eye distance, brightness, blur, yaw, pitch and visible share",
        of_face=lambda f: f.reading.face.quality.value, decimals=2),
    Column("blur", "float", "grey level squared", (0, None), "no crop",
        "variance of the Laplacian of the 48x48 crop; low = blurred",
        of_face=lambda f: f.reading.face.quality.blur, decimals=1),
    Column("brightness", "float", "grey level", (0, 255), "no crop",
        "mean of the 48x48 crop", of_face=lambda f: f.reading.face.quality.brightness, decimals=1),
    Column("yaw_deg", "float", "deg", (-180, 180), NO_FACE,
        "head in camera axes; + = turned towards image right", of_face=lambda f: f.reading.face.pose.yaw,
        decimals=2),
    Column("pitch_deg", "float", "deg", (-90, 90), NO_FACE,
        "head in camera axes; + = chin up", of_face=lambda f: f.reading.face.pose.pitch, decimals=2),
    Column("roll_deg", "float", "deg", (-180, 180), NO_FACE,
        "head in camera axes; + = tilted to the subject's right shoulder",
        of_face=lambda f: f.reading.face.pose.roll, decimals=2),
    Column("gaze_yaw_deg", "float", "deg", (-180, 180), "no gaze, openness < 0.5",
        "approximate, sign as the head; for zones only", of_face=cell("gaze_yaw_deg"), decimals=2),
    Column("gaze_pitch_deg", "float", "deg", (-90, 90), "no gaze, openness < 0.5",
        "approximate, sign as the head; for zones only", of_face=cell("gaze_pitch_deg"), decimals=2),
    *_per_emotion("raw", "expression off, no crop",
        "probability of {}: bundle output after its own temperature, nothing else", _raw),
    *_per_emotion("adj", "neither is active, or raw empty",
        "raw {} after the neutral baseline", _adj),
    *_per_emotion("smooth", "low_quality, raw empty", "adj (or raw) {} after the time filter", _smooth),
    Column("top_label", "text", "text", EMOTIONS, NO_SMOOTH, "largest smoothed class", of_face=_top_label),
    Column("top_prob", "float", "probability", (0, 1), NO_SMOOTH,
        "smoothed probability of top_label", of_face=_top_prob, decimals=4),
    Column("label", "text", "text", (*EMOTIONS, UNCERTAIN), "expression off, no face",
        "what the screen showed: a class after hysteresis, or uncertain", of_face=lambda f: f.reading.label),
    Column("uncertain_why", "text", "text", UNCERTAIN_WHY, "label is a class or empty",
        "first reason that holds", of_face=lambda f: f.reading.uncertain),
    Column("disagreement", "float", "share", (0, 1), "single network, raw empty",
        "between ensemble members: 0 = same, 1 = opposite", of_face=lambda f: f.reading.disagreement,
        decimals=4),
    Column("valence_derived", "float", "index", (-1, 1), NO_SMOOTH,
        "smoothed classes times fixed prototypes, not measured",
        of_face=lambda f: _projection(f.smooth, VALENCES), decimals=2),
    Column("arousal_derived", "float", "index", (-1, 1), NO_SMOOTH,
        "smoothed classes times fixed prototypes, not measured",
        of_face=lambda f: _projection(f.smooth, AROUSALS), decimals=2),
    Column("ear_left", "float", "ratio", (0, None), "eye not usable",
        "3-D eye aspect ratio of the subject's left eye", of_face=cell("ear_left"), decimals=3),
    Column("ear_right", "float", "ratio", (0, None), "eye not usable",
        "3-D eye aspect ratio of the subject's right eye", of_face=cell("ear_right"), decimals=3),
    Column("open_left", "float", "ratio", (0, 1.3), "eye not usable",
        "openness of the subject's left eye; 1 = calibrated open", of_face=cell("open_left"), decimals=2),
    Column("open_right", "float", "ratio", (0, 1.3), "eye not usable",
        "openness of the subject's right eye; 1 = calibrated open", of_face=cell("open_right"), decimals=2),
    Column("openness", "float", "ratio", (0, 1.3), "eye not usable",
        "openness of both eyes combined", of_face=cell("openness"), decimals=2),
    Column("eyes", "text", "text", ("ok", "partial", "unreadable"), NO_EYES, "how well the eyes can be read",
        of_face=cell("eyes")),
    Column("closure_s", "float", "s", (0, None), "eyes unreadable", "current closure so far",
        of_face=cell("closure_s"), decimals=2),
    Column("eye_state", "text", "text", EYE_STATES, NO_EYES, "name of the current closure by its length",
        of_face=cell("eye_state")),
    Column("blink_ms", "int", "ms", (0, LONGEST_BLINK_MS), "no blink ended",
        "length of the blink that ended in this row; over 500: a long one", of_face=cell("blink_ms")),
    Column("blink_rate_60", "float", "1/min", (0, None), f"{NO_EYES}, < 15 fps, < 30 s valid",
        "blinks per minute of valid time in the last 60 s", of_face=cell("blink_rate_60"), decimals=1),
    Column("perclos_60", "float", "share", (0, 1), f"{NO_EYES}, < 10 fps, < 30 s valid, coverage < 0.7",
        "share of valid time of the last 60 s with openness <= 0.20 in closures >= 0.25 s",
        of_face=cell("perclos_60"), decimals=3),
    Column("perclos_180", "float", "share", (0, 1), f"{NO_EYES}, < 10 fps, < 90 s valid, coverage < 0.7",
        "share of valid time of the last 180 s with openness <= 0.20 in closures >= 0.25 s",
        of_face=cell("perclos_180"), decimals=3),
    Column("eye_coverage_60", "float", "share", (0, 1), f"{NO_EYES}, < 0.5 fps",
        "valid share of the last 60 s", of_face=cell("eye_coverage_60"), decimals=2),
    Column("jaw_open", "float", "share", (0, 1), NO_FACE,
        "MediaPipe blendshape jawOpen; not an action unit",
        of_face=lambda f: float(f.reading.face.blendshapes[JAW_OPEN]), decimals=2),
    Column("yawn", "0/1", "flag", (0, 1), NO_EYES, "a yawn is in progress or ended in this row",
        of_face=cell("yawn")),
    Column("nod", "0/1", "flag", (0, 1), NO_EYES, "a nod ended in this row",
        of_face=cell("nod")),
    Column("fatigue_index", "float", "index", (0, 100), "no face, fatigue off, < 5 fps, coverage < 0.7",
        "display index, not a probability", of_face=cell("fatigue_index"), decimals=1),
    Column("fatigue_level", "text", "text", ("alert", "advisory", "drowsy", "severe"),
        "no face, fatigue off, < 5 fps, coverage < 0.7", "level with its hold times",
        of_face=cell("fatigue_level")),
    Column("on_target", "0/1", "flag", (0, 1), "pose missing, attention off", "1: facing screen or road",
        of_face=cell("on_target")),
    Column("off_s", "float", "s", (0, None), f"{NO_ATTENTION}, < 0.5 fps", "time off target now",
        of_face=cell("off_s"), decimals=1),
    Column("off_30s", "float", "s", (0, 30), f"{NO_ATTENTION}, < 0.5 fps", "time off target in the last 30 s",
        of_face=cell("off_30s"), decimals=1),
    Column("attention_state", "text", "text", ATTENTION_STATES, NO_ATTENTION,
        "name of the time off target by its length", of_face=cell("attention_state")),
    Column("attention_10", "float", "share", (0, 1), f"{NO_ATTENTION}, < 0.5 fps, < 5 s valid",
        "share on target in the last 10 s", of_face=cell("attention_10"), decimals=2),
    Column("engagement", "float", "index", (0, 1), "engagement off, < 0.5 fps, coverage < 0.7",
        "index of facing, alertness, steadiness and little of expression",
        of_face=cell("engagement"), decimals=2),
    Column("engagement_level", "text", "text", ("low", "medium", "high"),
        "engagement off, < 0.5 fps, coverage < 0.7", "band of engagement", of_face=cell("engagement_level")),
    Column("event", "text", "text", ANY_TEXT, "none",
        "event_id of each event since the previous frame, joined by +, on the frame's first row",
        lambda r: r.event),
    Column("latency_ms", "float", "ms", (0, None), "files, not analysed",
        "grab to result ready for display", lambda r: r.latency_ms, decimals=1),
    Column("fps", "float", "1/s", (0, None), "files, first 2 s, not analysed",
        "analysed frames per second over the last 2 s", lambda r: r.fps, decimals=1),
    Column("model_id", "text", "text", ANY_TEXT, "raw empty", "bundle used", of_face=lambda f: f.model_id),
)

EVENT_COLUMNS: Final[tuple[Column[EventRow], ...]] = (
    Column("session_id", "text", "text", ANY_TEXT, "never",
        "name of the session folder", lambda e: e.session_id),
    Column("event_id", "int", "number", (1, None), "never",
        "counts from 1 in the session", lambda e: e.event_id),
    Column("ref_id", "int", "number", (1, None), "refers to no event",
        "event_id of the start that this row ends, or of the event it is about", lambda e: e.ref_id),
    Column("t_mono_s", "float", "s", (0, None), "never",
        "time since session start, as in frames.csv", lambda e: e.t, decimals=6),
    Column("t_utc", "text", "ISO 8601", ANY_TEXT, "file of unknown date",
        "one wall-clock anchor at session start plus t_mono_s", lambda e: e.t_utc),
    Column("t_media_s", "float", "s", OPEN, "live without video, before the first frame",
        "time of that frame in the file or in video.mp4", lambda e: e.t_media, decimals=6),
    Column("frame", "int", "number", (0, None), "before the first frame",
        "frame the event is about: of an alarm its own, else the newest in frames.csv", lambda e: e.frame),
    Column("face_id", "int", "number", (1, None), "about no single face",
        "face the event is about", lambda e: e.face_id),
    Column("type", "text", "text", EVENT_TYPES, "never",
        "group of the event; alarm: with what people did about it, a row with phase start for each; "
        "state: a change of the monitors that is none", lambda e: e.kind),
    Column("phase", "text", "text", get_args(Phase), "never",
        "a moment, or the start or end of an interval", lambda e: e.phase),
    Column("name", "text", "text", ANY_TEXT, "never",
        "what happened; markers: the key or typed text, in single quotes if it reads as a missing value, "
        "after one if a spreadsheet would compute it",
        lambda e: e.name),
    Column("value", "float", "see unit", OPEN, "nothing measured",
        "measured value", lambda e: e.value, decimals=4),
    Column("unit", "text", "text", ANY_TEXT, "value empty", "unit of value", lambda e: e.unit),
    Column("duration_s", "float", "s", (0, None), "phase is not end",
        "time since the start named in ref_id", lambda e: e.duration_s, decimals=6),
    Column("details", "text", "JSON", ANY_TEXT, "none", "one JSON object", lambda e: json_text(e.details)),
)
# fmt: on

FRAME_HEADER: Final = [column.name for column in FRAME_COLUMNS]
EVENT_HEADER: Final = [column.name for column in EVENT_COLUMNS]

# Only what a row has is visited: the columns of a face stay "" where there is none.
_OF_ROW = [(i, c.of_row, c.write) for i, c in enumerate(FRAME_COLUMNS) if c.of_row]
_OF_FACE = [(i, c.of_face, c.write) for i, c in enumerate(FRAME_COLUMNS) if c.of_face]
_OF_EVENT = [(i, c.of_row, c.write) for i, c in enumerate(EVENT_COLUMNS) if c.of_row]
_EMPTY = [""] * len(FRAME_COLUMNS)


def frame_cells(row: Row, face: FaceCells | None) -> list[str]:
    """The 80 cells of one row of frames.csv; a missing value is an empty cell."""
    cells = _EMPTY.copy()
    for place, get, write in _OF_ROW:
        value = get(row)
        if value is not None:
            cells[place] = write(value)
    if face is not None:
        for place, of_face, write in _OF_FACE:
            value = of_face(face)
            if value is not None:
                cells[place] = write(value)
    return cells


def event_cells(event: EventRow) -> list[str]:
    """The 15 cells of one row of events.csv."""
    cells = [""] * len(EVENT_COLUMNS)
    for place, get, write in _OF_EVENT:
        value = get(event)
        if value is not None:
            cells[place] = write(value)
    return cells


def columns_json() -> str:
    """The text of columns.json: one object per column and file, in the order of the files."""
    entries = [column.description("frames.csv") for column in FRAME_COLUMNS]
    entries += [column.description("events.csv") for column in EVENT_COLUMNS]
    return "[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries) + "\n]\n"

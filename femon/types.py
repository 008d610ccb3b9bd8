"""The vocabulary that flows through femon: frozen data that goes one way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from femon.emotions import EMOTIONS

if TYPE_CHECKING:
    from femon.alarms import Alarms
    from femon.monitors import MonitorState

SourceKind = Literal["camera", "file", "url", "images", "demo"]
ROUNDING_S = 1e-6  # floats hold sums and multiples of frame periods inexactly: rounding must not decide
AWAY_S = 1.0  # a face that is out of sight for longer is another one
STEPS_AWAY = 1.5  # of a file with fewer frames: of two that follow each other neither is missed
_T_DECIMALS = 6  # of the times in the log: a difference below that is rounding


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is taken of a file: each Nth frame by its number, from `start_s` until before `end_s`.

    Seconds count from the file's first frame; pictures of a folder are a second apart.
    """

    every: int = 1
    start_s: float = 0.0
    end_s: float | None = None  # None: the end of the file
    start_utc: datetime | None = None  # aware, when the file's first frame was taken; None: not known

    def takes(self, index: int, t: float) -> bool:
        """Whether it holds the frame with this number, t in s since the first one."""
        return index % self.every == 0 and round(t, _T_DECIMALS) >= self.start_s and not self.is_over(t)

    def is_over(self, t: float) -> bool:
        """Whether it holds no frame from t on."""
        return self.end_s is not None and round(t, _T_DECIMALS) >= self.end_s


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a source is, known once it is open. Sizes in px, rates in frames per second."""

    kind: SourceKind
    name: str
    width: int
    height: int
    live: bool  # live sources drop frames when the pipeline is late; the others lose none
    fps: float | None = None  # nominal
    frame_count: int | None = None  # as the container claims; a full decode may differ
    duration_s: float | None = None
    path: Path | None = None
    index: int | None = None  # camera number
    backend: str | None = None
    media_clock: Literal["pts", "fps"] | None = None  # files: where the times come from
    stills: bool = False  # a folder of unrelated pictures: nothing carries over from frame to frame
    number: int = 1  # among the sources that are watched together
    excerpt: Excerpt | None = None  # None: the source from its beginning, every frame

    @property
    def away_s(self) -> float:
        """How long a face may be out of sight, in s: where frames are further apart, until the next one."""
        return AWAY_S if self.live or not self.fps else max(AWAY_S, STEPS_AWAY / self.fps)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One captured picture."""

    source: str
    index: int  # from 0, counts every captured frame
    t: float  # s; live: time.monotonic() at the grab; files: media time since the first frame
    utc: datetime | None  # aware, of the grab; None for files
    media_t: float | None  # s, the file's own timestamp; live: in the session's video, None when not in it
    image_bgr: NDArray[np.uint8]  # (h, w, 3), unmirrored, never written after creation


@dataclass(frozen=True, slots=True)
class Lost:
    """The camera delivers nothing: sent once at the loss and once per second until frames return."""

    source: str
    t: float
    utc: datetime | None
    why: Literal["unplugged", "stalled"]


class Source(Protocol):
    """An open source. It is opened, read and closed on one thread."""

    info: SourceInfo

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame | Lost]:
        """Yield frames until the source ends or stopped() is true; raises CameraError."""

    def close(self) -> None:
        """Release the device or file; safe to call twice."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Head angles in degrees: yaw + to image right, pitch + chin up, roll + to the right shoulder."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class Quality:
    """How far a face can be trusted: the smallest of its scores, and the reasons that fell below the gate."""

    value: float
    reasons: tuple[str, ...]  # of: small dark bright blurred turned partial
    blur: float  # variance of the Laplacian of the 48x48 crop
    brightness: float  # mean of the crop, 0..255
    eye_distance_px: float  # between the outer eye corners


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One tracked face in one frame, in px of the unmirrored picture."""

    track: int  # from 1, never reused in a session
    box_xywh: tuple[float, float, float, float]
    landmarks: NDArray[np.float32]  # (478, 3) px; z has the scale of x
    blendshapes: NDArray[np.float32]  # (52,) 0..1, MediaPipe order
    pose: Pose
    quality: Quality
    crop: NDArray[np.uint8]  # (48, 48) grey, the model's input


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """The faces of one frame, ascending by track."""

    frame: Frame
    faces: tuple[Face, ...]
    others: int = 0  # people in view who are not followed, as far as somebody asked for them


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What a bundle says of n faces, one row for each in order."""

    probabilities: NDArray[np.float32]  # (n, 7) in the order of EMOTIONS
    disagreement: NDArray[np.float32] | None = None  # (n,) 0..1 between an ensemble's members


UncertainReason = Literal[  # in their order: the first that holds is given
    "low_quality", "eyes_closed", "yawning", "warmup", "disagreement", "low_prob", "small_margin"
]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What is known about one face: probabilities are (7,) float32 in the order of EMOTIONS."""

    face: Face
    primary: bool  # the face that drives gauges: the largest, held until it leaves
    raw: NDArray[np.float32] | None  # the bundle's output; None while expressions are not watched
    smooth: NDArray[np.float32] | None  # after the time filter; None when the quality is too low
    label: str  # one of EMOTIONS, UNCERTAIN, or NOT_WATCHED
    uncertain: UncertainReason | None  # why the label is UNCERTAIN
    disagreement: float | None = None  # 0..1 between an ensemble's members; None for a single network
    adjusted: NDArray[np.float32] | None = None  # raw after the neutral baseline; None: none is used
    low_quality: bool = False  # the face is below the quality gate, whether expressions are watched or not

    @property
    def confidence(self) -> float | None:
        """The smoothed probability of the label, which is held while another's is a little larger."""
        if self.smooth is None or self.label not in EMOTIONS:
            return None
        return float(self.smooth[EMOTIONS.index(self.label)])


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """The answer to one frame."""

    frame: Frame
    readings: tuple[Reading, ...]
    model_id: str | None = None
    latency_s: float | None = None  # from the moment the frame was due to the result; None: not in real time
    monitor: MonitorState | None = None  # of the one person watched for fatigue, attention or engagement
    alarms: Alarms | None = None  # what that calls for


DropReason = Literal["busy_faces", "busy_classify"]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A captured frame that was never analysed because a newer one replaced it."""

    index: int
    t: float
    utc: datetime | None
    why: DropReason
    media_t: float | None = None  # s, its time in the session's video


# A moment in the clock of the frames of each source, s, for what is logged later; None: no frame came yet.
Moment = tuple[float | None, ...]
MarkKind = Literal["marker", "note"]

NoticeKind = Literal[
    "opened",  # details: info=SourceInfo
    "lost",
    "back",  # the camera
    "frozen",  # it repeats one picture
    "moving",  # it no longer does
    "clock",  # a clock was set while the source ran
    "ended",  # a file ran out
    "error",  # the pipeline has stopped; details: error=Exception, stage=str
    "model",  # a bundle is in use; details: model_id=str
    "model_error",  # the asked bundle was refused, the old one stays
    "recording",  # a session folder is open; details: folder=Path
    "recorded",  # it is closed; details: summary=SessionSummary
    "recording_error",  # it could not be opened or written; details: error=SessionError
    "video_error",  # its video has ended, the session goes on
    "alarms",  # somebody has answered them; details: alarms=Alarms
    "noted",  # a marker or note is in the log; details: event_id=int
    "calibration",  # one frame of a guided calibration; details: news=CalibrationNews
    "baseline",  # whether expressions are corrected; details: available=bool, on=bool
    "rested",  # a rested person's blinks are known; details: blinks=BlinkBaseline
    "recalibrate",  # the calibration fits no longer; details: reason=PromptReason
    "streaming",  # readings go to the local network from now on
    "stream_error",  # they cannot; details: error=StreamError
]


@dataclass(frozen=True, slots=True)
class Notice:
    """News from the pipeline for people: text is one ready sentence."""

    kind: NoticeKind
    text: str
    details: dict[str, object] = field(default_factory=dict)

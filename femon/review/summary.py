"""Summary: the figures of one session, and the table of them for terminals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from femon.emotions import CODES, EMOTIONS, UNCERTAIN
from femon.recording.columns import STATUSES, UNCERTAIN_WHY
from femon.recording.ledger import SessionSummary
from femon.review.session_log import LABELS, QUALITY_REASONS, Rows, SessionLog, read_session
from femon.smoothing import RESET_AFTER_S

_OK, _LOW_QUALITY, _NO_FACE, _DROPPED, _PAUSED, _LOST = range(len(STATUSES))
ALL_FACES: Final = 0  # the "track" that stands for all faces of a picture folder
_MOST_TEXT_FACES: Final = 8


@dataclass(frozen=True, slots=True)
class Share:
    """How many of something, and which part of the whole (0..1)."""

    name: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class LabelShare:
    """How often one label was shown for a face."""

    label: str  # of EMOTIONS, or UNCERTAIN
    rows: int
    share: float  # of all rows of the face
    share_of_labelled: float | None  # without the uncertain rows; None for UNCERTAIN and without labels
    episodes: int | None  # uninterrupted stretches; None for pictures
    mean_episode_s: float | None


@dataclass(frozen=True, slots=True)
class FaceSummary:
    """One face of the session; for a picture folder all its faces together."""

    track: int
    code: str
    rows: int
    first_t: float
    last_t: float
    seconds: float | None  # in view; None for pictures
    labels: tuple[LabelShare, ...]  # the seven in the order of EMOTIONS, then uncertain
    uncertain_reasons: tuple[Share, ...]  # of the uncertain rows, most frequent first
    quality_reasons: tuple[Share, ...]  # of the rows of poor quality; one row may have several
    quality_median: float | None
    quality_p10: float | None  # nine of ten rows are better
    mean_prob: float | None  # of the shown labels

    @property
    def uncertain_share(self) -> float:
        """Share of the rows without a label."""
        return self.labels[-1].share


@dataclass(frozen=True, slots=True)
class Coverage:
    """Captured frames by the best that was found in them."""

    ok: int  # at least one face good enough
    low_quality: int
    no_face: int
    dropped: int
    paused: int

    @property
    def share(self) -> float | None:
        """Share of the analysed frames with a usable face; None when none was analysed."""
        analysed = self.ok + self.low_quality + self.no_face
        return self.ok / analysed if analysed else None


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one session."""

    folder: Path
    session_id: str
    started: str  # local date and time, "" when unknown
    participant: str
    condition: str
    notes: str
    source_name: str
    source_kind: str
    size: tuple[int, int]  # px, width and height
    fps: float | None  # measured
    account: SessionSummary
    integrity: str  # "ok", or a sentence
    coverage: Coverage
    faces: tuple[FaceSummary, ...]  # by track
    models: tuple[Share, ...]  # bundles by the rows they judged
    event_count: int

    @property
    def accounting(self) -> str:
        """What became of every captured frame, in one sentence."""
        account = self.account
        parts = [f"{account.analysed} analysed", f"{account.dropped} dropped"]
        parts += [f"{account.paused} paused"] if account.paused else []
        parts.append(f"{account.unaccounted} unaccounted")
        noun = "picture" if self.source_kind == "images" else "frame"
        return f"{account.captured} {noun}{'' if account.captured == 1 else 's'}: {', '.join(parts)}."


def summarise(session: Path) -> Summary:
    """The figures of a session folder; raises SessionError when it cannot be read."""
    return summarise_log(read_session(session))


def summarise_log(log: SessionLog) -> Summary:
    """The figures of a session that has been read."""
    about, source = log.about, log.table("source")
    return Summary(
        folder=log.folder,
        session_id=str(about.get("session_id") or log.folder.name),
        started=_started(str(about.get("session_id") or "")),
        participant=str(about.get("participant") or ""),
        condition=str(about.get("condition") or ""),
        notes=str(about.get("notes") or ""),
        source_name=str(source.get("name") or ""),
        source_kind=str(source.get("kind") or ""),
        size=(int(source.get("width") or 0), int(source.get("height") or 0)),
        fps=source.get("fps_measured"),
        account=log.account,
        integrity=_integrity(log),
        coverage=_coverage(log.rows),
        faces=tuple(_faces(log)),
        models=_shares(log.rows.model[log.rows.model >= 0], log.models),
        event_count=len(log.events),
    )


def text_summary(summary: Summary) -> str:
    """The summary as a compact table for a terminal; ends without a line break."""
    coverage = summary.coverage.share
    head = (summary.session_id, summary.source_name, summary.condition, _length(summary))
    lines = ["  ".join(filter(None, head)), summary.accounting]
    if coverage is not None:
        lines.append(f"A usable face in {percent(coverage)} of the analysed frames.")
    if summary.integrity != "ok":
        lines.append(f"Attention: {summary.integrity}")
    if summary.faces:
        codes = "".join(f"{code:>6}" for code in CODES.values())
        lines += ["", f"{'face':<16}{'in view':>9}{codes}  uncertain", *map(_text_face, _longest(summary))]
    if len(summary.faces) > _MOST_TEXT_FACES:
        lines.append(f"... and {len(summary.faces) - _MOST_TEXT_FACES} more faces")
    return "\n".join(lines)


def percent(share: float | None) -> str:
    """A share for people: "12 %", "0.4 %" below one per cent, "-" for None."""
    if share is None:
        return "-"
    value = 100 * share
    if 0 < value < 1:
        return "< 0.1 %" if value < 0.05 else f"{value:.1f} %"
    return f"{min(value, 99.9):.1f} %" if 99 < value < 100 else f"{value:.0f} %"


def clock_text(seconds: float) -> str:
    """A time for people: "0:07.3", "12:40.0", "1:02:03"."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    if minutes >= 60:
        return f"{minutes // 60}:{minutes % 60:02d}:{rest // 10:02d}"
    return f"{minutes}:{rest // 10:02d}.{rest % 10}"


def length_text(seconds: float) -> str:
    """A length of time for people: "83.0 s", from 100 s on as a clock shows it."""
    return f"{seconds:.1f} s" if seconds < 100 else clock_text(seconds)


def _started(session_id: str) -> str:
    """The folder's name begins with the local date and time."""
    date, _, rest = session_id.partition("_")
    clock = rest.partition("_")[0]
    return f"{date} {clock.replace('-', ':')}" if len(date) == 10 and len(clock) == 8 else ""


def _integrity(log: SessionLog) -> str:
    if log.account.integrity != "ok":
        return log.account.integrity
    if log.changed:
        return f"{' and '.join(log.changed)} changed after the recording was closed."
    return "ok"


def _coverage(rows: Rows) -> Coverage:
    numbered = rows.frame >= 0
    frames, status = rows.frame[numbered], rows.status[numbered]
    starts = np.flatnonzero(np.diff(frames, prepend=-1))  # the rows of a frame stand together
    best = np.minimum.reduceat(status, starts) if len(starts) else status  # STATUSES begins with the best
    counts = np.bincount(best, minlength=len(STATUSES))
    return Coverage(*(int(counts[k]) for k in (_OK, _LOW_QUALITY, _NO_FACE, _DROPPED, _PAUSED)))


def _faces(log: SessionLog) -> list[FaceSummary]:
    rows = log.rows
    if log.stills:
        chosen = rows.track > 0
        return [_face(rows[chosen], ALL_FACES, "all faces", None)] if chosen.any() else []
    lasting = _row_seconds(rows)
    codes = log.table("faces")
    return [
        _face(
            rows[rows.track == track],
            int(track),
            str(codes.get(str(track), "")),
            lasting[rows.track == track],
        )
        for track in np.unique(rows.track[rows.track > 0])
    ]


def _row_seconds(rows: Rows) -> NDArray[np.float64]:
    """How long each row holds: until the next frame that was not dropped, at most while a track is kept."""
    times = np.unique(rows.t[rows.status != _DROPPED])
    if len(times) < 2:
        return np.zeros(len(rows))
    step = float(np.median(np.diff(times)))
    following = np.append(times, times[-1] + step)[np.searchsorted(times, rows.t, side="right")]
    return np.asarray(np.minimum(following - rows.t, RESET_AFTER_S))


def _face(rows: Rows, track: int, code: str, lasting: NDArray[np.float64] | None) -> FaceSummary:
    uncertain = rows.label == LABELS.index(UNCERTAIN)
    reasons = rows.reasons[rows.status == _LOW_QUALITY]
    bits = np.concatenate([np.full(int(((reasons >> k) & 1).sum()), k) for k in range(len(QUALITY_REASONS))])
    quality = rows.quality[np.isfinite(rows.quality)]
    return FaceSummary(
        track=track,
        code=code,
        rows=len(rows),
        first_t=float(rows.t[0]),
        last_t=float(rows.t[-1]),
        seconds=None if lasting is None else float(lasting.sum()),
        labels=_labels(rows, lasting),
        uncertain_reasons=_shares(rows.why[uncertain], UNCERTAIN_WHY),
        quality_reasons=_shares(bits.astype(np.int64), QUALITY_REASONS, total=len(reasons)),
        quality_median=float(np.median(quality)) if len(quality) else None,
        quality_p10=float(np.percentile(quality, 10)) if len(quality) else None,
        mean_prob=_mean(rows.top_prob[~uncertain]),
    )


def _labels(rows: Rows, lasting: NDArray[np.float64] | None) -> tuple[LabelShare, ...]:
    counts = np.bincount(rows.label[rows.label >= 0], minlength=len(LABELS))
    labelled = int(counts[:-1].sum())
    changes = (np.diff(rows.label) != 0) | (np.diff(rows.t) > RESET_AFTER_S)
    begins = rows.label[np.concatenate(([True], changes))]
    found = []
    for place, label in enumerate(LABELS):
        count, episodes = int(counts[place]), int((begins == place).sum())
        seconds = None if lasting is None else float(lasting[rows.label == place].sum())
        found.append(
            LabelShare(
                label=label,
                rows=count,
                share=count / len(rows),
                share_of_labelled=None if label == UNCERTAIN or not labelled else count / labelled,
                episodes=None if lasting is None else episodes,
                mean_episode_s=seconds / episodes if seconds is not None and episodes else None,
            )
        )
    return tuple(found)


def _shares(places: NDArray[Any], names: Sequence[str], *, total: int | None = None) -> tuple[Share, ...]:
    """How often each name occurs, the most frequent first; places outside the names are left out."""
    counts = np.bincount(places[places >= 0], minlength=len(names))
    whole = len(places) if total is None else total
    shares = [Share(name, int(n), int(n) / whole) for name, n in zip(names, counts, strict=True) if n]
    return tuple(sorted(shares, key=lambda share: -share.count))


def _mean(values: NDArray[np.float32]) -> float | None:
    values = values[np.isfinite(values)]
    return float(values.mean()) if len(values) else None


def _length(summary: Summary) -> str:
    return "" if summary.source_kind == "images" else length_text(summary.account.duration_s)


def _longest(summary: Summary) -> list[FaceSummary]:
    kept = sorted(summary.faces, key=lambda face: -face.rows)[:_MOST_TEXT_FACES]
    return sorted(kept, key=lambda face: face.track)


def _text_face(face: FaceSummary) -> str:
    name = f"{face.track} {face.code}" if face.track else face.code
    view = f"{face.rows}" if face.seconds is None else length_text(face.seconds)
    shares = "".join(f"{100 * label.share:>4.0f} %" for label in face.labels[: len(EMOTIONS)])
    return f"{name[:15]:<16}{view:>9}{shares}{100 * face.uncertain_share:>9.0f} %"

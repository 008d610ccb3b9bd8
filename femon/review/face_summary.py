"""FaceSummary: what was seen of one face, and how often each label was shown for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from femon.emotions import UNCERTAIN
from femon.recording.columns import UNCERTAIN_WHY
from femon.review.frame_rows import LABELS, QUALITY_REASONS
from femon.review.part import LOW_QUALITY, Part
from femon.review.session_log import SessionLog
from femon.review.steps import longest_step

ALL_FACES: Final = 0  # the "track" that stands for all faces of a picture folder


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

    @property
    def labelled(self) -> bool:
        """Whether expressions were watched at all."""
        return any(share.rows for share in self.labels)


def face_summaries(log: SessionLog, part: Part) -> tuple[FaceSummary, ...]:
    """Every face of the part, by its track."""
    tracks = part.rows.track
    if log.stills:
        return (_face(part[tracks > 0], ALL_FACES, "all faces"),) if (tracks > 0).any() else ()
    codes = log.table("faces")
    return tuple(
        _face(part[tracks == track], int(track), str(codes.get(str(track), "")))
        for track in np.unique(tracks[tracks > 0])
    )


def _face(part: Part, track: int, code: str) -> FaceSummary:
    rows = part.rows
    uncertain = rows.label == LABELS.index(UNCERTAIN)
    reasons = rows.reasons[rows.status == LOW_QUALITY]
    bits = np.concatenate([np.full(int(((reasons >> k) & 1).sum()), k) for k in range(len(QUALITY_REASONS))])
    quality = rows.quality[np.isfinite(rows.quality)]
    return FaceSummary(
        track=track,
        code=code,
        rows=len(rows),
        first_t=float(rows.t[0]),
        last_t=float(rows.t[-1]),
        seconds=None if part.stills else float(part.seconds.sum()),
        labels=label_shares(part),
        uncertain_reasons=shares(rows.why[uncertain], UNCERTAIN_WHY),
        quality_reasons=shares(bits.astype(np.int64), QUALITY_REASONS, total=len(reasons)),
        quality_median=float(np.median(quality)) if len(quality) else None,
        quality_p10=float(np.percentile(quality, 10)) if len(quality) else None,
        mean_prob=_mean(rows.top_prob[~uncertain]),
    )


def label_shares(part: Part) -> tuple[LabelShare, ...]:
    """How often each label was shown, in the order of LABELS; the part holds rows of one face."""
    rows, lasting = part.rows, None if part.stills else part.seconds
    counts = np.bincount(rows.label[rows.label >= 0], minlength=len(LABELS))
    labelled = int(counts[:-1].sum())
    changes = (np.diff(rows.label) != 0) | (np.diff(rows.t) > longest_step(rows.t))
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


def shares(places: NDArray[Any], names: Sequence[str], *, total: int | None = None) -> tuple[Share, ...]:
    """How often each name occurs, the most frequent first; places outside the names are left out."""
    counts = np.bincount(places[places >= 0], minlength=len(names))
    all_rows = len(places) if total is None else total
    found = [Share(name, int(n), int(n) / all_rows) for name, n in zip(names, counts, strict=True) if n]
    return tuple(sorted(found, key=lambda share: -share.count))


def _mean(values: NDArray[np.float32]) -> float | None:
    values = values[np.isfinite(values)]
    return float(values.mean()) if len(values) else None

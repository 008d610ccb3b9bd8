"""The report of one session: a single HTML file for the screen and for paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import femon
from femon.errors import SessionError
from femon.plain_files import create_owner_only
from femon.review.event_section import event_section
from femon.review.face_section import face_sections
from femon.review.figures import ModelFigures, accuracy_text, limits_text, model_figures
from femon.review.markup import definitions, markup, page, paragraph, table
from femon.review.session_log import SessionLog, read_session
from femon.review.summary import Summary, clock_text, length_text, percent, summarise_log

REPORT_FILE: Final = "report.html"
_NEVER: Final = (
    "Never use these figures for hiring, monitoring or grading workers or students, proctoring, policing, "
    "border control, lie detection, diagnosis, or any decision about a person. femon is not a certified "
    "safety system."
)
_PRIVATE: Final = (
    "Everything stayed on this machine: the recording was analysed here, and this page loads nothing from "
    "elsewhere."
)
_SOURCES: Final = {
    "camera": "camera",
    "file": "video file",
    "url": "stream",
    "images": "folder of pictures",
    "demo": "built-in demo",
}
_PURPOSES: Final = {
    "self": "on myself, to learn or test",
    "research_consent": "research or tests with adults who agreed",
    "driver_safety": "safety of a driver or operator",
    "workplace_education": "at work or in education, safety only",
}


def write_report(session: Path, target: Path | None = None, *, models: Path | None = None) -> Path:
    """Write the report of a finished session folder, by default as report.html into it; returns its path.

    `models` is the folder of the bundles: their measured figures are quoted, and without it they are "not
    measured". Raises SessionError when the folder is no finished session or the report cannot be written.
    """
    text = report_html(read_session(session), models)
    path = session / REPORT_FILE if target is None else target
    new = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with create_owner_only(new) as file:
            file.write(text.encode("utf-8", errors="replace"))
        new.replace(path)
    except OSError as error:
        with suppress(OSError):  # where nothing could be made, nothing can be removed
            new.unlink(missing_ok=True)
        raise SessionError(
            f"femon cannot write the report {path} ({error.strerror or error}). Choose another place for it."
        ) from error
    return path


def report_html(log: SessionLog, models: Path | None = None) -> str:
    """The report as one HTML document."""
    summary = summarise_log(log)
    used = [share.name for share in summary.models] or [str(log.table("model").get("id", ""))]
    figures = [model_figures(name, _used(log, name), models) for name in used if name]
    body = [
        *_head(summary),
        *_account(summary),
        *face_sections(log, summary),
        *event_section(log.events),
        *_models(figures, summary),
        *_settings(log),
        *_limits(figures),
    ]
    return page(f"femon report: {summary.session_id}", body)


def _used(log: SessionLog, model_id: str) -> dict[str, object]:
    model = log.table("model")
    return dict(model) if model.get("id") == model_id else {}


# What it is about


def _head(summary: Summary) -> Iterator[str]:
    yield paragraph("femon session report", "over")
    yield f"<h1>{markup(summary.source_name or summary.session_id)}</h1>"
    width, height = summary.size
    kind = _SOURCES.get(summary.source_kind, summary.source_kind)
    rate = "" if summary.fps is None else f", {summary.fps:.4g} frames per second"
    yield definitions(
        (
            ("Recorded", summary.started),
            ("Participant", summary.participant),
            ("Condition", summary.condition),
            ("Notes", summary.notes),
            ("Source", f"{kind}, {width} x {height} px{rate}"),
            ("Session", summary.session_id),
        )
    )
    yield f'<div class="tiles">{"".join(_tiles(summary))}</div>'


def _tiles(summary: Summary) -> Iterator[str]:
    account, stills = summary.account, summary.source_kind == "images"
    face = max(summary.faces, key=lambda face: face.rows, default=None)
    figures = [
        (str(account.captured), "pictures") if stills else (clock_text(account.duration_s), "min:s recorded"),
        (f"{account.analysed}", "pictures analysed" if stills else "frames analysed"),
        (percent(summary.coverage.share), "of them with a usable face"),
        (str(face.rows if stills and face else len(summary.faces)), "faces"),
    ]
    if face is not None:
        whose = "of the faces" if stills else f"of face {face.track}"
        figures.append((percent(face.uncertain_share), f"{whose} without a certain label"))
    for value, name in figures:
        yield f'<div class="tile"><b>{markup(value)}</b><span>{markup(name)}</span></div>'


# What became of the frames


def _account(summary: Summary) -> Iterator[str]:
    account, coverage = summary.account, summary.coverage
    yield "<h2>Frames and coverage</h2>"
    yield paragraph(summary.accounting)
    if summary.integrity != "ok":
        yield paragraph(f"Attention: {summary.integrity}", "warn")
    if account.state in ("recovered", "failed"):
        yield paragraph(f"The recording was {_ending(account.state)}", "warn")
    if account.captured:
        parts = (
            ("usable face", coverage.ok),
            ("face, picture too poor", coverage.low_quality),
            ("no face", coverage.no_face),
            ("dropped", coverage.dropped),
            ("paused", coverage.paused),
        )
        rows = [(name, count, percent(count / account.captured)) for name, count in parts]
        shown = rows[:3] + [row for row in rows[3:] if row[1]]
        yield f'<div class="narrow">{table(("Frames with", "Frames", "Share"), shown, numbers=(1, 2))}</div>'
    timing = [
        ("Camera without picture", length_text(account.camera_lost_s) if account.camera_lost_s else ""),
        ("Grab to result", _latency(account.latency_p50_ms, account.latency_p95_ms)),
    ]
    if any(value for _, value in timing):
        yield definitions(timing)


def _ending(state: str) -> str:
    if state == "recovered":
        return "interrupted and recovered: the last second before the interruption may be missing."
    return "ended by an error: all rows up to then are here."


def _latency(p50: float | None, p95: float | None) -> str:
    if p50 is None or p95 is None:
        return ""
    return f"{p50:.0f} ms (median), {p95:.0f} ms (95 of 100 frames are faster)"


# Model, settings, limits


def _models(figures: Sequence[ModelFigures], summary: Summary) -> Iterator[str]:
    yield "<h2>Model</h2>"
    shares = {share.name: share.share for share in summary.models}
    for model in figures:
        contract, used = model.contract, model.used
        title = (
            model.id if len(figures) == 1 else f"{model.id} ({percent(shares.get(model.id))} of the faces)"
        )
        yield f"<h3>{markup(title)}</h3>"
        yield definitions(
            (
                ("Description", contract.name if contract else ""),
                ("Accuracy, PrivateTest", accuracy_text(model, "private_test")),
                (
                    "Accuracy, PublicTest",
                    f"{accuracy_text(model, 'public_test')}; the temperature was fitted on it",
                ),
                ("Temperature", used.get("temperature", contract.temperature if contract else "")),
                (
                    "Uncertain below",
                    used.get("uncertain_below", contract.uncertain_below if contract else ""),
                ),
                ("Networks", ", ".join(used.get("members") or ())),
                ("Ran on", ", ".join(str(used[key]) for key in ("runtime", "device") if used.get(key))),
                ("Weights, sha256", used.get("sha256", "")),
            )
        )
        if model.missing:
            yield paragraph(model.missing, "quiet")


def _settings(log: SessionLog) -> Iterator[str]:
    filters, about = log.table("filters"), log.about
    hysteresis, doubt = log.table("filters", "hysteresis"), log.table("filters", "uncertain")
    consent = log.table("consent")
    purpose = str(about.get("purpose") or "")
    yield "<h2>How it was measured</h2>"
    yield definitions(
        (
            ("Smoothing", _sentence("half-life {} s", filters.get("half_life_s"))),
            (
                "Label changes",
                _sentence("a lead of {} held for {} s", hysteresis.get("lead"), hysteresis.get("hold_s")),
            ),
            (
                "Uncertain when",
                _sentence(
                    "the best label is below {} or leads by less than {}",
                    doubt.get("low_prob"),
                    doubt.get("margin"),
                ),
            ),
            ("Or the networks disagree", _sentence("by more than {}", doubt.get("disagreement"))),
            ("Picture quality", _sentence("at least {}", log.table("quality_gate").get("min"))),
            ("Faces looked for", log.table("landmarker").get("num_faces")),
            ("Purpose", _PURPOSES.get(purpose, purpose)),
            (
                "Consent",
                f"given {consent.get('at') or ''}".strip() if consent.get("given") else "not recorded",
            ),
            ("femon", f"{about.get('app_version', '')}, log format {about.get('schema', '')}"),
            ("System", f"Python {about.get('python', '')} on {about.get('platform', '')}"),
        )
    )


def _sentence(form: str, *values: object) -> str:
    return "" if None in values else form.format(*values)


def _limits(figures: Sequence[ModelFigures]) -> Iterator[str]:
    yield "<h2>Labels are not feelings</h2>"
    contract = figures[0].contract if figures else None
    yield f'<div class="note">{paragraph(limits_text(contract))}{paragraph(_NEVER)}</div>'
    yield f"<footer>{paragraph(_PRIVATE)}{paragraph(f'Written by femon {femon.__version__}.')}</footer>"

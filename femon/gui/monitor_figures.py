"""The figures of the monitor panel as text, share of a bar and tone, made from the state of a monitor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from femon.gui.drawing import percent
from femon.monitors.lids import RANK
from femon.monitors.limits import Limits
from femon.wording import withheld_words

if TYPE_CHECKING:
    from femon.monitors import MonitorState

Tone = Literal["plain", "good", "warn", "danger", "unknown"]

LIMITS: Final = Limits()
NO_FIGURE: Final = "\N{EN DASH}"
# The right ends of the bars, a little beyond the last limit.
_CLOSED_TO_S: Final = 7.0
_PERCLOS_TO: Final = 0.36
_AWAY_TO_S: Final = 6.0
_AWAY_SUM_TO_S: Final = 15.0
_CLOSURE_WORDS: Final = {
    "pre": "eyes shut",
    "microsleep": "microsleep",
    "sleep": "eyes shut over {limits.sleep_s:g} s",
    "lost_closed": "lost with eyes shut",
    "unresponsive": "no reaction",
}
_LEVEL_WORDS: Final[dict[str, tuple[str, Tone]]] = {
    "alert": ("alert", "good"),
    "advisory": ("first signs", "warn"),
    "drowsy": ("drowsy", "warn"),
    "severe": ("severe", "danger"),
}
_INCOMPLETE: Final = "index,\nincomplete"
# What led to a level, where no gauge shows it any more.
_REASON_WORDS: Final = {"sleep_event": "long closure", "drowsy_events": "microsleeps"}
_ATTENTION_WORDS: Final[dict[str, tuple[str, Tone]]] = {
    "on": ("looking ahead", "good"),
    "off": ("looking away", "plain"),
    "shared": ("away often", "warn"),
    "long_distraction": ("away over {limits.long_distraction_s:g} s", "warn"),
    "long_2": ("away over {limits.long_distraction_2_s:g} s", "danger"),
}


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure. Shares and marks run from 0 to 1 along the bar; without a share there is no bar."""

    name: str
    text: str  # with its unit, or why it is withheld
    withheld: bool = False
    share: float | None = None
    marks: tuple[float, ...] = ()
    tone: Tone = "plain"
    state: str = ""  # of headlines: what it means
    note: str = ""  # of headlines: what the figure is, beside it in one line or two
    help: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A headline and the rows below it, always in the same number."""

    headline: Gauge
    rows: tuple[Gauge, ...]


def fatigue_section(state: MonitorState, limits: Limits = LIMITS) -> Section:
    """Index, level, closure, PERCLOS, blinks, yawns and coverage."""
    word, tone = _fatigue_word(state, limits)
    # Without PERCLOS, which weighs most, a 0 would reassure somebody of whom nothing is known yet.
    index = None if state.perclos.p60 is None else state.fatigue.index
    headline = _gauge(
        state,
        "fatigue_index",
        Gauge(
            "Fatigue",
            NO_FIGURE if index is None else f"{index:.0f}",
            share=(index or 0.0) / 100,
            marks=(limits.advisory_index / 100, limits.drowsy_index / 100),
            tone=tone,
            state=word,
            note="" if index is None else _INCOMPLETE if state.fatigue.partial else "index",
            help="Index from 0 to 100 of closures, blinks, yawns and nods of the last minutes; not a "
            "probability. It is incomplete while one of them is not known, which then counts as 0. What is "
            "beside it may be worse: it tells what the eyes do now.",
        ),
    )
    return Section(
        headline,
        (
            _closure(state, limits),
            _perclos_60(state, limits),
            _perclos_180(state, limits),
            *_blinks(state),
            _yawns(state),
            _coverage(state),
        ),
    )


def attention_section(state: MonitorState, limits: Limits = LIMITS) -> Section:
    """Share of the last 10 s, seconds away now and within 30 s."""
    attention = state.attention
    why = state.withheld.get("head", "no_face") if attention.frozen else None
    untimed = why or ("low_fps" if attention.timed_off_s is None else None)
    words, tone = _ATTENTION_WORDS[attention.level]
    word = words.format(limits=limits)
    headline = Gauge(
        "Attention",
        NO_FIGURE if attention.share is None else percent(attention.share),
        share=attention.share or 0.0,
        tone="unknown" if why else tone,
        state="not judged" if why else word,
        help="Share of the last 10 s with the head turned ahead. The direction of the head is measured, "
        "not what a person thinks of.",
    )
    now = Gauge(
        "Away now",
        _seconds(attention.off_s),
        share=attention.off_s / _AWAY_TO_S,
        marks=(limits.long_distraction_s / _AWAY_TO_S, limits.long_distraction_2_s / _AWAY_TO_S),
        tone=_toned(attention.off_s, limits.long_distraction_s, limits.long_distraction_2_s),
        help=f"Limits at {limits.long_distraction_s:g} s and {limits.long_distraction_2_s:g} s",
    )
    total = Gauge(
        "Away in 30 s",
        _seconds(attention.vats_s),
        share=attention.vats_s / _AWAY_SUM_TO_S,
        marks=(limits.shared_s / _AWAY_SUM_TO_S,),
        tone=_toned(attention.vats_s, limits.shared_s),
        help=f"Time away within the last 30 s; limit at {limits.shared_s:g} s",
    )
    rows = tuple(_withheld(one, withheld_words("head", untimed)) if untimed else one for one in (now, total))
    return Section(_gauge(state, "attention_share", headline), rows)


def engagement_section(state: MonitorState, limits: Limits = LIMITS) -> Section:
    """The index and its band."""
    value, band = state.engagement.value, state.engagement.band
    headline = Gauge(
        "Engagement",
        NO_FIGURE if value is None else f"{value:.2f}",
        share=value or 0.0,
        marks=(limits.engagement_low, limits.engagement_high),
        tone="unknown" if band is None else "plain",
        state=band or "not judged",
        help="From attention, alertness and steadiness of the head; the ? shows the formula. "
        f"Bands change at {limits.engagement_low:.2f} and {limits.engagement_high:.2f}.",
    )
    return Section(_gauge(state, "engagement", headline), ())


def _fatigue_word(state: MonitorState, limits: Limits) -> tuple[str, Tone]:
    level = state.closure.level
    if level in _CLOSURE_WORDS:
        return _CLOSURE_WORDS[level].format(limits=limits), "warn" if level == "pre" else "danger"
    drowsiness = state.drowsiness
    word, tone = _LEVEL_WORDS[drowsiness.level]
    if drowsiness.reason in _REASON_WORDS:
        word = f"{word}: {_REASON_WORDS[drowsiness.reason]}"
    if not drowsiness.frozen:
        return word, tone
    return ("not judged", "unknown") if drowsiness.level == "alert" else (f"{word}, held", tone)


def _closure(state: MonitorState, limits: Limits) -> Gauge:
    closure = state.closure
    steps = (limits.pre_s, limits.microsleep_s, limits.sleep_s, limits.unresponsive_s)
    rank = RANK[closure.level]
    gauge = Gauge(
        "Closed now",
        _seconds(closure.closed_s),
        share=closure.closed_s / _CLOSED_TO_S,
        marks=tuple(step / _CLOSED_TO_S for step in steps),
        tone="danger" if rank >= RANK["microsleep"] else "warn" if rank >= RANK["pre"] else "plain",
        help="How long both eyes have been shut: eyes shut from {:g} s, microsleep from {:g} s, "
        "asleep from {:g} s, no reaction from {:g} s".format(*steps),
    )
    return gauge if closure.number else _gauge(state, "openness", gauge)


def _perclos_60(state: MonitorState, limits: Limits) -> Gauge:
    p60 = state.perclos.p60
    steps = (limits.advisory_p60, limits.drowsy_p60, limits.severe_p60)
    gauge = Gauge(
        "PERCLOS 60 s",
        percent(p60 or 0.0, 1),
        share=(p60 or 0.0) / _PERCLOS_TO,
        marks=tuple(step / _PERCLOS_TO for step in steps),
        tone=_toned(p60 or 0.0, limits.advisory_p60, limits.severe_p60),
        help="Share of the last 60 s with the eyes at least 80 % shut, short blinks left out. "
        "Limits at {}, {} and {}".format(*map(percent, steps)),
    )
    return _gauge(state, "perclos_60", gauge)


def _perclos_180(state: MonitorState, limits: Limits) -> Gauge:
    p180 = state.perclos.p180
    gauge = Gauge(
        "PERCLOS 180 s",
        percent(p180 or 0.0, 1),
        share=(p180 or 0.0) / _PERCLOS_TO,
        marks=(limits.drowsy_p180 / _PERCLOS_TO,),
        tone=_toned(p180 or 0.0, limits.drowsy_p180),
        help=f"The same over 180 s. From {percent(limits.drowsy_p180)} on it confirms tiredness",
    )
    return _gauge(state, "perclos_180", gauge)


def _blinks(state: MonitorState) -> tuple[Gauge, Gauge]:
    blinks = state.blinks
    rate = Gauge("Blinks", f"{blinks.rate or 0.0:.0f} per min", help="Per minute of readable time, last 60 s")
    slow = ", slower than usual" if blinks.slow else ""
    length = Gauge(
        "Blink length",
        f"mean {1000 * (blinks.mean_s or 0.0):.0f} ms{slow}",
        help="Of the last 30 blinks within 3 min; compare it with the person's own, not with other people's",
    )
    return _gauge(state, "blink_rate", rate), _gauge(state, "blink_durations", length)


def _yawns(state: MonitorState) -> Gauge:
    mouth = state.mouth
    last = "" if mouth.last_s is None else f", last {_seconds(mouth.last_s)}"
    text = "one now" if mouth.yawning else f"{mouth.recent}{last}"
    return _gauge(state, "yawns", Gauge("Yawns, 10 min", text, help="Jaw wide open for 1.5 s or more"))


def _coverage(state: MonitorState) -> Gauge:
    coverage, limits = state.validity.coverage_60, LIMITS
    if coverage is None:
        return Gauge("Eyes readable", NO_FIGURE, withheld=True, share=0.0)
    return Gauge(
        "Eyes readable",
        percent(coverage),
        share=coverage,
        marks=(limits.coverage, limits.coverage_good),
        tone="danger"
        if coverage < limits.coverage
        else "warn"
        if coverage < limits.coverage_good
        else "plain",
        help="Share of the last 60 s with readable eyes. Below 70 % figures are held back",
    )


def _gauge(state: MonitorState, figure: str, gauge: Gauge) -> Gauge:
    why = state.withheld.get(figure)
    return gauge if why is None else _withheld(gauge, withheld_words(figure, why))


def _withheld(gauge: Gauge, words: str) -> Gauge:
    return replace(
        gauge,
        text=words,
        withheld=True,
        share=None if gauge.share is None else 0.0,
        tone=gauge.tone if gauge.state else "plain",
        note="",
    )


def _toned(value: float, warn: float, danger: float | None = None) -> Tone:
    if danger is not None and value >= danger:
        return "danger"
    return "warn" if value >= warn else "plain"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}\N{NO-BREAK SPACE}s"

"""The part of the report about alarms, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from femon.recording.recorder import SESSION_END
from femon.review.alarm_log import ALARM_KINDS, Alarm, episodes, names_text
from femon.review.blocks import Block, Heading, Paragraph, Table
from femon.review.quantities import clock_text, length_text, percent
from femon.review.totals import Totals

MOST_ALARMS: Final = 200
_LEAST_S_FOR_A_RATE: Final = 600.0


def alarm_section(alarms: Sequence[Alarm], totals: Totals) -> Iterator[Block]:
    """A table of alarms; nothing for a session that was not monitored."""
    if totals.eye_coverage is None and totals.pose_coverage is None:
        return
    yield Heading(2, "Alarms")
    if not alarms:
        yield Paragraph(f"None. {_covered(totals)} of the analysed time.")
        return
    yield Paragraph(_told(alarms, totals))
    head = (
        "No.", "Time", "Alarm", "Measured", "Limit", "Late by", "Deep share", "Head moved", "Coverage",
        "Lasted", "Answer", "Evidence",
    )  # fmt: skip
    yield Table(head, [_row(alarm) for alarm in alarms[:MOST_ALARMS]], (0, 1, 3, 4, 5, 6, 7, 8, 9))
    if len(alarms) > MOST_ALARMS:
        yield Paragraph(f"{len(alarms) - MOST_ALARMS} more in events.csv.", "quiet")
    yield Paragraph(
        "Late by: after the limit was passed, in stream time. Deep share: part of the closure in which the"
        " eyes were at least 80 % closed. Head moved: change of pitch at the onset of the closure."
        " Coverage: of the minute before. Evidence: the numbers of each frame from 10 s before to 5 s"
        " after, in the folder evidence of the session.",
        "quiet",
    )


def _covered(totals: Totals) -> str:
    """What alarms could have rested on, and for how long."""
    if totals.eye_coverage is None:
        return f"It was known where the head points for {percent(totals.pose_coverage)}"
    return f"Eyes were readable for {percent(totals.eye_coverage)}"


def _told(alarms: Sequence[Alarm], totals: Totals) -> str:
    count = episodes(alarms)
    text = (
        f"{count} alarm{'' if count == 1 else 's'} ({names_text(alarms)}); one that gets worse counts once."
    )
    false = sum(alarm.false_alarm for alarm in alarms)
    if false:
        text += f" {false} marked as false."
    if totals.analysed_s >= _LEAST_S_FOR_A_RATE:
        text += f" {3600 * count / totals.analysed_s:.1f} alarms per analysed hour"
        text += f", {3600 * false / totals.analysed_s:.1f} of them marked as false." if false else "."
    return text


def _row(alarm: Alarm) -> tuple[str, ...]:
    kind = ALARM_KINDS.get(alarm.name)
    closed = kind is not None and kind.line == "event"  # figures of a closure say nothing of others
    return (
        str(alarm.id),
        clock_text(alarm.t),
        alarm.name.replace("_", " "),
        _figure(alarm.value, alarm.unit),
        _figure(alarm.threshold, alarm.unit),
        "-" if alarm.delay_s is None else f"{alarm.delay_s:.2f} s",
        percent(alarm.deep_share) if closed else "-",
        "-"
        if alarm.pitch_change_deg is None or not closed
        else f"{alarm.pitch_change_deg:.1f}\N{DEGREE SIGN}",
        percent(alarm.coverage),
        _lasted(alarm),
        _answer(alarm),
        alarm.evidence.rpartition("/")[2] or "-",
    )


def _lasted(alarm: Alarm) -> str:
    if alarm.duration_s is None:
        return "to the end"
    notes = [", on at the start"] if alarm.began_before else []
    notes += [", to the end"] if alarm.ended_as == SESSION_END else []
    return length_text(alarm.duration_s) + "".join(notes)


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return percent(value) if unit == "share" else f"{value:.2f} {unit}".strip()


def _answer(alarm: Alarm) -> str:
    answers = []
    if alarm.acknowledged_s is not None:
        answers.append(f"acknowledged after {length_text(alarm.acknowledged_s)}")
    if alarm.snoozed_s is not None:
        answers.append(f"snoozed for {length_text(alarm.snoozed_s)}")
    if alarm.false_alarm:
        answers.append("false alarm")
    return ", ".join(answers) or ("-" if alarm.sound else "silent")
